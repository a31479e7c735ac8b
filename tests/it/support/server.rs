//! The real app on a real port.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use chrono::{NaiveDate, TimeDelta};
use grantor::account::{admin, register::Registration};
use grantor::app::{App, Surroundings};
use grantor::config::{Config, Sources};
use grantor::core::client::{AuthMethod, Client, Policy};
use grantor::core::ids::ClientId;
use grantor::core::time::{Clock, FrozenClock, SystemClock};
use grantor::core::user::User;
use grantor::oauth::manage::{self, NewClient, admin as admin_clients};

use super::database::Database;

/// The password of every person that tests make.
pub const PASSWORD: &str = "correct horse battery";
/// The redirect URI of every client that tests make.
pub const REDIRECT: &str = "https://app.example/cb";

/// The path of the servers whose issuer has one.
pub const ROOT: &str = "/tenants/one";

/// A running server; stopped with the test.
pub struct TestServer {
    /// Its address with its root, without a trailing slash.
    pub url: String,
    /// The app inside it.
    pub app: Arc<App>,
    /// The clock, if it is frozen.
    pub clock: Option<Arc<FrozenClock>>,
    statements: Arc<Statements>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// Counts the SQL statements of the server.
#[derive(Default)]
struct Statements {
    count: AtomicU64,
    texts: Mutex<Vec<String>>,
}

/// How a test server differs from the usual one.
#[derive(Default)]
pub struct Setup {
    settings: Vec<(String, String)>,
    frozen: bool,
    name: Option<String>,
    root: &'static str,
}

impl Setup {
    /// Sets a setting, for instance `tokens.refresh_grace`.
    pub fn set(mut self, key: &str, value: impl ToString) -> Self {
        self.settings.push((key.to_owned(), value.to_string()));
        self
    }

    /// Known by a name in place of the address of numbers; the port is the real one.
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Known by a URL with a path, below which everything is: [`ROOT`], or one that starts with it.
    pub fn below(mut self, root: &'static str) -> Self {
        assert!(root.starts_with(ROOT), "answers are held against the document of the routes without it");
        self.root = root;
        self
    }

    /// With a clock that stands still until the test moves it.
    pub fn frozen(mut self) -> Self {
        self.frozen = true;
        self
    }

    /// Starts the server.
    pub fn start(self, db: &Database) -> TestServer {
        let mut sources = Sources::default()
            .with_flag("database.url", db.url(), "--database-url")
            .with_flag("server.data_dir", &db.data_dir().display().to_string(), "--data-dir")
            .with_flag("server.listen", "127.0.0.1:0", "--listen")
            .with_flag("server.workers", "2", "--workers")
            .with_flag("passwords.bcrypt_cost", "4", "--cost")
            .with_flag("limits.sign_in_attempts_per_address", "100000", "--limit")
            .with_flag("limits.registrations_per_address", "100000", "--limit")
            .with_flag("limits.verification_attempts_per_address", "100000", "--limit")
            .with_flag("limits.reset_attempts_per_address", "100000", "--limit");
        for (key, value) in &self.settings {
            sources = sources.with_flag(key, value, "--test");
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("the port's address");
        if self.name.is_some() || !self.root.is_empty() {
            let name = self.name.as_deref().unwrap_or("127.0.0.1");
            let url = format!("http://{name}:{}{}", address.port(), self.root);
            sources = sources.with_flag("server.public_url", &url, "--test");
        }
        let mut config = Config::load(sources).expect("the test's settings");
        config.set_bound_address(address);
        let start = NaiveDate::from_ymd_opt(2026, 3, 4).and_then(|day| day.and_hms_opt(5, 6, 7)).expect("a date");
        let clock = self.frozen.then(|| Arc::new(FrozenClock::at(start)));
        let statements = Arc::new(Statements::default());
        let counter = Arc::clone(&statements);
        let surroundings = Surroundings {
            clock: clock.clone().map_or(Arc::new(SystemClock) as Arc<dyn Clock>, |clock| clock),
            observer: Some(Arc::new(move |text: &str| {
                counter.count.fetch_add(1, Ordering::SeqCst);
                counter.texts.lock().expect("the texts").push(text.to_owned());
            })),
            ..Surroundings::default()
        };
        let app = App::open(config, surroundings).expect("the app opens");
        let url = format!("http://{}{}", app.config.server.listen, self.root);
        let (tell, told) = std::sync::mpsc::channel();
        let served = Arc::clone(&app);
        let thread = std::thread::spawn(move || {
            let outcome = actix_web::rt::System::new().block_on(async move {
                let server = grantor::cli::serve::server(&served, listener)?;
                tell.send(server.handle()).expect("the test waits");
                server.await
            });
            outcome.expect("the server runs");
        });
        let handle = told.recv().expect("the server starts");
        TestServer { url, app, clock, statements, handle, thread: Some(thread) }
    }
}

impl TestServer {
    /// A server with the settings of tests.
    pub fn start(db: &Database) -> Self {
        Setup::default().start(db)
    }

