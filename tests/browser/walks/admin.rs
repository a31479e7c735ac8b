//! What those do who manage the server.

use chrono::TimeDelta;
use grantor::account::roles;
use grantor::core::audit::Actor;
use grantor::core::ids::RoleName;

use crate::kit::{Chrome, Page, walks};
use crate::support::database::Database;
use crate::support::server::{PASSWORD, Setup, TestServer};

/// Somebody with a role, signed in; there are other people too.
pub async fn opened(chrome: Chrome, db: &Database, role: &str) -> (TestServer, Page) {
    opened_with(Setup::default(), chrome, db, role).await
}

/// The same on a server with other settings.
pub async fn opened_with(setup: Setup, chrome: Chrome, db: &Database, role: &str) -> (TestServer, Page) {
    let server = setup.frozen().start(db);
    let root = server.user("root");
    roles::give(&server.app, &Actor::Operator, &root, &RoleName::from(role)).expect("a role");
    server.user("ada");
    server.user("grace");
    let page = chrome.open(&server).await;
    page.signed_in(&server, "root").await;
    (server, page)
}

walks! {
    async fn somebody_is_found_and_disabled(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db, "admin").await;
        page.go("/admin/users").await;
        page.fill("Find people", "nobody-of-that-name").await;
        page.press("Search").await;
        page.reads("Nobody fits").await;
        page.fill("Find people", "ada").await;
        page.press("Search").await;
        page.follow("ada Example").await;
        server.advance(TimeDelta::minutes(20));
        page.follow("Disable the account").await;
        page.at("/account/confirm").await;
        page.fill("Password", PASSWORD).await;
        page.press("Confirm").await;
        page.press("Disable the account").await;
        page.reads("The account is disabled").await;
        page.follow("Enable the account").await;
        page.press("Enable the account").await;
        page.reads("The account is enabled").await;
        page.close().await;
    }

    async fn a_profile_is_mended(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db, "support").await;
        page.go("/admin/users?q=grace").await;
        page.follow("grace Example").await;
        page.follow("Edit the profile").await;
        page.send_anything().await;
        page.fill("Date of birth", "tomorrow").await;
        page.fill("Last name", "Hopper").await;
        page.press("Save").await;
        assert!(!page.error("Date of birth").await.is_empty());
        assert_eq!(page.value("Last name").await, "Hopper");
        page.fill("Date of birth", "1906-12-09").await;
        page.press("Save").await;
        page.reads("The profile was changed").await;
        page.close().await;
    }

    async fn a_role_is_given(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db, "admin").await;
        page.go("/admin/users?q=grace").await;
        page.follow("grace Example").await;
        page.follow("Give another role").await;
        page.choose("Role", "Auditor").await;
        page.press("Give another role").await;
        page.reads("The role was changed").await;
        page.close().await;
    }

    async fn an_app_is_made_and_vouched_for(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db, "admin").await;
        page.go("/admin/new-client").await;
        page.fill("Name", "Tide Tables").await;
        page.fill("Redirect URIs", "nonsense").await;
        page.press("Create the app").await;
        assert!(!page.error("Redirect URIs").await.is_empty());
        assert_eq!(page.value("Name").await, "Tide Tables");
        page.fill("Redirect URIs", "https://tides.example/callback").await;
        page.press("Create the app").await;
        page.reads("The new secret").await;
        page.follow("Verify").await;
        page.press("Verify").await;
        page.reads("The app is verified").await;
        page.go("/admin/audit").await;
        page.reads("root Example").await;
        page.close().await;
    }

    async fn what_a_role_does_not_open_is_not_there(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db, "support").await;
        page.go("/admin/users").await;
        page.reads("ada Example").await;
        assert!(!page.says("Audit log").await, "{}", page.described().await);
        page.go("/admin/audit").await;
        page.reads("Page not found").await;
        page.close().await;
    }

    async fn nobody_else_comes_in(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db, "admin").await;
        page.forget().await;
        page.go("/admin/users").await;
        page.at("/login").await;
        page.signed_in(&server, "ada").await;
        page.go("/admin/users").await;
        page.reads("Page not found").await;
        page.close().await;
    }

    async fn the_last_admin_stays(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db, "admin").await;
        page.go("/account/data").await;
        page.fill("To confirm, type your username", "root").await;
        page.fill("Password", PASSWORD).await;
        page.press("Delete my account for ever").await;
        assert!(page.alert().await.contains("only administrator"), "{}", page.described().await);
        page.go("/admin").await;
        page.reads("Dashboard").await;
        page.close().await;
    }
}
