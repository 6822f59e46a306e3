// Checks the document against the server in about a minute. `make schemathesis` sends 20,000 requests and takes longer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { schemathesis, summary } from "./schemathesis.mjs";

test("what Schemathesis makes up from the document is answered as the document says", async (context) => {
  context.diagnostic(summary(await schemathesis({ cases: 6000, seed: 1 })));
});

test("an answer that is not as the document says is found", async () => {
  const change = (document) => {
    const kept = ["/v1/me", "/v1/operations", "/v1/orgs/{org}/roles", "/v1/orgs/{org}/policies"];
    document.paths = Object.fromEntries(kept.map((path) => [path, { get: document.paths[path].get }]));
    const [me, operations, roles, policies] = Object.values(document.paths).map(({ get }) => get.responses);
    delete me["200"];
    operations["200"].content = { "text/plain": {} };
    roles["200"].content["application/json"].schema = { type: "object", required: ["no_such_member"] };
    policies["200"].headers = { "X-No-Such-Header": { required: true, schema: { type: "string" } } };
  };
  const found = await schemathesis({ cases: 1, seed: 1, change }).then(() => "nothing", (error) => error.message);
  for (const one of ["Undocumented status code", "Undocumented Content-Type", "no_such_member", "X-No-Such-Header"]) {
    assert.ok(found.toLowerCase().includes(one.toLowerCase()), `${one} is not in:\n${found}`);
  }
});