    /// The URL of a path, which may have the root before it as redirects do.
    pub fn at(&self, path: &str) -> String {
        let root = self.app.config.root();
        format!("{}{}", self.url, path.strip_prefix(root).unwrap_or(path))
    }

    /// Moves the frozen clock.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.as_ref().expect("a frozen clock").advance(by);
    }

    /// Forgets the statements counted so far.
    pub fn reset_statements(&self) {
        self.statements.count.store(0, Ordering::SeqCst);
        self.statements.texts.lock().expect("the texts").clear();
    }

    /// The statements since the last reset, without BEGIN, COMMIT and savepoints.
    pub fn statements(&self) -> Vec<String> {
        let texts = self.statements.texts.lock().expect("the texts");
        let real = |text: &&String| {
            let head = text.trim_start().to_ascii_uppercase();
            ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| head.starts_with(verb))
        };
        texts.iter().filter(real).cloned().collect()
    }

    /// The statements since the last reset that begin a transaction.
    pub fn transactions(&self) -> usize {
        let texts = self.statements.texts.lock().expect("the texts");
        texts.iter().filter(|text| text.trim_start().to_ascii_uppercase().starts_with("BEGIN")).count()
    }

    /// Makes a person; their e-mail address is `{username}@example.com`, their password [`PASSWORD`].
    pub fn user(&self, username: &str) -> User {
        let registration = Registration {
            name: Some(format!("{username} Example")),
            username: Some(username.to_owned()),
            email: Some(format!("{username}@example.com")),
            password: Some(PASSWORD.to_owned()),
            password_confirmation: Some(PASSWORD.to_owned()),
            ..Registration::default()
        };
        admin::create(&self.app, &grantor::core::audit::Actor::Operator, &registration, |new| new.verified())
            .expect("the person is made")
    }

    /// Marks a client as verified, as it is.
    pub fn verify(&self, id: &ClientId) {
        let shown = admin_clients::find(&self.app, id).expect("a client");
        admin_clients::verify(&self.app, &grantor::account::people::Acting::operator(), id, &shown.seen)
            .expect("verified");
    }

    /// Makes a confidential client for every grant, changed by `shape`; its secret is in the answer.
    pub fn client(&self, shape: impl FnOnce(&mut NewClient)) -> (Client, String) {
        let mut new = NewClient {
            openid: grantor::core::client::OpenIdMetadata::default(),
            openid_change: grantor::oauth::manage::OpenIdChange::default(),
            name: "Test app".to_owned(),
            redirect_uris: vec![REDIRECT.to_owned()],
            grant_types: grantor::oauth::grants::NAMES.iter().map(|&name| name.to_owned()).collect(),
            auth_method: AuthMethod::ClientSecretBasic,
            client_uri: None,
            policy: Policy::default(),
            owner: None,
            id: None,
            secret: None,
        };
        shape(&mut new);
        if new.auth_method == AuthMethod::None {
            new.grant_types.retain(|name| name != "client_credentials");
        }
        let (client, secret) =
            manage::create_client(&self.app, &grantor::core::audit::Actor::Operator, new).expect("the client is made");
        (client, secret.map(|secret| secret.expose().to_owned()).unwrap_or_default())
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // Waits for the server to have stopped, so that the database may go.
        let stopped = self.handle.stop(false);
        std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(stopped);
        })
        .join()
        .expect("the server stops");
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
