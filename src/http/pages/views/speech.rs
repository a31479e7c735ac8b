//! How a page says things: its templates name messages, and the page's language picks the words.

use askama::filters::Safe;

use super::Page;
use crate::core::text::{self, Argument, Language, Said, Value};
use crate::core::time::Time;

/// Stand for the start and the end of an argument until the text is escaped.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];

impl Page {
    /// The text of a message.
    pub fn t(&self, id: &str) -> String {
        text::say(self.lang, id, &[])
    }

    /// The same with one argument, such as `page.t1("login-lead", "app", name)`.
    pub fn t1(&self, id: &str, name: &str, value: impl Argument) -> String {
        text::say(self.lang, id, &[(name, value.value())])
    }

    /// The same with two arguments.
    pub fn t2(&self, id: &str, first: &str, one: impl Argument, second: &str, two: impl Argument) -> String {
        text::say(self.lang, id, &[(first, one.value()), (second, two.value())])
    }

    /// A message whose words depend on how many there are: its argument is called `count`.
    pub fn tn(&self, id: &str, count: impl Argument) -> String {
        self.t1(id, "count", count)
    }

    /// A message with a name in it that stands out: in `<bdi class="strong">`. All of it is escaped.
    pub fn strong(&self, id: &str, name: &str, value: impl Argument) -> Safe<String> {
        self.marked("<bdi class=\"strong\">", id, (name, value.value()), None)
    }

    /// The same with another argument, which does not stand out.
    pub fn strong2(
        &self,
        id: &str,
        name: &str,
        value: impl Argument,
        other: &str,
        another: impl Argument,
    ) -> Safe<String> {
        self.marked("<bdi class=\"strong\">", id, (name, value.value()), Some((other, another.value())))
    }

    /// A message with a name in it that runs as it likes: in `<bdi>`. All of it is escaped.
    pub fn isolated(&self, id: &str, name: &str, value: impl Argument) -> Safe<String> {
        self.marked("<bdi>", id, (name, value.value()), None)
    }

    /// The same with another argument.
    pub fn isolated2(
        &self,
        id: &str,
        name: &str,
        value: impl Argument,
        other: &str,
        another: impl Argument,
    ) -> Safe<String> {
        self.marked("<bdi>", id, (name, value.value()), Some((other, another.value())))
    }

    /// A message whose first argument stands between a tag and `</bdi>`.
    fn marked(&self, tag: &str, id: &str, (name, value): (&str, Value), other: Option<(&str, Value)>) -> Safe<String> {
        let [start, end] = MARKS;
        let inner = match value {
            Value::Text(words) => words.replace(MARKS, ""),
            Value::Number(number) => number.to_string(),
        };
        let mut arguments = vec![(name, Value::Text(format!("{start}{inner}{end}")))];
        arguments.extend(other);
        let said = text::say(self.lang, id, &arguments);
        Safe(escape(&said).replace(start, tag).replace(end, "</bdi>"))
    }

    /// The languages to choose from.
    pub fn languages(&self) -> &'static [Language] {
        &Language::ALL
    }

    /// A message that was chosen before the language was known; words that are said already stay as they are.
    pub fn said(&self, what: impl Speak) -> String {
        what.speak(self.lang)
    }

    /// A day, in UTC.
    pub fn date(&self, time: impl std::borrow::Borrow<Time>) -> String {
        text::date(self.lang, *time.borrow())
    }

    /// A day and the time of day, in UTC.
    pub fn date_time(&self, time: impl std::borrow::Borrow<Time>) -> String {
        text::date_time(self.lang, *time.borrow())
    }
}

/// What can be said, once the language is known.
pub trait Speak {
    /// Its words.
    fn speak(&self, language: Language) -> String;
}

impl<T: Speak + ?Sized> Speak for &T {
    fn speak(&self, language: Language) -> String {
        (**self).speak(language)
    }
}

impl Speak for Said {
    fn speak(&self, language: Language) -> String {
        self.text(language)
    }
}

impl Speak for String {
    fn speak(&self, _: Language) -> String {
        self.clone()
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_out_is_escaped() {
        let page = Page::sample();
        let Safe(html) = page.strong("login-lead", "app", "<b>\u{e001}x");
        assert_eq!(html, "to continue to <bdi class=\"strong\">&lt;b&gt;x</bdi>");
    }
}
