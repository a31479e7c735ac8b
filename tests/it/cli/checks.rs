//! Settings, `grantor check`, `grantor migrate`, and what a command prints.

use super::running::{bare, finish, json, program, run};
use crate::support::database::{Database, on_both};

on_both! {
    async fn migrate_says_what_it_did(db: Database) {
        let before = json(&db, &["check"]);
        assert_eq!((&before["ok"], &before["database"]["is_set_up"]), (&true.into(), &false.into()), "{before}");
        assert_eq!(before["database"]["migrations_current"], db.is_postgres());
        assert!(!db.data_dir().join("master.key").exists() && !db.data_dir().join("grantor.db").exists());
        let first = json(&db, &["migrate"]);
        assert_eq!(first["made"], true);
        assert_eq!(first["migrations"].as_array().map(Vec::is_empty), Some(db.is_postgres()));
        assert!(run(&db, &["migrate"]).text().contains("nothing was to be done"));
        let after = json(&db, &["check"]);
        assert_eq!(
            (&after["database"]["is_set_up"], &after["database"]["migrations_current"]),
            (&true.into(), &true.into())
        );
        assert!(after["templates"].as_u64().is_some_and(|count| count > 10));
        let text = run(&db, &["check"]);
        assert!(text.text().contains("up to date") && text.out.contains("All is well."), "{text:?}");
    }

    async fn check_finds_that_the_master_key_is_gone_or_another(db: Database) {
        run(&db, &["migrate"]).text();
        let key = db.data_dir().join("master.key");
        std::fs::remove_file(&key).expect("the key");
        let said = run(&db, &["check"]);
        assert_eq!(said.code, 1);
        assert!(said.err.contains("made under a master key") && !key.exists(), "{said:?}");
        std::fs::write(&key, "0".repeat(64)).expect("a key");
        let said = run(&db, &["check", "--json"]);
        let document: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!((said.code, &document["ok"]), (1, &false.into()));
        assert!(document["problems"][0].as_str().is_some_and(|text| text.contains("another master key")), "{document}");
    }

    async fn check_finds_that_no_app_can_be_told_of_a_logout(db: Database) {
        for (url, code) in [("https://id.example.com", 1), ("http://127.0.0.1:8080", 0)] {
            let mut command = bare(&db);
            command.env("SSL_CERT_FILE", "/nowhere").env("SSL_CERT_DIR", "/nowhere");
            command.args(["check", "--public-url", url, "--database-url", db.url()]);
            let said = finish(command, "");
            assert_eq!((said.code, said.err.contains("no certificates to know apps by")), (code, code == 1), "{url}: {said:?}");
        }
    }

    async fn check_shows_where_each_setting_is_from_and_no_secret(db: Database) {
        let file = db.data_dir().join("grantor.toml");
        std::fs::write(&file, "[tokens]\naccess_token_lifetime = \"20m\"\n").expect("a file");
        let mut command = bare(&db);
        command
            .env("GRANTOR_SECRETS__MASTER_KEY", "ab".repeat(32))
            .args(["--set", "limits.hash_queue=7", "check", "--json", "--set", "cache.clients=9"])
            .args(["--config", "grantor.toml", "--data-dir", "d", "--listen", "127.0.0.1:4"])
            .args(["--database-url", db.url(), "--public-url", "https://id.example.com"]);
        let said = finish(command, "");
        let document = said.json();
        let setting = |key: &str| {
            let settings = document["settings"].as_array().expect("settings");
            let found = settings.iter().find(|setting| setting["key"] == key).expect("the setting");
            format!("{} ({})", found["value"].as_str().expect("a value"), found["source"].as_str().expect("a source"))
        };
        assert_eq!(setting("tokens.access_token_lifetime"), "20m (config file grantor.toml)");
        assert_eq!(setting("secrets.master_key"), "*** (environment variable GRANTOR_SECRETS__MASTER_KEY)");
        assert_eq!(setting("limits.hash_queue"), "7 (flag --set limits.hash_queue)");
        assert_eq!(setting("cache.clients"), "9 (flag --set cache.clients)");
        assert_eq!(setting("server.data_dir"), "d (flag --data-dir)");
        assert_eq!(setting("server.listen"), "127.0.0.1:4 (flag --listen)");
        assert_eq!(document["issuer"], "https://id.example.com");
        assert!(!said.out.contains(&"ab".repeat(32)));
    }
}

#[test]
fn a_wrong_setting_is_named_with_its_source_and_what_is_allowed() {
    let db = Database::sqlite();
    for command in ["check", "serve", "migrate"] {
        let mut program = program(&db);
        program.env("GRANTOR_SERVER__WORKERS", "1000").args([command, "--listen", "localhost"]);
        program.args(["--set", "purge.intervall=3"]);
        let said = finish(program, "");
        let lines: Vec<&str> = said.complaint().lines().collect();
        assert_eq!(lines.len(), 3, "{said:?}");
        for line in [
            "grantor: purge.intervall: unknown key (did you mean `interval`?); the keys of [purge] are interval, \
             keep_expired (flag --set purge.intervall)",
            "grantor: server.workers: must be 0 to 256, not 1000 (environment variable GRANTOR_SERVER__WORKERS)",
            "grantor: server.listen: must be an IP address and port such as 127.0.0.1:8080 or [::]:8080, \
             not \"localhost\" (flag --listen)",
        ] {
            assert!(lines.contains(&line), "{line}\n{said:?}");
        }
    }
    let said = run(&db, &["check", "--json", "--listen", "localhost"]);
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((said.code, said.err.as_str(), &document["ok"]), (1, "", &false.into()));
    assert_eq!(document["problems"].as_array().map(Vec::len), Some(1));
    assert!(run(&db, &["check", "--set", "nonsense"]).complaint().contains("SECTION.KEY=VALUE"));
}

#[test]
fn a_database_that_cannot_be_reached_is_a_problem_and_not_a_panic() {
    let db = Database::sqlite();
    let url = format!("sqlite://{}/no/such/folder/x.db", db.data_dir().display());
    let said = run(&db, &["migrate", "--database-url", &url]);
    assert!(said.complaint().contains("database"), "{said:?}");
    let said = run(&db, &["check", "--database-url", "postgres://nobody:hidden@127.0.0.1:1/none"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("grantor: the database is not reachable") && !said.err.contains("hidden"), "{said:?}");
}

#[test]
fn check_finds_that_messages_cannot_be_protected() {
    let db = Database::sqlite();
    let mut program = program(&db);
    program.env("SSL_CERT_FILE", db.data_dir().join("none.pem"));
    program.args(["check", "--json", "--set", "sms.transport=http", "--set", "sms.url=https://sms.example.com/"]);
    let said = finish(program, "");
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((said.code, &document["ok"]), (1, &false.into()), "{said:?}");
    assert!(document["problems"][0].as_str().is_some_and(|text| text.contains("certificates")), "{document}");
}

#[test]
fn words_that_are_no_command_are_an_error_of_usage() {
    let db = Database::sqlite();
    for arguments in [&["sreve"][..], &["user"], &["serve", "--nonsense"], &["client", "show"]] {
        let said = run(&db, arguments);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}");
    }
    assert!(run(&db, &["--version"]).text().starts_with("grantor "));
    assert!(run(&db, &["--help"]).text().contains("rotate") || run(&db, &["keys", "--help"]).text().contains("rotate"));
}
