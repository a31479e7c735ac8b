//! What the server says of itself, word for word; and that it is so (OpenID Connect Discovery section 3, RFC 8414).

use chrono::TimeDelta;
use grantor::app::Rotation;
use grantor::core::audit::Actor;
use grantor::core::client::{AuthMethod, SubjectType};
use grantor::core::scope::ScopeEntry;
use grantor::core::signing::Algorithm;
use grantor::core::text::Language;
use grantor::core::user::{Avatar, User};
use reqwest::Method;
use serde_json::{Value, json};

use super::logout::{claims, open};
use super::{id_token, redeemed, verified};
use crate::support::browser::{Answer, Browser};
use crate::support::database::{Database, on_both, run};
use crate::support::flow::{Flow, VERIFIER, challenge};
use crate::support::golden::{GoldenAnswer, Redactions, assert_golden};
use crate::support::jwt::Signer;
use crate::support::server::{REDIRECT, Setup, TestServer};

const DOCUMENTS: [&str; 2] = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

/// Compares a document with a golden file: keys and the issuer of a test server are drawn anew each time.
fn golden(server: &TestServer, name: &str, answer: &Answer) {
    let headers = answer.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("text")));
    let redactions = ["x", "y", "n"].into_iter().fold(Redactions::standard(), Redactions::key);
    let issuer = server.app.config.issuer();
    let issuer = if issuer.contains("127.0.0.1") { Some(issuer) } else { None };
    let redactions = issuer.into_iter().fold(redactions, |all, issuer| all.value(issuer, "issuer"));
    let answer = GoldenAnswer::new(answer.status, headers, &answer.body).redacted(redactions);
    assert_golden(&format!("metadata/{name}"), &answer);
}

async fn goldens(server: &TestServer, name: &str) {
    let browser = Browser::new(server);
    let [one, other] = [browser.get(DOCUMENTS[0]).await, browser.get(DOCUMENTS[1]).await];
    assert_eq!(one.body, other.body, "one document for both");
    golden(server, &format!("{name}-openid-configuration"), &one);
    golden(server, &format!("{name}-oauth-authorization-server"), &other);
    golden(server, &format!("{name}-jwks"), &browser.get("/oauth/jwks").await);
}

/// A server on which much is other than it was.
fn heavy(db: &Database) -> TestServer {
    let settings = [
        ("server.public_url", "https://login.example.org:8443"),
        ("server.name", "Somebody's sign-in"),
        ("registration.enabled", "false"),
        ("registration.email_verification", "sign-in"),
        ("tokens.id_token_lifetime", "5m"),
        ("tokens.access_token_lifetime", "10m"),
        ("keys.publish_ahead", "1h"),
        ("keys.verify_after", "2d"),
        ("cache.staleness", "1s"),
        ("ui.default_locale", "fr"),
        ("consent.remember", "never"),
        ("logout.private_addresses", "true"),
        ("logout.session_management", "false"),
    ];
    settings.into_iter().fold(Setup::default().frozen(), |setup, (key, value)| setup.set(key, value)).start(db)
}

fn add_scope(server: &TestServer, name: &str) {
    let entry = ScopeEntry {
        name: name.to_owned(),
        description: "Something else".to_owned(),
        is_default: false,
        optional: true,
        sensitive: false,
    };
    grantor::oauth::manage::scopes::create(&server.app, &Actor::Operator, entry).expect("a scope");
}

fn rotate(server: &TestServer) {
    grantor::app::rotate(&server.app, &Actor::Operator, &Rotation::default()).expect("rotated");
}

/// The document.
async fn metadata(server: &TestServer) -> Value {
    Browser::new(server).get(DOCUMENTS[0]).await.json()
}

/// The texts of a list in it.
async fn listed(server: &TestServer, name: &str) -> Vec<String> {
    let document = metadata(server).await;
    let list = document[name].as_array().unwrap_or_else(|| panic!("{name}")).iter();
    list.map(|value| value.as_str().expect("a text").to_owned()).collect()
}

fn error(answer: &Answer) -> Option<String> {
    assert_eq!(answer.status, 302, "{}", answer.body);
    answer.redirect_parameter("error")
}

/// Lets the person of the flow have told everything.
fn tell_all(server: &TestServer, user: &User) {
    let mut user = user.clone();
    user.phone = Some("+381641234567".to_owned());
    user.birthday = Some("1815-12-10".to_owned());
    user.gender = Some("Female".to_owned());
    user.country_id = Some(688);
    user.address = Some("12 St James's Square".to_owned());
    user.locale = Some(Language::French);
    user.avatar = Some(Avatar::External("https://pictures.example/ada.png".to_owned()));
    server.app.write(move |cx| grantor::store::users::update(cx.conn, &user)).expect("a database");
}

