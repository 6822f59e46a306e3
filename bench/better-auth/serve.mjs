// npm's better-auth with its plugin for API keys, for `make bench`: makes a database with KEYS keys in FOLDER, writes them to
// FOLDER/tokens, one a line, and listens on PORT. Whoever posts {"token": "…"} gets the verdict: 200 if it is good, else 401.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import Database from "better-sqlite3";

const [port, folder, keys] = process.argv.slice(2);
const database = new Database(join(folder, "better-auth.db"));
database.pragma("journal_mode = WAL");
database.pragma("synchronous = NORMAL");
const options = {
  database,
  baseURL: `http://localhost:${port}`,
  secret: "nothing is kept secret with this: it ends with the bench",
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  logger: { disabled: true },
  // Ten calls a day are its default; a load of them would measure refusals.
  plugins: [apiKey({ rateLimit: { enabled: false } })],
};
await (await getMigrations(options)).runMigrations();
const { api } = betterAuth(options);

const { user } = await api.signUpEmail({ body: { name: "Ada", email: "ada@bench.test", password: "a long enough pass phrase" } });
const tokens = [];
while (tokens.length < Number(keys)) tokens.push((await api.createApiKey({ body: { userId: user.id } })).key);
writeFileSync(join(folder, "tokens"), tokens.map((token) => `${token}\n`).join(""));

createServer(async (request, response) => {
  const [status, answer] = await verdict(request).catch((error) => [400, { error: String(error) }]);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
}).listen(Number(port), "127.0.0.1");

async function verdict(request) {
  let text = "";
  for await (const part of request) text += part;
  const answer = await api.verifyApiKey({ body: { key: JSON.parse(text).token } });
  return [answer.valid ? 200 : 401, answer];
}
