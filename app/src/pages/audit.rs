//! The organization's audit log.

use super::{Paging, ROWS, encoded, in_path, query};
use crate::{
    audit::{AuditDays, AuditEvent, AuditFilterForm, ExportLinks, LogFilter},
    layout::{PageHead, signed_in_page},
    server_side::{PageRequest, refused, service},
    ui::{ButtonLink, EmptyState, Glyph},
};
use leptos::prelude::*;

/// The filtered log, or the single event that the URL names.
#[component]
pub(crate) fn AuditPage() -> impl IntoView {
    let (slug, filter, cursor) = (in_path("slug"), LogFilter::read(query), query("cursor"));
    let one = query("event").and_then(|number| number.parse::<i64>().ok());
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        if let Some(number) = one {
            let event = service()?.audit_log().show(&context.caller, number).await.map_err(refused)?;
            let crumbs = vec![(format!("/orgs/{slug}/audit"), "Audit log".to_owned())];
            return Ok(view! {
                <PageHead title=format!("Event {number}") lead="As it is stored: who, what, when, from where, and the hash that the next event builds upon." crumbs=crumbs/>
                <AuditEvent slug=slug event=event/>
            }
            .into_any());
        }
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(ROWS, cursor);
        let found = service()?.audit_log().list(&context.caller, &filter.to_service(), &page).await.map_err(refused)?;
        let path = format!("/orgs/{slug}/audit");
        let rest: String = filter.pairs().iter().map(|(name, value)| format!("{name}={}&", encoded(value))).collect();
        let newest = format!("{path}?{}", rest.trim_end_matches('&'));
        let older = found.next_cursor.map(|cursor| format!("{path}?{rest}cursor={cursor}"));
        let empty = found.items.is_empty();
        let export = view! { <ExportLinks path=path.clone() filter=filter.clone()/> };
        Ok(view! {
            <PageHead title="Audit log" lead="Every change in the organization, with who, when and from where. Times are in UTC. Nothing here can be edited or deleted.">
                {export}
            </PageHead>
            <div class="stack">
                <AuditFilterForm path=path.clone() filter=filter/>
                {if empty {
                    view! {
                        <section class="panel">
                            <EmptyState glyph=Glyph::Ledger title="Nothing happened" lead="No event fits this filter.">
                                <ButtonLink href=path>"Show all"</ButtonLink>
                            </EmptyState>
                        </section>
                    }.into_any()
                } else {
                    view! { <AuditDays slug=slug events=found.items/> }.into_any()
                }}
            </div>
            <Paging newest=newest older=older on_first_page=on_first_page/>
        }
        .into_any())
    })
}
