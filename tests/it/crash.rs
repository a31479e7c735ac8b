//! The real binary, killed without warning many times over: nothing acknowledged is lost, nothing
//! used works again.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::redirect::Policy;

use crate::support::database::{Database, run};
use crate::support::flow::{Flow, VERIFIER, challenge};
use crate::support::postgres::{Durability, private_cluster};
use crate::support::server::{REDIRECT, TestServer};

/// How often the server is killed.
const KILLS: u64 = 8;
/// How many clients work at the same time.
const WORKERS: usize = 6;

/// The running binary, killed when dropped.
struct Node {
    child: Child,
    url: String,
}

impl Node {
    async fn start(db: &Database) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let child = Command::new(env!("CARGO_BIN_EXE_grantor"))
            .arg("serve")
            .env_clear()
            .env("GRANTOR_SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .env("GRANTOR_SERVER__DATA_DIR", db.data_dir())
            .env("GRANTOR_DATABASE__URL", db.url())
            .env("GRANTOR_LOG__LEVEL", "error")
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let node = Self { child, url: format!("http://127.0.0.1:{port}") };
        for _ in 0..400 {
            if reqwest::get(format!("{}/health/ready", node.url)).await.is_ok_and(|r| r.status() == 200) {
                return node;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the server did not come up");
    }

    /// SIGKILL: no chance to tidy up.
    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("waited for");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Who works, and what was acknowledged.
#[derive(Clone)]
struct Work {
    http: reqwest::Client,
    client: String,
    secret: String,
    cookie: String,
    done: Arc<Mutex<Done>>,
}

#[derive(Default)]
struct Done {
    /// Access tokens that were handed out.
    tokens: Vec<String>,
    /// Codes that were redeemed for sure.
    redeemed: Vec<String>,
    /// Refresh tokens that were handed out last, by worker.
    refresh: Vec<String>,
    /// Codes that were handed out and not sent to the token endpoint.
    fresh: Vec<String>,
}

impl Work {
    async fn post(&self, url: &str, path: &str, fields: &[(&str, &str)]) -> Option<(u16, serde_json::Value)> {
        let request = self.http.post(format!("{url}{path}")).basic_auth(&self.client, Some(&self.secret));
        let answer = request.form(fields).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    }

    async fn code(&self, url: &str) -> Option<String> {
        let challenge = challenge(VERIFIER);
        let query = [
            ("response_type", "code"),
            ("client_id", &self.client),
            ("redirect_uri", REDIRECT),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let request = self.http.get(format!("{url}/oauth/authorize")).query(&query).header("cookie", &self.cookie);
        let answer = request.header("accept", "text/html").send().await.ok()?;
        let location = answer.headers().get("location")?.to_str().ok()?.to_owned();
        let location = reqwest::Url::parse(&location).ok()?;
        location.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned())
    }

    async fn redeem(&self, url: &str, code: &str) -> Option<(u16, serde_json::Value)> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        self.post(url, "/oauth/token", &fields).await
    }

    /// Works until the server is gone.
    async fn until_killed(self, url: String) {
        loop {
            let Some((200, body)) = self.post(&url, "/oauth/token", &[("grant_type", "client_credentials")]).await
            else {
                return;
            };
            self.keep(|done| done.tokens.push(text(&body, "access_token")));
            let (Some(kept), Some(code)) = (self.code(&url).await, self.code(&url).await) else { return };
            self.keep(|done| done.fresh.push(kept));
            let Some((200, body)) = self.redeem(&url, &code).await else { return };
            self.keep(|done| {
                done.tokens.push(text(&body, "access_token"));
                done.redeemed.push(code);
            });
            let refresh = text(&body, "refresh_token");
            let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
            match self.post(&url, "/oauth/token", &fields).await {
                Some((200, body)) => self.keep(|done| {
                    done.tokens.push(text(&body, "access_token"));
                    done.refresh.push(text(&body, "refresh_token"));
                }),
                _ => return,
            }
        }
    }

    fn keep(&self, note: impl FnOnce(&mut Done)) {
        note(&mut self.done.lock().expect("the notes"));
    }
}

fn text(body: &serde_json::Value, name: &str) -> String {
    body[name].as_str().expect("a token").to_owned()
}

/// All that was acknowledged still holds.
async fn check(work: &Work, url: &str) -> usize {
    let done = std::mem::take(&mut *work.done.lock().expect("the notes"));
    for token in &done.tokens {
        let (_, said) = work.post(url, "/oauth/introspect", &[("token", token)]).await.expect("an answer");
        assert_eq!(said["active"], true, "an acknowledged token was lost");
    }
    for token in &done.refresh {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        let (status, body) = work.post(url, "/oauth/token", &fields).await.expect("an answer");
        assert_eq!(status, 200, "an acknowledged refresh token was lost: {body}");
    }
    for code in &done.fresh {
        let (status, body) = work.redeem(url, code).await.expect("an answer");
        assert_eq!(status, 200, "an acknowledged code was lost: {body}");
    }
    for code in done.redeemed.iter().chain(&done.fresh) {
        let (status, body) = work.redeem(url, code).await.expect("an answer");
        assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()), "a used code worked again");
    }
    done.tokens.len() + done.redeemed.len() + done.fresh.len()
}

