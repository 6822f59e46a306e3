// The reference as a process of its own, for `make bench`: listens on the port PORT and writes to FILE how to be its client.
import { writeFileSync } from "node:fs";
import { Reference } from "./reference.mjs";

const [port, file] = process.argv.slice(2);
const reference = new Reference();
await reference.start(Number(port));
writeFileSync(file, JSON.stringify({ ...reference.clients.client_secret_basic }));
