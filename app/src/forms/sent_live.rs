//! Submits a plain form in the background and takes over the form of the page that comes back.

use super::{
    FORM_TOKEN,
    dom::{controls, one, set_value, told, value},
    sending::{Program, sends},
};
use crate::error::{AppError, ErrorKind};
use leptos::{prelude::*, wasm_bindgen::JsCast};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, Element, FormData, Headers, HtmlElement, HtmlFormElement, HtmlInputElement, RequestInit,
    Response, SupportedType, UrlSearchParams,
};

const OFFLINE: &str = "The server could not be reached. Nothing was changed; try again.";
const FAILED: &str = "The request could not be handled. Reload the page and try again.";
/// Shown after a stale form was replaced with a fresh one that keeps the input.
const RENEWED: &str = "Nothing was changed. This page was opened before you signed in, signed out, or changed organization. \
                       The form is up to date now: check it, then send it again.";
const TOO_LATE: &str = "[data-too-late]";
const PROGRAM: &str = "[data-program]";

/// Attaches the program to its form.
pub(crate) fn wake(program: Program) {
    let (form, busy) = (program.form.clone(), told(&program.here, "data-busy"));
    let send = move || {
        let program = program.clone();
        async move {
            let refusal = post(&program.form).await.err().map(|words| AppError::new(ErrorKind::Offline, words));
            program.say(refusal.as_ref());
        }
    };
    sends(&form, busy, Rc::new(move || Box::pin(send())));
}

/// Submits the form. On an error, shows the form of the returned page. Otherwise goes to that page.
async fn post(form: &HtmlFormElement) -> Result<(), &'static str> {
    answer(form, request(form).map_err(|_| FAILED)?).await
}

/// The request a browser without script would send.
fn request(form: &HtmlFormElement) -> Result<RequestInit, JsValue> {
    let data = FormData::new_with_form(form)?;
    let body = UrlSearchParams::new_with_str_sequence_sequence(&data)?;
    let headers = Headers::new()?;
    headers.set("Accept", "text/html")?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&body);
    Ok(request)
}

async fn answer(form: &HtmlFormElement, request: RequestInit) -> Result<(), &'static str> {
    let sent = window().fetch_with_str_and_init(&action(form), &request);
    let answer: Response = JsFuture::from(sent).await.map_err(|_| OFFLINE)?.unchecked_into();
    if !answer.redirected() {
        return Err(FAILED);
    }
    let refused = answer.url().contains("__err=");
    let page = if refused { answer.text().ok() } else { None };
    let page = match page {
        Some(page) => JsFuture::from(page).await.ok().and_then(|page| page.as_string()),
        None => None,
    };
    let page = page.and_then(|page| DomParser::new().ok()?.parse_from_string(&page, SupportedType::TextHtml).ok());
    let Some(page) = page.filter(|page| take_over(form, page).is_some()) else {
        let _ = window().location().set_href(&answer.url());
        return Ok(());
    };
    match page.query_selector(TOO_LATE) {
        Ok(Some(_)) => Err(RENEWED),
        _ => Ok(()),
    }
}

fn action(form: &HtmlFormElement) -> String {
    form.get_attribute("action").unwrap_or_default()
}

/// Replaces the content of `form` with that of the same form in `page`, and keeps the input. `None` if `page` has no
/// such form.
fn take_over(form: &HtmlFormElement, page: &Document) -> Option<()> {
    let fresh = page.query_selector(&format!("form[action='{}']", action(form))).ok()??;
    let (typed, empty) = (controls(form), controls(&fresh));
    if typed.len() != empty.len() {
        return None;
    }
    typed.iter().zip(&empty).for_each(|(from, to)| carry(from, to));
    if let (Some(alive), Some(copy)) = (one::<Element>(form, PROGRAM), one::<Element>(&fresh, PROGRAM)) {
        copy.replace_with_with_node_1(&alive).ok()?;
    }
    form.set_text_content(None);
    while let Some(child) = fresh.first_child() {
        form.append_child(&child).ok()?;
    }
    let focus = one::<HtmlElement>(form, "[aria-invalid=true]").or_else(|| one(form, "button:not([type=button])"));
    focus?.focus().ok()
}

/// Copies the value of one control to its replacement. The form token is not copied: the new one is needed.
fn carry(from: &Element, to: &Element) {
    if told(to, "name") == FORM_TOKEN {
        return;
    }
    if let (Some(from), Some(to)) = (from.dyn_ref::<HtmlInputElement>(), to.dyn_ref::<HtmlInputElement>()) {
        to.set_checked(from.checked());
    }
    set_value(to, &value(from));
}
