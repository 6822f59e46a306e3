import { createRemoteJWKSet, jwtVerify } from "jose";

const issuer = "http://localhost:3000";
const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
const audience = process.env.AUDIENCE; // of your API, as its page in Mintmark says
const organization = process.env.ORGANIZATION; // whose tokens you accept: org_…
const { payload } = await jwtVerify(process.env.ACCESS_TOKEN, keys, { issuer, audience, typ: "at+jwt" });
// The keys sign the tokens of every organization. Without this check you accept all of them.
if (!organization || payload.org_id !== organization) throw new Error("a token of another organization");
console.log(JSON.stringify(payload));
