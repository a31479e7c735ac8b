use std::path::PathBuf;

use super::super::sources::decode;
use super::super::*;
use super::{flag_error, given, setting};

#[test]
fn later_layers_win() {
    let base = || given().file("[database]\npool_size = 20\n[cache]\nclients = 7");
    let config = base().config();
    assert_eq!(config.database.pool_size, 20);
    let config = base().env("GRANTOR_DATABASE__POOL_SIZE", "30").config();
    assert_eq!(config.database.pool_size, 30);
    assert_eq!(
        setting(&config, "database.pool_size").source.to_string(),
        "environment variable GRANTOR_DATABASE__POOL_SIZE"
    );
    let config = base()
        .env("GRANTOR_DATABASE__POOL_SIZE", "30")
        .flag("database.pool_size", "39")
        .flag("database.pool_size", "40")
        .config();
    assert_eq!(config.database.pool_size, 40);
    assert_eq!(config.cache.clients, 7);
    let shown = setting(&config, "database.pool_size");
    assert_eq!((&*shown.value, &*shown.source.to_string()), ("40", "flag --flag"));
    let source = &setting(&config, "cache.clients").source;
    assert!(matches!(source, Source::File(path) if path.ends_with("grantor.toml")));
}

#[test]
fn the_file_may_be_named_in_the_environment() {
    let it = given();
    let path = it.secret("other.toml", "[cache]\nclients = 9");
    let it = it.env("GRANTOR_CONFIG", &path);
    let mut sources = it.sources.clone();
    assert_eq!(it.config().cache.clients, 9);
    sources.file = Some(PathBuf::from("/nonexistent/flag.toml"));
    let error = Config::load(sources).unwrap_err().to_string();
    assert_eq!(
        error,
        "the file cannot be read: No such file or directory (os error 2) \
         (config file /nonexistent/flag.toml)"
    );
    assert!(given().env("GRANTOR_CONFIG", "").config().registration.enabled);
}

#[test]
fn unknown_keys_of_each_source() {
    let keys = "the keys of [purge] are interval, keep_expired";
    assert_eq!(
        given().file("[purge]\nintervall = 5").error(),
        format!("purge.intervall: unknown key (did you mean `interval`?); {keys} (config file grantor.toml)")
    );
    assert_eq!(
        given().env("GRANTOR_PURGE__INTERVALL", "5").error(),
        format!(
            "purge.intervall: unknown variable (did you mean `GRANTOR_PURGE__INTERVAL`?); {keys} \
             (environment variable GRANTOR_PURGE__INTERVALL)"
        )
    );
    assert_eq!(flag_error("purge.every", "5"), format!("purge.every: unknown key; {keys} (flag --flag)"));
    let sections = "the sections are audit, branding, cache, consent, database, failures, files, keys, limits, log, logout, mail, passwords, purge, \
                    registration, second_factor, secrets, server, sessions, sms, statistics, tokens, ui";
    assert_eq!(
        given().file("[sever]\nlisten = 5").error(),
        format!("sever: unknown section (did you mean `server`?); {sections} (config file grantor.toml)")
    );
    assert_eq!(
        given().env("GRANTOR_NOTHING__X", "5").error(),
        format!("unknown variable; {sections} (environment variable GRANTOR_NOTHING__X)")
    );
    assert!(given().file("[server]\nlevel = 1").error().contains("did you mean `log.level`?"));
    assert!(given().file("[server]\n\"a.b\\nc\" = 1").error().starts_with("server.a.b\\nc: unknown"));
    assert_eq!(
        given().file("server = 3").error(),
        "server: must be a section, written [server] (config file grantor.toml)"
    );
}

#[test]
fn unknown_variables_without_a_section() {
    let error = given().env("GRANTOR_SERVER_LISTEN", "x").error();
    assert!(error.contains("did you mean `GRANTOR_SERVER__LISTEN` or"), "{error}");
    let error = given().env("GRANTOR_server__listen", "x").error();
    assert!(error.contains("did you mean `GRANTOR_SERVER__LISTEN` or"), "{error}");
    let error = given().env("GRANTOR_CONFG", "x").error();
    assert!(error.contains("did you mean `GRANTOR_CONFIG`?"), "{error}");
    let error = given().env("GRANTOR_PORT_80_TCP", "x").error();
    assert!(error.contains("enableServiceLinks"), "{error}");
    let error = given().env("GRANTOR_CONFIG__X", "x").error();
    assert!(error.starts_with("unknown variable"), "{error}");
}

#[test]
fn all_problems_come_together() {
    let errors = given()
        .file("[server]\nlisen = 1\n[cache]\nclients = 0")
        .env("GRANTOR_LOG__LEVEL", "loud")
        .flag("nothing", "1")
        .errors();
    assert_eq!(errors.len(), 4, "{errors:#?}");
}

#[test]
fn syntax_errors_tell_the_place() {
    let error = given().file("[server]\n\nlisten = = 3").error();
    assert!(error.starts_with("line 3, column 10: "), "{error}");
    assert!(error.ends_with("(config file grantor.toml)"), "{error}");
}

#[cfg(unix)]
#[test]
fn variables_must_be_unicode() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let bytes = |text: &[u8]| OsString::from_vec(text.to_vec());
    let error = decode([
        (bytes(b"OTHER\xff"), bytes(b"\xff")),
        (bytes(b"GRANTOR_LOG__LEVEL"), bytes(b"\xff")),
        (bytes(b"GRANTOR_\xff"), bytes(b"x")),
    ]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "its value is not valid Unicode (environment variable GRANTOR_LOG__LEVEL)\n\
         its name is not valid Unicode (environment variable GRANTOR_\u{fffd})"
    );
    let kept = decode([(bytes(b"PATH"), bytes(b"x")), (bytes(b"GRANTOR_A"), bytes(b"b"))]);
    assert_eq!(kept.unwrap(), [("GRANTOR_A".to_owned(), "b".to_owned())]);
}
