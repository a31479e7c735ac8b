//! Bodies and queries: bounded, parsed, with repeated and mistyped values told apart.

use std::fmt;

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::context;
use crate::account::Invalid;
use crate::app::App;

/// The most fields a body may hold.
const MAX_FIELDS: usize = 200;

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// Over the limit (413).
    TooLarge,
    /// Not here in time (408).
    Slow,
    /// Of a type that nothing here reads (415).
    Type,
    /// No multipart form where a file is wanted (415).
    NotMultipart,
    /// Broken off, or not what its type says (400).
    Malformed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Field {
    Text(String),
    List(Vec<String>),
    /// A JSON number or boolean (1 or 0), which is no text.
    Number(String),
    /// A JSON value where a text belongs.
    Wrong,
}

/// The fields of a form or of a JSON object.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    named: Vec<(String, Field)>,
    /// The names of JSON members that are null, which is as if they were not there for whoever does not ask.
    null: Vec<String>,
}

/// A parameter that came more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated(pub String);

/// Reads a form or JSON body of `limits.body_bytes` at the most. No body is an empty set of fields.
///
/// # Errors
/// [`BodyError`].
pub async fn read(app: &App, req: &HttpRequest, payload: web::Payload) -> Result<Fields, BodyError> {
    let kind = context::header_text(req, header::CONTENT_TYPE);
    let kind = kind.map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let limits = &app.config.limits;
    let whole = payload.to_bytes_limited(limits.body_bytes);
    let bytes = match tokio::time::timeout(limits.request_timeout, whole).await {
        Err(_) => return Err(BodyError::Slow),
        Ok(Err(_)) => return Err(BodyError::TooLarge),
        Ok(Ok(Err(_))) => return Err(BodyError::Malformed),
        Ok(Ok(Ok(bytes))) => bytes,
    };
    match kind.as_deref() {
        _ if bytes.is_empty() => Ok(Fields::default()),
        Some("application/x-www-form-urlencoded") => parse_form(&bytes),
        Some("application/json") => parse_json(&bytes),
        _ => Err(BodyError::Type),
    }
}

/// The fields of a query string.
///
/// # Errors
/// [`BodyError::Malformed`].
pub fn query(req: &HttpRequest) -> Result<Fields, BodyError> {
    parse_form(req.query_string().as_bytes())
}

fn parse_form(bytes: &[u8]) -> Result<Fields, BodyError> {
    let text = std::str::from_utf8(bytes).map_err(|_| BodyError::Malformed)?;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).map_err(|_| BodyError::Malformed)?;
    // PostgreSQL has no text with a null character, and no browser's form sends one.
    let null = pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0'));
    if pairs.len() > MAX_FIELDS || null || broken_escape(text) {
        return Err(BodyError::Malformed);
    }
    let mut fields = Fields::default();
    for (name, value) in pairs {
        match name.strip_suffix("[]") {
            Some(name) => fields.push_to_list(name, value),
            None => fields.named.push((name, Field::Text(value))),
        }
    }
    Ok(fields)
}

/// Whether a `%` is not followed by two digits, or the escapes are not UTF-8: decoders pass over both silently.
fn broken_escape(text: &str) -> bool {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else { return true };
        bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
    }
    std::str::from_utf8(&bytes).is_err()
}

fn parse_json(bytes: &[u8]) -> Result<Fields, BodyError> {
    let Members(members) = serde_json::from_slice(bytes).map_err(|_| BodyError::Malformed)?;
    if members.len() > MAX_FIELDS {
        return Err(BodyError::Malformed);
    }
    let mut fields = Fields::default();
    for (name, value) in members {
        let field = match value {
            Value::Null => {
                fields.null.push(name);
                continue;
            }
            Value::String(text) => Field::Text(text),
            Value::Bool(flag) => Field::Number(u8::from(flag).to_string()),
            Value::Array(items) => list(items),
            Value::Number(number) => Field::Number(number.to_string()),
            Value::Object(_) => Field::Wrong,
        };
        fields.named.push((name, field));
    }
    Ok(fields)
}

/// The members of a JSON object, also those that come twice, of which a map would keep the last.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(Object)
    }
}

fn list(items: Vec<Value>) -> Field {
    let texts: Option<Vec<String>> =
        items.into_iter().map(|item| if let Value::String(text) = item { Some(text) } else { None }).collect();
    texts.map_or(Field::Wrong, Field::List)
}

impl Fields {
    fn push_to_list(&mut self, name: &str, value: String) {
        for (known, field) in &mut self.named {
            if known == name
                && let Field::List(list) = field
            {
                list.push(value);
                return;
            }
        }
        self.named.push((name.to_owned(), Field::List(vec![value])));
    }

