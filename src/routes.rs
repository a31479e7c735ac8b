//! Every URL, one line each.

use std::sync::Arc;

use actix_web::guard::{self, Guard};
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, Resource, Route, web};

use crate::app::App;
use crate::http::pages::{assets, home, login, password, register, setup};
use crate::http::protocol::{authorize, health, introspect, metadata, revoke, token};
use crate::http::{cors, faults};

/// Adds every route of the server.
pub fn configure(
    config: &mut web::ServiceConfig,
    app: &web::Data<Arc<App>>,
    documents: &web::Data<metadata::Documents>,
) {
    config
        .app_data(app.clone())
        .app_data(documents.clone())
        .service(at("/oauth/token", "POST").route(web::post().to(token::post)).wrap(from_fn(cors::open)))
        .service(at("/oauth/introspect", "POST").route(web::post().to(introspect::post)))
        .service(at("/oauth/revoke", "POST").route(web::post().to(revoke::post)).wrap(from_fn(cors::open)))
        .service(at("/oauth/jwks", "GET, HEAD").route(get().to(metadata::jwks)))
        .service(
            at("/.well-known/oauth-authorization-server", "GET, HEAD").route(get().to(metadata::authorization_server)),
        )
        .service(
            // No HEAD: it would hand out a code that nobody reads.
            at("/oauth/authorize", "GET, POST, DELETE")
                .route(web::get().to(authorize::get))
                .route(web::post().to(authorize::decide))
                .route(web::delete().to(authorize::decide)),
        )
        .service(at("/", "GET, HEAD").route(get().to(home::get)))
        .service(at("/login", "GET, HEAD, POST").route(get().to(login::get)).route(web::post().to(login::post)))
        .service(at("/logout", "POST").route(web::post().to(home::sign_out)))
        .service(
            at("/register", "GET, HEAD, POST").route(get().to(register::get)).route(web::post().to(register::post)),
        )
        .service(
            at("/password/forgot", "GET, HEAD, POST")
                .route(get().to(password::forgot))
                .route(web::post().to(password::send)),
        )
        .service(
            at("/password/reset", "GET, HEAD, POST")
                .route(get().to(password::reset))
                .route(web::post().to(password::change)),
        )
        .service(at("/setup", "GET, HEAD, POST").route(get().to(setup::get)).route(web::post().to(setup::post)))
        .service(at("/health/live", "GET, HEAD").route(get().to(health::live)))
        .service(at("/health/ready", "GET, HEAD").route(get().to(health::ready)))
        .service(at(assets::stylesheet_path(), "GET, HEAD").route(get().to(assets::stylesheet)))
        .service(at(assets::logo_path(), "GET, HEAD").route(get().to(assets::logo)))
        .default_service(web::to(faults::not_found));
}

/// A path; every method that no route of it takes is answered with 405 and `allow`.
fn at(path: &str, allow: &'static str) -> Resource {
    web::resource(path)
        .default_service(web::to(move |req: HttpRequest| async move { faults::method_not_allowed(&req, allow) }))
}

/// GET, and HEAD with the same headers.
fn get() -> Route {
    web::route().guard(read())
}

fn read() -> impl Guard {
    guard::Any(guard::Get()).or(guard::Head())
}
