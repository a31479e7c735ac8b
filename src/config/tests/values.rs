use std::net::IpAddr;
use std::time::Duration;

use super::super::*;
use super::{flag_error, given, setting};

#[test]
fn values_from_text() {
    let config = given()
        .env("GRANTOR_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1")
        .env("GRANTOR_REGISTRATION__ENABLED", "false")
        .env("GRANTOR_SESSIONS__FRESH_LOGIN", "90")
        .env("GRANTOR_DATABASE__POOL_TIMEOUT", "250ms")
        .env("HOME", "/root")
        .file("[purge]\nkeep_expired = 60\ninterval = \"1h 30m\"")
        .config();
    assert_eq!(config.server.trusted_proxies.blocks().len(), 2);
    assert_eq!(setting(&config, "server.trusted_proxies").value, "10.0.0.0/8,::1");
    assert!(!config.registration.enabled);
    assert_eq!(config.sessions.fresh_login, Duration::from_secs(90));
    assert_eq!(config.database.pool_timeout, Duration::from_millis(250));
    assert_eq!(config.purge.keep_expired, Duration::from_mins(1));
    assert_eq!(config.purge.interval, Duration::from_mins(90));
    let none = given().flag("server.trusted_proxies", "").config();
    assert!(none.server.trusted_proxies.is_empty());
}

#[test]
fn wrong_types_in_a_file() {
    let errors = given()
        .file(
            "[server]\nlisten = 1\nworkers = \"two\"\ntrusted_proxies = [1]\n\
             allow_insecure_http = 0\nshutdown_timeout = 1.5\n[log]\nlevel = { a = 1 }",
        )
        .errors();
    for expected in [
        "server.listen: must be a string, not 1 (config file grantor.toml)",
        "server.workers: must be an integer, not \"two\" (config file grantor.toml)",
        "server.trusted_proxies: must be an array of strings, not [1] (config file grantor.toml)",
        "server.allow_insecure_http: must be true or false, not 0 (config file grantor.toml)",
        "log.level: must be a string, not { a = 1 } (config file grantor.toml)",
    ] {
        assert!(errors.iter().any(|e| e == expected), "{expected}: {errors:#?}");
    }
    assert_eq!(errors.len(), 6);
}

#[test]
fn wrong_text_and_ranges() {
    assert_eq!(
        given().env("GRANTOR_SERVER__WORKERS", "").error(),
        "server.workers: must be an integer, not \"\" (environment variable GRANTOR_SERVER__WORKERS)"
    );
    for (key, value, allowed) in [
        ("server.listen", "localhost:80", "an IP address and port"),
        ("server.workers", "-1", "0 to 256, not -1"),
        ("server.workers", "99999999999999999999", "an integer"),
        ("server.allow_insecure_http", "yes", "true or false, not \"yes\""),
        ("server.data_dir", "", "the path of a directory"),
        ("server.trusted_proxies", "10.0.0.1/8", "did you mean 10.0.0.0/8?"),
        ("server.trusted_proxies", "10.0.0.0/33", "0 to 32"),
        ("server.trusted_proxies", "proxy", "\"proxy\": not an IP address"),
        ("limits.body_bytes", "1023", "1024 to 16777216, not 1023"),
        ("tokens.refresh_grace", "61s", "0s to 1m, not \"61s\""),
        ("tokens.refresh_grace", "1500ms", "a whole number of seconds"),
        ("tokens.refresh_grace", "-1", "a duration such as"),
        ("database.pool_timeout", "99ms", "100ms to 1m"),
        ("database.sqlite_synchronous", "off", "full or normal"),
        ("log.level", "inof", "off, error, warn"),
        ("log.level", "grantor=loud", "off, error, warn"),
        ("passwords.bcrypt_cost", "3", "4 to 31"),
    ] {
        let error = flag_error(key, value);
        assert!(error.starts_with(&format!("{key}: must be ")), "{error}");
        assert!(error.contains(allowed) && error.ends_with("(flag --flag)"), "{error}");
    }
    let long = flag_error("log.level", &"x\n".repeat(200));
    assert!(long.len() < 400 && long.contains('…'), "{long}");
    assert!(given().flag("log.level", "info, grantor=DEBUG/a,b").config().issuer().len() > 1);
}

#[test]
fn sections_are_checked_against_each_other() {
    assert_eq!(
        given().env("GRANTOR_SESSIONS__LIFETIME", "1h").error(),
        "sessions.idle_lifetime: must not be longer than sessions.lifetime, which is 1h \
         (environment variable GRANTOR_SESSIONS__LIFETIME), but is 2d (default)"
    );
    let error = flag_error("limits.sign_in_attempts", "101");
    assert!(error.contains("limits.sign_in_attempts_per_address, which is 100 (default)"));
    let error = given().flag("tokens.access_token_lifetime", "2h").flag("tokens.refresh_token_lifetime", "1h").error();
    assert!(error.starts_with("tokens.access_token_lifetime: must not be longer"), "{error}");
}

