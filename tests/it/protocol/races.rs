//! Many at once: what works once works once.

use std::future::Future;

use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens};
use crate::support::server::TestServer;

const RIVALS: usize = 50;

/// All of them in flight at the same time, each on its own connection.
async fn all_at_once<F: Future<Output = Answer>>(make: impl Fn() -> F) -> Vec<Answer> {
    let mut waiting: Vec<_> = (0..RIVALS).map(|_| Box::pin(make())).collect();
    let mut done: Vec<Option<Answer>> = (0..RIVALS).map(|_| None).collect();
    std::future::poll_fn(|cx| {
        let mut pending = false;
        for (future, slot) in waiting.iter_mut().zip(&mut done) {
            if slot.is_none() {
                match future.as_mut().poll(cx) {
                    std::task::Poll::Ready(answer) => *slot = Some(answer),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    done.into_iter().flatten().collect()
}

on_both! {
    async fn of_fifty_redemptions_of_one_code_exactly_one_wins_and_the_rest_end_it(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        for _ in 0..4 {
            let code = flow.code().await;
            let answers = all_at_once(|| flow.redeem(&code, &[])).await;
            let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
            assert_eq!(won.len(), 1);
            assert!(answers.iter().all(|a| a.status == 200 || a.json()["error"] == "invalid_grant"));
            let tokens = Tokens::of(won[0]);
            assert!(!flow.is_active(&tokens.access).await, "the replay revokes what the winner got");
            assert!(!flow.is_active(&tokens.refresh).await);
        }
    }

    async fn of_fifty_refreshes_of_one_token_all_get_the_same_single_family(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let mut current = flow.tokens().await.refresh;
        for _ in 0..4 {
            let answers = all_at_once(|| flow.refresh(&current, &[])).await;
            let successors: Vec<String> = answers.iter().map(|answer| Tokens::of(answer).refresh).collect();
            assert!(successors.iter().all(|token| *token == successors[0]), "one successor");
            current = successors[0].clone();
        }
        assert!(flow.is_active(&current).await);
    }

    async fn without_grace_fifty_refreshes_leave_no_live_family(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.refresh_grace = Some(0));
        for _ in 0..4 {
            let first = flow.tokens().await.refresh;
            let answers = all_at_once(|| flow.refresh(&first, &[])).await;
            let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
            assert_eq!(won.len(), 1);
            let tokens = Tokens::of(won[0]);
            assert!(!flow.is_active(&tokens.refresh).await);
            assert!(!flow.is_active(&tokens.access).await);
        }
    }

    async fn a_revocation_amid_refreshes_leaves_nothing_alive(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        for _ in 0..4 {
            let first = flow.tokens().await;
            let (answers, revoked) = tokio::join!(all_at_once(|| flow.refresh(&first.refresh, &[])), async {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                flow.revoke(&first.refresh).await
            });
            assert_eq!(revoked.status, 200);
            for answer in answers.iter().filter(|answer| answer.status == 200) {
                let tokens = Tokens::of(answer);
                assert!(!flow.is_active(&tokens.access).await);
                assert!(!flow.is_active(&tokens.refresh).await);
            }
        }
    }

    async fn a_password_change_amid_authorizations_leaves_nothing_alive(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let app = server.app.clone();
        let user = flow.user.clone();
        let change = tokio::task::spawn_blocking(move || {
            std::thread::sleep(std::time::Duration::from_millis(10));
            grantor::account::admin::set_password(&app, &grantor::core::audit::Actor::Operator, &user, "another password").expect("changed");
        });
        let answers = all_at_once(|| flow.authorize(&[])).await;
        change.await.expect("the change");
        for code in answers.iter().filter_map(|answer| answer.redirect_parameter("code")) {
            assert_ne!(flow.redeem(&code, &[]).await.status, 200, "a code of an ended session");
        }
    }
}
