//! Golden answers: what the server says, word for word, in `tests/it/golden/<name>.txt`.
//!
//! An answer is its status line, the headers that clients depend on, an empty line and its body,
//! JSON with sorted keys. What differs from run to run is replaced as told by [`Redactions`].
//! `GRANTOR_UPDATE_GOLDEN=1` writes the files anew, for `git diff` to show.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

const HEADERS: [&str; 6] = ["allow", "cache-control", "content-type", "location", "retry-after", "www-authenticate"];

/// Compares an answer with golden file `name` (which may hold `/`).
///
/// # Panics
/// With a line diff when they differ, and when there is no such file.
pub fn assert_golden(name: &str, actual: &GoldenAnswer) {
    let update = std::env::var("GRANTOR_UPDATE_GOLDEN").is_ok_and(|value| value == "1");
    if let Err(why) = compare(&file_of(name), &actual.render(), update) {
        panic!("{why}");
    }
}

/// An answer of the server, to be compared.
#[derive(Clone, Debug)]
pub struct GoldenAnswer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    redactions: Redactions,
}

impl GoldenAnswer {
    /// An answer with the [`Redactions::standard`]. Of the headers, all are given.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(
        status: u16,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl AsRef<[u8]>,
    ) -> Self {
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name.as_ref().to_ascii_lowercase(), value.as_ref().to_owned()))
            .collect();
        Self {
            status,
            headers,
            body: String::from_utf8_lossy(body.as_ref()).into_owned(),
            redactions: Redactions::standard(),
        }
    }

    /// Uses other redactions.
    #[must_use]
    pub fn redacted(mut self, redactions: Redactions) -> Self {
        self.redactions = redactions;
        self
    }

    fn render(&self) -> String {
        let mut text = format!("{} {}\n", self.status, reason(self.status));
        let mut headers: Vec<_> = self.headers.iter().filter(|(name, _)| HEADERS.contains(&name.as_str())).collect();
        // Stable, so several of one name keep their order.
        headers.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (name, value) in headers {
            let _ = writeln!(text, "{name}: {}", self.redactions.text(value));
        }
        text.push('\n');
        let body = match serde_json::from_str::<Value>(&self.body) {
            Ok(json) => pretty(&self.redactions.json(None, &json)),
            Err(_) if self.says_json() && !self.body.is_empty() => {
                format!("(NOT JSON, as its content-type says)\n{}", self.body)
            }
            Err(_) => self.redactions.text(&self.body),
        };
        if !body.is_empty() {
            text.push_str(body.trim_end_matches('\n'));
            text.push('\n');
        }
        text
    }

    fn says_json(&self) -> bool {
        self.headers.iter().any(|(name, value)| name == "content-type" && value.contains("json"))
    }
}

type Pattern = fn(&str) -> bool;

/// What to replace in an answer, as it differs from run to run.
#[derive(Clone, Debug, Default)]
pub struct Redactions {
    keys: BTreeMap<String, String>,
    values: Vec<(String, String)>,
    patterns: Vec<(Pattern, String)>,
}

impl Redactions {
    /// Replaces nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// What an OAuth 2.0 server draws or dates: tokens, codes, secrets, times, ids of requests;
    /// and UUIDs, RFC 3339 times and signed JWTs wherever they stand. `state` and `nonce` stay:
    /// the test chooses them, and it matters that they come back unchanged.
    pub fn standard() -> Self {
        let keys = [
            "access_token",
            "refresh_token",
            "id_token",
            "registration_access_token",
            "token",
            "client_secret",
            "secret",
            "code",
            "device_code",
            "user_code",
            "request_uri",
            "jti",
            "sid",
            "id",
            "kid",
            "request_id",
            "iat",
            "nbf",
            "exp",
            "auth_time",
            "expires_at",
            "created_at",
            "updated_at",
            "used_at",
            "revoked_at",
            "client_id_issued_at",
        ];
        keys.into_iter()
            .fold(Self::none(), Self::key)
            .pattern("uuid", is_uuid)
            .pattern("time", is_rfc3339)
            .pattern("jwt", is_jwt)
    }

