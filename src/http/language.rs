//! The language of an answer: what the app asks for in `ui_locales` (OpenID Connect Core section 3.1.2.1), the person's
//! setting, what they chose in the footer of a page, `Accept-Language`, and last the server's own.

use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest};
use url::form_urlencoded::{Serializer, parse};

use super::{context, cookies};
use crate::core::text::Language;

const UI_LOCALES: &str = "ui_locales";
const RETURN_TO: &str = "return_to";

/// The language that the person who is signed in has set.
#[derive(Clone, Copy)]
struct Person(Option<Language>);

/// Where a form that was sent leads to.
#[derive(Clone)]
struct Leads(String);

/// Notes whose request this is.
pub fn note_person(req: &HttpRequest, language: Option<Language>) {
    req.extensions_mut().insert(Person(language));
}

/// Notes where a form that was sent leads to: it may be an authorization request that asks for a language.
pub fn note_goal(req: &HttpRequest, return_to: &str) {
    req.extensions_mut().insert(Leads(return_to.to_owned()));
}

/// The language to answer in.
pub fn of(req: &HttpRequest) -> Language {
    let app = context::app(req);
    asked(req)
        .or_else(|| req.extensions().get::<Person>().and_then(|person| person.0))
        .or_else(|| {
            cookies::get(&app, req, cookies::Name::Language).and_then(|cookie| Language::from_tag(cookie.expose()))
        })
        .or_else(|| accepted(req))
        .unwrap_or(app.config.ui.default_locale)
}

/// The language that a caller without an account asks for, if they do: the one that an account made now is given.
pub fn wanted(req: &HttpRequest) -> Option<Language> {
    let app = context::app(req);
    asked(req)
        .or_else(|| {
            cookies::get(&app, req, cookies::Name::Language).and_then(|cookie| Language::from_tag(cookie.expose()))
        })
        .or_else(|| accepted(req))
}

/// What the app asks for: in this request, or in the one that waits for it.
fn asked(req: &HttpRequest) -> Option<Language> {
    let noted = req.extensions().get::<Leads>().map(|leads| leads.0.clone());
    in_query(req.query_string()).or_else(|| in_query(noted?.split_once('?')?.1))
}

fn in_query(query: &str) -> Option<Language> {
    let value = |name: &str| parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if let Some(tags) = value(UI_LOCALES) {
        return Language::first_of(&tags);
    }
    let waiting = value(RETURN_TO)?;
    let tags = parse(waiting.split_once('?')?.1.as_bytes()).find(|(key, _)| key == UI_LOCALES)?.1.into_owned();
    Language::first_of(&tags)
}

fn accepted(req: &HttpRequest) -> Option<Language> {
    Language::accepted(context::header_text(req, header::ACCEPT_LANGUAGE)?)
}

/// The page that somebody is on, as a local path to come back to in another language: without the one that was asked
/// for. What a form sent is gone, but not where it leads.
pub fn here(req: &HttpRequest) -> String {
    let mut here = without_language(&format!("{}?{}", req.path(), req.query_string()));
    if let Some(Leads(goal)) = req.extensions().get::<Leads>().filter(|leads| !leads.0.is_empty()) {
        let mut query = Serializer::new(String::new());
        query.append_pair(RETURN_TO, &without_language(goal));
        here = format!("{}?{}", req.path(), query.finish());
    }
    here
}

/// A local path without the language that it asks for.
fn without_language(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let mut kept = Serializer::new(String::new());
    for (name, value) in parse(query.as_bytes()).filter(|(name, _)| name != UI_LOCALES) {
        if name == RETURN_TO && value.contains(UI_LOCALES) {
            kept.append_pair(&name, &without_language(&value));
        } else {
            kept.append_pair(&name, &value);
        }
    }
    let query = kept.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiting_request_speaks_for_its_app() {
        for (query, language) in [
            ("client_id=a&ui_locales=fr+en", Some(Language::French)),
            ("return_to=%2Foauth%2Fauthorize%3Fclient_id%3Da%26ui_locales%3Dde", Some(Language::German)),
            ("return_to=%2Foauth%2Fauthorize%3Fclient_id%3Da", None),
            ("ui_locales=xx", None),
            ("", None),
        ] {
            assert_eq!(in_query(query), language, "{query:?}");
        }
    }

    #[test]
    fn a_path_loses_the_language_it_asks_for_and_nothing_else() {
        let waiting = "/login?return_to=%2Foauth%2Fauthorize%3Fclient_id%3Da%26ui_locales%3Dde%26state%3Dx";
        assert_eq!(without_language(waiting), "/login?return_to=%2Foauth%2Fauthorize%3Fclient_id%3Da%26state%3Dx");
        assert_eq!(without_language("/password/reset?token=a.b"), "/password/reset?token=a.b");
        assert_eq!(without_language("/login?"), "/login");
        assert_eq!(without_language("/?ui_locales=de"), "/");
    }
}
