//! `prompt`, `max_age`, `acr_values` and the subject that is expected: OpenID Connect Core sections 3.1.2.1 and 5.5.

use chrono::TimeDelta;
use serde_json::json;

use super::{id_token, redeemed, verified};
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::{Flow, session_cookie};
use crate::support::second_factor::{sign_in_with_code, turn_on_totp};
use crate::support::server::{Setup, TestServer};

fn error(answer: &Answer) -> Option<String> {
    assert_eq!(answer.status, 302, "{}", answer.body);
    answer.redirect_parameter("error")
}

/// The way on that the sign-in page would take, which must be where the browser was sent.
pub(super) fn return_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{} {}", answer.header("location"), answer.body);
    let to = url::Url::parse("http://x").and_then(|base| base.join(answer.header("location"))).expect("a URL");
    assert!(["/login", "/register"].contains(&to.path()), "{to}");
    to.query_pairs().find(|(name, _)| name == "return_to").expect("return_to").1.into_owned()
}

pub(super) async fn follow(flow: &Flow<'_>, path: &str) -> Answer {
    let request = flow.request(reqwest::Method::GET, path).header("accept", "text/html");
    flow.send(request.header("cookie", &flow.cookie)).await
}

on_both! {
    async fn none_shows_no_page_whatever_is_missing(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        assert_eq!(error(&flow.authorize(&[("prompt", "none"), ("scope", "openid")]).await), None, "all is there");
        let third = flow.with_client(&server, server.client(|_| {})).allowed(&server, "openid");
        let cases: [(&[(&str, &str)], &str); 5] = [
            (&[("scope", "openid profile")], "consent_required"),
            (&[("claims", r#"{"userinfo":{"email":null}}"#)], "consent_required"),
            (&[("max_age", "0")], "login_required"),
            (&[("acr_values", "urn:grantor:2fa")], "unmet_authentication_requirements"),
            (&[("claims", r#"{"id_token":{"sub":{"value":"1"}}}"#)], "login_required"),
        ];
        let stranger = flow.with_client(&server, server.client(|_| {}));
        for (more, expected) in cases {
            let mut changes = vec![("prompt", "none"), ("scope", "openid")];
            changes.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
            changes.extend_from_slice(more);
            assert_eq!(error(&third.authorize(&changes).await).as_deref(), Some(expected), "{more:?}");
            let told = error(&stranger.authorize(&changes).await);
            assert_eq!(told.as_deref(), Some("consent_required"), "whom nobody let in learns nothing: {more:?}");
        }
        assert_eq!(error(&third.authorize(&[("prompt", "none"), ("scope", "openid")]).await), None);
        let him = format!(r#"{{"id_token":{{"sub":{{"value":"{}"}}}}}}"#, flow.user.id);
        let guess = stranger.authorize(&[("prompt", "none"), ("scope", "openid"), ("claims", &him)]).await;
        assert_eq!(error(&guess).as_deref(), Some("consent_required"), "not even by guessing right");
        let nobody = flow.with_session(&server, "");
        let answer = nobody.authorize(&[("prompt", "none"), ("scope", "openid")]).await;
        assert_eq!(error(&answer).as_deref(), Some("login_required"));
    }

    async fn login_and_max_age_want_a_new_sign_in_and_are_content_with_one(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        server.advance(TimeDelta::seconds(100));
        assert_eq!(error(&flow.authorize(&[("max_age", "100"), ("scope", "openid")]).await), None, "young enough");
        for changes in [[("prompt", "login"), ("scope", "openid")], [("max_age", "99"), ("scope", "openid")], [("max_age", "0"), ("scope", "openid")]] {
            let back = return_to(&flow.authorize(&changes).await);
            assert!(!back.contains("prompt") && !back.contains("max_age"), "sealed: {back}");
            let again = follow(&flow, &back).await;
            return_to(&again);
            let page = follow(&flow, &format!("/login?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", &back).finish())).await;
            assert_eq!(page.status, 200, "the same session is asked again, not sent round in circles");
            assert!(page.body.contains("ada Example"));
            server.advance(TimeDelta::seconds(1));
            let renewed = flow.with_session(&server, session_cookie(&server, "ada"));
            let done = follow(&renewed, &back).await;
            assert_eq!(done.status, 302, "{}", done.body);
            let answer = renewed.redeem(&done.redirect_parameter("code").expect("a code"), &[]).await;
            let claims = verified(&server, &renewed, &id_token(&answer), flow.client.id.as_str()).await;
            assert_eq!(claims["auth_time"], grantor::core::time::unix(server.app.now()));
            server.advance(TimeDelta::seconds(100));
        }
    }

    async fn a_long_request_comes_back_from_the_sign_in_page_as_a_short_one_does(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let (hint, state, nonce) = ("h".repeat(4000), "s".repeat(4000), "n".repeat(500));
        let long = [("login_hint", hint.as_str()), ("state", &state), ("nonce", &nonce), ("prompt", "login"), ("scope", "openid")];
        let back = return_to(&flow.authorize(&long).await);
        assert!(back.len() > 2 * server.app.config.limits.parameter_bytes);
        server.advance(TimeDelta::seconds(1));
        let nobody = flow.with_session(&server, "");
        let page = follow(&nobody, &format!("/login?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", &back).finish())).await;
        assert!(page.status == 200 && page.body.contains(&flow.client.metadata.client_name), "{}", page.body);
        let renewed = flow.with_session(&server, session_cookie(&server, "ada"));
        let done = follow(&renewed, &back).await;
        assert_eq!((done.status, done.redirect_parameter("state")), (302, Some(state.clone())));
        assert_eq!(follow(&renewed, &format!("{back}&state=mine")).await.status, 400, "beside others it is no request");
        let longer = "h".repeat(4097);
        assert_eq!(flow.authorize(&[("login_hint", &longer), ("prompt", "login")]).await.status, 400);
    }

    async fn what_was_sealed_for_one_browser_gives_an_old_session_of_another_no_new_sign_in(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let old = session_cookie(&server, "ada");
        server.advance(TimeDelta::seconds(5));
        let back = return_to(&flow.authorize(&[("prompt", "login"), ("scope", "openid")]).await);
        let victim = flow.with_session(&server, old);
        return_to(&follow(&victim, &back).await);
        server.advance(TimeDelta::hours(25));
        let late = flow.with_session(&server, session_cookie(&server, "ada"));
        assert_eq!(follow(&late, &back).await.status, 403, "it grows old");
        let (head, _) = back.split_at(back.len() - 4);
        assert_eq!(follow(&late, &format!("{head}AAAA")).await.status, 403, "and cannot be changed");
    }

    async fn the_default_max_age_of_a_client_counts_like_one_that_was_sent(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |new| new.openid.default_max_age = Some(60));
        server.advance(TimeDelta::seconds(61));
        return_to(&flow.authorize(&[("scope", "openid")]).await);
        assert_eq!(error(&flow.authorize(&[("scope", "openid"), ("max_age", "600")]).await), None, "the request knows better");
    }

    async fn consent_is_asked_for_though_it_was_given(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        assert_eq!(flow.authorize(&[("prompt", "consent"), ("scope", "openid")]).await.status, 200);
        assert_eq!(flow.authorize(&[("scope", "openid")]).await.status, 302);
    }

    async fn select_account_lets_the_person_choose_and_create_leads_to_registration(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        server.user("bob");
        let another = flow.with_session(&server, session_cookie(&server, "bob"));
        let answer = flow.authorize(&[("prompt", "select_account"), ("scope", "openid")]).await;
        let page = follow(&flow, answer.header("location")).await;
        assert_eq!(page.status, 200);
        let onward = page.body.split("href=\"").find_map(|part| part.strip_prefix("/oauth/authorize?resume=")).expect("a way on");
        let onward = format!("/oauth/authorize?resume={}", onward.split('"').next().unwrap_or_default());
        assert!(error(&follow(&flow, &onward).await).is_none());
        return_to(&follow(&another, &onward).await);
        let create = flow.authorize(&[("prompt", "create"), ("scope", "openid")]).await;
        assert!(create.header("location").starts_with("/register?"), "{}", create.header("location"));
        assert_eq!(follow(&flow, create.header("location")).await.status, 200, "no circle");
    }

    async fn a_stronger_sign_in_is_asked_for_where_the_person_can_give_it(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let strong = [("acr_values", "phr urn:grantor:2fa"), ("scope", "openid")];
        let unmet = flow.authorize(&strong).await;
        assert_eq!(error(&unmet).as_deref(), Some("unmet_authentication_requirements"), "no second factor is on");
        let stranger = flow.with_client(&server, server.client(|_| {}));
        return_to(&stranger.authorize(&strong).await);
        let (app, _) = turn_on_totp(&server, &flow.user);
        server.advance(TimeDelta::seconds(30));
        let back = return_to(&flow.authorize(&strong).await);
        let stronger = flow.with_session(&server, sign_in_with_code(&server, "ada", &app.code(&server, 0)));
        let done = follow(&stronger, &back).await;
        let answer = stronger.redeem(&done.redirect_parameter("code").expect("a code"), &[]).await;
        let claims = verified(&server, &stronger, &id_token(&answer), flow.client.id.as_str()).await;
        assert_eq!(claims["acr"], "urn:grantor:2fa");
        let phr = r#"{"id_token":{"acr":{"values":["phr"],"essential":true}}}"#;
        let unmet = stronger.authorize(&[("claims", phr), ("scope", "openid")]).await;
        assert_eq!(error(&unmet).as_deref(), Some("unmet_authentication_requirements"));
        let unknown = r#"{"id_token":{"acr":{"value":"gold","essential":true}}}"#;
        let unmet = stronger.authorize(&[("claims", unknown), ("scope", "openid")]).await;
        assert_eq!(error(&unmet).as_deref(), Some("unmet_authentication_requirements"));
        let unmet = stronger.authorize(&[("claims", phr), ("acr_values", "urn:grantor:1fa"), ("scope", "openid")]).await;
        assert_eq!(error(&unmet).as_deref(), Some("unmet_authentication_requirements"), "acr_values weaken no essential claim");
        let voluntary = redeemed(&stronger, &[("acr_values", "gold 1 2"), ("scope", "openid")]).await;
        id_token(&voluntary);
    }

    async fn whoever_asks_for_a_level_is_told_that_one_though_the_sign_in_is_stronger(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let (app, _) = turn_on_totp(&server, &flow.user);
        server.advance(TimeDelta::seconds(30));
        let strong = flow.with_session(&server, sign_in_with_code(&server, "ada", &app.code(&server, 0)));
        let one = r#"{"id_token":{"acr":{"value":"urn:grantor:1fa","essential":true}}}"#;
        let cases: [(&[(&str, &str)], &str); 5] = [
            (&[], "urn:grantor:2fa"),
            (&[("acr_values", "urn:grantor:1fa")], "urn:grantor:1fa"),
            (&[("acr_values", "urn:grantor:1fa phr urn:grantor:2fa")], "urn:grantor:2fa"),
            (&[("claims", one)], "urn:grantor:1fa"),
            (&[("acr_values", "gold")], "urn:grantor:2fa"),
        ];
        for (more, expected) in cases {
            let answer = redeemed(&strong, &[&[("scope", "openid")], more].concat()).await;
            let claims = verified(&server, &strong, &id_token(&answer), flow.client.id.as_str()).await;
            assert_eq!((&claims["acr"], &claims["amr"]), (&expected.into(), &json!(["pwd", "otp", "mfa"])), "{more:?}");
            let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
            assert_eq!(verified(&server, &strong, &token, server.app.config.issuer()).await["acr"], expected);
            assert_eq!(strong.introspect(&token).await["acr"], expected);
            let refreshed = strong.refresh(answer.json()["refresh_token"].as_str().expect("a token"), &[]).await;
            let claims = verified(&server, &strong, &id_token(&refreshed), flow.client.id.as_str()).await;
            assert_eq!(claims["acr"], expected, "after a refresh too");
        }
    }

    async fn the_pages_on_the_way_of_a_sealed_request_speak_its_language(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let sent = flow.authorize(&[("prompt", "login"), ("ui_locales", "de"), ("scope", "openid")]).await;
        let page = follow(&flow, sent.header("location")).await;
        assert!(page.body.contains("<html lang=\"de\""), "{}", page.body);
        server.advance(TimeDelta::seconds(1));
        let renewed = flow.with_client(&server, server.client(|_| {})).with_session(&server, session_cookie(&server, "ada"));
        let sent = renewed.authorize(&[("prompt", "login"), ("ui_locales", "de"), ("scope", "openid")]).await;
        let back = return_to(&sent);
        server.advance(TimeDelta::seconds(1));
        let renewed = renewed.with_session(&server, session_cookie(&server, "ada"));
        let consent = follow(&renewed, &back).await;
        assert!(consent.status == 200 && consent.body.contains("<html lang=\"de\""), "{}", consent.body);
        assert_eq!(follow(&renewed, &format!("{back}&prompt=none")).await.status, 400, "nothing else beside it counts");
    }

    async fn nobody_else_is_taken_for_the_expected_person(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let other = server.user("bob");
        let asked = format!(r#"{{"id_token":{{"sub":{{"value":"{}"}}}}}}"#, other.id);
        let back = return_to(&flow.authorize(&[("claims", &asked), ("scope", "openid")]).await);
        let again = flow.with_session(&server, session_cookie(&server, "ada"));
        assert_eq!(error(&follow(&again, &back).await).as_deref(), Some("login_required"));
        let right = flow.with_session(&server, session_cookie(&server, "bob"));
        assert_eq!(error(&follow(&right, &back).await), None);
    }
}
