// Runs the reference server in its own process, for `make bench`. It listens on PORT and writes the client data to
// FILE.
import { writeFileSync } from "node:fs";
import { Reference } from "./reference.mjs";

const [port, file] = process.argv.slice(2);
const reference = new Reference();
await reference.start(Number(port));
writeFileSync(file, JSON.stringify({ ...reference.clients.client_secret_basic }));
