//! What a browser loads after it signed out: OpenID Connect Front-Channel Logout 1.0.

use grantor::oauth::manage::NewClient;

use super::logout::{claims, is_signed_in, open, send, signed_in, with_bye};
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::{Setup, TestServer};

fn framed(new: &mut NewClient) {
    with_bye(new);
    new.policy.first_party = true;
    new.openid.frontchannel_logout_uri = Some("https://app.example/out?x=1".to_owned());
}

on_both! {
    async fn every_app_of_the_session_is_loaded_and_no_other(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, framed);
        let hint = signed_in(&flow).await;
        let second = flow.with_client(&server, server.client(|new| {
            framed(new);
            new.redirect_uris.push("https://other.example:8443/cb".to_owned());
            new.openid.frontchannel_logout_uri = Some("https://other.example:8443/bye".to_owned());
        }));
        signed_in(&second).await;
        let unused = server.client(|new| {
            framed(new);
            new.redirect_uris.push("https://unused.example/cb".to_owned());
            new.openid.frontchannel_logout_uri = Some("https://unused.example/".to_owned());
        });
        // Asks for a code, and never redeems it.
        flow.with_client(&server, unused).authorize(&[("scope", "openid")]).await;
        let query = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "https://app.example/bye?from=here"), ("state", "s")];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let page = open(&flow, &format!("/oauth/logout?{query}")).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "You are signed out"));
        assert!(!is_signed_in(&flow).await);
        let policy = page.header("content-security-policy");
        assert!(policy.ends_with("; frame-src https://app.example https://other.example:8443"), "{policy}");
        assert!(policy.starts_with("default-src 'none';") && policy.contains("; script-src 'self';"), "{policy}");
        // A refresh waits until all frames have loaded, which an app may put off for ever.
        let script = page.body.split("<script type=\"module\" src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a script");
        let script = open(&flow, script).await;
        assert!(script.header("content-type").starts_with("text/javascript") && script.body.contains("setTimeout"), "{}", script.body);
        assert!(page.body.contains(" data-onward>"));
        let issuer = url::form_urlencoded::byte_serialize(server.app.config.issuer().as_bytes()).collect::<String>();
        let sid = claims(&hint)["sid"].as_str().expect("a sid").to_owned();
        for address in ["https://app.example/out?x=1&", "https://other.example:8443/bye?"] {
            let rest = "title=\"Signing out of an app\" sandbox=\"allow-scripts allow-same-origin\" referrerpolicy=\"no-referrer\" hidden></iframe>";
            // Without the sandbox it could send the whole window to a sign-in page of its own.
            let frame = format!("<iframe src=\"{address}iss={issuer}&sid={sid}\" {rest}").replace('&', "&#38;");
            assert!(page.body.contains(&frame), "{frame}: {}", page.body);
        }
        assert_eq!(page.body.matches("<iframe").count(), 2);
        assert!(page.body.contains("<meta http-equiv=\"refresh\" content=\"3;url=https://app.example/bye?from=here&#38;state=s\">"));
        assert!(page.headers.get_all("set-cookie").iter().count() >= 3, "and the cookies go");
    }

    async fn the_button_of_the_pages_does_it_too(db: Database) {
        // Below a path the way on is too.
        let server = Setup::default().below("/tenants/one").start(&db);
        let flow = Flow::new(&server, framed);
        signed_in(&flow).await;
        let token = open(&flow, "/account").await.input("_token").expect("a CSRF token");
        let page = send(&flow, "/logout", &[("_token", &token)]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("content=\"3;url=/tenants/one/\"") && page.body.contains("<iframe src=\"https://app.example/out"));
        assert!(!is_signed_in(&flow).await);
    }
}
