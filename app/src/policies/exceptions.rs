//! Policy exceptions.

use super::{EndException, GrantException};
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    server_side::CredentialPages,
    ui::{Button, Field, Look, RelativeTime, Table, TextField, input_date},
};
use domain::{Timestamp, credential::DAY_SECONDS, policy::Exception};
use leptos::prelude::*;

/// Credential, end and reason of each exception.
#[component]
pub(crate) fn Exceptions(
    slug: String,
    /// Exceptions that have not ended.
    exceptions: Vec<Exception>,
    now: Timestamp,
) -> impl IntoView {
    let rows = exceptions
        .into_iter()
        .map(|exception| {
            let page = CredentialPages::of(&slug, exception.credential.kind()).page(exception.credential);
            let (slug, name) = (slug.clone(), exception.name.to_string());
            view! {
                <tr>
                    <th scope="row">
                        <span class="entry">
                            <a class="entry-name" href=page dir="auto">{name.clone()}</a>
                            <span class="entry-note" dir="auto">{exception.note}</span>
                        </span>
                    </th>
                    <td data-label="Ends" class="cell-tight"><RelativeTime at=exception.ends_at now=now/></td>
                    <td data-label="By" dir="auto">{exception.granted_by.name.to_string()}</td>
                    <td class="cell-tight">
                        <PostForm action={posts_to::<EndException>()}>
                            <input type="hidden" name="slug" value=slug/>
                            <input type="hidden" name="id" value=exception.credential.to_string()/>
                            <Button look=Look::DangerQuiet>"End now"<span class="unseen">" for "{name}</span></Button>
                        </PostForm>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="exceptions-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="exceptions-heading">"Exceptions"</h2>
                    <p class="panel-lead">"These need not keep their policy until then. They are listed first to end first."</p>
                </div>
            </div>
            <Table caption="Exceptions" heads=vec!["Name", "Ends", "By", ""]>{rows}</Table>
        </section>
    }
    .into_any()
}

#[component]
pub(crate) fn ExceptionForm(
    slug: String,
    /// ID of the credential, if a link named it.
    credential: String,
    now: Timestamp,
    refusal: Option<AppError>,
) -> impl IntoView {
    let refused = Refused(refusal);
    let end_error = refused.at("/ends_at");
    view! {
        <section class="panel" aria-labelledby="except-heading" id="except">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="except-heading">"Let a credential off"</h2>
                    <p class="panel-lead">"For what cannot be replaced in time. It ends by itself."</p>
                </div>
            </div>
            <PostForm class="form panel-body" action={posts_to::<GrantException>()}>
                <Refusal refused=refused.clone() fields=&["/credential_id", "/ends_at", "/note"]/>
                <input type="hidden" name="slug" value=slug/>
                <TextField id="except-credential" name="credential" label="Credential ID" value=credential placeholder="key_…" error=refused.at("/credential_id")/>
                <Field id="except-until" label="Last day" error=end_error>
                    <input
                        class="input max-w-48"
                        id="except-until"
                        name="until"
                        type="date"
                        required
                        min=input_date(now.plus_seconds(DAY_SECONDS))
                        max=input_date(now.plus_seconds(364 * DAY_SECONDS))
                        value=input_date(now.plus_seconds(30 * DAY_SECONDS))
                    />
                </Field>
                <TextField id="except-note" name="note" label="Why" length=(1, 1000) error=refused.at("/note")/>
                <div class="form-actions"><Button>"Make the exception"</Button></div>
            </PostForm>
        </section>
    }
    .into_any()
}
