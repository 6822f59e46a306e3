//! Tokens that must be rejected, each with the check that stops it.

use crate::{
    peer::Peer,
    signing::{AUDIENCE, Signer, base64url, claims, now, with, without},
};
use aws_lc_rs::hmac;
use mintmark_client::{AuthError, InvalidToken};
use serde_json::{Value, json};

/// Everything an attacker knows: the issuer's address and public keys, and the form of a valid token.
struct Attack {
    es: Signer,
    rs: Signer,
    ed: Signer,
    /// The attacker's own key.
    own: Signer,
    url: String,
}

impl Attack {
    fn claims(&self) -> Value {
        claims(&self.url)
    }

    fn header(&self, name: &str, value: impl Into<Value>) -> String {
        self.es.token(&with(&self.es.header(), name, value), &self.claims())
    }

    fn claim(&self, name: &str, value: impl Into<Value>) -> String {
        self.es.good(&with(&self.claims(), name, value))
    }

    fn without(&self, name: &str) -> String {
        self.es.good(&without(&self.claims(), name))
    }

    /// Signed with the attacker's key, under a header that claims otherwise.
    fn forged(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut header = self.es.header();
        change(&mut header);
        self.own.token(&header, &self.claims())
    }

    /// Signed with the given bytes, such as a public key of the issuer, as the shared secret.
    fn hs256(&self, secret: &[u8], kid: &str) -> String {
        let header = json!({"typ": "at+jwt", "alg": "HS256", "kid": kid});
        let signed = format!("{}.{}", base64url(header.to_string()), base64url(self.claims().to_string()));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
        format!("{signed}.{}", base64url(tag))
    }

    /// A valid token, split into its parts, changed and joined again.
    fn parts(&self, change: impl FnOnce(&mut Vec<String>)) -> String {
        let mut parts: Vec<String> = self.es.good(&self.claims()).split('.').map(str::to_owned).collect();
        change(&mut parts);
        parts.join(".")
    }

    fn headers(&self) -> Vec<(&'static str, String, InvalidToken)> {
        use InvalidToken::*;
        let claims = self.claims();
        let none = |alg: &str| self.header("alg", alg);
        let stripped = |token: String| format!("{}.", token.rsplit_once('.').unwrap().0);
        let own_jwk = self.own.jwk();
        let own_set = format!("{}/elsewhere/jwks.json", self.url);
        vec![
            ("alg none, unsigned", stripped(none("none")), Algorithm),
            ("alg None", none("None"), Algorithm),
            ("alg empty", none(""), Algorithm),
            ("alg missing", self.es.token(&without(&self.es.header(), "alg"), &claims), Algorithm),
            ("alg as an array", self.header("alg", json!(["ES256"])), Algorithm),
            ("alg in lower case", none("es256"), Algorithm),
            ("alg that is not in the list", none("ES384"), Algorithm),
            ("alg PS256 of an RSA key", self.rs.token(&with(&self.rs.header(), "alg", "PS256"), &claims), Algorithm),
            ("HS256 with the EC public key", self.hs256(&self.es.public_der(), "es"), Algorithm),
            ("HS256 with the RSA public key", self.hs256(&self.rs.public_der(), "rs"), Algorithm),
            ("HS256 with the published JWK", self.hs256(self.es.jwk().to_string().as_bytes(), "es"), Algorithm),
            ("HS256 with nothing", self.hs256(b"", "es"), Algorithm),
            ("typ missing", self.es.token(&without(&self.es.header(), "typ"), &claims), WrongType),
            ("typ JWT, as ID tokens have", self.header("typ", "JWT"), WrongType),
            ("typ of a DPoP proof", self.header("typ", "dpop+jwt"), WrongType),
            ("typ as a number", self.header("typ", 1), WrongType),
            ("kid missing", self.es.token(&without(&self.es.header(), "kid"), &claims), NoKeyId),
            ("kid empty", self.header("kid", ""), NoKeyId),
            ("kid as a number", self.header("kid", 1), NoKeyId),
            ("kid of nobody", self.header("kid", "other"), UnknownKey),
            ("kid as a path", self.header("kid", "../../../../dev/null"), UnknownKey),
            ("kid as SQL", self.header("kid", "es' OR '1'='1"), UnknownKey),
            ("kid in another case", self.header("kid", "ES"), UnknownKey),
            ("own key under its own kid", self.own.good(&claims), UnknownKey),
            ("own key in jwk", self.forged(|header| header["jwk"] = own_jwk.clone()), Signature),
            (
                "own key in jwk, under its own kid",
                self.forged(|header| {
                    header["jwk"] = own_jwk.clone();
                    header["kid"] = "own".into();
                }),
                UnknownKey,
            ),
            ("own key set in jku", self.forged(|header| header["jku"] = own_set.clone().into()), Signature),
            ("own chain in x5u", self.forged(|header| header["x5u"] = own_set.clone().into()), Signature),
            ("own chain in x5c", self.forged(|header| header["x5c"] = json!(["MIIB"])), Signature),
            ("crit with an extension", self.header("crit", json!(["exp"])), Extension),
            ("crit empty", self.header("crit", json!([])), Extension),
            ("b64 false", self.header("b64", false), Extension),
            ("b64 true", self.header("b64", true), Extension),
            ("zip", self.header("zip", "DEF"), Extension),
            ("alg of another key", self.rs.token(&with(&self.rs.header(), "kid", "es"), &claims), KeyMismatch),
            (
                "EdDSA under the kid of an EC key",
                self.ed.token(&with(&self.ed.header(), "kid", "es"), &claims),
                KeyMismatch,
            ),
        ]
    }

