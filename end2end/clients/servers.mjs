// Where the tests of a client begin: the same tests, on the reference server and on Mintmark.
import { after, before, describe } from "node:test";
import { Mintmark } from "./mintmark.mjs";
import { Reference } from "./reference.mjs";

/** Registers `tests(server)` for each server. What a server says of itself, other than its name, is there once it has started. */
export function onEveryServer(tests) {
  for (const server of [new Reference(), new Mintmark()]) {
    describe(server.name, () => {
      before(() => server.start());
      after(() => server.stop());
      tests(server);
    });
  }
}
