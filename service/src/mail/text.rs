//! The texts of mails.
//!
//! Owns subject and text. A mail shows a name as one short line that contains nothing a program turns into a link. A
//! name that looks like a link is left out of the subject. Notes and justifications are left out. Mails have no markup.

use domain::{
    EmailAddress, Timestamp,
    account::{Invitation, Org},
    credential::{Credential, Decision, Outcome, Owner, TokenRequest},
    ids::MailId,
};
use store::{AuditRecord, CrossOrgToken};

/// A mail for the mail server.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) id: MailId,
    pub(crate) to: EmailAddress,
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// The longest part of a name that a mail repeats. It is enough to recognize the name, but no space for a message.
const LONGEST_NAME: usize = 60;

/// Returns a name on one line, without anything that mail programs turn into a link. Only letters, digits, spaces and
/// simple punctuation remain.
fn plain(name: &str) -> String {
    let words = without_links(name);
    let mut line: String = words.chars().take(LONGEST_NAME).collect();
    if words.chars().count() > LONGEST_NAME {
        line.push('…');
    }
    line
}

fn without_links(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let kept = |(place, c): (usize, &char)| {
        let ends_a_word = characters.get(place + 1).is_none_or(|next| next.is_whitespace());
        let is_mark = matches!(c, '\u{300}'..='\u{36f}');
        match c {
            c if c.is_alphanumeric() || is_mark => *c,
            '\'' | '’' | '-' | '_' | '(' | ')' | '&' | '+' | ',' | '!' | '#' => *c,
            '.' | '?' if ends_a_word => *c,
            _ => ' ',
        }
    };
    let line: String = characters.iter().enumerate().map(kept).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns whether a name looks like a link, so that it is left out of the subject.
fn is_like_a_link(name: &str) -> bool {
    let has_host = |word: &str| {
        word.split('.')
            .collect::<Vec<_>>()
            .windows(2)
            .any(|parts| parts[0].ends_with(char::is_alphanumeric) && parts[1].starts_with(char::is_alphabetic))
    };
    let lower = name.to_lowercase();
    ["://", "www.", "http", "/", "\\", "@", "。", "．", "｡"].iter().any(|sign| lower.contains(sign))
        || lower.split_whitespace().any(has_host)
}

/// Returns a name for the subject, or `otherwise` if it looks like a link.
fn in_subject(name: &str, otherwise: &str) -> String {
    if is_like_a_link(name) { otherwise.to_owned() } else { plain(name) }
}

/// Formats a date, such as `6 December 2026, 08:24 UTC`.
fn date(at: Timestamp) -> String {
    let at = at.to_utc();
    let (hour, minute, _) = at.time().as_hms();
    format!("{} {} {}, {hour:02}:{minute:02} UTC", at.day(), at.month(), at.year())
}

/// Invites a person.
pub(crate) fn invitation(id: MailId, invitation: &Invitation, org: &Org, link: &str) -> Letter {
    let (by, name) = (plain(invitation.invited_by.name.as_str()), plain(org.name.as_str()));
    let subject = format!("Join {} on Mintmark", in_subject(org.name.as_str(), "an organization"));
    let (until, to) = (date(invitation.expires_at), &invitation.email);
    let text = format!(
        "{by} invites you to join {name} on Mintmark, as {role}.\n\n\
         Join here:\n{link}\n\n\
         The link works once, until {until}, and only for an account with the address {to}.\n\
         If you did not expect this, do nothing: without the link nothing happens.\n",
        role = invitation.role,
    );
    Letter { id, to: to.clone(), subject, text }
}

/// Reports that a credential is about to expire, or has expired at `now`.
pub(crate) fn end_of_credential(
    (id, to): (MailId, EmailAddress),
    credential: &Credential,
    (org, issuer): (&Org, &str),
    now: Timestamp,
) -> Option<Letter> {
    let end = credential.grant.expires_at?;
    let (name, kind, whose) =
        (plain(credential.grant.name.as_str()), credential.kind().rules().title, plain(org.name.as_str()));
    let at = date(end);
    let target = match credential.redacted() {
        "" => "What uses it is shown here:".to_owned(),
        redacted => format!("It is {redacted}; what uses it is shown here:"),
    };
    let page = match credential.owner {
        Owner::ServiceAccount(account) => format!("orgs/{}/service-accounts/{account}/tokens", org.slug),
        Owner::User(_) | Owner::Organization => format!("orgs/{}/{}", org.slug, credential.kind().rules().path),
    };
    let in_subject = in_subject(credential.grant.name.as_str(), "A credential");
    let (subject, first, then) = if end <= now {
        let then = "Every call with it is refused. If something still needs it, issue another and put it in its place.";
        (format!("{in_subject} has ended"), format!("The {kind} {name} of {whose} has ended on {at}."), then)
    } else {
        let days = (end.seconds_since(now) + 86_399) / 86_400;
        let left = if days == 1 { "within a day".to_owned() } else { format!("in {days} days") };
        let then = "From then on every call with it is refused. Issue another in time and put it in its place.";
        (format!("{in_subject} ends {left}"), format!("The {kind} {name} of {whose} ends {left}, on {at}."), then)
    };
    let text = format!("{first}\n{then}\n\n{target}\n{issuer}/{page}/{}\n", credential.id);
    Some(Letter { id, to, subject, text })
}

/// Reports an approval request. `None` if it is no longer pending.
pub(crate) fn request(
    (id, to): (MailId, EmailAddress),
    request: &TokenRequest,
    (org, issuer): (&Org, &str),
    now: Timestamp,
) -> Option<Letter> {
    let credential = &request.credential;
    let waits = credential.pending_since.is_some() && !credential.status(now).is_final();
    let (by, name, whose) =
        (plain(request.requested_by.name.as_str()), plain(credential.grant.name.as_str()), plain(org.name.as_str()));
    let text = format!(
        "{by} asks for the {kind} {name} in {whose}. It works when somebody has approved it.\n\n\
         Why it is needed, and the decision:\n{issuer}/orgs/{slug}/approvals\n",
        kind = credential.kind().rules().title,
        slug = org.slug,
    );
    let subject = asks(request.requested_by.name.as_str(), credential.grant.name.as_str());
    waits.then_some(Letter { id, to, subject, text })
}

fn asks(by: &str, name: &str) -> String {
    format!("{} asks for approval of {}", in_subject(by, "Somebody"), in_subject(name, "a credential"))
}

/// Reports a decision to the person who made the request. `None` if there is no decision.
pub(crate) fn decision(
    (id, to): (MailId, EmailAddress),
    request: &TokenRequest,
    (org, issuer): (&Org, &str),
) -> Option<Letter> {
    let (credential, decision) = (&request.credential, request.decision.as_ref()?);
    let (by, name, whose) =
        (plain(decision.by.name.as_str()), plain(credential.grant.name.as_str()), plain(org.name.as_str()));
    let kind = credential.kind().rules().title;
    let in_subject = in_subject(credential.grant.name.as_str(), "Your credential");
    let (subject, first) = match decision.outcome {
        Outcome::Approved => (
            format!("{in_subject} was approved"),
            format!("{by} has approved the {kind} {name} of {whose}. It works now, with the secret that you have."),
        ),
        Outcome::Denied => (
            format!("{in_subject} was not approved"),
            format!("{by} has not approved the {kind} {name} of {whose}. It was revoked and will never work."),
        ),
    };
    let (note, path) = (said(decision, &by), credential.kind().rules().path);
    let text = format!("{first}{note}\n\nIt is here:\n{issuer}/orgs/{}/{path}/{}\n", org.slug, credential.id);
    Some(Letter { id, to, subject, text })
}

/// Reports a request to authorize a token of another organization. `None` if it is no longer pending.
pub(crate) fn authorization_request(
    (id, to): (MailId, EmailAddress),
    token: &CrossOrgToken,
    (org, issuer): (&Org, &str),
    now: Timestamp,
) -> Option<Letter> {
    let waits = token.authorization.pending_since.is_some() && !token.life.status(now).is_final();
    let (by, name, whose) = (plain(token.owner_name.as_str()), plain(token.name.as_str()), plain(org.name.as_str()));
    let text = format!(
        "{by} asks that their token {name} may work in {whose}, too. It works there when somebody has approved it.\n\n\
         What it could do, and the decision:\n{issuer}/orgs/{slug}/organization-authorizations\n",
        slug = org.slug,
    );
    let subject = asks(token.owner_name.as_str(), token.name.as_str());
    waits.then_some(Letter { id, to, subject, text })
}

/// Reports the decision about an organization authorization to the token's owner. `None` if there is no decision.
pub(crate) fn authorization_decision(
    (id, to): (MailId, EmailAddress),
    token: &CrossOrgToken,
    (org, issuer): (&Org, &str),
) -> Option<Letter> {
    let decision = token.authorization.decision.as_ref()?;
    let (by, name, whose) = (plain(decision.by.name.as_str()), plain(token.name.as_str()), plain(org.name.as_str()));
    let (token_name, org_name) =
        (in_subject(token.name.as_str(), "Your token"), in_subject(org.name.as_str(), "an organization"));
    let (subject, first) = match decision.outcome {
        Outcome::Approved => (
            format!("{token_name} was approved for {org_name}"),
            format!("{by} has approved that the token {name} works in {whose}. It works there now."),
        ),
        Outcome::Denied => (
            format!("{token_name} was not approved for {org_name}"),
            format!("{by} has not approved that the token {name} works in {whose}. Elsewhere nothing changes."),
        ),
    };
    let text = format!(
        "{first}{}\n\nIt is here:\n{issuer}/settings/tokens/{}\n",
        said(decision, &by),
        token.authorization.credential
    );
    Some(Letter { id, to, subject, text })
}

/// Returns the verb for a change of another person's token. `None` for other events.
fn done(action: &str) -> Option<&'static str> {
    Some(match action {
        "credential.updated" => "changed",
        "credential.disabled" => "disabled",
        "credential.enabled" => "enabled",
        "credential.revoked" => "revoked",
        "credential.transferred" => "transferred",
        "credential.roll_finished" => "ended the old secret of",
        "credential.roll_cancelled" => "canceled the new secret of",
        _ => return None,
    })
}

