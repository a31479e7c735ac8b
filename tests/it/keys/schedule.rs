//! Keys that are replaced in time, by nobody's hand.

use std::sync::Arc;
use std::thread;

use chrono::TimeDelta;
use diesel::{RunQueryDsl as _, sql_query};
use grantor::app::{App, Rotation, rotate_due, signing_keys};
use grantor::core::audit::Actor;
use grantor::core::signing::Algorithm;
use grantor::store::Error;

use super::{AHEAD, INSTANT, rotate, states};
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

const EVERY: TimeDelta = TimeDelta::days(90);

fn due(app: &Arc<App>) -> usize {
    rotate_due(app).expect("looked").len()
}

on_both! {
    async fn each_key_signs_for_its_time(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let app = &server.app;
        server.advance(EVERY - AHEAD - INSTANT);
        assert_eq!(due(app), 0);
        server.advance(INSTANT);
        assert_eq!((due(app), due(app)), (3, 0), "once");
        for algorithm in Algorithm::ALL {
            let [(_, "pending"), (_, "active")] = states(app, algorithm)[..] else { panic!("{algorithm:?}") };
        }
        server.advance(AHEAD);
        let signs = |algorithm| app.keys().expect("the keys").signer(algorithm).id.clone();
        for algorithm in Algorithm::ALL {
            let [(new, "active"), (_, "retiring")] = &states(app, algorithm)[..] else { panic!("{algorithm:?}") };
            assert_eq!(signs(algorithm), *new);
        }
        let noted = app.write(|cx| {
            let of_it = "UPDATE audit_events SET act = act WHERE act = 'key.rotate' AND actor_kind = 'server'";
            Ok::<_, Error>(sql_query(of_it).execute(cx.conn)?)
        });
        assert_eq!(noted.expect("the events"), 3);
        server.advance(EVERY - AHEAD - INSTANT);
        assert_eq!(due(app), 0, "counted from when it began to sign");
        server.advance(INSTANT);
        assert_eq!(due(app), 3);
    }

    async fn a_key_made_by_hand_is_not_due_with_the_others(db: Database) {
        let server = Setup::default().frozen().set("keys.rotate_every", "10d").start(&db);
        server.advance(TimeDelta::days(5));
        rotate(&server.app, Some(Algorithm::EdDsa), true);
        server.advance(TimeDelta::days(5));
        assert_eq!(due(&server.app), 2);
        // After a while in which nobody looked.
        server.advance(TimeDelta::days(50));
        assert_eq!((due(&server.app), due(&server.app)), (3, 0));
    }

    async fn never_means_never(db: Database) {
        let server = Setup::default().frozen().set("keys.rotate_every", "0s").start(&db);
        server.advance(TimeDelta::days(20_000));
        assert_eq!(due(&server.app), 0);
    }

    async fn of_several_who_rotate_at_once_one_does(db: Database) {
        let server = TestServer::start(&db);
        let instead_of = Some(signing_keys(&server.app).expect("the keys").into_iter().map(|key| key.id).collect());
        let rotation = Rotation { instead_of, ..Rotation::default() };
        let rivals: Vec<_> = (0..4)
            .map(|_| {
                let (app, rotation) = (Arc::clone(&server.app), rotation.clone());
                thread::spawn(move || grantor::app::rotate(&app, &Actor::Operator, &rotation).expect("rotated").len())
            })
            .collect();
        let made: usize = rivals.into_iter().map(|rival| rival.join().expect("no panic")).sum();
        assert_eq!((made, signing_keys(&server.app).expect("the keys").len()), (3, 6));
        assert_eq!(grantor::app::rotate(&server.app, &Actor::Operator, &rotation).expect("looked"), [], "seen already");
    }

    async fn a_database_that_lacks_an_algorithm_gets_a_key_of_it(db: Database) {
        let kept = {
            let server = TestServer::start(&db);
            let kept = signing_keys(&server.app).expect("the keys");
            let gone = server.app.write(|cx| {
                Ok::<_, Error>(sql_query("DELETE FROM signing_keys WHERE algorithm = 'RS256'").execute(cx.conn)?)
            });
            assert_eq!(gone.expect("deleted"), 1);
            kept
        };
        let server = TestServer::start(&db);
        let now = signing_keys(&server.app).expect("the keys");
        let ids = |keys: &[grantor::app::KnownKey], without: &str| {
            keys.iter().filter(|key| key.algorithm != without).map(|key| key.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&now, "RS256"), ids(&kept, "RS256"), "the others stay");
        assert_eq!(now.len(), 3);
        assert!(now.iter().all(|key| key.state.as_str() == "active"));
    }
}
