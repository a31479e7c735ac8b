//! What OpenID Connect adds to an app: set by an admin on a page and in JSON, and kept by whoever changes something else.

use grantor::account::audit::{self, Act};
use grantor::core::audit::Filter;
use grantor::core::client::{OpenIdMetadata, SubjectType};
use grantor::core::page::Page;
use grantor::core::redirect::RedirectUri;
use grantor::core::signing::{Algorithm, SigningKey};
use grantor::core::user::User;
use grantor::oauth::manage::{self, ManageError, OwnChange, admin};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Api, browser, staff, submit, told};
use crate::support::database::on_both;
use crate::support::server::{REDIRECT, TestServer};

fn keys() -> Value {
    let (key, _) = SigningKey::generate(Algorithm::Es256).expect("a key");
    json!({ "keys": [key.jwk().expect("a JWK")] })
}

/// All that can be said.
fn all() -> OpenIdMetadata {
    OpenIdMetadata {
        subject_type: SubjectType::Pairwise,
        id_token_signed_response_alg: Algorithm::Rs256,
        userinfo_signed_response_alg: Some(Algorithm::EdDsa),
        jwks: Some(keys()),
        require_signed_request_object: true,
        default_max_age: Some(3600),
        post_logout_redirect_uris: vec![RedirectUri::parse("https://engine.example/bye").expect("a URI")],
        backchannel_logout_uri: Some("https://engine.example/back".to_owned()),
        backchannel_logout_session_required: true,
        frontchannel_logout_uri: Some("https://app.example/front?x=1".to_owned()),
        frontchannel_logout_session_required: true,
    }
}

/// The same as the fields of the form.
fn form(openid: &OpenIdMetadata) -> Vec<(&'static str, String)> {
    let keys = openid.jwks.as_ref().map(ToString::to_string).unwrap_or_default();
    vec![
        ("subject_type", openid.subject_type.as_str().to_owned()),
        ("id_token_signed_response_alg", openid.id_token_signed_response_alg.as_str().to_owned()),
        ("userinfo_signed_response_alg", openid.userinfo_signed_response_alg.map_or("", Algorithm::as_str).to_owned()),
        ("jwks", keys),
        ("require_signed_request_object", "1".to_owned()),
        ("default_max_age", "3600".to_owned()),
        ("post_logout_redirect_uris", " https://engine.example/bye\r\n\r\nhttps://engine.example/bye".to_owned()),
        ("backchannel_logout_uri", openid.backchannel_logout_uri.clone().unwrap_or_default()),
        ("backchannel_logout_session_required", "1".to_owned()),
        ("frontchannel_logout_uri", openid.frontchannel_logout_uri.clone().unwrap_or_default()),
        ("frontchannel_logout_session_required", "1".to_owned()),
    ]
}

const REST: [(&str, &str); 6] = [
    ("client_name", "Difference Engine"),
    ("redirect_uris", REDIRECT),
    ("grant_types", "authorization_code"),
    ("token_endpoint_auth_method", "client_secret_basic"),
    ("every_scope", "1"),
    ("require_pkce", "1"),
];

