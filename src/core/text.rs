//! What people read, in their language: Fluent messages, one folder of files for each language.
//!
//! The files are `templates/texts/{en,de,fr}/*.ftl`, compiled in and parsed once. A message that a language lacks is
//! taken from English; one that English lacks too is shown as its identifier. Tests see to it that neither happens.

use std::borrow::Cow;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

mod choice;
mod date;
mod direction;
mod files;
mod language;
mod number;
mod wording;

pub use date::{date, date_time};
pub use direction::deceives;
pub use language::Language;
pub use wording::Wording;

/// What a message is given to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words, put in as they are.
    Text(String),
    /// A number, which chooses between one and many, and is written as the language does.
    Number(i64),
}

impl Value {
    fn fluent(&self) -> FluentValue<'static> {
        match self {
            Self::Text(text) => FluentValue::from(direction::isolated(text).into_owned()),
            Self::Number(number) => FluentValue::from(*number),
        }
    }
}

/// What can be handed to a message.
pub trait Argument {
    /// Its value.
    fn value(&self) -> Value;
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> Value {
        (**self).value()
    }
}

impl Argument for Value {
    fn value(&self) -> Value {
        self.clone()
    }
}

impl Argument for str {
    fn value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Argument for String {
    fn value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl Argument for Cow<'_, str> {
    fn value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

macro_rules! numbers {
    ($($number:ty)+) => {$(
        impl Argument for $number {
            fn value(&self) -> Value {
                Value::Number(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )+};
}

numbers!(u8 u16 u32 u64 usize i32 i64);

/// A message to be said later, once the language is known: its identifier and what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    id: Cow<'static, str>,
    arguments: Vec<(&'static str, Value)>,
}

impl Said {
    /// A message.
    pub fn new(id: &'static str) -> Self {
        Self { id: Cow::Borrowed(id), arguments: Vec::new() }
    }

    /// Words that are in no message, and are said as they are in every language.
    pub fn verbatim(words: impl Into<String>) -> Self {
        Self { id: Cow::Owned(words.into()), arguments: Vec::new() }
    }

    /// The same, given one thing more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Argument) -> Self {
        self.arguments.push((name, value.value()));
        self
    }

    /// Its identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Says it.
    pub fn text(&self, language: Language) -> String {
        say(language, &self.id, &self.arguments)
    }
}

impl From<&'static str> for Said {
    fn from(id: &'static str) -> Self {
        Self::new(id)
    }
}

/// The text of a message.
pub fn say(language: Language, id: &str, arguments: &[(&str, Value)]) -> String {
    let mut given = FluentArgs::with_capacity(arguments.len());
    for (name, value) in arguments {
        given.set(*name, value.fluent());
    }
    #[cfg(test)]
    if language == Language::Brackets {
        return formatted(Language::English, id, &given).map_or_else(|| id.to_owned(), |text| format!("⟦{text}⟧"));
    }
    let found = formatted(language, id, &given).or_else(|| formatted(Language::English, id, &given));
    found.unwrap_or_else(|| id.to_owned())
}

fn formatted(language: Language, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let bundle = bundle(language);
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
    for error in errors {
        log::error!("event=text outcome=failed id={id} language={} error={:?}", language.tag(), error.to_string());
    }
    Some(text)
}

fn bundle(language: Language) -> &'static FluentBundle<FluentResource> {
    static BUNDLES: [OnceLock<FluentBundle<FluentResource>>; 3] = [const { OnceLock::new() }; 3];
    let [english, german, french] = &BUNDLES;
    let place = match language {
        Language::German => german,
        Language::French => french,
        _ => english,
    };
    place.get_or_init(|| load(language).0)
}

/// Reads the files of a language. What is wrong with one of them is told beside what could be read.
fn load(language: Language) -> (FluentBundle<FluentResource>, Vec<String>) {
    let mut faults = Vec::new();
    let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
    // Marks round every argument would end up in what people copy; see `direction`.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(number::formatter(language)));
    for text in files::of(language) {
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(readable, errors)| {
            faults.extend(errors.iter().map(ToString::to_string));
            readable
        });
        if let Err(errors) = bundle.add_resource(resource) {
            faults.extend(errors.iter().map(ToString::to_string));
        }
    }
    (bundle, faults)
}

#[cfg(test)]
mod tests;
