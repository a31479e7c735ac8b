//! What attackers try: each of these went through once.

use grantor::account::admin;
use grantor::account::register::Registration;
use grantor::app::new_setup_link;
use reqwest::Method;

use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens, assert_refused};
use crate::support::outbox;
use crate::support::server::{PASSWORD, Setup, TestServer};

async fn login(browser: &Browser, address: &str, email: &str, password: &str) -> Answer {
    let request = browser.request(Method::POST, "/api/v1/login").header("x-forwarded-for", address);
    browser.send(request.form(&[("email", email), ("password", password)])).await
}

/// Behind a proxy, so that a test may come from any address.
fn proxied(per_account: u32, per_address: u32) -> Setup {
    Setup::default()
        .set("server.trusted_proxies", "127.0.0.0/8")
        .set("limits.sign_in_attempts", per_account)
        .set("limits.sign_in_attempts_per_address", per_address)
}

on_both! {
    async fn nobody_gets_a_code_unasked_by_asking_for_no_scope(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.first_party = false);
        let answer = flow.authorize(&[("scope", " ")]).await;
        assert_eq!(answer.status, 200, "{}", answer.header("location"));
        assert!(answer.input("auth_token").is_some());
    }

    async fn a_null_character_in_basic_is_no_client(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        for id in ["a\0b", "a%00b"] {
            let request = flow.request(Method::POST, "/oauth/token").basic_auth(id, Some("secret"));
            let answer = flow.send(request.form(&[("grant_type", "client_credentials")])).await;
            assert_refused(&answer, 401, "invalid_client");
        }
    }

    async fn a_json_member_may_come_once(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let body = r#"{"grant_type":"client_credentials","scope":"profile","scope":"email"}"#;
        let request = flow.request(Method::POST, "/oauth/token").basic_auth(flow.client.id.as_str(), Some(&flow.secret));
        let answer = flow.send(request.header("content-type", "application/json").body(body)).await;
        assert_refused(&answer, 400, "invalid_request");
    }

    async fn the_addresses_of_one_ipv6_network_count_as_one(db: Database) {
        let server = proxied(2, 2).start(&db);
        let browser = Browser::new(&server);
        for (at, status) in [401, 401, 429].into_iter().enumerate() {
            let answer = login(&browser, &format!("2001:db8:1:2::{at}"), &format!("nobody{at}@example.com"), "x").await;
            assert_eq!(answer.status, status, "{at}");
        }
        assert_eq!(login(&browser, "2001:db8:1:3::1", "nobody@example.com", "x").await.status, 401);
    }

    async fn whoever_is_held_back_locks_nobody_out(db: Database) {
        let server = proxied(2, 2).start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        for _ in 0..2 {
            login(&browser, "192.0.2.1", "nobody@example.com", "x").await;
        }
        for _ in 0..5 {
            assert_eq!(login(&browser, "192.0.2.1", "ada@example.com", "x").await.status, 429);
        }
        assert_eq!(login(&browser, "192.0.2.2", "ada@example.com", PASSWORD).await.status, 200);
    }

    async fn a_new_password_voids_the_one_time_password(db: Database) {
        let server = TestServer::start(&db);
        let user = server.user("ada");
        let browser = Browser::new(&server);
        let sent = browser.post("/api/v1/top-up", &[("email", "ada@example.com")]).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        let code = outbox::code(&server);
        admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &user, "another password").expect("set");
        let fields = [
            ("email", "ada@example.com"),
            ("otp", &code),
            ("password", "the attacker's"),
            ("password_confirmation", "the attacker's"),
        ];
        assert_eq!(browser.post("/api/v1/password/reset", &fields).await.status, 422);
    }

    async fn a_setup_link_dies_with_the_first_admin(db: Database) {
        let server = TestServer::start(&db);
        let token = new_setup_link(&server.app, &grantor::core::audit::Actor::Operator).expect("a database").expect("a link");
        let registration = |name: &str| Registration {
            name: Some(name.to_owned()),
            username: Some(name.to_owned()),
            email: Some(format!("{name}@example.com")),
            password: Some(PASSWORD.to_owned()),
            password_confirmation: Some(PASSWORD.to_owned()),
            ..Registration::default()
        };
        admin::create(&server.app, &grantor::core::audit::Actor::Operator, &registration("root"), |new| new.admin()).expect("made");
        assert!(admin::set_up(&server.app, &token, &registration("mallory")).is_err());
        let page = Browser::new(&server).get(&format!("/setup?token={}", token.expose())).await;
        assert_eq!(page.status, 410);
    }

    async fn what_a_caller_writes_before_the_proxys_word_hides_nothing(db: Database) {
        let server = proxied(2, 2).start(&db);
        let browser = Browser::new(&server);
        let hidden = |at: usize| {
            let value = [b"\xff, 192.0.2.1".as_slice(), b"\xe9\xe9,192.0.2.1"][at % 2];
            let header = reqwest::header::HeaderValue::from_bytes(value).expect("a header");
            let request = browser.request(Method::POST, "/api/v1/login").header("x-forwarded-for", header);
            browser.send(request.form(&[("email", format!("nobody{at}@example.com").as_str()), ("password", "x")]))
        };
        assert_eq!(login(&browser, "192.0.2.1", "nobody@example.com", "x").await.status, 401);
        assert_eq!(hidden(1).await.status, 401);
        assert_eq!(hidden(2).await.status, 429);
    }

    async fn a_proxy_may_write_the_port_beside_the_address(db: Database) {
        let server = proxied(2, 2).start(&db);
        let browser = Browser::new(&server);
        for [one, two, three, another] in [
            ["192.0.2.1:51234", "192.0.2.1:51235", "192.0.2.1", "192.0.2.2:51234"],
            ["[2001:db8:1::1]:443", "2001:db8:1::1", "[2001:db8:1::1]", "[2001:db8:2::1]:443"],
        ] {
            for (address, status) in [(one, 401), (two, 401), (three, 429), (another, 401)] {
                let name = format!("{}@example.com", address.replace([':', '[', ']'], "-"));
                assert_eq!(login(&browser, address, &name, "x").await.status, status, "{address}");
            }
        }
    }

    async fn two_authorization_headers_are_one_too_many(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let request = flow.token_request(&[("grant_type".to_owned(), "client_credentials".to_owned())]);
        let answer = flow.send(request.header("authorization", "Basic bm9ib2R5Om5vdGhpbmc=")).await;
        assert_refused(&answer, 400, "invalid_request");
    }
}

