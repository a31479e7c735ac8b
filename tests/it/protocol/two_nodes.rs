//! Two nodes on one PostgreSQL: any node serves any step.

use std::fs;

use crate::support::database::{Database, run};
use crate::support::flow::{Flow, Tokens, assert_refused};
use crate::support::server::TestServer;

/// A second server on the same database and master key.
fn other<'a>(flow: &Flow<'_>, server: &'a TestServer) -> Flow<'a> {
    Flow::joining(server, flow)
}

#[test]
fn a_code_of_one_is_redeemed_at_the_other_and_a_revocation_is_seen_at_once() {
    let Some(db) = Database::postgres() else { return };
    run(async {
        let (a, b) = (TestServer::start(&db), TestServer::start(&db));
        let at_a = Flow::new(&a, |_| {});
        let at_b = other(&at_a, &b);
        let tokens = Tokens::of(&at_b.redeem(&at_a.code().await, &[]).await);
        assert!(at_a.is_active(&tokens.access).await);
        let next = Tokens::of(&at_a.refresh(&tokens.refresh, &[]).await);
        let again = Tokens::of(&at_b.refresh(&tokens.refresh, &[]).await);
        assert_eq!(next.refresh, again.refresh, "the other node forgives alike");
        assert_eq!(at_a.revoke(&next.access).await.status, 200);
        assert!(!at_b.is_active(&next.access).await);
        assert!(at_b.is_active(&again.access).await);
        assert_eq!(at_b.revoke(&next.refresh).await.status, 200);
        assert!(!at_a.is_active(&again.access).await);
        assert_refused(&at_a.refresh(&next.refresh, &[]).await, 400, "invalid_grant");
    });
}

#[test]
fn a_code_redeemed_at_both_at_once_works_at_one() {
    let Some(db) = Database::postgres() else { return };
    run(async {
        let (a, b) = (TestServer::start(&db), TestServer::start(&db));
        let at_a = Flow::new(&a, |_| {});
        let at_b = other(&at_a, &b);
        for _ in 0..20 {
            let code = at_a.code().await;
            let (first, second) = tokio::join!(at_a.redeem(&code, &[]), at_b.redeem(&code, &[]));
            let mut statuses = [first.status, second.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 400]);
        }
    });
}

#[test]
fn a_node_with_another_master_key_does_not_start() {
    let Some(db) = Database::postgres() else { return };
    drop(TestServer::start(&db));
    fs::write(db.data_dir().join("master.key"), "0".repeat(64)).expect("another key");
    let started = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| TestServer::start(&db)));
    let message = started.err().and_then(|panic| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    assert!(message.contains("OtherMasterKey"), "{message}");
}
