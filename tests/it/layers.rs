//! House rules on what a file under `src` may name, and how long it may be.
//!
//! A layer may use those to its right, and none to its left; those in braces are side by side
//! and may not use each other:
//!
//! `cli → routes → http → oauth → oidc → account → app → {store, mail, sms, backchannel, config} → core`
//!
//! `lib.rs` and `main.rs` tie the layers together and may use all of them. A layer is a file or
//! directory of its name directly under `src`. Code under `#[cfg(test)]` is not excepted.

mod paths;

use std::fs;
use std::path::Path;

use paths::{Mention, mentions, misplacements};

const PACKAGE: &str = "grantor";

/// From left to right. Layers of one row are side by side.
const LAYERS: &[&[&str]] = &[
    &["cli"],
    &["routes"],
    &["http"],
    &["oauth"],
    &["oidc"],
    &["account"],
    &["app"],
    &["store", "mail", "sms", "backchannel", "config"],
    &["core"],
];

const LONGEST: usize = 400;

/// Something that only some files may name.
struct Rule {
    /// Each as `a::b`. One that starts with `…::` may stand anywhere in a path.
    names: &'static [&'static str],
    /// As in `oauth/bridge*`: all that starts so; or `store`: `store.rs` and all in `store/`.
    only_in: &'static [&'static str],
    why: &'static str,
}

const WEB: Rule = Rule {
    names: &["actix_web", "actix_http"],
    only_in: &["http", "routes", "cli/serve*"],
    why: "the web framework stays in http, routes and cli/serve*",
};
const DATABASE: Rule =
    Rule { names: &["diesel", "diesel_migrations", "r2d2"], only_in: &["store"], why: "the database stays in store" };
const OXIDE: Rule = Rule {
    names: &["oxide_auth"],
    only_in: &["oauth/bridge*", "oauth/grants*"],
    why: "oxide-auth stays in oauth/bridge* and oauth/grants*",
};
const ENVIRONMENT: Rule = Rule {
    names: &["std::env"],
    only_in: &["config", "main.rs", "cli"],
    why: "the environment is read in config, main.rs and cli; settings come through config",
};
const CLOCK: Rule = Rule {
    names: &["…::Utc::now", "…::Local::now", "…::SystemTime::now", "…::Instant::now"],
    only_in: &["core/time.rs"],
    why: "the time comes from core/time.rs, so that tests can set it",
};

struct Source {
    /// Below `src`, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn module(&self) -> Vec<&str> {
        let path = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let mut parts: Vec<&str> = path.split('/').collect();
        if matches!(parts.as_slice(), ["lib" | "main"]) || parts.last() == Some(&"mod") {
            parts.pop();
        }
        parts
    }

    fn mentions(&self) -> Vec<Mention> {
        mentions(&self.text, &self.module(), PACKAGE)
    }

    fn is_in(&self, place: &str) -> bool {
        match place.strip_suffix('*') {
            Some(start) => self.path.starts_with(start),
            None => {
                self.path == place
                    || self.path.strip_suffix(".rs") == Some(place)
                    || self.path.starts_with(&format!("{place}/"))
            }
        }
    }

    fn at(&self, line: usize, what: &str) -> String {
        format!("src/{}:{line}: {what}", self.path)
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&root).unwrap();
                let path = path.to_str().unwrap().replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
    assert!(found.iter().any(|s| s.path == "lib.rs"), "no sources in {}", root.display());
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&layer))
}

fn wrong_arrows(source: &Source) -> Vec<String> {
    let module = source.module();
    let Some(own) = module.first() else {
        return Vec::new(); // lib.rs, main.rs
    };
    let Some(own_rank) = rank(own) else {
        return vec![source.at(1, &format!("`{own}` is no layer; see tests/it/layers.rs"))];
    };
    let mut wrong = Vec::new();
    for mention in source.mentions() {
        let [first, rest @ ..] = mention.path.as_slice() else {
            continue;
        };
        if first != "crate" {
            continue;
        }
        let path = mention.path.join("::");
        let what = match rest.first().map(String::as_str) {
            None | Some("*") => format!("`{path}` names the whole crate; name a layer"),
            Some(target) if target == *own => continue,
            Some(target) => match rank(target) {
                Some(other) if other > own_rank => continue,
                Some(other) if other == own_rank => {
                    format!("{own} uses {target}, which stands beside it: `{path}`")
                }
                Some(_) => format!("{own} uses {target}, which stands left of it: `{path}`"),
                None if mention.is_macro && rest.len() == 1 => continue,
                None => format!("`{path}` is in no layer; name it by the layer it is defined in"),
            },
        };
        wrong.push(source.at(mention.line, &what));
    }
    wrong
}

