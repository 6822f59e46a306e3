//! The reference server: plain axum with a route that answers 200 bytes of JSON. Its `POST` route reads the body first.

use crate::Outcome;
use axum::{
    Router,
    body::Bytes,
    http::header::CONTENT_TYPE,
    routing::{get, post},
};

/// 200 bytes, as long as a small answer of Mintmark.
fn body() -> String {
    let empty = r#"{"padding":""}"#;
    empty.replace(r#""""#, &format!(r#""{}""#, "x".repeat(200 - empty.len())))
}

/// Serves until the process is ended.
pub(crate) fn serve(address: &str) -> Outcome {
    let body: &'static str = body().leak();
    let answer = move || async move { ([(CONTENT_TYPE, "application/json")], body) };
    let app = Router::new().route("/v1/me", get(answer)).route("/posted", post(move |_: Bytes| answer()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        axum::serve(listener, app).await
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_reference_answers_200_bytes() {
        assert_eq!(super::body().len(), 200);
    }
}
