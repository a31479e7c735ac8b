//! Every language says the same, and says all that is asked of it: the message files are held against each other, and
//! against the templates and sources that name their messages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use grantor::core::text::Language;

/// Messages whose names are put together while running: each by how it starts.
const PUT_TOGETHER: &[&str] = &["failure-why-", "failure-mend-", "audit-act-", "audit-kind-", "country-"];

/// The arguments of each message.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn root(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn files(below: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut directories = vec![root(below)];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// The messages of one file. A message starts a line, and what belongs to it is further in.
fn messages(text: &str) -> Messages {
    let mut found = Messages::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            let (id, _) = line.split_once(" =").unwrap_or_else(|| panic!("no message: {line}"));
            assert!(found.insert(id.to_owned(), BTreeSet::new()).is_none(), "{id} is there twice");
            current = id.to_owned();
        }
        let Some(arguments) = found.get_mut(&current) else { continue };
        for rest in line.split('$').skip(1) {
            arguments.insert(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect());
        }
    }
    found
}

fn all(language: Language) -> Messages {
    let mut all = Messages::new();
    for (_, text) in files(&format!("templates/texts/{language}"), "ftl") {
        for (id, arguments) in messages(&text) {
            assert!(all.insert(id.clone(), arguments).is_none(), "{language}: {id} is in two files");
        }
    }
    all
}

/// What names a message: how the call looks, and how many arguments it gives; none when they follow it.
const CALLS: &[(&str, Option<usize>)] = &[
    (".t(", Some(0)),
    (".t1(", Some(1)),
    (".t2(", Some(2)),
    (".tn(", Some(0)),
    (".strong(", Some(1)),
    (".isolated(", Some(1)),
    (".strong2(", Some(2)),
    (".isolated2(", Some(2)),
    ("Said::new(", None),
    ("say(", None),
];

/// The string literal that text starts with, and what follows it and a comma.
fn literal(text: &str) -> Option<(&str, &str)> {
    let (inner, rest) = text.trim_start().strip_prefix('"')?.split_once('"')?;
    Some((inner, rest))
}

/// The messages that a source names, with the arguments that it gives to each, if these can be read.
fn named(source: &str) -> Vec<(String, Option<BTreeSet<String>>)> {
    let mut found = Vec::new();
    for (call, count) in CALLS {
        for (at, _) in source.match_indices(call) {
            let mut rest = &source[at + call.len()..];
            if *call == "say(" {
                // The language comes first.
                match rest.split_once(',') {
                    Some((before, after)) if !before.contains(['(', ')', ';']) => rest = after,
                    _ => continue,
                }
            }
            let Some((id, rest)) = literal(rest) else { continue };
            let mut given = BTreeSet::new();
            let mut complete = count.is_some();
            if *call == ".tn(" {
                given.insert("count".to_owned());
            }
            if *count > Some(0) {
                match rest.strip_prefix(',').and_then(literal) {
                    Some((name, _)) => drop(given.insert(name.to_owned())),
                    None => complete = false,
                }
                // The second name follows a value, which may be anything.
                complete &= *count == Some(1);
            }
            found.push((id.to_owned(), complete.then_some(given)));
        }
    }
    found
}

fn used() -> Vec<(String, String)> {
    let sources = files("src", "rs").into_iter().filter(|(path, _)| !path.ends_with("tests.rs"));
    let templates = files("templates", "html").into_iter().chain(files("templates", "txt"));
    // What a file tests itself with is at its end.
    let cut = |text: String| text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
    sources.chain(templates).map(|(path, text)| (path.display().to_string(), cut(text))).collect()
}

#[test]
fn every_language_has_the_same_messages_with_the_same_arguments() {
    let english = all(Language::English);
    assert!(english.len() > 10);
    for language in Language::ALL {
        let other = all(language);
        let missing: Vec<_> = english.keys().filter(|id| !other.contains_key(*id)).collect();
        let extra: Vec<_> = other.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{language} lacks {missing:?} and has {extra:?} besides");
        for (id, arguments) in &english {
            assert_eq!(other.get(id), Some(arguments), "{language}: {id}");
        }
    }
}

