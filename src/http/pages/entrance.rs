//! The way in, which signing in, registering and the set-up share: where it leads, and the new session's cookies.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};

use crate::account::session::{Entered, Session};
use crate::app::App;
use crate::core::redirect;
use crate::core::secret::Plain;
use crate::http::caller;
use crate::http::{answer, block, browser_state, context, cookies, csrf};
use crate::oauth::asked::Asked;
use crate::oauth::authorize;
use crate::store;

/// Where a person goes after signing in, and which app waits for it.
#[derive(Debug, Default)]
pub struct Goal {
    /// A local path, or nothing.
    pub return_to: String,
    waiting: Option<Waiting>,
}

/// An authorization request that waits for somebody to sign in.
#[derive(Debug)]
struct Waiting {
    client_name: String,
    form_target: Option<String>,
    login_hint: Option<String>,
    choosing: bool,
    asked: Asked,
}

impl Goal {
    /// Takes what a request names in `return_to`, unless it leads elsewhere.
    ///
    /// # Errors
    /// As the database says.
    pub async fn of(app: &Arc<App>, req: &HttpRequest, asked: Option<&str>) -> store::Result<Self> {
        let Some(path) = asked.and_then(local_path) else { return Ok(Self::default()) };
        let query = path.strip_prefix("/oauth/authorize?").map(str::to_owned);
        let waiting = match query {
            None => None,
            Some(query) => {
                block::run(app, context::request_id(req), move |app| Ok::<_, store::Error>(waiting(app, &query)))
                    .await?
            }
        };
        Ok(Self { return_to: path.to_owned(), waiting })
    }

    /// A way that no app waits at; nothing, unless it leads to this server.
    pub fn local(path: &str) -> Self {
        Self { return_to: local_path(path).unwrap_or_default().to_owned(), waiting: None }
    }

    /// The name of the app that waits.
    pub fn client_name(&self) -> Option<String> {
        self.waiting.as_ref().map(|waiting| waiting.client_name.clone())
    }

    /// Whom the app expects to sign in.
    pub fn login_hint(&self) -> Option<String> {
        self.waiting.as_ref()?.login_hint.clone()
    }

    /// Whether the app waits for another sign-in than this session's.
    pub fn waits_beside(&self, session: &Session) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| waiting.asked.waits_beside(session))
    }

    /// The way on for a person who chooses the account that is signed in; none where no choice is asked for.
    pub fn onward(&self, app: &App, session: &Session) -> Option<String> {
        let waiting = self.waiting.as_ref().filter(|waiting| waiting.choosing)?;
        waiting.asked.seal(app, Some(session), true)
    }

    /// Where the redirects after the form may end: at the app, if it needs no consent.
    pub fn form_targets(&self) -> Vec<String> {
        self.waiting.iter().filter_map(|waiting| waiting.form_target.clone()).collect()
    }

    /// The way itself.
    pub fn path(&self) -> &str {
        if self.return_to.is_empty() { "/" } else { &self.return_to }
    }

    /// Another page, which leads to the same place.
    pub fn through(&self, page: &str) -> String {
        if self.return_to.is_empty() {
            return page.to_owned();
        }
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!("{page}?{}", query.append_pair("return_to", &self.return_to).finish())
    }
}

/// The path, if a browser cannot take it for another host: it starts with one `/`, and holds neither a `\`,
/// which browsers read as `/`, nor blanks and control characters, which they leave out. Nor does it climb: below a path of
/// a host, `..` leads to what others serve there.
pub fn local_path(text: &str) -> Option<&str> {
    let local = text.starts_with('/') && !text.starts_with("//");
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let climbs = path.split('/').any(|segment| segment.to_ascii_lowercase().replace("%2e", ".") == "..");
    (local && !climbs && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')).then_some(text)
}

fn waiting(app: &App, query: &str) -> Option<Waiting> {
    let query = query.split('#').next().unwrap_or_default();
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let request = authorize::examine(app, Asked::take(app, pairs).ok()??).ok()?;
    Some(Waiting {
        client_name: request.client.metadata.client_name.clone(),
        form_target: redirect::csp_source(&request.redirect_uri),
        login_hint: request.asked.parameters.get("login_hint").map(str::to_owned),
        choosing: request.wishes.prompt.select_account,
        asked: request.asked,
    })
}

/// Sends a person who has just come in on their way. The cookie is a new one: nobody can have set it for them.
pub fn enter(app: &App, cookie: &Plain, path: &str) -> HttpResponse {
    let_in(app, cookie, answer::see_other(path))
}

/// Gives a browser that somebody has just signed in at its new cookie along with an answer.
pub fn admit(app: &App, entered: &Entered, response: HttpResponse) -> HttpResponse {
    let give = if entered.goes_on { go_on } else { let_in };
    give(app, &entered.cookie, response)
}

/// Gives a browser its new session along with an answer.
pub fn let_in(app: &App, cookie: &Plain, response: HttpResponse) -> HttpResponse {
    let mut response = go_on(app, cookie, response);
    browser_state::forget(app, &mut response);
    response
}

/// Gives a browser the new cookie of the session that it has, along with an answer.
pub fn go_on(app: &App, cookie: &Plain, mut response: HttpResponse) -> HttpResponse {
    let seconds = i64::try_from(app.config.sessions.lifetime.as_secs()).unwrap_or(i64::MAX);
    caller::add(&mut response, &cookies::set(app, cookies::Name::Session, cookie.expose(), Some(seconds)));
    caller::add(&mut response, &cookies::set(app, cookies::Name::Xsrf, &csrf::token(app, cookie), None));
    caller::add(&mut response, &cookies::remove(app, cookies::Name::Api));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_paths_are_followed() {
        for good in [
            "/",
            "/account",
            "/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
            "/a#b",
            "/a..b/...?../c",
            "/a#/../b",
        ] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "account",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/a\\b",
            "/\t/evil.example",
            "/\r\nlocation: https://evil.example",
            "/\0",
            " //evil.example",
            "\u{a0}/evil",
            "/\u{ff0f}evil.example",
            "https://evil.example",
            "https:/evil.example",
            "javascript:alert(1)",
            "data:text/html,hi",
            "/..",
            "/../elsewhere",
            "/account/../../elsewhere?a",
            "/%2e%2E/elsewhere",
            "/.%2e#a",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }
}
