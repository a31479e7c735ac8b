//! Files that people hand in and take away: a picture of theirs, the logo of an application, all that is kept of them.

use std::path::PathBuf;

use chrono::TimeDelta;
use grantor::core::client::Client;
use image::ImageFormat;
use serde_json::Value;

use super::asking_at;
use crate::kit::{Chrome, Page, walks};
use crate::support::database::Database;
use crate::support::pictures;
use crate::support::server::{PASSWORD, REDIRECT, Setup, TestServer};

/// Ada with an application, signed in.
async fn opened(chrome: Chrome, db: &Database) -> (TestServer, Client, Page) {
    let server = Setup::default().frozen().start(db);
    let ada = server.user("ada");
    let (client, _) = server.client(|new| new.owner = Some(ada));
    let page = chrome.open(&server).await;
    page.signed_in(&server, "ada").await;
    (server, client, page)
}

/// A picture, and a file that only says it is one.
fn files() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let (good, bad) = (folder.path().join("good.png"), folder.path().join("bad.png"));
    std::fs::write(&good, pictures::file(&pictures::two_halves(80, 40), ImageFormat::Png)).expect("a file");
    std::fs::write(&bad, "<script>alert(1)</script>").expect("a file");
    (folder, good, bad)
}

walks! {
    async fn a_picture_is_shown_replaced_and_removed(chrome: Chrome, db: Database) {
        let (_server, _, page) = opened(chrome, &db).await;
        let (_folder, good, bad) = files();
        page.go("/account/profile").await;
        page.attach("Choose a picture", &bad).await;
        page.press("Upload").await;
        assert!(page.error("Choose a picture").await.contains("not a picture"), "{}", page.described().await);
        page.send_anything().await;
        page.press("Upload").await;
        assert!(!page.error("Choose a picture").await.is_empty(), "no file was chosen");
        page.attach("Choose a picture", &good).await;
        page.press("Upload").await;
        page.reads("Your picture was saved").await;
        assert!(page.picture_at(".portrait img").await.starts_with("/files/"));
        page.press("Remove picture").await;
        page.reads("Your picture was removed").await;
        assert!(!page.has(".portrait img").await);
        page.close().await;
    }

    async fn a_logo_is_what_people_see_of_an_app(chrome: Chrome, db: Database) {
        let (server, client, page) = opened(chrome, &db).await;
        let (_folder, good, bad) = files();
        let edit = format!("/account/clients/{}/edit", client.id);
        page.go(&edit).await;
        page.attach("Picture", &bad).await;
        page.press("Upload").await;
        assert!(page.error("Picture").await.contains("not a picture"), "{}", page.described().await);
        page.attach("Picture", &good).await;
        page.press("Upload").await;
        page.reads("Your changes are saved").await;
        let logo = page.picture_at("img.tile").await;
        assert!(logo.starts_with("/files/"), "{logo}");

        server.user("grace");
        page.forget().await;
        page.signed_in(&server, "grace").await;
        page.go(&asking_at(&client, REDIRECT, "profile")).await;
        assert_eq!(page.picture_at("img.tile").await, logo);

        page.forget().await;
        page.signed_in(&server, "ada").await;
        page.go(&edit).await;
        page.press("Remove the logo").await;
        page.reads("Your changes are saved").await;
        assert!(!page.has("img.tile").await);
        page.close().await;
    }

    async fn all_that_is_kept_is_taken_away_by_whoever_proves_themselves(chrome: Chrome, db: Database) {
        let (server, client, page) = opened(chrome, &db).await;
        server.advance(TimeDelta::minutes(20));
        page.go("/account/data").await;
        page.follow("Confirm it is you").await;
        page.fill("Password", "not her password").await;
        page.press("Confirm").await;
        assert!(!page.error("Password").await.is_empty());
        page.fill("Password", PASSWORD).await;
        page.press("Confirm").await;
        page.at("/account/data").await;
        let (name, text) = page.download("Download").await;
        assert_eq!(name, "account.json");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        assert!(text.contains("ada@example.com") && text.contains(client.id.as_str()), "{document}");
        page.at("/account/data").await;
        page.close().await;
    }
}
