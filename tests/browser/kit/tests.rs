//! The checks themselves: each finds what it is there to find.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use super::look::{DESK, WINDOWS};
use super::{Chrome, Page, run};

/// A page as careless people make them, with the policy of careful ones.
const CARELESS: &str = "<!doctype html><title>none</title><link rel=icon href=data:,>
    <style>main { width: 900px }</style><main style='color: red'><h1>Careless</h1><img src=/picture><img src=https://cdn.example/logo.png>
    <form><label for=a>Name</label> <input id=a></form></main><script>document.title = 'ran'</script><script src=/script></script>";

/// Serves it at every address but those of its parts, and answers the origin.
fn serve(policy: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut line = String::new();
            if BufReader::new(&stream).read_line(&mut line).is_err() {
                continue;
            }
            let (status, kind, body) = match line.split(' ').nth(1).unwrap_or("/") {
                "/script" => ("200 OK", "text/javascript", "document.title = 'ran too'"),
                "/picture" => ("404 Not Found", "text/plain", "none"),
                "/broken" => ("500 Internal Server Error", "text/html", CARELESS),
                _ => ("200 OK", "text/html", CARELESS),
            };
            let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close");
            let policy = format!("content-security-policy: {policy}");
            let _ = write!(stream, "{head}\r\n{policy}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        }
    });
    origin
}

async fn careless(chrome: Chrome, policy: &'static str, path: &str) -> Page {
    let page = chrome.open_at(&serve(policy)).await;
    page.resize(DESK).await;
    page.go(path).await;
    page
}

#[test]
fn what_the_policy_forbids_is_found() {
    for scripts in [true, false] {
        run(scripts, async |chrome| {
            let page = careless(chrome, "default-src 'self'; img-src *", "/").await;
            let found = page.end().await.join("\n");
            assert!(found.contains("Content Security Policy"), "{found}");
            assert_eq!(found.contains("forbidden by style-src"), scripts, "{found}");
        });
    }
}

#[test]
fn what_is_missing_broken_or_asked_of_others_is_found() {
    run(true, async |chrome| {
        let found = careless(chrome, "img-src *", "/broken").await.end().await.join("\n");
        for what in ["404", "500", "asked of somebody else: https://cdn.example/logo.png", "ERR_NAME_NOT_RESOLVED"] {
            assert!(found.contains(what), "{what}: {found}");
        }
    });
}

#[test]
fn what_keeps_people_out_is_found() {
    run(true, async |chrome| {
        let page = careless(chrome, "default-src 'self' 'unsafe-inline'", "/").await;
        if super::axe::script().is_some() {
            let found = page.violations().await.join("\n");
            assert!(found.contains("image-alt") && found.contains("html-has-lang"), "{found}");
        }
        let wide = page.too_wide(&WINDOWS).await.join("\n");
        assert!(wide.contains("360 pixels") && wide.contains("main"), "{wide}");
        page.end().await;
    });
}

#[test]
fn scripts_run_only_where_they_may() {
    for scripts in [true, false] {
        run(scripts, async |chrome| {
            let page = careless(chrome, "img-src *", "/").await;
            let title = page.ask("return document.title").await;
            assert_eq!(title, if scripts { "ran too" } else { "none" });
            page.end().await;
        });
    }
}
