//! What a power is worth: no more than it says, and only while its holder has it.

use std::sync::mpsc::channel;
use std::time::Duration;

use grantor::account::people::{self, Acting, Deed, PeopleError};
use grantor::account::powers::Powers;
use grantor::account::roles::{self, Description};
use grantor::core::audit::Actor;
use grantor::core::user::Status;
use grantor::oauth::manage::ManageError;
use grantor::oauth::manage::admin::{self, Change};
use grantor::oauth::tokens::{NewPersonal, PersonalError, make_personal};
use grantor::store::staff as store_staff;
use reqwest::Method;
use serde_json::json;

use super::{Api, admin_flow, browser, now, staff, submit};
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::outbox;
use crate::support::server::{Setup, TestServer};

fn role(server: &TestServer, name: &str, staff: bool, permissions: &[&str]) {
    let permissions = Some(permissions.iter().map(|name| (*name).to_owned()).collect());
    let described = Description { staff: Some(staff), permissions, ..Description::default() };
    roles::create(&server.app, &Actor::Operator, name, &described).expect("a role");
}

const MANAGER: [&str; 3] = ["grantor:clients.read", "grantor:clients.write", "grantor:users.read"];

on_both! {
    async fn whoever_manages_apps_gets_no_hold_of_the_scope_admin(db: Database) {
        let server = TestServer::start(&db);
        let flow = admin_flow(&server);
        role(&server, "manager", false, &MANAGER);
        let api = Api::by(&server, &flow, "manager", "manager").await;
        let before = admin::find(&server.app, &flow.client.id).expect("there");
        let made = |scope| json!({
            "client_name": "Wiki", "redirect_uris": ["https://evil.example/cb"], "scope": scope,
            "first_party": true, "token_endpoint_auth_method": "none",
        });
        assert_eq!(api.send(Method::POST, "/clients", made("admin")).await.status, 403);
        let other = api.send(Method::POST, "/clients", made("profile")).await;
        assert_eq!(other.status, 201, "{}", other.body);
        let other = format!("/clients/{}", other.json()["client_id"].as_str().expect("an identifier"));
        assert_eq!(api.send(Method::PATCH, &other, json!({ "scope": "profile admin" })).await.status, 403);
        assert_eq!(api.send(Method::PATCH, &other, json!({ "client_name": "Wiki 2" })).await.status, 200);
        let at = format!("/clients/{}", flow.client.id);
        let evil = json!({ "redirect_uris": ["https://evil.example/cb"] });
        assert_eq!(api.send(Method::PATCH, &at, evil).await.status, 403);
        assert_eq!(api.send(Method::POST, &format!("{at}/secrets"), json!({})).await.status, 403);
        assert_eq!(api.send(Method::PUT, &format!("{at}/owner"), json!({ "owner": "manager" })).await.status, 403);
        let after = admin::find(&server.app, &flow.client.id).expect("there");
        assert_eq!((&after.client.metadata, after.secrets), (&before.client.metadata, before.secrets));
        assert_eq!(after.client.owner_id, before.client.owner_id);
        let (other, _) = server.client(|new| new.policy.scopes = Some(vec!["admin".to_owned()]));
        let at = format!("/clients/{}", other.id);
        assert_eq!(api.send(Method::POST, &format!("{at}/disable"), json!({})).await.status, 200, "stopping one is no gain");
        assert_eq!(api.send(Method::POST, &format!("{at}/enable"), json!({})).await.status, 403);
    }

    async fn nor_by_the_pages(db: Database) {
        let server = TestServer::start(&db);
        let flow = admin_flow(&server);
        role(&server, "manager", false, &MANAGER);
        let manager = browser(&server, "manager", "manager").await;
        let fields = [
            ("client_id", "wiki"), ("client_name", "Wiki"), ("redirect_uris", "https://evil.example/cb"), ("grant_types", "authorization_code"),
            ("token_endpoint_auth_method", "client_secret_basic"), ("scope", "admin"), ("require_pkce", "1"), ("token_format", "opaque"),
        ];
        let new = submit(&manager, "/admin/new-client", "/admin/new-client", &fields).await;
        assert_eq!((new.status, new.body.contains("do everything")), (403, true), "{}", new.text_of("main"));
        let page = format!("/admin/clients/{}", flow.client.id);
        for (act, fields) in [("edit", &fields[..]), ("secret", &[("overlap", "0")]), ("owner", &[("owner", "manager")])] {
            let sent = submit(&manager, &format!("{page}/{act}"), &format!("{page}/{act}"), fields).await;
            assert_eq!(sent.status, 403, "{act}");
        }
        let root = browser(&server, "root", "admin").await;
        let sent = submit(&root, &format!("{page}/owner"), &format!("{page}/owner"), &[("owner", "ada")]).await;
        assert_eq!(sent.status, 303, "who may do everything may do this");
    }

    async fn nobody_comes_to_act_as_an_admin_without_a_question(db: Database) {
        let server = TestServer::start(&db);
        let flow = admin_flow(&server);
        staff(&server, "root", "admin");
        let mut mine = Flow::joining(&server, &flow);
        mine.user = server.app.read(|cx| grantor::store::users::by_login(cx.conn, "root")).expect("read").expect("root");
        let mine = mine.signed_in_again(&server);
        let plain = mine.authorize(&[]).await;
        assert_eq!(plain.status, 302, "one of the operator's own");
        let asked = mine.authorize(&[("scope", "profile admin")]).await;
        assert_eq!(asked.status, 200, "{:?}", asked.header("location"));
        let allowed = mine.allowed(&server, "profile admin");
        assert_eq!(allowed.authorize(&[("scope", "profile admin")]).await.status, 302, "asked once");
    }

    async fn nobody_gives_permissions_of_applications_that_they_lack(db: Database) {
        let server = TestServer::start(&db);
        role(&server, "clerk", false, &["grantor:users.read", "grantor:roles.read", "grantor:roles.write", "crm.read"]);
        role(&server, "biller", false, &["billing.write"]);
        role(&server, "reader", false, &["crm.read"]);
        role(&server, "envelope", true, &[]);
        let flow = admin_flow(&server);
        let target = staff(&server, "target", "user");
        let clerk = Api::by(&server, &flow, "clerk", "clerk").await;
        let at = format!("/users/{}/role", target.id);
        for (role, status) in [("biller", 403), ("envelope", 403), ("reader", 200)] {
            assert_eq!(clerk.send(Method::PUT, &at, json!({ "role": role })).await.status, status, "{role}");
        }
        for (named, more) in [("a", json!({ "permissions": ["billing.write"] })), ("b", json!({ "staff": true }))] {
            let mut new = json!({ "name": named });
            new.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            assert_eq!(clerk.send(Method::POST, "/roles", new).await.status, 403);
            assert_eq!(clerk.send(Method::PATCH, "/roles/reader", more).await.status, 403, "{named}");
        }
        assert_eq!(clerk.send(Method::PATCH, "/roles/biller", json!({ "display_name": "X" })).await.status, 403);
        assert_eq!(clerk.send(Method::DELETE, "/roles/biller", json!({})).await.status, 403);
        assert_eq!(clerk.send(Method::PATCH, "/roles/reader", json!({ "display_name": "Reads" })).await.status, 200);
        let root = Api::by(&server, &flow, "root", "admin").await;
        assert_eq!(root.send(Method::PUT, &at, json!({ "role": "biller" })).await.status, 200);
        assert_eq!(root.send(Method::PATCH, "/roles/reader", json!({ "permissions": ["billing.write"] })).await.status, 200);
    }

    async fn a_token_to_manage_the_server_does_not_last_for_a_year(db: Database) {
        let server = Setup::default().frozen().set("tokens.admin_token_lifetime", "7d").start(&db);
        let root = staff(&server, "root", "admin");
        let make = |scope: &str, days: Option<i64>| {
            let end = days.map(|days| grantor::core::time::rfc3339(server.app.now() + chrono::TimeDelta::days(days)));
            let new = NewPersonal { name: Some("x".to_owned()), scopes: vec![scope.to_owned()], expires_at: end, form: None };
            make_personal(&server.app, &root, &new).map(|made| (made.token.expires_at - server.app.now()).num_days())
        };
        assert_eq!(make("admin", None).expect("made"), 7);
        assert_eq!(make("admin", Some(7)).expect("made"), 7);
        assert!(matches!(make("admin", Some(8)), Err(PersonalError::Invalid(invalid)) if invalid.0.contains_key("expires_at")));
        assert_eq!((make("profile", None).expect("made"), make("profile", Some(8)).expect("made")), (365, 8));
    }

    async fn who_was_demoted_does_not_act_once_more(db: Database) {
        let server = TestServer::start(&db);
        let (root, ada) = (staff(&server, "root", "admin"), staff(&server, "victim", "user"));
        staff(&server, "other", "admin");
        let (client, _) = server.client(|_| ());
        let acting = Acting::person(root.id, Powers::all());
        let app = &server.app;
        let sent = |deed| people::act(app, &acting, ada.id, deed);
        assert!(sent(Deed::EndSessions).is_ok());
        roles::give(app, &Actor::Operator, &root, &"support".into()).expect("demoted");
        assert!(sent(Deed::EndSessions).is_ok(), "support may do that");
        let change = Change { name: Some("Mine".to_owned()), ..Change::default() };
        assert!(matches!(admin::edit(app, &acting, &client.id, change), Err(ManageError::NotAllowed)));
        assert!(matches!(people::give_role(app, &acting, ada.id, &"admin".into()), Err(PeopleError::NotAllowed)));
        let made = people::create_role(app, &acting, "mine", &Description::default());
        assert!(matches!(made, Err(PeopleError::NotAllowed)));
        grantor::account::admin::set_status(app, &Actor::Operator, &root, Status::Disabled).expect("closed");
        assert!(matches!(sent(Deed::Disable), Err(PeopleError::NotAllowed)));
        assert_eq!(now(&server, &ada).expect("there").status, Status::Active);
    }

    async fn who_is_promoted_meanwhile_is_out_of_reach(db: Database) {
        let server = TestServer::start(&db);
        let (helper, rising) = (staff(&server, "helper", "support"), staff(&server, "rising", "user"));
        let acting = Acting::person(helper.id, Powers::of(&server.app, &helper).expect("powers"));
        for deed in [Deed::Disable, Deed::ResetSecondFactor] {
            store(&server, rising.id, "user");
            let (held, holds) = channel();
            let (release, released) = channel::<()>();
            let outcome = std::thread::scope(|scope| {
                let app = &server.app;
                scope.spawn(move || {
                    let promote = move |cx: &mut grantor::app::Cx<'_>| {
                        store_staff::set_role(cx.conn, rising.id, &"admin".into(), cx.now)?;
                        held.send(()).expect("somebody waits");
                        released.recv().expect("somebody says so");
                        Ok::<_, grantor::store::Error>(())
                    };
                    app.write(promote).expect("promoted");
                });
                holds.recv().expect("promoted, not yet committed");
                let acts = scope.spawn(|| people::act(app, &acting, rising.id, deed));
                std::thread::sleep(Duration::from_millis(300));
                release.send(()).expect("somebody waits");
                acts.join().expect("no panic")
            });
            assert!(matches!(outcome, Err(PeopleError::Above)), "{deed:?}: {outcome:?}");
            assert_eq!(now(&server, &rising).expect("there").status, Status::Active);
        }
    }

    async fn a_mailbox_is_not_flooded_with_links(db: Database) {
        let server = Setup::default().frozen().set("limits.reset_attempts", 3).start(&db);
        let flow = admin_flow(&server);
        let (target, other) = (staff(&server, "target", "user"), staff(&server, "other", "user"));
        let support = Api::by(&server, &flow, "helper", "support").await;
        let root = Api::by(&server, &flow, "root", "admin").await;
        let at = |id| format!("/users/{id}/send-password-reset");
        for api in [&support, &root, &support] {
            assert_eq!(api.send(Method::POST, &at(target.id), json!({})).await.status, 200);
        }
        let sent = outbox::all(&server).len();
        for api in [&support, &root] {
            let refused = api.send(Method::POST, &at(target.id), json!({})).await;
            assert_eq!(refused.status, 429, "whoever sends it");
            assert!(!refused.header("retry-after").is_empty());
        }
        assert_eq!(outbox::all(&server).len(), sent);
        assert_eq!(support.send(Method::POST, &at(other.id), json!({})).await.status, 200);
        let page = format!("/admin/users/{}/send-password-reset", target.id);
        let again = browser(&server, "helper2", "support").await;
        let shown = submit(&again, &page, &page, &[]).await;
        assert!(shown.status == 429 && !shown.text_of(".alert").is_empty());
    }
}

fn store(server: &TestServer, id: grantor::core::ids::UserId, role: &'static str) {
    let set = move |cx: &mut grantor::app::Cx<'_>| store_staff::set_role(cx.conn, id, &role.into(), cx.now);
    server.app.write(set).expect("a role");
}
