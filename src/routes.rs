//! Every URL, one line each.

mod records;

use std::sync::Arc;

use actix_web::dev::HttpServiceFactory;
use actix_web::guard::{self, Guard};
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, Resource, Route, web};

use crate::app::App;
use crate::http::dialect::{account, envelope, passport, profile, refresh, session};
use crate::http::pages::{
    assets, check_session, fresh, home, language, login, outbox, passkey_ceremonies, passkeys, password, register,
    second_factor, second_step, setup, verify,
};
use crate::http::protocol::{authorize, health, introspect, logout, metadata, revoke, token, userinfo};
use crate::http::{cors, faults, files, openapi};

/// Adds every route of the server.
pub fn configure(
    config: &mut web::ServiceConfig,
    app: &web::Data<Arc<App>>,
    documents: &web::Data<metadata::Documents>,
) {
    config
        .app_data(app.clone())
        .app_data(documents.clone())
        .service(open(at("/oauth/token", "POST").route(web::post().to(token::post))))
        .service(at("/oauth/introspect", "POST").route(web::post().to(introspect::post)))
        .service(open(at("/oauth/revoke", "POST").route(web::post().to(revoke::post))))
        .service(open(
            at("/oauth/userinfo", "GET, HEAD, POST")
                .route(get().to(userinfo::any))
                .route(web::post().to(userinfo::any)),
        ))
        .service(at("/.well-known/openid-configuration", "GET, HEAD").route(get().to(metadata::openid)))
        .service(at("/oauth/jwks", "GET, HEAD").route(get().to(metadata::jwks)))
        .service(
            at("/.well-known/oauth-authorization-server", "GET, HEAD").route(get().to(metadata::authorization_server)),
        )
        .service(
            // No HEAD: it would hand out a code that nobody reads.
            at("/oauth/authorize", "GET, POST, DELETE")
                .route(web::get().to(authorize::get))
                .route(web::post().to(authorize::post))
                .route(web::delete().to(authorize::delete)),
        )
        .service(
            // No HEAD: it would sign out somebody who sees nothing of it.
            at("/oauth/logout", "GET, POST").route(web::get().to(logout::get)).route(web::post().to(logout::post)),
        )
        .configure(|config| session_management(config, app))
        .configure(pages)
        .configure(apps)
        .configure(account_pages)
        .configure(passkey_pages)
        .configure(passport)
        .configure(session)
        .configure(refresh)
        .configure(envelope)
        .configure(profile)
        .configure(admin)
        .configure(records::pages)
        .configure(records::api)
        .configure(admin_api)
        .service(at("/files/{name}", "GET, HEAD").route(get().to(files::get)))
        .service(at("/health/live", "GET, HEAD").route(get().to(health::live)))
        .service(at("/health/ready", "GET, HEAD").route(get().to(health::ready)))
        .app_data(web::Data::clone(&documents.openapi))
        .service(open(at("/openapi.json", "GET, HEAD").route(get().to(openapi::get))))
        .service(at(&assets::stylesheet_path(&app.config.branding), "GET, HEAD").route(get().to(assets::stylesheet)))
        .service(at(assets::form_post_path(), "GET, HEAD").route(get().to(assets::form_post)))
        .service(at(assets::signed_out_path(), "GET, HEAD").route(get().to(assets::signed_out)))
        .service(at(assets::passkeys_path(), "GET, HEAD").route(get().to(assets::passkeys)))
        .service(at(&assets::logo_path(&app.config.branding), "GET, HEAD").route(get().to(assets::logo)))
        .default_service(web::to(faults::not_found));
}

fn pages(config: &mut web::ServiceConfig) {
    config
        .service(at("/", "GET, HEAD").route(get().to(home::get)))
        .service(at("/login", "GET, HEAD, POST").route(get().to(login::get)).route(web::post().to(login::post)))
        .service(
            at("/login/second-factor", "GET, HEAD, POST")
                .route(get().to(second_step::get))
                .route(web::post().to(second_step::post)),
        )
        .service(
            at("/account/second-factor", "GET, HEAD, POST")
                .route(get().to(second_factor::get))
                .route(web::post().to(second_factor::post)),
        )
        .service(at("/language", "POST").route(web::post().to(language::choose)))
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
        .service(at("/dev/outbox", "GET, HEAD").route(get().to(outbox::get)))
        .service(
            at("/email/verify", "GET, HEAD, POST").route(get().to(verify::get)).route(web::post().to(verify::post)),
        )
        .service(at("/email/verify/send", "POST").route(web::post().to(verify::send)))
        .service(at("/setup", "GET, HEAD, POST").route(get().to(setup::get)).route(web::post().to(setup::post)));
}

