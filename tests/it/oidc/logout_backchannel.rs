//! Whom the end of a session concerns, and what they are told: OpenID Connect Back-Channel Logout 1.0.

use chrono::TimeDelta;
use grantor::account::people::{self, Acting, Deed};
use grantor::account::{admin, ends, password, session};
use grantor::core::audit::Actor;
use grantor::core::client::SubjectType;
use grantor::core::secret::Plain;
use grantor::core::signing::Algorithm;
use grantor::core::user::Status;
use grantor::store::sessions;
use jsonwebtoken::decode_header;
use serde_json::Value;

use super::logout::{claims, is_signed_in, open, send, signed_in};
use super::logout_delivery::{deliver, listening, settings, told};
use super::{redeemed, verified};
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::{Flow, session_cookie, session_of};
use crate::support::gateway::GatewayServer;
use crate::support::server::{PASSWORD, TestServer};

/// The cookie of the flow's session, as the server reads it.
fn cookie(flow: &Flow<'_>) -> Plain {
    Plain::new(flow.cookie.strip_prefix("grantor_session=").expect("a cookie"))
}

/// The identifier of the flow's session.
fn session_id(server: &TestServer, flow: &Flow<'_>) -> String {
    let found = server.app.read(|cx| session::find(cx, &cookie(flow))).expect("a database");
    found.expect("a session").session.id
}

/// Sends a form of a page with its CSRF token.
async fn submit(flow: &Flow<'_>, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let token = open(flow, page).await.input("_token").expect("a CSRF token");
    let mut all = vec![("_token", token.as_str())];
    all.extend_from_slice(fields);
    send(flow, path, &all).await
}

/// A way for a session to end.
#[derive(Clone, Copy, Debug)]
enum Way {
    Button,
    Hint,
    List,
    Others,
    ByAdmin,
    Replaced,
    Password,
    Disabled,
    Deleted,
}

/// Ends the session of the flow.
async fn end(server: &TestServer, flow: &Flow<'_>, way: Way, hint: &str) {
    let app = &server.app;
    match way {
        Way::Button => assert_eq!(submit(flow, "/account", "/logout", &[]).await.status, 303),
        Way::Hint => assert_eq!(open(flow, &format!("/oauth/logout?id_token_hint={hint}")).await.status, 200),
        Way::List => assert!(session::end_own(app, flow.user.id, &session_id(server, flow)).expect("a database")),
        Way::Others => {
            let other = flow.with_session(server, session_cookie(server, "ada"));
            session::end_others(app, flow.user.id, &session_id(server, &other)).expect("a database");
        }
        Way::ByAdmin => people::act(app, &Acting::operator(), flow.user.id, Deed::EndSessions).expect("it ends"),
        Way::Replaced => {
            let eve = flow.with_session(server, &flow.cookie);
            // Whoever is signed in may sign in as somebody else.
            let page = open(&eve, "/account").await.input("_token").expect("a CSRF token");
            let fields = [("_token", page.as_str()), ("login", "eve"), ("password", PASSWORD)];
            assert_eq!(send(&eve, "/login", &fields).await.status, 303);
        }
        Way::Password => admin::set_password(app, &Actor::Operator, &flow.user, PASSWORD).expect("a password"),
        Way::Disabled => {
            admin::set_status(app, &Actor::Operator, &flow.user, Status::Disabled).expect("disabled");
            admin::set_status(app, &Actor::Operator, &flow.user, Status::Active).expect("active");
        }
        Way::Deleted => ends::delete_by_operator(app, &Actor::Operator, &flow.user).expect("deleted"),
    }
}