    /// Replaces the value of `key`, in JSON at any depth and in the parameters of URLs, by
    /// `<key>`: a string that is not empty, or a number. Anything else stays, as it matters
    /// whether a token is there, is null or is empty.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.keys.insert(key.to_owned(), key.to_owned());
        self
    }

    /// Keeps the value of a key that another call, or [`Redactions::standard`], replaces.
    #[must_use]
    pub fn keep(mut self, key: &str) -> Self {
        self.keys.remove(key);
        self
    }

    /// Replaces a text that the test knows, such as the server's URL, by `<name>`.
    #[must_use]
    pub fn value(mut self, value: &str, name: &str) -> Self {
        assert!(!value.is_empty(), "an empty value of {name} cannot be replaced");
        self.values.push((value.to_owned(), name.to_owned()));
        // The longest first: one may be a part of another.
        self.values.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        self
    }

    /// Replaces words for which `is` holds by `<name>`. A word is what consists of letters,
    /// digits and `-_.:+~`.
    #[must_use]
    pub fn pattern(mut self, name: &str, is: Pattern) -> Self {
        self.patterns.push((is, name.to_owned()));
        self
    }

    fn json(&self, key: Option<&str>, value: &Value) -> Value {
        let placeholder = key.and_then(|key| self.keys.get(key));
        match (value, placeholder) {
            (Value::String(text), Some(name)) if !text.is_empty() => format!("<{name}>").into(),
            (Value::Number(_), Some(name)) => format!("<{name}: number>").into(),
            (Value::String(text), _) => self.text(text).into(),
            (Value::Array(items), _) => items.iter().map(|item| self.json(key, item)).collect(),
            (Value::Object(members), _) => {
                members.iter().map(|(key, value)| (key.clone(), self.json(Some(key), value))).collect()
            }
            _ => value.clone(),
        }
    }

    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (value, name) in &self.values {
            text = text.replace(value, &format!("<{name}>"));
            // The same in a URL's parameter.
            text = text.replace(&percent_encoded(value), &format!("<{name}>"));
        }
        self.words(&self.parameters(&text))
    }

    /// Replaces by key in `?a=b&c=d#e=f`.
    fn parameters(&self, text: &str) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['?', '&', '#']) {
            let (before, after) = rest.split_at(at + 1);
            result.push_str(before);
            rest = after;
            if let Some(html) = rest.strip_prefix("amp;") {
                result.push_str("amp;");
                rest = html;
            }
            let end = rest.find(|c: char| c.is_whitespace() || "&#\"'<>".contains(c)).unwrap_or(rest.len());
            if let Some((key, value)) = rest[..end].split_once('=')
                && let Some(name) = self.keys.get(key)
                && !value.is_empty()
            {
                let _ = write!(result, "{key}=<{name}>");
                rest = &rest[end..];
            }
        }
        result + rest
    }

    fn words(&self, text: &str) -> String {
        let part_of_word = |c: char| c.is_alphanumeric() || "-_.:+~".contains(c);
        let mut result = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|c| !part_of_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            // The stop of a sentence is none of the word.
            let bare = word.trim_end_matches(['.', ':']);
            match self.patterns.iter().find(|(is, _)| is(bare)) {
                Some((_, name)) => {
                    let _ = write!(result, "<{name}>{}", &word[bare.len()..]);
                }
                None => result.push_str(word),
            }
            let next = after.find(part_of_word).unwrap_or(after.len());
            result.push_str(&after[..next]);
            rest = &after[next..];
        }
        result
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut result, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                result.push(char::from(byte));
            }
            _ => {
                let _ = write!(result, "%{byte:02X}");
            }
        }
        result
    })
}

fn is_uuid(word: &str) -> bool {
    word.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && word.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn is_rfc3339(word: &str) -> bool {
    // As in 2026-01-31T23:59:59, and then a fraction and a zone.
    let shape = b"0000-00-00T00:00:00";
    word.len() > shape.len()
        && word.bytes().zip(shape).all(|(byte, expected)| match expected {
            b'0' => byte.is_ascii_digit(),
            _ => byte.eq_ignore_ascii_case(expected),
        })
}

fn is_jwt(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 3
        && parts.iter().take(2).all(|part| part.starts_with("eyJ"))
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
}

/// Pretty JSON with sorted keys, whether or not serde_json's `preserve_order` is on.
fn pretty(value: &Value) -> String {
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(sorted).collect(),
            Value::Object(members) => {
                let members: BTreeMap<_, _> = members.iter().collect();
                members.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect()
            }
            _ => value.clone(),
        }
    }
    serde_json::to_string_pretty(&sorted(value)).unwrap_or_else(|e| panic!("JSON: {e}"))
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "?",
    }
}

fn file_of(name: &str) -> PathBuf {
    let fine = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b))
    };
    assert!(name.split('/').all(fine), "the name of a golden file is of a-z, 0-9, _, - and /, not {name:?}");
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/golden/{name}.txt"))
}

fn compare(file: &Path, actual: &str, update: bool) -> Result<(), String> {
    let shown = file.display();
    let expected = match fs::read_to_string(file) {
        Ok(text) => Some(text.replace("\r\n", "\n")),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(format!("{shown}: {e}")),
    };
    if expected.as_deref() == Some(actual) {
        return Ok(());
    }
    if update {
        return file
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(file, actual))
            .map_err(|e| format!("{shown}: {e}"));
    }
    Err(match expected {
        Some(expected) => format!(
            "the answer is not the one in {shown}\n(- expected, + actual; if the new one is right, \
             run again with GRANTOR_UPDATE_GOLDEN=1)\n\n{}",
            diff(&expected, actual)
        ),
        None => format!(
            "there is no {shown}; run again with GRANTOR_UPDATE_GOLDEN=1 to write it. \
             The answer:\n\n{actual}"
        ),
    })
}