fn breaches(rule: &Rule, source: &Source) -> Vec<String> {
    if rule.only_in.iter().any(|place| source.is_in(place)) {
        return Vec::new();
    }
    let names = |path: &[String]| {
        rule.names.iter().any(|name| match name.strip_prefix("…::") {
            Some(name) => {
                let parts: Vec<&str> = name.split("::").collect();
                path.windows(parts.len()).any(|window| window == parts)
            }
            None => {
                let parts: Vec<&str> = name.split("::").collect();
                path.len() >= parts.len() && path.iter().zip(&parts).all(|(a, b)| a == b)
            }
        })
    };
    source
        .mentions()
        .iter()
        // `std::env!` is another thing, and is looked up when compiling.
        .filter(|m| names(&m.path) && !(m.is_macro && m.path.join("::") == "std::env"))
        .map(|m| source.at(m.line, &format!("`{}`", m.path.join("::"))))
        .collect()
}

fn misplaced(source: &Source) -> Vec<String> {
    misplacements(&source.text).into_iter().map(|line| source.at(line, "`#[path]` or `include!`")).collect()
}

fn too_long(source: &Source) -> Vec<String> {
    match source.text.lines().count() {
        lines if lines > LONGEST => vec![format!("src/{}: {lines} lines", source.path)],
        _ => Vec::new(),
    }
}

fn hold(rule: &str, check: impl Fn(&Source) -> Vec<String>) {
    let mut wrong: Vec<String> = sources().iter().flat_map(check).collect();
    wrong.dedup();
    assert!(wrong.is_empty(), "{rule}\n  {}\n", wrong.join("\n  "));
}

#[test]
fn arrows_between_layers_go_right() {
    hold("a layer uses only those to its right (the order is in tests/it/layers.rs):", wrong_arrows);
}

#[test]
fn the_web_framework_stays_at_the_edge() {
    hold(WEB.why, |source| breaches(&WEB, source));
}

#[test]
fn the_database_stays_in_the_store() {
    hold(DATABASE.why, |source| breaches(&DATABASE, source));
}

#[test]
fn oxide_auth_stays_behind_its_bridge() {
    hold(OXIDE.why, |source| breaches(&OXIDE, source));
}

#[test]
fn the_environment_is_read_by_the_configuration() {
    hold(ENVIRONMENT.why, |source| breaches(&ENVIRONMENT, source));
}

#[test]
fn the_time_comes_from_one_clock() {
    hold(CLOCK.why, |source| breaches(&CLOCK, source));
}

#[test]
fn code_is_in_the_file_of_its_module() {
    hold("these would hide code from the rules of tests/it/layers.rs:", misplaced);
}

#[test]
fn files_are_short() {
    hold(&format!("a file of src has at most {LONGEST} lines; divide these:"), too_long);
}

mod rules_can_fail {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    fn arrows(path: &str, text: &str) -> usize {
        wrong_arrows(&source(path, text)).len()
    }

    fn counts(rule: &Rule, path: &str, text: &str) -> usize {
        breaches(rule, &source(path, text)).len()
    }

    #[test]
    fn arrows_to_the_left_and_sideways_are_found() {
        assert_eq!(
            wrong_arrows(&source("oauth/token.rs", "use crate::core::Id;\nuse crate::http::Page;")),
            ["src/oauth/token.rs:2: oauth uses http, which stands left of it: `crate::http::Page`"]
        );
        for (path, text) in [
            ("core.rs", "use crate::app;"),
            ("core/id.rs", "fn f() { crate::store::open() }"),
            ("store/grants.rs", "use crate::config::Config;"),
            ("mail/mod.rs", "use super::store::X;"),
            ("mail/smtp.rs", "use super::super::sms;"),
            ("routes.rs", "use crate::cli::serve;"),
            ("oidc.rs", "use crate::{\n    core::Id,\n    oauth::{self, Token},\n};"),
            ("app.rs", "#[cfg(test)] mod tests { use crate::http; }"),
            ("app.rs", "use grantor::http;"),
            ("app.rs", "use crate::*;"),
            ("app.rs", "use crate as all;"),
            ("app.rs", "mod t { use super::super::*; }"),
            ("app.rs", "use crate::Shortcut;"),
            ("strange.rs", ""),
            ("bin/other.rs", ""),
        ] {
            assert!(arrows(path, text) > 0, "{path}: {text}");
        }
    }

