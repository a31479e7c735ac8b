//! How a page says things: its templates name messages, and the page's language picks the words.

use askama::filters::Safe;

use super::Page;
use crate::core::text::{self, Argument, Said, Value};
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
        let [start, end] = MARKS;
        let inner = match value.value() {
            Value::Text(words) => words.replace(MARKS, ""),
            Value::Number(number) => number.to_string(),
        };
        let said = text::say(self.lang, id, &[(name, Value::Text(format!("{start}{inner}{end}")))]);
        let escaped = escape(&said).replace(start, "<bdi class=\"strong\">").replace(end, "</bdi>");
        Safe(escaped)
    }

    /// A message that was chosen before the language was known.
    pub fn said(&self, said: &Said) -> String {
        said.text(self.lang)
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