    fn forms(&self) -> Vec<(&'static str, String, InvalidToken)> {
        use InvalidToken::*;
        let (header, claims) = (self.es.header().to_string(), self.claims().to_string());
        let twice = |text: &str, name: &str, value: &str| text.replacen('{', &format!("{{\"{name}\":{value},"), 1);
        let signed = format!("{}.{}", base64url(&header), base64url(&claims));
        let asn1 = self.es.sign_asn1(signed.as_bytes());
        vec![
            ("signature stripped", self.parts(|parts| parts[2].clear()), Signature),
            ("signature left out", self.parts(|parts| parts.truncate(2)), Malformed),
            ("signature of the right key, cut short", self.parts(|parts| parts[2].truncate(40)), Signature),
            ("signature of zeros", self.parts(|parts| parts[2] = base64url([0u8; 64])), Signature),
            ("signature in the form of X.509", format!("{signed}.{}", base64url(asn1)), Signature),
            (
                "signature of other claims",
                self.parts(|p| p[1] = base64url(claims.replace("cli_01", "cli_02"))),
                Signature,
            ),
            ("signature of another header", self.parts(|p| p[0] = base64url(header.replacen('{', "{ ", 1))), Signature),
            ("signature by another key under the right kid", self.forged(|_| ()), Signature),
            (
                "RSA signature by another form of the key",
                self.parts(|p| p[0] = base64url(self.rs.header().to_string())),
                Signature,
            ),
            ("padding", self.parts(|parts| parts[2].push_str("==")), Malformed),
            ("padding of the header", self.parts(|parts| parts[0].push('=')), Malformed),
            ("plain base64", self.parts(|parts| parts[2].replace_range(0..1, "+")), Malformed),
            ("a line break", self.parts(|parts| parts[2].push('\n')), Malformed),
            ("bits that mean nothing", self.parts(|parts| last_bits(parts)), Malformed),
            ("a fourth part", self.parts(|parts| parts.push("AA".into())), Malformed),
            ("an encrypted token's five parts", self.parts(|p| p.extend(["AA".into(), "AA".into()])), Malformed),
            ("an empty header", self.parts(|parts| parts[0].clear()), Malformed),
            ("a header that is no object", self.es.token_of_text("[]", &claims), Malformed),
            ("a header twice", self.es.token_of_text(&format!("{header}{header}"), &claims), Malformed),
            ("alg twice", self.es.token_of_text(&twice(&header, "alg", "\"none\""), &claims), Malformed),
            ("kid twice", self.es.token_of_text(&twice(&header, "kid", "\"own\""), &claims), Malformed),
            ("sub twice", self.es.token_of_text(&header, &twice(&claims, "sub", "\"cli_02\"")), Malformed),
            (
                "exp twice, once escaped",
                self.es.token_of_text(&header, &twice(&claims, "\\u0065xp", "9999999999")),
                Malformed,
            ),
            (
                "a name twice further down",
                self.es.token_of_text(&header, &twice(&claims, "x", "{\"a\":1,\"a\":2}")),
                Malformed,
            ),
            ("claims that are no object", self.es.token_of_text(&header, "\"cli_01\""), Malformed),
            ("claims that are not UTF-8", self.parts(|parts| parts[1] = base64url(b"{\"a\":\"\xff\"}")), Signature),
            ("over 8 KB", self.claim("padding", "x".repeat(8 * 1024)), TooLong),
            ("nothing", String::new(), Malformed),
            ("dots", "..".to_owned(), Malformed),
        ]
    }

