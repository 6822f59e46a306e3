//! The token request as a shell command and in three languages.
//!
//! Quotes names and audiences for each language, so that a value cannot break out of its string.

use super::{Proof, TokenRequest};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// File in which a client is assumed to keep its private key.
const KEY_FILE: &str = "client-key.pem";

/// `key` identifies the tab in HTML and CSS; `title` is its label.
pub(super) struct Snippet {
    pub(super) key: &'static str,
    pub(super) title: &'static str,
    pub(super) code: String,
}

pub(super) fn snippets(request: &TokenRequest) -> [Snippet; 4] {
    [
        Snippet { key: "curl", title: "curl", code: curl(request) },
        Snippet { key: "python", title: "Python", code: python(request) },
        Snippet { key: "javascript", title: "JavaScript", code: javascript(request) },
        Snippet { key: "rust", title: "Rust", code: rust(request) },
    ]
}

/// Quotes text as one word of a shell command.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '=' | '@' | ',');
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Quotes text as a string literal that is valid in JSON, Python and JavaScript.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn pairs(request: &TokenRequest, between: &str, quote: impl Fn(&str) -> String) -> Vec<String> {
    request.parameters().iter().map(|(name, value)| format!("{}{between}{}", quote(name), quote(value))).collect()
}

/// The curl command, one argument per line.
pub(super) fn curl(request: &TokenRequest) -> String {
    let mut parts = vec!["curl".to_owned()];
    if let Proof::Secret(variable) = request.proof {
        parts[0] = format!("curl -u \"{}:${variable}\"", request.client_id);
    }
    for (name, value) in request.parameters() {
        let flag = if name == "grant_type" { "-d" } else { "--data-urlencode" };
        parts.push(format!("{flag} {}", word(&format!("{name}={value}"))));
    }
    if let Proof::Key { .. } = request.proof {
        parts.push(format!("-d client_assertion_type={ASSERTION_TYPE}"));
        parts.push("-d \"client_assertion=$CLIENT_ASSERTION\"".to_owned());
    }
    parts.push(word(&request.endpoint));
    parts.join(" \\\n  ")
}

fn python(request: &TokenRequest) -> String {
    let (endpoint, id) = (quoted(&request.endpoint), quoted(&request.client_id));
    let form = pairs(request, ": ", quoted).join(",\n        ");
    match &request.proof {
        Proof::Secret(variable) => format!(
            r#"import os
import requests

reply = requests.post(
    {endpoint},
    auth=({id}, os.environ["{variable}"]),
    data={{
        {form},
    }},
    timeout=10,
)
reply.raise_for_status()
access_token = reply.json()["access_token"]"#
        ),
        Proof::Key { kid, alg } => format!(
            r#"import time
import uuid
import jwt  # PyJWT[crypto]
import requests

endpoint, client_id = {endpoint}, {id}
now = int(time.time())
assertion = jwt.encode(
    {{"iss": client_id, "sub": client_id, "aud": endpoint, "iat": now, "exp": now + 60, "jti": str(uuid.uuid4())}},
    open("{KEY_FILE}").read(),
    algorithm={alg},
    headers={{"kid": {kid}}},
)
reply = requests.post(
    endpoint,
    data={{
        {form},
        "client_assertion_type": "{ASSERTION_TYPE}",
        "client_assertion": assertion,
    }},
    timeout=10,
)
reply.raise_for_status()
access_token = reply.json()["access_token"]"#,
            alg = quoted(alg),
            kid = quoted(kid)
        ),
    }
}

fn javascript(request: &TokenRequest) -> String {
    let (endpoint, id) = (quoted(&request.endpoint), quoted(&request.client_id));
    let form = pairs(request, ": ", quoted).join(",\n    ");
    match &request.proof {
        Proof::Secret(variable) => format!(
            r#"const reply = await fetch({endpoint}, {{
  method: "POST",
  headers: {{ authorization: "Basic " + btoa({id} + ":" + process.env.{variable}) }},
  body: new URLSearchParams({{
    {form},
  }}),
}});
if (!reply.ok) throw new Error(await reply.text());
const {{ access_token }} = await reply.json();"#
        ),
        Proof::Key { kid, alg } => format!(
            r#"import {{ readFile }} from "node:fs/promises";
import {{ importPKCS8, SignJWT }} from "jose";

const endpoint = {endpoint};
const clientId = {id};
const key = await importPKCS8(await readFile("{KEY_FILE}", "utf8"), {alg});
const assertion = await new SignJWT()
  .setProtectedHeader({{ alg: {alg}, kid: {kid} }})
  .setIssuer(clientId)
  .setSubject(clientId)
  .setAudience(endpoint)
  .setIssuedAt()
  .setExpirationTime("1m")
  .setJti(crypto.randomUUID())
  .sign(key);
const reply = await fetch(endpoint, {{
  method: "POST",
  body: new URLSearchParams({{
    {form},
    "client_assertion_type": "{ASSERTION_TYPE}",
    "client_assertion": assertion,
  }}),
}});
if (!reply.ok) throw new Error(await reply.text());
const {{ access_token }} = await reply.json();"#,
            alg = quoted(alg),
            kid = quoted(kid)
        ),
    }
}

