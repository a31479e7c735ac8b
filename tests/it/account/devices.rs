//! Sign-ins from somewhere new.

use chrono::TimeDelta;
use grantor::account::login::{Origin, verify};
use grantor::account::session;
use grantor::store::purge;

use super::{kinds, registration};
use crate::dialect::passport_support as passport;
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::server::{PASSWORD, Setup, TestServer};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const NEWER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0";

fn sign_in(server: &TestServer, address: &str, agent: &str) {
    let origin = Origin { address: address.to_owned(), user_agent: Some(agent.to_owned()) };
    let verified = verify(&server.app, "ada", PASSWORD, &origin).expect("the password is right");
    session::sign_in(&server.app, verified, origin, None).expect("a session");
}

fn told(server: &TestServer) -> usize {
    kinds(server, "ada@example.com").iter().filter(|kind| *kind == "new_sign_in").count()
}

on_both! {
    async fn people_are_told_of_a_place_that_is_new(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        for (address, agent, expected) in [
            ("192.0.2.1", FIREFOX, 0),
            ("192.0.2.99", NEWER, 0),
            ("192.0.2.1", CHROME, 1),
            ("192.0.2.1", CHROME, 1),
            ("192.0.3.1", FIREFOX, 2),
            ("2001:db8:1::1", FIREFOX, 3),
            ("2001:db8:1:2::7", FIREFOX, 3),
            ("2001:db8:2::1", FIREFOX, 4),
        ] {
            sign_in(&server, address, agent);
            assert_eq!(told(&server), expected, "{address} {agent}");
        }
        let mails = outbox::all(&server);
        let says_so = |text: &str| ["Firefox", "Linux", "2001:db8:2::1"].iter().all(|part| text.contains(part));
        assert!(mails.iter().any(|(_, text)| says_so(text)), "{mails:?}");
    }

    async fn registering_makes_the_first_place_known(db: Database) {
        let server = TestServer::start(&db);
        let body = registration("ada", "ada@example.com", "0123456789");
        assert_eq!(passport::post(&server, "/api/v1/register", body).await.status, 201);
        sign_in(&server, "192.0.2.1", FIREFOX);
        assert_eq!(told(&server), 1);
        passport::log_in(&server, "ada").await;
        assert_eq!(told(&server), 1);
    }

    async fn nobody_is_told_where_the_operator_wants_no_mails(db: Database) {
        let server = Setup::default().set("sessions.new_sign_in_mail", false).start(&db);
        server.user("ada");
        sign_in(&server, "192.0.2.1", FIREFOX);
        sign_in(&server, "192.0.2.1", CHROME);
        assert_eq!(told(&server), 0);
    }

    async fn a_place_that_is_not_used_is_forgotten(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        sign_in(&server, "192.0.2.1", FIREFOX);
        let known = || server.app.read(|cx| grantor::store::known_devices::count_of(cx.conn, ada.id)).expect("a count");
        for (days, expected) in [(180, 1), (1, 0)] {
            server.advance(TimeDelta::days(days));
            server.app.write(|cx| purge::batch(cx.conn, cx.now, cx.now)).expect("purged");
            assert_eq!(known(), expected);
        }
    }
}
