//! The filter of the audit log. It only changes the URL, so every view can be linked to and works without script.

use crate::ui::{Button, ButtonLink, Field, Look, Select};
use domain::{Timestamp, audit::AuditAction, credential::DAY_SECONDS};
use leptos::prelude::*;
use service::audit_log::AuditFilter;

/// Filter from the URL. An empty field does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogFilter {
    /// Public name of an event.
    pub(crate) action: String,
    /// Actor ID.
    pub(crate) actor: String,
    /// Target ID.
    pub(crate) target: String,
    /// First day, in UTC.
    pub(crate) from: String,
    /// Last day, in UTC; included.
    pub(crate) until: String,
}

impl LogFilter {
    /// Reads the filter from the URL; `value` returns a query parameter.
    pub(crate) fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| value(name).unwrap_or_default().trim().chars().take(100).collect();
        Self {
            action: text("action"),
            actor: text("actor"),
            target: text("target"),
            from: text("from"),
            until: text("until"),
        }
    }

    /// Name and value of every field that is set.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("action", self.action.as_str()),
            ("actor", &self.actor),
            ("target", &self.target),
            ("from", &self.from),
            ("until", &self.until),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Query parameters of the API's filter; the values are not URL-encoded.
    pub(crate) fn to_api(&self) -> Vec<(&'static str, String)> {
        let filter = self.to_service();
        let instant = |instant: Option<Timestamp>| instant.map(|instant| instant.to_string());
        let all = [
            ("action", filter.action),
            ("actor", filter.actor),
            ("target", filter.target),
            ("after", instant(filter.after)),
            ("before", instant(filter.before)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Filter for the service. Days are whole days in UTC.
    pub(crate) fn to_service(&self) -> AuditFilter {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let day = |text: &String| Timestamp::parse_rfc3339(&format!("{text}T00:00:00Z")).ok();
        AuditFilter {
            action: some(&self.action),
            actor: some(&self.actor),
            target: some(&self.target),
            after: day(&self.from),
            before: day(&self.until).map(|day| day.plus_seconds(DAY_SECONDS)),
        }
    }
}

#[component]
fn Day(id: &'static str, name: &'static str, label: &'static str, value: String) -> impl IntoView {
    view! {
        <Field id=id label=label>
            <input class="input" id=id type="date" name=name value=value/>
        </Field>
    }
    .into_any()
}

#[component]
pub(crate) fn AuditFilterForm(path: String, filter: LogFilter) -> impl IntoView {
    let actions = std::iter::once((String::new(), "Anything".to_owned()))
        .chain(AuditAction::ALL.map(|action| (action.as_str().to_owned(), action.title().to_owned())));
    let action = path.clone();
    let filtered = !filter.pairs().is_empty();
    let id_field = |id: &'static str, name: &'static str, label: &'static str, value: String| {
        view! {
            <Field id=id label=label>
                <input class="input input-code" id=id type="text" name=name value=value maxlength="100" autocomplete="off" spellcheck="false" placeholder="Id"/>
            </Field>
        }
    };
    view! {
        <form class="filter" method="get" action=action role="search">
            <div class="filter-row">
                <Select id="log-action" name="action" label="What happened" options=actions.collect() chosen=filter.action.clone()/>
                <Day id="log-from" name="from" label="From" value=filter.from.clone()/>
                <Day id="log-until" name="until" label="Until" value=filter.until.clone()/>
                {id_field("log-actor", "actor", "By", filter.actor.clone())}
                {id_field("log-target", "target", "About", filter.target.clone())}
            </div>
            <div class="form-actions">
                <Button>"Filter"</Button>
                {filtered.then(|| view! { <ButtonLink href=path look=Look::Ghost>"Show all"</ButtonLink> })}
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_counts_whole() {
        let filter = LogFilter { from: "2027-01-31".into(), until: "2027-01-31".into(), ..LogFilter::default() };
        let service = filter.to_service();
        let length = service.before.and_then(|before| Some(before.seconds_since(service.after?)));
        assert_eq!(length, Some(DAY_SECONDS));
        assert_eq!(LogFilter { from: "nonsense".into(), ..LogFilter::default() }.to_service().after, None);
    }
}
