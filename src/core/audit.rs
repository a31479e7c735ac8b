//! What the audit log says: who did what, on what, and how it ended. Plain facts, never a secret.

mod acts;
pub mod words;

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

use super::ids::{ClientId, UserId};
use super::random::{Random, SystemRandom};
use super::time::{Time, rfc3339};

pub use acts::{Act, ObjectKind, Outcome};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person, signed in or proving who they are.
    Person(UserId),
    /// A client, authenticated.
    Client(ClientId),
    /// Whoever runs commands on the server's machine.
    Operator,
    /// The server by itself.
    Server,
    /// Somebody who proved nothing.
    Nobody,
}

impl Actor {
    /// The kind of actor, as it is kept.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Client(_) => "client",
            Self::Operator => "operator",
            Self::Server => "server",
            Self::Nobody => "nobody",
        }
    }

    /// The identifier among those of its kind; empty for a kind that is one.
    pub fn id(&self) -> String {
        match self {
            Self::Person(id) => id.to_string(),
            Self::Client(id) => id.to_string(),
            Self::Operator | Self::Server | Self::Nobody => String::new(),
        }
    }

    /// The actor of a kind and an identifier; none for what can be none.
    pub fn parse(kind: &str, id: &str) -> Option<Self> {
        match (kind, id) {
            ("person", id) => id.parse().ok().map(|id| Self::Person(UserId(id))),
            ("client", id) if !id.is_empty() => Some(Self::Client(id.into())),
            ("operator", "") => Some(Self::Operator),
            ("server", "") => Some(Self::Server),
            ("nobody", "") => Some(Self::Nobody),
            _ => None,
        }
    }
}

impl From<UserId> for Actor {
    fn from(id: UserId) -> Self {
        Self::Person(id)
    }
}

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The kind of thing.
    pub kind: ObjectKind,
    /// Its identifier among those of its kind.
    pub id: String,
}

impl Object {
    /// A thing of any kind.
    pub fn new(kind: ObjectKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

impl From<UserId> for Object {
    fn from(id: UserId) -> Self {
        Self::new(ObjectKind::User, id.to_string())
    }
}

impl From<&ClientId> for Object {
    fn from(id: &ClientId) -> Self {
        Self::new(ObjectKind::Client, id.as_str())
    }
}

/// What is to be put into the audit log. The moment, the request and its address are added there.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Who.
    pub actor: Actor,
    /// What.
    pub act: Act,
    /// On what.
    pub object: Option<Object>,
    /// How it ended.
    pub outcome: Outcome,
    /// A few plain facts.
    pub details: Map<String, Value>,
}

impl Event {
    /// Something that was done.
    pub fn new(actor: impl Into<Actor>, act: Act) -> Self {
        Self { actor: actor.into(), act, object: None, outcome: Outcome::Done, details: Map::new() }
    }

    /// What it was done to.
    #[must_use]
    pub fn on(mut self, object: impl Into<Object>) -> Self {
        self.object = Some(object.into());
        self
    }

    /// It was refused.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.outcome = Outcome::Refused;
        self
    }

    /// Adds a plain fact: a name, a number, a harmless setting. Never a password, code, token, secret or hash of one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), bounded(value.into()));
        self
    }

    /// Adds what a harmless setting was and became, if that differs.
    #[must_use]
    pub fn changed(self, name: &str, old: impl Into<Value>, new: impl Into<Value>) -> Self {
        let (mut old, mut new): (Value, Value) = (old.into(), new.into());
        if old == new {
            return self;
        }
        if let (Value::Array(old), Value::Array(new)) = (&mut old, &mut new)
            && (weight(old) > MAX_LIST || weight(new) > MAX_LIST)
        {
            // What is cut off is not what the event is about.
            let before = old.clone();
            old.sort_by_key(|item| new.contains(item));
            new.sort_by_key(|item| before.contains(item));
        }
        self.with(name, json!({ "old": bounded(old), "new": bounded(new) }))
    }
}

/// The longest text in the details of an event.
const MAX_TEXT: usize = 500;

/// The longest that the texts of a list in the details of an event are together.
const MAX_LIST: usize = 1_500;

