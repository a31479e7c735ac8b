//! Finds the paths that a Rust source names, well enough to hold house rules against them: in
//! `use` trees and in code, past comments and strings, with `self`, `super`, the package's own
//! name and the file's imports resolved. Macro bodies and `#[cfg(test)]` code count like all else.

use std::collections::HashMap;

/// One path that a source names, in full: `crate::store::Grants`, `std::env::var`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub line: usize,
    /// Starts with `crate` for a path into this package, else with another crate's name or with
    /// a name from the same scope. A glob ends with `*`.
    pub path: Vec<String>,
    /// Called as a macro.
    pub is_macro: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    /// `::`
    Join,
    /// Any other character of code; `"` for a whole literal.
    Mark(char),
}

/// All paths of two or more parts, and all imports, of a source that is module `module` (empty
/// for the root) of package `package`.
pub fn mentions(source: &str, module: &[&str], package: &str) -> Vec<Mention> {
    let tokens = tokens(source);
    let mut reader = Reader {
        tokens: &tokens,
        package,
        file: module.iter().map(|s| (*s).to_owned()).collect(),
        inner: Vec::new(),
        depth: 0,
        found: Vec::new(),
        imports: HashMap::new(),
    };
    reader.read();
    let Reader { found, imports, .. } = reader;
    found
        .into_iter()
        .map(|mut mention| {
            if let Some((first, rest)) = mention.path.split_first()
                && let Some(full) = imports.get(first)
            {
                mention.path = full.iter().chain(rest).cloned().collect();
            }
            mention
        })
        .collect()
}

/// The lines of `#[path = …]` and `include!(…)`, which put code in a place that is not its file's.
pub fn misplacements(source: &str) -> Vec<usize> {
    let tokens = tokens(source);
    let is = |at: usize, text: &str| match tokens.get(at) {
        Some((_, Token::Name(name))) => name == text,
        Some((_, Token::Mark(mark))) => text.len() == 1 && text.starts_with(*mark),
        _ => false,
    };
    (0..tokens.len())
        .filter(|&at| {
            let path = is(at, "[") && is(at + 1, "path") && is(at + 2, "=");
            let path_if = is(at, ",") && is(at + 1, "path") && is(at + 2, "=") && is(at + 4, ")");
            let include = is(at, "include") && is(at + 1, "!");
            path || path_if || include
        })
        .map(|at| tokens[at].0)
        .collect()
}

struct Reader<'a> {
    tokens: &'a [(usize, Token)],
    package: &'a str,
    file: Vec<String>,
    /// The inline modules around the current place, with the brace depth of their bodies.
    inner: Vec<(String, usize)>,
    depth: usize,
    found: Vec<Mention>,
    /// What the file's imports call things, by the name they give them.
    imports: HashMap<String, Vec<String>>,
}

