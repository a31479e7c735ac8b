//! The same thing for programs and for people.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::Said;

/// What is wrong: in the English of the JSON dialects, which programs know word for word, and as a message, which
/// people read on a page in their language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// For programs.
    pub text: Cow<'static, str>,
    said: Option<Said>,
}

impl Wording {
    /// For people; nothing, where nobody wrote a message.
    pub fn message(&self) -> Option<&Said> {
        self.said.as_ref()
    }

    /// For people: the message, or else the words for programs.
    pub fn said(&self) -> Said {
        self.said.clone().unwrap_or_else(|| Said::verbatim(self.text.clone()))
    }
}

impl From<&'static str> for Wording {
    fn from(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), said: None }
    }
}

impl From<String> for Wording {
    fn from(text: String) -> Self {
        Self { text: Cow::Owned(text), said: None }
    }
}

impl<T: Into<Cow<'static, str>>, S: Into<Said>> From<(T, S)> for Wording {
    fn from((text, said): (T, S)) -> Self {
        Self { text: text.into(), said: Some(said.into()) }
    }
}

impl std::fmt::Display for Wording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Wording {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
