// The server rejects every assertion that jose and PyJWT both reject, and never fails on one.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { AUDIENCE, keyPairs, SCOPE } from "./contract.mjs";
import { hostile, signJwt } from "./hostile.mjs";
import { discover, each } from "./plain.mjs";
import { onEveryServer } from "./servers.mjs";
import { bothRefuse, judge, OF_ACCESS_TOKENS } from "./verdicts.mjs";

const OF_ASSERTIONS = ["iss", "aud", "sub", "exp", "jti"];
const now = () => Math.floor(Date.now() / 1000);

test("jose and PyJWT accept the good token and refuse together more than 300 of the hostile ones", async () => {
  const { ES256 } = await keyPairs(["ES256"]);
  const header = { alg: "ES256", typ: "at+jwt", kid: ES256.private.kid };
  const claims = () => ({
    iss: "https://issuer.example.test", aud: AUDIENCE, sub: "cli_1", client_id: "cli_1", scope: SCOPE,
    iat: now(), exp: now() + 300, jti: randomUUID(),
  });
  const real = () => signJwt(header, claims(), ES256.private);
  const corpus = [...hostile({ header, claims, key: ES256.private, real })];
  for (const part of [0, 1]) assert.equal(new Set(corpus.map((entry) => entry[part])).size, corpus.length, "each is there once");
  const expected = { issuer: claims().iss, audience: AUDIENCE, required: OF_ACCESS_TOKENS, typ: "at+jwt" };
  const [good, ...verdicts] = await judge([["good", real()], ...corpus], { keys: [ES256.public] }, expected);
  assert.deepEqual([good.jose, good.pyjwt], ["accepted", "accepted"]);
  const refused = verdicts.filter(bothRefuse).length;
  assert.ok(refused > 300, `${refused} of ${verdicts.length}`);
});

onEveryServer((server) => {
  test("no assertion authenticates a client that jose and PyJWT both refuse, though the client's own key signed it", async () => {
    const { issuer, token_endpoint } = await discover(server.issuer);
    const { client_id, keys } = server.clients.private_key_jwt;
    const { ES256: key } = keys;
    const header = { alg: "ES256", typ: "JWT", kid: key.kid };
    const claims = () => ({ iss: client_id, sub: client_id, aud: issuer, jti: randomUUID(), iat: now(), exp: now() + 300 });
    const present = async (client_assertion) => {
      const client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
      const body = new URLSearchParams({ grant_type: "client_credentials", client_id, client_assertion_type, client_assertion });
      const answer = await fetch(token_endpoint, { method: "POST", body });
      return { status: answer.status, ...(await answer.json()) };
    };
    const real = () => signJwt(header, claims(), key);
    const expected = { issuer: client_id, audience: issuer, required: OF_ASSERTIONS };
    const { d, ...publicJwk } = key;
    const verdicts = await judge([...hostile({ header, claims, key, real })], { keys: [publicJwk] }, expected);
    await each(verdicts, async (entry) => {
      const { status, error } = await present(entry.token);
      assert.ok(status < 500, `${entry.name}: ${status}`);
      const mustFail = (bothRefuse(entry) && !server.lenient?.test(entry.name)) || server.strict?.test(entry.name);
      if (mustFail) assert.ok(["invalid_client", "invalid_request"].includes(error), `${entry.name}: ${status} ${error}`);
    });
    assert.equal((await present(real())).status, 200, "a good one, after all of these");
  });
});
