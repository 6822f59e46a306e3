// Runs the tests of a client on the reference server and on Mintmark.
import { after, before, describe } from "node:test";
import { Mintmark } from "./mintmark.mjs";
import { Reference } from "./reference.mjs";

/** Registers `tests(server)` for each server. Before the start, only the name of the server is known. */
export function onEveryServer(tests) {
  for (const server of [new Reference(), new Mintmark()]) {
    describe(server.name, () => {
      before(() => server.start());
      after(() => server.stop());
      tests(server);
    });
  }
}
