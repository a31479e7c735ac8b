//! The apps that people let in, their tokens and the applications of their own.

use super::{allow, app_of, asking, authenticated, redeemed};
use crate::kit::{Callback, walks};
use crate::support::server::TestServer;

walks! {
    async fn an_app_loses_what_is_taken_back(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let callback = Callback::start();
        let (client, secret) = app_of(&server, None, &callback);
        let page = chrome.open(&server).await.knows(callback.origin());
        page.signed_in(&server, "ada").await;
        page.go("/account/connections").await;
        page.reads("You have not let any app in").await;
        page.go(&asking(&client, &callback, "profile email")).await;
        allow(&page).await;
        let code = callback.parameter("code").expect("a code");
        redeemed(&server, &client, &secret, &callback, &code).await;

        page.go("/account/connections").await;
        page.reads("Acme Notes").await;
        page.follow("Manage").await;
        page.press("Take back See your e-mail address").await;
        page.reads("It was taken back").await;
        page.press("Remove this app").await;
        page.reads("no longer has access").await;
        page.go(&asking(&client, &callback, "profile")).await;
        page.reads("wants access").await;
        page.close().await;
    }

    async fn a_token_is_shown_once_and_revoked(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.signed_in(&server, "ada").await;
        page.go("/account/tokens").await;
        page.follow("New token").await;
        page.send_anything().await;
        page.press("Make the token").await;
        assert!(!page.error("Name").await.is_empty());
        page.fill("Name", "Backup script").await;
        page.tick("See your name", true).await;
        page.press("Make the token").await;
        page.reads("Your new token").await;
        let token = page.once().await;
        let asked = || reqwest::Client::new().get(server.at("/api/me")).bearer_auth(&token).header("accept", "application/json").send();
        assert_eq!(asked().await.expect("an answer").status(), 200);
        page.follow("All my tokens").await;
        page.reads("Backup script").await;
        assert!(!page.says(&token).await);
        page.press("Revoke Backup script").await;
        page.reads("The token no longer works").await;
        assert_eq!(asked().await.expect("an answer").status(), 401);
        page.close().await;
    }

    async fn a_secret_gives_way_to_another(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let (client, old) = server.client(|new| new.owner = Some(ada));
        let (id, path) = (client.id.as_str(), format!("/account/clients/{}/secrets", client.id));
        let page = chrome.open(&server).await;
        page.signed_in(&server, "ada").await;
        page.go(&path).await;
        page.press("Make a new secret").await;
        let kept = page.once().await;
        assert_eq!(authenticated(&server, id, &old).await, 200, "for a day");
        assert_eq!(authenticated(&server, id, &kept).await, 200);
        for _ in 2..10 {
            page.go(&path).await;
            page.press("Make a new secret").await;
        }
        page.go(&path).await;
        page.press("Make a new secret").await;
        assert!(page.error("The old secrets work for").await.contains("At most 10"), "{}", page.described().await);
        assert_eq!(authenticated(&server, id, &kept).await, 200);
        page.choose("The old secrets work for", "no longer at all").await;
        page.press("Make a new secret").await;
        let last = page.once().await;
        assert_eq!(authenticated(&server, id, &kept).await, 401);
        assert_eq!(authenticated(&server, id, &last).await, 200);
        page.close().await;
    }

    async fn an_application_is_made_changed_and_deleted(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.signed_in(&server, "ada").await;
        page.go("/account/clients").await;
        page.follow("New application").await;
        page.fill("Name", "Tide Tables").await;
        page.fill("Redirect URIs", "https://tides.example/callback\nnonsense").await;
        page.press("Register").await;
        assert!(page.error("Redirect URIs").await.contains('2'), "{}", page.described().await);
        assert_eq!(page.value("Name").await, "Tide Tables");
        page.fill("Redirect URIs", "https://tides.example/callback").await;
        page.press("Register").await;
        page.reads("The application is registered").await;
        let secret = page.once().await;
        assert!(!secret.is_empty());

        page.follow("Edit").await;
        page.fill("Name", "Tides").await;
        page.press("Save").await;
        page.reads("Your changes are saved").await;
        page.follow("Secrets").await;
        page.press("Make a new secret").await;
        page.reads("The new secret works").await;
        assert!(!page.says(&secret).await);
        page.press("End now").await;
        page.reads("The secret no longer works").await;
        page.follow("Back to the application").await;
        page.follow("Delete").await;
        page.press("Delete").await;
        page.reads("The application is deleted").await;
        page.close().await;
    }
}