#[test]
fn public_urls() {
    for (given_url, issuer) in [
        ("https://Login.Example.com/", "https://login.example.com"),
        ("https://x.org:443//", "https://x.org"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.9.9.9:81", "http://127.9.9.9:81"),
        ("http://[::1]:81", "http://[::1]:81"),
        ("https://x.org/auth", "https://x.org/auth"),
        ("https://X.org:443/Tenants/a-b_c.d~e//", "https://x.org/Tenants/a-b_c.d~e"),
    ] {
        let config = given().flag("server.public_url", given_url).config();
        assert_eq!(format!("{}{}", config.origin(), config.root()), issuer);
        assert_eq!(config.root().split('/').count(), issuer.split('/').count() - 2);
        assert_eq!(config.issuer(), issuer);
        assert_eq!(config.is_https(), issuer.starts_with("https"));
    }
    for bad in [
        "example.com",
        "ftp://x.org",
        "https://",
        "https://x.org?",
        "https://x.org#",
        "https:x.org",
        "https://u@x.org",
        "https://@x.org",
        " https://x.org",
        "https://x.org\\a",
        "https://x.org//auth",
        "https://x.org/a//b",
        "https://x.org/a/../b",
        "https://x.org/./a",
        "https://x.org/.well-known",
        "https://x.org/a%2fb",
        "https://x.org/a b",
        "https://x.org/a;b",
        "https://x.org/a\"b",
        "https://x.org/\u{e4}",
        "https://x.org:99999",
        "https:///x.org",
        "http://example.com",
        "http://localhost.example.com",
        "http://0.0.0.0",
    ] {
        let error = flag_error("server.public_url", bad);
        assert!(error.starts_with("server.public_url: must be an"), "{error}");
    }
    let error = flag_error("server.public_url", "https://user:hunter2@x.org");
    assert!(!error.contains("hunter2"), "{error}");
    let open = given().flag("server.public_url", "http://example.com").flag("server.allow_insecure_http", "true");
    assert_eq!(open.config().issuer(), "http://example.com");
}

#[test]
fn the_issuer_follows_the_address() {
    let error = flag_error("server.listen", "0.0.0.0:80");
    assert!(error.starts_with("server.public_url: must be set because server.listen"), "{error}");
    let mut config = given().flag("server.listen", "127.0.0.1:0").config();
    config.set_bound_address("127.0.0.1:4711".parse().unwrap());
    assert_eq!(config.issuer(), "http://127.0.0.1:4711");
    let mut config = given().flag("server.listen", "0.0.0.0:0").flag("server.public_url", "https://x.org").config();
    config.set_bound_address("0.0.0.0:4711".parse().unwrap());
    assert_eq!((config.issuer(), config.server.listen.port()), ("https://x.org", 4711));
}

#[test]
fn proxies() {
    let config =
        given().flag("server.trusted_proxies", "10.0.0.0/8,192.0.2.7,2001:db8::/32,::ffff:172.16.0.0/108").config();
    let is_trusted = |text: &str| {
        let address: IpAddr = text.parse().unwrap();
        config.server.trusted_proxies.contains(address)
    };
    for yes in ["10.255.0.1", "::ffff:10.0.0.1", "192.0.2.7", "2001:db8:1::1", "172.31.0.1"] {
        assert!(is_trusted(yes), "{yes}");
    }
    for no in ["11.0.0.1", "192.0.2.8", "2001:db9::1", "172.32.0.1", "::1", "::10.0.0.1"] {
        assert!(!is_trusted(no), "{no}");
    }
    let all: IpBlock = "0.0.0.0/0".parse().unwrap();
    assert!(all.contains("1.2.3.4".parse().unwrap()));
    assert!(!all.contains("2001::1".parse().unwrap()));
    for bad in ["10.0.0.0/+8", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "", "1.2.3"] {
        assert!(bad.parse::<IpBlock>().is_err(), "{bad}");
    }
}

#[test]
fn durations_are_written_short() {
    for (span, shown) in [
        (Duration::ZERO, "0s"),
        (Duration::from_millis(100), "100ms"),
        (Duration::from_secs(90), "90s"),
        (reader::days(3650), "3650d"),
    ] {
        assert_eq!(reader::show_span(span), shown);
    }
}

#[test]
fn keys_reach_everybody_before_they_sign_and_outlive_what_they_signed() {
    let config = given().config();
    assert_eq!(config.keys.rotate_every, Duration::from_hours(90 * 24));
    assert_eq!(config.keys.publish_ahead, Duration::from_mins(10));
    assert_eq!(
        given().flag("cache.staleness", "2m").flag("keys.publish_ahead", "6m").error(),
        "keys.publish_ahead: must be at least 5m longer than cache.staleness, which is 2m, but is 6m (flag --flag)"
    );
    assert!(
        given().flag("cache.staleness", "2m").flag("keys.publish_ahead", "7m").config().keys.publish_ahead
            > Duration::ZERO
    );
    assert_eq!(given().flag("keys.verify_after", "59m").flag("tokens.access_token_lifetime", "1h").errors().len(), 1);
    assert_eq!(
        given().flag("keys.verify_after", "2h").flag("tokens.access_token_lifetime", "3h").error(),
        "tokens.access_token_lifetime: must not be longer than keys.verify_after, which is 2h (flag --flag), but is 3h (flag --flag)"
    );
    assert_eq!(
        given().flag("keys.verify_after", "2h").flag("tokens.id_token_lifetime", "3h").error(),
        "tokens.id_token_lifetime: must not be longer than keys.verify_after, which is 2h (flag --flag), but is 3h (flag --flag)"
    );
    assert!(flag_error("keys.rotate_every", "23h").contains("must be 0s or 1d to 3650d"));
    assert!(given().flag("keys.rotate_every", "0s").config().keys.rotate_every.is_zero());
}