/// What apps watch a browser by, if they may.
fn session_management(config: &mut web::ServiceConfig, app: &App) {
    if app.config.logout.session_management {
        config
            .service(at("/oauth/check_session", "GET, HEAD").route(get().to(check_session::get)))
            .service(at(assets::check_session_path(), "GET, HEAD").route(get().to(assets::check_session)));
    }
}

fn passkey_pages(config: &mut web::ServiceConfig) {
    use passkey_ceremonies as ceremonies;
    config
        .service(at("/login/passkey", "POST").route(web::post().to(ceremonies::sign_in)))
        .service(at("/login/passkey/begin", "POST").route(web::post().to(ceremonies::begin_sign_in)))
        .service(at("/login/second-factor/passkey", "POST").route(web::post().to(ceremonies::take_second_step)))
        .service(at("/login/second-factor/passkey/begin", "POST").route(web::post().to(ceremonies::begin_second_step)))
        .service(at("/account/confirm/passkey", "POST").route(web::post().to(ceremonies::confirm)))
        .service(at("/account/confirm/passkey/begin", "POST").route(web::post().to(ceremonies::begin_confirm)))
        .service(
            at("/account/passkeys", "GET, HEAD, POST")
                .route(get().to(passkeys::get))
                .route(web::post().to(ceremonies::register)),
        )
        .service(at("/account/passkeys/begin", "POST").route(web::post().to(ceremonies::begin_registration)))
        .service(at("/account/passkeys/{id}/name", "POST").route(web::post().to(passkeys::rename)))
        .service(at("/account/passkeys/{id}/delete", "POST").route(web::post().to(passkeys::delete)));
}

fn account_pages(config: &mut web::ServiceConfig) {
    use crate::http::pages::account::{data, overview, profile, security, sessions};
    config
        .service(at("/account", "GET, HEAD").route(get().to(overview::get)))
        .service(
            at("/account/profile", "GET, HEAD, POST")
                .route(get().to(profile::get))
                .route(web::post().to(profile::post)),
        )
        .service(
            at("/account/security", "GET, HEAD, POST")
                .route(get().to(security::get))
                .route(web::post().to(security::post)),
        )
        .service(
            at("/account/sessions", "GET, HEAD, POST")
                .route(get().to(sessions::get))
                .route(web::post().to(sessions::post)),
        )
        .service(at("/account/data", "GET, HEAD, POST").route(get().to(data::get)).route(web::post().to(data::post)))
        .service(
            at("/account/confirm", "GET, HEAD, POST").route(get().to(fresh::get)).route(web::post().to(fresh::post)),
        );
}

fn apps(config: &mut web::ServiceConfig) {
    use crate::http::pages::apps::{client, clients, connections, failures, secrets, tokens};
    config
        .service(at("/account/connections", "GET, HEAD").route(get().to(connections::list)))
        .service(
            at("/account/connections/{id}", "GET, HEAD, POST")
                .route(get().to(connections::get))
                .route(web::post().to(connections::post)),
        )
        .service(
            at("/account/tokens", "GET, HEAD, POST")
                .route(get().to(tokens::list))
                .route(web::post().to(tokens::revoke)),
        )
        .service(
            at("/account/tokens/new", "GET, HEAD, POST")
                .route(get().to(tokens::new))
                .route(web::post().to(tokens::make)),
        )
        .service(at("/account/clients", "GET, HEAD").route(get().to(clients::list)))
        .service(
            at("/account/clients/new", "GET, HEAD, POST")
                .route(get().to(clients::new))
                .route(web::post().to(clients::make)),
        )
        .service(at("/account/clients/{id}", "GET, HEAD").route(get().to(client::get)))
        .service(at("/account/clients/{id}/failures", "GET, HEAD").route(get().to(failures::get)))
        .service(
            at("/account/clients/{id}/edit", "GET, HEAD, POST")
                .route(get().to(client::edit))
                .route(web::post().to(client::save)),
        )
        .service(at("/account/clients/{id}/logo", "POST").route(web::post().to(client::logo)))
        .service(at("/account/clients/{id}/logo/delete", "POST").route(web::post().to(client::remove_logo)))
        .service(
            at("/account/clients/{id}/secrets", "GET, HEAD, POST")
                .route(get().to(secrets::get))
                .route(web::post().to(secrets::post)),
        )
        .service(
            at("/account/clients/{id}/delete", "GET, HEAD, POST")
                .route(get().to(client::ask_delete))
                .route(web::post().to(client::delete)),
        );
}

