//! What the server has of a person, and the end of an account.

use chrono::TimeDelta;
use diesel::{RunQueryDsl as _, sql_query};
use grantor::account::credentials::Asker;
use grantor::account::login::{Origin, verify};
use grantor::account::{ends, session};
use grantor::core::user::User;
use grantor::oauth::first_party;
use grantor::store::belongings;
use reqwest::Method;
use serde_json::{Value, json};

use super::{person, registration};
use crate::dialect::passport_support::{self as passport, Session, text};
use crate::support::database::on_both;
use crate::support::second_factor::turn_on_totp;
use crate::support::server::{PASSWORD, Setup, TestServer};

async fn delete(server: &TestServer, token: &str, password: &str) -> crate::support::browser::Answer {
    let request = passport::request(server, Method::DELETE, "/api/me").bearer_auth(token);
    passport::send(request.json(&json!({ "current_password": password }))).await
}

/// A person who signed in at another time.
fn asker(user: &User) -> Asker {
    Asker { user: user.clone(), auth_time: None, spared: None, origin: Origin::default() }
}

fn forget_password(server: &TestServer) {
    let done = server.app.write(|cx| {
        Ok::<_, grantor::store::Error>(sql_query("UPDATE users SET password_hash = NULL").execute(cx.conn)?)
    });
    assert_eq!(done.expect("a database"), 1);
}

fn admin_user(server: &TestServer, username: &str) -> User {
    let user = server.user(username);
    let app = &server.app;
    grantor::account::roles::give(app, &grantor::core::audit::Actor::Operator, &user, &"admin".into())
        .expect("an admin");
    person(server, username).expect("there")
}

