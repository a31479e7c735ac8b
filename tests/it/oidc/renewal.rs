//! Who signs in again goes on with the session that relying parties know: OpenID Connect Core section 3.1.2.1, RFC 9470,
//! Back-Channel Logout section 2.7.

use chrono::TimeDelta;
use grantor::account::session;
use grantor::core::secret::Plain;
use grantor::store::users;
use serde_json::Value;

use super::id_token;
use super::logout::{claims, open};
use super::logout_delivery::{deliver, listening, settings};
use super::prompts::return_to;
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens, session_cookie, session_of};
use crate::support::gateway::GatewayServer;
use crate::support::passkeys::{self, Authenticator, register};
use crate::support::second_factor::turn_on_totp;
use crate::support::server::{PASSWORD, TestServer};

/// The address of a request.
fn asked(flow: &Flow<'_>, changes: &[(&str, &str)]) -> String {
    let mut all = vec![("scope", "openid profile")];
    all.extend_from_slice(changes);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("/oauth/authorize?{}", query.extend_pairs(flow.parameters(&all)).finish())
}

fn login(back: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("/login?{}", query.append_pair("return_to", back).finish())
}

/// The tokens of a code that a browser was given.
async fn redeemed(flow: &Flow<'_>, answer: &Answer) -> Answer {
    assert_eq!(answer.status, 302, "{} {}", answer.header("location"), answer.body);
    flow.redeem(&answer.redirect_parameter("code").expect("a code"), &[]).await
}

fn said(answer: &Answer) -> Value {
    claims(&id_token(answer))
}

/// The cookie of a session that an answer sets.
fn set(answer: &Answer) -> Plain {
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let mut values = lines.filter_map(|line| line.split(';').next()?.strip_prefix("grantor_session="));
    Plain::new(values.next().expect("a session"))
}

/// Types the password over the session that a browser has; the answer.
async fn sign_in_again(browser: &Browser, back: &str) -> Answer {
    let page = browser.get(&login(back)).await;
    assert_eq!(page.status, 200, "{}", page.header("location"));
    let token = page.input("_token").expect("a CSRF token");
    let fields = [("_token", token.as_str()), ("login", "ada"), ("password", PASSWORD), ("return_to", back)];
    browser.post("/login", &fields).await
}

/// Two apps that hear of the end of a session, and what they have in one.
struct Parties<'a> {
    first: Flow<'a>,
    second: Flow<'a>,
    tokens: [Tokens; 2],
    sid: Value,
}

impl<'a> Parties<'a> {
    async fn of(server: &'a TestServer, party: &GatewayServer, browser: &Browser) -> Self {
        let first = Flow::new(server, |new| listening(new, party));
        let second = first.with_client(
            server,
            server.client(|new| {
                listening(new, party);
                new.policy.may_introspect = true;
            }),
        );
        browser.sign_in("ada").await;
        let [one, two] =
            [&first, &second].map(|flow| async { redeemed(flow, &browser.get(&asked(flow, &[])).await).await });
        let (one, two) = (one.await, two.await);
        let sid = said(&one)["sid"].clone();
        Self { tokens: [Tokens::of(&one), Tokens::of(&two)], sid, first, second }
    }

    /// Nothing of theirs has ended, and nobody was told that it had.
    async fn are_untouched(&mut self, server: &TestServer, what: &str) {
        assert_eq!(deliver(server), 0, "{what}");
        for (flow, tokens) in [&self.first, &self.second].into_iter().zip(&mut self.tokens) {
            assert!(flow.is_active(&tokens.access).await, "{what}");
            *tokens = Tokens::of(&flow.refresh(&tokens.refresh, &[]).await);
        }
    }
}

