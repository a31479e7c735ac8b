//! `POST /api/me/avatar`, `PUT /api/me/avatar/external`, `GET /files/{name}`.

use image::{DynamicImage, GenericImageView as _, ImageFormat};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::passport_support::{golden_at, request, send};
use super::profile_support::*;
use crate::support::browser::Answer;
use crate::support::database::{Database, on_both};
use crate::support::pictures;
use crate::support::server::{PASSWORD, Setup, TestServer};

const AVATAR: &str = "/api/me/avatar";
const EXTERNAL: &str = "/api/me/avatar/external";
const MIB: usize = 1024 * 1024;

pub(super) fn form(bytes: &[u8]) -> Form {
    // The client's word for the type and the name counts for nothing.
    let part = Part::bytes(bytes.to_vec()).file_name("../../etc/passwd.svg").mime_str("text/html").expect("a type");
    Form::new().part("file", part)
}

pub(super) async fn upload(api: &Api<'_>, bytes: &[u8]) -> Answer {
    send(api.request(Method::POST, AVATAR).multipart(form(bytes))).await
}

/// The avatar's address after an upload that succeeds.
async fn uploaded(api: &Api<'_>, bytes: &[u8]) -> String {
    let answer = upload(api, bytes).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"]["avatar"].as_str().expect("an address").to_owned()
}

struct Served {
    status: u16,
    headers: reqwest::header::HeaderMap,
    bytes: Vec<u8>,
}

async fn fetch(request: RequestBuilder) -> Served {
    let answer = request.send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Served { status, headers, bytes: answer.bytes().await.expect("a body").to_vec() }
}

async fn fetched(server: &TestServer, url: &str) -> Served {
    fetch(request(server, Method::GET, url)).await
}

async fn picture(server: &TestServer, url: &str) -> DynamicImage {
    let served = fetched(server, url).await;
    assert_eq!(served.status, 200, "{url}");
    image::load_from_memory(&served.bytes).expect("a picture")
}

fn red(picture: &DynamicImage, x: u32, y: u32) -> bool {
    let [r, _, b, _] = picture.get_pixel(x, y).0;
    r > 200 && b < 60
}

/// The names in the folder.
fn kept(db: &Database) -> Vec<String> {
    let folder = db.data_dir().join("files");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .map(|found| found.map(|e| e.expect("an entry").file_name().into_string().expect("text")).collect())
        .unwrap_or_default();
    names.sort();
    names
}

async fn each_format(server: &TestServer) {
    server.user("ada");
    let api = Api::of(server, "ada").await;
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let whole = pictures::two_halves(900, 600);
        let whole = if format == ImageFormat::WebP { whole.into_rgba8().into() } else { whole };
        let url = uploaded(&api, &pictures::file(&whole, format)).await;
        assert!(url.starts_with(&format!("{}/files/", server.url)) && url.ends_with(".jpg"), "{url}");
        assert_eq!(api.me().await["avatar"], url.as_str());
        let small = picture(server, &url).await;
        assert_eq!(small.dimensions(), (512, 512), "square, and no larger than that");
        assert!(red(&small, 100, 256) && !red(&small, 400, 256), "the middle of it");
    }
    let url = uploaded(&api, &pictures::file(&pictures::with_hole(64), ImageFormat::Png)).await;
    assert!(url.ends_with(".png"), "{url}");
    let small = picture(server, &url).await;
    assert_eq!((small.dimensions(), small.get_pixel(32, 32).0[3], small.get_pixel(2, 2).0[3]), ((64, 64), 0, 255));
}

async fn replaced(server: &TestServer) {
    server.user("ada");
    let api = Api::of(server, "ada").await;
    let bytes = pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png);
    let first = uploaded(&api, &bytes).await;
    let second = uploaded(&api, &bytes).await;
    assert_ne!(first, second, "an address never shows another picture");
    assert_eq!(fetched(server, &first).await.status, 404);
    assert_eq!(fetched(server, &second).await.status, 200);
    let external = api.put(EXTERNAL, json!({ "url": "https://s.gravatar.example/a?s=80" })).await;
    assert_eq!(external.json()["data"]["avatar"], "https://s.gravatar.example/a?s=80");
    assert_eq!(fetched(server, &second).await.status, 404);
}

