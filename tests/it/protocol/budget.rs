//! How many statements a request may cost, once clients, scopes and keys are in the cache.

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
        remember("profile").expect("consented");
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
        flow.send(flow.request(reqwest::Method::GET, "/oauth/jwks")).await;
        flow.send(flow.request(reqwest::Method::GET, "/.well-known/oauth-authorization-server")).await;
        assert_eq!(server.statements(), Vec::<String>::new(), "documents");
    }
}