on_both! {
    async fn it_says_this_of_itself_as_it_comes(db: Database) {
        let server = Setup::default().frozen().start(&db);
        goldens(&server, "default").await;
    }

    async fn it_says_this_of_itself_when_much_is_other(db: Database) {
        let server = heavy(&db);
        add_scope(&server, "invoices:read");
        add_scope(&server, "Z");
        server.advance(TimeDelta::seconds(1));
        rotate(&server);
        server.advance(TimeDelta::seconds(1));
        goldens(&server, "heavy").await;
    }

    async fn every_address_that_it_names_answers(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let document = metadata(&server).await;
        assert_eq!(document["issuer"], server.app.config.issuer());
        let mut named = 0;
        for (name, value) in document.as_object().expect("an object") {
            let Some(url) = value.as_str().filter(|_| name.ends_with("_endpoint") || name.ends_with("_uri")) else { continue };
            let path = url.strip_prefix(server.app.config.issuer()).expect("it is ours");
            let method = match name.as_str() {
                "token_endpoint" | "introspection_endpoint" | "revocation_endpoint" => Method::POST,
                _ => Method::GET,
            };
            let answer = browser.send(browser.request(method, path)).await;
            assert!([200, 400, 401].contains(&answer.status), "{name}: {}", answer.status);
            named += 1;
        }
        assert!(named >= 7, "{document}");
    }

    async fn every_scope_that_it_lists_can_be_asked_for_and_no_other(db: Database) {
        let server = TestServer::start(&db);
        add_scope(&server, "invoices:read");
        let flow = Flow::new(&server, |new| new.policy.scopes = None);
        let scopes = listed(&server, "scopes_supported").await;
        assert!(scopes.contains(&"invoices:read".to_owned()));
        for scope in &scopes {
            let expected = if scope == "admin" { Some("invalid_scope".to_owned()) } else { None };
            assert_eq!(error(&flow.authorize(&[("scope", scope)]).await), expected, "{scope}");
        }
        let (admin, _) = server.client(|new| new.policy.scopes = Some(vec!["admin".into()]));
        let flow = flow.with_client(&server, (admin, String::new()));
        assert_eq!(flow.authorize(&[("scope", "admin")]).await.status, 200, "whom an admin lets ask for it");
        assert_eq!(error(&flow.authorize(&[("scope", "invoices:write")]).await).as_deref(), Some("invalid_scope"));
    }

    async fn every_way_to_answer_that_it_lists_is_one_and_no_other(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let (types, modes) = (listed(&server, "response_types_supported").await, listed(&server, "response_modes_supported").await);
        let every = ["code", "token", "id_token", "id_token token", "code id_token", "code token", "code id_token token", "none"];
        for one in every {
            let answer = flow.authorize(&[("response_type", one), ("scope", "openid"), ("nonce", "n")]).await;
            let refused = error(&answer).is_some_and(|error| error == "unsupported_response_type");
            assert_eq!(!refused, types.iter().any(|known| known == one), "{one}");
            assert_eq!(answer.redirect_parameter("iss").as_deref(), Some(server.app.config.issuer()), "RFC 9207");
        }
        for one in ["query", "fragment", "form_post", "query.jwt", "fragment.jwt", "form_post.jwt", "jwt", "web_message"] {
            let answer = flow.authorize(&[("response_mode", one)]).await;
            let served = answer.header("location").contains("code=") || answer.input("code").is_some();
            assert_eq!(served, modes.iter().any(|known| known == one), "{one}");
        }
        assert_eq!(listed(&server, "code_challenge_methods_supported").await, ["S256"]);
        assert_eq!(error(&flow.authorize(&[("code_challenge_method", "plain")]).await).as_deref(), Some("invalid_request"));
    }

    async fn every_grant_and_every_proof_of_a_client_that_it_lists_is_one(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let grants = listed(&server, "grant_types_supported").await;
        for one in ["authorization_code", "refresh_token", "client_credentials", "implicit", "password", "urn:ietf:params:oauth:grant-type:device_code"] {
            let answer = flow.send(flow.token_request(&[("grant_type".to_owned(), one.to_owned())])).await;
            let served = answer.status == 200 || answer.json()["error"] != "unsupported_grant_type";
            assert_eq!(served, grants.iter().any(|known| known == one), "{one}: {}", answer.body);
        }
        let methods = listed(&server, "token_endpoint_auth_methods_supported").await;
        assert_eq!(methods, listed(&server, "revocation_endpoint_auth_methods_supported").await);
        assert_eq!(methods, AuthMethod::ALL.map(AuthMethod::as_str));
        for method in AuthMethod::ALL {
            let client = server.client(|new| {
                new.auth_method = method;
                new.policy.first_party = true;
                new.policy.may_introspect = method != AuthMethod::None;
            });
            let flow = flow.with_client(&server, client);
            let code = flow.authorize(&[]).await.redirect_parameter("code").expect("a code");
            let (id, secret) = (flow.client.id.to_string(), flow.secret.clone());
            let proved = |path: &str, fields: &[(&str, &str)]| {
                let mut all = fields.to_vec();
                let request = flow.request(Method::POST, path);
                match method {
                    AuthMethod::ClientSecretBasic => request.basic_auth(&id, Some(&secret)).form(&all),
                    AuthMethod::ClientSecretPost => {
                        all.extend([("client_id", id.as_str()), ("client_secret", secret.as_str())]);
                        request.form(&all)
                    }
                    AuthMethod::None => {
                        all.push(("client_id", id.as_str()));
                        request.form(&all)
                    }
                }
            };
            let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
            let tokens = flow.send(proved("/oauth/token", &fields)).await;
            assert_eq!(tokens.status, 200, "{method:?}: {}", tokens.body);
            let token = tokens.json()["access_token"].as_str().expect("a token").to_owned();
            let introspected = flow.send(proved("/oauth/introspect", &[("token", &token)])).await;
            let may_ask = listed(&server, "introspection_endpoint_auth_methods_supported").await;
            assert_eq!(introspected.json()["active"], may_ask.contains(&method.as_str().to_owned()), "{method:?}");
            assert_eq!(flow.send(proved("/oauth/revoke", &[("token", &token)])).await.status, 200, "{method:?}");
        }
    }

    async fn every_algorithm_and_kind_of_subject_that_it_lists_is_one(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let algorithms = listed(&server, "id_token_signing_alg_values_supported").await;
        assert_eq!(algorithms, listed(&server, "userinfo_signing_alg_values_supported").await);
        assert!(algorithms.contains(&"RS256".to_owned()), "Discovery section 3 wants it");
        let kinds = [("public", SubjectType::Public), ("pairwise", SubjectType::Pairwise)];
        assert_eq!(listed(&server, "subject_types_supported").await, kinds.map(|(name, _)| name));
        for name in algorithms {
            for (_, kind) in kinds {
                let algorithm = Algorithm::named(&name).expect("an algorithm");
                let flow = flow.with_client(&server, server.client(|new| {
                    new.policy.first_party = true;
                    new.openid.id_token_signed_response_alg = algorithm;
                    new.openid.userinfo_signed_response_alg = Some(algorithm);
                    new.openid.subject_type = kind;
                }));
                let answer = redeemed(&flow, &[("scope", "openid")]).await;
                let access = answer.json()["access_token"].as_str().expect("a token").to_owned();
                let userinfo = flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth(&access)).await.body;
                let mut subjects = Vec::new();
                for jwt in [id_token(&answer), userinfo] {
                    assert_eq!(format!("{:?}", jsonwebtoken::decode_header(&jwt).expect("a header").alg), name);
                    subjects.push(verified(&server, &flow, &jwt, flow.client.id.as_str()).await["sub"].clone());
                }
                assert_eq!(subjects[0], subjects[1]);
                assert_eq!(subjects[0] == flow.user.id.to_string(), kind == SubjectType::Public);
            }
        }
    }

    async fn every_algorithm_for_requests_that_it_lists_is_verified(db: Database) {
        let server = TestServer::start(&db);
        let names = listed(&server, "request_object_signing_alg_values_supported").await;
        assert!(names.contains(&"RS256".to_owned()) && !names.contains(&"none".to_owned()));
        let keys: Vec<_> = names.iter().map(|name| (name, Signer::of(name))).collect();
        let public: Vec<&Value> = keys.iter().map(|(_, key)| &key.public).collect();
        let flow = Flow::new(&server, |new| new.openid.jwks = Some(json!({ "keys": public })));
        let now = grantor::core::time::unix(server.app.now());
        for (name, key) in &keys {
            let said = json!({
                "iss": flow.client.id, "aud": server.app.config.issuer(), "exp": now + 60, "client_id": flow.client.id,
                "response_type": "code", "redirect_uri": REDIRECT, "scope": "openid", "code_challenge": challenge(VERIFIER),
                "code_challenge_method": "S256",
            });
            let jwt = key.jwt(&json!({ "alg": name, "kid": name }), &said);
            let query = [("client_id", flow.client.id.as_str()), ("response_type", "code"), ("redirect_uri", REDIRECT), ("request", &jwt)];
            let request = flow.request(Method::GET, "/oauth/authorize").query(&query).header("accept", "text/html");
            let answer = flow.send(request.header("cookie", &flow.cookie)).await;
            assert_eq!(error(&answer), None, "{name}: {}", answer.header("location"));
        }
        let document = metadata(&server).await;
        assert_eq!((&document["request_parameter_supported"], &document["request_uri_parameter_supported"]), (&true.into(), &false.into()));
        let reference = flow.authorize(&[("request_uri", "https://app.example/request"), ("scope", "openid")]).await;
        assert_eq!(error(&reference).as_deref(), Some("request_uri_not_supported"));
    }

    async fn a_person_who_has_told_everything_has_every_claim_that_it_lists(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        tell_all(&server, &flow.user);
        let names = listed(&server, "claims_supported").await;
        let everything: Value = names.iter().map(|name| (name.clone(), Value::Null)).collect::<serde_json::Map<_, _>>().into();
        let asked = json!({ "id_token": everything, "userinfo": everything }).to_string();
        let answer = redeemed(&flow, &[("scope", "openid"), ("nonce", "n"), ("claims", &asked)]).await;
        let mut held: Vec<String> = claims(&id_token(&answer)).as_object().expect("claims").keys().cloned().collect();
        held.sort();
        let mut expected = names.clone();
        expected.sort();
        assert_eq!(held, expected, "all of them in the id_token, if they are asked for, and no other");
        let access = answer.json()["access_token"].as_str().expect("a token").to_owned();
        let userinfo = flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth(&access)).await.json();
        for name in userinfo.as_object().expect("claims").keys() {
            assert!(names.contains(name), "{name}");
        }
        assert_eq!(userinfo.as_object().map(serde_json::Map::len), Some(15), "sub, and all of the person: {userinfo}");
    }

    async fn every_wish_for_the_sign_in_that_it_lists_is_granted_or_answered(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        for prompt in listed(&server, "prompt_values_supported").await {
            let answer = flow.authorize(&[("prompt", &prompt), ("scope", "openid")]).await;
            let goes_to = answer.header("location").split('?').next().unwrap_or_default().to_owned();
            let expected = match prompt.as_str() {
                "none" => (302, REDIRECT),
                "login" | "select_account" => (303, "/login"),
                "create" => (303, "/register"),
                "consent" => (200, ""),
                other => panic!("{other} is listed"),
            };
            assert_eq!((answer.status, goes_to.as_str()), expected, "{prompt}");
        }
        for level in listed(&server, "acr_values_supported").await {
            let asked = json!({ "id_token": { "acr": { "value": level, "essential": true } } }).to_string();
            let expected = if level == "urn:grantor:1fa" { None } else { Some("unmet_authentication_requirements".to_owned()) };
            assert_eq!(error(&flow.authorize(&[("scope", "openid"), ("acr_values", &level)]).await), expected, "{level}");
            assert_eq!(error(&flow.authorize(&[("scope", "openid"), ("claims", &asked)]).await), expected, "{level}");
        }
        for display in listed(&server, "display_values_supported").await {
            assert_eq!(error(&flow.authorize(&[("display", &display)]).await), None);
        }
        let nobody = flow.with_session(&server, "");
        for language in listed(&server, "ui_locales_supported").await {
            let answer = nobody.authorize(&[("ui_locales", &language)]).await;
            let page = open(&nobody, answer.header("location")).await;
            assert!(page.body.contains(&format!("<html lang=\"{language}\"")), "{language}");
        }
    }

    async fn where_nobody_may_register_it_does_not_list_that_they_may(db: Database) {
        let server = Setup::default().set("registration.enabled", "false").start(&db);
        assert_eq!(listed(&server, "prompt_values_supported").await, ["none", "login", "consent", "select_account"]);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.authorize(&[("prompt", "create"), ("scope", "openid")]).await;
        assert!(answer.header("location").starts_with("/login?"), "{}", answer.header("location"));
    }
}

#[test]
fn two_nodes_say_the_same_byte_for_byte() {
    let Some(db) = Database::postgres() else { return };
    run(async {
        let nodes = [heavy(&db), heavy(&db)];
        add_scope(&nodes[0], "invoices:read");
        nodes.iter().for_each(|node| node.advance(TimeDelta::seconds(1)));
        rotate(&nodes[1]);
        nodes.iter().for_each(|node| node.advance(TimeDelta::seconds(1)));
        for path in DOCUMENTS.into_iter().chain(["/oauth/jwks"]) {
            let [one, other] = [Browser::new(&nodes[0]).get(path).await, Browser::new(&nodes[1]).get(path).await];
            assert_eq!((one.status, &one.body, one.header("etag")), (200, &other.body, other.header("etag")), "{path}");
        }
    });
}
