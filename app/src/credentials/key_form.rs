//! The form that adds public keys to a client. Errors name the faulty key and never repeat the pasted text.

use super::AddClientKeys;
use crate::{
    error::AppError,
    forms::{Live, PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, TextArea},
};
use leptos::prelude::*;

/// Errors of the pasted keys, each with the position of its key.
fn flaws_of(error: &AppError) -> Option<String> {
    let of_keys = error.fields.0.iter().filter(|field| field.pointer.starts_with("/keys"));
    let said: Vec<_> = of_keys
        .map(|field| match field.pointer.strip_prefix("/keys/").and_then(|index| index.parse::<usize>().ok()) {
            Some(index) => format!("Key {}: {}", index + 1, field.detail),
            None => field.detail.clone(),
        })
        .collect();
    (!said.is_empty()).then(|| said.join(" "))
}

#[component]
pub(crate) fn KeyForm(
    /// Base URL of the client's pages.
    at: String,
    id: String,
    refusal: Option<AppError>,
) -> impl IntoView {
    let flaws = refusal.as_ref().and_then(flaws_of);
    view! {
        <PostForm class="form form-tight" action={posts_to::<AddClientKeys>()}>
            <Live busy=""/>
            <Refusal refused=Refused(refusal) fields=&["/keys"]/>
            <input type="hidden" name="at" value=at/>
            <input type="hidden" name="id" value=id/>
            <TextArea
                id="jwks"
                name="jwks"
                label="Public key"
                required=true
                code=true
                max_length=20_000
                placeholder="{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"…\"}"
                help="A JWK or a JWK set of public keys: EC P-256, Ed25519, or RSA of 2048 to 4096 bits. Never paste the private half."
                error=Signal::stored(flaws)
            />
            <div class="form-actions"><Button>"Add key"</Button></div>
        </PostForm>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use domain::{
        code::FlawCode,
        error::{FieldErrors, Flaw},
    };

    #[test]
    fn what_is_wrong_is_said_of_each_key() {
        let flaw = |pointer: &str| Flaw::new(FlawCode::WeakKey, "Too weak.").at(pointer);
        let error = |pointers: &[&str]| AppError {
            fields: FieldErrors(pointers.iter().map(|pointer| flaw(pointer)).collect()),
            ..AppError::new(ErrorKind::Invalid, "")
        };
        assert_eq!(flaws_of(&error(&["/keys/0", "/keys/2"])).as_deref(), Some("Key 1: Too weak. Key 3: Too weak."));
        assert_eq!(flaws_of(&error(&["/keys"])).as_deref(), Some("Too weak."));
        assert_eq!(flaws_of(&error(&["/other"])), None);
    }
}
