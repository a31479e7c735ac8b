//! How many pictures are taken, and which are swept away.

use chrono::TimeDelta;
use grantor::account::files;
use grantor::core::user::Avatar;
use grantor::store::users;
use image::ImageFormat;
use reqwest::Method;

use super::passport_support::send;
use super::profile_avatar::{form, upload};
use super::profile_support::*;
use crate::support::database::on_both;
use crate::support::pictures;
use crate::support::server::Setup;

on_both! {
    async fn pictures_are_few_whatever_is_sent(db: Database) {
        let server = Setup::default().frozen().set("limits.pictures", 2).set("limits.picture_window", "10m").start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Api::of(&server, "ada").await, Api::of(&server, "eve").await);
        let png = pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png);
        assert_eq!(upload(&ada, b"no picture").await.status, 422, "it costs as much");
        assert_eq!(upload(&ada, &png).await.status, 200);
        ada.golden("avatar-throttled", &upload(&ada, &png).await);
        // Before the body is looked at.
        ada.golden("avatar-throttled", &send(ada.request(Method::POST, "/api/me/avatar")).await);
        assert_eq!(upload(&eve, &png).await.status, 200, "another account");
        server.advance(TimeDelta::minutes(10));
        assert_eq!(upload(&ada, &png).await.status, 200);
    }

    async fn pictures_from_one_address_are_few(db: Database) {
        let server = Setup::default()
            .frozen()
            .set("limits.pictures", 1)
            .set("limits.pictures_per_address", 1)
            .set("limits.picture_window", "10m")
            .start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Api::of(&server, "ada").await, Api::of(&server, "eve").await);
        let png = pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png);
        assert_eq!(upload(&ada, &png).await.status, 200);
        let answer = send(eve.request(Method::POST, "/api/me/avatar").multipart(form(&png))).await;
        eve.golden("avatar-throttled", &answer);
    }

    async fn files_that_nobody_has_are_swept_away_after_a_day(db: Database) {
        for storage in ["folder", "database"] {
            let server = Setup::default().frozen().set("files.storage", storage).start(&db);
            let name = format!("ada{storage}");
            server.user(&name);
            let png = pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png);
            assert_eq!(upload(&Api::of(&server, &name).await, &png).await.status, 200);
            let made = |kind| files::NewFile::new(&server.app, kind, vec![1]);
            let orphan = made(files::Kind::Jpeg);
            orphan.write_to_folder(&server.app).expect("written");
            let kept = orphan.clone();
            server.app.write(move |cx| kept.write_to_database(cx)).expect("written");
            let folder = db.data_dir().join("files");
            let (draft, foreign) = (folder.join(format!("{}.draft", made(files::Kind::Png).name)), folder.join("notes.txt"));
            if storage == "folder" {
                std::fs::write(&draft, "x").expect("written");
                std::fs::write(&foreign, "x").expect("written");
                for entry in std::fs::read_dir(&folder).expect("a folder") {
                    let file = std::fs::File::options().write(true).open(entry.expect("an entry").path()).expect("a file");
                    file.set_modified(server.app.now().and_utc().into()).expect("set");
                }
            }
            server.advance(TimeDelta::days(1));
            assert_eq!(files::sweep(&server.app, "").expect("swept"), 0, "{storage}: not yet");
            server.advance(TimeDelta::seconds(1));
            let expected = if storage == "folder" { 2 } else { 1 };
            assert_eq!(files::sweep(&server.app, "").expect("swept"), expected, "{storage}");
            assert!(files::read(&server.app, &orphan.name).expect("read").is_none() && !draft.exists());
            assert!(storage == "database" || foreign.exists());
            let user = server.app.read(|cx| users::by_login(cx.conn, &name)).expect("read").expect("the person");
            let Some(Avatar::File(avatar)) = user.avatar else { panic!("no avatar") };
            assert!(files::read(&server.app, &avatar).expect("read").is_some(), "{storage}: somebody has it");
        }
    }
}
