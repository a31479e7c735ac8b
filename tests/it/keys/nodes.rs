//! Two nodes on one PostgreSQL: they agree on the keys within `cache.staleness`.

use std::sync::Arc;
use std::thread;

use chrono::TimeDelta;
use grantor::app::{App, rotate_due, signing_keys};
use grantor::core::signing::Algorithm;

use super::{AHEAD, INSTANT, OVERLAP, by_jwks, client, jwks, kid, rotate, token};
use crate::support::database::{Database, run};
use crate::support::server::{Setup, TestServer};

fn two(db: &Database) -> (TestServer, TestServer) {
    let node = || Setup::default().frozen().set("cache.staleness", "5s").start(db);
    (node(), node())
}

fn signs(server: &TestServer) -> Vec<String> {
    let ring = server.app.keys().expect("the keys");
    Algorithm::ALL.map(|algorithm| ring.signer(algorithm).id.to_string()).into()
}

#[test]
fn a_rotation_at_one_is_known_at_the_other_before_the_key_signs() {
    let Some(db) = Database::postgres() else { return };
    run(async {
        let (a, b) = two(&db);
        let both = |by| [&a, &b].map(|node| node.advance(by));
        both(TimeDelta::seconds(1));
        let clients = Algorithm::ALL.map(|algorithm| client(&a, algorithm, None));
        let mut before = Vec::new();
        for of_it in &clients {
            before.push(token(&a, of_it).await.0);
            before.push(token(&b, of_it).await.0);
        }
        assert_eq!(signs(&a), signs(&b));
        let new = rotate(&a.app, None, false);
        assert!(jwks(&a).await.body.contains(new[0].as_str()), "at once where it was made");
        both(TimeDelta::seconds(5));
        assert_eq!(jwks(&a).await.body, jwks(&b).await.body, "within cache.staleness everywhere");
        both(AHEAD - TimeDelta::seconds(5) - INSTANT);
        assert_eq!(signs(&a), signs(&b));
        assert!(!signs(&a).iter().any(|id| new.iter().any(|key| key.as_str() == id)));
        both(INSTANT);
        assert_eq!(signs(&a), signs(&b), "the moment was known, so that it is the same");
        for (of_it, old) in clients.iter().zip(before.chunks(2)) {
            let (one, other) = (token(&a, of_it).await.0, token(&b, of_it).await.0);
            assert_eq!(kid(&one), kid(&other));
            assert!(new.contains(&kid(&one)));
            for alive in [&one, &other, &old[0], &old[1]] {
                assert!(by_jwks(&a, alive).await.is_some() && by_jwks(&b, alive).await.is_some());
            }
        }
        both(OVERLAP);
        assert_eq!(jwks(&a).await.body, jwks(&b).await.body);
        for old in &before {
            assert!(by_jwks(&a, old).await.is_none() && by_jwks(&b, old).await.is_none());
        }
    });
}

#[test]
fn a_key_that_signs_at_once_is_known_at_the_other_within_the_bound() {
    let Some(db) = Database::postgres() else { return };
    run(async {
        let (a, b) = two(&db);
        let both = |by| [&a, &b].map(|node| node.advance(by));
        both(TimeDelta::seconds(1));
        let of_it = client(&a, Algorithm::Es256, None);
        let old = token(&b, &of_it).await.0;
        let new = rotate(&a.app, Some(Algorithm::Es256), true).remove(0);
        both(TimeDelta::seconds(5) - INSTANT);
        assert_eq!(kid(&token(&b, &of_it).await.0), kid(&old), "not heard of yet");
        assert_eq!(kid(&token(&a, &of_it).await.0), new);
        both(INSTANT);
        assert_eq!(kid(&token(&b, &of_it).await.0), new);
        assert!(by_jwks(&b, &old).await.is_some());
    });
}

#[test]
fn of_two_schedules_one_rotates() {
    let Some(db) = Database::postgres() else { return };
    let (a, b) = two(&db);
    for node in [&a, &b] {
        node.advance(TimeDelta::days(90));
    }
    let due = |app: &Arc<App>| {
        let app = Arc::clone(app);
        thread::spawn(move || rotate_due(&app).expect("looked").len())
    };
    let made = [due(&a.app), due(&b.app)].map(|thread| thread.join().expect("no panic"));
    assert_eq!(made.iter().sum::<usize>(), 3, "{made:?}");
    assert_eq!(signing_keys(&a.app).expect("the keys").len(), 6);
}

#[test]
fn two_first_starts_at_once_make_one_key_of_each() {
    let Some(db) = Database::postgres() else { return };
    // Both have the same master key from the first moment on.
    std::fs::write(db.data_dir().join("master.key"), "5".repeat(64)).expect("a key");
    let nodes = thread::scope(|scope| {
        let nodes = [scope.spawn(|| TestServer::start(&db)), scope.spawn(|| TestServer::start(&db))];
        nodes.map(|node| node.join().expect("it starts"))
    });
    assert_eq!(signs(&nodes[0]), signs(&nodes[1]));
    assert_eq!(signing_keys(&nodes[0].app).expect("the keys").len(), 3);
}
