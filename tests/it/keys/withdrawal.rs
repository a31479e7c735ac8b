//! Keys that leaked: taken out at once, from wherever they are in their life.

use std::sync::Arc;
use std::thread;

use chrono::TimeDelta;
use grantor::account::audit::{self, Act};
use grantor::app::{App, Withdrawal, signing_keys};
use grantor::core::audit::{Actor, Filter};
use grantor::core::ids::KeyId;
use grantor::core::signing::Algorithm;
use grantor::store::purge;
use serde_json::Value;

use super::{AHEAD, INSTANT, by_jwks, client, jwks, kid, rotate, states, token};
use crate::support::database::{Database, on_both, run};
use crate::support::flow::Flow;
use crate::support::server::{Setup, TestServer};

fn withdraw(app: &Arc<App>, id: &KeyId) -> Withdrawal {
    grantor::app::withdraw(app, &Actor::Operator, id).expect("withdrawn")
}

/// A server a second after its first keys were made, so that newer ones are newer.
fn started(db: &Database) -> TestServer {
    let server = Setup::default().frozen().start(db);
    server.advance(TimeDelta::seconds(1));
    server
}

fn signs(app: &App, algorithm: Algorithm) -> KeyId {
    app.keys().expect("the keys").signer(algorithm).id.clone()
}

fn is_verified(app: &App, token: &str) -> bool {
    app.keys().expect("the keys").verify::<Value>(token, "at+jwt").is_some()
}

/// Each algorithm has one key that signs, one without a successor, and no more of either.
fn assert_whole(app: &App) {
    let kept = app.read(|cx| grantor::store::signing_keys::every(cx.conn)).expect("the keys");
    for algorithm in Algorithm::ALL {
        let active = states(app, algorithm).iter().filter(|(_, state)| *state == "active").count();
        let newest = kept.iter().filter(|key| key.algorithm == algorithm.as_str() && key.retires_at.is_none()).count();
        assert_eq!((active, newest), (1, 1), "{algorithm:?}: {:?}", states(app, algorithm));
    }
}