    #[test]
    fn arrows_to_the_right_are_fine() {
        for (path, text) in [
            ("cli/serve.rs", "use crate::{routes, http::X, core::{Y, time}};"),
            ("store/grants.rs", "use super::X; use crate::store::Y; use crate::core::Z;"),
            ("core/id.rs", "use core::fmt; use std::app::X; // crate::app::X"),
            ("app.rs", "crate::some_macro!(); pub(crate) fn f() {} pub(in crate::app) fn g() {}"),
            ("lib.rs", "pub mod core; use crate::http; use store::X;"),
            ("main.rs", "use grantor::cli; use grantor::core;"),
        ] {
            assert_eq!(arrows(path, text), 0, "{path}: {text}");
        }
    }

    #[test]
    fn crates_out_of_place_are_found() {
        assert_eq!(counts(&WEB, "oauth/token.rs", "use actix_web::HttpResponse;"), 1);
        assert_eq!(counts(&WEB, "cli/user.rs", "#[actix_web::main] async fn f() {}"), 1);
        assert_eq!(counts(&WEB, "app.rs", "fn f(x: ::actix_http::Request) {}"), 1);
        assert_eq!(counts(&DATABASE, "app.rs", "use {diesel::prelude::*, r2d2::Pool};"), 2);
        assert_eq!(counts(&DATABASE, "app.rs", "use diesel as d;\nfn f() { d::insert_into(t) }"), 2);
        assert_eq!(counts(&DATABASE, "stores.rs", "extern crate diesel;"), 1);
        assert_eq!(counts(&OXIDE, "oauth/token.rs", "use oxide_auth::primitives;"), 1);
        assert_eq!(counts(&OXIDE, "oauth.rs", "use oxide_auth;"), 1);
        assert_eq!(counts(&ENVIRONMENT, "app.rs", "use std::{env, fs};"), 1);
        assert_eq!(counts(&ENVIRONMENT, "lib.rs", "fn f() { std::env::var(X) }"), 1);
    }

    #[test]
    fn crates_in_place_are_fine() {
        assert_eq!(counts(&WEB, "http.rs", "use actix_web::*;"), 0);
        assert_eq!(counts(&WEB, "routes/token.rs", "use actix_web::*;"), 0);
        assert_eq!(counts(&WEB, "cli/serve_tls.rs", "use actix_web::*;"), 0);
        assert_eq!(counts(&DATABASE, "store/sqlite/grants.rs", "use diesel::*;"), 0);
        assert_eq!(counts(&DATABASE, "app.rs", "// diesel::x\nlet s = \"diesel::x\"; s.diesel();"), 0);
        assert_eq!(counts(&OXIDE, "oauth/bridge.rs", "use oxide_auth::*;"), 0);
        assert_eq!(counts(&OXIDE, "oauth/grants/code.rs", "use oxide_auth::*;"), 0);
        assert_eq!(counts(&ENVIRONMENT, "config/file.rs", "use std::env;"), 0);
        assert_eq!(counts(&ENVIRONMENT, "main.rs", "use std::env;"), 0);
        assert_eq!(counts(&ENVIRONMENT, "app.rs", "env!(\"X\"); std::env!(\"X\"); option_env!(\"X\")"), 0);
    }

    #[test]
    fn other_clocks_are_found() {
        for text in [
            "chrono::Utc::now()",
            "use chrono::Utc; fn f() { g(Utc::now) }",
            "use chrono::{DateTime, Utc as U}; fn f() { U::now() }",
            "std::time::SystemTime::now()",
            "use std::time; fn f() { time::Instant::now() }",
            "tokio::time::Instant::now()",
            "<Utc>::now()",
            "#[cfg(test)] mod tests { fn f() { Instant::now() } }",
        ] {
            assert!(counts(&CLOCK, "core/id.rs", text) > 0, "{text}");
            assert_eq!(counts(&CLOCK, "core/time.rs", text), 0, "{text}");
        }
        assert_eq!(counts(&CLOCK, "app.rs", "use chrono::Utc; fn f(c: &Clock) { c.now(); Clock::now() }"), 0);
    }

    #[test]
    fn hidden_code_and_long_files_are_found() {
        assert_eq!(misplaced(&source("app.rs", "\n#[path = \"store/x.rs\"] mod x;")).len(), 1);
        assert_eq!(misplaced(&source("app.rs", "include!(\"x.rs\");")).len(), 1);
        assert_eq!(too_long(&source("app.rs", &"\n".repeat(401))), ["src/app.rs: 401 lines"]);
        assert!(too_long(&source("app.rs", &"\n".repeat(400))).is_empty());
    }

    #[test]
    fn every_layer_has_one_place() {
        let all: Vec<&str> = LAYERS.iter().copied().flatten().copied().collect();
        for layer in &all {
            assert_eq!(all.iter().filter(|other| *other == layer).count(), 1, "{layer}");
        }
    }
}
