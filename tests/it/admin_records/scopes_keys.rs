//! Scopes and signing keys on the pages of the administration.

use chrono::TimeDelta;
use grantor::core::audit::{Object, ObjectKind};
use grantor::core::scope::ScopeEntry;
use grantor::oauth::manage::scopes;

use super::{acts, browser, submit};
use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens};
use crate::support::server::{Setup, TestServer};

fn object(name: &str) -> Object {
    Object::new(ObjectKind::Scope, name)
}

on_both! {
    async fn a_scope_is_made_changed_and_deleted(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let new = [("name", "bills:read/all"), ("description", "See <your> bills"), ("optional", "1")];
        let made = submit(&root, "/admin/new-scope", "/admin/new-scope", &new).await;
        assert_eq!(made.header("location"), "/admin/scopes?done=created", "{}", made.body);
        let entry = scopes::find(&server.app, "bills:read/all").expect("there");
        assert!(entry.optional && !entry.sensitive && !entry.is_default);
        let list = root.get("/admin/scopes").await;
        assert!(list.body.contains("name=bills%3Aread%2Fall") && list.body.contains("&#60;your&#62;") || list.body.contains("&lt;your&gt;"), "{}", list.body);
        for (fields, field) in [
            (&[("name", "bills:read/all"), ("description", "Again")][..], "name"),
            (&[("name", "a b"), ("description", "Blank")], "name"),
            (&[("name", "x"), ("description", "")], "description"),
        ] {
            let refused = submit(&root, "/admin/new-scope", "/admin/new-scope", fields).await;
            assert!(refused.status == 422 && !refused.text_of(&format!("#{field}-error")).is_empty(), "{fields:?}");
        }
        let at = "/admin/scopes/edit?name=bills%3Aread%2Fall";
        let changed = submit(&root, at, "/admin/scopes/edit", &[("name", "bills:read/all"), ("description", "See bills"), ("sensitive", "1")]).await;
        assert_eq!(changed.header("location"), "/admin/scopes?done=edited");
        let entry = scopes::find(&server.app, "bills:read/all").expect("there");
        assert!(entry.sensitive && !entry.optional && entry.description == "See bills");
        let gone = submit(&root, "/admin/scopes/delete?name=bills%3Aread%2Fall", "/admin/scopes/delete", &[("name", "bills:read/all")]).await;
        assert_eq!(gone.header("location"), "/admin/scopes?done=deleted");
        assert_eq!(root.get(at).await.status, 404);
        assert_eq!(acts(&server, object("bills:read/all")), ["scope.delete", "scope.edit", "scope.create"]);
        let kept = submit(&root, "/admin/scopes/delete?name=profile", "/admin/scopes/delete", &[("name", "profile")]).await;
        assert_eq!(kept.status, 422, "the server needs it");
        let risky = submit(&root, "/admin/scopes/edit?name=admin", "/admin/scopes/edit", &[("name", "admin"), ("description", "All"), ("default", "1")]).await;
        assert_eq!(risky.status, 422, "nobody manages the server by default");
        for name in ["admin", "account"] {
            let at = format!("/admin/scopes/edit?name={name}");
            let fields = [("name", name), ("description", "See your name"), ("sensitive", "1")];
            for (changed, field) in [(&fields[..2], "sensitive"), (&[&fields[..], &[("default", "1")]].concat(), "default")] {
                let sent = submit(&root, &at, "/admin/scopes/edit", changed).await;
                assert_eq!(sent.status, 422, "{name}");
                assert!(!sent.text_of(&format!("#{field}-error")).is_empty(), "{name}: {}", sent.body);
            }
            assert!(acts(&server, object(name)).is_empty());
        }
    }

    async fn a_deleted_scope_is_not_granted_any_more(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let by = grantor::core::audit::Actor::Operator;
        let entry = ScopeEntry { name: "bills".into(), description: "See bills".into(), is_default: false, optional: false, sensitive: false };
        scopes::create(&server.app, &by, entry).expect("made");
        let flow = Flow::new(&server, |_| ());
        let answer = flow.authorize(&[("scope", "profile bills")]).await;
        let tokens = Tokens::of(&flow.redeem(&answer.redirect_parameter("code").expect("a code"), &[]).await);
        scopes::delete(&server.app, &by, "bills").expect("deleted");
        assert_eq!(flow.introspect(&tokens.access).await["scope"], "profile bills", "what is out stays until it expires");
        server.advance(TimeDelta::seconds(1));
        let refreshed = flow.refresh(&tokens.refresh, &[]).await.json();
        assert_eq!(refreshed["scope"], "profile");
        let asked = flow.authorize(&[("scope", "profile bills")]).await;
        assert_eq!(asked.redirect_parameter("error").as_deref(), Some("invalid_scope"));
    }

    async fn keys_are_seen_and_rotated_once(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let root = browser(&server, "root", "admin").await;
        server.advance(TimeDelta::seconds(1));
        let states = || -> Vec<String> {
            let keys = grantor::app::signing_keys(&server.app).expect("keys");
            keys.iter().map(|key| format!("{} {}", key.algorithm, key.state.as_str())).collect()
        };
        let first = ["ES256 active", "EdDSA active", "RS256 active"];
        assert_eq!(states(), first);
        let form = root.get("/admin/keys/rotate").await;
        let (token, newest) = (form.input("_token").expect("a form"), form.input("newest").expect("the newest"));
        let mut fields = vec![("_token", token.as_str()), ("newest", newest.as_str()), ("algorithm", "EdDSA")];
        for done in ["rotated", "already"] {
            let sent = root.post("/admin/keys/rotate", &fields).await;
            assert_eq!(sent.header("location"), format!("/admin/keys?done={done}"));
            assert_eq!(states(), [&["EdDSA pending"], &first[..]].concat());
        }
        server.advance(TimeDelta::seconds(1));
        fields[2] = ("algorithm", "");
        fields.push(("at_once", "1"));
        root.post("/admin/keys/rotate", &fields).await;
        let made = ["ES256 active", "RS256 active", "EdDSA pending"];
        assert_eq!(states(), [&made[..], &["ES256 retiring", "EdDSA active", "RS256 retiring"]].concat(), "as it was seen");
        let keys = grantor::app::signing_keys(&server.app).expect("keys");
        let shown = root.get("/admin/keys?done=rotated").await;
        assert!(keys.iter().all(|key| shown.body.contains(key.id.as_str())) && !shown.body.contains("private"));
        server.advance(TimeDelta::days(40));
        assert_eq!(states(), [&["ES256 active", "RS256 active", "EdDSA active"][..], &["ES256 gone", "EdDSA gone", "RS256 gone"]].concat());
    }

    async fn a_key_that_leaked_is_withdrawn_once(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let root = browser(&server, "root", "admin").await;
        server.advance(TimeDelta::seconds(1));
        let leaked = grantor::app::signing_keys(&server.app).expect("keys").remove(0).id;
        let path = format!("/admin/keys/withdraw?id={leaked}");
        let list = root.get("/admin/keys").await;
        assert!(list.body.contains(&format!("href=\"{path}\"")), "{}", list.body);
        let form = root.get(&path).await;
        assert!(form.status == 200 && form.body.contains(leaked.as_str()), "{}", form.body);
        let token = form.input("_token").expect("a form");
        assert_eq!(root.post("/admin/keys/withdraw", &[("id", leaked.as_str())]).await.status, 403, "without the token");
        let fields = [("_token", token.as_str()), ("id", leaked.as_str())];
        for done in ["withdrawn", "gone"] {
            let sent = root.post("/admin/keys/withdraw", &fields).await;
            assert_eq!(sent.header("location"), format!("/admin/keys?done={done}"));
            assert_eq!(root.get(sent.header("location")).await.status, 200);
        }
        let keys = grantor::app::signing_keys(&server.app).expect("keys");
        assert_eq!(keys.iter().filter(|key| key.state.as_str() == "active").count(), 3);
        assert!(keys.iter().all(|key| (key.id == leaked) == (key.state.as_str() == "gone")));
        let list = root.get("/admin/keys").await;
        assert!(list.body.contains(leaked.as_str()) && !list.body.contains(&path), "gone is gone");
        for unknown in [path.as_str(), "/admin/keys/withdraw", "/admin/keys/withdraw?id=nobody"] {
            assert_eq!(root.get(unknown).await.status, 404, "{unknown}");
        }
        assert_eq!(acts(&server, Object::new(ObjectKind::Key, leaked.as_str())), ["key.withdraw"]);
        // Long after the sign-in it is asked whether it is still them.
        server.advance(TimeDelta::minutes(20));
        let next = format!("/admin/keys/withdraw?id={}", keys[0].id);
        assert_eq!(root.get(&next).await.status, 303);
        let sent = root.post("/admin/keys/withdraw", &[("_token", token.as_str()), ("id", keys[0].id.as_str())]).await;
        assert!(sent.status == 303 && !sent.header("location").contains("done="), "{}", sent.header("location"));
        assert_eq!(grantor::app::signing_keys(&server.app).expect("keys")[0].state.as_str(), "active");
    }
}
