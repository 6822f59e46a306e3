//! The program of the roll form: submits it and shows the one reply with the new secret.

use super::{reveal_once::reveal_or_go_on, roll_credential};
use crate::forms::{
    dom::{one, told, value},
    sending::{Program, sends},
};
use std::rc::Rc;
use web_sys::Element;

/// Attaches the program to its form.
pub(crate) fn wake(program: Program) {
    program.is_awake();
    let form = program.form.clone();
    let send = move || {
        let program = program.clone();
        async move {
            let overlap = one::<Element>(&program.form, "input[name=overlap]:checked").map(|input| value(&input));
            let seconds = overlap.and_then(|overlap| overlap.parse().ok()).unwrap_or_default();
            let rolled = roll_credential(told(&program.here, "data-at"), told(&program.here, "data-id"), seconds).await;
            program.say(rolled.as_ref().err());
            if let Ok(rolled) = rolled {
                reveal_or_go_on(&rolled);
            }
        }
    };
    sends(&form, "Rolling…".to_owned(), Rc::new(move || Box::pin(send())));
}
