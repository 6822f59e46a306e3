// Validates the OpenAPI document of the running server with a validator that client generators and gateways also use.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Server } from "./harness.mjs";

let server, text;
before(async () => {
  server = await Server.start();
  text = await fetch(`${server.url}/v1/openapi.json`).then((answer) => answer.text());
});
after(() => server?.stop());

test("the document is OpenAPI 3.1, and every reference in it leads somewhere", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(text));
  assert.ok(valid, JSON.stringify(errors, null, 2));
  assert.equal(validator.version, "3.1");
  const resolved = JSON.stringify(validator.resolveRefs());
  assert.ok(!resolved.includes('"$ref"'), "a reference is left");
});

test("a document that is broken is told apart from it", async () => {
  for (const breakIt of [
    (document) => delete document.info.title,
    (document) => (document.paths["/v1/me"].get.responses = []),
    (document) => (document.paths["/v1/me"].get.security = "bearer"),
  ]) {
    const document = JSON.parse(text);
    breakIt(document);
    assert.equal((await new Validator().validate(document)).valid, false, `${breakIt}`);
  }
});

test("operations are named once, declare the parameters of their paths, and use schemes that are there", () => {
  const document = JSON.parse(text);
  const named = new Set();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const place = `${method} ${path}`;
      assert.ok(!named.has(operation.operationId), `${place}: ${operation.operationId} is named twice`);
      named.add(operation.operationId);
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name).sort();
      const declared = operation.parameters.filter((one) => one.in === "path").map(({ name }) => name).sort();
      assert.deepEqual(declared, inPath, place);
      for (const scheme of operation.security.flatMap(Object.keys)) {
        assert.ok(document.components.securitySchemes[scheme], `${place}: ${scheme}`);
      }
    }
  }
});
