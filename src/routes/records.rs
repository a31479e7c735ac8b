//! The administration of apps, scopes and keys, and of what was done and refused.

use actix_web::web;

use super::{at, get, open};
use crate::http::admin_api;
use crate::http::pages::admin::{audit, client_acts, client_forms, clients, failures, keys, scopes};

/// Adds the pages.
pub(super) fn pages(config: &mut web::ServiceConfig) {
    config
        .service(at("/admin/clients", "GET, HEAD").route(get().to(clients::list)))
        .service(
            at("/admin/new-client", "GET, HEAD, POST")
                .route(get().to(client_forms::new))
                .route(web::post().to(client_forms::create)),
        )
        .service(at("/admin/clients/{id}", "GET, HEAD").route(get().to(clients::show)))
        .service(
            at("/admin/clients/{id}/edit", "GET, HEAD, POST")
                .route(get().to(client_forms::edit))
                .route(web::post().to(client_forms::save)),
        )
        .service(
            at("/admin/clients/{id}/secrets/{secret}/end", "GET, HEAD, POST")
                .route(get().to(client_acts::ask_end))
                .route(web::post().to(client_acts::end)),
        )
        .service(
            at("/admin/clients/{id}/{act}", "GET, HEAD, POST")
                .route(get().to(client_acts::ask))
                .route(web::post().to(client_acts::act)),
        )
        .service(at("/admin/scopes", "GET, HEAD").route(get().to(scopes::list)))
        .service(
            at("/admin/new-scope", "GET, HEAD, POST")
                .route(get().to(scopes::new))
                .route(web::post().to(scopes::create)),
        )
        .service(
            at("/admin/scopes/edit", "GET, HEAD, POST")
                .route(get().to(scopes::edit))
                .route(web::post().to(scopes::save)),
        )
        .service(
            at("/admin/scopes/delete", "GET, HEAD, POST")
                .route(get().to(scopes::ask))
                .route(web::post().to(scopes::delete)),
        )
        .service(at("/admin/keys", "GET, HEAD").route(get().to(keys::list)))
        .service(
            at("/admin/keys/rotate", "GET, HEAD, POST").route(get().to(keys::ask)).route(web::post().to(keys::rotate)),
        )
        .service(
            at("/admin/keys/withdraw", "GET, HEAD, POST")
                .route(get().to(keys::ask_to_withdraw))
                .route(web::post().to(keys::withdraw)),
        )
        .service(at("/admin/audit", "GET, HEAD").route(get().to(audit::list)))
        .service(at("/admin/audit/export", "POST").route(web::post().to(audit::download)))
        .service(at("/admin/failures", "GET, HEAD").route(get().to(failures::list)));
}

/// Adds the JSON routes.
pub(super) fn api(config: &mut web::ServiceConfig) {
    use admin_api::{clients, keys, records, scopes};
    config
        .service(open(
            at("/api/admin/v1/clients", "GET, HEAD, POST")
                .route(get().to(clients::list))
                .route(web::post().to(clients::create)),
        ))
        .service(open(
            at("/api/admin/v1/clients/{id}", "GET, HEAD, PATCH")
                .route(get().to(clients::show))
                .route(web::patch().to(clients::edit)),
        ))
        .service(open(at("/api/admin/v1/clients/{id}/owner", "PUT").route(web::put().to(clients::give))))
        .service(open(at("/api/admin/v1/clients/{id}/secrets", "POST").route(web::post().to(clients::new_secret))))
        .service(open(
            at("/api/admin/v1/clients/{id}/secrets/{secret}", "DELETE").route(web::delete().to(clients::end_secret)),
        ))
        .service(open(at("/api/admin/v1/clients/{id}/{deed}", "POST").route(web::post().to(clients::act))))
        .service(open(
            at("/api/admin/v1/scopes", "GET, HEAD, POST")
                .route(get().to(scopes::list))
                .route(web::post().to(scopes::create)),
        ))
        .service(open(
            at("/api/admin/v1/scopes/{name}", "GET, HEAD, PATCH, DELETE")
                .route(get().to(scopes::show))
                .route(web::patch().to(scopes::edit))
                .route(web::delete().to(scopes::delete)),
        ))
        .service(open(
            at("/api/admin/v1/keys", "GET, HEAD, POST").route(get().to(keys::list)).route(web::post().to(keys::rotate)),
        ))
        .service(open(at("/api/admin/v1/keys/{id}", "DELETE").route(web::delete().to(keys::withdraw))))
        .service(open(at("/api/admin/v1/audit", "GET, HEAD").route(get().to(records::events))))
        .service(open(at("/api/admin/v1/audit/export", "POST").route(web::post().to(records::export_events))))
        .service(open(at("/api/admin/v1/failures", "GET, HEAD").route(get().to(records::failed))))
        .service(open(at("/api/admin/v1/failures/{id}", "GET, HEAD").route(get().to(records::failure))));
}