#[test]
fn every_file_is_there_in_every_language_and_compiled_in() {
    let names = |language: Language| -> Vec<_> {
        let files = files(&format!("templates/texts/{language}"), "ftl");
        files.into_iter().map(|(path, _)| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let list = fs::read_to_string(root("src/core/text/files.rs")).unwrap();
    for name in names(Language::English) {
        assert!(list.contains(&format!("\"{name}\"")), "{name}.ftl is not in src/core/text/files.rs");
    }
    for language in Language::ALL {
        assert_eq!(names(language), names(Language::English), "{language}");
    }
}

#[test]
fn every_message_that_is_named_exists_and_gets_what_it_asks_for() {
    let english = all(Language::English);
    let mut calls = 0;
    for (path, text) in used() {
        for (id, given) in named(&text) {
            calls += 1;
            let Some(asked) = english.get(&id) else { panic!("{path} names {id}, which no file has") };
            if let Some(given) = given {
                assert_eq!(*asked, given, "{path} gives {id} these arguments");
            }
        }
    }
    assert!(calls > 100, "only {calls} calls were found");
    for (path, text) in files("src", "rs") {
        for id in text.split('"').filter(|word| word.starts_with("field-") || word.starts_with("error-")) {
            let is_id = id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            assert!(!is_id || english.contains_key(id), "{} names {id}, which no file has", path.display());
        }
    }
}

/// What is wrong with a field is shown on a page by whoever may check it: only what programs alone reach is English.
#[test]
fn what_is_wrong_with_a_field_is_a_message() {
    let english = all(Language::English);
    let mut seen = 0;
    for (path, text) in files("src", "rs") {
        let place = path.strip_prefix(root("src")).unwrap().display().to_string();
        if ["http/admin_api", "http/dialect", "http/refusal.rs", "cli"].iter().any(|start| place.starts_with(start)) {
            continue;
        }
        for call in ["invalid.add(", "errors.add(", "Invalid::one("] {
            for (at, _) in text.match_indices(call) {
                // The name of the field comes first.
                let Some((_, after)) = text[at + call.len()..].split_once(',') else { continue };
                seen += 1;
                let bare = literal(after).is_some_and(|(id, _)| !english.contains_key(id));
                assert!(
                    !bare && !after.trim_start().starts_with("format!"),
                    "{place}: {}",
                    &after[..after.len().min(80)]
                );
            }
        }
    }
    assert!(seen > 40, "only {seen} calls were found");
}

#[test]
fn every_message_is_used() {
    let used = used();
    for id in all(Language::English).into_keys() {
        let quoted = format!("\"{id}\"");
        let found = PUT_TOGETHER.iter().any(|start| id.starts_with(start))
            || used.iter().any(|(_, text)| text.contains(&quoted));
        assert!(found, "{id} is used nowhere");
    }
}

#[test]
fn the_reader_of_messages_and_calls_can_fail() {
    let text = "# a = { $no }\na = x { $one } y\n    { $two-x ->\n       *[other] { $one }\n    }\nb = z\n";
    let read = messages(text);
    assert_eq!(read.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(read["a"].iter().collect::<Vec<_>>(), ["one", "two-x"]);
    assert!(read["b"].is_empty());
    let calls =
        named("page.t(\"a\") page.t1(\n  \"b\",\n  \"n\", x) Said::new(\"c\").with(\"m\", 1) page.tn(\"d\", 5)");
    let list: Vec<_> = calls.iter().map(|(id, given)| (id.as_str(), given.as_ref().map(BTreeSet::len))).collect();
    assert_eq!(list, [("a", Some(0)), ("b", Some(1)), ("d", Some(1)), ("c", None)]);
}