fn passport(config: &mut web::ServiceConfig) {
    use passport::{account, clients, personal, scopes, tokens};
    config
        .service(open(at("/api/v1/login", "POST").route(web::post().to(account::login))))
        .service(open(at("/api/v1/register", "POST").route(web::post().to(account::register))))
        .service(open(at("/api/v1/top-up", "POST").route(web::post().to(account::top_up))))
        .service(open(at("/api/v1/password/reset", "POST").route(web::post().to(account::reset))))
        .service(at("/oauth/tokens", "GET, HEAD").route(get().to(tokens::list)))
        .service(at("/oauth/tokens/{id}", "DELETE").route(web::delete().to(tokens::delete)))
        .service(at("/oauth/token/refresh", "POST").route(web::post().to(tokens::refresh)))
        .service(
            at("/oauth/clients", "GET, HEAD, POST")
                .route(get().to(clients::list))
                .route(web::post().to(clients::create)),
        )
        .service(
            at("/oauth/clients/{id}", "PUT, DELETE")
                .route(web::put().to(clients::update))
                .route(web::delete().to(clients::delete)),
        )
        .service(at("/oauth/scopes", "GET, HEAD").route(get().to(scopes::list)))
        .service(
            at("/oauth/personal-access-tokens", "GET, HEAD, POST")
                .route(get().to(personal::list))
                .route(web::post().to(personal::create)),
        )
        .service(at("/oauth/personal-access-tokens/{id}", "DELETE").route(web::delete().to(personal::delete)));
}

fn session(config: &mut web::ServiceConfig) {
    config
        .service(open(
            at("/session", "GET, HEAD, POST, PUT, DELETE")
                .route(get().to(session::show))
                .route(web::post().to(session::create))
                .route(web::put().to(session::update))
                .route(web::delete().to(session::delete)),
        ))
        .service(open(at("/users", "POST").route(web::post().to(session::register))));
}

fn refresh(config: &mut web::ServiceConfig) {
    config
        .service(open(at("/auth", "POST").route(web::post().to(refresh::welcome))))
        .service(open(at("/auth/register", "POST").route(web::post().to(refresh::register))))
        .service(open(at("/auth/login", "POST").route(web::post().to(refresh::login))))
        .service(open(at("/auth/logout", "POST").route(web::post().to(refresh::logout))))
        .service(open(at("/auth/refresh-tokens", "POST").route(web::post().to(refresh::refresh))))
        .service(open(at("/auth/forgot-password", "POST").route(web::post().to(refresh::forgot_password))))
        .service(open(at("/auth/reset-password", "POST").route(web::post().to(refresh::reset_password))));
}

fn envelope(config: &mut web::ServiceConfig) {
    config
        .service(open(at("/api/v1/auth/login", "POST").route(web::post().to(envelope::login))))
        .service(open(at("/api/v1/auth/logout", "POST").route(web::post().to(envelope::logout))))
        .service(open(at("/api/v1/auth/me", "GET, HEAD").route(get().to(envelope::me))))
        .service(open(at("/api/v1/auth/refresh", "POST").route(web::post().to(envelope::refresh))));
}

fn profile(config: &mut web::ServiceConfig) {
    use profile::{auth, avatar, countries, me, sessions, two_factor};
    config
        .service(open(
            at("/api/me", "GET, HEAD, DELETE").route(get().to(me::get)).route(web::delete().to(account::delete)),
        ))
        .service(open(at("/api/me/export", "GET, HEAD").route(get().to(account::export))))
        .service(open(at("/api/me/details", "PATCH").route(web::patch().to(me::change))))
        .service(open(at("/api/me/details/auth", "PATCH").route(web::patch().to(auth::change))))
        .service(open(at("/api/me/avatar", "POST").route(web::post().to(avatar::upload))))
        .service(open(at("/api/me/avatar/external", "PUT").route(web::put().to(avatar::external))))
        .service(open(
            at("/api/me/2fa", "PUT, DELETE")
                .route(web::put().to(two_factor::enable))
                .route(web::delete().to(two_factor::disable)),
        ))
        .service(open(at("/api/me/2fa/verify", "POST").route(web::post().to(two_factor::verify))))
        .service(open(at("/api/me/sessions", "GET, HEAD").route(get().to(sessions::list))))
        .service(open(at("/api/me/sessions/{id}", "DELETE").route(web::delete().to(sessions::delete))))
        .service(open(at("/api/countries", "GET, HEAD").route(get().to(countries::list))));
}