    fn wrong_claims(&self) -> Vec<(&'static str, String, InvalidToken)> {
        use InvalidToken::*;
        vec![
            ("iss missing", self.without("iss"), MissingClaim("iss")),
            ("iss with a slash more", self.claim("iss", format!("{}/", self.url)), Issuer),
            ("iss of somebody else", self.claim("iss", "https://mint.evil.test"), Issuer),
            ("iss as an array", self.claim("iss", json!([self.url])), MalformedClaim("iss")),
            ("aud missing", self.without("aud"), MissingClaim("aud")),
            ("aud of another API", self.claim("aud", "https://other.acme.test"), Audience),
            ("aud that only starts alike", self.claim("aud", format!("{AUDIENCE}.evil.test")), Audience),
            ("aud empty", self.claim("aud", json!([])), Audience),
            ("aud with other things in it", self.claim("aud", json!([AUDIENCE, 1])), MalformedClaim("aud")),
            ("aud as an object", self.claim("aud", json!({"x": AUDIENCE})), MalformedClaim("aud")),
            ("exp missing", self.without("exp"), MissingClaim("exp")),
            ("exp as text", self.claim("exp", (now() + 300).to_string()), MalformedClaim("exp")),
            ("exp null", self.claim("exp", Value::Null), MalformedClaim("exp")),
            ("exp true", self.claim("exp", true), MalformedClaim("exp")),
            ("exp over", self.claim("exp", now() - 31), Expired),
            ("exp negative", self.claim("exp", -1), Expired),
            ("exp in a distant past", self.claim("exp", 0), Expired),
            ("nbf in the future", self.claim("nbf", now() + 90), NotYetValid),
            ("nbf as text", self.claim("nbf", "0"), MalformedClaim("nbf")),
            ("iat missing", self.without("iat"), MissingClaim("iat")),
            ("iat far in the future", self.claim("iat", now() + 100_000), NotYetValid),
            ("iat as text", self.claim("iat", "0"), MalformedClaim("iat")),
            ("sub missing", self.without("sub"), MissingClaim("sub")),
            ("sub empty", self.claim("sub", ""), MissingClaim("sub")),
            ("sub as a number", self.claim("sub", 1), MalformedClaim("sub")),
            ("client_id missing", self.without("client_id"), MissingClaim("client_id")),
            ("jti missing", self.without("jti"), MissingClaim("jti")),
            ("org_id missing", self.without("org_id"), MissingClaim("org_id")),
            ("org_id of another tenant", self.claim("org_id", "org_02"), Organization),
            ("org_id that only starts alike", self.claim("org_id", "org_012"), Organization),
            ("org_id as an array", self.claim("org_id", json!(["org_01"])), MalformedClaim("org_id")),
            ("env test", self.claim("env", "test"), TestCredential),
            ("env unheard of", self.claim("env", "staging"), MalformedClaim("env")),
            ("resources as text", self.claim("resources", "project:a"), MalformedClaim("resources")),
            (
                "resources with other things in it",
                self.claim("resources", json!(["a:b", 1])),
                MalformedClaim("resources"),
            ),
            ("sub_type missing", self.without("sub_type"), MissingClaim("sub_type")),
            ("sub_type unheard of", self.claim("sub_type", "admin"), MalformedClaim("sub_type")),
            ("scope as an array", self.claim("scope", json!(["contacts:read"])), MalformedClaim("scope")),
            ("bound to a key", self.claim("cnf", json!({"jkt": "x"})), SenderConstrained),
        ]
    }
}

/// Sets the bits of the last character that belong to no byte.
fn last_bits(parts: &mut [String]) {
    let last = parts[2].pop().unwrap();
    let next = match last {
        'A' => 'B',
        'Q' => 'R',
        'g' => 'h',
        'w' => 'x',
        other => panic!("64 bytes do not end in {other}"),
    };
    parts[2].push(next);
}

#[tokio::test]
async fn no_hostile_token_gets_in_and_each_is_stopped_by_its_own_check() {
    let (es, rs, ed) = (Signer::es256("es"), Signer::rs256("rs"), Signer::eddsa("ed"));
    let peer = Peer::start(&[&es, &rs, &ed]).await;
    let attack = Attack { es, rs, ed, own: Signer::es256("own"), url: peer.url.clone() };
    let verifier = peer.verifier();
    let table = [attack.headers(), attack.forms(), attack.wrong_claims()].concat();
    assert!(table.len() >= 90, "{}", table.len());
    let mut let_in = Vec::new();
    for (what, token, reason) in table {
        match verifier.verify(&token).await {
            Err(AuthError::InvalidToken(stopped)) if stopped == reason => {}
            other => let_in.push(format!("{what}: {other:?} instead of {reason:?}")),
        }
    }
    assert!(let_in.is_empty(), "{let_in:#?}");
    assert!(verifier.verify(&attack.es.good(&attack.claims())).await.is_ok(), "and a good one still does");
    assert_eq!(
        (peer.elsewhere(), peer.introspections()),
        (0, 0),
        "no token made anybody call an address of its choice"
    );
    assert!(peer.key_calls() <= 2, "one call for the keys, one for all unknown names");
}

#[tokio::test]
async fn what_a_token_says_of_itself_never_shows_in_the_refusal() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let token = signer.good(&with(&claims(&peer.url), "iss", "https://\"evil\".test\r\nX: y"));
    let error = peer.verifier().verify(&token).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("evil"));
}
