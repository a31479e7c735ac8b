//! Nobody acts on who may do more, nor gives or makes more than they have.

use grantor::account::roles::{self, Description};
use grantor::core::audit::Actor;
use grantor::core::user::Status;
use reqwest::Method;
use serde_json::json;

use super::{Api, admin_flow, browser, now, staff, submit, token};
use crate::support::database::on_both;
use crate::support::server::TestServer;

fn role(server: &TestServer, name: &str, permissions: &[&str]) {
    let described = Description {
        permissions: Some(permissions.iter().map(|name| (*name).to_owned()).collect()),
        ..Description::default()
    };
    roles::create(&server.app, &Actor::Operator, name, &described).expect("a role");
}

on_both! {
    async fn support_cannot_touch_an_admin(db: Database) {
        let server = TestServer::start(&db);
        let root = staff(&server, "root", "admin");
        let target = staff(&server, "target", "user");
        let support = browser(&server, "helper", "support").await;
        let page = format!("/admin/users/{}", root.id);
        let shown = support.get(&page).await;
        assert_eq!(shown.status, 200);
        assert!(shown.text_of(".note").contains("more than you") && !shown.body.contains("/disable\""));
        // The token of a page of somebody on whom they may act.
        let token = support.get(&format!("/admin/users/{}/disable", target.id)).await.input("_token").expect("a form");
        for deed in ["disable", "end-sessions", "reset-second-factor", "send-password-reset", "verify-email", "edit", "delete", "export"] {
            let sent = support.post(&format!("{page}/{deed}"), &[("_token", &token), ("first_name", "Mallory")]).await;
            assert_eq!(sent.status, 403, "{deed}");
            if deed != "export" {
                assert_eq!(support.get(&format!("{page}/{deed}")).await.status, 403, "{deed}");
            }
        }
        assert_eq!(now(&server, &root), Some(root.clone()), "nothing was done");
        for id in [root.id, target.id] {
            let sent = support.post(&format!("/admin/users/{id}/role"), &[("_token", &token), ("role", "admin")]).await;
            assert_eq!(sent.status, 404, "support gives no roles");
        }
    }

    async fn support_cannot_touch_an_admin_by_the_api(db: Database) {
        let server = TestServer::start(&db);
        let flow = admin_flow(&server);
        let root = staff(&server, "root", "admin");
        let api = Api::by(&server, &flow, "helper", "support").await;
        let at = format!("/users/{}", root.id);
        for deed in ["disable", "enable", "end-sessions", "reset-second-factor", "send-password-reset", "verify-email"] {
            assert_eq!(api.send(Method::POST, &format!("{at}/{deed}"), json!({})).await.status, 403, "{deed}");
        }
        assert_eq!(api.send(Method::PATCH, &at, json!({ "first_name": "Mallory" })).await.status, 403);
        assert_eq!(api.send(Method::DELETE, &at, json!({})).await.status, 403);
        assert_eq!(api.get(&format!("{at}/export")).await.status, 403);
        assert_eq!(api.send(Method::PUT, &format!("{at}/role"), json!({ "role": "user" })).await.status, 403);
        assert_eq!(now(&server, &root), Some(root));
    }

    async fn nobody_gives_or_makes_a_role_with_powers_that_they_lack(db: Database) {
        let server = TestServer::start(&db);
        role(&server, "clerk", &["grantor:users.read", "grantor:roles.read", "grantor:roles.write"]);
        role(&server, "reader", &["grantor:users.read"]);
        let target = staff(&server, "target", "user");
        let other = staff(&server, "other", "support");
        let clerk = browser(&server, "clerk", "clerk").await;
        let at = |id| format!("/admin/users/{id}/role");
        for (role, status) in [("admin", 403), ("support", 403), ("auditor", 403), ("no-such-role", 422), ("reader", 303)] {
            let sent = submit(&clerk, &at(target.id), &at(target.id), &[("role", role)]).await;
            assert_eq!(sent.status, status, "{role}");
        }
        assert_eq!(now(&server, &target).expect("there").role.as_str(), "reader");
        assert_eq!(clerk.get(&at(other.id)).await.status, 403, "support may do what a clerk may not");

        let powers = |power| [("name", "sneaky"), ("display_name", "Sneaky"), ("powers", power)];
        let made = submit(&clerk, "/admin/new-role", "/admin/new-role", &powers("grantor:users.write")).await;
        assert_eq!(made.status, 403);
        let free = [("name", "sneaky"), ("display_name", "Sneaky"), ("permissions", "a.b grantor:keys.write")];
        assert_eq!(submit(&clerk, "/admin/new-role", "/admin/new-role", &free).await.status, 403, "as a permission");
        let own = [("display_name", "Clerk"), ("powers", "grantor:users.write"), ("powers", "grantor:roles.write")];
        let widened = submit(&clerk, "/admin/roles/clerk", "/admin/roles/clerk", &own).await;
        assert_eq!(widened.status, 403, "their own role");
        let narrowed = [("display_name", "Nobody"), ("permissions", "")];
        let support = clerk.post("/admin/roles/support", &[&[("_token", clerk.get("/admin/new-role").await.input("_token").expect("a form").as_str())][..], &narrowed].concat()).await;
        assert_eq!(support.status, 403, "nor taken from those who may do more");
        assert!(roles::list(&server.app).expect("roles").iter().all(|role| role.display_name != "Nobody" && role.name.as_str() != "sneaky"));
        assert_eq!(submit(&clerk, "/admin/new-role", "/admin/new-role", &powers("grantor:users.read")).await.status, 303);
    }

    async fn the_last_admin_and_oneself_stay(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let id = server.app.read(|cx| grantor::store::users::by_login(cx.conn, "root")).expect("read").expect("root").id;
        let page = format!("/admin/users/{id}");
        let shown = root.get(&page).await;
        assert!(!shown.body.contains(&format!("{page}/disable\"")) && !shown.body.contains(&format!("{page}/delete\"")));
        for (deed, fields) in [("disable", &[][..]), ("delete", &[]), ("role", &[("role", "user")])] {
            let sent = submit(&root, &format!("{page}/{deed}"), &format!("{page}/{deed}"), fields).await;
            assert_eq!(sent.status, 403, "{deed}");
            assert!(!sent.text_of(".alert").is_empty());
        }
        let second = staff(&server, "second", "admin");
        let flow = admin_flow(&server);
        let api = Api::with(&server, token(&server, &flow, &second, "admin").await);
        assert_eq!(api.send(Method::POST, &format!("/users/{}/disable", second.id), json!({})).await.status, 403);
        let taken = api.send(Method::PUT, &format!("/users/{id}/role"), json!({ "role": "user" })).await;
        assert_eq!((taken.status, &taken.json()["role"]), (200, &json!("user")));
        assert_eq!(root.get("/admin/users").await.status, 404, "at once");
        let told = now(&server, &second).expect("there");
        assert_eq!((told.role.as_str(), told.status), ("admin", Status::Active));
    }

    async fn the_scope_is_for_clients_that_an_admin_named_it_for(db: Database) {
        let server = TestServer::start(&db);
        staff(&server, "root", "admin");
        for scopes in [None, Some(vec!["profile".to_owned()])] {
            let (client, _) = server.client(|new| {
                new.policy.first_party = true;
                new.policy.scopes = scopes;
            });
            let cookie = crate::support::flow::session_cookie(&server, "root");
            let browser = crate::support::browser::Browser::new(&server);
            let request = browser.request(Method::GET, "/oauth/authorize").query(&[
                ("response_type", "code"),
                ("client_id", client.id.as_str()),
                ("redirect_uri", crate::support::server::REDIRECT),
                ("scope", "admin"),
                ("state", "x"),
                ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
                ("code_challenge_method", "S256"),
            ]);
            let answer = browser.send(request.header("cookie", cookie).header("accept", "text/html")).await;
            assert_eq!(answer.redirect_parameter("error").as_deref(), Some("invalid_scope"), "{}", answer.status);
        }
    }
}