fn admin(config: &mut web::ServiceConfig) {
    use crate::http::pages::admin::{dashboard, outbox, people, person, roles, settings};
    config
        .service(at("/admin", "GET, HEAD").route(get().to(dashboard::get)))
        .service(at("/admin/users", "GET, HEAD").route(get().to(people::list)))
        .service(at("/admin/users/{id}", "GET, HEAD").route(get().to(people::show)))
        .service(
            at("/admin/users/{id}/edit", "GET, HEAD, POST")
                .route(get().to(person::edit))
                .route(web::post().to(person::save)),
        )
        .service(
            at("/admin/users/{id}/role", "GET, HEAD, POST")
                .route(get().to(person::role))
                .route(web::post().to(person::give_role)),
        )
        .service(
            at("/admin/users/{id}/delete", "GET, HEAD, POST")
                .route(get().to(person::ask_delete))
                .route(web::post().to(person::delete)),
        )
        .service(at("/admin/users/{id}/export", "POST").route(web::post().to(person::export)))
        .service(
            at("/admin/users/{id}/{deed}", "GET, HEAD, POST")
                .route(get().to(person::ask))
                .route(web::post().to(person::act)),
        )
        .service(at("/admin/outbox", "GET, HEAD").route(get().to(outbox::list)))
        .service(at("/admin/outbox/templates", "GET, HEAD").route(get().to(outbox::templates)))
        .service(at("/admin/outbox/templates/{id}", "GET, HEAD").route(get().to(outbox::template)))
        .service(at("/admin/outbox/{id}/retry", "POST").route(web::post().to(outbox::retry)))
        .service(at("/admin/outbox/{id}/give-up", "POST").route(web::post().to(outbox::give_up)))
        .service(at("/admin/settings", "GET, HEAD").route(get().to(settings::get)))
        .service(at("/admin/roles", "GET, HEAD").route(get().to(roles::list)))
        .service(
            at("/admin/new-role", "GET, HEAD, POST").route(get().to(roles::blank)).route(web::post().to(roles::create)),
        )
        .service(
            at("/admin/roles/{id}", "GET, HEAD, POST").route(get().to(roles::show)).route(web::post().to(roles::save)),
        )
        .service(
            at("/admin/roles/{id}/delete", "GET, HEAD, POST")
                .route(get().to(roles::ask_delete))
                .route(web::post().to(roles::delete)),
        );
}

fn admin_api(config: &mut web::ServiceConfig) {
    use crate::http::admin_api::{outbox, roles, settings, statistics, users};
    config
        .service(open(at("/api/admin/v1/users", "GET, HEAD").route(get().to(users::list))))
        .service(open(
            at("/api/admin/v1/users/{id}", "GET, HEAD, PATCH, DELETE")
                .route(get().to(users::show))
                .route(web::patch().to(users::edit))
                .route(web::delete().to(users::delete)),
        ))
        .service(open(at("/api/admin/v1/users/{id}/role", "PUT").route(web::put().to(users::give_role))))
        .service(open(at("/api/admin/v1/users/{id}/export", "GET, HEAD").route(get().to(users::export))))
        .service(open(at("/api/admin/v1/users/{id}/{deed}", "POST").route(web::post().to(users::act))))
        .service(open(at("/api/admin/v1/outbox", "GET, HEAD").route(get().to(outbox::list))))
        .service(open(at("/api/admin/v1/outbox/{id}/retry", "POST").route(web::post().to(outbox::retry))))
        .service(open(at("/api/admin/v1/outbox/{id}/give-up", "POST").route(web::post().to(outbox::give_up))))
        .service(open(at("/api/admin/v1/statistics", "GET, HEAD").route(get().to(statistics::get))))
        .service(open(at("/api/admin/v1/settings", "GET, HEAD").route(get().to(settings::list))))
        .service(open(
            at("/api/admin/v1/roles", "GET, HEAD, POST")
                .route(get().to(roles::list))
                .route(web::post().to(roles::create)),
        ))
        .service(open(
            at("/api/admin/v1/roles/{id}", "GET, HEAD, PATCH, DELETE")
                .route(get().to(roles::show))
                .route(web::patch().to(roles::edit))
                .route(web::delete().to(roles::delete)),
        ));
}

/// A path; every method that no route of it takes is answered with 405 and `allow`.
fn at(path: &str, allow: &'static str) -> Resource {
    web::resource(path)
        .default_service(web::to(move |req: HttpRequest| async move { faults::method_not_allowed(&req, allow) }))
}

/// A resource that pages of any origin may call: nothing behind it looks at cookies.
fn open(resource: Resource) -> impl HttpServiceFactory + 'static {
    resource.wrap(from_fn(cors::open))
}

/// GET, and HEAD with the same headers.
fn get() -> Route {
    web::route().guard(read())
}

fn read() -> impl Guard {
    guard::Any(guard::Get()).or(guard::Head())
}
