//! What is counted for the dashboard.

use chrono::TimeDelta;
use grantor::account::statistics::{self, Step};
use grantor::core::statistic::Counter;
use grantor::store;
use serde_json::json;

use crate::cli::running;
use crate::dialect::passport_support::post;
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::{Setup, TestServer};

fn total(server: &TestServer, counter: Counter, step: Step) -> (i64, usize) {
    let now = server.app.now();
    let lines = statistics::of(&server.app, step, now - TimeDelta::days(2), now + TimeDelta::hours(1)).expect("read");
    let line = lines.into_iter().find(|line| line.counter == counter).expect("every counter has a line");
    (line.total(), line.points.len())
}

on_both! {
    async fn what_happens_is_counted_by_the_hour(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        flow.refresh(&tokens.refresh, &[]).await;
        flow.introspect(&tokens.access).await;
        flow.authorize(&[("scope", "ships")]).await;
        post(&server, "/api/v1/login", json!({ "email": "ada@example.com", "password": "a wrong word" })).await;
        assert_eq!(total(&server, Counter::Tokens, Step::Hour).0, 0, "only what was written down");
        let expected = [
            (Counter::SignIns, 1),
            (Counter::SignInsRefused, 1),
            (Counter::Authorizations, 1),
            (Counter::Tokens, 1),
            (Counter::Refreshes, 1),
            (Counter::Introspections, 1),
            (Counter::Failures, 1),
            (Counter::Registrations, 0),
        ];
        for round in 1..=2 {
            server.app.keep_counts().expect("kept");
            for (counter, count) in expected {
                assert_eq!(total(&server, counter, Step::Hour).0, count, "{counter:?} after {round}");
            }
        }
        // Another node, or a later half minute: the totals add up.
        server.app.count(Counter::Tokens);
        server.app.keep_counts().expect("kept");
        server.advance(TimeDelta::hours(1));
        server.app.count(Counter::Tokens);
        server.app.keep_counts().expect("kept");
        let (tokens, hours) = total(&server, Counter::Tokens, Step::Hour);
        assert_eq!(tokens, 3);
        assert!((49..=50).contains(&hours), "{hours}: no hour is left out");
        assert!((3..=4).contains(&total(&server, Counter::Tokens, Step::Day).1));
        assert_eq!(total(&server, Counter::Tokens, Step::Day).0, 3);
    }

    async fn counts_are_kept_for_as_long_as_the_setting_says(db: Database) {
        let server = TestServer::start(&db);
        let now = server.app.now();
        for (days, counter) in [(366, Counter::Tokens), (366, Counter::SignIns), (364, Counter::Tokens)] {
            let at = now - TimeDelta::days(days);
            server.app.write(move |cx| store::statistics::add(cx.conn, counter.as_str(), at, 1)).expect("counted");
        }
        for (kept, deleted) in [("0s", 0), ("400d", 0), ("365d", 2), ("365d", 0), ("363d", 1)] {
            let said = running::run(&db, &["--set", &format!("statistics.retention={kept}"), "purge", "--json"]);
            assert_eq!(said.json()["deleted"]["statistics"], deleted, "{kept}");
        }
    }
}
