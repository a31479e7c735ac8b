//! `/account/profile`: what a person says of themselves.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Member, done, picture, picture_of, trouble};
use crate::account::profile::{self, Details};
use crate::account::{avatar, security};
use crate::core::country;
use crate::core::text::Language;
use crate::core::user::{Avatar, User};
use crate::http::body::Fields;
use crate::http::pages::form::{self, Trouble};
use crate::http::pages::html_for;
use crate::http::pages::views::{AccountProfile, Choice, ProfileFields, Section};
use crate::http::{block, context};

/// `GET /account/profile`
pub async fn get(req: HttpRequest) -> HttpResponse {
    match Member::opened(&req).await {
        Ok(member) => show(&req, &member, Trouble::default()),
        Err(response) => response,
    }
}

/// `POST /account/profile`: changes what the person says, or their picture.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let kind = context::header_text(&req, header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        return match picture::take(&req, payload).await {
            Ok(()) => done(Section::Profile, "picture"),
            Err(picture::Refused::Trouble(member, trouble)) => show(&req, &member, trouble),
            Err(picture::Refused::Answer(response)) => response,
        };
    }
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    if !member.sent_csrf(&req) {
        return show(&req, &member, Trouble::expired());
    }
    match change(&req, &member).await {
        Ok(what) => done(Section::Profile, what),
        Err(trouble) => show(&req, &member, trouble),
    }
}

async fn change(req: &HttpRequest, member: &Member) -> Result<&'static str, Trouble> {
    let (id, origin) = (context::request_id(req), context::origin(&member.app, req));
    let (what, changed) = match member.fields.get("action") {
        Some("details") => {
            let (seen, details) = (member.user.clone(), details(&member.fields));
            let changed = block::run(&member.app, id, move |app| profile::change_details(app, &seen, &details, origin));
            ("details", changed.await)
        }
        Some("username") => {
            let (seen, name) = (member.signed_in(), member.fields.get("username").unwrap_or_default().to_owned());
            let changed = block::run(&member.app, id, move |app| security::change_username(app, &seen, &name, origin));
            ("username", changed.await)
        }
        Some("locale") => {
            let (user, tag) = (member.user.id, member.fields.get("locale").unwrap_or_default().to_owned());
            ("locale", block::run(&member.app, id, move |app| profile::set_locale(app, user, &tag)).await)
        }
        Some("remove_picture") => {
            let user = member.user.id;
            ("no_picture", block::run(&member.app, id, move |app| avatar::remove(app, user)).await)
        }
        _ => return Err(Trouble::expired()),
    };
    match changed {
        Ok(_) => Ok(what),
        Err(error) => Err(trouble(error)),
    }
}

fn details(fields: &Fields) -> Details {
    let text = |name: &str| fields.get(name).map(str::to_owned);
    // What is no number is no country either.
    let country = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(|text| text.parse().unwrap_or(-1));
    Details {
        first_name: text("first_name"),
        last_name: text("last_name"),
        birthday: text("birthday"),
        phone: text("phone"),
        address: text("address"),
        gender: text("gender"),
        bio: text("bio"),
        country_id: fields.get("country_id").map(country),
    }
}

fn show(req: &HttpRequest, member: &Member, trouble: Trouble) -> HttpResponse {
    let page = member.page(req);
    let notice = match member.fields.get("done") {
        Some("details") => Some("profile-details-done"),
        Some("username") => Some("profile-username-done"),
        Some("locale") => Some("profile-locale-done"),
        Some("picture") => Some("profile-picture-done"),
        Some("no_picture") => Some("profile-picture-removed"),
        _ => None,
    };
    let Trouble { status, alert, errors, retry_after } = trouble;
    let countries = country::called(page.lang);
    let view = AccountProfile {
        nav: member.nav(Section::Profile),
        notice: notice.map(Into::into),
        alert,
        errors,
        picture: picture_of(&member.user),
        has_picture_elsewhere: matches!(member.user.avatar, Some(Avatar::External(_))),
        fields: filled(&member.user, &member.fields),
        locale: member.user.locale.map(|language| language.tag().to_owned()).unwrap_or_default(),
        languages: Language::ALL.iter().map(|one| Choice::new(one.tag(), one.name())).collect(),
        countries: countries.into_iter().map(|(country, name)| Choice::new(country.id.to_string(), name)).collect(),
        page,
    };
    form::answered(html_for(&member.app, &member.browser, status, &view, &[]), retry_after)
}

/// What was typed, or else what is kept.
fn filled(user: &User, typed: &Fields) -> ProfileFields {
    let text = |name: &str, kept: Option<&str>| typed.get(name).or(kept).unwrap_or_default().to_owned();
    let country = user.country_id.map(|id| id.to_string());
    ProfileFields {
        first_name: text("first_name", Some(&user.name.given)),
        last_name: text("last_name", Some(&user.name.family)),
        username: text("username", Some(&user.username)),
        phone: text("phone", user.phone.as_deref()),
        birthday: text("birthday", user.birthday.as_deref()),
        gender: text("gender", user.gender.as_deref()),
        country_id: text("country_id", country.as_deref()),
        address: text("address", user.address.as_deref()),
        bio: text("bio", user.bio.as_deref()),
    }
}
