//! Who does what, and what the audit log then says: exactly one event each, without a secret.

use grantor::account::audit::{self, Act, Actor, Event};
use grantor::account::second_factor;
use grantor::core::audit::Filter;
use grantor::store;
use reqwest::Method;
use serde_json::json;

use super::ledger::Ledger;
use crate::cli::running;
use crate::dialect::passport_support::{Session, bearer, one_time_password, post, text};
use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens};
use crate::support::second_factor::{another, turn_on_totp};
use crate::support::server::{PASSWORD, REDIRECT, Setup, TestServer};

const LOGIN: &str = "/api/v1/login";
const WRONG: &str = "a wrong secret word";

/// Nothing secret of a run may be found in the log, nor in the reasons of refusals.
fn assert_none_kept(server: &TestServer, secrets: &[&str]) {
    let mut rows: Vec<String> = Vec::new();
    let kept = audit::export::<store::Error>(&server.app, &Filter::default(), |batch| {
        rows.extend(batch.iter().map(|event| event.to_json().to_string()));
        Ok(())
    });
    assert!(kept.is_ok() && rows.len() > 3, "{rows:?}");
    for row in &rows {
        for secret in secrets.iter().chain(&[PASSWORD, WRONG]).filter(|secret| !secret.is_empty()) {
            assert!(!row.contains(secret), "{secret} is in {row}");
        }
        assert!(!row.contains("$2") && !row.contains("gra_"), "{row}");
    }
}

