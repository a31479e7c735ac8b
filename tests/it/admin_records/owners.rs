//! Apps between those who own them and those who administer them: what the one does at the same moment as the other, and
//! what the mark by which an admin vouches for an app rests on.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use grantor::account::people::Acting;
use grantor::account::profile::{self, Details};
use grantor::app::Cx;
use grantor::core::client::{AuthMethod, Client};
use grantor::core::redirect::RedirectUri;
use grantor::core::user::User;
use grantor::oauth::applications;
use grantor::oauth::manage::{ManageError, NewClient, OwnChange, admin};
use grantor::store::{self, client_admin, clients};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Api, acts, browser, staff, submit, told};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{REDIRECT, Setup, TestServer};

fn now(server: &TestServer, client: &Client) -> Client {
    server.app.read(|cx| clients::by_id(cx.conn, &client.id)).expect("a database").expect("a client")
}

fn named(name: &str) -> OwnChange {
    OwnChange { name: Some(name.to_owned()), ..OwnChange::default() }
}

fn owned(server: &TestServer, name: &str) -> (User, Client) {
    let user = server.user(name);
    let (client, _) = server.client(|new| new.owner = Some(user.clone()));
    (user, client)
}

/// Does `owners` while a transaction that holds the client's row is about to do `deed`.
fn meanwhile<T: Send>(
    server: &TestServer,
    client: &Client,
    deed: impl FnOnce(&mut Cx<'_>) -> store::Result<()> + Send + 'static,
    owners: impl FnOnce() -> T + Send,
) -> T {
    let ((held, holds), (let_go, waits)) = (channel(), channel());
    let (app, id) = (Arc::clone(&server.app), client.id.clone());
    std::thread::scope(|scope| {
        let first = scope.spawn(move || {
            app.write(move |cx| {
                clients::hold(cx.conn, &id)?;
                held.send(()).expect("the test waits");
                waits.recv().expect("the test goes on");
                deed(cx)
            })
        });
        holds.recv().expect("the row is held");
        let second = scope.spawn(owners);
        std::thread::sleep(Duration::from_millis(300));
        let_go.send(()).expect("it waits");
        first.join().expect("no panic").expect("written");
        second.join().expect("no panic")
    })
}

/// A request to the JSON API of owners, from a browser that is signed in.
async fn sent(browser: &Browser, method: Method, path: &str, body: Value) -> Answer {
    let token = browser.get("/account").await.input("_token").expect("a token");
    let request = browser.request(method, path).header("accept", "application/json");
    browser.send(request.header("x-csrf-token", token).json(&body)).await
}

fn rename(server: &TestServer, user: &User, last: &str) -> Result<(), profile::ProfileError> {
    let details = Details { last_name: Some(last.to_owned()), ..Details::default() };
    let origin = grantor::account::login::Origin { address: "192.0.2.1".to_owned(), ..Default::default() };
    profile::change_details(&server.app, user, &details, origin).map(|_| ())
}

on_both! {
    async fn what_an_admin_changes_at_the_same_moment_stays(db: Database) {
        let server = TestServer::start(&db);
        let (ada, client) = owned(&server, "ada");
        let mut cut = client.clone();
        cut.policy.may_introspect = false;
        cut.policy.scopes = Some(vec!["profile".to_owned()]);
        let id = client.id.clone();
        let deed = move |cx: &mut Cx<'_>| {
            client_admin::rewrite(cx.conn, &cut)?;
            client_admin::set_verified(cx.conn, &id, Some(cx.now))
        };
        let changed = meanwhile(&server, &client, deed, || applications::change(&server.app, ada.id, client.id.as_str(), &named("Hers")));
        assert_eq!(changed.expect("changed").metadata.client_name, "Hers");
        let kept = now(&server, &client);
        assert_eq!(kept.policy.scopes.as_deref(), Some(&["profile".to_owned()][..]), "the admin's");
        assert_eq!(kept.metadata.client_name, "Hers");
        assert!(kept.verified_at.is_none(), "the mark that came meanwhile was of another name");
        assert!(acts(&server, &client.id).contains(&"client.unverify".to_owned()));
    }

    async fn what_is_sent_again_without_proof_undoes_no_change_of_the_same_moment(db: Database) {
        let server = TestServer::start(&db);
        let (ada, client) = owned(&server, "ada");
        let mut moved = client.clone();
        moved.metadata.redirect_uris = vec![RedirectUri::parse("https://app.example/moved").expect("a URI")];
        let wanted = moved.metadata.redirect_uris.clone();
        let stale = OwnChange { redirect_uris: Some(vec![REDIRECT.to_owned()]), unproven: true, ..OwnChange::default() };
        let id = client.id.as_str();
        let done = meanwhile(&server, &client, move |cx| clients::describe(cx.conn, &moved), || applications::change(&server.app, ada.id, id, &stale));
        assert!(matches!(done, Err(ManageError::Changed)), "{done:?}");
        assert_eq!(now(&server, &client).metadata.redirect_uris, wanted);
        applications::change(&server.app, ada.id, id, &OwnChange { unproven: false, ..stale }).expect("with proof");
    }

    async fn who_is_the_owner_no_more_does_nothing(db: Database) {
        let server = TestServer::start(&db);
        let (ada, client) = owned(&server, "ada");
        let eve = server.user("eve");
        let (app, owner, id) = (&server.app, ada.id, client.id.as_str());
        let secret = now(&server, &client).secrets[0].id.clone();
        let deeds: [Box<dyn Fn() -> Result<(), ManageError> + Send + Sync>; 5] = [
            Box::new(|| applications::change(app, owner, id, &named("Hers")).map(|_| ())),
            Box::new(|| applications::new_secret(app, owner, id, Duration::ZERO, "form").map(|_| ())),
            Box::new(|| applications::end_secret(app, owner, id, &secret)),
            Box::new(|| applications::set_logo(app, owner, id, None)),
            Box::new(|| applications::delete(app, owner, id)),
        ];
        for deed in &deeds {
            admin::set_owner(app, &Acting::operator(), &client.id, Some(&ada)).expect("given back");
            let (given, to) = (client.id.clone(), eve.id);
            let done = meanwhile(&server, &client, move |cx| client_admin::set_owner(cx.conn, &given, Some(to), cx.now), deed);
            assert!(matches!(done, Err(ManageError::NotFound)), "{done:?}");
            let kept = now(&server, &client);
            assert_eq!((kept.owner_id, &kept.metadata, kept.disabled_at), (Some(eve.id), &client.metadata, None));
            assert_eq!(kept.secrets.len(), 1);
            assert!(kept.secrets[0].expires_at.is_none());
        }
    }

    async fn what_cannot_be_more_is_not_more_at_once(db: Database) {
        let server = Setup::default().set("limits.app_changes", 1000).set("limits.new_apps_per_day", 1000).start(&db);
        let (ada, client) = owned(&server, "ada");
        for _ in 0..98 {
            server.client(|new| new.owner = Some(ada.clone()));
        }
        let new = || NewClient {
            openid: grantor::core::client::OpenIdMetadata::default(),
            openid_change: grantor::oauth::manage::OpenIdChange::default(),
            name: "One more".to_owned(),
            redirect_uris: vec![REDIRECT.to_owned()],
            grant_types: Vec::new(),
            auth_method: AuthMethod::None,
            client_uri: None,
            policy: Default::default(),
            owner: Some(ada.clone()),
            id: None,
            secret: None,
        };
        let together = |f: &(dyn Fn(usize) -> bool + Sync)| {
            std::thread::scope(|scope| {
                let all: Vec<_> = (0..30).map(|at| scope.spawn(move || f(at))).collect();
                all.into_iter().map(|one| one.join().expect("no panic")).filter(|&won| won).count()
            })
        };
        assert_eq!(together(&|_| applications::create(&server.app, new(), None).is_ok()), 1, "of a hundred apps");
        let secret = |at: usize| applications::new_secret(&server.app, ada.id, client.id.as_str(), Duration::from_secs(60), &at.to_string());
        assert_eq!(together(&|at| secret(at).is_ok()), applications::MAX_SECRETS - 1, "of ten secrets");
    }

    async fn owners_make_and_change_so_many_apps_and_no_more(db: Database) {
        let server = Setup::default().frozen().set("limits.app_changes", 4).set("limits.new_apps_per_day", 2).set("sessions.fresh_login", "1d").start(&db);
        let (_, client) = owned(&server, "ada");
        let ada = Browser::new(&server);
        ada.sign_in("ada").await;
        let new = json!({ "name": "New", "redirect": REDIRECT });
        for status in [201, 201, 429] {
            assert_eq!(sent(&ada, Method::POST, "/oauth/clients", new.clone()).await.status, status);
        }
        server.advance(chrono::TimeDelta::hours(2));
        assert_eq!(sent(&ada, Method::POST, "/oauth/clients", new.clone()).await.status, 429, "of the day");
        let path = format!("/oauth/clients/{}", client.id);
        for status in [200, 200, 200, 429] {
            let answer = sent(&ada, Method::PUT, &path, new.clone()).await;
            assert_eq!(answer.status, status, "{}", answer.body);
        }
        let page = format!("/account/clients/{}/edit", client.id);
        let answer = submit(&ada, &page, &page, &[("name", "Other"), ("redirect", REDIRECT)]).await;
        assert_eq!((answer.status, answer.header("retry-after").is_empty()), (429, false));
        let end = format!("/account/clients/{}/delete", client.id);
        assert_eq!(submit(&ada, &end, &end, &[]).await.status, 429);
        assert_eq!(sent(&ada, Method::DELETE, &path, json!({})).await.status, 429);
        server.advance(chrono::TimeDelta::hours(1));
        assert_eq!(sent(&ada, Method::DELETE, &path, json!({})).await.status, 204);
    }

    async fn what_changes_nothing_is_no_event_and_long_lists_are_cut(db: Database) {
        let server = TestServer::start(&db);
        let (ada, client) = owned(&server, "ada");
        let change = |redirect_uris: Vec<String>| {
            let change = OwnChange { redirect_uris: Some(redirect_uris), ..named("Hers") };
            applications::change(&server.app, ada.id, client.id.as_str(), &change).expect("changed")
        };
        change(vec![REDIRECT.to_owned()]);
        change(vec![REDIRECT.to_owned()]);
        assert_eq!(acts(&server, &client.id), ["client.edit", "client.create"]);
        let long = |at: usize| format!("https://app.example/{at}/{}", "x".repeat(900));
        change((0..20).map(long).collect());
        change((0..19).map(long).chain(["https://evil.example/cb".to_owned()]).collect());
        let told = told(&server, &client.id);
        for (_, details) in &told {
            assert!(details.len() < 4_000, "{}", details.len());
        }
        assert!(told[0].1.contains("https://evil.example/cb") && told[0].1.contains("more"), "what differs is kept: {}", told[0].1);
        admin::edit(&server.app, &Acting::operator(), &client.id, admin::Change::default()).expect("nothing");
        assert_eq!(acts(&server, &client.id).len(), 4);
    }

    async fn what_its_owner_deleted_comes_back_without_its_secrets_and_mark(db: Database) {
        let server = Setup::default().set("cache.staleness", "0s").start(&db);
        let root = browser(&server, "root", "admin").await;
        let (ada, client) = owned(&server, "ada");
        server.verify(&client.id);
        applications::delete(&server.app, ada.id, client.id.as_str()).expect("deleted");
        assert!(matches!(applications::delete(&server.app, ada.id, client.id.as_str()), Err(ManageError::NotFound)));
        let page = format!("/admin/clients/{}", client.id);
        let shown = root.get(&page).await;
        assert!(shown.text_of("h1").contains("Deleted by its owner"), "{}", shown.body);
        let enable = format!("{page}/enable");
        assert!(root.get(&enable).await.text_of("main").contains("Its owner deleted this app"));
        assert_eq!(submit(&root, &enable, &enable, &[]).await.status, 303);
        let kept = now(&server, &client);
        assert_eq!((kept.disabled_at, kept.deleted_at, kept.verified_at), (None, None, None));
        assert_eq!(admin::find(&server.app, &client.id).expect("there").secrets, [], "its secrets are dead");
        assert_eq!(acts(&server, &client.id), ["client.enable", "client.disable", "client.verify", "client.create"]);
        // One that an admin disabled has them still.
        let (_, other) = owned(&server, "bob");
        admin::set_enabled(&server.app, &Acting::operator(), &other.id, false).expect("disabled");
        assert!(root.get(&format!("/admin/clients/{}", other.id)).await.text_of("h1").contains("Disabled"));
        admin::set_enabled(&server.app, &Acting::operator(), &other.id, true).expect("enabled");
        assert_eq!(admin::find(&server.app, &other.id).expect("there").secrets.len(), 1);
    }

    async fn an_admin_verifies_what_they_have_seen_and_nothing_else(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let api = Api::of(&server, "robot", "admin").await;
        let (ada, client) = owned(&server, "eve");
        let (id, path) = (client.id.as_str(), format!("/admin/clients/{}/verify", client.id));
        let change = |change: OwnChange| drop(applications::change(&server.app, ada.id, id, &change).expect("changed"));
        let logo = || {
            let kept = client.id.clone();
            server.app.write(move |cx| clients::set_logo(cx.conn, &kept, Some("x.png"), cx.now)).expect("a logo");
        };
        let deeds: [&dyn Fn(); 5] = [
            &|| change(named("Acme Bank")),
            &|| change(OwnChange { redirect_uris: Some(vec!["https://evil.example/cb".to_owned()]), ..OwnChange::default() }),
            &|| change(OwnChange { client_uri: Some("https://acme.example/".to_owned()), ..OwnChange::default() }),
            &|| rename(&server, &ada, "Acme Bank").expect("another name"),
            &logo,
        ];
        for (at, deed) in deeds.into_iter().enumerate() {
            let page = root.get(&path).await;
            let field = |name: &str| page.input(name).expect("a field");
            let fields = [("_token", field("_token")), ("seen", field("seen"))];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            let seen = api.get(&format!("/clients/{id}")).await.json()["seen"].clone();
            assert_eq!(seen, json!(fields[1].1), "the same word");
            deed();
            let refused = root.post(&path, &fields).await;
            assert_eq!(refused.status, 409, "{at}: {}", refused.body);
            assert!(refused.text_of(".alert").contains("changed meanwhile"), "{}", refused.body);
            assert!(refused.input("seen").is_some_and(|anew| json!(anew) != seen));
            let refused = api.send(Method::POST, &format!("/clients/{id}/verify"), json!({ "seen": seen })).await;
            assert_eq!((refused.status, &refused.json()["error"]), (409, &json!("conflict")));
            assert!(now(&server, &client).verified_at.is_none(), "{at}");
        }
        let shown = root.get(&path).await.text_of("dl");
        for known in ["Acme Bank", "https://evil.example/cb", "https://acme.example/", "eve Acme Bank", "Show the logo"] {
            assert!(shown.contains(known), "{known}: {shown}");
        }
        assert_eq!(api.send(Method::POST, &format!("/clients/{id}/verify"), json!({})).await.status, 422);
        assert_eq!(submit(&root, &path, &path, &[]).await.status, 303);
        assert!(now(&server, &client).verified_at.is_some());
    }

    async fn the_mark_goes_with_the_owners_name_and_with_the_owner(db: Database) {
        let server = Setup::default().set("cache.staleness", "5m").start(&db);
        let (ada, client) = owned(&server, "ada");
        let other = server.client(|new| new.owner = Some(ada.clone())).0;
        server.verify(&client.id);
        assert!(server.app.client(client.id.as_str()).expect("read").is_some_and(|client| client.verified_at.is_some()));
        rename(&server, &ada, "Example").expect("the same name");
        assert!(now(&server, &client).verified_at.is_some());
        rename(&server, &ada, "Corporation").expect("another name");
        assert!(now(&server, &client).verified_at.is_none());
        let cached = server.app.client(client.id.as_str()).expect("read").expect("there");
        assert_eq!((cached.owner_name.as_deref(), cached.verified_at), (Some("ada Corporation"), None), "at once");
        assert_eq!(acts(&server, &client.id)[0], "client.unverify");
        assert_eq!(acts(&server, &other.id), ["client.create"], "it had no mark");
        // An admin's change of the name does it too, and another owner.
        server.verify(&client.id);
        let details = Details { first_name: Some("Zoe".to_owned()), ..Details::default() };
        grantor::account::people::edit(&server.app, &grantor::account::people::Acting::operator(), ada.id, &details).expect("edited");
        assert!(now(&server, &client).verified_at.is_none());
        server.verify(&client.id);
        let bob = staff(&server, "bob", "user");
        admin::set_owner(&server.app, &Acting::operator(), &client.id, Some(&bob)).expect("given");
        assert!(now(&server, &client).verified_at.is_none());
        assert_eq!(acts(&server, &client.id)[..2], ["client.owner", "client.unverify"]);
        for bad in ["Exa\u{202e}mple", "Exa\u{200b}mple", "\u{2066}x"] {
            let refused = rename(&server, &ada, bad).expect_err("it deceives");
            assert!(matches!(&refused, profile::ProfileError::Invalid(invalid) if invalid.0.contains_key("last_name")), "{refused:?}");
        }
        let body = json!({ "name": "a\u{200b}b", "username": "abc", "email": "abc@example.com", "password": "correct horse battery" });
        let answer = Answer::to(Browser::new(&server).request(Method::POST, "/users").json(&body)).await;
        assert_eq!((answer.status, answer.json()["errors"]["name"].is_array()), (422, true), "{}", answer.body);
    }

    async fn where_an_operators_own_app_sends_people_its_owner_does_not_say(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let (client, _) = server.client(|new| {
            new.owner = Some(ada.clone());
            new.policy.first_party = true;
        });
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let path = format!("/account/clients/{}/edit", client.id);
        let answer = submit(&browser, &path, &path, &[("name", "Hers"), ("redirect", "https://evil.example/cb")]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text_of("#redirect-error").contains("administrator"), "{}", answer.body);
        assert_eq!(now(&server, &client).metadata, client.metadata);
        assert_eq!(submit(&browser, &path, &path, &[("name", "Hers"), ("redirect", REDIRECT)]).await.status, 303);
    }
}