impl Reader<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at).map(|(_, token)| token)
    }

    fn name(&self, at: usize) -> Option<&str> {
        match self.token(at) {
            Some(Token::Name(name)) => Some(name),
            _ => None,
        }
    }

    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.token(at) == Some(&Token::Mark(mark))
    }

    fn is_join(&self, at: usize) -> bool {
        self.token(at) == Some(&Token::Join)
    }

    fn read(&mut self) {
        let mut at = 0;
        while let Some(token) = self.token(at) {
            match token {
                Token::Mark('{') => self.depth += 1,
                Token::Mark('}') => {
                    if self.inner.last().is_some_and(|(_, depth)| *depth == self.depth) {
                        self.inner.pop();
                    }
                    self.depth = self.depth.saturating_sub(1);
                }
                Token::Name(name) => {
                    // A field or method, or what follows a generic argument.
                    let continues = at > 0 && self.is_mark(at - 1, '.') && !self.is_range(at);
                    if !continues {
                        at = self.read_name(&name.clone(), at);
                        continue;
                    }
                }
                // `<Utc>::now`: the end of a path, seen from its `::`.
                Token::Join if at > 1 && self.is_mark(at - 1, '>') => {
                    if let (Some(kind), Some(item)) = (self.name(at - 2), self.name(at + 1)) {
                        let path = vec![kind.to_owned(), item.to_owned()];
                        self.add(at, path, false);
                        at += 2;
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn is_range(&self, at: usize) -> bool {
        at > 1 && self.is_mark(at - 1, '.') && self.is_mark(at - 2, '.')
    }

    /// Reads what starts with `name` at `at`, and returns where to go on.
    fn read_name(&mut self, name: &str, at: usize) -> usize {
        // `use<'a>` is no import, and a raw `r#use` no keyword, but nobody names a thing that.
        if name == "use" && !self.is_mark(at + 1, '<') {
            return self.read_tree(at + 1, &[]);
        }
        if name == "mod"
            && let Some(module) = self.name(at + 1)
            && self.is_mark(at + 2, '{')
        {
            self.inner.push((module.to_owned(), self.depth + 1));
            return at + 2;
        }
        if name == "crate" && at > 0 && self.name(at - 1) == Some("extern") {
            if let Some(other) = self.name(at + 1) {
                self.add(at, vec![other.to_owned()], false);
            }
            return at + 2;
        }
        let (path, end) = self.read_path(at);
        if path.len() > 1 {
            let is_macro = self.is_mark(end, '!') && !self.is_mark(end + 1, '=');
            self.add(at, path, is_macro);
        }
        end
    }

    /// Reads `name::name…` and returns it with the place after it.
    fn read_path(&self, mut at: usize) -> (Vec<String>, usize) {
        let mut path = Vec::new();
        while let Some(name) = self.name(at) {
            path.push(name.to_owned());
            at += 1;
            if !self.is_join(at) || self.name(at + 1).is_none() {
                break;
            }
            at += 1;
        }
        (path, at)
    }

    /// Reads one tree of a `use`, up to the `,`, `}` or `;` after it.
    fn read_tree(&mut self, mut at: usize, before: &[String]) -> usize {
        let mut path = before.to_vec();
        let start = at;
        if self.is_join(at) {
            at += 1;
        }
        loop {
            if let Some(name) = self.name(at) {
                path.push(name.to_owned());
                at += 1;
            } else if self.is_mark(at, '*') {
                path.push("*".to_owned());
                at += 1;
            } else if self.is_mark(at, '{') {
                at += 1;
                while !self.is_mark(at, '}') && self.token(at).is_some() {
                    at = self.read_tree(at, &path);
                    if self.is_mark(at, ',') {
                        at += 1;
                    }
                }
                return at + 1;
            } else {
                // Nothing of a `use` tree: go on, so as not to stay here.
                return at.max(start + 1);
            }
            if !self.is_join(at) {
                break;
            }
            at += 1;
        }
        let line = at - 1;
        if path.len() > 1 && path.last().is_some_and(|name| name == "self") {
            path.pop();
        }
        let mut alias = path.last().cloned().unwrap_or_default();
        if self.name(at) == Some("as") {
            alias = self.name(at + 1).unwrap_or("_").to_owned();
            at += 2;
        }
        let full = self.resolve(path);
        // `use diesel;` says nothing new, and `*` and `_` are no names.
        if !matches!(alias.as_str(), "*" | "_") && full.first() != Some(&alias) {
            self.imports.insert(alias, full.clone());
        }
        self.add(line, full, false);
        at
    }

    fn add(&mut self, at: usize, path: Vec<String>, is_macro: bool) {
        let path = self.resolve(path);
        let line = self.tokens[at].0;
        self.found.push(Mention { line, path, is_macro });
    }

    /// Makes a path that starts with `self`, `super` or the package's name start with `crate`.
    fn resolve(&self, path: Vec<String>) -> Vec<String> {
        let root = || "crate".to_owned();
        match path.first().map(String::as_str) {
            Some(first) if first == self.package => [root()].into_iter().chain(path.into_iter().skip(1)).collect(),
            Some("self" | "super") => {
                let mut full = vec![root()];
                full.extend(self.file.iter().cloned());
                full.extend(self.inner.iter().map(|(name, _)| name.clone()));
                let mut rest = path.as_slice();
                while let Some((first, others)) = rest.split_first() {
                    match first.as_str() {
                        "self" => {}
                        "super" if full.len() > 1 => drop(full.pop()),
                        _ => break,
                    }
                    rest = others;
                }
                full.extend(rest.iter().cloned());
                full
            }
            _ => path,
        }
    }
}

fn tokens(source: &str) -> Vec<(usize, Token)> {
    let text: Vec<char> = source.chars().collect();
    let get = |at: usize| text.get(at).copied().unwrap_or('\0');
    let (mut at, mut line, mut tokens) = (0, 1, Vec::new());
    while at < text.len() {
        let start = at;
        let token = match (get(at), get(at + 1)) {
            ('/', '/') => {
                while at < text.len() && get(at) != '\n' {
                    at += 1;
                }
                None
            }
            ('/', '*') => {
                at = after_comment(&text, at);
                None
            }
            ('"', _) => {
                at = after_quote(&text, at, '"');
                Some(Token::Mark('"'))
            }
            ('\'', next) => {
                if next == '\\' || get(at + 2) == '\'' {
                    at = after_quote(&text, at, '\'');
                    Some(Token::Mark('"'))
                } else {
                    at = after_name(&text, at + 1);
                    None
                }
            }
            (':', ':') => {
                at += 2;
                Some(Token::Join)
            }
            (c, _) if c.is_numeric() => {
                // `1..x` and `1.max(x)` must leave the dot; `1.5` may as well.
                at = after_name(&text, at);
                Some(Token::Mark('"'))
            }
            (c, _) if c == '_' || c.is_alphabetic() => {
                at = after_name(&text, at);
                let name: String = text[start..at].iter().collect();
                let hashes = text[at..].iter().take_while(|c| **c == '#').count();
                match (name.as_str(), get(at), get(at + hashes)) {
                    ("r" | "br" | "cr", _, '"') => {
                        at = after_raw_string(&text, at + hashes, hashes);
                        Some(Token::Mark('"'))
                    }
                    ("b" | "c", quote @ ('"' | '\''), _) => {
                        at = after_quote(&text, at, quote);
                        Some(Token::Mark('"'))
                    }
                    ("r", '#', _) => {
                        // r#name: a name that is also a keyword.
                        at = after_name(&text, at + 1);
                        Some(Token::Name(text[start + 2..at].iter().collect()))
                    }
                    _ => Some(Token::Name(name)),
                }
            }
            (c, _) => {
                at += 1;
                (!c.is_whitespace()).then_some(Token::Mark(c))
            }
        };
        at = at.min(text.len());
        tokens.extend(token.map(|token| (line, token)));
        line += text[start..at].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

fn after_name(text: &[char], at: usize) -> usize {
    let length = text[at.min(text.len())..].iter().take_while(|c| **c == '_' || c.is_alphanumeric()).count();
    at + length
}

fn after_comment(text: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < text.len() {
        match (text[at], text.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn after_quote(text: &[char], mut at: usize, quote: char) -> usize {
    at += 1;
    while at < text.len() && text[at] != quote {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn after_raw_string(text: &[char], mut at: usize, hashes: usize) -> usize {
    at += 1;
    while at < text.len() {
        let closing = text[at + 1..].iter().take_while(|c| **c == '#').count();
        if text[at] == '"' && closing >= hashes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a source in module `http::page` names, as `line path`.
    fn named(source: &str) -> Vec<String> {
        mentions(source, &["http", "page"], "grantor")
            .into_iter()
            .map(|m| {
                let bang = if m.is_macro { "!" } else { "" };
                format!("{} {}{bang}", m.line, m.path.join("::"))
            })
            .collect()
    }

    #[test]
    fn use_trees() {
        assert_eq!(named("use crate::store;"), ["1 crate::store"]);
        assert_eq!(
            named("pub(crate) use crate::{\n a::b,\n c::{self, d as e, f::*},\n ::g, };"),
            ["2 crate::a::b", "3 crate::c", "3 crate::c::d", "3 crate::c::f::*", "4 crate::g"]
        );
        assert_eq!(named("use {crate::a, diesel::b};"), ["1 crate::a", "1 diesel::b"]);
        assert_eq!(named("use crate as all; use grantor::store::X;"), ["1 crate", "1 crate::store::X"]);
        assert_eq!(named("extern crate diesel;"), ["1 diesel"]);
        assert_eq!(named("fn f<'a>() -> impl Sized + use<'a> {}"), [""; 0]);
    }

    #[test]
    fn paths_in_code() {
        assert_eq!(
            named("fn f() -> crate::a::B { let x = 1..crate::c::D; x.crate_::<e::F>(); }"),
            ["1 crate::a::B", "1 crate::c::D", "1 e::F"]
        );
        assert_eq!(named("#[derive(diesel::Queryable)] struct S;"), ["1 diesel::Queryable"]);
        assert_eq!(named("macro_rules! m { () => { $crate::store::x() } }"), ["1 crate::store::x"]);
        assert_eq!(
            named("let a = b::<crate::c::D>::e(); f::g!(); h::I != 2;"),
            ["1 crate::c::D", "1 D::e", "1 f::g!", "1 h::I"]
        );
        assert_eq!(named("#[cfg(test)] mod tests { use crate::store::X; }"), ["1 crate::store::X"]);
    }

    #[test]
    fn relative_paths_and_imported_names() {
        assert_eq!(named("use super::super::store::X;"), ["1 crate::store::X"]);
        assert_eq!(named("use self::x; use super::y;"), ["1 crate::http::page::x", "1 crate::http::y"]);
        assert_eq!(
            named("mod a { mod b { use super::super::z; } use super::y; } use super::x;"),
            ["1 crate::http::page::z", "1 crate::http::page::y", "1 crate::http::x"]
        );
        assert_eq!(
            named("use std::time::Instant as I;\nuse std::env;\nfn f() { I::now(); env::var(K) }"),
            ["1 std::time::Instant", "2 std::env", "3 std::time::Instant::now", "3 std::env::var"]
        );
        assert_eq!(named("use chrono::Utc;\n<Utc>::now()"), ["1 chrono::Utc", "2 chrono::Utc::now"]);
    }

    #[test]
    fn comments_and_literals_are_not_code() {
        let quiet = r####"
            // use crate::a;
            /* use crate::b; /* nested */ crate::c::d */
            /// crate::e::f
            let s = "crate::g::h \" crate::i::j";
            let r = r#"crate::k::l " crate::m::n"#;
            let b = br"crate::o::p\"; let c = '"'; let d = '\''; let e = b'"'; let l: &'a str;
        "####;
        assert_eq!(named(quiet), [""; 0]);
        // … and the code after each is seen again.
        let loud = format!("{quiet}\n use crate::z;");
        assert_eq!(named(&loud), ["9 crate::z"]);
        assert_eq!(named("let r#type = r#mod::r#fn;"), ["1 mod::fn"]);
    }

    #[test]
    fn broken_sources_end() {
        for source in ["use", "use {", "use a::{b", "use ;", "use a::", "\"", "r#\"", "'", "/*", "<A>::", "r#"] {
            named(source);
        }
    }

    #[test]
    fn code_in_strange_places() {
        assert_eq!(misplacements("#[path = \"x.rs\"]\nmod a;\ninclude!(\"b.rs\");"), [1, 3]);
        assert_eq!(misplacements("#[cfg_attr(x, path = \"x.rs\")] mod a;"), [1]);
        assert_eq!(misplacements("let path = 1; include_str!(\"x\"); // include!"), [0; 0]);
    }
}
