//! Why something was refused, in words that lead to what is to be mended. Never a secret.

use serde_json::{Map, Value, json};

use super::ids::{ClientId, UserId};
use super::redirect;
use super::text::{self, Language};
use super::time::{Time, rfc3339};

mod reasons;

pub use reasons::{Kind, Reason};

/// A reason and the plain facts of this case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Why.
    pub reason: Reason,
    /// What was sent, what was expected, what it is about: `sent`, `expected` and `name` are put into the words.
    pub details: Map<String, Value>,
}

impl Cause {
    /// A reason alone.
    pub fn new(reason: Reason) -> Self {
        Self { reason, details: Map::new() }
    }

    /// Adds a plain fact: cut to a length that fits, without control characters, and without anything that looks like a
    /// code or token of this server.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), harmless(value.into()));
        self
    }
}

/// The longest text in the details.
const MAX_TEXT: usize = 300;
/// The longest list in the details, and the longest text in it: what is registered is to be seen elsewhere.
const MAX_LIST: usize = 5;
const MAX_ITEM: usize = 150;

fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(harmless_text(&text, MAX_TEXT)),
        Value::Array(items) => {
            let is_cut = items.len() > MAX_LIST;
            let short = |item| match item {
                Value::String(text) => Value::String(harmless_text(&text, MAX_ITEM)),
                Value::Array(_) | Value::Object(_) => Value::Null,
                other => other,
            };
            let kept = items.into_iter().take(MAX_LIST).map(short);
            kept.chain(is_cut.then(|| Value::from("…"))).collect()
        }
        other => other,
    }
}

/// What codes, tokens and secrets of this server begin with, and what a JWT begins with.
const MARKS: [&str; 2] = ["gra_", "eyJ"];

fn harmless_text(text: &str, most: usize) -> String {
    let end = MARKS.iter().filter_map(|mark| text.find(mark)).min();
    let (kept, cut) = match end.and_then(|end| text.get(..end)) {
        Some(kept) => (kept, true),
        None => (text, false),
    };
    let mut short: String = kept.chars().filter(|c| !c.is_control()).take(most).collect();
    if cut || kept.chars().count() > most {
        short.push('…');
    }
    short
}

/// The beginning of an identifier that nobody has: enough to know it again, too little to be a secret that was put in
/// its place.
pub fn beginning(text: &str) -> String {
    let mut short: String = text.chars().take(8).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// What is to be noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was refused.
    pub kind: Kind,
    /// The client, if it is known.
    pub client: Option<ClientId>,
    /// The person, if they are known.
    pub user: Option<UserId>,
    /// What the caller was told: a code of RFC 6749, or that of a refused sign-in.
    pub code: &'static str,
    /// Why.
    pub cause: Cause,
}

/// What was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The identifier of the request.
    pub id: String,
    /// When.
    pub created_at: Time,
    /// What was refused, by its name.
    pub kind: String,
    /// The client, if it was known.
    pub client: Option<ClientId>,
    /// The person, if they were known.
    pub user: Option<UserId>,
    /// What the caller was told.
    pub code: String,
    /// Why, by its name: a later version may have known others.
    pub reason: String,
    /// The plain facts.
    pub details: Map<String, Value>,
    /// From where.
    pub ip_address: Option<String>,
}

impl Noted {
    /// Its place in a list: [`super::page::Page::after`] of the next page.
    pub fn cursor(&self) -> String {
        super::audit::cursor(self.created_at, &self.id)
    }

    /// What happened and the one thing to mend, in words.
    pub fn explain(&self) -> Explained {
        explain(&self.reason, &self.details)
    }

    /// All of it as JSON, explained in English.
    pub fn to_json(&self) -> Value {
        let explained = self.explain();
        json!({
            "id": self.id,
            "created_at": rfc3339(self.created_at),
            "kind": self.kind,
            "client_id": self.client,
            "user_id": self.user,
            "error": self.code,
            "reason": self.reason,
            "details": self.details,
            "ip_address": self.ip_address,
            "explanation": explained.why(Language::English),
            "remedy": explained.mend(Language::English),
        })
    }

