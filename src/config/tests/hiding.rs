use std::path::Path;

use super::super::settings::redact_url;
use super::{KEY, flag_error, given, setting};

#[test]
fn databases() {
    let config = given().flag("database.url", "sqlite:///var/lib/x y%20.db").config();
    assert_eq!(config.sqlite_path(), Some(Path::new("/var/lib/x y%20.db")));
    let config = given().flag("server.data_dir", "/srv/g").config();
    assert_eq!(config.database_url().expose(), "sqlite:///srv/g/grantor.db");
    let config = given().flag("database.url", "postgresql://u:hunter2@db/x").config();
    assert_eq!((config.sqlite_path(), config.database_url().expose()), (None, "postgresql://u:hunter2@db/x"));
    assert_eq!(setting(&config, "database.url").value, "postgresql://u:***@db/x");
    for bad in ["mysql://u:hunter2@x", "hunter2", "postgres://"] {
        let error = flag_error("database.url", bad);
        assert_eq!(
            error,
            "database.url: must be a URL that starts with postgres://, postgresql:// or sqlite:// \
             (flag --flag)"
        );
    }
    for bad in ["sqlite://", "sqlite://:memory:", "sqlite://x.db?mode=rwc"] {
        assert!(flag_error("database.url", bad).contains("the path of a file"));
    }
}

#[test]
fn urls_are_redacted() {
    for (url, shown) in [
        ("postgres://u:p@h:5432/d", "postgres://u:***@h:5432/d"),
        ("postgres://u@h1:1,h2:2/d", "postgres://u@h1:1,h2:2/d"),
        ("postgres://u:p@w@h/d", "postgres://u:***@h/d"),
        ("postgres://u:p/w@h/d", "postgres://***"),
        ("postgres://u:p#w", "postgres://***"),
        ("postgres://u:pw/d", "postgres://***/d"),
        (
            "postgres://h/d?user=u&password=p&p%61ssword=q&sslmode=require",
            "postgres://h/d?user=u&password=***&p%61ssword=***&sslmode=require",
        ),
        ("u:p@h", "***"),
        ("sqlite:///a/b.db", "sqlite:///a/b.db"),
    ] {
        assert_eq!(redact_url(url), shown, "{url}");
    }
}

#[test]
fn master_keys() {
    let config = given().flag("secrets.master_key", KEY).config();
    let key = config.secrets.master_key().unwrap();
    assert_eq!(key.expose()[..3], [0x00, 0x11, 0x22]);
    assert_eq!(key.expose()[31], 0xff);
    assert_eq!(setting(&config, "secrets.master_key").value, "***");
    for bad in ["x", &KEY[1..], &KEY.replace('0', "g"), &KEY.replace("00", "é"), &format!("{KEY} ")] {
        assert_eq!(
            flag_error("secrets.master_key", bad),
            "secrets.master_key: must be 64 hexadecimal digits (flag --flag)"
        );
    }
}

#[test]
fn secrets_from_files() {
    let it = given();
    let path = it.secret("key", &format!("{KEY}\r\n"));
    let config = it.env("GRANTOR_SECRETS__MASTER_KEY_FILE", &path).config();
    assert!(config.secrets.master_key().is_some());
    let shown = setting(&config, "secrets.master_key");
    assert_eq!(shown.value, "***");
    assert_eq!(
        shown.source.to_string(),
        format!("file {path}, named by environment variable GRANTOR_SECRETS__MASTER_KEY_FILE")
    );
    assert_eq!(setting(&config, "secrets.master_key_file").value, path);
}

#[test]
fn the_higher_twin_wins() {
    let url = "postgres://env/x";
    let it = given().file("[database]\nurl_file = \"/nonexistent\"");
    let config = it.env("GRANTOR_DATABASE__URL", url).config();
    assert_eq!(config.database_url().expose(), url);
    assert_eq!(setting(&config, "database.url_file").value, "");

    let it = given().file("[database]\nurl = \"postgres://file/x\"");
    let path = it.secret("url", "sqlite://x.db\n");
    let config = it.flag("database.url_file", &path).config();
    assert_eq!(config.database_url().expose(), "sqlite://x.db");

    let it = given().file("[database]\nurl_file = \"/nonexistent\"");
    let config = it.env("GRANTOR_DATABASE__URL", "").config();
    assert_eq!(config.database_url().expose(), "sqlite://./data/grantor.db");

    let it = given();
    let path = it.secret("url", "sqlite://x.db");
    let config = it.file(&format!("[database]\nurl = \"\"\nurl_file = {path:?}")).config();
    assert_eq!(config.database_url().expose(), "sqlite://x.db");
}

#[test]
fn both_twins_in_one_layer() {
    let it = given()
        .env("GRANTOR_DATABASE__URL", "postgres://u:hunter2@h/x")
        .env("GRANTOR_DATABASE__URL_FILE", "/nonexistent");
    assert_eq!(
        it.error(),
        "database.url_file: set this or database.url, not both \
         (environment variable GRANTOR_DATABASE__URL_FILE)"
    );
}

#[test]
fn secret_files_that_cannot_be_used() {
    assert_eq!(
        flag_error("database.url_file", "/nonexistent"),
        "database.url_file: the file \"/nonexistent\" cannot be used: \
         No such file or directory (os error 2) (flag --flag)"
    );
    let it = given();
    let path = it.secret("empty", "\n");
    assert!(it.flag("secrets.master_key_file", &path).error().contains("it is empty"));
    let it = given();
    let path = it.secret("key", "hunter2\n");
    assert_eq!(
        it.flag("secrets.master_key_file", &path).error(),
        "secrets.master_key: must be 64 hexadecimal digits (file key, named by flag --flag)"
    );
}

#[test]
fn secrets_are_never_shown() {
    for text in [
        "[secrets]\nmaster_key = \"hunter2",
        "[secrets]\nmaster_key = hunter2",
        "[secrets]\nmaster_key = 'hunter2' hunter2",
        "[secrets]\nmaster_key = \"\\hunter2\"",
        "[secrets]\nmaster_key = [\"hunter2\"]",
        "[secrets]\nmaster_key = \"hunter2\"",
        "[secrets]\nmaster_kye = \"hunter2\"",
        "[secrets]\nmaster_key = \"a\"\nmaster_key = \"hunter2\"",
        "secrets = \"hunter2\"",
        "[database]\nurl = \"mysql://u:hunter2@h\"",
        "[database]\nurl = postgres://u:hunter2@h",
        "[server]\npublic_url = \"postgres://u:hunter2@h\"",
        "[server]\nlisten = \"postgres://u:hunter2@h\"",
    ] {
        let error = given().file(text).error();
        assert!(!error.contains("hunter2"), "{error}");
    }
    let it = given()
        .env("GRANTOR_SECRET__KEY", "hunter2")
        .flag("database.url", "postgres://u:hunter2@h/x")
        .flag("secrets.master_key", KEY);
    assert!(!format!("{:?}", it.sources).contains("hunter2"));
    assert!(!it.error().contains("hunter2"));
    let config = given().flag("database.url", "postgres://u:hunter2@h/x").flag("secrets.master_key", KEY).config();
    let shown = format!("{config:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("001122"), "{shown}");
    assert!(shown.contains("Secret(***)") && shown.contains("MasterKey(***)"));
}
