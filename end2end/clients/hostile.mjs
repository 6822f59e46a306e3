// JWTs that no verifier should accept, derived from good ones. They come from known attacks, careless libraries and
// parser bugs.
//
// Each one has a name. A few are valid after all, such as one with a list of audiences. The tests decide on those.
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign as signBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // order of the curve P-256

const raw = (value) => typeof value === "string" || Buffer.isBuffer(value);
const encode = (value) => Buffer.from(raw(value) ? value : JSON.stringify(value)).toString("base64url");
const number = (bytes) => BigInt(`0x${bytes.toString("hex")}`);
const bytes32 = (value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");

const DIGESTS = { ES256: "sha256", ES384: "sha384", ES512: "sha512", RS256: "sha256", RS512: "sha512" };

/** Signs with any key, even if it does not match `alg`. */
function signatureOf(input, key, alg = "ES256") {
  return signBytes(DIGESTS[alg] ?? null, Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
}

/** Signs a valid token. */
export function signJwt(header, claims, jwk) {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signatureOf(input, createPrivateKey({ key: jwk, format: "jwk" })).toString("base64url")}`;
}

/**
 * The corpus, as pairs of a name and a token. `header` and `claims()` come from a good token, and `key` is the private
 * JWK for ES256 that signs. `real()` returns a good token, which the corpus only cuts and joins.
 */
export function* hostile({ header, claims, key, real }) {
  const own = createPrivateKey({ key, format: "jwk" });
  const publicKey = createPublicKey(own);
  const publicJwk = publicKey.export({ format: "jwk" });
  const foreign = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const foreignJwk = foreign.publicKey.export({ format: "jwk" });
  const now = Math.floor(Date.now() / 1000);

  const signed = (head, body, signer = own, alg = "ES256") => {
    const input = `${encode(head)}.${encode(body)}`;
    return `${input}.${signatureOf(input, signer, alg).toString("base64url")}`;
  };
  const withHeader = (changes, signer, alg) => signed({ ...header, ...changes }, claims(), signer, alg);
  const withClaims = (changes) => signed(header, { ...claims(), ...changes });

  yield* ofSignatures();
  yield* ofAlgorithms();
  yield* ofKeys();
  yield* ofTypes();
  yield* ofExtensions();
  yield* ofTimes();
  yield* ofNames();
  yield* ofJson();
  yield* ofText();

  function signaturesOf(token) {
    const [head, body, tail] = token.split(".");
    const good = Buffer.from(tail, "base64url");
    const [r, s] = [good.subarray(0, 32), good.subarray(32)];
    return {
      "of zeros": Buffer.alloc(64), "of ones": Buffer.alloc(64, 0xff), "that is empty": Buffer.alloc(0),
      "of one byte": Buffer.alloc(1),
      "at random": randomBytes(64), "cut by a byte": good.subarray(0, -1),
      "with a byte more": Buffer.concat([good, Buffer.alloc(1)]),
      "with the halves swapped": Buffer.concat([s, r]), "with r alone": r, "twice": Buffer.concat([good, good]),
      "with r = 0": Buffer.concat([Buffer.alloc(32), s]), "with s = 0": Buffer.concat([r, Buffer.alloc(32)]),
      "with r = n": Buffer.concat([bytes32(ORDER), s]), "with s = n": Buffer.concat([r, bytes32(ORDER)]),
      "with the other s": Buffer.concat([r, bytes32((ORDER - number(s) + ORDER) % ORDER)]),
      "in DER": signBytes("sha256", Buffer.from(`${head}.${body}`), { key: own, dsaEncoding: "der" }),
    };
  }

  function* ofSignatures() {
    for (const how of Object.keys(signaturesOf(real()))) {
      const token = real();
      const forged = signaturesOf(token)[how].toString("base64url");
      yield [`signature ${how}`, `${token.slice(0, token.lastIndexOf("."))}.${forged}`];
    }
    const [head, body, tail] = real().split(".");
    for (const place of [0, 15, 31, 32, 47, 63]) {
      const flipped = Buffer.from(tail, "base64url");
      flipped[place] ^= 1;
      yield [`signature with byte ${place} flipped`, `${head}.${body}.${flipped.toString("base64url")}`];
    }
    const changed = encode({ ...claims(), scope: "all" });
    yield ["signature of other claims", `${head}.${changed}.${tail}`];
    yield ["signature of another header", `${encode({ ...header, extra: 1 })}.${body}.${tail}`];
    yield ["signature of a stranger", signed(header, claims(), foreign.privateKey)];
    yield ["signature over the claims alone", `${head}.${body}.${signatureOf(body, own).toString("base64url")}`];
    const json = JSON.stringify(header) + JSON.stringify(claims());
    yield ["signature over the JSON", `${head}.${body}.${signatureOf(json, own).toString("base64url")}`];
  }

  function* ofAlgorithms() {
    const tail = real().split(".")[2];
    for (const alg of [
      "none", "None", "NONE", "nOnE", "none ", "", "null", "NULL", null, 0, false, [], ["none"], {}, undefined,
    ]) {
      const input = `${encode({ ...header, alg })}.${encode(claims())}`;
      const name = `alg ${JSON.stringify(alg) ?? "missing"}`;
      yield [`${name}, unsigned`, `${input}.`];
      yield [`${name}, signed`, `${input}.${tail}`];
    }
    yield ["alg none, in two parts", `${encode({ ...header, alg: "none" })}.${encode(claims())}`];
    const pem = publicKey.export({ type: "spki", format: "pem" });
    const secrets = {
      "the public key in PEM": pem, "the public key in PEM, trimmed": pem.trim(),
      "the public key in DER": publicKey.export({ type: "spki", format: "der" }),
      "the public JWK": JSON.stringify(publicJwk), "the JWK set": JSON.stringify({ keys: [publicJwk] }),
      "the coordinates": Buffer.concat([Buffer.from(publicJwk.x, "base64url"), Buffer.from(publicJwk.y, "base64url")]),
      "x": publicJwk.x, "the kid": String(header.kid), "nothing": "", "a word": "secret",
    };
    for (const [what, secret] of Object.entries(secrets)) {
      const input = `${encode({ ...header, alg: "HS256" })}.${encode(claims())}`;
      yield [`HS256 with ${what}`, `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`];
    }
    for (const [alg, digest] of [["HS384", "sha384"], ["HS512", "sha512"]]) {
      const input = `${encode({ ...header, alg })}.${encode(claims())}`;
      yield [`${alg} with the public key in PEM`, `${input}.${createHmac(digest, pem).update(input).digest("base64url")}`];
    }
    for (const alg of [
      "RS256", "PS256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "RSA1_5", "dir", "A256GCM", "es256", "ES256 ", " ES256",
      "ES-256", "ES256\u0000",
    ]) {
      yield [`alg ${JSON.stringify(alg)} on a signature of ES256`, withHeader({ alg })];
    }
    yield ["alg ES256 in a list", withHeader({ alg: ["ES256"] })];
    const others = {
      RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
      EdDSA: generateKeyPairSync("ed25519").privateKey,
      ES384: generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey,
    };
    for (const [alg, signer] of Object.entries(others)) {
      yield [`alg ${alg} by a stranger`, withHeader({ alg }, signer, alg)];
      yield [`alg ES256 on a signature of ${alg} by a stranger`, withHeader({}, signer, alg)];
    }
  }

  function* ofKeys() {
    const kids = {
      "missing": undefined, "empty": "", "null": null, "a number": 0, "true": true, "a list": [header.kid],
      "an object": { kid: header.kid },
      "unknown": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "in upper case": String(header.kid).toUpperCase(),
      "with a space": `${header.kid} `,
      "with a NUL": `${header.kid}\u0000`, "a path": "../../../../../../dev/null", "a file": "file:///etc/passwd",
      "a URL": "http://127.0.0.1:1/key",
      "SQL": "' OR 1=1 --", "SQL with a key": "x' UNION SELECT 'AAAA' --", "a command": "| sleep 10",
      "a template": "{{7*7}}${7*7}",
      "long": "k".repeat(6000), "__proto__": "__proto__", "constructor": "constructor", "a line break": "a\r\nX-Injected: 1",
      "an emoji": "🔑",
    };
    for (const [how, kid] of Object.entries(kids)) yield [`kid ${how}, by a stranger`, withHeader({ kid }, foreign.privateKey)];
    for (const how of ["null", "a number", "a list", "an object", "true"]) yield [`kid ${how}`, withHeader({ kid: kids[how] })];
    const offered = {
      jwk: foreignJwk, "jwk with the kid": { ...foreignJwk, kid: header.kid, alg: "ES256", use: "sig" },
      "jwk that is symmetric": { kty: "oct", k: "AAAA" },
      "jwk that is private": foreign.privateKey.export({ format: "jwk" }),
    };
    for (const [how, jwk] of Object.entries(offered)) {
      yield [`header ${how}, by a stranger`, withHeader({ jwk }, foreign.privateKey)];
      yield [`header ${how} and no kid, by a stranger`, withHeader({ jwk, kid: undefined }, foreign.privateKey)];
    }
    for (const member of ["jku", "x5u"]) {
      for (const url of [
        "http://127.0.0.1:1/keys", "https://elsewhere.example.test/jwks.json", "file:///dev/zero", "//elsewhere.example.test/",
        "", 7,
      ]) {
        yield [`header ${member} ${JSON.stringify(url)}, by a stranger`, withHeader({ [member]: url }, foreign.privateKey)];
      }
    }
    const certificate = randomBytes(600).toString("base64");
    yield ["header x5c, by a stranger", withHeader({ x5c: [certificate] }, foreign.privateKey)];
    yield ["header x5c that is text, by a stranger", withHeader({ x5c: certificate }, foreign.privateKey)];
    yield ["header x5t, by a stranger", withHeader({ x5t: encode("thumb"), "x5t#S256": encode("thumb") }, foreign.privateKey)];
  }

  function* ofTypes() {
    for (const typ of [
      undefined, null, "", "JWT", "jwt", "id_token+jwt", "at+jwtx", "xat+jwt", "at+jwt ", "at jwt", "dpop+jwt", "secevent+jwt",
      "application/jwt", 7, ["at+jwt"], { typ: "at+jwt" },
    ]) {
      yield [`typ ${JSON.stringify(typ) ?? "missing"}`, withHeader({ typ })];
    }
    for (const typ of ["application/at+jwt", "AT+JWT"]) yield [`typ ${typ}`, withHeader({ typ })];
    yield ["cty JWT around a token", signed({ ...header, cty: "JWT" }, real())];
  }

  function* ofExtensions() {
    const headers = {
      "crit with an unknown name": { crit: ["hurry"], hurry: true }, "crit without the name": { crit: ["hurry"] },
      "crit empty": { crit: [] },
      "crit text": { crit: "exp" }, "crit null": { crit: null }, "crit number": { crit: 1 }, "crit with numbers": { crit: [1] },
      "crit with an empty name": { crit: [""] },
      "crit with alg": { crit: ["alg"] }, "crit with exp": { crit: ["exp"], exp: now + 60 },
      "crit twice the same": { crit: ["hurry", "hurry"], hurry: 1 },
      "b64 false in crit": { crit: ["b64"], b64: false }, "b64 false": { b64: false },
      "b64 text in crit": { crit: ["b64"], b64: "false" },
      "enc": { enc: "A256GCM" }, "zip": { zip: "DEF" }, "zip in crit": { crit: ["zip"], zip: "DEF" }, "epk": { epk: foreignJwk },
      "p2c": { p2c: 1e9, p2s: "AAAA" },
    };
    for (const [how, changes] of Object.entries(headers)) yield [`header ${how}`, withHeader(changes)];
    const plain = JSON.stringify(claims());
    const input = `${encode({ ...header, crit: ["b64"], b64: false })}.${plain}`;
    yield ["claims that are not encoded", `${input}.${signatureOf(input, own).toString("base64url")}`];
    yield ["claims that are compressed", signed({ ...header, zip: "DEF" }, deflateRawSync(plain))];
    yield ["claims that are a bomb", signed({ ...header, zip: "DEF" }, deflateRawSync(Buffer.alloc(5_000_000, 0x20)))];
    const [head, body, tail] = real().split(".");
    yield ["claims that are detached", `${head}..${tail}`];
    yield ["JSON serialization", JSON.stringify({ payload: body, protected: head, signature: tail })];
    yield ["general JSON serialization", JSON.stringify({ payload: body, signatures: [{ protected: head, signature: tail }] })];
    const [direct, slow] = [{ alg: "dir", enc: "A256GCM" }, { alg: "PBES2-HS512+A256KW", enc: "A256GCM", p2c: 2e9, p2s: "AAAA" }];
    yield ["five parts as of a JWE", `${encode(direct)}..${encode("iv")}.${encode("text")}.${encode("tag")}`];
    yield ["five parts with PBES2", `${encode(slow)}.AA.AA.AA.AA`];
  }

  function* ofTimes() {
    const odd = {
      "null": null, "text": String(now + 60), "a float in text": `${now + 60}.5`, "a word": "tomorrow", "empty text": "",
      "true": true, "a list": [now + 60], "an object": {}, "a date": new Date((now + 60) * 1000).toISOString(),
    };
    for (const [how, value] of Object.entries(odd)) for (const claim of [
      "exp", "nbf", "iat",
    ]) yield [`${claim} ${how}`, withClaims({ [claim]: value })];
    const past = {
      "missing": undefined, "zero": 0, "negative": -1, "an hour ago": now - 3600, "a float ago": now - 3600.5, "tiny": 1e-300,
      "in milliseconds negative": -1e300,
    };
    for (const [how, exp] of Object.entries(past)) yield [`exp ${how}`, withClaims({ exp })];
    for (const [how, nbf] of Object.entries({
      "in an hour": now + 3600, "in milliseconds": now * 1000, "huge": 1e300,
    })) {
      yield [`nbf ${how}`, withClaims({ nbf })];
    }
    for (const [how, iat] of Object.entries({
      "missing": undefined, "in an hour": now + 3600, "in milliseconds": now * 1000,
    })) {
      yield [`iat ${how}`, withClaims({ iat })];
    }
    for (const number of [
      "1e999", "-1e999", "99999999999999999999999999", "0x7fffffff", "+1", "1.", ".5", "NaN", "Infinity", "1_000", `0${now}`,
    ]) {
      const text = JSON.stringify({ ...claims(), exp: "@" }).replace('"@"', number);
      yield [`exp written ${number}`, signed(header, text)];
    }
  }

  function* ofNames() {
    const { iss, aud, sub } = claims();
    const issuers = {
      "missing": undefined, "null": null, "empty": "", "elsewhere": "https://elsewhere.example.test", "with a slash": `${iss}/`,
      "with a path": `${iss}/x`, "in upper case": String(iss).toUpperCase(), "with a space": `${iss} `,
      "with a user": String(iss).replace("//", "//a@"), "a list": [iss], "a number": 7, "an object": {},
    };
    for (const [how, value] of Object.entries(issuers)) yield [`iss ${how}`, withClaims({ iss: value })];
    const audiences = {
      "missing": undefined, "null": null, "empty": "", "elsewhere": "https://elsewhere.example.test/", "an empty list": [],
      "a list of others": ["https://elsewhere.example.test/"], "a list of numbers": [7], "a list in a list": [[aud]],
      "an object": { 0: aud }, "a number": 7, "true": true, "with more": `${aud}x`, "cut": String(aud).slice(0, -1),
      "in upper case": String(aud).toUpperCase(), "two in text": `${aud} https://elsewhere.example.test/`,
      "a list with null": [null],
    };
    for (const [how, value] of Object.entries(audiences)) yield [`aud ${how}`, withClaims({ aud: value })];
    yield ["aud a list with others", withClaims({ aud: [aud, "https://elsewhere.example.test/"] })];
    for (const claim of ["sub", "client_id", "jti"]) {
      for (const [how, value] of Object.entries({
        "missing": undefined, "null": null, "a number": 7, "a list": [sub], "an object": {},
      })) {
        yield [`${claim} ${how}`, withClaims({ [claim]: value })];
      }
    }
    yield ["sub of a stranger", signed(header, { ...claims(), sub: "usr_01hzy3v7c0000000000000000" }, foreign.privateKey)];
  }

  function* ofJson() {
    const text = JSON.stringify(claims());
    const member = (name, value) => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
    const twice = (object, name, first) => `{${member(name, first)},${JSON.stringify(object).slice(1)}`;
    for (const [name, first] of Object.entries({
      alg: "none", kid: "other", typ: "JWT",
    })) {
      yield [`header ${name} twice`, signed(twice(header, name, first), claims())];
    }
    for (const [name, first] of Object.entries({
      exp: 1, aud: "https://elsewhere.example.test/", iss: "https://elsewhere.example.test", sub: "cli_other", scope: "all",
    })) {
      if (!(name in claims())) continue;
      yield [`claim ${name} twice`, signed(header, twice(claims(), name, first))];
    }
    yield ["claim exp twice, written in two ways", signed(header, `{"\\u0065xp":1,${text.slice(1)}`)];
    const bodies = {
      "a list": "[]", "a list of claims": `[${text}]`, "text": '"text"', "a number": "1", "null": "null", "true": "true",
      "nothing": "", "a space": " ", "open": text.slice(0, -1), "with a tail": `${text}x`, "two": text + text,
      "with a comma": `${text.slice(0, -1)},}`, "with a comment": `/**/${text}`, "in single quotes": text.replaceAll('"', "'"),
      "without quotes": text.replaceAll('"', ""), "with a BOM": `\ufeff${text}`, "with a NUL": `${text}\u0000`,
      "with a raw line break": text.replace('"iss":"', '"iss":"\n'), "deep": "[".repeat(2000) + "]".repeat(2000),
      "deep objects": '{"a":'.repeat(1500) + "1" + "}".repeat(1500),
      "with a lone surrogate": text.replace('"iss":"', '"iss":"\\ud800'),
    };
    for (const [how, body] of Object.entries(bodies)) yield [`claims ${how}`, signed(header, body)];
    for (const how of ["a list", "text", "a number", "null", "true", "nothing", "a space", "deep", "deep objects"]) {
      yield [`header ${how}`, signed(bodies[how], claims())];
    }
    const bytes = {
      "in UTF-16": Buffer.from(text, "utf16le"), "in Latin-1": Buffer.from(text.replace('"iss":"', '"iss":"\u00e9'), "latin1"),
      "overlong": Buffer.concat([Buffer.from([0xc0, 0xaf]), Buffer.from(text)]), "of zeros": Buffer.alloc(64),
      "in gzip's dress": Buffer.from([0x1f, 0x8b, 8, 0]),
    };
    for (const [how, body] of Object.entries(bytes)) yield [`claims ${how}`, signed(header, body)];
    yield ["claims with 60 KB more", withClaims({ extra: "x".repeat(45_000) })];
    const names = Array.from({ length: 3000 }, (_, index) => [`n${index}`, 1]);
    yield ["claims with 3000 names", withClaims(Object.fromEntries(names))];
    yield ["header with 9 KB more", withHeader({ extra: "x".repeat(9000) })];
  }

  function textsOf(token) {
    const [head, body, tail] = token.split(".");
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return {
      "nothing": "", "a point": ".", "two points": "..", "three points": "...", "a word": "token", "header alone": head,
      "two parts": `${head}.${body}`, "four parts": `${token}.`, "four full parts": `${token}.${tail}`,
      "a part too many in front": `.${token}`,
      "no header": `.${body}.${tail}`, "no claims and no signature": `${head}..`,
      "parts in another order": `${body}.${head}.${tail}`, "header twice": `${head}.${head}.${tail}`,
      "padded parts": `${head}=.${body}==.${tail}=`, "padded signature": `${token}==`,
      "padding in the middle": `${head.slice(0, 4)}=${head.slice(4)}.${body}.${tail}`, "cut by one": token.slice(0, -1),
      "cut in half": token.slice(0, token.length / 2),
      "with a space in front": ` ${token}`, "with a space behind": `${token} `, "with a line break behind": `${token}\n`,
      "with a tab inside": `${head}.\t${body}.${tail}`, "with spaces around the points": token.replaceAll(".", " . "),
      "with line breaks inside": `${head}.${body.slice(0, 8)}\r\n${body.slice(8)}.${tail}`, "with a NUL behind": `${token}\u0000`,
      "with Bearer in front": `Bearer ${token}`, "in quotes": `"${token}"`, "with a comma": `${token},${token}`,
      "twice": token + token,
      "in standard base64": `${head}.${body}.${Buffer.from(tail, "base64url").toString("base64").replace("=", "")}+/`,
      "encoded for a URL": encodeURIComponent(token).replaceAll(".", "%2E"), "with a full-width point": token.replace(".", "．"),
      "with a Cyrillic letter": token.replace("e", "е"), "with a zero-width space": `${head}\u200b.${body}.${tail}`,
      "with a soft hyphen": `${head}.${body}.\u00ad${tail}`, "with an emoji": `${token}🔑`,
      "in upper case": token.toUpperCase(),
      "reversed": [...token].reverse().join(""),
      "with a percent": `${token}%00`, "with letters that are none": `${head}.${body}.${tail.slice(0, -2)}!*`,
      "secret-token": `secret-token:${token}`, "a kilobyte of points": ".".repeat(1000),
      "ten kilobytes of letters": "A".repeat(10_000), "SQL": "' OR '1'='1", "a path": "../../etc/passwd",
      "unused bits of the last letter set": token.slice(0, -1) + letters[letters.indexOf(token.at(-1)) ^ 1],
    };
  }

  function* ofText() {
    for (const how of Object.keys(textsOf(real()))) yield [`text: ${how}`, textsOf(real())[how]];
  }
}
