//! Shown instead of a page that can't be displayed: the error, the request ID, and a link to continue.

use crate::{
    error::{AppError, ErrorKind},
    server_side::{path, set_status},
    ui::{ButtonLink, Look},
};
use http::StatusCode;
use leptos::prelude::*;

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Denied | ErrorKind::Stale => StatusCode::FORBIDDEN,
        ErrorKind::Missing => StatusCode::NOT_FOUND,
        ErrorKind::Conflict | ErrorKind::Refused => StatusCode::CONFLICT,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable | ErrorKind::Offline => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// An error as the content of a page, with a retry link.
#[component]
pub(crate) fn PageError(error: AppError) -> impl IntoView {
    set_status(status(error.kind));
    let request_id = error.request_id.clone();
    view! {
        <div class="page-words gap-4">
            <p class="text-muted">{error.in_words()}</p>
            {request_id.map(|id| view! { <p class="form-note">"Request " <code>{id}</code></p> })}
            <div class="form-actions">
                <ButtonLink href=path() look=Look::Primary>"Try again"</ButtonLink>
                <ButtonLink href="/settings/tokens">"My tokens"</ButtonLink>
            </div>
        </div>
    }
    .into_any()
}

/// For anything that does not exist or belongs to someone else. Both cases look alike.
#[component]
pub(crate) fn Absent() -> impl IntoView {
    set_status(StatusCode::NOT_FOUND);
    view! {
        <div class="page-words gap-4">
            <p class="text-muted">
                "There is nothing at this address, or it belongs to somebody else. If you followed a link, ask whoever sent it to check; you may have to change organization first."
            </p>
            <div class="form-actions">
                <ButtonLink href="/settings/tokens" look=Look::Primary>"Go to my tokens"</ButtonLink>
            </div>
        </div>
    }
    .into_any()
}
