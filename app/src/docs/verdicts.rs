//! Meaning of each verdict, and how to react to it. A verdict without a text doesn't compile.

use crate::ui::Table;
use domain::verify::Verdict;
use leptos::prelude::*;

/// Meaning of the verdict, and advice for the caller.
pub(super) fn in_words(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Valid => ("The credential is good for what was asked.", "Let the request through."),
        Verdict::Malformed => (
            "This is no credential: a character is missing or wrong, or it is of another product.",
            "Copy the secret again, whole.",
        ),
        Verdict::NotFound => (
            "Nobody has issued it, or it belongs to another organization.",
            "Check that it is the right credential for this installation and organization.",
        ),
        Verdict::Revoked => ("It was revoked, for good.", "Issue another one."),
        Verdict::Expired => (
            "Its time is over, or a roll has replaced this secret.",
            "Use the newest secret, or issue another credential.",
        ),
        Verdict::Disabled => ("Somebody has switched it off for now.", "Ask an Admin to enable it."),
        Verdict::PendingApproval => (
            "The organization requires approval, and nobody has approved it yet.",
            "Wait for an Admin; it then works without being issued again.",
        ),
        Verdict::BlockedByPolicy => (
            "A policy of the organization does not allow it any more.",
            "Read the policy, then issue one that fits it.",
        ),
        Verdict::OwnerInactive => (
            "Whom it represents is no member of the organization any more.",
            "Ask an Admin to hand it over to a service account, or issue another one.",
        ),
        Verdict::OrgAuthorizationRequired => (
            "It is at home in another organization of its owner, who has not authorized it for the one that asks.",
            "Its owner follows fix_url and authorizes it; where the policy asks for approval, an Admin then approves it.",
        ),
        Verdict::EnvironmentMismatch => (
            "It is for the other environment: a test credential where a live one is needed, or the other way round.",
            "Use the credential of the right environment.",
        ),
        Verdict::WrongAudience => {
            ("It is for another API.", "Ask the token endpoint for this API: name its audience as resource.")
        }
        Verdict::IpNotAllowed => {
            ("It may not be used from this address.", "Call from an allowed network, or have its networks changed.")
        }
        Verdict::UserContextRequired => {
            ("This operation needs a person, and the credential represents none.", "Use a personal access token.")
        }
        Verdict::ApplicationContextRequired => (
            "This operation is for applications, and the credential represents a person.",
            "Use an API key or an M2M client.",
        ),
        Verdict::InsufficientScope => {
            ("It lacks a scope; missing_scopes names it.", "Have its scopes widened, or issue one that has them.")
        }
        Verdict::ResourceNotInScope => {
            ("It is limited to other resources than this one.", "Have the resource added, or use another credential.")
        }
        Verdict::RateLimited => {
            ("It was used too often in a short time.", "Wait as long as reset_seconds or Retry-After says.")
        }
        Verdict::QuotaExceeded => {
            ("Its quota of the day or month is used up.", "Wait for the next period, or have the quota raised.")
        }
    }
}

/// Every verdict, in order of precedence.
#[component]
pub(crate) fn VerdictTable() -> impl IntoView {
    view! {
        <section class="panel">
            <Table caption="Verdicts" heads=vec!["Code", "Meaning", "What to do"]>
                {Verdict::ALL
                    .into_iter()
                    .map(|verdict| {
                        let (meaning, advice) = in_words(verdict);
                        view! {
                            <tr id=verdict.as_str()>
                                <th scope="row"><code>{verdict.as_str()}</code></th>
                                <td data-label="Meaning">{meaning}</td>
                                <td data-label="What to do">{advice}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}
