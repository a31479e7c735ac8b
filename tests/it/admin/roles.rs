//! The pages of roles.

use grantor::account::roles;
use grantor::core::ids::RoleName;

use super::{browser, staff, submit};
use crate::support::database::on_both;
use crate::support::server::TestServer;

on_both! {
    async fn a_role_is_made_changed_and_deleted(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let fields = [
            ("name", "desk"), ("display_name", "Front desk"), ("description", "Answers"), ("staff", "1"),
            ("powers", "grantor:users.read"), ("powers", "grantor:failures.read"), ("permissions", "a.view\r\nb.view"),
        ];
        let made = submit(&root, "/admin/new-role", "/admin/new-role", &fields).await;
        assert_eq!((made.status, made.header("location")), (303, "/admin/roles/desk?done=create"));
        let role = roles::find(&server.app, &RoleName::from("desk")).expect("a role");
        assert_eq!(role.permissions, ["a.view", "b.view", "grantor:failures.read", "grantor:users.read"]);
        assert!(role.staff);
        assert!(root.get("/admin/roles").await.body.contains("Front desk"));
        let again = submit(&root, "/admin/new-role", "/admin/new-role", &fields).await;
        assert_eq!(again.status, 422);
        assert!(again.body.contains("id=\"name-error\""));
        assert_eq!(again.input("display_name").as_deref(), Some("Front desk"), "what was typed is kept");
        let wrong = [("name", "No Good"), ("display_name", ""), ("permissions", "grantor:rule.everything")];
        let wrong = submit(&root, "/admin/new-role", "/admin/new-role", &wrong).await;
        assert_eq!(wrong.status, 422);
        for field in ["name-error", "display_name-error", "permissions-error"] {
            assert!(wrong.body.contains(&format!("id=\"{field}\"")), "{field}");
        }
        let changed = [("display_name", "Desk"), ("powers", "grantor:users.read")];
        let saved = submit(&root, "/admin/roles/desk", "/admin/roles/desk", &changed).await;
        assert_eq!(saved.header("location"), "/admin/roles/desk?done=edit");
        let role = roles::find(&server.app, &RoleName::from("desk")).expect("a role");
        assert_eq!((role.permissions.as_slice(), role.staff), (&["grantor:users.read".to_owned()][..], false));

        staff(&server, "ada", "desk");
        let held = submit(&root, "/admin/roles/desk/delete", "/admin/roles/desk/delete", &[]).await;
        assert_eq!(held.status, 409);
        for kept in ["admin", "user"] {
            let at = format!("/admin/roles/{kept}/delete");
            assert_eq!(submit(&root, &at, &at, &[]).await.status, 409, "{kept}");
        }
        let at = "/admin/roles/reseller/delete";
        assert_eq!(submit(&root, at, at, &[]).await.header("location"), "/admin/roles?done=delete");
        assert_eq!(root.get("/admin/roles/reseller").await.status, 404);
        assert_eq!(root.get("/admin/roles/no%20such").await.status, 404);
    }

    async fn an_auditor_reads_them_only(db: Database) {
        let server = TestServer::start(&db);
        let auditor = browser(&server, "auditor", "auditor").await;
        let shown = auditor.get("/admin/roles/support").await;
        assert_eq!(shown.status, 200);
        assert!(!shown.body.contains("<form") && shown.body.contains("See people"));
        assert!(!auditor.get("/admin/roles").await.body.contains("/admin/new-role"));
    }
}