on_both! {
    async fn each_format_is_taken_and_made_anew_in_the_folder(db: Database) {
        let server = TestServer::start(&db);
        each_format(&server).await;
        assert_eq!(kept(&db).len(), 1, "no draft and no older file stays: {:?}", kept(&db));
    }

    async fn each_format_is_taken_and_made_anew_in_the_database(db: Database) {
        let server = Setup::default().set("files.storage", "database").start(&db);
        each_format(&server).await;
        assert!(kept(&db).is_empty());
    }

    async fn the_older_file_goes_from_the_folder(db: Database) {
        let server = TestServer::start(&db);
        replaced(&server).await;
        assert!(kept(&db).is_empty(), "{:?}", kept(&db));
    }

    async fn the_older_file_goes_from_the_database(db: Database) {
        replaced(&Setup::default().set("files.storage", "database").start(&db)).await;
    }

    async fn the_file_goes_with_the_account(db: Database) {
        for storage in ["folder", "database"] {
            let server = Setup::default().set("files.storage", storage).start(&db);
            server.user(storage);
            let api = Api::of(&server, storage).await;
            let url = uploaded(&api, &pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png)).await;
            let end = api.request(Method::DELETE, "/api/me").json(&json!({ "current_password": PASSWORD }));
            assert_eq!(send(end).await.status, 204);
            assert_eq!(fetched(&server, &url).await.status, 404, "{storage}");
            assert!(kept(&db).is_empty());
        }
    }

    async fn a_file_outlives_a_change_of_the_setting(db: Database) {
        let url;
        {
            let server = TestServer::start(&db);
            server.user("ada");
            let api = Api::of(&server, "ada").await;
            url = uploaded(&api, &pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png)).await;
        }
        let path = url.split_at(url.find("/files/").expect("a path")).1;
        let server = Setup::default().set("files.storage", "database").start(&db);
        assert_eq!(fetched(&server, path).await.status, 200);
        let api = Api::of(&server, "ada").await;
        uploaded(&api, &pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png)).await;
        assert_eq!(fetched(&server, path).await.status, 404);
        assert!(kept(&db).is_empty());
    }

    async fn an_upload_answers_with_the_person(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let answer = upload(&api, &pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png)).await;
        let url = answer.json()["data"]["avatar"].as_str().expect("an address").to_owned();
        golden_at(&server, "profile/avatar", &answer, |redactions| redactions.value(&url, "avatar"));
        let external = json!({ "url": "https://s.gravatar.example/avatar/20208b38fbb6018920da7d038fbc58dc?s=80" });
        api.golden("avatar-external", &api.put(EXTERNAL, external).await);
    }

    async fn a_file_is_served_to_be_kept_and_to_do_nothing(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let url = uploaded(&api, &pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png)).await;
        let served = fetched(&server, &url).await;
        for (name, value) in [
            ("content-type", "image/jpeg"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; sandbox"),
        ] {
            assert_eq!(served.headers.get(name).expect(name), value);
        }
        let head = fetch(request(&server, Method::HEAD, &url)).await;
        assert_eq!((head.status, head.bytes.len()), (200, 0));
        assert_eq!(head.headers.get("content-type"), served.headers.get("content-type"));
        assert_eq!(head.headers["content-length"], served.bytes.len().to_string().as_str());
        let name = url.rsplit('/').next().expect("a name");
        for path in [
            "/files/".to_owned(),
            "/files/nothing.jpg".to_owned(),
            "/files/0123456789012345678901.jpg".to_owned(),
            format!("/files/{}", name.replace(".jpg", ".png")),
            format!("/files/{name}.draft"),
            "/files/..%2fmaster.key".to_owned(),
            "/files/%2e%2e%2fmaster.key".to_owned(),
            "/files/%00".to_owned(),
        ] {
            let answer = send(request(&server, Method::GET, &path)).await;
            golden(&server, "unknown-address", &answer);
        }
    }

    async fn a_picture_is_upright_and_says_nothing_else(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let plain = pictures::file(&pictures::two_halves(80, 80), ImageFormat::Jpeg);
        // Which of left, right, top and bottom is red, by the orientation (EXIF 2.3, tag 0x0112).
        for (orientation, x, y) in [
            (1, 10, 40), (2, 70, 40), (3, 70, 40), (4, 10, 40), (5, 40, 10), (6, 40, 10), (7, 40, 70), (8, 40, 70),
        ] {
            let turned = pictures::with_exif(&plain, orientation);
            assert!(turned.windows(pictures::PLACE.len()).any(|part| part == pictures::PLACE.as_bytes()));
            let url = uploaded(&api, &turned).await;
            let small = picture(&server, &url).await;
            assert!(red(&small, x, y) && !red(&small, 79 - x, 79 - y), "orientation {orientation}");
            let bytes = fetched(&server, &url).await.bytes;
            for gone in [pictures::PLACE, "Exif", "44.7866"] {
                assert!(!bytes.windows(gone.len()).any(|part| part == gone.as_bytes()), "{gone}");
            }
        }
        for orientation in [0, 9, 65535] {
            assert_eq!(upload(&api, &pictures::with_exif(&plain, orientation)).await.status, 200, "{orientation}");
        }
    }

    async fn what_is_no_picture_is_refused(db: Database) {
        let server = Setup::default().set("limits.pictures", 100).start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let svg = br#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        let png = pictures::file(&pictures::two_halves(200, 200), ImageFormat::Png);
        let cut = &png[..png.len() / 2];
        let bmp = b"BM\x1e\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\x01\0\x01\0\x01\0\x18\0\0\0\0\0";
        for bytes in [
            &svg[..], b"<html>", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"\0", b"x",
            b"%PDF-1.7", b"II*\0\x08\0\0\0", &bmp[..], cut, b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        ] {
            api.golden("avatar-no-picture", &upload(&api, bytes).await);
        }
        for format in [ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let whole = pictures::two_halves(200, 200).into_rgba8();
            let whole = if format == ImageFormat::Jpeg { DynamicImage::from(whole).into_rgb8().into() } else { whole.into() };
            let bytes = pictures::file(&whole, format);
            for end in [bytes.len() / 4, bytes.len() / 2] {
                let answer = upload(&api, &bytes[..end]).await;
                assert!([200, 422].contains(&answer.status), "{format:?} cut at {end}: {}", answer.body);
            }
            let mut noise = bytes.clone();
            for at in (20..noise.len()).step_by(7) {
                noise[at] ^= 0x5a;
            }
            let answer = upload(&api, &noise).await;
            assert!([200, 422].contains(&answer.status), "{format:?}: {}", answer.body);
        }
        assert!(kept(&db).len() <= 1);
    }

    async fn bombs_are_refused_before_room_is_made_for_them(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let zlib = pictures::deep_zlib();
        let mut gif = b"GIF89a\x60\xea\x60\xea\x80\0\0\0\0\0\xff\xff\xff".to_vec();
        gif.extend(b"\x2c\0\0\0\0\x60\xea\x60\xea\0\x02\x02\x44\x01\0\x3b");
        let mut jpeg = pictures::file(&pictures::two_halves(16, 16), ImageFormat::Jpeg);
        let sof = jpeg.windows(2).position(|part| part == [0xff, 0xc0]).expect("a frame header");
        jpeg[sof + 5..sof + 9].copy_from_slice(&[0xea, 0x60, 0xea, 0x60]);
        let large = [
            pictures::png(60_000, 60_000, &[(b"IDAT", zlib.clone())]),
            pictures::png(5000, 5000, &[(b"IDAT", zlib.clone())]),
            pictures::png(8193, 1, &[(b"IDAT", zlib.clone())]),
            pictures::png(u32::MAX >> 1, u32::MAX >> 1, &[(b"IDAT", zlib.clone())]),
            gif,
            jpeg,
        ];
        for (at, bytes) in large.iter().enumerate() {
            let answer = upload(&api, bytes).await;
            assert_eq!(answer.status, 422, "{at}: {}", answer.body);
            if at < 3 {
                api.golden("avatar-too-many-pixels", &answer);
            }
        }
        let text = [b"Comment\0\0".as_slice(), &zlib].concat();
        let profile = [b"icc\0\0".as_slice(), &zlib].concat();
        for chunks in [vec![(b"zTXt", text.clone()); 20], vec![(b"iCCP", profile)], vec![(b"IDAT", zlib.clone())]] {
            let mut chunks = chunks;
            chunks.push((b"IDAT", zlib.clone()));
            let answer = upload(&api, &pictures::png(10, 10, &chunks)).await;
            assert!([200, 422].contains(&answer.status), "{}", answer.body);
        }
        assert_eq!(api.get("/api/me").await.status, 200);
    }

    async fn five_mebibytes_and_no_more(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let mut bytes = pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png);
        bytes.resize(5 * MIB, 0);
        assert_eq!(upload(&api, &bytes).await.status, 200, "what comes after the picture is passed over");
        bytes.push(0);
        api.golden("too-large", &upload(&api, &bytes).await);
        bytes.resize(6 * MIB, 0);
        api.golden("too-large", &upload(&api, &bytes).await);
        let other = Part::bytes(vec![0; 6 * MIB]);
        let other = api.request(Method::POST, AVATAR).multipart(Form::new().part("other", other));
        api.golden("too-large", &send(other).await);
    }

    async fn a_form_that_holds_no_file_is_told_so(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let png = pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png);
        for form in [Form::new().text("other", "x"), Form::new().text("file", ""), form(b"")] {
            api.golden("avatar-missing", &send(api.request(Method::POST, AVATAR).multipart(form)).await);
        }
        let typed = |kind: &str, body: Vec<u8>| {
            send(api.request(Method::POST, AVATAR).header("content-type", kind).body(body))
        };
        for kind in ["image/png", "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "x"] {
            api.golden("avatar-unsupported-type", &typed(kind, png.clone()).await);
        }
        api.golden("avatar-unsupported-type", &send(api.request(Method::POST, AVATAR)).await);
        let fields = (0..60).fold(Form::new(), |form, n| form.text(format!("f{n}"), "x"));
        api.golden("malformed", &send(api.request(Method::POST, AVATAR).multipart(fields)).await);
        for body in [&b""[..], b"--b", b"--b\r\nnonsense", b"--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx"] {
            api.golden("malformed", &typed("multipart/form-data; boundary=b", body.to_vec()).await);
        }
        let beside = form(&png).text("role_id", "1").text("email", "eve@example.com");
        let answer = send(api.request(Method::POST, AVATAR).multipart(beside)).await.json();
        assert_eq!((&answer["data"]["role_id"], &answer["data"]["email"]), (&json!(2), &json!("ada@example.com")));
    }

    async fn an_address_elsewhere_is_kept_and_never_fetched(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("set");
        let url = format!("http://{}/a.png", listener.local_addr().expect("an address"));
        assert_eq!(api.put(EXTERNAL, json!({ "url": url })).await.json()["data"]["avatar"], url.as_str());
        assert!(listener.accept().is_err(), "nobody came");
        for (given, kept) in [
            ("HTTPS://EXAMPLE.com", "https://example.com/"),
            (" https://example.com/ä b ", "https://example.com/%C3%A4%20b"),
            ("https://exämple.com/", "https://xn--exmple-cua.com/"),
        ] {
            assert_eq!(api.put(EXTERNAL, json!({ "url": given })).await.json()["data"]["avatar"], kept);
        }
        let long = format!("https://example.com/{}", "x".repeat(2029));
        for url in [
            "http://,./a.png", "https://example.com/{a}?b|c", "https://example.com/a?b=[c]",
            "javascript:alert(1)", "data:image/png;base64,AAAA", "file:///etc/passwd", "ftp://example.com/a.png",
            "//example.com/a.png", "/a.png", "a.png", "https://", "https:///", "http://user@example.com/",
            "https://user:secret@example.com/", "https://:secret@example.com/", "https://exam ple.com/",
            "https://example.com:99999/", "jav\tascript:alert(1)",
        ] {
            let answer = api.put(EXTERNAL, json!({ "url": url })).await;
            assert_eq!(answer.status, 422, "{url}: {}", answer.body);
        }
        api.golden("avatar-external-wrong", &api.put(EXTERNAL, json!({ "url": "javascript:alert(1)" })).await);
        api.golden("avatar-external-long", &api.put(EXTERNAL, json!({ "url": long })).await);
        api.golden("avatar-external-missing", &api.put(EXTERNAL, json!({})).await);
        api.golden("avatar-external-mistyped", &api.put(EXTERNAL, json!({ "url": ["https://example.com/"] })).await);
        for url in ["https://example.com/\r\nx: y", "https://example.com/\0"] {
            assert_eq!(api.put(EXTERNAL, json!({ "url": url })).await.status, 422);
        }
        assert_eq!(api.me().await["avatar"], "https://xn--exmple-cua.com/");
    }

    async fn uploads_at_once_leave_one_file(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let bytes = pictures::file(&pictures::two_halves(20, 20), ImageFormat::Png);
        let sent: Vec<_> = (0..12)
            .map(|_| {
                let request = api.request(Method::POST, AVATAR).multipart(form(&bytes));
                tokio::spawn(async move { request.send().await.expect("an answer").status().as_u16() })
            })
            .collect();
        for answer in sent {
            assert_eq!(answer.await.expect("an answer"), 200);
        }
        let left = kept(&db);
        assert_eq!(left.len(), 1, "{left:?}");
        let me: Value = api.me().await;
        assert!(me["avatar"].as_str().is_some_and(|url| url.ends_with(&left[0])));
    }
}
