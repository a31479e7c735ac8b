//! `grantor user`.

use super::running::{fed, finish, json, program, run};
use crate::support::database::on_both;

const CREATE: [&str; 11] = [
    "user",
    "create",
    "--email",
    "user@example.com",
    "--name",
    "First Last",
    "--username",
    "user",
    "--admin",
    "--verified",
    "--password-stdin",
];

on_both! {
    async fn an_admin_is_made_by_a_script(db: Database) {
        let said = fed(&db, &CREATE, "correct horse battery\n");
        assert!(said.text().contains("user@example.com"), "{said:?}");
        assert_eq!(said.err, "");
        let users = json(&db, &["user", "list"]);
        let [user] = users.as_array().expect("an array").as_slice() else { panic!("{users}") };
        assert_eq!((&user["username"], &user["name"], &user["role"]), (&"user".into(), &"First Last".into(), &"admin".into()));
        assert_eq!((&user["status"], user["email_verified_at"].is_string()), (&"active".into(), true));
        assert!(!users.to_string().contains("$2b$"));
        let again = fed(&db, &CREATE, "correct horse battery\n");
        assert_eq!(
            again.complaint(),
            "grantor: email: The email has already been taken.\n\
             grantor: username: The username has already been taken.\n"
        );
    }

    async fn a_password_is_read_to_its_line_end(db: Database) {
        let mut longest = "x".repeat(72);
        longest.push_str("\r\n");
        fed(&db, &CREATE, &longest).text();
        let file = db.data_dir().join("password");
        std::fs::write(&file, "another password\n").expect("a file");
        let file = file.display().to_string();
        run(&db, &["user", "set-password", "user", "--password-file", &file]).text();
        let short = fed(&db, &["user", "set-password", "user", "--password-stdin"], "short\n");
        assert_eq!(short.complaint(), "grantor: password: The password must be at least 8 characters.\n");
        let empty = fed(&db, &["user", "set-password", "user", "--password-stdin"], "\n");
        assert_eq!(empty.complaint(), "grantor: the password on standard input is empty\n");
        let missing = run(&db, &["user", "set-password", "user", "--password-file", "nowhere"]);
        assert!(missing.complaint().contains("the password file nowhere cannot be read"), "{missing:?}");
        assert_eq!(run(&db, &["user", "set-password", "user"]).code, 2);
        assert_eq!(run(&db, &["user", "set-password", "user", "--password", "secret word"]).code, 2);
    }

    async fn an_account_is_closed_and_opened_by_each_of_its_names(db: Database) {
        let create: Vec<&str> = CREATE.into_iter().filter(|&word| word != "--admin").collect();
        fed(&db, &create, "correct horse battery").text();
        let id = json(&db, &["user", "list"])[0]["id"].to_string();
        for name in [id.as_str(), "USER@example.com", "user"] {
            assert_eq!(json(&db, &["user", "disable", name])["status"], "disabled");
            assert!(run(&db, &["user", "disable", name]).text().contains("already"));
            assert_eq!(json(&db, &["user", "enable", name])["status"], "active");
        }
        assert_eq!(run(&db, &["user", "disable", "nobody"]).complaint(), "grantor: there is no person nobody\n");
        let page = json(&db, &["user", "list", "--after", &id]);
        assert_eq!(page, serde_json::json!([]));
        assert_eq!(run(&db, &["user", "list", "--after", &id]).text(), "No people.\n");
    }

    async fn a_lost_second_factor_is_taken_off(db: Database) {
        use crate::support::second_factor::{first_step, turn_on_totp};
        use crate::support::server::{PASSWORD, TestServer};
        let server = TestServer::start(&db);
        turn_on_totp(&server, &server.user("ada"));
        first_step(&server, "ada");
        assert_eq!(json(&db, &["user", "reset-second-factor", "ada"])["username"], "ada");
        assert!(run(&db, &["user", "reset-second-factor", "ada"]).text().contains("is off"));
        grantor::account::login::verify(&server.app, "ada", PASSWORD, &<_>::default()).expect("the password is enough");
        assert_eq!(run(&db, &["user", "reset-second-factor", "nobody"]).complaint(), "grantor: there is no person nobody\n");
    }

    async fn a_name_that_means_two_people_means_nobody(db: Database) {
        fed(&db, &CREATE, "correct horse battery").text();
        let id = json(&db, &["user", "list"])[0]["id"].to_string();
        let twin = ["user", "create", "--email", "twin@example.com", "--name", "T", "--username", &id, "--password-stdin"];
        fed(&db, &twin, "correct horse battery").text();
        let said = run(&db, &["user", "disable", &id]);
        assert!(said.complaint().contains("twin@example.com"), "{said:?}");
    }

    async fn wrong_fields_are_told_one_a_line(db: Database) {
        let mut command = program(&db);
        command.args(["user", "create", "--email", "user", "--name", " ", "--username", "a b", "--password-stdin"]);
        let said = finish(command, &"x".repeat(73));
        let fields: Vec<&str> = said.complaint().lines().filter_map(|line| line.split(": ").nth(1)).collect();
        assert_eq!(fields, ["email", "name", "password", "username"]);
    }

    async fn the_last_admin_is_not_closed(db: Database) {
        fed(&db, &CREATE, "correct horse battery").text();
        let said = run(&db, &["user", "disable", "user"]);
        assert_eq!(said.complaint(), "grantor: this is the only admin who can sign in: make another one first\n");
        assert_eq!(json(&db, &["user", "list"])[0]["status"], "active");
        let other = ["user", "create", "--email", "bob@example.com", "--name", "B", "--username", "bob", "--admin", "--password-stdin"];
        fed(&db, &other, "correct horse battery").text();
        assert_eq!(json(&db, &["user", "disable", "user"])["status"], "disabled");
        assert_eq!(run(&db, &["user", "disable", "user"]).code, 0, "it was closed already");
        assert!(run(&db, &["user", "disable", "bob"]).complaint().contains("only admin"));
    }
}
