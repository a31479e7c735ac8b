//! The outbox in the administration: every message is listed once, and nobody touches those of who may do more.

use grantor::account::post;
use grantor::account::roles::{self, Description};
use grantor::core::audit::Actor;
use grantor::core::page::Page;
use grantor::store::messages::{self, Message, State};
use reqwest::Method;
use serde_json::json;

use super::{Api, admin_flow, browser, staff, submit};
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

fn put(server: &TestServer, id: &str, recipient: &str) {
    let now = server.app.now();
    let message = Message {
        id: id.to_owned(),
        channel: "mail".to_owned(),
        kind: "new_device".to_owned(),
        recipient: recipient.to_owned(),
        subject: String::new(),
        body: "sealed".to_owned(),
        attempts: 1,
        next_attempt_at: Some(now),
        sent_at: None,
        created_at: now,
        expires_at: now + chrono::TimeDelta::days(1),
        busy_until: None,
    };
    server.app.write(move |cx| messages::insert(cx.conn, &message)).expect("a message");
}

on_both! {
    async fn each_message_is_on_one_page(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = admin_flow(&server);
        let api = Api::by(&server, &flow, "root", "admin").await;
        let names = ["-_a", "_-b", "c-d", "_", "-"];
        for n in 0..120 {
            put(&server, &format!("{}{n:04}", names[n % names.len()]), "somebody@example.com");
        }
        let (mut path, mut seen) = ("/outbox?limit=7".to_owned(), Vec::new());
        for _ in 0..30 {
            let found = api.get(&path).await.json();
            let ids = found["items"].as_array().expect("items").iter().map(|one| one["id"].as_str().expect("an id").to_owned());
            seen.extend(ids.collect::<Vec<_>>());
            let Some(next) = found["next"].as_str() else { break };
            path = format!("/outbox?limit=7&after={next}");
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((seen.len(), count), (120, 120), "each once, and then an end");
        for list in ["outbox", "audit", "failures"] {
            for wrong in ["x", "1.a%20b", "1."] {
                assert_eq!(api.get(&format!("/{list}?after={wrong}")).await.status, 422, "{list} {wrong}");
            }
        }
    }

    async fn nobody_drops_a_message_to_who_may_do_more(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let permissions = ["grantor:outbox.read", "grantor:users.read", "grantor:users.write"];
        let permissions = Some(permissions.map(str::to_owned).to_vec());
        roles::create(&server.app, &Actor::Operator, "postmaster", &Description { permissions, ..Description::default() }).expect("a role");
        let flow = admin_flow(&server);
        staff(&server, "target", "user");
        let root = Api::by(&server, &flow, "root", "admin").await;
        let api = Api::by(&server, &flow, "clerk", "postmaster").await;
        put(&server, "toroot", "Root@example.com");
        put(&server, "tophone", "+381641234567");
        put(&server, "totarget", "target@example.com");
        for id in ["toroot", "tophone"] {
            for act in ["retry", "give-up"] {
                assert_eq!(api.send(Method::POST, &format!("/outbox/{id}/{act}"), json!({})).await.status, 403, "{id} {act}");
            }
        }
        assert_eq!(api.send(Method::POST, "/outbox/totarget/give-up", json!({})).await.status, 204);
        assert_eq!(api.send(Method::POST, "/outbox/nothing/give-up", json!({})).await.status, 404);
        let clerk = browser(&server, "clerk2", "postmaster").await;
        assert_eq!(submit(&clerk, "/admin/outbox", "/admin/outbox/toroot/give-up", &[]).await.status, 403);
        let waiting = post::list(&server.app, Some(State::Waiting), &Page::default()).expect("the outbox");
        assert!(["toroot", "tophone"].iter().all(|id| waiting.iter().any(|message| message.id == *id)));
        assert_eq!(root.send(Method::POST, "/outbox/tophone/give-up", json!({})).await.status, 204);
    }

    async fn the_page_asks_for_a_fresh_sign_in(db: Database) {
        let server = Setup::default().frozen().start(&db);
        put(&server, "one", "nobody@example.com");
        let root = browser(&server, "root", "admin").await;
        server.advance(chrono::TimeDelta::hours(1));
        for act in ["retry", "give-up"] {
            let sent = submit(&root, "/admin/outbox", &format!("/admin/outbox/one/{act}"), &[]).await;
            assert_eq!(sent.header("location"), "/account/confirm?return_to=%2Fadmin%2Foutbox", "{act}");
        }
    }
}