/// Returns whether the owner of the credential gets mail about an event.
pub(crate) fn tells_of_change(event: &AuditRecord, credential: &Credential) -> bool {
    let is_by_owner = event.actor_id == credential.owner.id(credential.org);
    event.actor_type != "system" && !is_by_owner && done(&event.action).is_some()
}

/// Reports changes of a person's token by others, the latest first. `None` if there are none.
pub(crate) fn change(
    (id, to): (MailId, EmailAddress),
    credential: &Credential,
    events: &[&AuditRecord],
    (org, issuer): (&Org, &str),
) -> Option<Letter> {
    let (name, whose) = (plain(credential.grant.name.as_str()), plain(org.name.as_str()));
    let line = |event: &AuditRecord| {
        let done = done(&event.action).unwrap_or("changed");
        (format!("{} {done}", plain(&event.actor_name)), date(event.at))
    };
    let (first, at) = line(events.first()?);
    let mut text = format!("{first} your personal access token {name} of {whose}, on {at}.\n");
    for event in &events[1..] {
        let (did, at) = line(event);
        text += &format!("Before that, on {at}: {did} it.\n");
    }
    text += &format!(
        "\nWhat was changed is in its history:\n{issuer}/settings/tokens/{}\n\n\
         If you did not expect this, ask an owner or admin of {whose}.\n",
        credential.id,
    );
    Some(Letter { id, to, subject: format!("{first} {name}"), text })
}

