//! Accepts a change only from a form that a page of ours wrote for this browser.
//!
//! This gate owns the cookie that identifies a visitor before sign-in, and checks the token of every form and every
//! call by script. It also seals an error that returns to a page in the URL. A form carries a token for its own path. A
//! script carries one in a header, which no form can send. Next: `service/src/authn/form_token.rs`, and
//! `app/src/forms/post_form.rs`, which writes the forms.

use crate::{
    AppState,
    api::{extract, problem::Problem},
};
use app::{
    FORM_TOKEN, FORM_TOKEN_HEADER, OF_SCRIPT, SEAL, Visitor,
    error::{AppError, ErrorKind},
    sealed_by,
};
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use leptos::server_fn::error::{SERVER_FN_ERROR_HEADER, ServerFnUrlError};
use service::{RequestContext, authn::session};
use tower_sessions::Session;

const PATH: &str = "__path";
const ERROR: &str = "__err";
const STALE: &str = "Nothing was changed: this page was opened before you signed in, signed out, or changed organization. \
                     Reload the page, then send it again.";
const LONGEST_VISITOR: usize = 64;

pub(crate) async fn require(
    State(state): State<AppState>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_safe {
        // The session is read when the body is there: it may end while the body is sent.
        request = match whole(request).await {
            Ok(request) => request,
            Err(problem) => return problem.into_response(),
        };
    }
    if let Err(error) = session::load(&session).await
        && !is_safe
    {
        return Problem::from(error).into_response();
    }
    let known = visitor(request.headers(), cookie(&state));
    let visitor = known.clone().unwrap_or_else(|| state.service.sessions().new_visitor());
    request.extensions_mut().insert(Visitor(visitor.clone()));
    if is_safe {
        let response = next.run(request).await;
        return if known.is_none() { with_cookie(response, &state, &visitor) } else { response };
    }
    let path = request.uri().path().to_owned();
    let (request, purpose, token) = match token_of(request, &path).await {
        Ok(found) => found,
        Err(too_large) => return too_large.into_response(),
    };
    let browser = session::browser(&session, &visitor);
    let response = match state.service.sessions().is_form_token(&browser, &purpose, &token) {
        true => next.run(request).await,
        false => refuse(&request, &path),
    };
    // The session may have ended during the request, which changes the identity of the browser.
    let browser = session::browser(&session, &visitor);
    sealed(response, |path, error| state.service.sessions().form_token(&browser, &sealed_by(path, error)))
}

fn cookie(state: &AppState) -> &'static str {
    if state.public_url.has_host_cookie() { "__Host-visitor" } else { "visitor" }
}

fn visitor(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(of, _)| *of == name)?;
    let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ((1..=LONGEST_VISITOR).contains(&value.len()) && value.bytes().all(is_ours)).then(|| value.to_owned())
}

fn with_cookie(mut response: Response, state: &AppState, visitor: &str) -> Response {
    let is_page = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/html");
    let secure = if state.public_url.has_host_cookie() { "; Secure" } else { "" };
    let line = format!("{}={visitor}; Path=/; HttpOnly; SameSite=Lax{secure}", cookie(state));
    if response.headers().get(header::CONTENT_TYPE).is_some_and(is_page)
        && let Ok(line) = HeaderValue::from_str(&line)
    {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// Returns the request with its body in memory, within the usual limit.
async fn whole(request: Request) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let body = extract::read_body(body).await?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Returns the token of a request and the purpose it must have.
async fn token_of(request: Request, path: &str) -> Result<(Request, String, String), Problem> {
    if let Some(token) = header_of(&request, FORM_TOKEN_HEADER) {
        return Ok((request, OF_SCRIPT.to_owned(), token));
    }
    let kind = header_of(&request, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok((request, path.to_owned(), String::new()));
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| Problem::too_large())?;
    let token = form_urlencoded::parse(&body).find(|(name, _)| name == FORM_TOKEN);
    let token = token.map(|(_, token)| token.into_owned()).unwrap_or_default();
    Ok((Request::from_parts(parts, Body::from(body)), path.to_owned(), token))
}

fn header_of(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Redirects a form to its page, which then shows current data. A script gets the error as JSON.
fn refuse(request: &Request, path: &str) -> Response {
    let request_id = request.extensions().get::<RequestContext>().map(|context| context.request_id.clone());
    let error = AppError { request_id, ..AppError::new(ErrorKind::Stale, STALE) };
    let is_navigation = header_of(request, header::ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html"));
    let page = header_of(request, header::REFERER.as_str()).filter(|_| is_navigation);
    let page = page.and_then(|page| ServerFnUrlError::new(path, error.clone()).to_url(&page).ok());
    match page {
        Some(page) => {
            let headers = [(header::LOCATION.as_str(), page.as_str()), (SERVER_FN_ERROR_HEADER, path)];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        None => (StatusCode::FORBIDDEN, Json(error)).into_response(),
    }
}

/// Seals the error of a server function in the redirect URL, and removes everything else that looks like one.
fn sealed(mut response: Response, seal: impl Fn(&str, &str) -> String) -> Response {
    let is_error = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    if let Some(sealed) = location.and_then(|location| sealed_location(location, is_error, seal))
        && let Ok(location) = HeaderValue::from_str(&sealed)
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn sealed_location(location: &str, is_error: bool, seal: impl Fn(&str, &str) -> String) -> Option<String> {
    let (page, query) = location.split_once('?').filter(|_| location.contains("__"))?;
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    // The last pairs belong to this response. Earlier ones come from the URL of the previous page.
    let last = |name| pairs.iter().rev().find(|(of, _)| of == name).map(|(_, value)| value.as_ref());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(name, _)| ![PATH, ERROR, SEAL].contains(&name.as_ref())));
    if let (true, Some(path), Some(error)) = (is_error, last(PATH), last(ERROR)) {
        query.append_pair(PATH, path).append_pair(ERROR, error).append_pair(SEAL, &seal(path, error));
    }
    Some(format!("{page}?{}", query.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(location: &str, is_error: bool) -> Option<String> {
        sealed_location(location, is_error, |path, error| format!("{path}+{error}"))
    }

    #[test]
    fn only_the_error_of_this_answer_is_sealed() {
        let sealed = seal("/a?x=1&__err=old&__path=p&__seal=s&__path=q&__err=new", true);
        assert_eq!(sealed.as_deref(), Some("/a?x=1&__path=q&__err=new&__seal=q%2Bnew"));
        assert_eq!(seal("/a?x=1&__err=forged&__path=p&__seal=s", false).as_deref(), Some("/a?x=1"));
        assert_eq!(seal("/a?x=1", true), None);
    }

    #[test]
    fn a_visitor_is_known_by_a_cookie_of_our_making_only() {
        let of = |line: &str| {
            visitor(&[(header::COOKIE, HeaderValue::from_str(line).unwrap())].into_iter().collect(), "visitor")
        };
        assert_eq!(of("sid=x; visitor=ab-_9").as_deref(), Some("ab-_9"));
        for other in ["visitor=", "visitor=a b", "__Host-visitor=a", "visitor=\"a\""] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
