//! What all mails are made of: written once in parts, shown as text and as a page.

use askama::Template;

use super::words;
use crate::core::text::{Language, Said, Value, say};

/// A line of the text is no longer than this, unless it is an address.
const WIDTH: usize = 76;

/// A mail, written.
#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Page<'a> {
    letter: &'a Letter,
}

/// A part of a mail.
pub(super) enum Part {
    /// A paragraph.
    Words(String),
    /// An address to open, and what the button says.
    Button(String, String),
    /// Something to type.
    Code(String),
    /// Names with values.
    Facts(Vec<(String, String)>),
}

/// A mail in one language.
pub(super) struct Letter {
    language: Language,
    product: String,
    subject: String,
    greeting: String,
    parts: Vec<Part>,
}

impl Letter {
    /// A letter to a person, whose subject names the product.
    pub(super) fn new(language: Language, product: &str, name: &str, subject: &'static str) -> Self {
        let subject = Said::new(subject).with("product", product).text(language);
        Self {
            language,
            product: product.to_owned(),
            subject: words::one_line(&subject),
            greeting: words::greeting(language, name),
            parts: Vec::new(),
        }
    }

    /// A paragraph.
    pub(super) fn words(mut self, said: impl Into<Said>) -> Self {
        self.parts.push(Part::Words(said.into().text(self.language)));
        self
    }

    /// A paragraph that names the product.
    pub(super) fn about(self, id: &'static str) -> Self {
        let said = Said::new(id).with("product", &self.product);
        self.words(said)
    }

    /// An address to open.
    pub(super) fn button(mut self, url: &str, label: &'static str) -> Self {
        self.parts.push(Part::Button(url.to_owned(), say(self.language, label, &[])));
        self
    }

    /// Something to type.
    pub(super) fn code(mut self, code: &str) -> Self {
        self.parts.push(Part::Code(code.to_owned()));
        self
    }

    /// Names, by their messages, with values.
    pub(super) fn facts(mut self, facts: [(&'static str, String); 4]) -> Self {
        let named = facts.map(|(id, value)| (say(self.language, id, &[]), value));
        self.parts.push(Part::Facts(named.into()));
        self
    }

    /// The subject: one line.
    pub(super) fn subject(&self) -> String {
        self.subject.clone()
    }

    /// The mail as plain text.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.greeting);
        for part in &self.parts {
            match part {
                Part::Words(words) => text.push_str(&wrapped(words)),
                Part::Button(url, _) => text.push_str(url),
                Part::Code(code) => text.push_str(&format!("    {code}")),
                Part::Facts(facts) => text.push_str(&aligned(facts)),
            }
            text.push_str("\n\n");
        }
        text.push_str(&self.product);
        text
    }

    /// The mail as a page.
    pub(super) fn html(&self) -> Result<String, askama::Error> {
        Page { letter: self }.render()
    }

    /// What is said beside a button, for readers that show none.
    fn fallback(&self) -> String {
        say(self.language, "mail-button", &[])
    }
}

/// How long something works.
pub(super) fn lifetime(language: Language, minutes: u32) -> Value {
    Value::Text(words::lifetime(language, minutes))
}

/// A paragraph in lines.
fn wrapped(words: &str) -> String {
    let (mut text, mut width) = (String::new(), 0);
    for word in words.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            text.push('\n');
            width = 0;
        } else if width > 0 {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += length;
    }
    text
}

/// Names and values in two columns.
fn aligned(facts: &[(String, String)]) -> String {
    let longest = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let line = |(name, value): &(String, String)| {
        let gap = " ".repeat(longest - name.chars().count() + 3);
        format!("    {name}{gap}{value}")
    };
    facts.iter().map(line).collect::<Vec<_>>().join("\n")
}
