//! The form for an emergency rotation: its consequences, and the word to type.

use super::{CONFIRMATION, ReplaceSigningKeys};
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, ButtonLink, Callout, CalloutTone, Glyph, Icon, Look, TextField},
};
use leptos::prelude::*;

#[component]
pub(crate) fn EmergencyForm(
    /// URL of the list of keys.
    back: &'static str,
    refusal: Option<AppError>,
) -> impl IntoView {
    let refused = Refused(refusal);
    let at_confirm = refused.at("/confirm");
    view! {
        <PostForm class="revoke" action={posts_to::<ReplaceSigningKeys>()} private=true>
            <div class="dialog-head"><h2 class="dialog-title">"Replace every signing key now?"</h2></div>
            <div class="dialog-body">
                <Refusal refused=refused fields=&["/confirm"]/>
                <ul class="revoke-effects">
                    <li>
                        <Icon glyph=Glyph::Ban/>
                        <span>"Every access token that was issued until now, to every organization, is refused here at once. Clients have to ask for new ones."</span>
                    </li>
                    <li>
                        <Icon glyph=Glyph::Clock/>
                        <span>"APIs that check tokens themselves accept the old ones until they fetch the key set again, usually within five minutes. Until then some refuse the new ones."</span>
                    </li>
                    <li>
                        <Icon glyph=Glyph::Info/>
                        <span>"Tokens, API keys and client secrets go on working. It cannot be undone."</span>
                    </li>
                </ul>
                <Callout tone=CalloutTone::Warn>
                    <p>"Do this only if a private key may be in wrong hands. Otherwise rotate: nobody notices that."</p>
                </Callout>
                <TextField id="confirm" name="confirm" label=format!("Type “{CONFIRMATION}” to confirm") error=at_confirm/>
            </div>
            <div class="dialog-foot">
                <ButtonLink href=back look=Look::Ghost>"Keep the keys"</ButtonLink>
                <Button look=Look::Danger>"Replace the keys now"</Button>
            </div>
        </PostForm>
    }
    .into_any()
}
