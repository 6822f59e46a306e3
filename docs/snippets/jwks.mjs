import { createRemoteJWKSet, jwtVerify } from "jose";

const issuer = "http://localhost:3000";
const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
const audience = process.env.AUDIENCE; // of your API, as its page in Mintmark says
const { payload } = await jwtVerify(process.env.ACCESS_TOKEN, keys, { issuer, audience, typ: "at+jwt" });
console.log(JSON.stringify(payload));
