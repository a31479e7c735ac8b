//! What must hold of every page: nobody is kept out by how it is made, nothing sticks out at the side, and the browser
//! has nothing to say.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantor::account::post;

use super::{Stage, Who, all};
use crate::kit::look::{DESK, PHONE, TIGHTEST, WINDOWS};
use crate::kit::{self, Chrome};
use crate::support::database::Database;

/// Looks at every page of somebody's, and names all that is wrong on any of them.
async fn look(chrome: Chrome, who: Who) {
    let db = Database::sqlite();
    let stage = Stage::set(chrome, &db, who).await;
    let page = chrome.open(&stage.server).await.knows(&stage.server.url);
    let mut wrong = Vec::new();
    for entry in all().iter().filter(|entry| entry.who == who) {
        stage.dress(&page, who).await;
        page.resize(DESK).await;
        entry.reach(&stage, &page).await;
        assert_eq!(page.heading().await == "Page not found", entry.name == "not-found", "{}", entry.name);
        let dead = page.heading().await.contains("does not work");
        assert_eq!(dead, entry.name.ends_with("-dead"), "{}: {}", entry.name, page.described().await);
        assert!(!page.heading().await.is_empty(), "{} has no heading: {}", entry.name, page.described().await);
        // What is wrong, and in which windows.
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut note = |what: String, how: String| found.entry(what).or_default().push(how);
        for (size, dark) in [(DESK, false), (DESK, true), (PHONE, true), (PHONE, false)] {
            page.resize(size).await;
            page.dark(dark).await;
            if entry.sandboxed {
                continue;
            }
            let how = format!("{} pixels, {}", size.width, if dark { "dark" } else { "light" });
            page.violations().await.into_iter().for_each(|what| note(what, how.clone()));
        }
        page.stray_ticks().await.into_iter().for_each(|what| note(what, "English".to_owned()));
        page.too_wide(&WINDOWS).await.into_iter().for_each(|what| note(what, "English".to_owned()));
        // The same page has longer words in another language. What a form was answered with cannot be had again so.
        let path = page.path().await;
        for language in ["de", "fr"] {
            page.language(language).await;
            page.go(&path).await;
            page.too_wide(&TIGHTEST).await.into_iter().for_each(|what| note(what, language.to_owned()));
        }
        page.language("en").await;
        let named = |(what, how): (String, Vec<String>)| {
            format!("{} ({}): {what} [{}]", entry.name, entry.path, how.join("; "))
        };
        wrong.extend(found.into_iter().map(named));
    }
    page.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Looks at every mail that all these people were sent. A reader of mails shows them in windows of any width.
async fn look_at_mails(chrome: Chrome) {
    let db = Database::sqlite();
    let stage = Stage::set(chrome, &db, Who::Nobody).await;
    let page = chrome.open(&stage.server).await;
    for entry in all().iter().filter(|entry| entry.who == Who::Nobody && entry.sends_mail()) {
        stage.dress(&page, Who::Nobody).await;
        entry.reach(&stage, &page).await;
    }
    let messages = post::newest(&stage.server.app, 100).expect("the outbox");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (message, content) in &messages {
        let Some(html) = &content.html else { continue };
        page.go(&format!("data:text/html;charset=utf-8;base64,{}", STANDARD.encode(html))).await;
        page.dark(seen % 2 == 1).await;
        let found = page.violations().await.into_iter().chain(page.too_wide(&WINDOWS).await);
        wrong.extend(found.map(|what| format!("{}: {what}", message.kind)));
        seen += 1;
    }
    page.close().await;
    assert!(seen > 1, "no mail was seen");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn of_mails() {
    kit::run(true, look_at_mails);
}

#[test]
fn of_nobodys_pages() {
    kit::run(true, |chrome| look(chrome, Who::Nobody));
}

#[test]
fn of_a_persons_pages() {
    kit::run(true, |chrome| look(chrome, Who::Person));
}

#[test]
fn of_an_admins_pages() {
    kit::run(true, |chrome| look(chrome, Who::Admin));
}
