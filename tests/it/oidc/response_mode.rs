//! Response modes: query, fragment and form_post.

use super::id_token;
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::{REDIRECT, TestServer};

on_both! {
    async fn a_fragment_carries_the_answer_and_the_refusal(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.authorize(&[("response_mode", "fragment")]).await;
        let (uri, fragment) = answer.header("location").split_once('#').expect("a fragment");
        assert_eq!(uri, REDIRECT);
        let names: Vec<_> = url::form_urlencoded::parse(fragment.as_bytes()).map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names, ["code", "state", "iss"]);
        let refused = flow.authorize(&[("response_mode", "fragment"), ("scope", "nonsense")]).await;
        assert!(refused.header("location").starts_with(&format!("{REDIRECT}#error=invalid_scope")));
    }

    async fn a_form_posts_the_answer_and_nothing_of_it_is_in_a_url(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.authorize(&[("response_mode", "form_post"), ("scope", "openid")]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains(&format!("<form method=\"post\" action=\"{REDIRECT}\"")), "{}", answer.body);
        assert_eq!(answer.header("cache-control"), "no-store");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("form-action 'self' https://app.example;") && policy.contains("script-src 'self'"));
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.input("state").as_deref(), Some("a b&c=d"));
        assert_eq!(answer.input("iss").as_deref(), Some(server.app.config.issuer()));
        let code = answer.input("code").expect("a code");
        id_token(&flow.redeem(&code, &[]).await);
        let refused = flow.authorize(&[("response_mode", "form_post"), ("state", "\"><script>"), ("scope", "x")]).await;
        assert_eq!(refused.input("error").as_deref(), Some("invalid_scope"));
        assert!(!refused.body.contains("\"><script>"));
    }
}
