//! Pending, active, retiring, gone.

use chrono::TimeDelta;
use grantor::core::signing::Algorithm;
use grantor::store::purge;

use super::{AHEAD, INSTANT, OVERLAP, by_jwks, client, jwks, kid, rotate, states, token};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

on_both! {
    async fn a_key_is_published_signs_verifies_and_is_gone(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let app = &server.app;
        let first: Vec<_> = Algorithm::ALL.iter().map(|&algorithm| states(app, algorithm)).collect();
        server.advance(TimeDelta::seconds(1));
        for (algorithm, old) in Algorithm::ALL.into_iter().zip(&first) {
            let [(old, "active")] = old.as_slice() else { panic!("{old:?}") };
            let is_listed = async |key: &grantor::core::ids::KeyId| jwks(&server).await.body.contains(key.as_str());
            let signs = || app.keys().expect("the keys").signer(algorithm).id.clone();
            let new = rotate(app, Some(algorithm), false).remove(0);
            server.advance(AHEAD - INSTANT);
            assert_eq!(states(app, algorithm), [(new.clone(), "pending"), (old.clone(), "active")]);
            assert!(signs() == *old && is_listed(old).await && is_listed(&new).await);
            server.advance(INSTANT);
            assert_eq!(states(app, algorithm), [(new.clone(), "active"), (old.clone(), "retiring")]);
            assert!(signs() == new && is_listed(old).await && is_listed(&new).await);
            server.advance(OVERLAP - INSTANT);
            assert_eq!(states(app, algorithm), [(new.clone(), "active"), (old.clone(), "retiring")]);
            assert!(is_listed(old).await);
            server.advance(INSTANT);
            assert_eq!(states(app, algorithm), [(new.clone(), "active"), (old.clone(), "gone")]);
            assert!(!is_listed(old).await && is_listed(&new).await);
            server.advance(INSTANT);
            app.write(|cx| purge::batch(cx.conn, cx.now, cx.now)).expect("purged");
            assert_eq!(states(app, algorithm), [(new, "active")]);
        }
    }

    async fn a_key_that_signs_at_once_goes_ahead_of_one_that_waits(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (app, es256) = (&server.app, Algorithm::Es256);
        let leaked = states(app, es256).remove(0).0;
        server.advance(TimeDelta::seconds(1));
        let waits = rotate(app, Some(es256), false).remove(0);
        server.advance(TimeDelta::seconds(1));
        let new = rotate(app, Some(es256), true).remove(0);
        let expected = [(new.clone(), "active"), (waits, "retiring"), (leaked, "retiring")];
        assert_eq!(states(app, es256), expected);
        server.advance(AHEAD);
        assert_eq!(states(app, es256), expected, "the one that waited does not take over");
        assert_eq!(app.keys().expect("the keys").signer(es256).id, new);
    }

    async fn what_was_signed_verifies_until_it_expires(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.advance(TimeDelta::seconds(1));
        for algorithm in Algorithm::ALL {
            let of_it = client(&server, algorithm, Some(30 * 24 * 3600));
            rotate(&server.app, Some(algorithm), false);
            server.advance(AHEAD - INSTANT);
            let (last, lifetime) = token(&server, &of_it).await;
            server.advance(INSTANT);
            assert_ne!(kid(&token(&server, &of_it).await.0), kid(&last), "the next one is of the new key");
            server.advance(TimeDelta::seconds(lifetime));
            assert!(by_jwks(&server, &last).await.is_some(), "{algorithm:?}");
            let ring = server.app.keys().expect("the keys");
            assert!(ring.verify::<serde_json::Value>(&last, "at+jwt").is_some());
            server.advance(OVERLAP - TimeDelta::seconds(lifetime));
            assert!(by_jwks(&server, &last).await.is_none(), "{algorithm:?}");
            let ring = server.app.keys().expect("the keys");
            assert!(ring.verify::<serde_json::Value>(&last, "at+jwt").is_none());
        }
    }

    async fn no_token_outlives_its_key(db: Database) {
        let short = [("tokens.access_token_lifetime", "1h"), ("keys.verify_after", "2h")];
        let setup = short.iter().fold(Setup::default().frozen(), |setup, (key, value)| setup.set(key, value));
        let server = setup.start(&db);
        let of_it = client(&server, Algorithm::Es256, Some(30 * 24 * 3600));
        let (last, lifetime) = token(&server, &of_it).await;
        assert_eq!(lifetime, 2 * 3600);
        server.advance(TimeDelta::seconds(1));
        rotate(&server.app, None, true);
        server.advance(TimeDelta::minutes(130) - INSTANT);
        assert!(by_jwks(&server, &last).await.is_some());
        server.advance(INSTANT);
        assert!(by_jwks(&server, &last).await.is_none());
    }

    async fn the_documents_are_sent_again_only_if_they_changed(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let browser = Browser::new(&server);
        let ask = async |path: &str, tag: &str| {
            browser.send(browser.request(reqwest::Method::GET, path).header("if-none-match", tag)).await
        };
        for path in ["/oauth/jwks", "/.well-known/oauth-authorization-server"] {
            let first = browser.get(path).await;
            let tag = first.header("etag");
            assert_eq!((first.status, first.header("cache-control")), (200, "public, max-age=300"));
            for known in [tag, &format!("\"other\", W/{tag}"), "*"] {
                let same = ask(path, known).await;
                assert_eq!((same.status, same.body.as_str(), same.header("etag")), (304, "", tag), "{known}");
                assert_eq!(same.header("cache-control"), "public, max-age=300");
                assert_eq!(same.header("access-control-allow-origin"), "*");
            }
            for known in ["\"other\"", "nonsense", ""] {
                assert_eq!(ask(path, known).await.status, 200, "{known}");
            }
        }
        let tag = jwks(&server).await.header("etag").to_owned();
        server.advance(TimeDelta::seconds(10));
        assert_eq!(ask("/oauth/jwks", &tag).await.status, 304, "read anew, and the same");
        rotate(&server.app, Some(Algorithm::EdDsa), false);
        assert_eq!(ask("/oauth/jwks", &tag).await.status, 200);
    }

    async fn private_keys_are_sealed_and_never_shown(db: Database) {
        let server = TestServer::start(&db);
        let kept = server.app.read(|cx| grantor::store::signing_keys::every(cx.conn)).expect("the keys");
        assert_eq!(kept.len(), 3);
        for key in &kept {
            assert!(server.app.secrets.open("something else", &key.private_key).is_err());
            let plain = server.app.secrets.open("signing key", &key.private_key).expect("sealed under the master key");
            assert!(plain.starts_with(&[0x30]), "PKCS#8");
            for member in ["\"d\"", "\"p\"", "\"q\"", "\"k\""] {
                assert!(!key.public_jwk.contains(member), "{}", key.public_jwk);
            }
        }
    }
}
