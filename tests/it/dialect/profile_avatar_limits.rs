//! How many pictures are taken.

use chrono::TimeDelta;
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
}
