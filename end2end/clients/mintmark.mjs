// The real Mintmark, set up as an operator and an owner would do it: `mintmark bootstrap`, then the public API.
import assert from "node:assert/strict";
import { Server } from "../server.mjs";
import { ACCESS_TOKEN_SECONDS, AUDIENCE, AUDIENCES, CLIENT_ALGS, SCOPE, SCOPES, half, keyPairs, tls } from "./contract.mjs";

export class Mintmark {
  name = "Mintmark";
  /** A request without scopes gets all scopes of the client. */
  withoutScope = SCOPE;
  /** All its tokens can be introspected and revoked. */
  introspectable = [undefined, AUDIENCE];
  /**
   * The differences for assertions: Mintmark rejects more than jose and PyJWT, such as repeated names and very long
   * values.
   */
  lenient = undefined;
  strict = /twice|zip|b64|crit|header enc|KB more|3000 names|padded|unused bits|jti (null|a|an) |sub (null|a|an) /;

  async start() {
    const files = tls();
    this.server = await Server.start(files ? { MINTMARK_TLS_CERT: files.certFile, MINTMARK_TLS_KEY: files.keyFile } : {});
    this.issuer = this.server.url;
    const bootstrap = ["bootstrap", "--org", "acme", "--email", "ada@acme.test", "--password-stdin", "--json"];
    this.owner = JSON.parse(await this.server.run(bootstrap, "correct horse battery staple\n"));
    for (const [signing_alg, audience] of Object.entries(AUDIENCES)) {
      const scopes = SCOPES.map((name) => ({ name }));
      await this.post("/v1/orgs/acme/apis", { name: `Signed with ${signing_alg}`, audience, signing_alg, scopes });
    }
    const own = await keyPairs(CLIENT_ALGS);
    const [withSecret, withKeys, everyAudience] = [
      await this.client("Sync"),
      await this.client("Sync with a key", { auth_method: "private_key_jwt", jwks: { keys: half(own, "public") } }),
      await this.client("Reports", { audiences: Object.values(AUDIENCES) }),
    ];
    this.clients = {
      client_secret_basic: withSecret,
      client_secret_post: withSecret,
      private_key_jwt: { ...withKeys, keys: Object.fromEntries(CLIENT_ALGS.map((alg) => [alg, own[alg].private])) },
    };
    this.everyAudience = everyAudience;
  }

  async stop() {
    await this.server?.stop();
  }

  /** Creates a client. Returns its credentials. */
  async client(name, settings = {}) {
    const access_token_seconds = ACCESS_TOKEN_SECONDS;
    const body = { name, scopes: SCOPE.split(" "), audiences: [AUDIENCE], access_token_seconds, ...settings };
    const { client_id, client_secret } = await this.post("/v1/orgs/acme/clients", body);
    return { client_id, client_secret };
  }

  /** Posts to the public API as the owner. The request must succeed. */
  async post(path, body = {}) {
    const answer = await fetch(this.issuer + path, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.owner.token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const made = await answer.json();
    assert.ok(answer.ok, `${path}: ${JSON.stringify(made)}`);
    return made;
  }
}
