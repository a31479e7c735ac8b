//! `/account/sessions`.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

use super::account_confirm::{acts, sign_in};
use super::{assert_nothing_written, person_of, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::flow::session_cookie;
use crate::support::server::{PASSWORD, Setup, TestServer};

const SESSIONS: &str = "/account/sessions";
const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_6) AppleWebKit/537.36 (KHTML, like Gecko) \
                   Chrome/60.0.3112.90 Safari/537.36";

/// Signs in to the API; the access token.
async fn api_sign_in(server: &TestServer, username: &str) -> String {
    let body = json!({ "email": format!("{username}@example.com"), "password": PASSWORD });
    let request = Browser::new(server).request(Method::POST, "/api/v1/login").header("user-agent", MAC).json(&body);
    Answer::to(request).await.json()["access_token"].as_str().expect("a token").to_owned()
}

async fn api_works(server: &TestServer, token: &str) -> bool {
    let request = Browser::new(server).request(Method::GET, "/api/me").bearer_auth(token);
    Answer::to(request).await.status == 200
}

fn bare(cookie: &str) -> &str {
    cookie.strip_prefix("grantor_session=").expect("a cookie")
}

on_both! {
    async fn one_sees_where_one_is_signed_in_and_ends_one(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let other = session_cookie(&server, "ada");
        server.advance(TimeDelta::seconds(1));
        let token = api_sign_in(&server, "ada").await;
        server.advance(TimeDelta::seconds(1));
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let page = browser.get(SESSIONS).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.body.matches("value=\"end\"").count(), 2, "not the one that looks: {}", page.body);
        assert!(page.text_of(".rows li:first-child .tag").contains("This one"));
        assert!(page.text_of(".rows li:nth-child(2)").contains("Chrome on OS X") && page.text_of(".rows").contains("127.0.0.1"));
        assert!(page.text_of(".rows").contains("4 March 2026, 05:06 UTC"));

        let phone = page.input("id").expect("an identifier");
        let ended = submit(&browser, &page, SESSIONS, &[("action", "end"), ("id", &phone)]).await;
        assert_eq!((ended.status, ended.header("location")), (303, "/account/sessions?done=ended"), "{}", ended.body);
        assert!(!api_works(&server, &token).await, "its tokens too");
        assert!(person_of(&server, bare(&other)).is_some(), "the rest goes on");
        let again = submit(&browser, &page, SESSIONS, &[("action", "end"), ("id", &phone)]).await;
        assert_eq!((again.status, again.header("location")), (303, "/account/sessions?done=ended"), "sent twice");
        let page = browser.get(again.header("location")).await;
        assert!(page.text_of(".notice").contains("ended"));
        assert_eq!(page.body.matches("value=\"end\"").count(), 1);

        let id = page.input("id").expect("an identifier");
        assert_eq!(submit(&browser, &page, SESSIONS, &[("action", "end"), ("id", &id)]).await.status, 303);
        assert!(person_of(&server, bare(&other)).is_none());
        assert!(!browser.get(SESSIONS).await.body.contains("end_others"), "there is no other");
        assert!(acts(&server, &ada).iter().filter(|act| *act == "session.end done").count() == 2, "{:?}", acts(&server, &ada));
    }

    async fn all_others_are_ended_at_once(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        server.user("eve");
        let eves = session_cookie(&server, "eve");
        let others = [session_cookie(&server, "ada"), session_cookie(&server, "ada")];
        let (token, eves_token) = (api_sign_in(&server, "ada").await, api_sign_in(&server, "eve").await);
        let browser = Browser::new(&server);
        let own = sign_in(&browser, "ada").await;
        let page = browser.get(SESSIONS).await;
        let done = submit(&browser, &page, SESSIONS, &[("action", "end_others")]).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/sessions?done=others"), "{}", done.body);
        assert!(others.iter().all(|cookie| person_of(&server, bare(cookie)).is_none()));
        assert!(!api_works(&server, &token).await);
        assert!(person_of(&server, &own).is_some() && person_of(&server, bare(&eves)).is_some());
        assert!(api_works(&server, &eves_token).await);
        assert_eq!(acts(&server, &ada)[0], "session.end_all done");
        let again = submit(&browser, &page, SESSIONS, &[("action", "end_others")]).await;
        assert_eq!(again.status, 303);
        assert_eq!(acts(&server, &ada).iter().filter(|act| *act == "session.end_all done").count(), 1, "nothing was left to end");
    }

    async fn somebody_elses_is_not_there(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        server.user("eve");
        let adas = session_cookie(&server, "ada");
        let (ada, eve) = (Browser::new(&server), Browser::new(&server));
        let first = sign_in(&ada, "ada").await;
        sign_in(&eve, "eve").await;
        let id = ada.get(SESSIONS).await.input("id").expect("an identifier");
        let page = eve.get(SESSIONS).await;
        assert!(!page.body.contains(&id));
        server.reset_statements();
        for id in [id.as_str(), "", "x", "%00", "' OR 1=1 --", &"x".repeat(5000)] {
            let answer = submit(&eve, &page, SESSIONS, &[("action", "end"), ("id", id)]).await;
            assert_eq!(answer.status, 404, "{id:?}");
        }
        assert!(person_of(&server, bare(&adas)).is_some() && person_of(&server, &first).is_some());
    }

    async fn it_takes_this_browsers_own_form(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        session_cookie(&server, "ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let id = browser.get(SESSIONS).await.input("id").expect("an identifier");
        server.reset_statements();
        for form in [vec![("action", "end"), ("id", id.as_str())], vec![("action", "end_others")], vec![("_token", "x"), ("action", "end_others")]] {
            let answer = browser.post(SESSIONS, &form).await;
            assert_eq!(answer.status, 403);
            assert!(!answer.text_of(".alert").is_empty());
        }
        assert_nothing_written(&server);
        let nobody = Browser::new(&server).get(SESSIONS).await;
        assert_eq!((nobody.status, nobody.header("location")), (303, "/login?return_to=%2Faccount%2Fsessions"));
    }

    async fn a_long_list_is_read_page_by_page(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        for n in 0..30 {
            if n % 3 == 0 {
                server.advance(TimeDelta::seconds(1));
            }
            session_cookie(&server, "ada");
        }
        server.advance(TimeDelta::seconds(1));
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let page = browser.get(SESSIONS).await;
        assert_eq!(page.body.matches("class=\"row-title\"").count(), 25);
        let next = page.body.split("href=\"/account/sessions?after=").nth(1).expect("a way on").split('"').next().expect("a place");
        let rest = browser.get(&format!("{SESSIONS}?after={next}")).await;
        assert_eq!(rest.body.matches("class=\"row-title\"").count(), 6, "each once: {}", rest.body);
        assert!(!rest.body.contains("?after=") && rest.body.contains("href=\"/account/sessions\""));
        for odd in ["x", "1", "1.", ".a", "9999999999999999999.a", "0.a%27"] {
            let answer = browser.get(&format!("{SESSIONS}?after={odd}")).await;
            assert!([200].contains(&answer.status), "{odd}");
        }
    }
}
