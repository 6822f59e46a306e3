// npm oidc-provider, the reference server. A test that passes here relies only on the client and the standards.
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import Provider, { errors } from "oidc-provider";
import { freePort } from "../server.mjs";
import { ACCESS_TOKEN_SECONDS, AUDIENCES, CLIENT_ALGS, SCOPE, SCOPES, half, keyPairs, tls } from "./contract.mjs";

export class Reference {
  name = "oidc-provider";
  /** A request without scopes gets none. */
  withoutScope = undefined;
  /** The resources whose tokens can be introspected and revoked. It rejects JWTs there. */
  introspectable = [undefined];
  /** The differences for assertions: it accepts some that jose and PyJWT reject. */
  lenient = /^kid (null|a number|a list|an object|true)$|^header b64 false in crit$/;
  strict = undefined;

  async start(port) {
    const files = tls();
    port ??= await freePort();
    this.issuer = `${files ? "https" : "http"}://localhost:${port}`;
    const [signing, own] = await Promise.all([keyPairs(Object.keys(AUDIENCES)), keyPairs(CLIENT_ALGS)]);
    const secret = (name) => ({ client_id: `cli_${name}`, client_secret: `cs_${name}_${"0123456789".repeat(4)}` });
    this.clients = {
      client_secret_basic: secret("basic"),
      client_secret_post: secret("post"),
      private_key_jwt: { client_id: "cli_own_keys", keys: Object.fromEntries(CLIENT_ALGS.map((alg) => [alg, own[alg].private])) },
    };
    this.everyAudience = this.clients.client_secret_basic;
    const registered = Object.entries(this.clients).map(([method, { client_id, client_secret }]) => ({
      client_id,
      ...(client_secret ? { client_secret } : { jwks: { keys: half(own, "public") } }),
      token_endpoint_auth_method: method,
      scope: SCOPE,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    }));
    const provider = new Provider(this.issuer, {
      clients: registered,
      jwks: { keys: half(signing, "private") },
      scopes: SCOPES,
      routes: { token: "/oauth/token" },
      ttl: { ClientCredentials: ACCESS_TOKEN_SECONDS },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        introspection: { enabled: true, allowedPolicy: () => true },
        revocation: { enabled: true, allowedPolicy: () => true },
        resourceIndicators: { enabled: true, getResourceServerInfo: (_, resource) => resourceServer(resource) },
      },
    });
    // RFC 7009 leaves the body of this reply open, but simple-oauth2 expects JSON everywhere.
    provider.use(async (context, next) => {
      await next();
      if (context.oidc?.route === "revocation" && context.status === 200) context.body = {};
    });
    this.http = files ? createTlsServer(files, provider.callback()) : createServer(provider.callback());
    await new Promise((ready) => this.http.listen(port, "127.0.0.1", ready));
  }

  async stop() {
    if (!this.http) return;
    const closed = new Promise((resolve) => this.http.close(resolve));
    this.http.closeAllConnections();
    await closed;
  }
}

function resourceServer(resource) {
  const alg = Object.keys(AUDIENCES).find((each) => AUDIENCES[each] === resource);
  if (!alg) throw new errors.InvalidTarget();
  return { scope: SCOPE, accessTokenFormat: "jwt", accessTokenTTL: ACCESS_TOKEN_SECONDS, jwt: { sign: { alg } } };
}