/// Texts without control characters, of a bounded length, and as much of a list as may be.
fn bounded(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect()),
        Value::Array(items) => {
            let (mut kept, count): (Vec<Value>, _) = (Vec::new(), items.len());
            for item in items.into_iter().map(bounded) {
                kept.push(item);
                if weight(&kept) > MAX_LIST {
                    kept.pop();
                    break;
                }
            }
            let more = count - kept.len();
            kept.extend((more > 0).then(|| Value::from(format!("and {more} more"))));
            Value::Array(kept)
        }
        other => other,
    }
}

/// How long the texts of a list are together, each with what stands around it.
fn weight(items: &[Value]) -> usize {
    items.iter().map(|item| item.as_str().map_or(0, str::len) + 4).sum()
}

/// What was put into the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its identifier; of two at one moment on one node, the later one has the greater.
    pub id: String,
    /// When.
    pub created_at: Time,
    /// In which request; none for a command and for what the server does by itself.
    pub request_id: Option<String>,
    /// Who.
    pub actor: Actor,
    /// What, by its name: a later version may have known others.
    pub act: String,
    /// On what: kind and identifier.
    pub object: Option<(String, String)>,
    /// `done` or `refused`.
    pub outcome: String,
    /// From where.
    pub ip_address: Option<String>,
    /// A few plain facts.
    pub details: Map<String, Value>,
}

impl Recorded {
    /// Its place in a list: [`super::page::Page::after`] of the next page.
    pub fn cursor(&self) -> String {
        cursor(self.created_at, &self.id)
    }

    /// All of it as JSON, the same for the admin API, the export and the command line.
    pub fn to_json(&self) -> Value {
        let object = self.object.as_ref().map(|(kind, id)| json!({ "kind": kind, "id": id }));
        json!({
            "id": self.id,
            "created_at": rfc3339(self.created_at),
            "request_id": self.request_id,
            "actor": { "kind": self.actor.kind(), "id": Some(self.actor.id()).filter(|id| !id.is_empty()) },
            "act": self.act,
            "object": object,
            "outcome": self.outcome,
            "ip_address": self.ip_address,
            "details": self.details,
        })
    }
}

/// Which events are asked for; what is none restricts nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who did it.
    pub actor: Option<Actor>,
    /// What it was done to.
    pub object: Option<Object>,
    /// What was done.
    pub act: Option<Act>,
    /// In which request.
    pub request_id: Option<String>,
    /// Not before.
    pub from: Option<Time>,
    /// Before.
    pub until: Option<Time>,
}

impl Filter {
    /// What is asked for, in short.
    pub fn described(&self) -> String {
        let actor = self.actor.as_ref().map(|actor| format!("actor={}:{}", actor.kind(), actor.id()));
        let object = self.object.as_ref().map(|object| format!("object={}:{}", object.kind.as_str(), object.id));
        let act = self.act.map(|act| format!("act={}", act.as_str()));
        let request = self.request_id.as_ref().map(|id| format!("request={id}"));
        let from = self.from.map(|time| format!("from={}", rfc3339(time)));
        let until = self.until.map(|time| format!("until={}", rfc3339(time)));
        let parts: Vec<String> = [actor, object, act, request, from, until].into_iter().flatten().collect();
        parts.join(" ")
    }
}

/// The place of a row in a list by moment and identifier.
pub fn cursor(created_at: Time, id: &str) -> String {
    format!("{}.{id}", created_at.and_utc().timestamp_micros())
}

/// The moment and the identifier of a place in a list; none for what is no such place.
pub fn parse_cursor(text: &str) -> Option<(Time, &str)> {
    let (micros, id) = text.split_once('.')?;
    let moment = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    (!id.is_empty() && id.len() <= 100 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)))
        .then_some(())?;
    Some((moment.naive_utc(), id))
}

/// An identifier that no other event has: random for each process, then one by one.
pub fn next_id() -> String {
    static PROCESS: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let random: &dyn Random = &SystemRandom;
    let process = PROCESS.get_or_init(|| u64::from_be_bytes(random.bytes()));
    format!("{process:016x}{:012x}", NEXT.fetch_add(1, Ordering::Relaxed))
}
