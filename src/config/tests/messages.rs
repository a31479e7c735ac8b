use std::time::Duration;

use super::super::*;
use super::{Given, flag_error, given, setting};

fn smtp() -> Given {
    given()
        .flag("mail.transport", "smtp")
        .flag("mail.host", "smtp.example.com")
        .flag("mail.from", "Example, Inc. <no-reply@example.com>")
}

fn http() -> Given {
    given().flag("sms.transport", "http").flag("sms.url", "https://sms.example.com/v1")
}

#[test]
fn by_default_nothing_sends_messages() {
    let config = given().config();
    assert!(config.mail.smtp.is_none() && config.sms.gateway.is_none());
    assert_eq!((config.mail.threads(), config.sms.threads()), (0, 0));
}

#[test]
fn a_mail_server() {
    let config = smtp().flag("mail.username", "u").flag("mail.password", "hunter2").config();
    let smtp = config.mail.smtp.as_ref().unwrap();
    assert_eq!((smtp.host.as_str(), smtp.port, smtp.security), ("smtp.example.com", 587, Security::StartTls));
    assert_eq!(smtp.from.name.as_deref(), Some("Example, Inc."));
    assert_eq!(smtp.from.address, "no-reply@example.com");
    let (user, password) = smtp.credentials.as_ref().unwrap();
    assert_eq!((user.as_str(), password.expose()), ("u", "hunter2"));
    assert_eq!((config.mail.threads(), config.mail.give_up_after), (2, Duration::from_hours(24)));
    assert_eq!(setting(&config, "mail.password").value, "***");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn ports_follow_from_the_security() {
    let port = |given: Given| given.config().mail.smtp.unwrap().port;
    assert_eq!(port(smtp().flag("mail.security", "tls")), 465);
    assert_eq!(port(smtp().flag("mail.security", "none").flag("mail.allow_insecure", "true")), 25);
    assert_eq!(port(smtp().flag("mail.security", "tls").flag("mail.port", "2465")), 2465);
}

#[test]
fn a_mail_server_without_tls_is_on_this_machine() {
    for host in ["localhost", "127.0.0.1", "::1"] {
        let given = given().flag("mail.transport", "smtp").flag("mail.from", "a@example.com");
        assert!(given.flag("mail.host", host).flag("mail.security", "none").config().mail.smtp.is_some());
    }
    let error = smtp().flag("mail.security", "none").error();
    assert!(error.contains("mail.allow_insecure is true, not \"none\""), "{error}");
}

#[test]
fn what_mails_need() {
    assert_eq!(
        given().flag("mail.transport", "smtp").errors(),
        [
            "mail.host: must be set because mail.transport is smtp (default)",
            "mail.from: must be set because mail.transport is smtp (default)"
        ]
    );
    assert!(smtp().flag("mail.username", "u").error().contains("mail.password: must be set"));
    assert!(smtp().flag("mail.password", "hunter2").error().contains("mail.username: must be set"));
    for (key, value, allowed) in [
        ("mail.transport", "sendmail", "outbox or smtp"),
        ("mail.security", "ssl", "starttls, tls or none"),
        ("mail.host", "smtp.example.com:25", "without a port"),
        ("mail.host", "smtp://example.com", "without a port"),
        ("mail.from", "example", "an e-mail address"),
        ("mail.from", "Example <no-reply@example.com", "an e-mail address"),
        ("mail.from", "E\r\nBcc: x@example.com <no-reply@example.com>", "an e-mail address"),
        ("mail.from", "a@example.com, b@example.com", "an e-mail address"),
    ] {
        let error = flag_error(key, value);
        assert!(error.starts_with(key) && error.contains(allowed), "{error}");
    }
}

#[test]
fn a_gateway() {
    let config = http()
        .env("GRANTOR_SMS__HEADERS", "Authorization: Bearer {secret},Content-Type: application/json; charset=utf-8")
        .flag("sms.secret", "hunter2")
        .config();
    let gateway = config.sms.gateway.as_ref().unwrap();
    assert_eq!((gateway.method, gateway.format), ("POST", Format::Json));
    assert_eq!(gateway.headers, [("Authorization".to_owned(), "Bearer {secret}".to_owned())]);
    assert_eq!(setting(&config, "sms.secret").value, "***");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn what_text_messages_need() {
    let error = given().flag("sms.transport", "http").error();
    assert_eq!(error, "sms.url: must be set because sms.transport is http (default)");
    let error = http().flag("sms.body", "{\"to\": \"{to}\", \"text\": \"{text}\", \"k\": \"{secret}\"}").error();
    assert!(error.contains("sms.secret: must be set"), "{error}");
    for (key, value, allowed) in [
        ("sms.transport", "twilio", "outbox or http"),
        ("sms.url", "http://sms.example.com/", "sms.allow_insecure is true"),
        ("sms.url", "https://u:p@sms.example.com/", "without user"),
        ("sms.url", "https://sms.example.com/{secret}", "without user, fragment or placeholders"),
        ("sms.url", "ftp://sms.example.com/", "https URL"),
        ("sms.method", "GET", "POST or PUT"),
        ("sms.headers", "X-App: grantor", "must hold Content-Type"),
        ("sms.headers", "Content-Type: text/plain", "must hold Content-Type"),
        ("sms.headers", "Content-Type: application/json,Host: x", "must not hold Host"),
        ("sms.headers", "Content-Type: application/json,X-App", "must be lines such as"),
        ("sms.body", "{\"to\": \"{to}\"}", "holds {to} and {text}"),
        ("sms.body", "{\"to\": {to}, \"text\": \"{text}\"}", "inside strings"),
        ("sms.body", "{\"to\": \"{to}\", \"text\": \"{text}\", \"x\": \"{phone}\"}", "holds {phone}"),
        ("sms.secret", "a\r\nb", "one line"),
    ] {
        let error = flag_error(key, value);
        assert!(error.starts_with(key) && error.contains(allowed), "{error}");
    }
    assert!(given().flag("sms.url", "http://localhost:8000/").config().sms.gateway.is_none());
    assert!(
        http().flag("sms.url", "http://sms.lan/").flag("sms.allow_insecure", "true").config().sms.gateway.is_some()
    );
}

#[test]
fn secrets_of_messages_are_never_shown() {
    for text in [
        "[mail]\npassword = [\"hunter2\"]",
        "[mail]\npassword = \"hunter2\"",
        "[sms]\nheaders = [\"Authorization hunter2\"]",
        "[sms]\nsecret = \"hunter2\\n\"",
        "[sms]\nurl = \"https://u:hunter2@sms.example.com/\"",
    ] {
        let error = given().file(text).error();
        assert!(!error.contains("hunter2"), "{error}");
    }
    let it = given();
    let path = it.secret("password", "hunter2\n");
    let config = it
        .flag("mail.transport", "smtp")
        .flag("mail.host", "smtp.example.com")
        .flag("mail.from", "a@example.com")
        .flag("mail.username", "u")
        .flag("mail.password_file", &path)
        .config();
    assert_eq!(config.mail.smtp.unwrap().credentials.unwrap().1.expose(), "hunter2");
}

#[test]
fn development_is_for_one_machine() {
    assert!(given().flag("server.development", "true").config().server.development);
    let local = given().flag("server.development", "true").flag("server.public_url", "http://localhost:8080");
    assert!(local.config().server.development);
    for (key, value) in [("server.public_url", "https://id.example.com"), ("server.listen", "0.0.0.0:8080")] {
        let given = given().flag("server.development", "true").flag("server.allow_insecure_http", "true");
        let error = given.flag(key, value).error();
        assert!(error.starts_with("server.development: must be false unless"), "{error}");
    }
}

#[test]
fn the_name_of_an_installation() {
    assert_eq!(given().flag("server.name", " Example ").config().server.name, "Example");
    for bad in ["", "a\r\nBcc: x", &"x".repeat(61)] {
        assert!(flag_error("server.name", bad).contains("1 to 60 characters on one line"), "{bad}");
    }
}