on_both! {
    async fn whoever_ends_a_session_its_apps_are_told(db: Database) {
        let party = GatewayServer::start();
        party.answer("200 OK\r\n");
        let server = settings().start(&db);
        server.user("eve");
        let mut flow = Flow::new(&server, |new| listening(new, &party));
        let ways =
            [Way::Button, Way::Hint, Way::List, Way::Others, Way::ByAdmin, Way::Replaced, Way::Password, Way::Disabled, Way::Deleted];
        for (before, way) in ways.into_iter().enumerate() {
            flow = flow.signed_in_again(&server);
            let hint = signed_in(&flow).await;
            assert_eq!(deliver(&server), 0, "{way:?}: nothing has ended yet");
            end(&server, &flow, way, &hint).await;
            assert!(!is_signed_in(&flow).await, "{way:?}");
            assert_eq!(deliver(&server), 1, "{way:?}");
            let sent = told(&party);
            assert_eq!(sent.len(), before + 1, "{way:?}");
            let token = claims(sent.last().expect("a token"));
            assert_eq!((&token["sid"], &token["sub"]), (&claims(&hint)["sid"], &claims(&hint)["sub"]), "{way:?}");
        }
    }

    async fn the_logout_token_is_as_the_specification_has_it(db: Database) {
        let party = GatewayServer::start();
        party.answer("204 No Content\r\n");
        let server = settings().frozen().start(&db);
        let flow = Flow::new(&server, |new| {
            listening(new, &party);
            new.openid.subject_type = SubjectType::Pairwise;
            new.openid.id_token_signed_response_alg = Algorithm::EdDsa;
        });
        let hint = signed_in(&flow).await;
        submit(&flow, "/account", "/logout", &[]).await;
        // Signed when it is sent, not when it is written.
        server.advance(TimeDelta::minutes(7));
        assert_eq!(deliver(&server), 1);
        let [asked] = party.asked().try_into().expect("one request");
        assert_eq!(asked.line, "POST /out HTTP/1.1");
        assert_eq!(asked.header("content-type"), "application/x-www-form-urlencoded");
        let [token] = told(&party).try_into().expect("one token");
        let header = decode_header(&token).expect("a header");
        assert_eq!((header.typ.as_deref(), header.alg), (Some("logout+jwt"), jsonwebtoken::Algorithm::EdDSA));
        let said = verified(&server, &flow, &token, flow.client.id.as_str()).await;
        let mut names: Vec<&String> = said.as_object().expect("claims").keys().collect();
        names.sort();
        assert_eq!(names, ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], "and never a nonce");
        let now = grantor::core::time::unix(server.app.now());
        assert_eq!((said["iat"].as_i64(), said["exp"].as_i64()), (Some(now), Some(now + 120)));
        assert_eq!(said["events"], serde_json::json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
        assert_eq!((&said["sub"], &said["sid"]), (&claims(&hint)["sub"], &claims(&hint)["sid"]));
        assert_ne!(said["sub"], flow.user.id.to_string(), "pairwise");
    }

    async fn only_who_got_an_id_token_in_this_session_is_told(db: Database) {
        let (party, other) = (GatewayServer::start(), GatewayServer::start());
        let server = settings().start(&db);
        let flow = Flow::new(&server, |new| listening(new, &party));
        // Without openid; with a code that is never redeemed; in another session; by a client that does not want to know.
        redeemed(&flow.with_client(&server, server.client(|new| listening(new, &other))), &[]).await;
        let idle = flow.with_client(&server, server.client(|new| listening(new, &other)));
        assert_eq!(idle.authorize(&[("scope", "openid")]).await.status, 302);
        let elsewhere = flow.with_session(&server, session_cookie(&server, "ada"));
        signed_in(&elsewhere.with_client(&server, server.client(|new| listening(new, &other)))).await;
        signed_in(&flow.with_client(&server, server.client(|new| new.policy.first_party = true))).await;
        // Twice the same: told once.
        signed_in(&flow).await;
        signed_in(&flow).await;
        submit(&flow, "/account", "/logout", &[]).await;
        deliver(&server);
        assert_eq!((told(&party).len(), other.asked().len()), (1, 0));
    }

    async fn a_session_that_is_renewed_keeps_its_sid_and_tells_nobody(db: Database) {
        let party = GatewayServer::start();
        party.answer("200 OK\r\n");
        let server = settings().frozen().start(&db);
        let mut flow = Flow::new(&server, |new| listening(new, &party));
        let before = signed_in(&flow).await;
        server.advance(TimeDelta::hours(2));
        let answer = submit(&flow, "/account/confirm", "/account/confirm", &[("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let lines = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let renewed = lines.filter_map(|line| line.split(';').next()).find(|line| line.starts_with("grantor_session="));
        let renewed = renewed.expect("a new cookie").to_owned();
        assert_ne!(renewed, flow.cookie);
        assert_eq!(deliver(&server), 0);
        flow.cookie = renewed;
        let after = signed_in(&flow).await;
        assert_eq!(claims(&before)["sid"], claims(&after)["sid"]);
        submit(&flow, "/account", "/logout", &[]).await;
        assert_eq!(deliver(&server), 1);
        assert_eq!(claims(&told(&party)[0])["sid"], claims(&before)["sid"]);
    }

    async fn what_was_not_meant_to_outlast_the_session_ends_with_it(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let token = |answer: &Answer| answer.json()["refresh_token"].as_str().expect("a refresh token").to_owned();
        let bound = redeemed(&flow, &[("scope", "openid profile")]).await;
        let lasting = redeemed(&flow, &[("scope", "openid offline_access")]).await;
        let plain = redeemed(&flow, &[("scope", "profile")]).await;
        let waiting = flow.authorize(&[("scope", "openid offline_access")]).await.redirect_parameter("code").expect("a code");
        submit(&flow, "/account", "/logout", &[]).await;
        let refused = flow.refresh(&token(&bound), &[]).await;
        assert_eq!((refused.status, &refused.json()["error"]), (400, &Value::from("invalid_grant")));
        let access = bound.json()["access_token"].as_str().expect("a token").to_owned();
        assert!(!flow.is_active(&access).await, "nor does the access token work");
        assert_eq!(flow.refresh(&token(&lasting), &[]).await.status, 200, "offline_access");
        assert_eq!(flow.refresh(&token(&plain), &[]).await.status, 200, "no sign-in at all");
        assert_eq!(flow.redeem(&waiting, &[]).await.status, 400, "nobody is signed in anew by what is over");
    }

    async fn what_does_not_come_about_tells_nobody(db: Database) {
        let party = GatewayServer::start();
        let server = settings().start(&db);
        let flow = Flow::new(&server, |new| listening(new, &party));
        signed_in(&flow).await;
        let id = flow.user.id;
        let undone = server.app.write(move |cx| {
            password::change(cx, id, "$2b$04$nothing")?;
            Err::<(), _>(grantor::store::Error::Busy)
        });
        assert!(undone.is_err() && is_signed_in(&flow).await);
        assert_eq!(deliver(&server), 0);
        // It was over already.
        let over = session_of(&server.app, &cookie(&flow));
        let id = over.id.clone();
        let ended = server.app.write(move |cx| sessions::end(cx.conn, &id, cx.now));
        assert!(ended.expect("a database").is_some());
        session::sign_out(&server.app, &over).expect("a database");
        assert_eq!(deliver(&server), 0);
    }
}