on_both! {
    async fn a_key_that_signs_is_gone_at_once_and_a_new_one_signs(db: Database) {
        let server = started(&db);
        let app = &server.app;
        for algorithm in Algorithm::ALL {
            let of_it = client(&server, algorithm, None);
            let (before, _) = token(&server, &of_it).await;
            let (leaked, ring) = (kid(&before), app.keys().expect("the keys"));
            let stolen = ring.signer(algorithm).sign("at+jwt", &serde_json::json!({ "sub": "1" })).expect("signed");
            let Withdrawal::Done(Some(next)) = withdraw(app, &leaked) else { panic!("another signs") };
            assert_eq!(states(app, algorithm), [(next.clone(), "active"), (leaked.clone(), "gone")]);
            assert!(!jwks(&server).await.body.contains(leaked.as_str()) && jwks(&server).await.body.contains(next.as_str()));
            assert!(!is_verified(app, &before) && !is_verified(app, &stolen));
            assert_eq!(by_jwks(&server, &before).await, None);
            let (after, _) = token(&server, &of_it).await;
            assert!(kid(&after) == next && is_verified(app, &after) && by_jwks(&server, &after).await.is_some());
            assert_whole(app);
            assert_eq!(withdraw(app, &leaked), Withdrawal::Already);
            assert_eq!(signs(app, algorithm), next, "twice is once");
            server.advance(INSTANT);
            app.write(|cx| purge::batch(cx.conn, cx.now, cx.now)).expect("purged");
            assert_eq!(states(app, algorithm), [(next, "active")]);
            assert_eq!(withdraw(app, &leaked), Withdrawal::Unknown);
        }
    }

    async fn the_key_that_waits_signs_before_its_time(db: Database) {
        let server = started(&db);
        let (app, es256) = (&server.app, Algorithm::Es256);
        let leaked = signs(app, es256);
        let waits = rotate(app, Some(es256), false).remove(0);
        assert_eq!(withdraw(app, &leaked), Withdrawal::Done(Some(waits.clone())));
        assert_eq!(states(app, es256), [(waits.clone(), "active"), (leaked, "gone")]);
        assert_eq!(signs(app, es256), waits);
        assert_whole(app);
        // It is due when it has signed for its time, counted from now.
        server.advance(TimeDelta::days(90) - AHEAD - INSTANT);
        assert_eq!(grantor::app::rotate_due(app).expect("looked").len(), 2, "the others");
        server.advance(INSTANT);
        assert_eq!(grantor::app::rotate_due(app).expect("looked").len(), 1);
    }

    async fn a_key_that_waits_never_signs(db: Database) {
        let server = started(&db);
        let (app, rs256) = (&server.app, Algorithm::Rs256);
        let old = signs(app, rs256);
        let waits = rotate(app, Some(rs256), false).remove(0);
        assert_eq!(withdraw(app, &waits), Withdrawal::Done(None));
        assert_eq!(states(app, rs256), [(waits.clone(), "gone"), (old.clone(), "active")]);
        assert!(!jwks(&server).await.body.contains(waits.as_str()));
        assert_whole(app);
        server.advance(TimeDelta::days(40));
        assert_eq!(signs(app, rs256), old, "it has no end any more");
        assert_eq!(rotate(app, Some(rs256), false).len(), 1, "and is replaced like any other");
        assert_whole(app);
    }

    async fn a_key_that_only_verifies_verifies_no_more(db: Database) {
        let server = started(&db);
        let (app, ed_dsa) = (&server.app, Algorithm::EdDsa);
        let of_it = client(&server, ed_dsa, None);
        let (before, _) = token(&server, &of_it).await;
        let new = rotate(app, Some(ed_dsa), true).remove(0);
        assert!(is_verified(app, &before));
        assert_eq!(withdraw(app, &kid(&before)), Withdrawal::Done(None));
        assert!(!is_verified(app, &before) && by_jwks(&server, &before).await.is_none());
        assert_eq!(signs(app, ed_dsa), new);
        assert_whole(app);
    }

    async fn what_it_signed_hints_at_nobody_and_who_is_signed_in_stays_so(db: Database) {
        let server = started(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = crate::oidc::redeemed(&flow, &[("scope", "openid offline_access")]).await.json();
        let text = |name: &str| tokens[name].as_str().expect("a token").to_owned();
        let hint = text("id_token");
        let asked = async || {
            let answer = flow.authorize(&[("scope", "openid"), ("prompt", "none"), ("id_token_hint", &hint)]).await;
            answer.redirect_parameter("error")
        };
        assert_eq!(asked().await, None);
        withdraw(&server.app, &kid(&hint));
        assert_eq!(asked().await.as_deref(), Some("invalid_request"));
        // The server looks its own tokens up, whoever signed them.
        assert!(flow.is_active(&text("access_token")).await);
        let refreshed = flow.refresh(&text("refresh_token"), &[]).await.json();
        let renewed = refreshed["id_token"].as_str().expect("an id_token");
        assert_eq!(kid(renewed), signs(&server.app, Algorithm::Es256));
        assert!(crate::oidc::verified(&server, &flow, renewed, flow.client.id.as_str()).await["sub"].is_string());
    }

    async fn who_did_it_to_which_key_is_told(db: Database) {
        let server = started(&db);
        let leaked = signs(&server.app, Algorithm::Es256);
        let Withdrawal::Done(Some(next)) = withdraw(&server.app, &leaked) else { panic!("another signs") };
        assert_eq!(withdraw(&server.app, &leaked), Withdrawal::Already);
        assert_eq!(withdraw(&server.app, &KeyId::from("nobody")), Withdrawal::Unknown);
        let filter = Filter { act: Some(Act::KeyWithdraw), ..Filter::default() };
        let mut told = Vec::new();
        let kept = audit::export::<grantor::store::Error>(&server.app, &filter, |batch| {
            told.extend(batch.iter().map(|event| event.to_json()));
            Ok(())
        });
        assert!(kept.is_ok());
        let [event] = told.as_slice() else { panic!("{told:?}") };
        let details = serde_json::json!({ "algorithm": "ES256", "state": "active", "successor": next });
        assert_eq!((&event["object"]["id"], &event["details"]), (&leaked.to_string().into(), &details), "once");
    }

    async fn of_several_who_withdraw_one_does_and_a_key_is_always_there(db: Database) {
        let server = TestServer::start(&db);
        let leaked = signs(&server.app, Algorithm::Es256);
        let rivals: Vec<_> = (0..4)
            .map(|_| {
                let (app, leaked) = (Arc::clone(&server.app), leaked.clone());
                thread::spawn(move || withdraw(&app, &leaked))
            })
            .collect();
        let done: Vec<_> = rivals.into_iter().map(|rival| rival.join().expect("no panic")).collect();
        assert_eq!(done.iter().filter(|done| matches!(done, Withdrawal::Done(Some(_)))).count(), 1, "{done:?}");
        assert_eq!(done.iter().filter(|done| **done == Withdrawal::Already).count(), 3, "{done:?}");
        assert_whole(&server.app);
        // Every key of an algorithm, the one that waits too, while others rotate.
        for round in 0..4 {
            rotate(&server.app, None, round % 2 == 0);
            let every = signing_keys(&server.app).expect("the keys").into_iter().map(|key| key.id);
            let rivals: Vec<_> = every
                .map(|id| {
                    let app = Arc::clone(&server.app);
                    thread::spawn(move || withdraw(&app, &id))
                })
                .collect();
            rotate(&server.app, None, false);
            rivals.into_iter().for_each(|rival| drop(rival.join().expect("no panic")));
            assert_whole(&server.app);
        }
    }
}

#[test]
fn another_node_knows_it_within_the_bound() {
    let Some(db) = Database::postgres() else { return };
    run(async {
        let node = || Setup::default().frozen().set("cache.staleness", "5s").start(&db);
        let (a, b) = (node(), node());
        let both = |by| [&a, &b].iter().for_each(|node| node.advance(by));
        both(TimeDelta::seconds(1));
        let of_it = client(&a, Algorithm::Es256, None);
        let (before, _) = token(&b, &of_it).await;
        assert!(is_verified(&b.app, &before));
        let Withdrawal::Done(Some(next)) = withdraw(&a.app, &kid(&before)) else { panic!("another signs") };
        assert!(!is_verified(&a.app, &before), "at once where it was done");
        both(TimeDelta::seconds(5) - INSTANT);
        assert!(is_verified(&b.app, &before), "not heard of yet");
        both(INSTANT);
        assert!(!is_verified(&b.app, &before) && by_jwks(&b, &before).await.is_none());
        assert_eq!((signs(&a.app, Algorithm::Es256), signs(&b.app, Algorithm::Es256)), (next.clone(), next));
        assert_eq!(jwks(&a).await.body, jwks(&b).await.body);
    });
}