fn rust(request: &TokenRequest) -> String {
    let debug = |text: &str| format!("{text:?}");
    let (endpoint, id) = (debug(&request.endpoint), debug(&request.client_id));
    let form: Vec<_> = pairs(request, ", ", debug).into_iter().map(|pair| format!("({pair}),")).collect();
    let form = form.join("\n        ");
    match &request.proof {
        Proof::Secret(variable) => format!(
            r#"let reply: serde_json::Value = reqwest::Client::new()
    .post({endpoint})
    .basic_auth({id}, Some(std::env::var("{variable}")?))
    .form(&[
        {form}
    ])
    .send()
    .await?
    .error_for_status()?
    .json()
    .await?;
let access_token = reply["access_token"].as_str();"#
        ),
        Proof::Key { kid, alg } => format!(
            r#"let (endpoint, client_id) = ({endpoint}, {id});
let now = std::time::UNIX_EPOCH.elapsed()?.as_secs();
let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::{alg});
header.kid = Some({kid}.into());
let claims = serde_json::json!({{
    "iss": client_id, "sub": client_id, "aud": endpoint, "iat": now, "exp": now + 60, "jti": uuid::Uuid::new_v4(),
}});
let key = jsonwebtoken::EncodingKey::{read}(&std::fs::read("{KEY_FILE}")?)?;
let assertion = jsonwebtoken::encode(&header, &claims, &key)?;
let reply: serde_json::Value = reqwest::Client::new()
    .post(endpoint)
    .form(&[
        {form}
        ("client_assertion_type", "{ASSERTION_TYPE}"),
        ("client_assertion", &assertion),
    ])
    .send()
    .await?
    .error_for_status()?
    .json()
    .await?;
let access_token = reply["access_token"].as_str();"#,
            kid = debug(kid),
            read = match alg.as_str() {
                "RS256" => "from_rsa_pem",
                "EdDSA" => "from_ed_pem",
                _ => "from_ec_pem",
            }
        ),
    }
}

/// Header and claims of the client's assertion, before it is signed.
pub(super) fn assertion(request: &TokenRequest, kid: &str, alg: &str) -> String {
    let (endpoint, id) = (quoted(&request.endpoint), quoted(&request.client_id));
    let (kid, alg) = (quoted(kid), quoted(alg));
    format!(
        r#"{{ "alg": {alg}, "kid": {kid}, "typ": "JWT" }}
{{ "iss": {id}, "sub": {id}, "aud": {endpoint}, "iat": now, "exp": now + 60, "jti": a new one each time }}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(proof: Proof) -> TokenRequest {
        TokenRequest {
            endpoint: "https://mint.test/oauth/token".into(),
            client_id: "cli_1".into(),
            proof,
            apis: vec![("It's".into(), "urn:it's \"$HOME\"".into())],
            scope: "a:read b:write".into(),
        }
    }

    #[test]
    fn what_people_chose_stays_inside_its_quotes() {
        let [curl, python, javascript, rust] =
            snippets(&request(Proof::Secret("CLIENT_SECRET"))).map(|snippet| snippet.code);
        assert!(curl.contains(r#"--data-urlencode 'resource=urn:it'\''s "$HOME"'"#), "{curl}");
        for code in [python, javascript, rust] {
            assert!(code.contains(r#""urn:it's \"$HOME\"""#), "{code}");
        }
    }

    #[test]
    fn the_command_is_ready_but_for_the_secret() {
        let plain = TokenRequest { apis: Vec::new(), scope: String::new(), ..request(Proof::Secret("CLIENT_SECRET")) };
        let expected = "curl -u \"cli_1:$CLIENT_SECRET\" \\\n  -d grant_type=client_credentials \\\n  https://mint.test/oauth/token";
        assert_eq!(curl(&plain), expected);
    }

    #[test]
    fn a_client_with_its_own_key_is_told_which() {
        let request = request(Proof::Key { kid: "thumb".into(), alg: "EdDSA".into() });
        for snippet in snippets(&request).into_iter().skip(1) {
            assert!(snippet.code.contains("\"thumb\""), "{}", snippet.title);
            assert!(snippet.code.contains("EdDSA"), "{}", snippet.title);
            assert!(!snippet.code.contains("SECRET"), "{}", snippet.title);
        }
        assert!(curl(&request).contains("client_assertion=$CLIENT_ASSERTION"));
    }
}
