//! The logo of an application: uploaded, made anew, shown from this server.

use chrono::TimeDelta;
use grantor::account::files;
use grantor::core::client::Client;
use grantor::store::clients;
use image::ImageFormat;
use reqwest::Method;
use reqwest::multipart::{Form, Part};

use super::{authorize, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::pictures;
use crate::support::server::{Setup, TestServer};

async fn owner(server: &TestServer, name: &str) -> (Browser, Client) {
    let user = server.user(name);
    let (client, _) = server.client(|new| new.owner = Some(user));
    let browser = Browser::new(server);
    browser.sign_in(name).await;
    (browser, client)
}

async fn upload(browser: &Browser, client: &Client, token: &str, bytes: &[u8]) -> Answer {
    let file = Part::bytes(bytes.to_vec()).file_name("logo.png").mime_str("image/png").expect("a type");
    let form = Form::new().text("_token", token.to_owned()).part("file", file);
    let request = browser.request(Method::POST, &format!("/account/clients/{}/logo", client.id));
    browser.send(request.header("accept", "text/html").multipart(form)).await
}

fn now(server: &TestServer, client: &Client) -> Client {
    server.app.read(|cx| clients::by_id(cx.conn, &client.id)).expect("a database").expect("a client")
}

on_both! {
    async fn a_logo_is_made_anew_and_takes_the_mark_away(db: Database) {
        for storage in ["folder", "database"] {
            let name = format!("ada{storage}");
            let setup = Setup::default().frozen().set("files.storage", storage).set("cache.staleness", "0s");
            let server = setup.set("sessions.fresh_login", "1d").start(&db);
            let (browser, client) = owner(&server, &name).await;
            server.verify(&client.id);
            let edit = browser.get(&format!("/account/clients/{}/edit", client.id)).await;
            let token = edit.input("_token").expect("a token");
            let jpeg = pictures::file(&pictures::two_halves(40, 20), ImageFormat::Jpeg);
            let answer = upload(&browser, &client, &token, &jpeg).await;
            assert_eq!((answer.status, answer.header("location")), (303, format!("/account/clients/{}?done=saved", client.id).as_str()), "{}", answer.body);
            let kept = now(&server, &client);
            let first = kept.logo_file.clone().expect("a logo");
            assert!(kept.verified_at.is_none() && first.ends_with(".png"));
            let request = browser.request(Method::GET, &format!("/files/{first}"));
            let file = request.send().await.expect("an answer");
            assert_eq!(file.headers()["content-type"], "image/png");
            let picture = image::load_from_memory(&file.bytes().await.expect("bytes")).expect("a picture");
            assert_eq!((picture.width(), picture.height()), (20, 20));
            let consent = browser.get(&authorize(&client, "profile")).await;
            assert!(consent.body.contains(&format!("<img class=\"tile\" src=\"/files/{first}\"")), "{}", consent.body);

            // It is not swept away; the one before another one is gone.
            server.advance(TimeDelta::days(1) + TimeDelta::hours(1));
            files::sweep(&server.app, "").expect("swept");
            assert_eq!(browser.request(Method::GET, &format!("/files/{first}")).send().await.expect("an answer").status(), 200);
            let browser = Browser::new(&server);
            browser.sign_in(&name).await;
            let edit = browser.get(&format!("/account/clients/{}/edit", client.id)).await;
            let token = edit.input("_token").expect("a token");
            assert_eq!(upload(&browser, &client, &token, &jpeg).await.status, 303);
            assert_eq!(browser.request(Method::GET, &format!("/files/{first}")).send().await.expect("an answer").status(), 404);
            let path = format!("/account/clients/{}/logo/delete", client.id);
            assert_eq!(submit(&browser, &edit, &path, &[]).await.status, 303);
            assert_eq!(now(&server, &client).logo_file, None);
        }
    }

    async fn what_is_no_picture_is_refused(db: Database) {
        let server = Setup::default().set("limits.pictures", 100).start(&db);
        let (browser, client) = owner(&server, "ada").await;
        let edit = browser.get(&format!("/account/clients/{}/edit", client.id)).await;
        let token = edit.input("_token").expect("a token");
        let bomb = pictures::png(8192, 8192, &[]);
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        for (name, bytes) in [("bomb", bomb.as_slice()), ("svg", svg), ("text", b"hello"), ("nothing", b"")] {
            let answer = upload(&browser, &client, &token, bytes).await;
            assert_eq!(answer.status, 422, "{name}");
            assert!(!answer.text_of("#file-error").is_empty(), "{name}: {}", answer.body);
            assert_eq!(answer.input("name").as_deref(), Some("Test app"));
        }
        let large = vec![0; 6 * 1024 * 1024];
        assert_eq!(upload(&browser, &client, &token, &large).await.status, 413);
        assert_eq!(now(&server, &client).logo_file, None);
    }

    async fn nobody_gives_a_logo_to_an_app_of_somebody_else(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ((ada, client), (eve, hers)) = (owner(&server, "ada").await, owner(&server, "eve").await);
        let evil = eve.get(&format!("/account/clients/{}/edit", hers.id)).await.input("_token").expect("a token");
        let png = pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png);
        assert_eq!(upload(&eve, &client, &evil, &png).await.status, 404);
        assert_eq!(upload(&ada, &client, &evil, &png).await.status, 403);
        assert_eq!(upload(&ada, &client, "", &png).await.status, 403);
        assert!(upload(&Browser::new(&server), &client, &evil, &png).await.header("location").starts_with("/login"));
        server.advance(TimeDelta::minutes(6));
        assert!(upload(&ada, &client, &evil, &png).await.header("location").starts_with("/account/confirm"));
        assert_eq!(now(&server, &client).logo_file, None);
    }
}
