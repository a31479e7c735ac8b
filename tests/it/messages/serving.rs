//! The real program sends mails: over TLS, with a log that names nobody, and after a crash.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use grantor::account::courier::Courier;
use grantor::account::post::{self, State};
use grantor::app::{App, Surroundings};
use grantor::config::{Config, Sources};
use grantor::core::delivery::Channel;
use grantor::core::text::Language;
use grantor::core::time::{Clock as _, FrozenClock, SystemClock};
use grantor::mail::PasswordResetLink;

use crate::cli::running::{Serving, program};
use crate::support::database::{Database, on_both};
use crate::support::gateway::GatewayServer;
use crate::support::smtp::{SmtpServer, Tls};

/// The settings of a node that sends mails through the server on this port.
fn settings(port: u16, security: &str) -> Vec<(&'static str, String)> {
    vec![
        ("mail.transport", "smtp".to_owned()),
        ("mail.host", "localhost".to_owned()),
        ("mail.port", port.to_string()),
        ("mail.security", security.to_owned()),
        ("mail.from", "no-reply@id.example.com".to_owned()),
        ("mail.timeout", "1s".to_owned()),
    ]
}

/// The program with these settings; it trusts the certificate.
fn serve(db: &Database, settings: &[(&str, String)], certificate: &str) -> Serving {
    let trusted = db.data_dir().join("trusted.pem");
    std::fs::write(&trusted, certificate).expect("the certificate is written");
    let mut command = program(db);
    command.env("SSL_CERT_FILE", trusted).args(["serve", "--set", "log.level=trace"]);
    for (key, value) in settings {
        command.arg("--set").arg(format!("{key}={value}"));
    }
    Serving::of(db, command)
}

/// The app of the library on the same data, `later` than now.
fn app(db: &Database, settings: &[(&str, String)], later: TimeDelta) -> Arc<App> {
    let mut sources = Sources::default().with_flag("database.url", db.url(), "--database-url").with_flag(
        "server.data_dir",
        &db.data_dir().display().to_string(),
        "--data-dir",
    );
    for (key, value) in settings {
        sources = sources.with_flag(key, value, "--test");
    }
    let clock = Arc::new(FrozenClock::at(SystemClock.now() + later));
    let surroundings = Surroundings { clock, ..Surroundings::default() };
    App::open(Config::load(sources).expect("the test's settings"), surroundings).expect("the app opens")
}

fn write(app: &Arc<App>) {
    let written = app.write(|cx| {
        let expires_at = cx.now + TimeDelta::hours(1);
        post::mail(cx, "ada@example.com", &PasswordResetLink::sample(Language::English), expires_at)
    });
    written.expect("the mail is written");
}

fn only(app: &App) -> post::Message {
    let mut messages = post::newest(app, 10).expect("the outbox");
    assert_eq!(messages.len(), 1);
    messages.remove(0).0
}

