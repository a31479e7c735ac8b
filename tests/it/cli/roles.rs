//! `grantor role`, and what `grantor user` says of roles and of the end of an account.

use serde_json::json;

use super::running::{fed, json, run};
use crate::support::database::{Database, on_both};

fn create(db: &Database, username: &str, more: &[&str]) -> super::running::Said {
    let email = format!("{username}@example.com");
    let mut words = vec!["user", "create", "--email", &email, "--name", "First Last", "--username", username];
    words.extend(["--verified", "--password-stdin"]);
    words.extend(more);
    fed(db, &words, "correct horse battery\n")
}

on_both! {
    async fn a_role_is_made_changed_and_deleted(db: Database) {
        let made = json(&db, &[
            "role", "create", "cashier", "--display-name", "Cashier", "--description", "Sells to others", "--staff",
            "--permission", "subscribers.view", "--permission", "invoices.view",
        ]);
        assert_eq!(made["permissions"], json!(["invoices.view", "subscribers.view"]));
        assert_eq!((&made["display_name"], &made["staff"]), (&json!("Cashier"), &json!(true)));
        assert!(made["id"].as_i64() > Some(2), "{made}");
        let again = run(&db, &["role", "create", "cashier"]);
        assert_eq!(again.complaint(), "grantor: name: The name has already been taken.\n");
        let changed = json(&db, &["role", "edit", "cashier", "--permission", "subscribers.view", "--no-staff"]);
        assert_eq!((&changed["permissions"], &changed["staff"]), (&json!(["subscribers.view"]), &json!(false)));
        assert_eq!(changed["display_name"], "Cashier");
        assert!(run(&db, &["role", "list"]).text().contains("subscribers.view"));

        create(&db, "ada", &["--role", "cashier"]).text();
        assert!(run(&db, &["role", "delete", "cashier"]).complaint().contains("people have it"));
        assert_eq!(json(&db, &["user", "role", "ada", "user"])["role"], "user");
        assert_eq!(json(&db, &["role", "delete", "cashier"]), json!({ "deleted": "cashier" }));
        assert_eq!(run(&db, &["role", "delete", "cashier"]).complaint(), "grantor: there is no role cashier\n");
        assert!(run(&db, &["role", "delete", "admin"]).complaint().contains("the server needs it"));
    }

    async fn what_a_role_may_be_called_is_checked(db: Database) {
        for name in ["Reseller", "re seller", "", "ä"] {
            assert!(run(&db, &["role", "create", name]).complaint().starts_with("grantor: name: "), "{name}");
        }
        let said = run(&db, &["role", "create", "cashier", "--permission", "a b", "--display-name", " "]);
        let fields: Vec<&str> = said.complaint().lines().filter_map(|line| line.split(": ").nth(1)).collect();
        assert_eq!(fields, ["display_name", "permissions"]);
        assert_eq!(run(&db, &["role", "edit", "nobody"]).complaint(), "grantor: there is no role nobody\n");
        assert_eq!(create(&db, "ada", &["--role", "nobody"]).complaint(), "grantor: there is no role nobody\n");
        create(&db, "ada", &[]).text();
        assert_eq!(run(&db, &["user", "role", "ada", "nobody"]).complaint(), "grantor: there is no role nobody\n");
    }

    async fn the_last_admin_keeps_the_role(db: Database) {
        create(&db, "ada", &["--admin"]).text();
        let refused = run(&db, &["user", "role", "ada", "user"]);
        assert!(refused.complaint().contains("only admin"), "{refused:?}");
        assert!(run(&db, &["user", "delete", "ada", "--yes"]).complaint().contains("only admin"));
        create(&db, "grace", &["--role", "admin"]).text();
        assert_eq!(json(&db, &["user", "role", "ada", "user"])["role"], "user");
        assert!(run(&db, &["user", "role", "grace", "user"]).complaint().contains("only admin"));
    }

    async fn staff_work_for_somebody(db: Database) {
        create(&db, "ada", &[]).text();
        let ada = json(&db, &["user", "staff", "ada", "--isp-id", "7", "--branch-id", "8"]);
        assert_eq!((&ada["isp_id"], &ada["branch_id"]), (&json!(7), &json!(8)));
        assert_eq!(json(&db, &["user", "list"])[0]["branch_id"], 8);
        assert_eq!(json(&db, &["user", "staff", "ada"])["isp_id"], json!(null));
    }

    async fn an_account_is_exported_and_deleted(db: Database) {
        create(&db, "ada", &[]).text();
        let document = json(&db, &["user", "export", "ada"]);
        assert_eq!(document["profile"]["username"], "ada");
        assert!(!document.to_string().contains("$2b$"));
        let unsure = run(&db, &["user", "delete", "ada"]);
        assert!(unsure.complaint().contains("--yes"), "{unsure:?}");
        assert_eq!(json(&db, &["user", "delete", "ada", "--yes"])["username"], "ada");
        assert_eq!(json(&db, &["user", "list"]), json!([]));
    }
}
