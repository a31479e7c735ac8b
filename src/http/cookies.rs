//! The server's cookies. On https their names carry `__Host-`: no other host or path can set them. Below a path they are
//! held to that path, and are `__Secure-`: servers at other paths of the host do not get them.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

use crate::app::App;
use crate::core::secret::Plain;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// The browser's own secret: of a session once signed in, of nobody before.
    Session,
    /// A sign-in that waits for its second step.
    SecondStep,
    /// Short-lived access to the API from the operator's own pages.
    Api,
    /// The language that was chosen in the footer of a page.
    Language,
    /// What the browser stands for, where a script of this server may read it in the frame of an app.
    State,
    /// The CSRF token where scripts may read it, as Laravel's clients expect.
    Xsrf,
}

/// Longer values are not read: nothing that was set here is that long.
const MAX_VALUE: usize = 4096;

/// What it is called.
pub fn name(app: &App, name: Name) -> &'static str {
    let names = match name {
        Name::Session => ["grantor_session", "__Host-grantor_session", "__Secure-grantor_session"],
        Name::SecondStep => ["grantor_second_step", "__Host-grantor_second_step", "__Secure-grantor_second_step"],
        Name::Api => ["grantor_token", "__Host-grantor_token", "__Secure-grantor_token"],
        Name::Language => ["grantor_language", "__Host-grantor_language", "__Secure-grantor_language"],
        Name::State => ["grantor_state", "__Host-grantor_state", "__Secure-grantor_state"],
        Name::Xsrf => ["XSRF-TOKEN"; 3],
    };
    let [plain, whole_host, below_path] = names;
    match (app.config.is_https(), app.config.root()) {
        (false, _) => plain,
        (true, "") => whole_host,
        (true, _) => below_path,
    }
}

/// The value of a cookie.
pub fn get(app: &App, req: &HttpRequest, which: Name) -> Option<Plain> {
    let cookie = req.cookie(name(app, which))?;
    (cookie.value().len() <= MAX_VALUE && !cookie.value().is_empty()).then(|| Plain::new(cookie.value()))
}

/// A cookie for the whole site, until the browser closes or for `seconds`.
pub fn set(app: &App, which: Name, value: &str, seconds: Option<i64>) -> Cookie<'static> {
    let https = app.config.is_https();
    // Browsers take `None` by https alone.
    let framed = which == Name::State && https;
    let cookie = Cookie::build(name(app, which), value.to_owned())
        .path(if app.config.root().is_empty() { "/".to_owned() } else { app.config.root().to_owned() })
        .secure(https)
        .http_only(!matches!(which, Name::Xsrf | Name::State))
        .same_site(if framed { SameSite::None } else { SameSite::Lax });
    match seconds {
        Some(seconds) => cookie.max_age(Duration::seconds(seconds)).finish(),
        None => cookie.finish(),
    }
}

/// Takes a cookie away.
pub fn remove(app: &App, which: Name) -> Cookie<'static> {
    set(app, which, "", Some(0))
}
