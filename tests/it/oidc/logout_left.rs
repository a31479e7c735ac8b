//! Signing out of a session that nobody is signed in by any more, and what becomes of one that nobody signs out of: RP-Initiated
//! Logout section 2, Back-Channel Logout section 2.7.

use chrono::TimeDelta;
use grantor::account::session;
use grantor::core::client::SubjectType;
use grantor::core::secret::Plain;
use grantor::oauth::manage::NewClient;

use super::logout::{is_signed_in, open, send, signed_in, with_bye};
use super::logout_delivery::{deliver, listening, settings};
use super::redeemed;
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens, session_cookie};
use crate::support::gateway::GatewayServer;
use crate::support::server::TestServer;

fn told(new: &mut NewClient, party: &GatewayServer) {
    with_bye(new);
    listening(new, party);
    new.openid.frontchannel_logout_uri = Some("https://app.example/out".to_owned());
}

fn has_ended(server: &TestServer, flow: &Flow<'_>) -> bool {
    let cookie = Plain::new(flow.cookie.strip_prefix("grantor_session=").expect("a cookie"));
    session::left(&server.app, &cookie).expect("a database").is_none()
}

/// The page that tells apps, with the cookies gone.
fn assert_signed_out(answer: &Answer, what: &str) {
    assert_eq!((answer.status, answer.text_of("h1").as_str()), (200, "You are signed out"), "{what}: {}", answer.body);
    assert!(answer.body.contains("<iframe src=\"https://app.example/out?"), "{what}");
    let lines: Vec<&str> =
        answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()).collect();
    assert!(lines.iter().any(|line| line.starts_with("grantor_session=;") && line.contains("Max-Age=0")), "{what}");
}

on_both! {
    async fn signing_out_of_a_session_that_ran_out_ends_it_all_the_same(db: Database) {
        let party = GatewayServer::start();
        party.answer("200 OK\r\n");
        let server = settings().set("sessions.idle_lifetime", "1h").set("sessions.lifetime", "3h").frozen().start(&db);
        let mut flow = Flow::new(&server, |new| told(new, &party));
        for (what, hours) in [("hint", 2), ("hint", 4), ("question", 2), ("button", 2), ("button", 4)] {
            flow = flow.signed_in_again(&server);
            let hint = signed_in(&flow).await;
            let tokens = Tokens::of(&redeemed(&flow, &[("scope", "openid profile")]).await);
            let token = open(&flow, "/account").await.input("_token").expect("a CSRF token");
            server.advance(TimeDelta::hours(hours));
            assert!(!is_signed_in(&flow).await, "{what}");
            let answer = match what {
                "hint" => open(&flow, &format!("/oauth/logout?id_token_hint={hint}")).await,
                "question" => {
                    let page = open(&flow, "/oauth/logout").await;
                    assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Sign out?"), "any page may lead here");
                    assert!(!has_ended(&server, &flow));
                    let token = page.input("_token").expect("a CSRF token");
                    send(&flow, "/oauth/logout", &[("_token", &token)]).await
                }
                _ => {
                    assert_eq!(send(&flow, "/logout", &[]).await.status, 403);
                    assert!(!has_ended(&server, &flow));
                    send(&flow, "/logout", &[("_token", &token)]).await
                }
            };
            assert_signed_out(&answer, what);
            assert!(has_ended(&server, &flow), "{what}");
            assert_eq!(deliver(&server), 1, "{what}");
            assert_eq!(flow.refresh(&tokens.refresh, &[]).await.status, 400, "{what}: bound to the session");
        }
    }

    async fn a_hint_ends_what_its_browser_forgot_and_never_what_somebody_uses(db: Database) {
        let party = GatewayServer::start();
        party.answer("200 OK\r\n");
        let server = settings().set("sessions.idle_lifetime", "1h").frozen().start(&db);
        let first = Flow::new(&server, |new| told(new, &party));
        for subject_type in [SubjectType::Public, SubjectType::Pairwise] {
            let client = server.client(|new| {
                told(new, &party);
                new.openid.subject_type = subject_type;
            });
            let flow = first.with_client(&server, client).with_session(&server, session_cookie(&server, "ada"));
            let hint = signed_in(&flow).await;
            let path = format!("/oauth/logout?id_token_hint={hint}");
            let nobody = flow.with_session(&server, "");
            assert_eq!(open(&nobody, &path).await.status, 200);
            assert!(is_signed_in(&flow).await, "a hint proves nothing of a browser elsewhere");
            assert_eq!(deliver(&server), 0);
            server.advance(TimeDelta::hours(2));
            let page = open(&nobody, &path).await;
            assert!(page.status == 200 && page.body.contains("<iframe"), "{}", page.body);
            assert!(has_ended(&server, &flow));
            assert_eq!(deliver(&server), 1);
        }
    }

    async fn a_session_that_nobody_signs_out_of_takes_along_what_is_bound_to_it_and_tells_nobody(db: Database) {
        let party = GatewayServer::start();
        let server = settings().set("sessions.idle_lifetime", "1d").set("sessions.lifetime", "3d").frozen().start(&db);
        let flow = Flow::new(&server, |new| told(new, &party));
        let bound = Tokens::of(&redeemed(&flow, &[("scope", "openid profile")]).await);
        let lasting = Tokens::of(&redeemed(&flow, &[("scope", "openid offline_access")]).await);
        let plain = Tokens::of(&redeemed(&flow, &[("scope", "profile")]).await);
        server.advance(TimeDelta::days(2));
        let later = flow.with_session(&server, session_cookie(&server, "ada"));
        let other = Tokens::of(&redeemed(&later, &[("scope", "openid profile")]).await);
        assert!(!session::end_run_out(&server.app).expect("a database"), "idle is not over");
        let bound = Tokens::of(&flow.refresh(&bound.refresh, &[]).await);
        server.advance(TimeDelta::days(1));
        assert!(session::end_run_out(&server.app).expect("a database"));
        assert!(!session::end_run_out(&server.app).expect("a database"), "once");
        assert_eq!(flow.refresh(&bound.refresh, &[]).await.status, 400);
        assert!(!flow.is_active(&bound.access).await);
        for tokens in [lasting, plain, other] {
            assert_eq!(flow.refresh(&tokens.refresh, &[]).await.status, 200);
        }
        assert_eq!(deliver(&server), 0);
        assert!(has_ended(&server, &flow) && !has_ended(&server, &later));
    }
}