fn prepare(db: &Database) -> Work {
    let server = TestServer::start(db);
    let flow = Flow::new(&server, |new| {
        new.policy.token_format = grantor::core::client::TokenFormat::Opaque;
    });
    let http = reqwest::Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(10)).build();
    Work {
        http: http.expect("a client"),
        client: flow.client.id.to_string(),
        secret: flow.secret.clone(),
        cookie: flow.cookie.clone(),
        done: Arc::default(),
    }
}

async fn kill_again_and_again(db: &Database) {
    let work = prepare(db);
    let mut held = 0;
    for kill in 0..KILLS {
        let node = Node::start(db).await;
        held += check(&work, &node.url).await;
        let workers: Vec<_> = (0..WORKERS).map(|_| tokio::spawn(work.clone().until_killed(node.url.clone()))).collect();
        tokio::time::sleep(Duration::from_millis(150 + kill * 37)).await;
        node.kill();
        for worker in workers {
            worker.await.expect("the worker stops");
        }
    }
    let node = Node::start(db).await;
    held += check(&work, &node.url).await;
    assert!(held > 100, "too little was under way to prove anything: {held}");
}

#[test]
fn nothing_acknowledged_is_lost_on_sqlite() {
    let db = Database::sqlite();
    run(kill_again_and_again(&db));
}

#[test]
fn nothing_acknowledged_is_lost_on_postgres() {
    let Some(cluster) = private_cluster(Durability::Safe) else { return };
    let db = Database::of_cluster(&cluster);
    run(kill_again_and_again(&db));
}

/// The database itself is stopped without warning, and comes back.
#[test]
fn a_crash_of_postgres_loses_nothing_and_the_server_goes_on() {
    let Some(cluster) = private_cluster(Durability::Safe) else { return };
    let db = Database::of_cluster(&cluster);
    run(async {
        let work = prepare(&db);
        let node = Node::start(&db).await;
        for _ in 0..3 {
            let workers: Vec<_> =
                (0..WORKERS).map(|_| tokio::spawn(work.clone().until_killed(node.url.clone()))).collect();
            tokio::time::sleep(Duration::from_millis(250)).await;
            cluster.crash();
            for worker in workers {
                worker.await.expect("the worker stops");
            }
            let (status, body) =
                work.post(&node.url, "/oauth/token", &[("grant_type", "client_credentials")]).await.expect("an answer");
            assert_eq!((status, &body["error"]), (503, &"temporarily_unavailable".into()));
            cluster.recover();
            for _ in 0..200 {
                if reqwest::get(format!("{}/health/ready", node.url)).await.is_ok_and(|r| r.status() == 200) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            check(&work, &node.url).await;
        }
    });
}
