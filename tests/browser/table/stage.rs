//! A server on which there is something to be seen on every page.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use grantor::account::roles::{self, Description};
use grantor::account::{admin, register::Registration};
use grantor::core::audit::Actor;
use grantor::core::client::Client;
use grantor::core::ids::RoleName;
use grantor::core::user::User;

use super::Who;
use crate::kit::{Callback, Chrome, Page};
use crate::support::database::Database;
use crate::support::flow::{session_cookie, session_cookie_of};
use crate::support::server::{PASSWORD, Setup, TestServer};
use crate::walks::{allow, asking, asking_at, redeemed};

/// The server and what is on it.
pub struct Stage {
    /// The server.
    pub server: TestServer,
    /// An app of somebody's, with a home page. Nobody has let it in.
    pub app: Client,
    /// An app of the person who looks. Something went wrong with it.
    pub own: Client,
    /// The person who looks.
    pub ada: User,
    counter: AtomicU32,
}

/// What people look at pages with.
const BROWSERS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
];

/// Where [`Stage::app`] is sent to. Nobody is.
pub const REDIRECT: &str = "https://notes.example/callback";

impl Stage {
    /// Fills a database with what somebody looks at. Only an admin makes the server one that was set up.
    pub async fn set(chrome: Chrome, db: &Database, who: Who) -> Self {
        let setup = Setup::default()
            .frozen()
            // Passkeys need a name: an address of numbers does not do.
            .named("localhost")
            .set("server.development", true)
            .set("registration.email_verification", "sign-in")
            .set("limits.sign_in_attempts", 1000);
        let server = setup.start(db);
        let ada = person(&server, "ada", "Ada Lovelace");
        let acme = person(&server, "acme", "Acme Software");
        person(&server, "grace", "Grace Hopper");
        if who == Who::Admin {
            let root = person(&server, "root", "Radia Perlman");
            roles::give(&server.app, &Actor::Operator, &root, &RoleName::from("admin")).expect("an admin");
            let care = Description {
                display_name: Some("Subscriber care".to_owned()),
                description: Some("Helps subscribers on the telephone".to_owned()),
                permissions: Some(vec!["subscribers.view".to_owned(), "subscribers.edit".to_owned()]),
                ..Description::default()
            };
            roles::create(&server.app, &Actor::Operator, "subscriber-care", &care).expect("a role");
        }
        let (app, _) = server.client(|new| {
            new.name = "Acme Notes".to_owned();
            new.owner = Some(acme.clone());
            new.client_uri = Some("https://notes.example/".to_owned());
            new.redirect_uris = vec![REDIRECT.to_owned(), "http://127.0.0.1/callback".to_owned()];
        });
        let (own, _) = server.client(|new| {
            new.name = "Moon Phases".to_owned();
            new.owner = Some(ada.clone());
            new.client_uri = Some("https://moon.example/".to_owned());
            new.redirect_uris = vec!["https://moon.example/callback".to_owned()];
        });
        let stage = Self { server, app, own, ada, counter: AtomicU32::new(1) };
        stage.live(chrome, &acme).await;
        stage
    }

    /// Lets people do what leaves traces: apps let in, attempts that were refused.
    async fn live(&self, chrome: Chrome, acme: &User) {
        for day in 0..10_u32 {
            for _ in 0..(day * 7) % 5 + 1 {
                session_cookie(&self.server, if day % 2 == 0 { "grace" } else { "acme" });
                self.server.advance(TimeDelta::minutes(9));
            }
            self.keep();
            self.server.advance(TimeDelta::hours(23));
        }
        let callback = Callback::start();
        let page = chrome.open(&self.server).await.knows(callback.origin());
        page.go("/login").await;
        page.sign_in_with("ada", "not her password").await;
        for client in [&self.app, &self.own] {
            page.go(&asking_at(client, "https://moon.example/somewhere-else", "profile")).await;
        }
        self.dress(&page, Who::Person).await;
        for (name, owner, scope) in [
            ("Harbour Calendar", Some(acme.clone()), "profile email"),
            ("Photo Print", Some(acme.clone()), "profile"),
            ("Tide Tables", Some(self.ada.clone()), "profile account"),
        ] {
            let uri = callback.url.clone();
            let (client, secret) = self.server.client(|new| {
                new.name = name.to_owned();
                new.owner = owner;
                new.client_uri = Some("https://apps.example/".to_owned());
                new.redirect_uris = vec![uri];
            });
            page.go(&asking(&client, &callback, scope)).await;
            allow(&page).await;
            let code = callback.parameter("code").expect("a code");
            redeemed(&self.server, &client, &secret, &callback, &code).await;
            self.server.advance(TimeDelta::hours(7));
            self.dress(&page, Who::Person).await;
        }
        page.close().await;
        self.keep();
    }

    /// Writes down what was counted and refused, as the server does now and then.
    fn keep(&self) {
        self.server.app.keep_counts().expect("a database");
        self.server.app.keep_reasons().expect("a database");
    }

    /// A number that was not given before.
    pub fn next(&self) -> u32 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// Lets so much time go by that whoever is about to do harm is asked once more who they are.
    pub fn wait(&self) {
        self.server.advance(TimeDelta::minutes(30));
    }

    /// Makes a window theirs, a moment later: what happens next is the newest.
    pub async fn dress(&self, page: &Page, who: Who) {
        page.forget().await;
        self.server.advance(TimeDelta::seconds(1));
        let username = match who {
            Who::Nobody => return,
            Who::Person => "ada",
            Who::Admin => "root",
        };
        let at = usize::try_from(self.next()).expect("a small number") % BROWSERS.len();
        page.keep(&session_cookie_of(&self.server, username, BROWSERS.get(at).copied())).await;
    }
}

fn person(server: &TestServer, username: &str, name: &str) -> User {
    let registration = Registration {
        name: Some(name.to_owned()),
        username: Some(username.to_owned()),
        email: Some(format!("{username}@example.com")),
        password: Some(PASSWORD.to_owned()),
        password_confirmation: Some(PASSWORD.to_owned()),
        ..Registration::default()
    };
    admin::create(&server.app, &Actor::Operator, &registration, |new| new.verified()).expect("the person is made")
}
