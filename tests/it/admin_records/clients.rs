//! Apps on the pages of the administration.

use chrono::TimeDelta;
use grantor::core::client::{AuthMethod, TokenFormat};
use grantor::oauth::manage::admin;

use super::{acts, browser, staff, submit, told};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::{Setup, TestServer};

const SETTINGS: [(&str, &str); 7] = [
    ("client_name", "Difference Engine"),
    ("redirect_uris", "https://engine.example/cb\nhttps://engine.example/other"),
    ("grant_types", "authorization_code"),
    ("token_endpoint_auth_method", "client_secret_basic"),
    ("every_scope", "1"),
    ("require_pkce", "1"),
    ("token_format", "opaque"),
];

on_both! {
    async fn an_app_is_made_changed_and_found(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let made = submit(&root, "/admin/new-client", "/admin/new-client", &SETTINGS).await;
        assert_eq!(made.status, 200, "{}", made.body);
        let shown: Vec<String> = made.body.split("<code>").skip(1).filter_map(|rest| rest.split("</code>").next()).map(str::to_owned).collect();
        let secret = shown.iter().find(|text| text.starts_with("gra_cs_")).expect("the secret").clone();
        let id = shown.iter().find(|text| text.contains("<bdi>")).expect("the identifier");
        let id = id.replace("<bdi>", "").replace("</bdi>", "");
        let page = format!("/admin/clients/{id}");
        let again = root.get(&page).await;
        assert!(again.status == 200 && !again.body.contains(&secret), "a secret is shown once");
        assert!(again.body.contains("https://engine.example/other"));
        let list = root.get("/admin/clients?q=differ&public=0&sort=newest").await;
        assert!(list.text_of("tbody").contains("Difference Engine"), "{}", list.body);
        assert!(!root.get("/admin/clients?q=engine").await.body.contains(&id));
        assert!(!list.body.contains("first-party"), "the server's own");

        let edited = [&SETTINGS[1..6], &[("client_name", "Analytical Engine"), ("token_format", "jwt"), ("refresh_grace", "5"), ("scope", "profile")]].concat();
        let edited: Vec<_> = edited.into_iter().filter(|(name, _)| *name != "every_scope").collect();
        let sent = submit(&root, &format!("{page}/edit"), &format!("{page}/edit"), &edited).await;
        assert_eq!((sent.status, sent.header("location")), (303, format!("{page}?done=edited").as_str()), "{}", sent.body);
        let client = admin::find(&server.app, &id.as_str().into()).expect("there").client;
        assert_eq!((client.metadata.client_name.as_str(), client.policy.refresh_grace), ("Analytical Engine", Some(5)));
        assert_eq!((client.policy.token_format, client.policy.scopes), (TokenFormat::Jwt, Some(vec!["profile".to_owned()])));
        let events = told(&server, &client.id);
        assert_eq!(events.iter().map(|(act, _)| act.as_str()).collect::<Vec<_>>(), ["client.edit", "client.create"]);
        assert!(events[0].1.contains("Analytical Engine") && !events[0].1.contains("redirect_uris"), "{events:?}");
    }

    async fn contradictions_are_refused_beside_their_field(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let (client, _) = server.client(|_| ());
        let edit = format!("/admin/clients/{}/edit", client.id);
        let set = |changes: &[(&'static str, &'static str)]| {
            let mut fields: Vec<_> = SETTINGS.iter().copied().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name)).collect();
            fields.extend_from_slice(changes);
            fields
        };
        for (changes, field) in [
            (&[("client_name", "")][..], "client_name"),
            (&[("redirect_uris", "javascript:alert(1)")], "redirect_uris"),
            (&[("redirect_uris", "")], "redirect_uris"),
            (&[("token_endpoint_auth_method", "none"), ("grant_types", "client_credentials")], "grant_types"),
            (&[("token_endpoint_auth_method", "none"), ("require_pkce", "")], "require_pkce"),
            (&[("token_endpoint_auth_method", "none"), ("introspect", "1")], "introspect"),
            (&[("token_endpoint_auth_method", "odd")], "token_endpoint_auth_method"),
            (&[("every_scope", ""), ("scope", "no-such-scope")], "scope"),
            (&[("access_token_lifetime", "5")], "access_token_lifetime"),
            (&[("refresh_grace", "61")], "refresh_grace"),
            (&[("refresh_grace", "soon")], "refresh_grace"),
            (&[("client_uri", "ftp://x.example")], "client_uri"),
        ] {
            let sent = submit(&root, &edit, &edit, &set(changes)).await;
            assert_eq!(sent.status, 422, "{changes:?}");
            assert!(!sent.text_of(&format!("#{field}-error")).is_empty(), "{changes:?}: {}", sent.body);
        }
        assert_eq!(admin::find(&server.app, &client.id).expect("there").client.metadata, client.metadata);
        let taken = submit(&root, "/admin/new-client", "/admin/new-client", &set(&[("client_id", "first-party")])).await;
        assert!(taken.status == 422 && !taken.text_of("#client_id-error").is_empty());
    }

    async fn a_form_that_is_sent_twice_makes_one(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let form = root.get("/admin/new-client").await;
        let (token, nonce) = (form.input("_token").expect("a token"), form.input("nonce").expect("a nonce"));
        let fields = [&SETTINGS[..], &[("_token", token.as_str()), ("nonce", nonce.as_str())]].concat();
        assert_eq!(root.post("/admin/new-client", &fields).await.status, 200);
        let again = root.post("/admin/new-client", &fields).await;
        let page = format!("/admin/clients/{nonce}");
        assert_eq!((again.status, again.header("location")), (303, format!("{page}?done=exists").as_str()));
        let form = root.get(&format!("{page}/secret")).await;
        let newest = form.input("newest").expect("the newest secret");
        let fields = [("_token", token.as_str()), ("newest", newest.as_str()), ("overlap", "0")];
        let first = root.post(&format!("{page}/secret"), &fields).await;
        assert!(first.status == 200 && first.body.contains("gra_cs_"));
        let second = root.post(&format!("{page}/secret"), &fields).await;
        assert_eq!(second.status, 303);
        assert_eq!(admin::find(&server.app, &nonce.as_str().into()).expect("there").secrets.len(), 1);
    }

    async fn secrets_overlap_end_one_by_one_and_are_nowhere_after(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let flow = Flow::new(&server, |_| ());
        let page = format!("/admin/clients/{}", flow.client.id);
        let made = submit(&root, &format!("{page}/secret"), &format!("{page}/secret"), &[("overlap", "3600")]).await;
        let secret = made.body.split("<code>").find(|rest| rest.starts_with("gra_cs_")).and_then(|rest| rest.split('<').next()).expect("the secret").to_owned();
        let mut anew = Flow::joining(&server, &flow);
        anew.secret = secret.clone();
        assert!(anew.refresh("x", &[]).await.json()["error"] == "invalid_grant", "the new one authenticates");
        assert!(flow.refresh("x", &[]).await.json()["error"] == "invalid_grant", "and so does the old one");
        let secrets = admin::find(&server.app, &flow.client.id).expect("there").secrets;
        assert_eq!(secrets.len(), 2);
        let old = secrets.iter().find(|one| one.expires_at.is_some()).expect("the old one");
        let end = format!("{page}/secrets/{}/end", old.id);
        assert_eq!(submit(&root, &end, &end, &[]).await.header("location"), format!("{page}?done=secret-end"));
        assert_eq!(flow.refresh("x", &[]).await.json()["error"], "invalid_client");
        assert_eq!(root.get(&end).await.status, 404);
        for (act, details) in told(&server, &flow.client.id) {
            assert!(!details.contains(&secret) && !details.contains("hash"), "{act}: {details}");
        }
        assert!(!root.get(&page).await.body.contains(&secret));
        assert_eq!(acts(&server, &flow.client.id), ["client.secret_end", "client.secret", "client.create"]);
    }

    async fn what_is_ended_stays_dead_when_an_app_is_enabled_again(db: Database) {
        let server = Setup::default().frozen().set("cache.staleness", "0s").start(&db);
        let root = browser(&server, "root", "admin").await;
        let flow = Flow::new(&server, |_| ());
        let page = format!("/admin/clients/{}", flow.client.id);
        let tokens = flow.tokens().await;
        let code = flow.code().await;
        server.advance(TimeDelta::seconds(1));
        let act = |name: &'static str| (format!("{page}/{name}"), name);
        for (path, name) in [act("disable"), act("enable")] {
            let sent = submit(&root, &path, &path, &[]).await;
            assert_eq!(sent.header("location"), format!("{page}?done={name}"), "{}", sent.body);
            server.advance(TimeDelta::seconds(1));
        }
        assert!(!flow.is_active(&tokens.access).await, "an access token");
        assert!(!flow.is_active(&tokens.refresh).await, "a refresh token");
        assert_eq!(flow.refresh(&tokens.refresh, &[]).await.json()["error"], "invalid_grant");
        assert_eq!(flow.redeem(&code, &[]).await.json()["error"], "invalid_grant");
        let anew = flow.tokens().await;
        assert!(flow.is_active(&anew.access).await, "what comes after works");
        server.advance(TimeDelta::seconds(1));
        let end = format!("{page}/end-tokens");
        submit(&root, &end, &end, &[]).await;
        server.advance(TimeDelta::seconds(1));
        assert!(!flow.is_active(&anew.access).await && !flow.is_active(&anew.refresh).await);
        assert_eq!(flow.refresh(&anew.refresh, &[]).await.json()["error"], "invalid_grant");
        assert_eq!(acts(&server, &flow.client.id)[..3], ["client.end_tokens", "client.enable", "client.disable"]);
    }

    async fn an_app_is_verified_and_given_away(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let (bob, closed) = (staff(&server, "bob", "user"), staff(&server, "closed", "user"));
        grantor::account::admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &closed, grantor::core::user::Status::Disabled).expect("closed");
        let (client, _) = server.client(|_| ());
        let page = format!("/admin/clients/{}", client.id);
        let act = async |name: &str, fields: &[(&str, &str)]| submit(&root, &format!("{page}/{name}"), &format!("{page}/{name}"), fields).await;
        assert_eq!(act("verify", &[]).await.status, 303);
        assert!(admin::find(&server.app, &client.id).expect("there").verified_at.is_some());
        assert_eq!(act("unverify", &[]).await.status, 303);
        assert!(admin::find(&server.app, &client.id).expect("there").verified_at.is_none());
        for name in ["nobody-of-this-name", "closed"] {
            let refused = act("owner", &[("owner", name)]).await;
            assert!(refused.status == 422 && !refused.text_of("#owner-error").is_empty(), "{name}");
        }
        assert_eq!(act("owner", &[("owner", "bob@example.com")]).await.status, 303);
        assert_eq!(admin::find(&server.app, &client.id).expect("there").client.owner_id, Some(bob.id));
        assert!(root.get("/admin/clients?owner=bob").await.text_of("tbody").contains("Test app"));
        assert_eq!(act("owner", &[("owner", "")]).await.status, 303);
        assert_eq!(admin::find(&server.app, &client.id).expect("there").client.owner_id, None);
        assert_eq!(act("owner", &[]).await.status, 303);
        assert_eq!(acts(&server, &client.id), ["client.owner", "client.owner", "client.unverify", "client.verify", "client.create"]);
        assert_eq!(root.get(&format!("{page}/explode")).await.status, 404);
    }

    async fn harm_asks_for_a_fresh_sign_in_and_a_token_of_the_form(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let root = browser(&server, "root", "admin").await;
        let (client, _) = server.client(|_| ());
        let page = format!("/admin/clients/{}", client.id);
        let token = root.get(&format!("{page}/disable")).await.input("_token").expect("a form");
        assert_eq!(root.post(&format!("{page}/disable"), &[]).await.status, 403, "without the token");
        server.advance(TimeDelta::hours(1));
        for path in [
            format!("{page}/edit"), format!("{page}/disable"), format!("{page}/verify"), format!("{page}/owner"), format!("{page}/secret"),
            format!("{page}/end-tokens"), "/admin/new-client".to_owned(), "/admin/keys/rotate".to_owned(), "/admin/scopes/delete".to_owned(),
        ] {
            for answer in [root.get(&path).await, root.post(&path, &[("_token", &token)]).await] {
                assert_eq!(answer.status, 303, "{path}");
                assert!(answer.header("location").contains("return_to="), "{path}: {}", answer.header("location"));
            }
        }
        assert_eq!(acts(&server, &client.id), ["client.create"]);
        assert_eq!(root.get(&page).await.status, 200, "to look is no harm");
    }

    async fn the_servers_own_clients_are_not_there(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let (client, _) = server.client(|_| ());
        let token = root.get(&format!("/admin/clients/{}/disable", client.id)).await.input("_token").expect("a form");
        for id in ["first-party", "personal-access", "no-such-client", "%00"] {
            for path in [format!("/admin/clients/{id}"), format!("/admin/clients/{id}/edit"), format!("/admin/clients/{id}/disable")] {
                assert_eq!(root.get(&path).await.status, 404, "{path}");
            }
            for name in ["edit", "disable", "secret", "owner", "end-tokens"] {
                assert_eq!(root.post(&format!("/admin/clients/{id}/{name}"), &[("_token", &token)]).await.status, 404, "{id} {name}");
            }
        }
        let auditor = browser(&server, "eyes", "auditor").await;
        let shown = auditor.get(&format!("/admin/clients/{}", client.id)).await;
        assert!(shown.status == 200 && !shown.body.contains("/disable\"") && !shown.body.contains("/end\""));
        let support: Browser = browser(&server, "helper", "support").await;
        assert_eq!(support.get("/admin/clients").await.status, 404);
        assert_eq!(support.get("/admin/failures").await.status, 200);
        assert_eq!(client.metadata.token_endpoint_auth_method, AuthMethod::ClientSecretBasic);
    }
}