on_both! {
    async fn what_people_do_to_sign_in(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let log = Ledger::of(&server);
        let register = json!({
            "name": "Ada", "username": "ada", "email": "ada@example.com", "mobile": "0123456789", "dob": "2000-01-01",
            "password": PASSWORD, "password_confirmation": PASSWORD
        });
        assert_eq!(post(&server, "/api/v1/register", register).await.status, 201);
        let ada = server.app.read(|cx| store::users::by_login(cx.conn, "ada")).expect("read").expect("ada");
        log.name(ada.id, "ada");
        log.expect(&["ada user.register user:ada done 127.0.0.1"]);

        let login = |password: &str| post(&server, LOGIN, json!({ "email": "ada@example.com", "password": password }));
        let tokens = login(PASSWORD).await.json();
        log.expect(&["ada sign_in user:ada done 127.0.0.1"]);
        assert_eq!(login(WRONG).await.status, 401);
        log.expect(&["nobody sign_in.refused user:ada refused 127.0.0.1"]);
        post(&server, LOGIN, json!({ "email": "eve@example.com", "password": WRONG })).await;
        log.expect(&["nobody sign_in.refused - refused 127.0.0.1"]);

        let session = Session::of(&server, "ada");
        log.expect(&["ada sign_in user:ada done here"]);
        let out = session.request(&server, Method::POST, "/logout").form(&[("_token", &session.csrf)]);
        crate::dialect::passport_support::send(out).await;
        log.expect(&["ada sign_out user:ada done 127.0.0.1"]);

        post(&server, "/api/v1/top-up", json!({ "email": "ada@example.com" })).await;
        let otp = one_time_password(&server);
        let reset = |otp: &str| {
            post(&server, "/api/v1/password/reset", json!({
                "email": "ada@example.com", "otp": otp, "password": PASSWORD, "password_confirmation": PASSWORD
            }))
        };
        reset(another(&otp)).await;
        log.expect(&["nobody password.reset user:ada refused 127.0.0.1"]);
        reset(&otp).await;
        log.expect(&["ada password.reset user:ada done 127.0.0.1"]);

        let (app, codes) = turn_on_totp(&server, &server.app.read(|cx| store::users::by_login(cx.conn, "ada")).expect("read").expect("ada"));
        log.expect(&["ada second_factor.on user:ada done here", "ada recovery_codes.make user:ada done here"]);
        let refused = login(PASSWORD).await.json();
        log.expect(&[]);
        let second = |code: &str| post(&server, LOGIN, json!({ "two_factor_token": text(&refused, "two_factor_token"), "token": code }));
        let answer = second("000000").await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        log.expect(&["nobody second_factor.failed user:ada refused 127.0.0.1"]);
        let answer = second(&codes[0]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        log.expect(&["ada recovery_code.use user:ada done 127.0.0.1", "ada sign_in user:ada done 127.0.0.1"]);
        second_factor::reset(&server.app, &Actor::Operator, &ada).expect("off");
        log.expect(&["operator second_factor.off user:ada done here"]);
        let code = app.code(&server, 0);
        assert_none_kept(&server, &[text(&tokens, "access_token"), &otp, &code, &codes[0], &codes[1]]);
    }

    async fn what_people_do_with_apps_and_tokens(db: Database) {
        let server = Setup::default().frozen().set("tokens.refresh_grace", "0s").start(&db);
        let flow = Flow::new(&server, |new| new.policy.first_party = true);
        let log = Ledger::of(&server);
        log.name(flow.user.id, "ada");
        log.name(&flow.client.id, "app");
        let first = flow.tokens().await;
        let code = flow.code().await;
        let second = Tokens::of(&flow.redeem(&code, &[]).await);
        let third = Tokens::of(&flow.refresh(&second.refresh, &[]).await);
        log.expect(&[]);
        flow.redeem(&code, &[]).await;
        log.expect(&["app code.reuse grant:? refused 127.0.0.1"]);
        let fourth = Tokens::of(&flow.refresh(&first.refresh, &[]).await);
        flow.refresh(&first.refresh, &[]).await;
        log.expect(&["app refresh_token.reuse grant:? refused 127.0.0.1"]);
        let fifth = flow.tokens().await;
        flow.revoke(&fifth.access).await;
        log.expect(&["app token.revoke token:? done 127.0.0.1"]);
        flow.revoke(&fifth.refresh).await;
        log.expect(&["app grant.revoke grant:? done 127.0.0.1"]);

        let session = Session::of(&server, "ada");
        log.expect(&["ada sign_in user:ada done here"]);
        let personal = session.post(&server, "/oauth/personal-access-tokens", json!({ "name": "program", "scopes": [] })).await.json();
        log.name(text(&personal["token"], "id"), "program");
        log.expect(&["ada personal_token.create token:program done 127.0.0.1"]);
        session.delete(&server, &format!("/oauth/personal-access-tokens/{}", text(&personal["token"], "id"))).await;
        log.expect(&["ada personal_token.revoke token:program done 127.0.0.1"]);

        let made = session.post(&server, "/oauth/clients", json!({ "name": "Hers", "redirect": REDIRECT })).await.json();
        log.name(text(&made, "id"), "hers");
        log.expect(&["ada client.create client:hers done 127.0.0.1"]);
        let path = format!("/oauth/clients/{}", text(&made, "id"));
        session.put(&server, &path, json!({ "name": "Her app", "redirect": REDIRECT })).await;
        let edits = log.new_events();
        assert_eq!(serde_json::Value::from(edits[0].details.clone()), json!({ "name": { "old": "Hers", "new": "Her app" } }));
        session.delete(&server, &path).await;
        log.expect(&["ada client.disable client:hers done 127.0.0.1"]);
        assert_none_kept(&server, &[
            &code, &first.access, &first.refresh, &second.refresh, &third.access, &fourth.refresh, &flow.secret,
            text(&personal, "accessToken"), text(&made, "secret"),
        ]);
    }

    async fn what_people_do_to_their_account(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let log = Ledger::of(&server);
        log.name(ada.id, "ada");
        let tokens = post(&server, LOGIN, json!({ "email": "ada@example.com", "password": PASSWORD })).await.json();
        let (token, other) = (text(&tokens, "access_token"), Session::of(&server, "ada"));
        log.new_events();
        let send = |method, path: &'static str, body: serde_json::Value| {
            let request = crate::dialect::passport_support::request(&server, method, path);
            crate::dialect::passport_support::send(request.bearer_auth(token).json(&body))
        };
        send(Method::PATCH, "/api/me/details", json!({ "address": "1 St James's Square" })).await;
        let edits = log.new_events();
        assert_eq!(serde_json::Value::from(edits[0].details.clone()), json!({ "fields": ["address"] }), "no values");
        send(Method::PATCH, "/api/me/details/auth", json!({ "email": "countess@example.com" })).await;
        log.expect(&["ada email.change_asked user:ada done 127.0.0.1"]);
        let sessions = bearer(&server, Method::GET, "/api/me/sessions", token).await.json();
        let others = sessions["data"].as_array().expect("a list").iter().filter(|one| one["ip_address"] != "127.0.0.1");
        for other in others {
            let path = format!("/api/me/sessions/{}", text(other, "id"));
            assert_eq!(bearer(&server, Method::DELETE, &path, token).await.status, 204);
        }
        log.expect(&["ada session.end user:ada done 127.0.0.1"]);
        let new = json!({ "password": "a new password", "password_confirmation": "a new password" });
        send(Method::PATCH, "/api/me/details/auth", new).await;
        log.expect(&["ada password.change user:ada done 127.0.0.1"]);
        bearer(&server, Method::GET, "/api/me/export", token).await;
        log.expect(&["ada user.export user:ada done 127.0.0.1"]);
        let gone = send(Method::DELETE, "/api/me", json!({ "current_password": "a new password" })).await;
        assert!(gone.status < 300, "{}", gone.body);
        log.expect(&["ada user.delete user:ada done 127.0.0.1"]);
        assert_none_kept(&server, &[token, "a new password", "countess@", other.cookie.expose()]);
    }

    async fn what_operators_do(db: Database) {
        let server = TestServer::start(&db);
        let log = Ledger::of(&server);
        let run = |arguments: &[&str]| running::json(&db, arguments);
        let made = running::fed(&db, &["user", "create", "--json", "--email", "bob@example.com", "--username", "bob", "--name", "Bob", "--password-stdin"], PASSWORD).json();
        log.name(&made["id"], "bob");
        log.expect(&["operator user.create user:bob done here"]);
        let steps: &[(&[&str], &str)] = &[
            (&["user", "disable", "bob"], "operator user.disable user:bob done here"),
            (&["user", "enable", "bob"], "operator user.enable user:bob done here"),
            (&["user", "role", "bob", "staff"], "operator user.role user:bob done here"),
            (&["user", "staff", "bob", "--isp-id", "4"], "operator user.edit user:bob done here"),
            (&["user", "export", "bob"], "operator user.export user:bob done here"),
            (&["role", "create", "seller"], "operator role.create role:? done here"),
            (&["role", "edit", "seller", "--staff"], "operator role.edit role:? done here"),
            (&["role", "delete", "seller"], "operator role.delete role:? done here"),
            (&["scope", "create", "ships", "--description", "See ships"], "operator scope.create scope:? done here"),
            (&["token", "revoke", "--user", "bob"], "operator grant.revoke user:bob done here"),
            (&["user", "delete", "bob", "--yes"], "operator user.delete user:bob done here"),
        ];
        for (arguments, event) in steps {
            run(arguments);
            log.expect(&[event]);
        }
        run(&["keys", "rotate"]);
        log.expect(&["operator key.rotate key:? done here"; 3]);
        assert_none_kept(&server, &[]);
    }

    async fn an_event_goes_with_its_transaction(db: Database) {
        let server = TestServer::start(&db);
        let log = Ledger::of(&server);
        let undone: Result<(), store::Error> = server.app.write(|cx| {
            audit::record(cx, &Event::new(Actor::Server, Act::KeyRotate))?;
            Err(store::Error::Unavailable("the deed failed".to_owned()))
        });
        assert!(undone.is_err());
        // Its insert fails after the event of the first role was written.
        running::json(&db, &["role", "create", "seller"]);
        log.expect(&["operator role.create role:? done here"]);
        assert!(!running::run(&db, &["role", "create", "seller"]).complaint().is_empty());
        log.expect(&[]);
    }
}
