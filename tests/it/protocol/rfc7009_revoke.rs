//! RFC 7009.

use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens, assert_refused};
use crate::support::server::TestServer;

on_both! {
    async fn an_access_token_ends_alone_and_a_refresh_token_with_its_family(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let answer = flow.revoke(&tokens.access).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        assert!(!flow.is_active(&tokens.access).await);
        let next = Tokens::of(&flow.refresh(&tokens.refresh, &[]).await);
        assert!(flow.is_active(&next.access).await);
        assert_eq!(flow.revoke(&next.refresh).await.status, 200);
        assert!(!flow.is_active(&next.access).await);
        assert_refused(&flow.refresh(&next.refresh, &[]).await, 400, "invalid_grant");
        assert_eq!(flow.revoke(&next.refresh).await.status, 200, "revoking twice is no error");
    }

    async fn an_unknown_token_is_as_good_as_revoked(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        for token in ["nonsense", "gra_at_AAAAAAAAAAAAAAAAAAAAAA.x", "a.b.c", "gra_rt_x"] {
            assert_eq!(flow.revoke(token).await.status, 200, "{token}");
        }
        assert_refused(&flow.revoke("").await, 400, "invalid_request");
    }

    async fn another_clients_token_stays(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let (other, secret) = server.client(|_| {});
        for token in [&tokens.access, &tokens.refresh] {
            let request = flow
                .request(reqwest::Method::POST, "/oauth/revoke")
                .basic_auth(other.id.as_str(), Some(&secret))
                .form(&[("token", token)]);
            assert_refused(&flow.send(request).await, 400, "unauthorized_client");
        }
        assert!(flow.is_active(&tokens.access).await);
        assert_eq!(flow.refresh(&tokens.refresh, &[]).await.status, 200);
    }

    async fn nobody_revokes_without_authentication(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let request = flow.request(reqwest::Method::POST, "/oauth/revoke").form(&[("token", &tokens.access)]);
        assert_refused(&flow.send(request).await, 401, "invalid_client");
        assert!(flow.is_active(&tokens.access).await);
    }
}
