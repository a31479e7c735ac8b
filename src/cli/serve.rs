//! `grantor serve`.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpServer, web};

use crate::app::App;
use crate::http::layer;
use crate::http::protocol::metadata::Documents;
use crate::routes;

/// Starts to serve on a listener.
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
        ActixApp::new().configure(|config| routes::configure(config, &data, &documents)).wrap(from_fn(layer::around))
    });
    Ok(server
        .workers(workers)
        // Admission bounds how many are in use; a thread that is not needed is not started.
        .worker_max_blocking_threads(512)
        .shutdown_timeout(settings.shutdown_timeout.as_secs())
        .client_request_timeout(settings_timeout(app))
        .listen(listener)?
        .run())
}

/// How long a client may take to send its request's head.
fn settings_timeout(app: &App) -> std::time::Duration {
    app.config.limits.request_timeout
}

/// Serves until it is told to stop.
///
/// # Errors
/// When the settings are wrong, the address is taken, or the database does not open.
pub fn command() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = crate::config::Config::load(crate::config::Sources::from_process(None, Vec::new())?)?;
    let listener = TcpListener::bind(config.server.listen)?;
    config.set_bound_address(listener.local_addr()?);
    let app = App::open(config, crate::app::Surroundings::default())?;
    if let Some(token) = crate::app::new_setup_link(&app)? {
        println!("{}/setup?token={}", app.config.issuer(), token.expose());
    }
    actix_web::rt::System::new().block_on(server(&app, listener)?)?;
    Ok(())
}