    /// The same without what tells of people: for the owner of the client.
    #[must_use]
    pub fn for_owner(mut self) -> Self {
        (self.user, self.ip_address) = (None, None);
        self
    }
}

/// Which ones are asked for; what is none restricts nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// Of this person.
    pub user: Option<UserId>,
    /// What was refused.
    pub kind: Option<Kind>,
    /// Not before.
    pub from: Option<Time>,
    /// Before.
    pub until: Option<Time>,
}

/// A reason in words, in any language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    reason: Reason,
    arguments: Vec<(&'static str, text::Value)>,
}

impl Explained {
    /// What happened.
    pub fn why(&self, language: Language) -> String {
        text::say(language, &message("why", self.reason), &self.arguments)
    }

    /// The one thing to mend.
    pub fn mend(&self, language: Language) -> String {
        text::say(language, &message("mend", self.reason), &self.arguments)
    }
}

/// The identifier of a message: `failure-why-redirect-uri-mismatch`.
fn message(part: &str, reason: Reason) -> String {
    format!("failure-{part}-{}", reason.as_str().replace('_', "-"))
}

/// A reason, by its name, and the facts of a case in words. A name that this version does not know is told as such.
pub fn explain(reason: &str, details: &Map<String, Value>) -> Explained {
    let reason = Reason::parse(reason).unwrap_or(Reason::Other);
    let plain = |value: Option<&Value>| match value {
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        Some(Value::Array(items)) if !items.is_empty() => {
            let items = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            items.collect::<Vec<_>>().join(", ")
        }
        Some(Value::Number(number)) => number.to_string(),
        _ => "–".to_owned(),
    };
    let arguments = ["sent", "expected", "name"].map(|name| (name, text::Value::Text(plain(details.get(name)))));
    // Apart from the rest of an address, which may look like anything.
    let host = match details.get("sent").and_then(Value::as_str) {
        Some(sent) if !sent.is_empty() => redirect::target(sent).name,
        _ => plain(None),
    };
    let host = ("host", text::Value::Text(host));
    Explained { reason, arguments: arguments.into_iter().chain([host]).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_explained_in_every_language() {
        for reason in Reason::ALL {
            for language in Language::ALL {
                let explained = explain(reason.as_str(), &Map::new());
                for text in [explained.why(language), explained.mend(language)] {
                    assert!(!text.starts_with("failure-") && text.len() > 8, "{language}: {reason:?}: {text}");
                }
            }
        }
    }

    #[test]
    fn what_a_stranger_may_have_sent_is_told_as_such() {
        let sent = "https://app.example@login.evil.example/cb";
        let cause = Cause::new(Reason::RedirectUriMismatch).with("sent", sent);
        let explained = explain(cause.reason.as_str(), &cause.details);
        for language in Language::ALL {
            assert!(explained.why(language).replace(sent, "").contains("login.evil.example"), "{language}");
            assert!(explained.mend(language).contains("login.evil.example"), "{language}");
        }
        assert!(explained.mend(Language::English).contains("Anybody can send such a request"));
    }

    #[test]
    fn what_looks_like_a_secret_is_cut_off() {
        let cause = Cause::new(Reason::Other).with("sent", "https://a.example/cb?code=gra_ac_abc\u{7}def");
        assert_eq!(cause.details["sent"], "https://a.example/cb?code=…");
        let long = Cause::new(Reason::Other).with("sent", vec!["é\n".repeat(400); 40]);
        let list =
            long.details["sent"].as_array().map(|items| (items.len(), items[0].as_str().map(|t| t.chars().count())));
        assert_eq!(list, Some((MAX_LIST + 1, Some(MAX_ITEM + 1))));
        assert_eq!(beginning("a-secret-in-the-wrong-place"), "a-secret…");
    }
}
