//! What is written stays, in order, and is found by whatever it is searched by.

use chrono::TimeDelta;
use grantor::account::audit::{self, Act, Actor, Event, Object, ObjectKind};
use grantor::core::audit::{Filter, Outcome, Recorded};
use grantor::core::ids::UserId;
use grantor::core::page::Page;
use grantor::core::trace::{RequestId, Trace};
use grantor::store;

use crate::support::database::on_both;
use crate::support::server::Setup;

fn acts(found: &[Recorded]) -> Vec<&str> {
    found.iter().map(|event| event.act.as_str()).collect()
}

on_both! {
    async fn events_are_found_by_who_what_on_what_when_and_in_which_request(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (ada, bob) = (UserId(7), UserId(8));
        let clock = server.clock.clone().expect("a frozen clock");
        let trace = Trace { request: RequestId::next(), address: "203.0.113.9".parse().ok() };
        let app = &server.app;
        let write = |event: Event| {
            app.write(move |cx| audit::record(cx, &event)).expect("recorded");
            clock.advance(TimeDelta::seconds(1));
        };
        let begun = app.now();
        write(Event::new(ada, Act::SignIn).on(ada).with("method", "pass\nword"));
        Trace::within(Some(trace), || write(Event::new(Actor::Nobody, Act::SignInRefused).on(ada).refused()));
        write(Event::new(bob, Act::SignIn).on(bob));
        write(Event::new(Actor::Operator, Act::ScopeEdit).on(Object::new(ObjectKind::Scope, "email")).changed("optional", false, true).changed("same", 1, 1));

        let find = |filter: Filter| audit::search(app, &filter, &Page::default()).expect("read");
        let all = find(Filter { from: Some(begun), ..Filter::default() });
        assert_eq!(acts(&all), ["scope.edit", "sign_in", "sign_in.refused", "sign_in"]);
        assert_eq!(acts(&find(Filter { actor: Some(ada.into()), ..Filter::default() })), ["sign_in"]);
        assert_eq!(acts(&find(Filter { actor: Some(Actor::Operator), from: Some(begun), ..Filter::default() })), ["scope.edit"]);
        assert_eq!(acts(&find(Filter { object: Some(ada.into()), ..Filter::default() })), ["sign_in.refused", "sign_in"]);
        assert_eq!(acts(&find(Filter { act: Some(Act::SignIn), object: Some(bob.into()), ..Filter::default() })), ["sign_in"]);
        let until = begun + TimeDelta::seconds(1);
        assert_eq!(acts(&find(Filter { from: Some(begun), until: Some(until), ..Filter::default() })), ["sign_in"]);

        let refused = find(Filter { request_id: Some(trace.request.to_string()), ..Filter::default() });
        let [refused] = refused.as_slice() else { panic!("{refused:?}") };
        assert_eq!(refused.ip_address.as_deref(), Some("203.0.113.9"));
        assert_eq!((refused.outcome.as_str(), &refused.actor), (Outcome::Refused.as_str(), &Actor::Nobody));
        let edit = serde_json::json!({ "optional": { "old": false, "new": true } });
        assert_eq!(serde_json::Value::from(all[0].details.clone()), edit);
        assert_eq!(all[3].details["method"], "password", "no control characters");
    }
}

on_both! {
    async fn pages_and_exports_hold_each_event_once_in_order(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let app = &server.app;
        for batch in 0..3 {
            // All of a batch at one moment: the order is that of writing.
            app.write(move |cx| {
                for n in 0..250 {
                    audit::record(cx, &Event::new(Actor::Server, Act::KeyRotate).with("n", batch * 250 + n))?;
                }
                Ok::<_, store::Error>(())
            })
            .expect("recorded");
        }
        let filter = Filter { actor: Some(Actor::Server), act: Some(Act::KeyRotate), ..Filter::default() };
        let numbers = |found: &[Recorded]| found.iter().filter_map(|event| event.details["n"].as_i64()).collect::<Vec<_>>();
        let (mut page, mut paged) = (Page { after: None, limit: 100 }, Vec::new());
        loop {
            let found = audit::search(app, &filter, &page).expect("read");
            let Some(last) = found.last() else { break };
            page.after = Some(last.cursor());
            paged.extend(numbers(&found));
        }
        let wanted: Vec<i64> = (0..750).rev().collect();
        assert_eq!(paged, wanted);
        let mut exported = Vec::new();
        audit::export::<store::Error>(app, &filter, |batch| {
            exported.extend(numbers(&batch));
            Ok(())
        })
        .expect("exported");
        assert_eq!(exported, wanted);
        // A place that is none is no error: it is read from the start.
        let broken = Page { after: Some("x'.y".to_owned()), limit: 1 };
        assert_eq!(audit::search(app, &filter, &broken).expect("read").len(), 1);
    }
}

on_both! {
    async fn events_are_kept_for_as_long_as_the_setting_says(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.app.write(|cx| audit::record(cx, &Event::new(Actor::Server, Act::KeyRotate))).expect("recorded");
        let filter = Filter { actor: Some(Actor::Server), act: Some(Act::KeyRotate), ..Filter::default() };
        let app = &server.app;
        let count = || audit::search(app, &filter, &Page::default()).expect("read").len();
        let now = server.app.now();
        let purge = |events| {
            let before = store::purge::Before { events, reasons: now, counts: None };
            app.write(move |cx| store::purge::records(cx.conn, before, None)).expect("purged");
        };
        purge(None);
        purge(Some(now));
        assert_eq!(count(), 1);
        purge(Some(now + TimeDelta::microseconds(1)));
        assert_eq!(count(), 0);
    }
}