    /// A protocol parameter, which may come once at the most (RFC 6749 section 3.1); an empty one is as if missing.
    ///
    /// # Errors
    /// [`Repeated`].
    pub fn once(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut found = self.named.iter().filter(|(known, _)| known == name).map(|(_, field)| field);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(Field::Text(text)), None) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            _ => Err(Repeated(name.to_owned())),
        }
    }

    /// Checks that no parameter comes twice, whichever it is.
    ///
    /// # Errors
    /// [`Repeated`], naming the first.
    pub fn none_repeated(&self) -> Result<(), Repeated> {
        for (at, (name, field)) in self.named.iter().enumerate() {
            if matches!(field, Field::Wrong | Field::Number(_))
                || self.named.iter().skip(at + 1).any(|(other, _)| other == name)
            {
                return Err(Repeated(name.clone()));
            }
        }
        Ok(())
    }

    /// The single texts, for a protocol endpoint. Call [`Fields::none_repeated`] first.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        let text = |(name, field)| match field {
            Field::Text(text) => Some((name, text)),
            Field::List(_) | Field::Number(_) | Field::Wrong => None,
        };
        self.named.into_iter().filter_map(text).collect()
    }

    /// A text field of a dialect; the last one counts. A value of another type is noted in `invalid`.
    pub fn text(&self, name: &str, invalid: &mut Invalid) -> Option<&str> {
        match self.named.iter().rev().find(|(known, _)| known == name) {
            None => None,
            Some((_, Field::Text(text))) => Some(text.as_str()),
            Some(_) => {
                invalid.add(name, (format!("The {} must be a string.", name.replace('_', " ")), "field-kind"));
                None
            }
        }
    }

    /// A text field that may be changed: none when it is not there, an empty text when it is null or empty.
    pub fn change(&self, name: &str, invalid: &mut Invalid) -> Option<&str> {
        self.text(name, invalid).or_else(|| self.null.iter().any(|null| null == name).then_some(""))
    }

    /// A whole number that may be changed: a JSON number or digits. The inner one is none when it is null or empty.
    /// Something else is noted in `invalid`.
    pub fn integer(&self, name: &str, invalid: &mut Invalid) -> Option<Option<i64>> {
        let Some((_, field)) = self.named.iter().rev().find(|(known, _)| known == name) else {
            return self.null.iter().any(|null| null == name).then_some(None);
        };
        let said = match field {
            Field::Text(text) | Field::Number(text) => text.trim(),
            Field::List(_) | Field::Wrong => "-",
        };
        if said.is_empty() {
            return Some(None);
        }
        let digits = said.bytes().all(|b| b.is_ascii_digit());
        let number = said.parse().ok().filter(|_| digits);
        if number.is_none() {
            invalid.add(name, (format!("The {} must be an integer.", name.replace('_', " ")), "field-kind"));
        }
        number.map(Some)
    }

    /// Digits that must be there, which some clients send as a JSON number. A value of another type is noted in `invalid`.
    pub fn digits(&self, name: &str, invalid: &mut Invalid) -> String {
        if let Some((_, Field::Number(number))) = self.named.iter().rev().find(|(known, _)| known == name) {
            return number.clone();
        }
        let text = self.text(name, invalid);
        if text.is_none() && invalid.0.contains_key(name) {
            return String::new();
        }
        invalid.required(name, text, 32)
    }

    /// A list of texts: `name[]=…` in a form, an array in JSON. Something else is noted in `invalid`.
    pub fn list(&self, name: &str, invalid: &mut Invalid) -> Option<&[String]> {
        match self.named.iter().rev().find(|(known, _)| known == name) {
            None => None,
            Some((_, Field::List(list))) => Some(list),
            Some(_) => {
                invalid.add(name, (format!("The {} must be an array.", name.replace('_', " ")), "field-kind"));
                None
            }
        }
    }

    /// Yes or no, as Laravel's clients say it: true, false, 1 or 0. Something else is noted in `invalid`.
    pub fn flag(&self, name: &str, invalid: &mut Invalid) -> Option<bool> {
        let (_, field) = self.named.iter().rev().find(|(known, _)| known == name)?;
        let said = match field {
            Field::Text(text) | Field::Number(text) => text.as_str(),
            Field::List(_) | Field::Wrong => "",
        };
        match said {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => {
                invalid
                    .add(name, (format!("The {} field must be true or false.", name.replace('_', " ")), "field-kind"));
                None
            }
        }
    }

    /// Every value of a field that a form may send several times, as checkboxes do.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for (_, field) in self.named.iter().filter(|(known, _)| known == name) {
            match field {
                Field::Text(text) => found.push(text.as_str()),
                Field::List(list) => found.extend(list.iter().map(String::as_str)),
                Field::Number(_) | Field::Wrong => {}
            }
        }
        found
    }

    /// The last text of a field on a page's form; nothing else is told apart.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.text(name, &mut Invalid::default())
    }
}