on_both! {
    async fn a_sign_in_over_ones_own_session_ends_nothing(db: Database) {
        let party = GatewayServer::start();
        let server = settings().frozen().start(&db);
        let browser = Browser::new(&server);
        let mut parties = Parties::of(&server, &party, &browser).await;
        for changes in [[("prompt", "login")], [("max_age", "0")]] {
            let what = format!("{changes:?}");
            // In the very microsecond of the sign-in before.
            let back = return_to(&browser.get(&asked(&parties.first, &changes)).await);
            return_to(&browser.get(&back).await);
            server.advance(TimeDelta::seconds(1));
            return_to(&browser.get(&back).await);
            let code = parties.second.authorize(&[("scope", "openid")]).await.redirect_parameter("code").expect("a code");
            let done = sign_in_again(&browser, &back).await;
            assert_eq!((done.status, done.header("location")), (303, back.as_str()), "{what}: {}", done.body);
            let answer = redeemed(&parties.first, &browser.get(&back).await).await;
            assert_eq!(said(&answer)["sid"], parties.sid, "{what}");
            assert_eq!(said(&answer)["auth_time"], grantor::core::time::unix(server.app.now()), "{what}");
            parties.are_untouched(&server, &what).await;
            assert_eq!(parties.second.redeem(&code, &[]).await.status, 200, "{what}: a code that was on its way");
            // It was one sign-in, and the next request wants another.
            return_to(&browser.get(&return_to(&browser.get(&asked(&parties.first, &changes)).await)).await);
        }
    }

    async fn the_cookie_is_another_and_the_old_one_is_worth_nothing(db: Database) {
        let party = GatewayServer::start();
        let server = settings().frozen().start(&db);
        let browser = Browser::new(&server);
        let parties = Parties::of(&server, &party, &browser).await;
        let mut known: Vec<String> = Vec::new();
        for _ in 0..3 {
            server.advance(TimeDelta::seconds(1));
            let back = return_to(&browser.get(&asked(&parties.first, &[("prompt", "login")])).await);
            let answer = sign_in_again(&browser, &back).await;
            let cookie = set(&answer);
            let lines: Vec<&str> = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()).collect();
            assert!(!lines.iter().any(|line| line.starts_with("grantor_state=")), "who watches notices nothing: {lines:?}");
            assert!(!known.iter().any(|old| old == cookie.expose()));
            for old in &known {
                assert!(session::left(&server.app, &Plain::new(old)).expect("a database").is_none());
            }
            known.push(cookie.expose().to_owned());
        }
    }

    async fn what_was_sealed_is_met_by_a_proof_that_came_later_and_nothing_else(db: Database) {
        let party = GatewayServer::start();
        let server = settings().frozen().start(&db);
        let browser = Browser::new(&server);
        let parties = Parties::of(&server, &party, &browser).await;
        let elsewhere = parties.first.with_session(&server, session_cookie(&server, "ada"));
        server.advance(TimeDelta::seconds(5));
        let back = return_to(&browser.get(&asked(&parties.first, &[("prompt", "login")])).await);
        // In the very microsecond in which it was asked for: who knows what came first.
        let cookie = set(&sign_in_again(&browser, &back).await);
        return_to(&browser.get(&back).await);
        server.advance(TimeDelta::seconds(1));
        // A new cookie alone, as after a change of the password.
        let before = session_of(&server.app, &cookie);
        let renewed = server.app.write({
            let user = parties.first.user.clone();
            move |cx| {
                users::hold(cx.conn, &user)?;
                session::renew(cx, &before, &before.authentication())
            }
        });
        let renewed = renewed.expect("a database").expect("it goes on");
        let own = parties.first.with_session(&server, format!("grantor_session={}", renewed.expose()));
        return_to(&open(&own, &back).await);
        return_to(&open(&elsewhere, &back).await);
    }

    async fn a_stronger_sign_in_and_a_confirmation_by_two_steps_end_nothing(db: Database) {
        let party = GatewayServer::start();
        let server = settings().frozen().start(&db);
        let browser = Browser::new(&server);
        let mut parties = Parties::of(&server, &party, &browser).await;
        let (app, _) = turn_on_totp(&server, &parties.first.user);
        server.advance(TimeDelta::seconds(60));
        let strong = asked(&parties.first, &[("acr_values", "urn:grantor:2fa")]);
        let back = return_to(&browser.get(&strong).await);
        server.advance(TimeDelta::seconds(1));
        let first = sign_in_again(&browser, &back).await;
        assert!(first.header("location").starts_with("/login/second-factor?"), "{}", first.body);
        let token = browser.get(first.header("location")).await.input("_token").expect("a CSRF token");
        let code = app.code(&server, 0);
        let fields = [("_token", token.as_str()), ("code", &code), ("return_to", &back)];
        let done = browser.post("/login/second-factor", &fields).await;
        assert_eq!((done.status, done.header("location")), (303, back.as_str()), "{}", done.body);
        let answer = redeemed(&parties.first, &browser.get(&back).await).await;
        assert_eq!((&said(&answer)["sid"], &said(&answer)["acr"]), (&parties.sid, &"urn:grantor:2fa".into()));
        parties.are_untouched(&server, "step-up").await;

        server.advance(TimeDelta::minutes(20));
        let token = browser.get("/account/confirm").await.input("_token").expect("a CSRF token");
        let first = browser.post("/account/confirm", &[("_token", &token), ("password", PASSWORD)]).await;
        assert!(first.header("location").starts_with("/login/second-factor"), "{}", first.body);
        let code = app.code(&server, 0);
        let token = browser.get(first.header("location")).await.input("_token").expect("a CSRF token");
        let done = browser.post("/login/second-factor", &[("_token", &token), ("code", &code)]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let answer = redeemed(&parties.first, &browser.get(&asked(&parties.first, &[])).await).await;
        assert_eq!(said(&answer)["sid"], parties.sid);
        parties.are_untouched(&server, "confirmation").await;
    }

    async fn a_passkey_over_ones_own_session_ends_nothing(db: Database) {
        let party = GatewayServer::start();
        let server = passkeys::setup().set("logout.private_addresses", true).frozen().start(&db);
        let browser = Browser::new(&server);
        let mut parties = Parties::of(&server, &party, &browser).await;
        let mut authenticator = Authenticator::new();
        assert_eq!(register(&browser, &mut authenticator, "hers").await.status, 200);
        server.advance(TimeDelta::seconds(1));
        let csrf = browser.get("/account").await.input("_token").expect("a CSRF token");
        let begun = passkeys::post(&browser, "/login/passkey/begin", &serde_json::json!({ "_token": csrf })).await.json();
        let credential = authenticator.get(&begun);
        let body = serde_json::json!({ "_token": csrf, "ceremony": begun["ceremony"], "credential": credential });
        let done = passkeys::post(&browser, "/login/passkey", &body).await;
        assert_eq!(done.status, 200, "{}", done.body);
        set(&done);
        let answer = redeemed(&parties.first, &browser.get(&asked(&parties.first, &[])).await).await;
        assert_eq!((&said(&answer)["sid"], &said(&answer)["acr"]), (&parties.sid, &"phr".into()));
        parties.are_untouched(&server, "passkey").await;
    }
}
