//! Clients are found by name, identifier and owner, whatever the database thinks of letters.

use chrono::TimeDelta;
use grantor::account::people::Acting;
use grantor::core::client::AuthMethod;
use grantor::core::page::Page;
use grantor::oauth::manage::admin::{self, Query, Sort};

use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

fn make(server: &TestServer, name: &str, id: &str) {
    server.advance(TimeDelta::seconds(1));
    server.client(|new| {
        new.name = name.to_owned();
        new.id = Some(id.to_owned());
        if name.starts_with("Public") {
            new.auth_method = AuthMethod::None;
        }
    });
}

/// Every page of a search, read two by two.
fn find(server: &TestServer, text: &str, query: &Query) -> Vec<String> {
    let (mut page, mut all) = (Page { after: None, limit: 2 }, Vec::new());
    loop {
        let (found, next) = admin::search(&server.app, text, query, &page).expect("read");
        all.extend(found.into_iter().map(|listed| listed.client.id.to_string()));
        let Some(next) = next else { return all };
        page.after = Some(next);
    }
}

on_both! {
    async fn clients_are_found_by_the_start_of_a_name_without_regard_to_case(db: Database) {
        let server = Setup::default().frozen().start(&db);
        for (name, id) in [("beta", "c1"), ("Alpha", "c2"), ("alpha two", "c3"), ("Älpha", "c4"), ("Al-pha", "c5"), ("Public beta", "alpha")] {
            make(&server, name, id);
        }
        let by_name = Query::default();
        assert_eq!(find(&server, "", &by_name), ["c5", "c2", "c3", "c1", "alpha", "c4"], "bytes, whatever the collation");
        assert_eq!(find(&server, "alpha", &by_name), ["alpha", "c2", "c3"], "the identifier stands ahead, once");
        assert_eq!(find(&server, "äl", &by_name), ["c4"]);
        assert_eq!(find(&server, "ALPHA", &by_name), ["c2", "c3"]);
        assert_eq!(find(&server, "c1", &by_name), ["c1"]);
        assert_eq!(find(&server, "%", &by_name), [""; 0]);
        assert_eq!(find(&server, "first-party", &by_name), [""; 0], "the server's own are hidden");
        let newest = Query { sort: Sort::Newest, ..Query::default() };
        assert_eq!(find(&server, "", &newest), ["alpha", "c5", "c4", "c3", "c2", "c1"]);
        assert_eq!(find(&server, "", &Query { public: Some(true), ..Query::default() }), ["alpha"]);
        admin::set_enabled(&server.app, &Acting::operator(), &"c1".into(), false).expect("disabled");
        server.verify(&"c2".into());
        assert_eq!(find(&server, "", &Query { disabled: Some(true), ..Query::default() }), ["c1"]);
        assert_eq!(find(&server, "", &Query { verified: Some(true), ..Query::default() }), ["c2"]);
        assert_eq!(find(&server, "al", &Query { verified: Some(false), ..Query::default() }), ["c5", "c3"]);
        let odd = Page { after: Some("a\0b".to_owned()), limit: 2 };
        assert!(admin::search(&server.app, "", &by_name, &odd).expect("read").0.is_empty());
        assert!(find(&server, "a\0b", &by_name).is_empty());
    }
}
