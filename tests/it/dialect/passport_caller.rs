//! Who may manage clients and tokens, and by what.

use chrono::TimeDelta;
use grantor::account::{admin, session};
use grantor::core::user::Status;
use reqwest::Method;
use serde_json::json;

use super::passport_support::*;
use crate::support::database::on_both;
use crate::support::flow::session_of;
use crate::support::server::{REDIRECT, Setup, TestServer};

const ROUTES: [(Method, &str); 12] = [
    (Method::GET, "/oauth/tokens"),
    (Method::HEAD, "/oauth/tokens"),
    (Method::DELETE, "/oauth/tokens/1"),
    (Method::GET, "/oauth/clients"),
    (Method::POST, "/oauth/clients"),
    (Method::PUT, "/oauth/clients/1"),
    (Method::DELETE, "/oauth/clients/1"),
    (Method::GET, "/oauth/scopes"),
    (Method::GET, "/oauth/personal-access-tokens"),
    (Method::POST, "/oauth/personal-access-tokens"),
    (Method::DELETE, "/oauth/personal-access-tokens/1"),
    (Method::POST, "/oauth/token/refresh"),
];

/// The API cookie of a session, as a `Cookie` header.
async fn api_cookie(server: &TestServer, session: &Session) -> String {
    let answer = session.post(server, "/oauth/token/refresh", json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.header("set-cookie").split(';').next().expect("a cookie").to_owned()
}

/// The status that a caller with this cookie and CSRF token gets.
async fn status(server: &TestServer, cookie: &str, csrf: Option<&str>) -> u16 {
    let request = request(server, Method::GET, "/oauth/scopes").header("cookie", cookie);
    let request = match csrf {
        Some(csrf) => request.header("x-xsrf-token", csrf),
        None => request,
    };
    send(request).await.status
}

on_both! {
    async fn nobody_is_refused_everywhere(db: Database) {
        let server = TestServer::start(&db);
        for (method, path) in ROUTES {
            let answer = send(request(&server, method.clone(), path)).await;
            if method == Method::HEAD {
                assert_eq!((answer.status, answer.body.as_str()), (401, ""));
                continue;
            }
            golden(&server, "unauthenticated", &answer);
            // A browser that asks for a page gets no page either.
            let page = send(request(&server, method, path).header("accept", "text/html")).await;
            assert_eq!(page.header("content-type"), "application/json", "{path}");
        }
    }

    async fn a_session_needs_its_csrf_token(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Session::of(&server, "ada"), Session::of(&server, "eve"));
        for (method, path) in ROUTES {
            let bare = || request(&server, method.clone(), path).header("cookie", ada.header());
            if matches!(method, Method::GET | Method::HEAD) {
                assert_eq!(send(bare()).await.status, 200, "{path}");
                continue;
            }
            golden(&server, "csrf", &send(bare()).await);
            for wrong in [eve.csrf.as_str(), "", "nonsense", &ada.csrf[1..]] {
                golden(&server, "csrf", &send(bare().header("x-csrf-token", wrong)).await);
                golden(&server, "csrf", &send(bare().header("x-xsrf-token", wrong)).await);
                golden(&server, "csrf", &send(bare().form(&[("_token", wrong)])).await);
            }
        }
        let client = [("name", "a"), ("redirect", REDIRECT)];
        for header in ["x-csrf-token", "x-xsrf-token"] {
            let request = request(&server, Method::POST, "/oauth/clients").header("cookie", ada.header());
            assert_eq!(send(request.header(header, &ada.csrf).form(&client)).await.status, 201, "{header}");
        }
    }

    async fn a_refresh_sets_the_api_cookie(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let answer = session.post(&server, "/oauth/token/refresh", json!({})).await;
        golden(&server, "token-refreshed", &answer);
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("grantor_token="), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7200"] {
            assert!(cookie.split("; ").any(|part| part == attribute), "{attribute}: {cookie}");
        }
        let first = log_in(&server, "ada").await;
        let answer = bearer(&server, Method::POST, "/oauth/token/refresh", text(&first, "access_token")).await;
        golden(&server, "unauthenticated", &answer);
    }

    async fn the_api_cookie_works_with_its_csrf_token_only(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Session::of(&server, "ada"), Session::of(&server, "eve"));
        let cookie = api_cookie(&server, &ada).await;
        assert_eq!(status(&server, &cookie, Some(&ada.csrf)).await, 200);
        assert_eq!(status(&server, &cookie, None).await, 401);
        assert_eq!(status(&server, &cookie, Some("")).await, 401);
        assert_eq!(status(&server, &cookie, Some(&eve.csrf)).await, 401);
        let damaged = format!("{}x", cookie);
        assert_eq!(status(&server, &damaged, Some(&ada.csrf)).await, 401);
        // The value of one cookie under the name of the other.
        let swapped = format!("grantor_token={}", ada.cookie.expose());
        assert_eq!(status(&server, &swapped, Some(&ada.csrf)).await, 401);
        let swapped = cookie.replace("grantor_token", "grantor_session");
        assert_eq!(status(&server, &swapped, Some(&ada.csrf)).await, 401);
        // It gives no fresh cookie: only the session does.
        let refresh = request(&server, Method::POST, "/oauth/token/refresh").header("cookie", &cookie);
        golden(&server, "unauthenticated", &send(refresh.header("x-csrf-token", &ada.csrf)).await);
        let body = json!({ "name": "a", "redirect": REDIRECT });
        let create = || request(&server, Method::POST, "/oauth/clients").header("cookie", &cookie).json(&body);
        assert_eq!(send(create()).await.status, 401);
        let made = send(create().header("x-csrf-token", &ada.csrf)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        // Planted in another's browser, it makes nobody act as its owner.
        let planted = format!("{}; {cookie}", eve.header());
        let request = request(&server, Method::GET, "/oauth/clients").header("cookie", planted);
        let answer = send(request.header("x-csrf-token", &eve.csrf)).await;
        assert_eq!(answer.json(), json!([]), "eve's clients, not ada's");
    }

    async fn the_api_cookie_ends_with_its_session_and_its_time(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let user = server.user("ada");
        let first = Session::of(&server, "ada");
        let cookie = api_cookie(&server, &first).await;
        assert_eq!(status(&server, &cookie, Some(&first.csrf)).await, 200);
        session::sign_out(&server.app, &session_of(&server.app, &first.cookie)).expect("signed out");
        assert_eq!(status(&server, &cookie, Some(&first.csrf)).await, 401);
        assert_eq!(status(&server, &first.header(), Some(&first.csrf)).await, 401);

        let second = Session::of(&server, "ada");
        let cookie = api_cookie(&server, &second).await;
        assert_eq!(status(&server, &cookie, Some(&first.csrf)).await, 401, "of an older session");
        server.advance(TimeDelta::hours(2) - TimeDelta::seconds(1));
        assert_eq!(status(&server, &cookie, Some(&second.csrf)).await, 200);
        server.advance(TimeDelta::seconds(1));
        assert_eq!(status(&server, &cookie, Some(&second.csrf)).await, 401);
        assert_eq!(status(&server, &second.header(), None).await, 200, "the session goes on");

        let cookie = api_cookie(&server, &second).await;
        let first = log_in(&server, "ada").await;
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &user, Status::Disabled).expect("disabled");
        assert_eq!(status(&server, &cookie, Some(&second.csrf)).await, 401);
        assert_eq!(status(&server, &second.header(), Some(&second.csrf)).await, 401);
        let answer = bearer(&server, Method::GET, "/oauth/scopes", text(&first, "access_token")).await;
        golden(&server, "unauthenticated", &answer);
    }

    async fn third_party_and_personal_tokens_manage_nothing(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let (client, secret) = server.client(|_| {});
        let third = third_party(&server, &session, &client, &secret).await;
        let all = json!({ "name": "all", "scopes": ["profile", "email", "phone", "address", "account"] });
        let personal = session.post(&server, "/oauth/personal-access-tokens", all).await.json();
        for token in [text(&third, "access_token"), text(&personal, "accessToken")] {
            for (method, path) in ROUTES {
                if method == Method::HEAD || path == "/oauth/token/refresh" {
                    continue;
                }
                golden(&server, "forbidden", &bearer(&server, method.clone(), path, token).await);
                // The person's session beside it changes nothing.
                let both = session.request(&server, method, path).bearer_auth(token);
                golden(&server, "forbidden", &send(both).await);
            }
        }
        let form = [("grant_type", "client_credentials")];
        let request = request(&server, Method::POST, "/oauth/token").basic_auth(client.id.as_str(), Some(&secret));
        let own = send(request.form(&form)).await.json();
        let answer = bearer(&server, Method::GET, "/oauth/scopes", text(&own, "access_token")).await;
        golden(&server, "unauthenticated", &answer);
    }

    async fn an_authorization_header_is_never_passed_over(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let first = log_in(&server, "ada").await;
        let good = text(&first, "access_token");
        let nul = "x.eyJqdGkiOiJcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDAifQ.y";
        for header in [
            "", "Bearer", "Bearer ", "Basic YWRhOnB3", "Digest x", "Bearer a b", "Bearer \u{e4}",
            &format!("Bearer {good}x"), &format!("Bearer{good}"), &format!("Token {good}"), good,
            &format!("Bearer {nul}"), &format!("Bearer {}", "a".repeat(5000)), "Bearer gra_at_x.y",
        ] {
            let request = session.request(&server, Method::GET, "/oauth/scopes").header("authorization", header);
            golden(&server, "unauthenticated", &send(request).await);
        }
        let twice = session.request(&server, Method::GET, "/oauth/scopes").bearer_auth(good).bearer_auth(good);
        golden(&server, "unauthenticated", &send(twice).await);
        let lower = request(&server, Method::GET, "/oauth/scopes").header("authorization", format!("bearer {good}"));
        assert_eq!(send(lower).await.status, 200);
    }
}