/// The lines that differ, each with the two around it.
fn diff(expected: &str, actual: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    // common[i][j]: how many lines old[i..] and new[j..] have in common.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            common[i][j] = match a == b {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    let near = |at: usize| {
        let around = at.saturating_sub(2)..lines.len().min(at + 3);
        lines[around].iter().any(|(sign, _)| *sign != ' ')
    };
    let mut text = String::new();
    let mut skipped = false;
    for (at, (sign, line)) in lines.iter().enumerate() {
        if near(at) {
            let _ = writeln!(text, "{sign} {line}");
        } else if !skipped {
            text.push_str("  …\n");
        }
        skipped = !near(at);
    }
    if text.is_empty() {
        text.push_str("(they differ in line ends only)\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_answer() {
        let answer = GoldenAnswer::new(
            200,
            [("Date", "today"), ("Content-Type", "application/json"), ("Cache-Control", "no-store")],
            r#"{"token_type":"Bearer","access_token":"abc","expires_in":3600,"iat":17,
                "refresh_token":null,"id_token":"","list":[{"id":"x"}],"id":["a","b"],
                "note":"at 2026-01-31T23:59:59.5Z by 0a0b0c0d-0000-1111-2222-0123456789ab."}"#,
        );
        assert_eq!(
            answer.render(),
            r#"200 OK
cache-control: no-store
content-type: application/json

{
  "access_token": "<access_token>",
  "expires_in": 3600,
  "iat": "<iat: number>",
  "id": [
    "<id>",
    "<id>"
  ],
  "id_token": "",
  "list": [
    {
      "id": "<id>"
    }
  ],
  "note": "at <time> by <uuid>.",
  "refresh_token": null,
  "token_type": "Bearer"
}
"#
        );
        assert_golden("selftest/token", &answer);
    }

    #[test]
    fn a_redirect() {
        let base = "http://127.0.0.1:4711";
        let headers = [("Location", "http://app/cb?code=a%2Bb&state=xyz&iss=http%3A%2F%2F127.0.0.1%3A4711#code=")];
        let all = Redactions::standard().value(base, "issuer").key("state").keep("state");
        assert_eq!(
            GoldenAnswer::new(303, headers, "").redacted(all).render(),
            "303 See Other\nlocation: http://app/cb?code=<code>&state=xyz&iss=<issuer>#code=\n\n"
        );
        let none = GoldenAnswer::new(303, headers, "").redacted(Redactions::none());
        assert!(none.render().contains("code=a%2Bb&state=xyz&iss=http%3A"));
    }

    #[test]
    fn several_challenges_and_a_page() {
        let headers = [
            ("www-authenticate", "Bearer realm=\"b\""),
            ("content-type", "text/html"),
            ("www-authenticate", "Basic realm=\"a\""),
        ];
        let page = "<input name=\"t\" value=\"eyJh.eyJi.c-_\"> <a href=\"/x?a=1&amp;code=2\">seen 10:30</a>\n";
        assert_eq!(
            GoldenAnswer::new(401, headers, page).render(),
            "401 Unauthorized\ncontent-type: text/html\nwww-authenticate: Bearer realm=\"b\"\n\
             www-authenticate: Basic realm=\"a\"\n\n\
             <input name=\"t\" value=\"<jwt>\"> <a href=\"/x?a=1&amp;code=<code>\">seen 10:30</a>\n"
        );
        let broken = GoldenAnswer::new(200, [("content-type", "application/json")], "{");
        assert!(broken.render().contains("(NOT JSON"));
    }

    #[test]
    fn differences_are_told_and_updates_written() {
        let directory = std::env::temp_dir().join(format!("grantor-golden-{}", std::process::id()));
        let file = directory.join("a/b.txt");
        let missing = compare(&file, "new\n", false).unwrap_err();
        assert!(missing.contains("GRANTOR_UPDATE_GOLDEN=1"), "{missing}");
        assert!(!file.exists());

        compare(&file, "1\n2\n3\n4\n5\nold\n6\n7\n8\n", true).unwrap();
        compare(&file, "1\n2\n3\n4\n5\nold\n6\n7\n8\n", false).unwrap();
        let why = compare(&file, "1\n2\n3\n4\n5\nnew\n6\n7\n8\n", false).unwrap_err();
        assert!(why.ends_with("\n\n  …\n  4\n  5\n- old\n+ new\n  6\n  7\n  …\n"), "{why}");
        fs::remove_dir_all(&directory).unwrap();
    }

    #[test]
    #[should_panic(expected = "the name of a golden file")]
    fn names_stay_in_the_directory() {
        assert_golden("../x", &GoldenAnswer::new(200, [("a", "b")], ""));
    }
}