on_both! {
    async fn people_get_all_that_the_server_has_of_them(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        server.user("grace");
        let session = Session::of(&server, "ada");
        let tokens = passport::log_in(&server, "ada").await;
        let token = text(&tokens, "access_token");
        let (client, secret) = server.client(|new| new.owner = Some(ada.clone()));
        let third = passport::third_party(&server, &session, &client, &secret).await;
        let personal = json!({ "name": "my script", "scopes": [] });
        let personal = session.post(&server, "/oauth/personal-access-tokens", personal).await.json();
        passport::post(&server, "/api/v1/top-up", json!({ "email": "ada@example.com" })).await;

        let answer = passport::bearer(&server, Method::GET, "/api/me/export", token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let all = answer.json();
        assert_eq!(all["profile"]["email"], "ada@example.com");
        assert_eq!(all["sessions"].as_array().map(Vec::len), Some(2));
        assert_eq!(all["consents"][0]["client_id"], client.id.as_str());
        assert_eq!(all["clients"][0]["id"], client.id.as_str());
        assert_eq!(all["personal_access_tokens"][0]["name"], "my script");
        let kinds: Vec<&Value> = all["grants"].as_array().expect("grants").iter().map(|grant| &grant["kind"]).collect();
        assert!(kinds.contains(&&json!("authorization_code")) && kinds.contains(&&json!("first_party")), "{kinds:?}");
        assert_eq!(all["known_devices"].as_array().map(Vec::len), Some(2));
        let messages = all["messages"].as_array().expect("messages");
        assert!(messages.iter().any(|message| message["kind"] == "one_time_password"), "{messages:?}");

        let hash = person(&server, "ada").unwrap().password_hash.unwrap();
        let cookie = server.app.secrets.hash(session.cookie.expose());
        let known = [
            hash.as_str(), cookie.as_str(), session.cookie.expose(), token, &secret, text(&third, "access_token"),
            text(&third, "refresh_token"), text(&personal, "accessToken"), &passport::one_time_password(&server),
        ];
        for secret in known {
            assert!(!answer.body.contains(secret), "{secret} is in {}", answer.body);
        }
        let other = passport::log_in(&server, "grace").await;
        let others = passport::bearer(&server, Method::GET, "/api/me/export", text(&other, "access_token")).await;
        assert!(!others.body.contains("ada"), "{}", others.body);
    }

    async fn no_third_party_sees_or_ends_an_account(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let (client, secret) = server.client(|_| ());
        let third = passport::third_party(&server, &session, &client, &secret).await;
        let personal = session.post(&server, "/oauth/personal-access-tokens", json!({ "name": "a", "scopes": [] })).await;
        for token in [text(&third, "access_token"), text(&personal.json(), "accessToken")] {
            assert_eq!(passport::bearer(&server, Method::GET, "/api/me/export", token).await.status, 403);
            assert_eq!(delete(&server, token, PASSWORD).await.status, 403);
        }
        for path in ["/api/me", "/api/me/export"] {
            let method = if path.ends_with("me") { Method::DELETE } else { Method::GET };
            assert_eq!(passport::send(passport::request(&server, method, path)).await.status, 401);
        }
        // The cookie alone is no consent of its owner's.
        let forged = passport::request(&server, Method::DELETE, "/api/me").header("cookie", session.header());
        assert_eq!(passport::send(forged.json(&json!({ "current_password": PASSWORD }))).await.status, 401);
        assert!(person(&server, "ada").is_some());
    }

    async fn an_account_ends_with_all_that_is_its_owners(db: Database) {
        let server = Setup::default().set("cache.staleness", "5m").start(&db);
        let ada = server.user("ada");
        server.user("grace");
        let session = Session::of(&server, "ada");
        let (client, secret) = server.client(|new| new.owner = Some(ada.clone()));
        let third = passport::third_party(&server, &Session::of(&server, "grace"), &client, &secret).await;
        let tokens = passport::log_in(&server, "ada").await;
        let token = text(&tokens, "access_token");
        passport::post(&server, "/api/v1/top-up", json!({ "email": "ada@example.com" })).await;

        for wrong in ["", "not the password"] {
            let refused = delete(&server, token, wrong).await;
            assert_eq!(refused.status, 422, "{}", refused.body);
            assert!(refused.json()["errors"]["current_password"].is_array());
        }
        assert_eq!(delete(&server, token, PASSWORD).await.status, 204);

        assert!(person(&server, "ada").is_none());
        assert_eq!(passport::bearer(&server, Method::GET, "/oauth/tokens", token).await.status, 401);
        assert_eq!(session.get(&server, "/oauth/clients").await.status, 401);
        let again = json!({ "email": "ada@example.com", "password": PASSWORD });
        assert_eq!(passport::post(&server, "/api/v1/login", again).await.status, 401);
        assert_eq!(passport::refresh_first_party(&server, text(&tokens, "refresh_token")).await.status, 400);
        // Their clients go too, and what other people let those do.
        assert_eq!(passport::introspect(&server, text(&third, "access_token")).await["active"], false);
        assert_eq!(passport::refresh(&server, &client, &secret, text(&third, "refresh_token")).await.status, 401);
        let (same, secret) = server.client(|new| {
            new.id = Some(client.id.to_string());
            new.secret = Some(grantor::core::secret::Plain::new("x".repeat(40)));
        });
        assert_eq!(passport::introspect(&server, text(&third, "access_token")).await["active"], false);
        assert_eq!(passport::refresh(&server, &same, &secret, text(&third, "refresh_token")).await.status, 400);
        let left = server.app.read(|cx| belongings::of(cx.conn, ada.id, &["ada@example.com"])).unwrap();
        assert!(left.sessions.is_empty() && left.consents.is_empty() && left.messages.is_empty());
        assert!(left.grants.iter().all(|grant| grant.ended_at.is_some()), "{:?}", left.grants);
        // The names are free again.
        let anew = registration("ada", "ada@example.com", "0123456789");
        assert_eq!(passport::post(&server, "/api/v1/register", anew).await.status, 201);
        assert_eq!(passport::bearer(&server, Method::GET, "/oauth/tokens", token).await.status, 401);
    }

    async fn messages_to_the_telephone_of_a_second_factor_are_theirs_too(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let tokens = passport::log_in(&server, "ada").await;
        crate::support::second_factor::turn_on_sms(&server, &ada);
        let token = text(&tokens, "access_token");
        let all = passport::bearer(&server, Method::GET, "/api/me/export", token).await.json();
        let messages = all["messages"].as_array().expect("messages");
        assert!(messages.iter().any(|message| message["recipient"] == "+381641234567"), "{messages:?}");
        assert_eq!(delete(&server, token, PASSWORD).await.status, 204);
        assert!(crate::support::outbox::all(&server).iter().all(|(to, _)| to != "+381641234567"));
    }

    async fn a_number_in_a_profile_makes_no_message_theirs(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (ada, eve) = (server.user("ada"), server.user("eve"));
        crate::support::second_factor::turn_on_sms(&server, &ada);
        let kept = || crate::support::outbox::all(&server).iter().filter(|(to, _)| to == "+381641234567").count();
        let before = kept();
        let phone = Some("+381641234567".to_owned());
        let details = grantor::account::profile::Details { phone, ..Default::default() };
        grantor::account::people::edit(&server.app, &grantor::account::people::Acting::operator(), eve.id, &details).expect("changed");
        let origin = Origin { address: "192.0.2.7".to_owned(), user_agent: None };
        grantor::account::second_factor::begin_sms(&server.app, &eve, "+381", "641234567", &origin).expect("begun");
        assert_eq!(kept(), before + 1);
        let eve = person(&server, "eve").expect("there");
        let all = ends::export(&server.app, &grantor::core::audit::Actor::Operator, &eve).expect("an export");
        assert!(!all["messages"].to_string().contains("+381641234567"), "{}", all["messages"]);
        ends::delete_by_operator(&server.app, &grantor::core::audit::Actor::Operator, &eve).expect("deleted");
        assert_eq!(kept(), before + 1, "whose number it is may still need them");
    }

    async fn names_stay_taken_where_the_operator_wants_it(db: Database) {
        for policy in ["off", "sign-in"] {
            let server = Setup::default()
                .set("registration.reserve_names", true)
                .set("registration.email_verification", policy)
                .start(&db);
            let username = format!("ada-{policy}");
            let ada = server.user(&username);
            ends::delete_by_operator(&server.app, &grantor::core::audit::Actor::Operator, &ada).unwrap();
            let register = |username: &str, email: &str| {
                let body = registration(username, email, &format!("01234567{:02}", email.len()));
                passport::post(&server, "/api/v1/register", body)
            };
            let shouted = register(&username.to_uppercase(), "free@example.com").await;
            assert_eq!((shouted.status, shouted.body.contains("username")), (422, true), "{}", shouted.body);
            let taken = register("free", &format!("{username}@example.com")).await;
            assert_eq!(taken.status, if policy == "off" { 422 } else { 201 }, "{}", taken.body);
            assert!(person(&server, "free").is_none());
            let grace = server.user(&format!("grace-{policy}"));
            let address = format!("{username}@example.com");
            server.app.write(move |cx| grantor::account::email::begin_change(cx, &grace, &address)).unwrap();
            let sent = grantor::account::post::newest(&server.app, 10).unwrap();
            assert!(sent.iter().all(|(message, _)| message.kind != "email_change"), "{sent:?}");
        }
    }

    async fn the_only_admin_stays(db: Database) {
        let server = TestServer::start(&db);
        let ada = admin_user(&server, "ada");
        let tokens = passport::log_in(&server, "ada").await;
        let token = text(&tokens, "access_token");
        assert_eq!(delete(&server, token, PASSWORD).await.status, 403);
        assert!(ends::delete_by_operator(&server.app, &grantor::core::audit::Actor::Operator, &ada).is_err());
        let grace = admin_user(&server, "grace");
        let rivals: Vec<_> = [ada, grace]
            .into_iter()
            .map(|user| {
                let app = std::sync::Arc::clone(&server.app);
                tokio::task::spawn_blocking(move || ends::delete_by_operator(&app, &grantor::core::audit::Actor::Operator, &user).is_ok())
            })
            .collect();
        let mut gone = 0;
        for rival in rivals {
            gone += usize::from(rival.await.unwrap());
        }
        assert_eq!(gone, 1, "both admins went at once");
    }

    async fn guesses_at_the_password_are_counted(db: Database) {
        let server = Setup::default().set("limits.sign_in_attempts", 2).start(&db);
        server.user("ada");
        let tokens = passport::log_in(&server, "ada").await;
        let token = text(&tokens, "access_token");
        for expected in [422, 422, 429] {
            assert_eq!(delete(&server, token, "a guess at it").await.status, expected);
        }
        assert!(person(&server, "ada").is_some());
    }

    async fn what_is_kept_is_handed_to_a_fresh_sign_in_alone(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let tokens = passport::log_in(&server, "ada").await;
        let export = || passport::bearer(&server, Method::GET, "/api/me/export", text(&tokens, "access_token"));
        server.advance(TimeDelta::seconds(300));
        assert_eq!(export().await.status, 200);
        server.advance(TimeDelta::seconds(1));
        let refused = export().await;
        passport::golden_at(&server, "profile/export-stale", &refused, |redactions| redactions);
        // A token that was refreshed is of the same sign-in.
        let again = passport::refresh_first_party(&server, text(&tokens, "refresh_token")).await.json();
        let refused = passport::bearer(&server, Method::GET, "/api/me/export", text(&again, "access_token")).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
        let anew = passport::log_in(&server, "ada").await;
        let answer = passport::bearer(&server, Method::GET, "/api/me/export", text(&anew, "access_token")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    async fn who_has_no_password_leaves_by_a_fresh_sign_in(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let tokens = passport::log_in(&server, "ada").await;
        let token = text(&tokens, "access_token");
        forget_password(&server);
        let bare = || passport::bearer(&server, Method::DELETE, "/api/me", token);
        server.advance(TimeDelta::seconds(301));
        for refused in [bare().await, delete(&server, token, PASSWORD).await] {
            assert_eq!(refused.status, 422, "{}", refused.body);
            assert!(refused.json()["errors"]["current_password"].is_array());
        }
        assert!(person(&server, "ada").is_some());
        server.advance(TimeDelta::seconds(-10));
        assert_eq!(bare().await.status, 204);
        assert!(person(&server, "ada").is_none());
    }

    async fn who_has_a_second_factor_leaves_by_a_fresh_sign_in_and_the_password(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let tokens = passport::log_in(&server, "ada").await;
        let token = text(&tokens, "access_token");
        turn_on_totp(&server, &ada);
        server.advance(TimeDelta::seconds(301));
        assert_eq!(delete(&server, token, PASSWORD).await.status, 422);
        assert!(person(&server, "ada").is_some());
        server.advance(TimeDelta::seconds(-10));
        assert_eq!(delete(&server, token, "").await.status, 422);
        assert_eq!(delete(&server, token, PASSWORD).await.status, 204);
    }

    async fn a_sign_in_on_its_way_comes_too_late(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let origin = Origin::default();
        let early = [(); 2].map(|()| verify(&server.app, "ada", PASSWORD, &origin).unwrap());
        ends::delete(&server.app, &asker(&ada), Some(PASSWORD)).unwrap();
        let [one, two] = early;
        assert!(session::sign_in(&server.app, one, origin.clone(), None).is_err());
        assert!(first_party::sign_in(&server.app, two, first_party::Lasting::Refreshed, origin).is_err());
        let none = server.app.read(|cx| belongings::of(cx.conn, ada.id, &[])).unwrap();
        assert!(none.sessions.is_empty() && none.grants.is_empty());
    }

    async fn a_password_that_was_changed_meanwhile_ends_nothing(db: Database) {
        let server = TestServer::start(&db);
        // As the request found them, before the change.
        let ada = server.user("ada");
        grantor::account::admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &ada, "a whole new password").unwrap();
        let done = ends::delete(&server.app, &asker(&ada), Some(PASSWORD));
        assert!(matches!(done, Err(ends::EndError::Invalid(_))), "{done:?}");
        let now = person(&server, "ada").expect("still there");
        ends::delete(&server.app, &asker(&now), Some("a whole new password")).unwrap();
        assert!(person(&server, "ada").is_none());
    }

    async fn two_admins_are_not_closed_at_once(db: Database) {
        let server = TestServer::start(&db);
        let rivals = ["ada", "grace"].map(|name| admin_user(&server, name)).map(|user| {
            let app = std::sync::Arc::clone(&server.app);
            tokio::task::spawn_blocking(move || {
                grantor::account::admin::set_status(&app, &grantor::core::audit::Actor::Operator, &user, grantor::core::user::Status::Disabled).is_ok()
            })
        });
        let mut closed = 0;
        for rival in rivals {
            closed += usize::from(rival.await.unwrap());
        }
        assert_eq!(closed, 1);
    }
}
