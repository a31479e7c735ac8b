//! Each lifetime, by a clock that stands still: the last moment works, the next does not.

use chrono::TimeDelta;

use crate::support::database::on_both;
use crate::support::flow::{Flow, Tokens, assert_refused};
use crate::support::server::Setup;

const INSTANT: TimeDelta = TimeDelta::microseconds(1);

on_both! {
    async fn a_code_works_for_sixty_seconds(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let (first, second) = (flow.code().await, flow.code().await);
        server.advance(TimeDelta::seconds(60) - INSTANT);
        assert_eq!(flow.redeem(&first, &[]).await.status, 200);
        server.advance(INSTANT);
        assert_refused(&flow.redeem(&second, &[]).await, 400, "invalid_grant");
    }

    async fn an_access_token_works_for_an_hour_or_as_its_client_says(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        server.advance(TimeDelta::hours(1) - INSTANT);
        assert!(flow.is_active(&tokens.access).await);
        server.advance(INSTANT);
        assert!(!flow.is_active(&tokens.access).await);
        let (short, secret) = server.client(|new| new.policy.access_token_lifetime = Some(90));
        let request = flow
            .request(reqwest::Method::POST, "/oauth/token")
            .basic_auth(short.id.as_str(), Some(&secret))
            .form(&[("grant_type", "client_credentials")]);
        let answer = flow.send(request).await;
        assert_eq!(answer.json()["expires_in"], 90);
        let token = Tokens::of(&answer).access;
        server.advance(TimeDelta::seconds(90) - INSTANT);
        assert!(flow.is_active(&token).await);
        server.advance(INSTANT);
        assert!(!flow.is_active(&token).await);
    }

    async fn a_refresh_token_works_for_thirty_days_from_its_last_rotation(db: Database) {
        let server = Setup::default().frozen().set("sessions.lifetime", "365d").start(&db);
        let flow = Flow::new(&server, |_| {});
        let first = flow.tokens().await;
        server.advance(TimeDelta::days(30) - INSTANT);
        assert!(flow.is_active(&first.refresh).await);
        let second = Tokens::of(&flow.refresh(&first.refresh, &[]).await);
        server.advance(TimeDelta::days(30) - INSTANT);
        let third = Tokens::of(&flow.refresh(&second.refresh, &[]).await);
        server.advance(TimeDelta::days(30));
        assert!(!flow.is_active(&third.refresh).await);
        assert_refused(&flow.refresh(&third.refresh, &[]).await, 400, "invalid_grant");
    }

    async fn a_session_works_for_its_lifetime_and_no_longer_idle_than_allowed(db: Database) {
        let server = Setup::default()
            .frozen()
            .set("sessions.lifetime", "3d")
            .set("sessions.idle_lifetime", "1d")
            .start(&db);
        let flow = Flow::new(&server, |_| {});
        server.advance(TimeDelta::days(1) - INSTANT);
        assert_eq!(flow.authorize(&[]).await.status, 302);
        server.advance(TimeDelta::days(1));
        assert_eq!(flow.authorize(&[]).await.status, 303, "idle for too long");
        let flow = flow.signed_in_again(&server);
        for _ in 0..3 {
            assert_eq!(flow.authorize(&[]).await.status, 302);
            server.advance(TimeDelta::hours(23));
        }
        server.advance(TimeDelta::hours(3) - INSTANT);
        assert_eq!(flow.authorize(&[]).await.status, 303, "idle");
    }

    async fn purging_waits_for_a_refresh_token_whose_code_was_redeemed_after_midnight(db: Database) {
        let server = Setup::default().frozen().set("sessions.lifetime", "365d").start(&db);
        let flow = Flow::new(&server, |_| {});
        // The frozen clock starts at 05:06:07.
        let second_before_midnight = TimeDelta::days(1) - TimeDelta::seconds(5 * 3600 + 6 * 60 + 7 + 1);
        server.advance(second_before_midnight);
        let code = flow.code().await;
        server.advance(TimeDelta::seconds(30));
        let tokens = Tokens::of(&flow.redeem(&code, &[]).await);
        server.advance(TimeDelta::days(30) - INSTANT);
        server.app.write(|cx| grantor::store::purge::batch(cx.conn, cx.now, cx.now)).expect("purged");
        assert!(flow.is_active(&tokens.refresh).await);
        assert_eq!(flow.refresh(&tokens.refresh, &[]).await.status, 200);
    }

    async fn purging_keeps_what_works_and_takes_what_is_long_gone(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let purge = || {
            server.app.write(|cx| {
                let before = cx.now - TimeDelta::days(7);
                grantor::store::purge::batch(cx.conn, cx.now, before)
            })
        };
        let taken = |table: &str, counts: Vec<(&'static str, usize)>| {
            counts.into_iter().find(|(name, _)| *name == table).map_or(0, |(_, count)| count)
        };
        assert_eq!(purge().expect("purged").iter().map(|(_, count)| count).sum::<usize>(), 0);
        assert!(flow.is_active(&tokens.access).await);
        server.advance(TimeDelta::days(8));
        assert_eq!(taken("access_tokens", purge().expect("purged")), 1);
        assert_eq!(flow.refresh(&tokens.refresh, &[]).await.status, 200);
        server.advance(TimeDelta::days(39));
        let counts = purge().expect("purged");
        assert_eq!(taken("grants", counts.clone()), 1);
        assert_eq!(taken("sessions", counts), 1);
    }
}
