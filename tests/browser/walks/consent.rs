//! Letting an app in, or not.

use super::{app_of, asking, redeemed};
use crate::kit::{Callback, Chrome, walks};
use crate::support::server::{ROOT, Setup, TestServer};

walks! {
    async fn allowed_with_less_than_was_asked_for(chrome: Chrome, db: Database) {
        let_in(chrome, TestServer::start(&db)).await;
    }

    async fn allowed_below_a_path(chrome: Chrome, db: Database) {
        let_in(chrome, Setup::default().below(ROOT).start(&db)).await;
    }

    async fn denied(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let callback = Callback::start();
        let (client, _) = app_of(&server, None, &callback);
        let page = chrome.open(&server).await.knows(callback.origin());
        page.signed_in(&server, "ada").await;
        page.go(&asking(&client, &callback, "profile")).await;
        page.press("Deny").await;
        assert_eq!(callback.parameter("error").as_deref(), Some("access_denied"));
        page.go(&asking(&client, &callback, "profile")).await;
        page.reads("wants access").await;
        page.close().await;
    }

    async fn what_is_sensitive_takes_a_word_more(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let callback = Callback::start();
        let (client, secret) = app_of(&server, None, &callback);
        let page = chrome.open(&server).await.knows(callback.origin());
        page.signed_in(&server, "ada").await;
        page.go(&asking(&client, &callback, "profile email account")).await;
        page.reads("Sensitive").await;
        page.send_anything().await;
        page.tick("See your e-mail address", false).await;
        page.press("Allow").await;
        page.reads("Please tick this to go on, or deny").await;
        page.tick("may do what is marked as sensitive", true).await;
        page.press("Allow").await;
        let code = callback.parameter("code").expect("a code");
        let granted = redeemed(&server, &client, &secret, &callback, &code).await;
        assert_eq!(granted, "profile account", "what was unticked stays so");
        page.close().await;
    }

    async fn asked_of_somebody_else(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("bob");
        let callback = Callback::start();
        let (client, _) = app_of(&server, None, &callback);
        let page = chrome.open(&server).await.knows(callback.origin());
        page.signed_in(&server, "ada").await;
        page.go(&asking(&client, &callback, "profile")).await;
        page.reads("ada@example.com").await;
        page.press("Use another account").await;
        page.sign_in("bob").await;
        page.reads("bob@example.com").await;
        page.press("Allow").await;
        assert!(callback.parameter("code").is_some());
        page.close().await;
    }

    async fn an_app_on_ones_own_device_by_ipv6(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let callback = Callback::on("[::1]:0");
        let (client, _) = app_of(&server, None, &callback);
        let page = chrome.open(&server).await.knows(callback.origin());
        page.signed_in(&server, "ada").await;
        page.go(&asking(&client, &callback, "profile")).await;
        page.reads("runs on your own device").await;
        page.press("Allow").await;
        assert!(callback.parameter("code").is_some());
        page.close().await;
    }

    async fn by_redirects_alone_from_the_sign_in_form_to_the_app(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let callback = Callback::start();
        let uri = callback.url.clone();
        let (client, _) = server.client(|new| {
            new.redirect_uris = vec![uri];
            new.policy.first_party = true;
        });
        let page = chrome.open(&server).await.knows(callback.origin());
        page.go(&asking(&client, &callback, "profile")).await;
        page.sign_in("ada").await;
        assert!(callback.parameter("code").is_some());
        page.close().await;
    }
}

async fn let_in(chrome: Chrome, server: TestServer) {
    server.user("ada");
    let callback = Callback::start();
    let (client, secret) = app_of(&server, None, &callback);
    let page = chrome.open(&server).await.knows(callback.origin());
    page.go(&asking(&client, &callback, "profile email")).await;
    page.at("/login").await;
    page.sign_in("ada").await;
    page.at("/oauth/authorize").await;
    page.reads("Acme Notes").await;
    page.tick("See your e-mail address", false).await;
    page.press("Allow").await;
    let code = callback.parameter("code").expect("a code");
    assert_eq!(redeemed(&server, &client, &secret, &callback, &code).await, "profile");

    // Remembered: nobody is asked again, until more is asked for.
    page.go(&asking(&client, &callback, "profile")).await;
    assert!(callback.parameter("code").is_some());
    page.go(&asking(&client, &callback, "profile email")).await;
    page.reads("New").await;
    page.press("Deny").await;
    assert_eq!(callback.parameter("error").as_deref(), Some("access_denied"));
    page.close().await;
}
