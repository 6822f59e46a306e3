//! The signing keys of the installation, and their emergency rotation. Only the operator can see these pages.

use super::{done, refusal_of};
use crate::{
    forms::{PostForm, Refusal, Refused},
    layout::{PageHead, posts_to, signed_in_page},
    server_side::{refused, service},
    signing_keys::{EmergencyForm, ReplaceSigningKeys, RotateSigningKeys, SigningKeyTable},
    ui::{Button, ButtonLink, Callout, Look},
};
use leptos::prelude::*;

const KEYS: &str = "/platform/signing-keys";

fn done_in_words() -> Option<&'static str> {
    match done("done")?.as_str() {
        "rotated" => Some("The next keys are published. They take over in ten minutes; no token fails."),
        "replaced" => {
            Some("Every key was replaced. What the old ones signed is refused here from now on; clients ask again.")
        }
        _ => None,
    }
}

#[component]
pub(crate) fn SigningKeysPage() -> impl IntoView {
    let (just_done, refusal) = (done_in_words(), refusal_of::<RotateSigningKeys>());
    signed_in_page(move |context| async move {
        let keys = service()?.signing_keys().list(&context.caller).await.map_err(refused)?;
        let empty = keys.is_empty();
        Ok(view! {
            <PageHead title="Signing keys" lead="The keys that sign access tokens, for all organizations of this installation. They are replaced by themselves every 60 days."/>
            <div class="stack">
                {just_done.map(|words| view! { <div role="status"><Callout><p>{words}</p></Callout></div> })}
                <Refusal refused=Refused(refusal) fields=&[]/>
                <section class="panel" aria-label="Keys">
                    {if empty {
                        view! { <p class="panel-body text-faint">"None yet. The first one is made when the first access token is asked for."</p> }.into_any()
                    } else {
                        view! { <SigningKeyTable keys=keys now=context.now/> }.into_any()
                    }}
                </section>
                <section class="panel" aria-labelledby="rotate-heading">
                    <div class="panel-head">
                        <div>
                            <h2 class="panel-title" id="rotate-heading">"Rotate"</h2>
                            <p class="panel-lead">"The next key of each algorithm is published at once and takes over in ten minutes, when every API has fetched it. What the old one signed goes on being accepted until it ends."</p>
                        </div>
                        <PostForm action={posts_to::<RotateSigningKeys>()}><Button>"Rotate"</Button></PostForm>
                    </div>
                </section>
                <section class="panel" aria-labelledby="emergency-heading">
                    <div class="panel-head">
                        <div>
                            <h2 class="panel-title" id="emergency-heading">"Emergency rotation"</h2>
                            <p class="panel-lead">"When a private key may be in wrong hands: new keys sign at once, and every access token issued until now is refused."</p>
                        </div>
                        <ButtonLink href=format!("{KEYS}/emergency") look=Look::DangerQuiet>"Emergency rotation…"</ButtonLink>
                    </div>
                </section>
            </div>
        }
        .into_any())
    })
}

/// Asks for confirmation before every key is replaced.
#[component]
pub(crate) fn EmergencyRotationPage() -> impl IntoView {
    let refusal = refusal_of::<ReplaceSigningKeys>();
    signed_in_page(move |context| async move {
        service()?.signing_keys().list(&context.caller).await.map_err(refused)?;
        let crumbs = vec![(KEYS.to_owned(), "Signing keys".to_owned())];
        Ok(view! {
            <PageHead title="Emergency rotation" lead="For a private key that may be in wrong hands." crumbs=crumbs/>
            <EmergencyForm back=KEYS refusal=refusal/>
        }
        .into_any())
    })
}
