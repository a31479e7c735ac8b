//! `/account/clients/{id}/edit`: what OpenID Connect adds to one of my applications.

use grantor::core::client::{Client, OpenIdMetadata, SubjectType};
use grantor::core::signing::{Algorithm, SigningKey};
use grantor::oauth::manage::NewClient;
use grantor::store::clients;
use serde_json::{Value, json};

use super::clients::audit_log;
use super::submit;
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{REDIRECT, Setup, TestServer};

type Field<'a> = (&'a str, &'a str);

/// A person who has just signed in, and a client of theirs.
async fn owner(server: &TestServer, shape: impl FnOnce(&mut NewClient)) -> (Browser, Client) {
    let user = server.user("ada");
    let (client, _) = server.client(|new| {
        new.owner = Some(user);
        shape(new);
    });
    let browser = Browser::new(server);
    browser.sign_in("ada").await;
    (browser, client)
}

fn now(server: &TestServer, client: &Client) -> Client {
    server.app.read(|cx| clients::by_id(cx.conn, &client.id)).expect("a database").expect("a client")
}

fn keys() -> Value {
    let (key, _) = SigningKey::generate(Algorithm::Es256).expect("a key");
    json!({ "keys": [key.jwk().expect("a JWK")] })
}

/// Sends the form with some fields of the part.
async fn save(browser: &Browser, client: &Client, part: &[Field<'_>]) -> Answer {
    let path = format!("/account/clients/{}/edit", client.id);
    let page = browser.get(&path).await;
    let mut fields = vec![("name", "Test app"), ("redirect", REDIRECT), ("scopes[]", "profile")];
    fields.extend_from_slice(part);
    submit(browser, &page, &path, &fields).await
}

const URIS: [Field<'_>; 3] = [
    ("post_logout_redirect_uris", "https://app.example/bye\r\n\r\nhttps://elsewhere.example/bye"),
    ("backchannel_logout_uri", "https://back.example/out"),
    ("frontchannel_logout_uri", "https://app.example/front?x=1"),
];

on_both! {
    async fn an_owner_sets_sees_and_clears_it(db: Database) {
        let server = TestServer::start(&db);
        let set_by_admin = |openid: &mut OpenIdMetadata| {
            openid.id_token_signed_response_alg = Algorithm::EdDsa;
            openid.default_max_age = Some(60);
            openid.backchannel_logout_session_required = true;
        };
        let (browser, client) = owner(&server, |new| set_by_admin(&mut new.openid)).await;
        let keys = keys();
        let text = keys.to_string();
        let all: Vec<Field<'_>> = URIS.into_iter().chain([("jwks", text.as_str())]).collect();
        let saved = save(&browser, &client, &all).await;
        assert_eq!(saved.header("location"), format!("/account/clients/{}?done=saved", client.id), "{}", saved.body);
        let openid = now(&server, &client).metadata.openid;
        let uris: Vec<&str> = openid.post_logout_redirect_uris.iter().map(|uri| uri.as_str()).collect();
        assert_eq!(uris, ["https://app.example/bye", "https://elsewhere.example/bye"]);
        assert_eq!(openid.backchannel_logout_uri.as_deref(), Some("https://back.example/out"));
        assert_eq!(openid.frontchannel_logout_uri.as_deref(), Some("https://app.example/front?x=1"));
        assert_eq!(openid.jwks, Some(keys));
        let form = browser.get(&format!("/account/clients/{}/edit", client.id)).await;
        assert_eq!(form.input("backchannel_logout_uri").as_deref(), Some("https://back.example/out"));
        assert_eq!(form.input("frontchannel_logout_uri").as_deref(), Some("https://app.example/front?x=1"));
        assert!(form.text_of("#post_logout_redirect_uris").contains("elsewhere") && form.text_of("#jwks").contains("P-256"));
        // A form without the part, as one that was opened before there was one, changes nothing of it.
        assert_eq!(save(&browser, &client, &[]).await.status, 303);
        assert_eq!(now(&server, &client).metadata.openid, openid);
        let events = audit_log(&server);
        let events: Vec<&str> = events.split("client.edit").collect();
        let told = ["post_logout_redirect_uris", "backchannel_logout_uri", "frontchannel_logout_uri", "jwks"];
        assert!(told.iter().all(|name| events.iter().any(|event| event.contains(name))), "{events:?}");
        let point = openid.jwks.as_ref().expect("keys")["keys"][0]["x"].as_str().expect("a member").to_owned();
        assert!(!events.iter().any(|event| event.contains(&point)), "a thumbprint will do");
        let empty: Vec<Field<'_>> = all.iter().map(|(name, _)| (*name, "")).collect();
        assert_eq!(save(&browser, &client, &empty).await.status, 303);
        let mut left = OpenIdMetadata::default();
        set_by_admin(&mut left);
        assert_eq!(now(&server, &client).metadata.openid, left, "what an admin set stays");
    }

    async fn what_only_admins_change_no_form_changes(db: Database) {
        let server = TestServer::start(&db);
        let (browser, client) = owner(&server, |_| {}).await;
        let more = [
            ("subject_type", "pairwise"), ("id_token_signed_response_alg", "RS256"), ("userinfo_signed_response_alg", "RS256"),
            ("default_max_age", "5"), ("require_signed_request_object", "1"), ("backchannel_logout_session_required", "1"),
        ];
        assert_eq!(save(&browser, &client, &more).await.status, 303);
        assert_eq!(now(&server, &client).metadata.openid, OpenIdMetadata::default());
    }

    async fn the_rules_are_those_of_admins(db: Database) {
        let server = Setup::default().set("server.public_url", "https://id.example").start(&db);
        let user = server.user("ada");
        let (client, _) = server.client(|new| {
            new.owner = Some(user.clone());
            new.openid.jwks = Some(keys());
            new.openid.require_signed_request_object = true;
            new.openid.subject_type = SubjectType::Pairwise;
        });
        let secret = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"A","y":"B","d":"C"}]}"#;
        let many = (0..21).map(|n| format!("https://app.example/{n}\n")).collect::<String>();
        let cases = [
            ("jwks", "{"), ("jwks", "[]"), ("jwks", r#"{"keys":[]}"#), ("jwks", secret), ("jwks", ""),
            ("post_logout_redirect_uris", "javascript:alert(1)"), ("post_logout_redirect_uris", many.as_str()),
            ("post_logout_redirect_uris", "https://app.example/#x"), ("backchannel_logout_uri", "http://app.example/out"),
            ("backchannel_logout_uri", "javascript:alert(1)"), ("backchannel_logout_uri", "https://user@app.example/"),
            ("backchannel_logout_uri", "https://app.example/#x"), ("frontchannel_logout_uri", "http://app.example/out"),
            ("frontchannel_logout_uri", "https://elsewhere.example/out"), ("frontchannel_logout_uri", "/out"),
        ];
        for (name, value) in cases {
            let part = grantor::oauth::manage::OpenIdChange {
                jwks: (name == "jwks").then(|| value.to_owned()),
                post_logout_redirect_uris: (name == "post_logout_redirect_uris").then(|| value.lines().map(str::to_owned).collect()),
                backchannel_logout_uri: (name == "backchannel_logout_uri").then(|| value.to_owned()),
                frontchannel_logout_uri: (name == "frontchannel_logout_uri").then(|| value.to_owned()),
                ..Default::default()
            };
            let change = grantor::oauth::manage::OwnChange { openid: part, ..Default::default() };
            let refused = grantor::oauth::manage::change_own_client(&server.app, user.id, client.id.as_str(), &change);
            let Err(grantor::oauth::manage::ManageError::Invalid(invalid)) = refused else { panic!("{name}={value}: {refused:?}") };
            assert_eq!(invalid.0.keys().collect::<Vec<_>>(), [name], "{value}");
        }
        assert_eq!(now(&server, &client).metadata, client.metadata);
    }

    async fn what_is_wrong_is_told_beside_its_field_and_kept(db: Database) {
        let server = TestServer::start(&db);
        let (browser, client) = owner(&server, |_| {}).await;
        for (name, value) in [
            ("jwks", "{\"keys\": ["), ("post_logout_redirect_uris", "javascript:alert(1)"),
            ("backchannel_logout_uri", "javascript:alert(1)"), ("frontchannel_logout_uri", "https://elsewhere.example/out"),
        ] {
            let answer = save(&browser, &client, &[(name, value)]).await;
            assert_eq!(answer.status, 422, "{name}: {}", answer.body);
            assert!(!answer.text_of(&format!("#{name}-error")).is_empty(), "{name}");
            let typed = answer.input(name).unwrap_or_else(|| answer.text_of(&format!("#{name}")));
            assert!(typed.contains(value), "{name}: {typed}");
        }
        assert_eq!(now(&server, &client).metadata, client.metadata);
    }

    async fn other_addresses_take_the_verified_mark_away_and_other_keys_do_not(db: Database) {
        let server = TestServer::start(&db);
        let (browser, client) = owner(&server, |_| {}).await;
        let keys = keys().to_string();
        for (field, stays) in [(("jwks", keys.as_str()), true), (URIS[0], false), (URIS[1], false), (URIS[2], false)] {
            server.verify(&client.id);
            assert_eq!(save(&browser, &client, &[field]).await.status, 303);
            assert_eq!(now(&server, &client).verified_at.is_some(), stays, "{field:?}");
        }
    }

    async fn an_operators_own_app_is_changed_by_admins_alone(db: Database) {
        let server = TestServer::start(&db);
        let (browser, client) = owner(&server, |new| new.policy.first_party = true).await;
        let keys = keys().to_string();
        for field in URIS.into_iter().chain([("jwks", keys.as_str())]) {
            let answer = save(&browser, &client, &[field]).await;
            assert_eq!(answer.status, 422, "{field:?}");
            assert!(!answer.text_of(&format!("#{}-error", field.0)).is_empty(), "{field:?}");
        }
        assert_eq!(save(&browser, &client, &[("jwks", ""), ("backchannel_logout_uri", "")]).await.status, 303, "nothing is another");
        assert_eq!(now(&server, &client).metadata.openid, OpenIdMetadata::default());
    }
}
