//! How many statements a request may cost, once clients, scopes and keys are in the cache.

use crate::oidc::{id_token, redeemed};
use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens};
use crate::support::server::Setup;

on_both! {
    async fn each_request_keeps_to_its_statements(db: Database) {
        let server = Setup::default().set("cache.staleness", "5m").start(&db);
        let flow = Flow::new(&server, |new| new.policy.first_party = false);
        let remember = |scope: &'static str| {
            let (user, client) = (flow.user.id, flow.client.id.clone());
            server.app.write(move |cx| {
                let scope = grantor::core::scope::Scope::parse(scope).expect("a scope");
                grantor::store::consents::remember(cx.conn, user, &client, &scope, None, cx.now)
            })
        };
        remember("openid profile").expect("consented");
        let warm = flow.tokens().await;
        flow.introspect(&warm.access).await;

        server.reset_statements();
        let code = flow.code().await;
        // PostgreSQL takes the two writes of each in one statement, which needs no transaction around it.
        let (each, transactions) = if db.is_postgres() { (2, 0) } else { (3, 1) };
        assert_eq!(server.statements().len(), each, "authorize: {:#?}", server.statements());
        let tokens = Tokens::of(&flow.redeem(&code, &[]).await);
        assert!(server.statements().len() <= 2 * each, "authorize and redemption: {:#?}", server.statements());
        assert!(server.transactions() <= 2 * transactions, "authorize and redemption");

        server.reset_statements();
        Tokens::of(&flow.refresh(&tokens.refresh, &[]).await);
        assert!(server.statements().len() <= each, "refresh: {:#?}", server.statements());
        assert!(server.transactions() <= transactions, "refresh");

        server.reset_statements();
        assert!(flow.is_active(&tokens.access).await);
        assert_eq!(server.statements().len(), 1, "introspection: {:#?}", server.statements());

        server.reset_statements();
        for document in ["oauth-authorization-server", "openid-configuration"] {
            flow.send(flow.request(reqwest::Method::GET, &format!("/.well-known/{document}"))).await;
        }
        flow.send(flow.request(reqwest::Method::GET, "/oauth/jwks")).await;
        assert_eq!(server.statements(), Vec::<String>::new(), "documents");
    }

    async fn who_signed_in_costs_no_statement_more_and_userinfo_one(db: Database) {
        let server = Setup::default().set("cache.staleness", "5m").start(&db);
        let flow = Flow::new(&server, |_| {}).allowed(&server, "openid profile email");
        let openid = [("scope", "openid profile email"), ("nonce", "n-0S6_WzA2Mj")];
        redeemed(&flow, &openid).await;
        let counted = async |parameters: &[(&str, &str)]| {
            let count = || (server.statements().len(), server.transactions());
            server.reset_statements();
            let answer = redeemed(&flow, parameters).await;
            let exchange = count();
            let tokens = Tokens::of(&answer);
            server.reset_statements();
            let refreshed = flow.refresh(&tokens.refresh, &[]).await;
            ([exchange, count()], answer, refreshed)
        };
        let (plain, ..) = counted(&[("scope", "profile email")]).await;
        let (with_id_token, answer, refreshed) = counted(&openid).await;
        assert!(!id_token(&answer).is_empty() && !id_token(&refreshed).is_empty());
        assert_eq!(with_id_token, plain, "statements and transactions of exchange and refresh");

        let access = Tokens::of(&refreshed).access;
        server.reset_statements();
        let userinfo = flow.send(flow.request(reqwest::Method::GET, "/oauth/userinfo").bearer_auth(access)).await;
        assert_eq!(userinfo.json()["email"], "ada@example.com");
        assert_eq!(server.statements().len(), 1, "userinfo: {:#?}", server.statements());
        assert_eq!(server.transactions(), 0, "userinfo");
    }
}
