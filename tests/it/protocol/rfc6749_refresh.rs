//! RFC 6749 section 6 and RFC 9700 section 4.14.2.

use chrono::TimeDelta;

use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens, assert_refused};
use crate::support::server::{Setup, TestServer};

on_both! {
    async fn a_refresh_token_is_rotated_and_its_successors_work(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let mut tokens = flow.tokens().await;
        for _ in 0..5 {
            let next = Tokens::of(&flow.refresh(&tokens.refresh, &[]).await);
            assert_ne!(next.refresh, tokens.refresh);
            assert_ne!(next.access, tokens.access);
            assert!(flow.is_active(&next.access).await);
            assert!(!flow.is_active(&tokens.refresh).await);
            tokens = next;
        }
    }

    async fn an_honest_repeat_within_the_grace_gets_the_same_successor(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let first = flow.tokens().await;
        let second = Tokens::of(&flow.refresh(&first.refresh, &[]).await);
        server.advance(TimeDelta::milliseconds(9_999));
        let again = Tokens::of(&flow.refresh(&first.refresh, &[]).await);
        assert_eq!(again.refresh, second.refresh);
        assert!(flow.is_active(&again.access).await);
        assert_eq!(flow.refresh(&second.refresh, &[]).await.status, 200);
    }

    async fn a_repeat_after_the_grace_ends_the_family(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let first = flow.tokens().await;
        let second = Tokens::of(&flow.refresh(&first.refresh, &[]).await);
        server.advance(TimeDelta::seconds(10));
        assert_refused(&flow.refresh(&first.refresh, &[]).await, 400, "invalid_grant");
        assert_refused(&flow.refresh(&second.refresh, &[]).await, 400, "invalid_grant");
        assert!(!flow.is_active(&second.access).await);
        assert!(!flow.is_active(&first.access).await);
    }

    async fn a_repeat_once_the_successor_was_used_ends_the_family(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let first = flow.tokens().await;
        let second = Tokens::of(&flow.refresh(&first.refresh, &[]).await);
        let third = Tokens::of(&flow.refresh(&second.refresh, &[]).await);
        assert_refused(&flow.refresh(&first.refresh, &[]).await, 400, "invalid_grant");
        assert_refused(&flow.refresh(&third.refresh, &[]).await, 400, "invalid_grant");
        assert!(!flow.is_active(&third.access).await);
    }

    async fn a_client_may_turn_the_grace_off(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.refresh_grace = Some(0));
        let first = flow.tokens().await;
        let second = Tokens::of(&flow.refresh(&first.refresh, &[]).await);
        assert_refused(&flow.refresh(&first.refresh, &[]).await, 400, "invalid_grant");
        assert!(!flow.is_active(&second.refresh).await);
    }

    async fn another_client_cannot_use_it_and_its_repeat_of_a_used_one_is_theft(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.auth_method = grantor::core::client::AuthMethod::None);
        let (other, _) = server.client(|new| new.auth_method = grantor::core::client::AuthMethod::None);
        let steal = |token: String| {
            flow.request(reqwest::Method::POST, "/oauth/token").form(&[
                ("grant_type", "refresh_token".to_owned()),
                ("refresh_token", token),
                ("client_id", other.id.to_string()),
            ])
        };
        let first = flow.tokens().await;
        assert_refused(&flow.send(steal(first.refresh.clone())).await, 400, "invalid_grant");
        let second = Tokens::of(&flow.refresh(&first.refresh, &[]).await);
        assert_refused(&flow.send(steal(first.refresh.clone())).await, 400, "invalid_grant");
        assert_refused(&flow.refresh(&second.refresh, &[]).await, 400, "invalid_grant");
    }

    async fn the_scope_only_narrows_and_only_for_that_access_token(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.authorize(&[("scope", "profile email")]).await;
        let code = answer.redirect_parameter("code").expect("a code");
        let first = Tokens::of(&flow.redeem(&code, &[]).await);
        assert_refused(&flow.refresh(&first.refresh, &[("scope", "profile phone")]).await, 400, "invalid_scope");
        let narrowed = flow.refresh(&first.refresh, &[("scope", "email")]).await;
        assert_eq!(narrowed.json()["scope"], "email");
        let narrowed = Tokens::of(&narrowed);
        assert_eq!(flow.introspect(&narrowed.access).await["scope"], "email");
        let whole = flow.refresh(&narrowed.refresh, &[]).await;
        assert_eq!(whole.json()["scope"], "profile email");
    }

    async fn garbage_ends_nobodys_family(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let mut forged = tokens.refresh.clone();
        forged.replace_range(forged.len() - 8..forged.len() - 4, "AAAA");
        for bad in [forged.as_str(), "nonsense", "gra_rt_", tokens.access.as_str()] {
            assert_refused(&flow.refresh(bad, &[]).await, 400, "invalid_grant");
        }
        assert_refused(&flow.refresh("", &[]).await, 400, "invalid_request");
        assert_eq!(flow.refresh(&tokens.refresh, &[]).await.status, 200);
    }

    async fn a_changed_password_or_a_disabled_account_ends_every_family(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let code = flow.code().await;
        grantor::account::admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &flow.user, "another password").expect("changed");
        assert_refused(&flow.refresh(&tokens.refresh, &[]).await, 400, "invalid_grant");
        assert_refused(&flow.redeem(&code, &[]).await, 400, "invalid_grant");
        assert!(!flow.is_active(&tokens.access).await);
        assert_eq!(flow.authorize(&[]).await.status, 303, "the session has ended too");
    }
}