/// The fields of the whole form, some of them with other values.
fn whole<'a>(openid: &'a [(&'static str, String)], other: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    let fields = REST.into_iter().chain(openid.iter().map(|(name, value)| (*name, value.as_str())));
    let kept = fields.filter(|(name, _)| !other.iter().any(|(one, _)| one == name));
    kept.chain(other.iter().copied()).collect()
}

fn openid(server: &TestServer, id: &str) -> OpenIdMetadata {
    admin::find(&server.app, &id.into()).expect("there").client.metadata.openid
}

on_both! {
    async fn all_of_it_is_set_shown_and_taken_away_on_the_form(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let (client, _) = server.client(|_| ());
        let (page, wanted) = (format!("/admin/clients/{}", client.id), all());
        let edit = format!("{page}/edit");
        let fields = form(&wanted);
        let sent = submit(&root, &edit, &edit, &whole(&fields, &[])).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        assert_eq!(openid(&server, client.id.as_str()), wanted);
        let shown = root.get(&page).await;
        for text in ["https://engine.example/bye", "https://engine.example/back", "https://app.example/front", "3,600", "EdDSA", "RS256"] {
            assert!(shown.body.contains(text), "{text}");
        }
        let event = told(&server, &client.id).remove(0).1;
        for (name, _) in &fields {
            assert!(event.contains(name), "{name}: {event}");
        }
        let key = wanted.jwks.as_ref().expect("keys")["keys"][0]["x"].as_str().expect("a member").to_owned();
        assert!(!event.contains(&key), "a thumbprint will do: {event}");

        // The form holds what is set: sent as it is opened, nothing is another.
        let opened = root.get(&edit).await;
        assert!(opened.body.contains("<h2>OpenID Connect</h2>"), "{}", opened.body);
        assert_eq!(opened.input("default_max_age").as_deref(), Some("3600"));
        assert_eq!(opened.input("backchannel_logout_uri").as_deref(), Some("https://engine.example/back"));
        assert!(opened.text_of("#jwks").contains(&key) && opened.text_of("#post_logout_redirect_uris").contains("/bye"));
        assert_eq!(told(&server, &client.id).len(), 2);
        submit(&root, &edit, &edit, &whole(&fields, &[])).await;
        assert_eq!(told(&server, &client.id).len(), 2, "nothing was another");

        let empty: Vec<_> = fields.iter().map(|(name, _)| (*name, String::new())).collect();
        let none = whole(&empty, &[("subject_type", "public"), ("id_token_signed_response_alg", "ES256")]);
        let sent = submit(&root, &edit, &edit, &none).await;
        assert_eq!((sent.status, openid(&server, client.id.as_str())), (303, OpenIdMetadata::default()), "{}", sent.body);
    }

    async fn an_app_is_made_with_it(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let wanted = all();
        let fields = form(&wanted);
        let made = submit(&root, "/admin/new-client", "/admin/new-client", &whole(&fields, &[("client_id", "engine")])).await;
        assert_eq!(made.status, 200, "{}", made.body);
        assert_eq!(openid(&server, "engine"), wanted);
    }

    async fn what_is_wrong_is_told_beside_its_field_and_kept_to_mend(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let api = Api::of(&server, "boss", "admin").await;
        let (client, _) = server.client(|new| new.openid = all());
        let edit = format!("/admin/clients/{}/edit", client.id);
        let fields = form(&client.metadata.openid);
        let mut private = keys();
        private["keys"][0]["d"] = json!("870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE");
        let private = private.to_string();
        let secret = r#"{"keys":[{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}]}"#;
        let long = format!("https://engine.example/{}", "x".repeat(2048));
        let many = (0..21).map(|n| format!("https://engine.example/{n}\n")).collect::<String>();
        for (field, value) in [
            ("subject_type", "private"),
            ("id_token_signed_response_alg", "none"),
            ("userinfo_signed_response_alg", "HS256"),
            ("jwks", "{\"keys\": ["),
            ("jwks", "{}"),
            ("jwks", "[]"),
            ("jwks", r#"{"keys":[]}"#),
            ("jwks", secret),
            ("jwks", &private),
            ("default_max_age", "soon"),
            ("default_max_age", "-1"),
            ("default_max_age", "4294967296"),
            ("post_logout_redirect_uris", "https://engine.example/bye\njavascript:alert(1)"),
            ("post_logout_redirect_uris", &many),
            ("backchannel_logout_uri", "javascript:alert(1)"),
            ("backchannel_logout_uri", "https://engine.example/#x"),
            ("backchannel_logout_uri", "https://user:secret@engine.example/"),
            ("backchannel_logout_uri", "https://:secret@engine.example/"),
            ("backchannel_logout_uri", "https://engine.example/a\tb"),
            ("backchannel_logout_uri", "https:engine.example/"),
            ("backchannel_logout_uri", "https:\\\\engine.example/"),
            ("backchannel_logout_uri", "https://engine.example;x/"),
            ("frontchannel_logout_uri", "https://[2001:db8::1]/"),
            ("frontchannel_logout_uri", &long),
            ("frontchannel_logout_uri", "/front"),
            ("frontchannel_logout_uri", "https://engine.example/front"),
            ("frontchannel_logout_uri", "https://app.example:8443/front"),
            ("frontchannel_logout_uri", "http://app.example/front"),
            ("frontchannel_logout_uri", "https://app.example.evil.example/front"),
        ] {
            let sent = submit(&root, &edit, &edit, &whole(&fields, &[(field, value)])).await;
            assert_eq!(sent.status, 422, "{field}={value}");
            assert!(!sent.text_of(&format!("#{field}-error")).is_empty(), "{field}={value}: {}", sent.body);
            if ["jwks", "default_max_age", "backchannel_logout_uri"].contains(&field) {
                let typed = sent.input(field).unwrap_or_else(|| sent.text_of(&format!("#{field}")));
                assert!(typed.contains(value.split(['&', '"', '\t']).next().unwrap_or_default()), "{field}={value}: {typed}");
            }
            let value = if field == "post_logout_redirect_uris" { json!(value.lines().collect::<Vec<_>>()) } else { json!(value) };
            let refused = api.send(Method::PATCH, &format!("/clients/{}", client.id), json!({ field: value })).await;
            assert!(refused.status == 422 && refused.json()["errors"][field].is_array(), "{field}={value}: {}", refused.body);
        }
        let without = whole(&fields, &[("jwks", "")]);
        let sent = submit(&root, &edit, &edit, &without).await;
        assert!(sent.status == 422 && !sent.text_of("#require_signed_request_object-error").is_empty());
        let elsewhere = whole(&fields, &[("redirect_uris", "https://elsewhere.example/")]);
        for (language, words) in [("en", "scheme, host and port"), ("de", "Host und Port"), ("fr", "l’hôte et le port")] {
            assert_eq!(submit(&root, &edit, "/language", &[("language", language)]).await.status, 303);
            let sent = submit(&root, &edit, &edit, &elsewhere).await;
            assert!(sent.status == 422 && sent.text_of("#frontchannel_logout_uri-error").contains(words), "{}", sent.body);
        }
        let moved = json!({ "redirect_uris": ["https://elsewhere.example/"] });
        let refused = api.send(Method::PATCH, &format!("/clients/{}", client.id), moved).await;
        assert!(refused.status == 422 && refused.json()["errors"]["frontchannel_logout_uri"].is_array(), "{}", refused.body);
        let hosts = format!("{REDIRECT}\nhttps://elsewhere.example/");
        let sent = submit(&root, &edit, &edit, &whole(&fields, &[("redirect_uris", &hosts)])).await;
        assert!(sent.status == 422 && !sent.text_of("#subject_type-error").is_empty(), "{}", sent.body);
        for (field, value) in [
            ("jwks", json!(["x"])), ("jwks", json!(1)), ("post_logout_redirect_uris", json!("https://engine.example/")),
            ("require_signed_request_object", json!({})), ("subject_type", json!({ "a": 1 })), ("default_max_age", json!({})),
            ("backchannel_logout_uri", json!(true)),
        ] {
            let refused = api.send(Method::PATCH, &format!("/clients/{}", client.id), json!({ field: value })).await;
            assert!(refused.status == 422 && refused.json()["errors"][field].is_array(), "{field}: {}", refused.body);
        }
        assert_eq!(openid(&server, client.id.as_str()), client.metadata.openid);
    }

    async fn json_sets_it_keeps_what_it_does_not_name_and_clears_by_null(db: Database) {
        let server = TestServer::start(&db);
        let api = Api::of(&server, "root", "admin").await;
        let wanted = all();
        let mut new = serde_json::to_value(&wanted).expect("JSON");
        new["client_name"] = json!("Engine");
        new["client_id"] = json!("engine");
        new["redirect_uris"] = json!([REDIRECT]);
        let made = api.send(Method::POST, "/clients", new).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(openid(&server, "engine"), wanted);
        let shown = api.get("/clients/engine").await.json();
        assert_eq!((&shown["jwks"], &shown["default_max_age"]), (wanted.jwks.as_ref().expect("keys"), &json!(3600)));
        let changed = api.send(Method::PATCH, "/clients/engine", json!({ "client_name": "Other" })).await.json();
        assert_eq!((&changed["client_name"], openid(&server, "engine")), (&json!("Other"), wanted.clone()));
        let other = keys();
        let changed = api.send(Method::PATCH, "/clients/engine", json!({ "jwks": other, "default_max_age": 60 })).await.json();
        assert_eq!((&changed["jwks"], &changed["default_max_age"]), (&other, &json!(60)));
        let expected = OpenIdMetadata { jwks: Some(other), default_max_age: Some(60), ..wanted.clone() };
        assert_eq!(openid(&server, "engine"), expected);
        let mut nothing = serde_json::to_value(&wanted).expect("JSON");
        for value in nothing.as_object_mut().expect("an object").values_mut() {
            *value = json!(null);
        }
        let cleared = api.send(Method::PATCH, "/clients/engine", nothing).await;
        assert_eq!((cleared.status, openid(&server, "engine")), (200, OpenIdMetadata::default()), "{}", cleared.body);
        assert_eq!((&cleared.json()["jwks"], &cleared.json()["subject_type"]), (&json!(null), &json!("public")));
    }

    async fn whoever_changes_something_else_keeps_it(db: Database) {
        let server = TestServer::start(&db);
        let owner: User = staff(&server, "bob", "user");
        let (client, _) = server.client(|new| {
            new.openid = all();
            new.owner = Some(owner.clone());
        });
        let root = browser(&server, "root", "admin").await;
        // A form that was opened before there was such a part.
        let edit = format!("/admin/clients/{}/edit", client.id);
        assert_eq!(submit(&root, &edit, &edit, &REST).await.status, 303);
        assert_eq!(openid(&server, client.id.as_str()), client.metadata.openid);
        let change = OwnChange { name: Some("Mine".to_owned()), ..OwnChange::default() };
        let changed = manage::change_own_client(&server.app, owner.id, client.id.as_str(), &change).expect("changed");
        assert_eq!((changed.metadata.client_name.as_str(), &changed.metadata.openid), ("Mine", &client.metadata.openid));
        assert_eq!(openid(&server, client.id.as_str()), client.metadata.openid);
        // Where it is framed it stays at home, also when another of its addresses would do.
        let moved = |uris: &[&str]| {
            let uris = uris.iter().map(|uri| (*uri).to_owned()).collect();
            let change = OwnChange { redirect_uris: Some(uris), ..OwnChange::default() };
            manage::change_own_client(&server.app, owner.id, client.id.as_str(), &change)
        };
        let refused = moved(&["https://app.example:8443/cb"]);
        assert!(matches!(refused, Err(ManageError::Invalid(invalid)) if invalid.0.contains_key("redirect")));
        moved(&["https://app.example/other", "https://app.example:8443/cb"]).expect("one of them is at home");
        // People are known to it by the host of its redirect URIs.
        let to = |uris: &[&str]| {
            let redirect_uris = Some(uris.iter().map(|uri| (*uri).to_owned()).collect());
            let change = OwnChange { redirect_uris, ..OwnChange::default() };
            manage::change_own_client(&server.app, owner.id, client.id.as_str(), &change)
        };
        // By those of the one host alone she would know people as its own apps do.
        for uris in [&["https://one.example/", "https://two.example/"][..], &["https://bank.example/cb"], &["http://127.0.0.1/cb"], &[REDIRECT, "app://cb"]] {
            assert!(matches!(to(uris), Err(ManageError::Invalid(invalid)) if invalid.0.contains_key("redirect")), "{uris:?}");
        }
        to(&["https://app.example/another", REDIRECT]).expect("the host is the same");
    }

    async fn an_admin_may_change_the_sector_and_the_log_says_so(db: Database) {
        let server = TestServer::start(&db);
        let api = Api::of(&server, "root", "admin").await;
        let (client, _) = server.client(|new| new.openid = all());
        let change = json!({ "redirect_uris": ["https://bank.example/cb"], "frontchannel_logout_uri": null });
        let changed = api.send(Method::PATCH, &format!("/clients/{}", client.id), change).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let filter = Filter { act: Some(Act::ClientEdit), ..Filter::default() };
        let found = audit::search(&server.app, &filter, &Page::default()).expect("the audit log");
        assert_eq!(found[0].details["sector"], json!({ "old": "app.example", "new": "bank.example" }));
    }
}
