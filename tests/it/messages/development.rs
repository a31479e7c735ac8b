//! The page that shows the outbox to those who work on the server.

use reqwest::header::HOST;

use super::{write, write_sms};
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

async fn get(server: &TestServer, host: Option<&str>) -> (u16, String) {
    let mut request = reqwest::Client::new().get(server.at("/dev/outbox"));
    if let Some(host) = host {
        request = request.header(HOST, host);
    }
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a body"))
}

on_both! {
    async fn a_server_in_development_shows_what_it_writes(db: Database) {
        let server = Setup::default().set("server.development", true).start(&db);
        assert!(get(&server, None).await.1.contains("Nothing was written yet."));
        write(&server, "ada@example.com");
        write_sms(&server, "+441632960961", &format!("<b>402917</b>\n{}/login\nhttps://elsewhere.example/", server.url));
        let (status, page) = get(&server, None).await;
        assert_eq!(status, 200);
        for part in ["ada@example.com (<code>mail</code>)", "+441632960961 (<code>sms</code>)", "token=grs_8Jt2pQ0vXm4nYb6c", "&#60;b&#62;402917"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(page.contains(&format!("<a href=\"{}/login\">", server.url)), "{page}");
        assert!(!page.contains("href=\"https://"), "only addresses of this server are links: {page}");
    }

    async fn under_another_name_there_is_no_such_page(db: Database) {
        let server = Setup::default().set("server.development", true).start(&db);
        write(&server, "ada@example.com");
        let port = server.url.rsplit(':').next().expect("a port").to_owned();
        for host in ["evil.example", &format!("evil.example:{port}"), &format!("localhost:{port}"), "127.0.0.1"] {
            let (status, page) = get(&server, Some(host)).await;
            assert_eq!(status, 404, "{host}");
            assert!(!page.contains("ada@example.com"), "{page}");
        }
        assert_eq!(get(&server, Some(&format!("127.0.0.1:{port}"))).await.0, 200);
    }

    async fn behind_a_proxy_there_is_no_such_page(db: Database) {
        let server = Setup::default().set("server.development", true).start(&db);
        write(&server, "ada@example.com");
        for header in ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"] {
            let request = reqwest::Client::new().get(server.at("/dev/outbox")).header(header, "192.0.2.7");
            let response = request.send().await.expect("an answer");
            assert_eq!(response.status(), 404, "{header}");
            assert!(!response.text().await.expect("a body").contains("ada@example.com"));
        }
        assert_eq!(get(&server, None).await.0, 200);
    }

    async fn no_other_server_has_such_a_page(db: Database) {
        let server = TestServer::start(&db);
        write(&server, "ada@example.com");
        assert_eq!(get(&server, None).await.0, 404);
    }
}