/// Says that there is a note, without its text, which could pass for text of Mintmark in a mail.
fn said(decision: &Decision, by: &str) -> String {
    if decision.note.is_empty() { String::new() } else { format!(" {by} left a note.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(plain("Ada\r\nBcc: eve@x.test"), "Ada Bcc eve x test");
        assert_eq!(plain(&"x".repeat(200)).chars().count(), LONGEST_NAME + 1);
        assert_eq!(plain("Größe <b>"), "Größe b");
    }

    #[test]
    fn no_program_finds_a_link_in_a_name_and_no_subject_repeats_one() {
        for link in [
            "URGENT 0: confirm at https://evil.example/login now",
            "evil.example",
            "www.evil",
            "evil.example.",
            "see evil。example",
            "evil．example/x",
            "mailto:eve@evil.example",
            "evil.example:8443?x=1#y",
            "Acme http evil",
            "a\\b.c",
        ] {
            let text = plain(link);
            let words = text.split(' ').map(|word| word.trim_end_matches(['.', '?', '…']));
            let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() || "'’-_()&+,!#".contains(c));
            assert!(words.clone().all(is_word), "{text}");
            assert_eq!(in_subject(link, "an organization"), "an organization", "{link}");
        }
        for name in ["Acme, Inc.", "St. Gallen & Co.", "O’Neil-Smith (R&D)", "Łódź 24+1!", "日本株式会社", "C#"]
        {
            assert_eq!((plain(name), in_subject(name, "x")), (name.to_owned(), name.to_owned()));
        }
    }

    #[test]
    fn a_date_is_written_out() {
        assert_eq!(date(Timestamp::parse_rfc3339("2026-12-06T08:04:00Z").unwrap()), "6 December 2026, 08:04 UTC");
    }
}
