//! What works once works once, however many try it at the same moment.

use futures_util::future::join_all;
use serde_json::json;

use super::{ada, kept};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::passkeys::{Authenticator, begin, finish, post, register, start, token};

const RIVALS: usize = 20;

on_both! {
    async fn one_of_many_rivals_comes_in_with_one_assertion(db: Database) {
        let server = start(&db);
        let (_, _, mut authenticator) = ada(&server).await;
        let browser = Browser::new(&server);
        let (csrf, begun) = begin(&browser).await;
        let credential = authenticator.get(&begun);
        let answers = join_all((0..RIVALS).map(|_| finish(&browser, &csrf, &begun, &credential))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        let rest = answers.iter().filter(|answer| [403, 410].contains(&answer.status)).count();
        assert_eq!(rest, RIVALS - 1, "{answers:?}");
    }

    async fn a_person_has_twenty_passkeys_at_the_most_however_they_are_added(db: Database) {
        let server = start(&db);
        let (ada, browser, _) = ada(&server).await;
        let csrf = token(&browser, "/account/passkeys").await;
        for _ in 0..17 {
            assert_eq!(register(&browser, &mut Authenticator::new(), "x").await.status, 200);
        }
        let mut bodies = Vec::new();
        for _ in 0..4 {
            let begun = post(&browser, "/account/passkeys/begin", &json!({ "_token": csrf })).await;
            assert_eq!(begun.status, 200, "{}", begun.body);
            let credential = Authenticator::new().create(&begun.json());
            bodies.push(json!({ "_token": csrf, "ceremony": begun.json()["ceremony"], "credential": credential }));
        }
        let answers = join_all(bodies.iter().map(|body| post(&browser, "/account/passkeys", body))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 2, "{answers:?}");
        assert_eq!(kept(&server, &ada).len(), 20);
        let full = post(&browser, "/account/passkeys/begin", &json!({ "_token": csrf })).await;
        assert_eq!(full.status, 409, "{}", full.body);
        let page = browser.get("/account/passkeys").await;
        assert!(page.text_of("main").contains("as many passkeys as one may have") && page.data("begin").is_none());
    }
}
