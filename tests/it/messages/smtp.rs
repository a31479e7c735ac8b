//! Mails through a mail server.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use grantor::account::courier::{Courier, Couriers};
use grantor::account::post::{self, State};
use grantor::core::delivery::Channel;
use grantor::core::text::Language;
use grantor::core::time::delta;
use grantor::mail::{Mail as _, PasswordResetLink};
use grantor::store::messages;

use super::{assert_over, assert_waits, deliver, only, write, write_for};
use crate::support::database::{Database, on_both};
use crate::support::server::{Setup, TestServer};
use crate::support::smtp::SmtpServer;

/// A node that sends mails through the server on this port; its clock stands still.
fn node(db: &Database, port: u16) -> TestServer {
    settings(port).frozen().start(db)
}

fn settings(port: u16) -> Setup {
    Setup::default()
        .set("mail.transport", "smtp")
        .set("mail.host", "127.0.0.1")
        .set("mail.port", port)
        .set("mail.security", "none")
        .set("mail.from", "Grantor <no-reply@id.example.com>")
        .set("mail.timeout", "2s")
}

/// A port that nothing listens on.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address").port()
}

on_both! {
    async fn a_mail_arrives_with_both_parts(db: Database) {
        let mails = SmtpServer::start();
        let server = settings(mails.port)
            .set("mail.username", "grantor")
            .set("mail.password", "a secret")
            .frozen()
            .start(&db);
        write(&server, "ada@example.com");
        let (message, content) = only(&server);
        assert_eq!((message.state(), message.next_attempt_at), (State::Waiting, Some(server.app.now())));
        assert_eq!(deliver(&server, Channel::Mail), 1);
        let [mail] = mails.taken().try_into().expect("one mail");
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("no-reply@id.example.com", ["ada@example.com".to_owned()].as_slice()));
        assert!(mails.commands().contains(&"AUTH PLAIN |grantor|a secret".to_owned()), "{:?}", mails.commands());
        assert_eq!(mail.header("From"), "Grantor <no-reply@id.example.com>");
        assert_eq!(mail.header("To"), "ada@example.com");
        assert_eq!(mail.header("Subject"), PasswordResetLink::sample(Language::English).subject());
        assert_eq!(mail.header("Message-ID"), format!("<{}@id.example.com>", message.id));
        assert_eq!(mail.header("Date"), "Wed, 04 Mar 2026 05:06:07 +0000");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert!(mail.header("Content-Type").starts_with("multipart/alternative;"));
        for part in ["Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8", "Hello Ada Lovelace,", "<p>Hello Ada Lovelace,</p>"] {
            assert!(mail.data.contains(part), "{part}: {}", mail.data);
        }
        assert!(content.text.contains("token=") && content.html.is_some());
        assert_over(&server, State::Sent, 1);
        assert_eq!(only(&server).0.sent_at, Some(server.app.now()));
        server.advance(TimeDelta::days(1));
        assert_eq!(deliver(&server, Channel::Mail), 0);
    }

    async fn two_nodes_send_no_mail_twice(db: Database) {
        const COUNT: usize = 60;
        let mails = SmtpServer::start();
        let nodes = [settings(mails.port).start(&db), settings(mails.port).start(&db)];
        for number in 0..COUNT {
            write(nodes.first().expect("a node"), &format!("ada{number}@example.com"));
        }
        let couriers = nodes.each_ref().map(|node| Couriers::start(&node.app).expect("couriers"));
        let began = Instant::now();
        let all_sent = || {
            let messages = post::newest(&nodes[0].app, 100).expect("the outbox");
            messages.iter().all(|(message, _)| message.state() == State::Sent)
        };
        while !all_sent() {
            assert!(began.elapsed() < Duration::from_secs(30), "{} of {COUNT} were taken", mails.taken().len());
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(couriers);
        let taken = mails.taken();
        let recipients: BTreeSet<&str> = taken.iter().flat_map(|mail| &mail.to).map(String::as_str).collect();
        assert_eq!((taken.len(), recipients.len()), (COUNT, COUNT));
    }

    async fn while_one_sends_nobody_else_does(db: Database) {
        let mails = SmtpServer::start();
        let (one, other) = (node(&db, mails.port), node(&db, mails.port));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (seen_then, app) = (Arc::clone(&seen), Arc::clone(&other.app));
        mails.before_taking(move || {
            let taken = Courier::new(&app).expect("a courier").deliver(Channel::Mail, || true).expect("an answer");
            let message = post::newest(&app, 1).expect("the outbox").remove(0).0;
            seen_then.lock().expect("what was seen").push((taken, message.next_attempt_at));
        });
        write(&one, "ada@example.com");
        assert_eq!(deliver(&one, Channel::Mail), 1);
        let seen = seen.lock().expect("what was seen").clone();
        let [(0, Some(until))] = seen.as_slice() else { panic!("{seen:?}") };
        assert!(*until >= one.app.now() + delta(Duration::from_secs(16 * 2)), "longer than all steps of sending");
        assert_eq!(mails.taken().len(), 1);
    }

    async fn a_mail_waits_for_a_server_that_is_down(db: Database) {
        let port = closed_port();
        let server = node(&db, port);
        write(&server, "ada@example.com");
        let mut attempts = 0;
        for seconds in [60, 5 * 60, 15 * 60, 3600, 3 * 3600, 3 * 3600] {
            assert_eq!(deliver(&server, Channel::Mail), 1);
            attempts += 1;
            assert_waits(&server, attempts, seconds);
            assert_eq!(deliver(&server, Channel::Mail), 0, "not before it is time");
            server.advance(TimeDelta::seconds(i64::try_from(seconds).expect("few")));
        }
        let mails = SmtpServer::on(TcpListener::bind(("127.0.0.1", port)).expect("the port again"));
        assert_eq!(deliver(&server, Channel::Mail), 1);
        assert_eq!(mails.taken().len(), 1);
        assert_over(&server, State::Sent, attempts + 1);
    }

    async fn what_is_refused_for_good_is_given_up(db: Database) {
        let mails = SmtpServer::start();
        mails.refuse("RCPT", "550 5.1.1 <ada@example.com>: no such user");
        let server = node(&db, mails.port);
        write(&server, "ada@example.com");
        assert_eq!(deliver(&server, Channel::Mail), 1);
        assert_over(&server, State::GivenUp, 1);
        server.advance(TimeDelta::days(1));
        assert_eq!(deliver(&server, Channel::Mail), 0);
        assert!(mails.taken().is_empty());
    }

    async fn what_is_refused_for_now_is_tried_again(db: Database) {
        let mails = SmtpServer::start();
        let server = settings(mails.port).set("mail.username", "grantor").set("mail.password", "x").frozen().start(&db);
        write(&server, "ada@example.com");
        for (attempts, command, reply, seconds) in [
            (1, "RCPT", "451 4.7.1 greylisted", 60),
            (2, "AUTH", "535 5.7.8 wrong password", 5 * 60),
            (3, "EHLO", "421 too many connections", 15 * 60),
            (4, "EHLO", "554 5.7.1 no mail is taken from this address", 60 * 60),
            (5, "AUTH", "550 5.7.1 the account is suspended", 3 * 60 * 60),
            (6, "", "554 5.3.2 out of service", 3 * 60 * 60),
        ] {
            mails.refuse(command, reply);
            // Without a connection that signed in before.
            assert_eq!(deliver(&server, Channel::Mail), 1, "{reply}");
            assert_waits(&server, attempts, seconds);
            server.advance(TimeDelta::hours(3));
        }
    }

    async fn what_is_too_old_is_given_up(db: Database) {
        let server = settings(closed_port()).set("mail.give_up_after", "10m").frozen().start(&db);
        write_for(&server, "ada@example.com", Duration::from_mins(5));
        assert_eq!(deliver(&server, Channel::Mail), 1);
        assert_waits(&server, 1, 60);
        server.advance(TimeDelta::seconds(60));
        assert_eq!(deliver(&server, Channel::Mail), 1);
        // It would be tried again after it has expired.
        assert_over(&server, State::GivenUp, 2);
    }

    async fn what_expired_while_nobody_sent_it_is_given_up_unsent(db: Database) {
        let mails = SmtpServer::start();
        let server = settings(mails.port).set("mail.give_up_after", "10m").frozen().start(&db);
        for lifetime in [Duration::from_mins(5), Duration::from_hours(1)] {
            write_for(&server, "ada@example.com", lifetime);
        }
        server.advance(TimeDelta::minutes(11));
        assert_eq!(deliver(&server, Channel::Mail), 2);
        let messages = post::newest(&server.app, 10).expect("the outbox");
        assert!(messages.iter().all(|(message, _)| message.state() == State::GivenUp));
        assert!(mails.commands().is_empty());
    }

    async fn who_dies_before_sending_leaves_the_mail_to_others(db: Database) {
        let mails = SmtpServer::start();
        let server = node(&db, mails.port);
        write(&server, "ada@example.com");
        let claimed = server.app.write(|cx| {
            let due = messages::due(cx.conn, Channel::Mail, cx.now, 10)?;
            let until = cx.now + TimeDelta::seconds(90);
            let first = messages::claim(cx.conn, &due[0], until)?;
            Ok::<_, grantor::store::Error>((first, messages::claim(cx.conn, &due[0], until)?))
        });
        assert_eq!(claimed.expect("the database answers"), (true, false), "a claim is had once");
        server.advance(TimeDelta::seconds(89));
        assert_eq!(deliver(&server, Channel::Mail), 0);
        server.advance(TimeDelta::seconds(1));
        assert_eq!(deliver(&server, Channel::Mail), 1);
        assert_eq!(mails.taken().len(), 1);
        assert_over(&server, State::Sent, 2);
    }

    async fn without_tls_nothing_is_sent_where_tls_is_asked_for(db: Database) {
        let mails = SmtpServer::start();
        let server = settings(mails.port).set("mail.security", "starttls").frozen().start(&db);
        write(&server, "ada@example.com");
        assert_eq!(deliver(&server, Channel::Mail), 1);
        assert_waits(&server, 1, 60);
        assert!(mails.commands().iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{:?}", mails.commands());
    }

    async fn nothing_starts_a_header_of_its_own(db: Database) {
        let mails = SmtpServer::start();
        let server = node(&db, mails.port);
        let hostile = "Ada\r\nBcc: eve@evil.example";
        let written = server.app.write(move |cx| {
            let mail = PasswordResetLink { product: hostile.into(), name: hostile.into(), ..PasswordResetLink::sample(Language::English) };
            post::mail(cx, "ada@example.com", &mail, cx.now + TimeDelta::hours(1))
        });
        written.expect("the mail is written");
        for to in ["ada@example.com\r\nRCPT TO:<eve@evil.example>", "ada@example.com>\r\nBcc: eve@evil.example", "ada"] {
            write(&server, to);
        }
        assert_eq!(deliver(&server, Channel::Mail), 4);
        let [mail] = mails.taken().try_into().expect("one mail");
        assert_eq!(mail.to, ["ada@example.com"]);
        assert!(!mail.headers().iter().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{:?}", mail.headers());
        assert!(mails.commands().iter().all(|line| !line.contains("eve")), "{:?}", mails.commands());
        let messages = post::newest(&server.app, 10).expect("the outbox");
        let given_up = messages.iter().filter(|(message, _)| message.state() == State::GivenUp).count();
        assert_eq!(given_up, 3, "an address that is none is not tried again");
    }

    async fn a_decoy_goes_nowhere(db: Database) {
        let mails = SmtpServer::start();
        let server = node(&db, mails.port);
        write(&server, "");
        let waiting = server.app.read(|cx| messages::due(cx.conn, Channel::Mail, cx.now, 10));
        assert!(waiting.expect("the database answers").is_empty());
        assert_eq!(deliver(&server, Channel::Mail), 0);
        assert!(mails.commands().is_empty());
    }

    async fn without_a_mail_server_mails_stay_in_the_outbox(db: Database) {
        let server = Setup::default().frozen().start(&db);
        write(&server, "ada@example.com");
        assert_eq!(deliver(&server, Channel::Mail), 0);
        let (message, content) = only(&server);
        assert_eq!((message.state(), message.next_attempt_at), (State::Kept, None));
        assert!(content.text.contains("token="));
    }
}
