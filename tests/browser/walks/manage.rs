//! The administration's scopes, roles, keys and secrets.

use chrono::TimeDelta;

use super::admin::opened;
use super::{asking_at, authenticated};
use crate::kit::{Page, walks};
use crate::support::server::{PASSWORD, REDIRECT};

/// Says once more who one is.
async fn confirm(page: &Page) {
    page.at("/account/confirm").await;
    page.fill("Password", PASSWORD).await;
    page.press("Confirm").await;
}

walks! {
    async fn a_scope_is_made_said_in_other_words_and_deleted(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db, "admin").await;
        let (client, _) = server.client(|_| {});
        page.go("/admin/scopes").await;
        page.follow("New scope").await;
        page.send_anything().await;
        page.fill("Name", "tides read").await;
        page.fill("What it allows", "See the tides").await;
        page.press("Save").await;
        assert!(!page.error("Name").await.is_empty());
        assert_eq!(page.value("What it allows").await, "See the tides");
        page.fill("Name", "profile").await;
        page.press("Save").await;
        assert!(page.error("Name").await.contains("taken"), "{}", page.described().await);
        page.fill("Name", "tides.read").await;
        page.tick("It is marked as sensitive", true).await;
        page.press("Save").await;
        page.reads("The scope was made").await;

        page.follow("tides.read").await;
        page.fill("What it allows", "").await;
        page.send_anything().await;
        page.press("Save").await;
        assert!(!page.error("What it allows").await.is_empty());
        page.fill("What it allows", "Know when the sea comes").await;
        page.press("Save").await;
        page.reads("The scope was changed").await;
        page.go(&asking_at(&client, REDIRECT, "profile tides.read")).await;
        page.reads("Know when the sea comes").await;
        page.reads("Sensitive").await;

        page.go("/admin/scopes").await;
        server.advance(TimeDelta::minutes(20));
        page.follow_in("tides.read", "Delete").await;
        confirm(&page).await;
        page.press("Delete the scope").await;
        page.reads("The scope was deleted").await;
        assert!(!page.says("tides.read").await);
        page.close().await;
    }

    async fn a_role_is_made_changed_and_deleted_when_nobody_has_it(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db, "admin").await;
        page.go("/admin/roles").await;
        page.follow("New role").await;
        page.send_anything().await;
        page.fill("Name for apps", "Harbour Master").await;
        page.fill("Name for people", "Harbour master").await;
        page.press("Save").await;
        assert!(!page.error("Name for apps").await.is_empty());
        assert_eq!(page.value("Name for people").await, "Harbour master");
        page.fill("Name for apps", "harbour-master").await;
        page.tick("See people and what belongs to them", true).await;
        page.press("Save").await;
        page.reads("The role was made").await;
        page.go("/admin/roles/harbour-master").await;
        page.fill("Permissions in the apps", "berths.view\nnot so!").await;
        page.press("Save").await;
        assert!(!page.error("Permissions in the apps").await.is_empty());
        page.fill("Permissions in the apps", "berths.view").await;
        page.press("Save").await;
        page.reads("The role was changed").await;

        page.go("/admin/users?q=grace").await;
        page.follow("grace Example").await;
        page.follow("Give another role").await;
        page.choose("Role", "Harbour master").await;
        page.press("Give another role").await;
        page.reads("The role was changed").await;
        page.go("/admin/roles/harbour-master").await;
        page.follow("Delete the role").await;
        page.press("Delete the role").await;
        assert!(page.alert().await.contains("people have it"), "{}", page.described().await);
        page.go("/admin/users?q=grace").await;
        page.follow("grace Example").await;
        page.follow("Give another role").await;
        page.choose("Role", "Auditor").await;
        page.press("Give another role").await;
        page.go("/admin/roles/harbour-master").await;
        page.follow("Delete the role").await;
        page.press("Delete the role").await;
        page.reads("The role is gone").await;
        page.close().await;
    }

    async fn a_new_key_is_made_by_whoever_proves_themselves(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db, "admin").await;
        page.go("/admin/keys").await;
        let before = page.texts("table.list tbody tr").await.len();
        server.advance(TimeDelta::minutes(20));
        page.follow("New keys").await;
        page.at("/account/confirm").await;
        page.fill("Password", "not the password").await;
        page.press("Confirm").await;
        assert!(!page.error("Password").await.is_empty());
        confirm(&page).await;
        page.follow("Cancel").await;
        assert_eq!(page.texts("table.list tbody tr").await.len(), before);
        page.follow("New keys").await;
        page.press("New keys").await;
        page.reads("The new keys were made").await;
        assert_eq!(page.texts("table.list tbody tr").await.len(), before + 3);
        page.reads("Published").await;
        page.close().await;
    }

    async fn a_secret_is_followed_by_another(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db, "admin").await;
        let (client, old) = server.client(|_| {});
        let id = client.id.as_str();
        page.go(&format!("/admin/clients/{id}")).await;
        page.follow("New secret").await;
        page.choose("The old secrets work for", "one more hour").await;
        page.press("New secret").await;
        page.reads("The new secret").await;
        let new = page.text("section[aria-labelledby=secret] code").await;
        assert_eq!(authenticated(&server, id, &old).await, 200);
        assert_eq!(authenticated(&server, id, &new).await, 200);
        server.advance(TimeDelta::minutes(61));
        assert_eq!(authenticated(&server, id, &old).await, 401);
        page.go(&format!("/admin/clients/{id}")).await;
        assert!(!page.says(&new).await);
        page.follow("End the secret").await;
        confirm(&page).await;
        page.press("End the secret").await;
        page.reads("The secret does not work any more").await;
        assert_eq!(authenticated(&server, id, &new).await, 401);
        page.close().await;
    }
}
