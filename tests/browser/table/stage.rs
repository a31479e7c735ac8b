//! A server on which there is something to be seen on every page.

use std::sync::atomic::{AtomicU32, Ordering};

use grantor::account::roles;
use grantor::core::audit::Actor;
use grantor::core::client::Client;
use grantor::core::ids::RoleName;

use super::Who;
use crate::kit::Page;
use crate::support::database::Database;
use crate::support::server::{Setup, TestServer};

/// The server and what is on it.
pub struct Stage {
    /// The server.
    pub server: TestServer,
    /// An app of somebody's, with a home page.
    pub app: Client,
    counter: AtomicU32,
}

/// Where [`Stage::app`] is sent to. Nobody is.
pub const REDIRECT: &str = "https://notes.example/callback";

impl Stage {
    /// Fills a database with what somebody looks at. Only an admin makes the server one that was set up.
    pub fn set(db: &Database, who: Who) -> Self {
        let setup = Setup::default()
            // Passkeys need a name: an address of numbers does not do.
            .named("localhost")
            .set("server.development", true)
            .set("registration.email_verification", "sign-in")
            .set("limits.sign_in_attempts", 1000);
        let server = setup.start(db);
        let maker = server.user("maker");
        for name in ["ada", "grace"] {
            server.user(name);
        }
        if who == Who::Admin {
            let root = server.user("root");
            let admin = RoleName::from("admin");
            roles::give(&server.app, &Actor::Operator, &root, &admin).expect("an admin");
        }
        let (app, _) = server.client(|new| {
            new.name = "Acme Notes".to_owned();
            new.owner = Some(maker);
            new.client_uri = Some("https://notes.example/".to_owned());
            new.redirect_uris = vec![REDIRECT.to_owned(), "http://127.0.0.1/callback".to_owned()];
        });
        Self { server, app, counter: AtomicU32::new(1) }
    }

    /// A number that was not given before.
    pub fn next(&self) -> u32 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// Makes a window theirs.
    pub async fn dress(&self, page: &Page, who: Who) {
        page.forget().await;
        match who {
            Who::Nobody => {}
            Who::Person => page.signed_in(&self.server, "ada").await,
            Who::Admin => page.signed_in(&self.server, "root").await,
        }
    }
}