fn wait_for(what: impl Fn() -> bool, log: impl Fn() -> String) {
    let began = Instant::now();
    while !what() {
        assert!(began.elapsed() < Duration::from_secs(30), "{}", log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

on_both! {
    async fn mails_go_over_tls_and_the_log_names_nobody(db: Database) {
        for (security, from_the_start) in [("starttls", false), ("tls", true)] {
            let tls = Tls::named("localhost", from_the_start);
            let certificate = tls.certificate.clone();
            let mails = SmtpServer::with_tls(tls);
            let settings = settings(mails.port, security);
            let mut serving = serve(&db, &settings, &certificate);
            assert!(serving.welcome.contains("sent through localhost"), "{}", serving.welcome);
            write(&app(&db, &settings, TimeDelta::zero()));
            wait_for(|| serving.log().contains("event=mail outcome=sent"), || serving.log());
            assert_eq!(mails.taken().len(), 1);
            assert_eq!(mails.commands().contains(&"STARTTLS".to_owned()), !from_the_start);
            assert_eq!(serving.stop("TERM"), Some(0), "{}", serving.log());
            for secret in ["ada@example.com", "grs_8Jt2pQ0vXm4nYb6c"] {
                assert!(!serving.log().contains(secret), "{secret}: {}", serving.log());
            }
        }
    }

    async fn a_mail_server_that_is_not_known_gets_no_mail(db: Database) {
        for (security, from_the_start) in [("starttls", false), ("tls", true)] {
            let mails = SmtpServer::with_tls(Tls::named("localhost", from_the_start));
            let another = Tls::named("localhost", false).certificate;
            let settings = settings(mails.port, security);
            let serving = serve(&db, &settings, &another);
            write(&app(&db, &settings, TimeDelta::zero()));
            wait_for(|| serving.log().contains("event=mail outcome=retry"), || serving.log());
            assert!(mails.commands().iter().all(|line| line.starts_with("EHLO") || line == "STARTTLS"));
            assert!(mails.taken().is_empty());
        }
    }

    async fn who_dies_after_sending_has_the_mail_sent_again_as_the_same(db: Database) {
        let mails = SmtpServer::start();
        let settings = settings(mails.port, "none");
        let serving = serve(&db, &settings, "");
        let pid = serving.id().to_string();
        mails.before_taking(move || {
            let killed = Command::new("kill").args(["-KILL", &pid]).stderr(Stdio::null()).status();
            killed.expect("kill runs");
        });
        let now = app(&db, &settings, TimeDelta::zero());
        write(&now);
        wait_for(|| mails.taken().len() == 1, || serving.log());
        let message = only(&now);
        assert_eq!((message.state(), message.attempts), (State::Waiting, 1), "it was not marked");
        mails.before_taking(|| {});
        let deliver = |app: &Arc<App>| {
            Courier::new(app).expect("a courier").deliver(Channel::Mail, || true).expect("the database answers")
        };
        assert_eq!(deliver(&now), 0, "the claim holds");
        let later = app(&db, &settings, TimeDelta::minutes(5));
        assert_eq!(deliver(&later), 1);
        let [first, second] = mails.taken().try_into().expect("two mails");
        for name in ["Message-ID", "Date"] {
            assert_eq!(first.header(name), second.header(name));
        }
        assert_eq!(only(&later).state(), State::Sent);
    }

    async fn text_messages_go_out_and_the_log_names_nobody(db: Database) {
        let gateway = GatewayServer::start();
        let settings = [
            ("sms.transport", "http".to_owned()),
            ("sms.url", format!("{}/send", gateway.url)),
            ("sms.headers", "Content-Type: application/json,Authorization: Bearer {secret}".to_owned()),
            ("sms.secret", "gateway-secret".to_owned()),
        ];
        let serving = serve(&db, &settings, "");
        let written = app(&db, &settings, TimeDelta::zero()).write(|cx| {
            let expires_at = cx.now + TimeDelta::hours(1);
            post::sms(cx, "sign_in_code", "+441632960961", "402917 is your code.".to_owned(), expires_at)
        });
        written.expect("the text message is written");
        wait_for(|| serving.log().contains("event=sms outcome=sent"), || serving.log());
        assert_eq!(gateway.asked().len(), 1);
        for secret in ["402917", "1632960961", "gateway-secret"] {
            assert!(!serving.log().contains(secret), "{secret}: {}", serving.log());
        }
    }

    async fn an_answer_that_repeats_the_address_is_not_logged(db: Database) {
        let mails = SmtpServer::start();
        mails.refuse("RCPT", "550 5.1.1 <ada@example.com>: no such user");
        let settings = settings(mails.port, "none");
        let serving = serve(&db, &settings, "");
        write(&app(&db, &settings, TimeDelta::zero()));
        wait_for(|| serving.log().contains("event=mail outcome=given_up"), || serving.log());
        assert!(serving.log().contains("(550)") && !serving.log().contains("ada@example.com"), "{}", serving.log());
    }
}
