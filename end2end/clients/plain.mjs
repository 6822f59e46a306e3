// Discovery, tokens and introspection with plain fetch, for tests of other parts of a client.

/** The metadata of the server (RFC 8414). */
export async function discover(issuer) {
  const answer = await fetch(`${issuer}/.well-known/oauth-authorization-server`);
  return answer.json();
}

/** Posts a form as a client with its secret in the header. Returns status and JSON. */
export async function post(url, { client_id, client_secret }, form) {
  const credentials = Buffer.from(`${client_id}:${client_secret}`).toString("base64");
  const answer = await fetch(url, {
    method: "POST", headers: { Authorization: `Basic ${credentials}` }, body: new URLSearchParams(form),
  });
  return { status: answer.status, body: await answer.json() };
}

/** Requests an access token with `form`, such as `{scope, resource}`. */
export async function accessToken(server, form, client = server.clients.client_secret_basic) {
  const { token_endpoint } = await discover(server.issuer);
  const { body } = await post(token_endpoint, client, { grant_type: "client_credentials", ...form });
  return body.access_token;
}

/** The introspection response for a token (RFC 7662). */
export async function introspect(server, token) {
  const { introspection_endpoint } = await discover(server.issuer);
  return (await post(introspection_endpoint, server.clients.client_secret_basic, { token })).body;
}

/** Calls `ask` for each item, a few at a time. */
export async function each(all, ask) {
  const waiting = [...all];
  const turn = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await ask(next);
  };
  await Promise.all(Array.from({ length: 8 }, turn));
}