#[test]
fn a_redirect_uri_leads_where_the_parser_says() {
    use grantor::core::redirect::RedirectUri;
    for bad in ["https:app.example/cb", "https:/app.example/cb", "https:///app.example/cb", "http:127.0.0.1/cb"] {
        assert!(RedirectUri::parse(bad).is_err(), "{bad}");
    }
    for good in ["HTTPS://app.example/cb", "http://127.0.0.1/cb", "com.example.app:/cb", "com.example.app:cb"] {
        assert!(RedirectUri::parse(good).is_ok(), "{good}");
    }
}

#[test]
fn a_host_is_a_name_and_cannot_speak_in_a_header() {
    use grantor::core::redirect::RedirectUri;
    for host in ["evil.example;sandbox", "evil.example,x", "a%3Bsandbox", "evil.example'", "a$b", "a!b", "(a)"] {
        assert!(RedirectUri::parse(&format!("https://{host}/cb")).is_err(), "{host}");
    }
    for good in
        ["https://app.example/cb", "https://[2001:db8::1]:8443/cb", "https://xn--bcher-kva.example/", "https://a_b/"]
    {
        assert!(RedirectUri::parse(good).is_ok(), "{good}");
    }
}

on_both! {
    async fn a_scope_that_was_taken_from_a_client_is_not_refreshed(db: Database) {
        let server = Setup::default().set("cache.staleness", "0s").start(&db);
        let flow = Flow::new(&server, |_| {});
        let code = flow.authorize(&[("scope", "profile email")]).await.redirect_parameter("code").expect("a code");
        let tokens = Tokens::of(&flow.redeem(&code, &[]).await);
        let mut client = flow.client.clone();
        client.policy.scopes = Some(vec!["profile".into()]);
        server.app.write(move |cx| grantor::store::client_admin::rewrite(cx.conn, &client)).expect("updated");
        let answer = flow.refresh(&tokens.refresh, &[]).await;
        assert_eq!(answer.json()["scope"], "profile", "{}", answer.body);
    }

    async fn what_the_person_did_not_see_is_not_allowed(db: Database) {
        let server = Setup::default().set("cache.staleness", "0s").start(&db);
        let flow = Flow::new(&server, |new| new.policy.first_party = false);
        let page = flow.authorize(&[("redirect_uri", "")]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let mut client = flow.client.clone();
        client.metadata.redirect_uris =
            vec![grantor::core::redirect::RedirectUri::parse("https://new.example/cb").expect("a URI")];
        server.app.write(move |cx| grantor::store::client_admin::rewrite(cx.conn, &client)).expect("updated");
        let fields = [("_token", page.input("_token")), ("auth_token", page.input("auth_token"))];
        let fields = fields.map(|(name, value)| (name, value.expect("a hidden field")));
        let request = flow.request(reqwest::Method::POST, "/oauth/authorize").header("cookie", &flow.cookie);
        let answer = flow.send(request.header("accept", "text/html").form(&fields)).await;
        assert_eq!((answer.status, answer.header("location")), (403, ""), "{}", answer.body);
    }

    async fn browsers_are_kept_on_https(db: Database) {
        let server = Setup::default().set("server.public_url", "https://id.example").start(&db);
        let answer = Browser::new(&server).get("/login").await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    }
}
