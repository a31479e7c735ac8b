//! What is refused, each with a word, and with nobody signed in.

use chrono::TimeDelta;
use grantor::account::admin;
use grantor::account::audit::Actor;
use grantor::core::user::{Status, User};
use serde_json::json;

use super::{ada, assert_refused, kept, signed_in};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::passkeys::{Authenticator, Quirks, begin, finish, post, register, setup, sign_in, start, token};
use crate::support::server::TestServer;

const UNKNOWN: &str = "does not sign in here";
const LATE: &str = "took too long";

/// All that a signature may be wrong in.
fn wrongs() -> Vec<(&'static str, Quirks)> {
    let usual = Quirks::default;
    vec![
        ("another origin", Quirks { origin: "http://localhost:8081".into(), ..usual() }),
        ("https", Quirks { origin: "https://localhost:8080".into(), ..usual() }),
        ("a subdomain", Quirks { origin: "http://evil.localhost:8080".into(), ..usual() }),
        ("another relying party", Quirks { rp_id: "evil.example".into(), ..usual() }),
        (
            "another challenge",
            Quirks { challenge: Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()), ..usual() },
        ),
        ("user not verified", Quirks { user_verified: false, ..usual() }),
        ("the other ceremony", Quirks { kind: Some("payment.get"), ..usual() }),
    ]
}

