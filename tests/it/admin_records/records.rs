//! The audit log and the failures, and the log as a file.

use grantor::account::audit::{self, Act, Actor, Event};
use grantor::core::audit::Filter;
use grantor::core::ids::UserId;
use grantor::core::page::Page;
use grantor::store;

use super::{Api, browser, staff, submit};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::TestServer;
use serde_json::json;

fn write(server: &TestServer, events: Vec<Event>) {
    let written = server.app.write(move |cx| {
        for event in &events {
            audit::record(cx, event)?;
        }
        Ok::<_, store::Error>(())
    });
    written.expect("recorded");
}

/// The records of a CSV file (RFC 4180), read as strictly as it says.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (true, '"') if letters.peek() == Some(&'"') => cell.extend(letters.next()),
            (true, '"') => quoted = false,
            (false, '"') if cell.is_empty() => quoted = true,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {
                assert_eq!(letters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, other) => cell.push(other),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "a broken end");
    rows
}

on_both! {
    async fn the_log_is_searched_page_by_page(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let target = staff(&server, "target", "user");
        let events = (0..60).map(|n| Event::new(target.id, Act::ScopeEdit).with("n", n).changed("name", "<b>old</b>", "new"));
        write(&server, events.collect());
        let path = "/admin/audit?act=scope.edit&actor=target";
        let first = root.get(path).await;
        assert_eq!((first.status, first.body.matches("<tr>").count()), (200, 51), "{}", first.body);
        assert!(!first.body.contains("<b>old") && first.text_of("td").contains("<b>old</b> → new"));
        let next = first.body.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a next page");
        let next = next.replace("&#38;", "&").replace("&amp;", "&");
        let second = root.get(&next).await;
        assert_eq!(second.body.matches("<tr>").count(), 11);
        assert!(second.text_of("td").contains("n: 0") && !second.body.contains("rel=\"next\""));
        for (query, field) in [("actor=nobody-of-this-name", "actor"), ("object=x:y", "object"), ("act=odd", "act"), ("from=yesterday", "from")] {
            let refused = root.get(&format!("/admin/audit?{query}")).await;
            assert!(refused.status == 422 && !refused.text_of(&format!("#{field}-error")).is_empty(), "{query}");
        }
        assert!(root.get("/admin/audit?from=2100-01-01").await.text_of(".empty").contains("Nothing"));
        let object = format!("/admin/audit?object=user:{}", target.id);
        assert!(root.get(&object).await.text_of("td").contains("user.create"));
    }

    async fn the_log_is_told_in_words_and_names_with_as_many_statements_for_many_as_for_one(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let people: Vec<_> = (0..12).map(|n| staff(&server, &format!("person{n:02}"), "user")).collect();
        let clients: Vec<_> = (0..12).map(|n| server.client(|new| new.name = format!("<i>App {n:02}")).0).collect();
        let event = |n: usize| Event::new(people[n].id, Act::ConsentTakeBack).on(&clients[n].id);
        write(&server, vec![event(0)]);
        root.get("/admin/audit").await;
        let count = |server: &TestServer| server.statements().len();
        server.reset_statements();
        let one = root.get("/admin/audit?act=consent.take_back").await;
        let few = count(&server);
        assert_eq!((one.status, one.body.matches("<tr>").count()), (200, 2));
        write(&server, (1..12).map(event).collect());
        server.reset_statements();
        let page = root.get("/admin/audit?act=consent.take_back").await;
        assert_eq!((page.body.matches("<tr>").count(), count(&server)), (13, few), "a statement for each record");
        let cells = page.text_of("td");
        for (person, client) in people.iter().zip(&clients) {
            assert!(cells.contains(&person.name.whole()) && cells.contains(&format!("user:{}", person.id)), "{cells}");
            assert!(cells.contains(&client.metadata.client_name) && cells.contains(&format!("client:{}", client.id)));
            assert!(page.body.contains(&format!("href=\"/admin/users/{}\"", person.id)));
            assert!(page.body.contains(&format!("href=\"/admin/clients/{}\"", client.id)));
        }
        assert!(!page.body.contains("<i>App"));
        assert!(cells.contains("Took back what an app may do") && cells.contains("consent.take_back"));
        assert!(page.text_of("option").contains("Sign-in refused"));
        let german = root.get("/admin/audit?act=consent.take_back&ui_locales=de").await;
        assert!(german.text_of("td").contains("App-Zugriff zurückgenommen"), "{}", german.body);

        // Who is gone has an identifier; what a later version knows has its name.
        write(&server, vec![Event::new(UserId(77), Act::ScopeEdit)]);
        let gone = root.get("/admin/audit?actor=person:77").await;
        assert!(gone.text_of("td").contains("user:77") && gone.body.contains("href=\"/admin/users/77\""));

        // Names are for who may see people and apps.
        let role = [("name", "reader"), ("display_name", "Reader"), ("staff", "1"), ("powers", "grantor:audit.read")];
        assert_eq!(submit(&root, "/admin/new-role", "/admin/new-role", &role).await.status, 303);
        let reader = browser(&server, "reader", "reader").await;
        let bare = reader.get("/admin/audit?act=consent.take_back").await;
        assert_eq!((bare.status, bare.body.matches("<tr>").count()), (200, 13), "{}", bare.body);
        let cells = bare.text_of("td");
        assert!(cells.contains(&format!("user:{}", people[0].id)) && !cells.contains("person00") && !cells.contains("App 00"), "{cells}");
        assert!(!bare.body.contains("href=\"/admin/users/"));
    }

    async fn a_person_and_the_figures_lead_to_what_is_told_of_them(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let target = staff(&server, "target", "user");
        let page = root.get(&format!("/admin/users/{}", target.id)).await;
        assert!(page.text_of("td").contains("Made an account for somebody") && page.text_of("td").contains("An operator’s command"), "{}", page.body);
        for (way, told) in [("/admin/audit?object=user%3A", "user.create"), ("/admin/audit?actor=person%3A", ""), ("/admin/failures?user=", "")] {
            let href = format!("{way}{}", target.id);
            assert!(page.body.contains(&format!("href=\"{href}\"")), "{href}: {}", page.body);
            let list = root.get(&href).await;
            assert_eq!(list.status, 200);
            assert!(told.is_empty() || list.text_of("td").contains(told), "{}", list.body);
        }
        let figures = root.get("/admin").await;
        for href in ["/admin/audit?act=sign_in", "/admin/failures?kind=sign_in", "/admin/failures", "/admin/audit?act=user.register"] {
            assert!(figures.body.contains(&format!("<a class=\"target\" href=\"{href}\"")), "{href}: {}", figures.body);
            assert_eq!(root.get(href).await.status, 200);
        }
        let support = browser(&server, "helper", "support").await;
        let page = support.get(&format!("/admin/users/{}", target.id)).await;
        assert!(!page.body.contains("/admin/audit") && page.body.contains("/admin/failures?user="), "{}", page.body);
    }

    async fn the_log_is_a_file_whatever_names_are_in_it(db: Database) {
        let server = TestServer::start(&db);
        let api = Api::of(&server, "root", "admin").await;
        let hostile = ["=cmd|' /C calc'!A1", "\"quoted\", and\r\nbroken", "@SUM(1)", "<script>"];
        let events = (0..1_200).map(|n| Event::new(UserId(77), Act::ClientEdit).on(&"=1+1".into()).with("name", hostile[n % 4]).with("n", n));
        write(&server, events.collect());
        let asked = |format: &str| json!({ "format": format, "actor": "person:77" });
        let file = api.send(reqwest::Method::POST, "/audit/export", asked("csv")).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(file.header("content-disposition").contains("audit.csv"));
        let rows = csv(&file.body);
        assert_eq!(rows.len(), 1_201);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "a torn row");
        for cell in rows.iter().skip(1).flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "a formula: {cell}");
        }
        let at = rows[0].iter().position(|name| name == "object_id").expect("a column");
        assert_eq!(rows[1][at], "'=1+1");
        let file = api.send(reqwest::Method::POST, "/audit/export", asked("json")).await;
        let items = file.json().as_array().expect("an array").clone();
        assert_eq!(items.len(), 1_200);
        assert_eq!((&items[0]["details"]["n"], &items[1_199]["details"]["name"]), (&json!(1_199), &json!(hostile[0])));
        assert_eq!(api.send(reqwest::Method::POST, "/audit/export", asked("xml")).await.status, 422);
        let filter = Filter { act: Some(Act::AuditExport), ..Filter::default() };
        let noted = audit::search(&server.app, &filter, &Page::default()).expect("read");
        assert_eq!(noted.len(), 2, "each is an event itself");
        assert!(noted.iter().all(|event| matches!(event.actor, Actor::Person(_)) && event.request_id.is_some()));

        let auditor = browser(&server, "eyes", "auditor").await;
        let sent = submit(&auditor, "/admin/audit?actor=person:77", "/admin/audit/export", &[("actor", "person:77"), ("format", "csv")]).await;
        assert_eq!((sent.status, csv(&sent.body).len()), (200, 1_201));
        assert_eq!(auditor.post("/admin/audit/export", &[("format", "csv")]).await.status, 403, "without the form's token");
    }

    async fn a_failure_is_found_by_its_reference_and_explained(db: Database) {
        let server = TestServer::start(&db);
        let api = Api::of(&server, "root", "admin").await;
        let (client, _) = server.client(|_| ());
        let asked = format!("/oauth/authorize?client_id={}&response_type=code&redirect_uri=https%3A%2F%2Fevil.example%2Fcb", client.id);
        let refused = Browser::new(&server).get(&asked).await;
        assert_eq!(refused.status, 400);
        let reference = refused.header("x-request-id").to_owned();
        server.app.keep_reasons().expect("kept");
        let found = api.get(&format!("/failures/{reference}")).await;
        let shown = found.json();
        assert_eq!((&shown["client_id"], &shown["reason"]), (&json!(client.id), &json!("redirect_uri_mismatch")));
        assert!(shown["explanation"].as_str().is_some_and(|text| text.contains("https://evil.example/cb")), "{shown}");
        let helper = browser(&server, "helper", "support").await;
        for query in [format!("request_id={}", reference.to_uppercase()), format!("client={}", client.id), "kind=authorization".to_owned()] {
            let page = helper.get(&format!("/admin/failures?{query}")).await;
            assert!(page.text_of("td").contains("https://evil.example/cb"), "{query}: {}", page.body);
            let list = api.get(&format!("/failures?{query}")).await.json();
            assert_eq!(list["items"][0]["id"], json!(reference), "{query}");
        }
        let none = helper.get("/admin/failures?kind=token").await;
        assert!(!none.text_of(".empty").is_empty());
        assert_eq!(helper.get("/admin/failures?kind=odd").await.status, 422);
        assert_eq!(api.get("/failures?user=nobody-of-this-name").await.status, 422);
        assert_eq!(api.get("/failures/ffffffff").await.status, 404);
    }
}
