//! The list against what is served: no page is forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::all;
use crate::support::contract::DOCUMENT;

/// What is read by programs alone and not in the document of the JSON routes.
const NO_PAGES: [&str; 1] = ["/files/{name}"];

/// Every path that answers GET.
fn read() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut text = fs::read_to_string(root.join("routes.rs")).expect("the routes");
    for file in fs::read_dir(root.join("routes")).expect("the folder") {
        text.push_str(&fs::read_to_string(file.expect("a file").path()).expect("the routes"));
    }
    let mut found = BTreeSet::new();
    for rest in text.split("at(").skip(1) {
        let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
        let mut parts = rest.split('"');
        let (path, methods) = (parts.next().expect("a path"), parts.nth(1).expect("the methods"));
        if methods.split(", ").any(|method| method == "GET") {
            found.insert(path.to_owned());
        }
    }
    assert!(found.len() > 20, "the routes were not found: {found:?}");
    found
}

#[test]
fn every_page_is_listed_and_no_other() {
    let documented = DOCUMENT["paths"].as_object().expect("paths");
    let listed: BTreeSet<String> = all().iter().map(|entry| entry.path.to_owned()).collect();
    let served = read();
    let pages = served.iter().filter(|path| {
        let json = documented.contains_key(*path) && !listed.contains(*path);
        !json && !path.starts_with("/api/") && !NO_PAGES.contains(&path.as_str())
    });
    let forgotten: Vec<&String> = pages.filter(|path| !listed.contains(*path)).collect();
    assert!(forgotten.is_empty(), "not in the list of tests/browser/table: {forgotten:?}");
    let gone: Vec<&String> = listed.difference(&served).collect();
    assert!(gone.is_empty(), "no longer served: {gone:?}");
}

#[test]
fn no_two_pages_have_one_name() {
    let mut names = BTreeSet::new();
    for entry in all() {
        assert!(names.insert(entry.name), "{} comes twice", entry.name);
    }
}