on_both! {
    async fn a_signature_that_is_wrong_in_one_thing_signs_nobody_in(db: Database) {
        let server = start(&db);
        let (_, _, mut authenticator) = ada(&server).await;
        let mut wrongs = wrongs();
        wrongs.push(("a spoilt signature", Quirks { tampered: true, ..Quirks::default() }));
        wrongs.push(("no user handle", Quirks { user_handle: Some(None), ..Quirks::default() }));
        wrongs.push(("another user handle", Quirks { user_handle: Some(Some("AAAAAAAAAAAAAAAAAAAAAA".into())), ..Quirks::default() }));
        for (what, quirks) in wrongs {
            authenticator.quirks = quirks;
            let answer = sign_in(&Browser::new(&server), &mut authenticator).await;
            assert_eq!(answer.status, 422, "{what}: {}", answer.body);
            assert_refused(&answer, 422, UNKNOWN);
        }
        authenticator.quirks = Quirks::default();
        assert_eq!(sign_in(&Browser::new(&server), &mut authenticator).await.status, 200);
        let mut thief = Authenticator::claiming(&authenticator);
        thief.counter = 1000;
        assert_refused(&sign_in(&Browser::new(&server), &mut thief).await, 422, UNKNOWN);
        assert_refused(&sign_in(&Browser::new(&server), &mut Authenticator::new()).await, 422, UNKNOWN);
    }

    async fn a_new_passkey_that_is_wrong_in_one_thing_is_not_added(db: Database) {
        let server = start(&db);
        let (ada, browser, _) = ada(&server).await;
        for (what, quirks) in wrongs() {
            let mut authenticator = Authenticator::new();
            authenticator.quirks = quirks;
            let answer = register(&browser, &mut authenticator, "x").await;
            assert_eq!(answer.status, 422, "{what}: {}", answer.body);
        }
        assert_eq!(kept(&server, &ada).len(), 1);
    }

    async fn a_counter_that_goes_back_or_stands_still_is_a_copy(db: Database) {
        let server = start(&db);
        let (_, _, mut authenticator) = ada(&server).await;
        authenticator.counter = 6;
        assert_eq!(sign_in(&Browser::new(&server), &mut authenticator).await.status, 200);
        for counter in [3, 7] {
            authenticator.counter = counter;
            authenticator.quirks.counts = false;
            assert_refused(&sign_in(&Browser::new(&server), &mut authenticator).await, 422, UNKNOWN);
        }
        authenticator.counter = 8;
        assert_eq!(sign_in(&Browser::new(&server), &mut authenticator).await.status, 200);
    }

    async fn a_passkey_that_counts_nothing_signs_in_again_and_again(db: Database) {
        let server = start(&db);
        let (_, _, mut authenticator) = ada(&server).await;
        authenticator.quirks.counts = false;
        for _ in 0..2 {
            assert_eq!(sign_in(&Browser::new(&server), &mut authenticator).await.status, 200);
        }
    }

    async fn a_ceremony_works_once_and_for_five_minutes(db: Database) {
        let server = start(&db);
        let (_, _, mut authenticator) = ada(&server).await;
        let browser = Browser::new(&server);
        let (csrf, begun) = begin(&browser).await;
        server.advance(TimeDelta::seconds(300));
        let credential = authenticator.get(&begun);
        assert_refused(&finish(&browser, &csrf, &begun, &credential).await, 410, LATE);
        let (csrf, begun) = begin(&browser).await;
        server.advance(TimeDelta::seconds(299));
        // A wrong try uses it up too.
        let wrong = Authenticator::new().get(&begun);
        assert_refused(&finish(&browser, &csrf, &begun, &wrong).await, 422, UNKNOWN);
        let credential = authenticator.get(&begun);
        assert_refused(&finish(&browser, &csrf, &begun, &credential).await, 410, LATE);
        // What was signed for one ceremony does for no other.
        let (csrf, begun) = begin(&browser).await;
        assert_refused(&finish(&browser, &csrf, &begun, &credential).await, 422, UNKNOWN);
        let (csrf, begun) = begin(&browser).await;
        let credential = authenticator.get(&begun);
        assert_eq!(finish(&browser, &csrf, &begun, &credential).await.status, 200);
        let another = Browser::new(&server);
        let (csrf, _) = begin(&another).await;
        assert_refused(&finish(&another, &csrf, &begun, &credential).await, 410, LATE);
    }

    async fn a_ceremony_is_worth_nothing_in_another_browser_or_for_another_purpose(db: Database) {
        let server = start(&db);
        let (ada, browser, mut authenticator) = ada(&server).await;
        let mine = Browser::new(&server);
        let (_, begun) = begin(&mine).await;
        let credential = authenticator.get(&begun);
        let other = Browser::new(&server);
        let csrf = token(&other, "/login").await;
        assert_refused(&finish(&other, &csrf, &begun, &credential).await, 410, LATE);
        // Eve takes up what Ada began; and Ada herself, with what she began for a sign-in.
        let csrf = token(&browser, "/account/passkeys").await;
        let began = post(&browser, "/account/passkeys/begin", &json!({ "_token": csrf })).await.json();
        let new = Authenticator::new().create(&began);
        let eve = server.user("eve");
        let hers = Browser::new(&server);
        hers.sign_in("eve").await;
        let her_csrf = token(&hers, "/account/passkeys").await;
        let body = json!({ "_token": her_csrf, "ceremony": began["ceremony"], "credential": new });
        assert_refused(&post(&hers, "/account/passkeys", &body).await, 410, LATE);
        let sign_in = post(&browser, "/login/passkey/begin", &json!({ "_token": csrf })).await.json();
        let new = Authenticator::new().create(&sign_in);
        let body = json!({ "_token": csrf, "ceremony": sign_in["ceremony"], "credential": new });
        assert_refused(&post(&browser, "/account/passkeys", &body).await, 410, LATE);
        assert_eq!((kept(&server, &ada).len(), kept(&server, &eve).len()), (1, 0));
    }

    async fn nothing_is_taken_without_the_csrf_token(db: Database) {
        let server = start(&db);
        let (ada, browser, _) = ada(&server).await;
        let anonymous = Browser::new(&server);
        let others = token(&anonymous, "/login").await;
        server.reset_statements();
        let paths = [
            "/login/passkey/begin",
            "/login/passkey",
            "/login/second-factor/passkey/begin",
            "/login/second-factor/passkey",
            "/account/passkeys/begin",
            "/account/passkeys",
        ];
        for path in paths {
            for csrf in [json!({}), json!({ "_token": "" }), json!({ "_token": others })] {
                let answer = post(&browser, path, &csrf).await;
                assert!([403, 410].contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
            }
        }
        let id = kept(&server, &ada)[0].id.clone();
        for act in ["name", "delete"] {
            let answer = browser.post(&format!("/account/passkeys/{id}/{act}"), &[("name", "x"), ("_token", &others)]).await;
            assert_eq!(answer.status, 403);
        }
        assert!(server.statements().iter().all(|text| text.trim_start().starts_with("SELECT")), "{:?}", server.statements());
        assert_eq!(kept(&server, &ada)[0].name, "My key");
    }

    async fn nobody_adds_a_passkey_without_being_signed_in(db: Database) {
        let server = start(&db);
        let browser = Browser::new(&server);
        let csrf = token(&browser, "/login").await;
        for path in ["/account/passkeys/begin", "/account/passkeys"] {
            let answer = post(&browser, path, &json!({ "_token": csrf })).await;
            assert_eq!((answer.status, answer.json()["location"].as_str()), (401, Some("/account/passkeys")), "{path}");
        }
        let page = browser.get("/account/passkeys").await;
        assert_eq!((page.status, page.header("location")), (303, "/login?return_to=%2Faccount%2Fpasskeys"));
    }

    async fn who_may_not_come_in_does_not_come_in_with_a_passkey(db: Database) {
        let server = setup().set("registration.email_verification", "sign-in").start(&db);
        let (ada, _, mut authenticator) = ada(&server).await;
        let set = |status| admin::set_status(&server.app, &Actor::Operator, &ada, status).expect("a status");
        set(Status::Disabled);
        assert_refused(&sign_in(&Browser::new(&server), &mut authenticator).await, 422, UNKNOWN);
        set(Status::Active);
        assert_eq!(sign_in(&Browser::new(&server), &mut authenticator).await.status, 200);
        unverify(&server, &ada);
        let answer = sign_in(&Browser::new(&server), &mut authenticator).await;
        assert_refused(&answer, 403, "verify your e-mail address");
        grantor::account::ends::delete_by_operator(&server.app, &Actor::Operator, &ada).expect("deleted");
        assert_refused(&sign_in(&Browser::new(&server), &mut authenticator).await, 422, UNKNOWN);
    }

    async fn a_credential_belongs_to_one_person(db: Database) {
        let server = start(&db);
        let (ada, browser, mut authenticator) = ada(&server).await;
        let eve = server.user("eve");
        let hers = Browser::new(&server);
        hers.sign_in("eve").await;
        for browser in [&browser, &hers] {
            let mut copy = Authenticator::claiming(&authenticator);
            let answer = register(browser, &mut copy, "x").await;
            assert!([409, 422].contains(&answer.status), "{}", answer.body);
        }
        assert_eq!((kept(&server, &ada).len(), kept(&server, &eve).len()), (1, 0));
        let answer = sign_in(&Browser::new(&server), &mut authenticator).await;
        assert_eq!(signed_in(&server, &answer).map(|user| user.id), Some(ada.id));
    }

    async fn what_cannot_be_read_is_refused_kindly(db: Database) {
        let server = start(&db);
        let browser = Browser::new(&server);
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        for credential in ["", "x", "{}", "null", "[]", &deep, r#"{"id":"x","rawId":"!!","type":"public-key","response":{}}"#] {
            let (csrf, begun) = begin(&browser).await;
            assert_refused(&finish(&browser, &csrf, &begun, credential).await, 422, UNKNOWN);
        }
        let (_, person, mut authenticator) = ada(&server).await;
        let (csrf, begun) = begin(&browser).await;
        let padded = |credential: String| format!("{credential}{}", " ".repeat(16 * 1024 + 1 - credential.len()));
        let long = padded(authenticator.get(&begun));
        assert_refused(&finish(&browser, &csrf, &begun, &long).await, 422, UNKNOWN);
        let csrf_of_settings = token(&person, "/account/passkeys").await;
        let began = post(&person, "/account/passkeys/begin", &json!({ "_token": csrf_of_settings })).await.json();
        let long = padded(Authenticator::new().create(&began));
        let body = json!({ "_token": csrf_of_settings, "ceremony": began["ceremony"], "credential": long });
        assert_eq!(post(&person, "/account/passkeys", &body).await.status, 422);
        let answer = finish(&browser, &csrf, &begun, &"x".repeat(2_000_000)).await;
        assert_eq!(answer.status, 413);
    }
}

fn unverify(server: &TestServer, user: &User) {
    let mut user =
        server.app.read(|cx| grantor::store::users::by_id(cx.conn, user.id)).expect("a database").expect("a person");
    user.email_verified_at = None;
    server.app.write(move |cx| grantor::store::users::update(cx.conn, &user)).expect("an update");
}
