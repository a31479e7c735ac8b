//! `grantor serve`.

use std::net::TcpListener;

use super::running::{Serving, fed, json, program, run};
use crate::support::browser::Answer;
use crate::support::database::{Database, on_both};

const SECRET: &str = "a secret of thirty-two letters, or more";

async fn post(serving: &Serving, path: &str, client: Option<&str>, form: &[(&str, &str)]) -> Answer {
    let mut request = reqwest::Client::new().post(format!("{}{path}", serving.url())).form(form);
    if let Some(client) = client {
        request = request.basic_auth(client, Some(SECRET.replace(' ', "+").replace(',', "%2C")));
    }
    Answer::to(request).await
}

async fn get(serving: &Serving, path: &str) -> Answer {
    Answer::to(reqwest::Client::new().get(format!("{}{path}", serving.url()))).await
}

fn make_client(db: &Database) {
    let create = [
        "client",
        "create",
        "--name",
        "Svc",
        "--id",
        "svc",
        "--grant",
        "client_credentials",
        "--introspect",
        "--secret-stdin",
    ];
    fed(db, &create, SECRET).text();
}

fn make_admin(db: &Database) {
    let create = [
        "user",
        "create",
        "--email",
        "a@example.com",
        "--name",
        "A",
        "--username",
        "ada",
        "--admin",
        "--password-stdin",
    ];
    fed(db, &create, "correct horse battery").text();
}

on_both! {
    async fn a_second_start_finds_what_the_first_made(db: Database) {
        // No command serves.
        let mut first = Serving::start(&db, &[]);
        let link = first.setup_link().expect("a set-up link").to_owned();
        assert!(link.starts_with(&format!("{}/setup?token=gra_su_", first.url())), "{link}");
        for part in ["/.well-known/oauth-authorization-server", "grantor outbox", "for 1 day"] {
            assert!(first.welcome.contains(part), "{part}: {}", first.welcome);
        }
        assert!(first.welcome.contains(if db.is_postgres() { "PostgreSQL" } else { "grantor.db" }));
        assert!(!first.log().contains(&link[link.len() - 20..]));
        let keys = get(&first, "/oauth/jwks").await.json();
        let master = std::fs::read(db.data_dir().join("master.key")).expect("the master key");
        make_admin(&db);
        assert_eq!(first.stop("TERM"), Some(0), "{}", first.log());
        assert!(first.log().contains("event=serve outcome=stopped"));
        let mut second = Serving::start(&db, &["serve"]);
        assert_eq!(second.setup_link(), None, "{}", second.welcome);
        assert_eq!(get(&second, "/oauth/jwks").await.json(), keys);
        assert_eq!(std::fs::read(db.data_dir().join("master.key")).expect("the master key"), master);
        assert_eq!(json(&db, &["user", "list"]).as_array().map(Vec::len), Some(1));
        assert_eq!(second.stop("INT"), Some(0), "{}", second.log());
    }

    async fn commands_work_beside_a_running_server(db: Database) {
        let serving = Serving::start(&db, &[]);
        make_client(&db);
        let answer = post(&serving, "/oauth/token", Some("svc"), &[("grant_type", "client_credentials")]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
        let id = json(&db, &["token", "list", "--client", "svc"])[0]["id"].as_str().expect("an id").to_owned();
        let active = async || post(&serving, "/oauth/introspect", Some("svc"), &[("token", &token)]).await.json()["active"].clone();
        assert_eq!(active().await, true);
        run(&db, &["token", "revoke", &id]).text();
        assert_eq!(active().await, false);
        run(&db, &["client", "disable", "svc"]).text();
        let answer = post(&serving, "/oauth/token", Some("svc"), &[("grant_type", "client_credentials")]).await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        json(&db, &["purge"]);
    }

    async fn the_log_names_requests_and_no_secrets(db: Database) {
        make_client(&db);
        make_admin(&db);
        let serving = Serving::start(&db, &["--set", "log.level=trace"]);
        let form = [("grant_type", "client_credentials")];
        let token = post(&serving, "/oauth/token", Some("svc"), &form).await.json()["access_token"].as_str().expect("a token").to_owned();
        let by_post = [("grant_type", "client_credentials"), ("client_id", "svc"), ("client_secret", SECRET)];
        assert_eq!(post(&serving, "/oauth/token", None, &by_post).await.status, 200);
        let wrong = [("grant_type", "client_credentials"), ("client_id", "svc"), ("client_secret", "wrong-secret-value")];
        let refused = post(&serving, "/oauth/token", None, &wrong).await;
        assert_eq!(refused.status, 401);
        post(&serving, "/oauth/introspect", Some("svc"), &[("token", &token)]).await;
        post(&serving, "/oauth/revoke", Some("svc"), &[("token", &token)]).await;
        post(&serving, "/oauth/token", Some("svc"), &[("grant_type", "authorization_code"), ("code", "gra_ac_secret-code")]).await;
        get(&serving, "/oauth/authorize?client_id=svc&state=secret-state&response_type=code").await;
        get(&serving, "/no%0Aevent=forged").await;
        let log = serving.log();
        let id = refused.header("x-request-id");
        let of_refused: Vec<&str> = log.lines().filter(|line| line.contains(&format!(" req={id} "))).collect();
        assert!(of_refused.iter().any(|line| line.contains("event=client_auth outcome=refused")), "{log}");
        assert!(of_refused.iter().any(|line| line.contains("event=request method=POST")), "{log}");
        for line in log.lines() {
            assert!(line.starts_with("ts=20") && line.contains(" level=") && line.contains(" target="), "{line}");
            assert!(line.contains(" req=") || !["::http::", "::oauth::"].iter().any(|part| line.contains(part)), "{line}");
        }
        let signature = token.rsplit('.').next().expect("a signature");
        let basic = "c3ZjOmEr";
        for secret in [SECRET, &SECRET.replace(' ', "+"), signature, "wrong-secret-value", "secret-code", "secret-state", "correct horse", basic] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
    }
}

#[test]
fn an_address_in_use_is_named_with_what_to_do() {
    let db = Database::sqlite();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let said = run(&db, &["serve", "--listen", &address]);
    for part in [address.as_str(), "is in use", "flag --listen", "choose another with --listen"] {
        assert!(said.complaint().contains(part), "{part}: {said:?}");
    }
    assert!(!db.data_dir().join("grantor.db").exists(), "the address comes first");
}

#[test]
fn serve_prints_one_document_for_machines() {
    let db = Database::sqlite();
    let serving = Serving::start(&db, &["serve", "--json", "--public-url", "https://id.example.com"]);
    let document: serde_json::Value = serde_json::from_str(&serving.welcome).expect("JSON");
    assert_eq!(document["issuer"], "https://id.example.com");
    assert_eq!(document["metadata"], "https://id.example.com/.well-known/oauth-authorization-server");
    assert!(document["listen"].as_str().is_some_and(|address| address.starts_with("127.0.0.1:")));
    assert!(
        document["setup_url"].as_str().is_some_and(|url| url.starts_with("https://id.example.com/setup?token=gra_su_"))
    );
}

#[test]
fn a_server_that_waits_to_purge_stops_at_once() {
    let db = Database::sqlite();
    let mut command = program(&db);
    command.args(["--set", "purge.interval=10s"]);
    let mut serving = Serving::of(&db, command);
    assert_eq!(serving.stop("TERM"), Some(0), "{}", serving.log());
}
