// PyPI Authlib, requests-oauthlib, PyJWT and sailpoint, unmodified. The tests are the programs in python/.
import { test } from "node:test";
import { describeTo, python } from "./python.mjs";
import { onEveryServer } from "./servers.mjs";

const PROGRAMS = {
  Authlib: "test_authlib.py",
  "requests-oauthlib": "test_requests_oauthlib.py",
  PyJWT: "test_pyjwt.py",
  "the sailpoint SDK": "test_sailpoint.py",
};

onEveryServer((server) => {
  for (const [library, program] of Object.entries(PROGRAMS)) {
    test(`${library} does all it can do against it`, () => python(program, { environment: describeTo(server) }));
  }
});
