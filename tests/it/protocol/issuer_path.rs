//! Issuers with a path: RFC 8414 section 3.1, OpenID Connect Discovery section 4.1.

use std::collections::{BTreeSet, VecDeque};

use reqwest::{Method, RequestBuilder, Response};
use scraper::{Html, Selector};

use crate::oidc::{id_token, redeemed, verified};
use crate::support::admin;
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::{REDIRECT, ROOT, Setup, TestServer};

/// Where the links, the forms and the pictures of a page lead.
fn leads(page: &Answer, selector: &str, attribute: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    let html = Html::parse_document(&page.body);
    html.select(&selector).filter_map(|element| element.value().attr(attribute).map(str::to_owned)).collect()
}

/// A path as it is at the host, with nothing put before it.
fn at_host(server: &TestServer, path: &str) -> RequestBuilder {
    reqwest::Client::new().get(format!("{}{path}", server.app.config.origin()))
}

/// The same, of what the document of the routes does not speak of.
async fn outside(server: &TestServer, path: &str, accept: &str) -> Response {
    at_host(server, path).header("accept", accept).send().await.expect("an answer")
}

on_both! {
    async fn the_documents_are_found_in_each_way_that_clients_look_for_them(db: Database) {
        let server = Setup::default().below(ROOT).start(&db);
        let issuer = server.app.config.issuer().to_owned();
        assert!(issuer.ends_with(ROOT));
        for path in [
            format!("/.well-known/oauth-authorization-server{ROOT}"),
            format!("/.well-known/openid-configuration{ROOT}"),
            format!("{ROOT}/.well-known/openid-configuration"),
            format!("{ROOT}/.well-known/oauth-authorization-server"),
        ] {
            let answer = Answer::to(at_host(&server, &path)).await;
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"), "{path}");
            let document = answer.json();
            assert_eq!(document["issuer"], issuer);
            for (name, url) in document.as_object().into_iter().flatten() {
                let ours = name.ends_with("_endpoint") || name.ends_with("_uri");
                let url = url.as_str().unwrap_or_default();
                assert!(!ours || url.starts_with(&format!("{issuer}/")), "{name}: {url}");
            }
            let keys = document["jwks_uri"].as_str().expect("an address");
            assert_eq!(Answer::to(reqwest::Client::new().get(keys)).await.status, 200);
        }
    }

    async fn what_is_not_below_the_path_is_not_served(db: Database) {
        let server = Setup::default().below(ROOT).start(&db);
        for path in [
            "/", "/login", "/oauth/jwks", "/health/live", "/assets/passkeys.js", "/tenants", "/tenants/one2/login", "/Tenants/one/login",
            "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/tenants/two", "/login/tenants/one",
            "/tenants/one/.well-known/openid-configuration/tenants/one", "//tenants/one/login", "/tenants//one/login",
        ] {
            let answer = outside(&server, path, "text/html").await;
            assert_eq!(answer.status(), 404, "{path}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        }
        let json = outside(&server, "/api/me", "application/json").await;
        assert_eq!((json.status().as_u16(), &json.headers()["content-type"]), (404, &"application/json".parse().expect("a type")));
        assert_eq!(Answer::to(at_host(&server, ROOT).header("accept", "text/html")).await.status, 200, "the start page");
        let at_root = TestServer::start(&db);
        assert_eq!(outside(&at_root, &format!("{ROOT}/login"), "text/html").await.status(), 404);
    }

    async fn an_app_signs_people_in_below_the_path(db: Database) {
        let server = Setup::default().below(ROOT).start(&db);
        let issuer = server.app.config.issuer().to_owned();
        let (client, _) = server.client(|_| {});
        let browser = Browser::new(&server);
        let request = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("response_type", "code"), ("client_id", client.id.as_str()), ("redirect_uri", REDIRECT), ("scope", "profile email")])
            .extend_pairs([("state", "s"), ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")])
            .finish();
        let callback = browser.register_and_allow(&format!("/oauth/authorize?{request}"), &["email"]).await;
        assert!(callback.as_str().starts_with(REDIRECT) && callback.query_pairs().any(|(name, value)| name == "iss" && value == issuer), "{callback}");
    }

    async fn tokens_and_refusals_name_the_issuer_with_its_path(db: Database) {
        let server = Setup::default().below(ROOT).start(&db);
        let issuer = server.app.config.issuer().to_owned();
        let flow = Flow::new(&server, |_| {});
        let refused = flow.authorize(&[("scope", "nonsense")]).await;
        assert_eq!(refused.redirect_parameter("iss").as_deref(), Some(issuer.as_str()));
        let answer = redeemed(&flow, &[("scope", "openid")]).await;
        let claims = verified(&server, &flow, &id_token(&answer), flow.client.id.as_str()).await;
        assert_eq!(claims["iss"], issuer);
        let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
        let info = flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth(&token)).await;
        assert_eq!((info.status, &info.json()["sub"]), (200, &claims["sub"]));
    }

    async fn redirects_stay_below_the_path_and_lead_back(db: Database) {
        let server = Setup::default().below(ROOT).start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let sent = browser.get("/account/sessions").await;
        assert_eq!((sent.status, sent.header("location")), (303, "/tenants/one/login?return_to=%2Faccount%2Fsessions"));
        let page = browser.get(sent.header("location")).await;
        let (token, back) = (page.input("_token").expect("a token"), page.input("return_to").expect("a way back"));
        let fields = [("_token", token.as_str()), ("return_to", &back), ("login", "ada"), ("password", crate::support::server::PASSWORD)];
        let signed_in = browser.post("/login", &fields).await;
        assert_eq!((signed_in.status, signed_in.header("location")), (303, "/tenants/one/account/sessions"));
        assert_eq!(browser.get(signed_in.header("location")).await.status, 200);
    }

    async fn cookies_are_held_to_the_path(db: Database) {
        let https = |root: &'static str| Setup::default().set("server.public_url", format!("https://id.example{root}"));
        for (root, prefix, path) in [("", "__Host-", "Path=/;"), (ROOT, "__Secure-", "Path=/tenants/one;")] {
            let server = https(root).start(&db);
            let url = format!("http://{}{root}/login", server.app.config.server.listen);
            let page = Answer::to(reqwest::Client::new().get(url)).await;
            let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("text")).collect();
            let session = cookies.iter().find(|cookie| cookie.contains("grantor_session=")).expect("a cookie");
            assert!(session.starts_with(prefix) && format!("{session};").contains(path), "{session}");
            assert!(session.contains("Secure") && session.contains("HttpOnly"), "{session}");
        }
    }

    async fn servers_at_two_paths_of_a_host_do_not_get_each_others_sessions(db: Database) {
        let one = Setup::default().below(ROOT).start(&db);
        let two = Setup::default().below("/tenants/one-more").start(&db);
        one.user("ada");
        let browser = Browser::new(&one);
        browser.sign_in("ada").await;
        assert_eq!(browser.get("/account").await.status, 200);
        let elsewhere = browser.get(&two.at("/account")).await;
        assert_eq!(elsewhere.status, 303, "the same database knows the session, the browser keeps it to its path");
    }

    async fn every_link_and_form_of_every_page_stays_below_the_path(db: Database) {
        let server = Setup::default().below(ROOT).start(&db);
        server.client(|_| {});
        let browser = admin::browser(&server, "root", "admin").await;
        let (mut seen, mut waiting) = (BTreeSet::new(), VecDeque::from(["/".to_owned(), "/account".into(), "/admin".into(), "/login".into()]));
        while let Some(path) = waiting.pop_front() {
            // One page of each list and each kind is enough.
            let kind: String = path.split('?').next().unwrap_or_default().replace(|c: char| c.is_ascii_digit(), "");
            if !seen.insert(kind) || seen.len() > 150 {
                continue;
            }
            let page = browser.get(&path).await;
            assert!(page.status < 400, "{path}: {} {}", page.status, page.body);
            for (selector, attribute) in [("[href]", "href"), ("[src]", "src"), ("form[action]", "action"), ("[formaction]", "formaction")] {
                for to in leads(&page, selector, attribute).into_iter().filter(|to| to.starts_with('/')) {
                    assert!(to.starts_with("/tenants/one/"), "{path} leads to {to}");
                    if attribute != "action" && !page.header("location").starts_with("http") {
                        waiting.push_back(to);
                    }
                }
            }
            let location = page.header("location");
            assert!(location.is_empty() || location.starts_with("/tenants/one/"), "{path} leads to {location}");
            waiting.extend((!location.is_empty()).then(|| location.to_owned()));
        }
        assert!(seen.len() > 40, "{seen:?}");
    }
}
