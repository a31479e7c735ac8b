//! `grantor serve`.

use std::io::{self, ErrorKind};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::rt::{self, System, signal};
use actix_web::{App as ActixApp, HttpServer, web};
use serde_json::json;

use super::failure::Failure;
use super::purge::Purger;
use super::recorder::Recorder;
use super::reply::{Reply, say, span};
use super::rotation::Rotator;
use crate::account::courier::Couriers;
use crate::app::{self, App, Surroundings};
use crate::config::Config;
use crate::core::audit::Actor;
use crate::core::secret::Plain;
use crate::http::protocol::metadata::Documents;
use crate::http::{layer, root};
use crate::routes;

/// Starts to serve on a listener, until its handle says stop: signals are the caller's to heed.
///
/// # Errors
/// When the listener cannot be used.
pub fn server(app: &Arc<App>, listener: TcpListener) -> io::Result<Server> {
    let settings = &app.config.server;
    let workers = match settings.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        set => set,
    };
    let data = web::Data::new(Arc::clone(app));
    let documents = web::Data::new(Documents::default());
    let server = HttpServer::new(move || {
        ActixApp::new()
            .configure(|config| routes::configure(config, &data, &documents))
            .wrap(from_fn(root::below))
            .wrap(from_fn(layer::around))
    });
    Ok(server
        .workers(workers)
        // Admission bounds how many are in use; a thread that is not needed is not started.
        .worker_max_blocking_threads(512)
        .disable_signals()
        .shutdown_timeout(settings.shutdown_timeout.as_secs())
        .client_request_timeout(settings_timeout(app))
        .listen(listener)?
        .run())
}

/// How long a client may take to send its request's head.
fn settings_timeout(app: &App) -> Duration {
    app.config.limits.request_timeout
}

/// Serves until it is told to stop.
pub(super) fn command(mut config: Config, json: bool) -> Result<Reply, Failure> {
    let listener = bind(&config)?;
    let address = listener.local_addr().map_err(|error| Failure::new(format!("the address is not known: {error}")))?;
    config.set_bound_address(address);
    let app = App::open(config, Surroundings::default())?;
    let setup = app::new_setup_link(&app, &Actor::Server)?;
    System::new().block_on(async {
        let failed = |error: io::Error| Failure::new(format!("the server cannot run: {error}"));
        let server = server(&app, listener).map_err(failed)?;
        let stop = Stop::new().map_err(failed)?;
        rt::spawn(stop.heed(server.handle()));
        let _couriers = Couriers::start(&app).map_err(|error| Failure::new(error.to_string()))?;
        say(&if json { document(&app, setup.as_ref()) } else { welcome(&app, setup.as_ref()) })?;
        let _recorder = Recorder::start(&app).map_err(failed)?;
        let _purger = Purger::start(&app).map_err(failed)?;
        let _rotator = Rotator::start(&app).map_err(failed)?;
        log::info!("event=serve outcome=started address={address} issuer={}", app.config.issuer());
        server.await.map_err(failed)?;
        log::info!("event=serve outcome=stopped");
        Ok(Reply::nothing())
    })
}

fn bind(config: &Config) -> Result<TcpListener, Failure> {
    let address = config.server.listen;
    TcpListener::bind(address).map_err(|error| {
        let source = config.settings().iter().find(|setting| setting.key == "server.listen");
        let source = source.map(|setting| setting.source.to_string()).unwrap_or_default();
        let why = match error.kind() {
            ErrorKind::AddrInUse => "is in use: another program, perhaps another grantor, listens there".to_owned(),
            ErrorKind::AddrNotAvailable => "is not an address of this machine".to_owned(),
            ErrorKind::PermissionDenied => "may not be used: ports below 1024 take a right of their own".to_owned(),
            _ => format!("cannot be listened on: {error}"),
        };
        Failure::new(format!(
            "{address} {why} (server.listen, {source}); choose another with --listen ADDRESS:PORT, and port 0 for any free one"
        ))
    })
}

/// What tells the server to stop: SIGTERM or SIGINT. Running requests end first; a second signal does not wait.
#[cfg(unix)]
struct Stop {
    terminate: signal::unix::Signal,
    interrupt: signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn new() -> io::Result<Self> {
        use signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn heed(mut self, server: ServerHandle) {
        self.next().await;
        log::info!("event=serve outcome=stopping");
        rt::spawn(server.stop(true));
        self.next().await;
        log::warn!("event=serve outcome=aborted");
        std::process::exit(1);
    }

    async fn next(&mut self) {
        std::future::poll_fn(|cx| match self.terminate.poll_recv(cx) {
            std::task::Poll::Pending => self.interrupt.poll_recv(cx),
            ready => ready,
        })
        .await;
    }
}

/// What tells the server to stop: Ctrl-C. Running requests end first; a second one does not wait.
#[cfg(not(unix))]
struct Stop;

#[cfg(not(unix))]
impl Stop {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn heed(self, server: ServerHandle) {
        let _ = signal::ctrl_c().await;
        rt::spawn(server.stop(true));
        let _ = signal::ctrl_c().await;
        std::process::exit(1);
    }
}

/// Where clients read what the server can do (RFC 8414 section 3).
fn metadata_url(config: &Config) -> String {
    format!("{}/.well-known/oauth-authorization-server", config.issuer())
}

fn setup_url(app: &App, token: &Plain) -> String {
    format!("{}/setup?token={}", app.config.issuer(), token.expose())
}

fn welcome(app: &App, setup: Option<&Plain>) -> String {
    let config = &app.config;
    let data = config.sqlite_path().map_or_else(|| "PostgreSQL".to_owned(), |path| path.display().to_string());
    let (issuer, listen) = (config.issuer(), config.server.listen);
    let mut text = format!("Grantor {} is running.\n\n  Server    {issuer}\n", env!("CARGO_PKG_VERSION"));
    if config.server.public_url.is_some() {
        text.push_str(&format!("  Listens   http://{listen}\n"));
    }
    text.push_str(&format!("  Metadata  {}\n", metadata_url(config)));
    text.push_str(&format!("  Data      {data}\n"));
    text.push_str(&format!("  Mails     {}\n", mails(config)));
    if let Some(token) = setup {
        let time = span(config.passwords.setup_link_lifetime);
        text.push_str(&format!(
            "\nThere is no admin yet. Make one here; the link works once, for {time}:\n\n  {}\n",
            setup_url(app, token)
        ));
    }
    text.push_str("\nCtrl-C stops it.\n");
    text
}

fn mails(config: &Config) -> String {
    match &config.mail.smtp {
        Some(smtp) => format!("sent through {}", smtp.host),
        None if config.server.development => format!("nothing sends them; read them at {}/dev/outbox", config.issuer()),
        None => "nothing sends them; read them with `grantor outbox`".to_owned(),
    }
}

fn document(app: &App, setup: Option<&Plain>) -> String {
    json!({
        "issuer": app.config.issuer(),
        "listen": app.config.server.listen.to_string(),
        "metadata": metadata_url(&app.config),
        "database": if app.config.sqlite_path().is_some() { "sqlite" } else { "postgresql" },
        "path": app.config.sqlite_path(),
        "setup_url": setup.map(|token| setup_url(app, token)),
        "setup_seconds": setup.map(|_| app.config.passwords.setup_link_lifetime.as_secs()),
    })
    .to_string()
}
