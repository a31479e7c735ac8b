//! Lists of people in the database: the order, the pages in both directions, and the index that each is read by.

use chrono::TimeDelta;
use grantor::account::people;
use grantor::core::ids::{RoleName, UserId};
use grantor::core::people::{Place, Search, Sort};
use grantor::core::user::{Status, User};
use grantor::store::users;

use super::staff;
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

fn find(server: &TestServer, search: &Search, place: Place, limit: i64) -> Vec<User> {
    people::search(&server.app, search, place, limit).expect("a database").people
}

fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.username.as_str()).collect()
}

/// Reads a list from the start in pages of two, and from its end backwards: both must be the whole list.
fn walk(server: &TestServer, search: &Search) -> Vec<String> {
    let whole = find(server, search, Place::Start, 100);
    let mut forward: Vec<User> = Vec::new();
    loop {
        let place = forward.last().map_or(Place::Start, |user| Place::After(user.id));
        let page = find(server, search, place, 2);
        if page.is_empty() {
            break;
        }
        forward.extend(page);
    }
    assert_eq!(names(&forward), names(&whole), "{search:?}");
    let mut backward: Vec<User> = whole.last().cloned().into_iter().collect();
    while let Some(first) = backward.first().cloned() {
        let mut page = find(server, search, Place::Before(first.id), 2);
        if page.is_empty() {
            break;
        }
        page.extend(backward);
        backward = page;
    }
    assert_eq!(names(&backward), names(&whole), "{search:?} backwards");
    whole.iter().map(|user| user.username.clone()).collect()
}

on_both! {
    async fn every_order_is_whole_in_both_directions(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let mut people = Vec::new();
        for (at, name) in ["dora", "anna", "Zoe", "bert", "cora", "emil", "fred"].into_iter().enumerate() {
            // Two at one moment.
            server.advance(TimeDelta::seconds(if at == 3 { 0 } else { 1 }));
            people.push(staff(&server, name, if at < 5 { "user" } else { "support" }));
        }
        for (at, seconds) in [(0, 50), (2, 40), (4, 50), (5, 60)] {
            let (id, hash) = (people[at].id, people[at].password_hash.clone().expect("a hash"));
            let when = server.app.now() + TimeDelta::seconds(seconds);
            server.app.write(move |cx| users::record_login(cx.conn, id, &hash, when)).expect("noted");
        }
        let by = |sort| Search { sort, ..Search::default() };
        assert_eq!(walk(&server, &by(Sort::Newest))[..2], ["fred", "emil"]);
        assert_eq!(walk(&server, &by(Sort::Oldest))[..2], ["dora", "anna"]);
        assert_eq!(walk(&server, &by(Sort::Email)), ["anna", "bert", "cora", "dora", "emil", "fred", "Zoe"]);
        assert_eq!(walk(&server, &by(Sort::EmailReversed))[..2], ["Zoe", "fred"]);
        let seen = walk(&server, &by(Sort::LastSeen));
        assert_eq!((seen.len(), seen[0].as_str(), seen[3].as_str()), (7, "emil", "Zoe"), "who never did comes last");
        let unseen = walk(&server, &by(Sort::LongestUnseen));
        assert_eq!((unseen.len(), unseen[0].as_str(), unseen[3].as_str()), (7, "Zoe", "emil"), "here too");
        for sort in Sort::ALL {
            for role in ["user", "support"] {
                let search = Search { role: Some(RoleName::from(role)), sort, ..Search::default() };
                assert_eq!(walk(&server, &search).len(), if role == "user" { 5 } else { 2 });
            }
            let text = Search { text: Some("EX".into()), sort, ..Search::default() };
            assert_eq!(walk(&server, &text).len(), 7, "all have the family name");
            let narrowed = Search { status: Some(Status::Active), role: Some(RoleName::from("support")), ..text };
            assert_eq!(walk(&server, &narrowed).len(), 2);
        }
    }

    async fn people_are_found_by_the_beginning_of_a_name_alone(db: Database) {
        let server = Setup::default().start(&db);
        let anna = staff(&server, "anna", "user");
        staff(&server, "susanna", "user");
        let found = |text: &str| {
            let search = Search { text: Some(text.to_owned()), ..Search::default() };
            find(&server, &search, Place::Start, 10).into_iter().map(|user| user.username).collect::<Vec<_>>()
        };
        assert_eq!(found("AnNa"), ["anna"]);
        assert_eq!(found(" anna@example.com "), ["anna"]);
        assert_eq!(found("anna ex"), ["anna"]);
        assert_eq!(found(&anna.id.to_string()), ["anna"]);
        assert_eq!(found("exam").len(), 2, "the family name");
        for none in ["%", "_nna", "nna", "", "\0", "\u{10ffff}", "a'b", &"a".repeat(300), "99999999999999999999"] {
            assert_eq!(found(none), [""; 0], "{none:?}");
        }
        let gone = find(&server, &Search::default(), Place::After(UserId(1)), 10);
        assert_eq!(gone.len(), 2, "a place that is gone is the first one");
    }

    async fn each_list_is_read_by_an_index(db: Database) {
        let server = Setup::default().start(&db);
        staff(&server, "anna", "user");
        server.reset_statements();
        for sort in Sort::ALL {
            find(&server, &Search { sort, ..Search::default() }, Place::Start, 10);
        }
        find(&server, &Search { text: Some("ann".into()), ..Search::default() }, Place::Start, 10);
        let statements = server.statements();
        assert!(statements.len() >= 10, "{statements:#?}");
        for text in statements {
            assert!(!text.contains("OFFSET"), "{text}");
            assert!(text.contains("LIMIT") || text.contains("users\".\"id\"") || text.contains("`id`"), "{text}");
        }
    }
}
