//! The second factor among a person's settings: turned on, turned off, recovery codes.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::account::Member;
use super::form::{self, Trouble};
use super::fresh as pages_fresh;
use super::html_for;
use super::views::{SecondFactor, Section, Setting};
use crate::account::login::{LoginError, Origin};
use crate::account::second_factor::{self as factor, AppSetup, FactorError, Kind};
use crate::account::{Invalid, fresh};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::text::Said;
use crate::core::user::User;
use crate::http::body::Fields;
use crate::http::{block, context, faults};
use crate::store;

const PAGE: &str = "/account/second-factor";

/// What a form of the page asks for.
#[derive(Debug, Clone)]
enum Action {
    BeginTotp,
    ConfirmTotp { code: String },
    BeginSms { country_code: String, phone_number: String },
    ConfirmSms { code: String },
    Off(Kind),
    NewCodes,
}

/// What came of it.
#[derive(Default)]
struct Done {
    notice: Option<&'static str>,
    setup: Option<AppSetup>,
    codes: Vec<Plain>,
}

impl Action {
    fn of(fields: &Fields) -> Option<Self> {
        let text = |name| fields.get(name).unwrap_or_default().to_owned();
        Some(match fields.get("action")? {
            "begin_totp" => Self::BeginTotp,
            "confirm_totp" => Self::ConfirmTotp { code: text("code") },
            "begin_sms" => Self::BeginSms { country_code: text("country_code"), phone_number: text("phone_number") },
            "confirm_sms" => Self::ConfirmSms { code: text("code") },
            "off_totp" => Self::Off(Kind::Totp),
            "off_sms" => Self::Off(Kind::Sms),
            "new_codes" => Self::NewCodes,
            _ => return None,
        })
    }

    /// Its field in the form for what is wrong with the code or the password.
    fn field(&self) -> &'static str {
        match self {
            Self::BeginTotp => "begin_totp-password",
            Self::ConfirmTotp { .. } => "confirm_totp-code",
            Self::BeginSms { .. } => "begin_sms-password",
            Self::ConfirmSms { .. } => "confirm_sms-code",
            Self::Off(_) | Self::NewCodes => "current_password",
        }
    }

    /// Whether it takes a sign-in that is fresh: what is on does not give way to the password.
    fn asks_sign_in(&self) -> bool {
        matches!(self, Self::Off(_) | Self::NewCodes)
    }

    /// A code shows the secret or the telephone that only a person who proved themselves was given.
    fn asks_password(&self) -> bool {
        !matches!(self, Self::ConfirmTotp { .. } | Self::ConfirmSms { .. })
    }

    fn take(&self, app: &Arc<App>, user: &User, origin: &Origin) -> Result<Done, FactorError> {
        let done = |notice| Done { notice: Some(notice), ..Done::default() };
        Ok(match self {
            Self::BeginTotp => Done { setup: Some(factor::begin_totp(app, user)?), ..Done::default() },
            Self::ConfirmTotp { code } => {
                Done { codes: factor::confirm_totp(app, user, code)?, ..done("second-factor-app-on") }
            }
            Self::BeginSms { country_code, phone_number } => {
                factor::begin_sms(app, user, country_code, phone_number, origin)?;
                done("second-factor-code-sent")
            }
            Self::ConfirmSms { code } => {
                factor::confirm_sms(app, user, code)?;
                let left = app.read(|cx| factor::status(cx, user.id))?.recovery_codes;
                let codes = if left == 0 { factor::new_recovery_codes(app, user)? } else { Vec::new() };
                Done { codes, ..done("second-factor-messages-on") }
            }
            Self::Off(kind) => {
                factor::turn_off(app, user, *kind)?;
                done("second-factor-turned-off")
            }
            Self::NewCodes => Done { codes: factor::new_recovery_codes(app, user)?, ..Done::default() },
        })
    }
}

/// `GET /account/second-factor`
pub async fn get(req: HttpRequest) -> HttpResponse {
    match Member::opened(&req).await {
        Ok(member) => show(&req, &member, &Fields::default(), Done::default(), Trouble::default()).await,
        Err(response) => response,
    }
}

/// `POST /account/second-factor`
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    match confirmed_first(&req, &member).await {
        Ok(Some(response)) => return response,
        Ok(None) => {}
        Err(trouble) => return show(&req, &member, &member.fields, Done::default(), trouble).await,
    }
    match change(&req, &member).await {
        Ok(done) => show(&req, &member, &Fields::default(), done, Trouble::default()).await,
        Err(trouble) => show(&req, &member, &member.fields, Done::default(), trouble).await,
    }
}

/// The way to “Confirm it is you”, for those whom the password beside a form does not prove.
async fn confirmed_first(req: &HttpRequest, member: &Member) -> Result<Option<HttpResponse>, Trouble> {
    if !member.sent_csrf(req) {
        return Err(Trouble::expired());
    }
    let action = Action::of(&member.fields).ok_or_else(Trouble::expired)?;
    if !action.asks_password() || fresh::is_fresh(&member.app, member.session.auth_time) {
        return Ok(None);
    }
    let user = member.user.clone();
    let found = block::run(&member.app, context::request_id(req), move |app| {
        app.read(|cx| fresh::password_suffices(cx, &user))
    });
    if found.await? && !action.asks_sign_in() {
        return Ok(None);
    }
    Ok(pages_fresh::required_for(&member.app, &member.browser, PAGE))
}

async fn change(req: &HttpRequest, member: &Member) -> Result<Done, Trouble> {
    let (app, fields) = (&member.app, &member.fields);
    let action = Action::of(fields).ok_or_else(Trouble::expired)?;
    let user = member.user.clone();
    if action.asks_password() && !fresh::is_fresh(app, member.session.auth_time) {
        prove(app, req, &user, &action, fields).await?;
    }
    let origin = context::origin(app, req);
    let field = action.field();
    let done = block::run(app, context::request_id(req), move |app| action.take(app, &user, &origin));
    done.await.map_err(|error| trouble(error, field))
}

/// Asks for the current password, as a sign-in does: counted first, then hashed under the bound.
async fn prove(
    app: &Arc<App>,
    req: &HttpRequest,
    user: &User,
    action: &Action,
    fields: &Fields,
) -> Result<(), Trouble> {
    let plain = Plain::new(fields.get("current_password").unwrap_or_default());
    if plain.expose().is_empty() {
        return Err(Invalid::one(action.field(), ("Please enter your current password.", "field-required")).into());
    }
    let (counted, origin) = (user.clone(), context::origin(app, req));
    block::run(app, context::request_id(req), move |app| fresh::count(app, &counted, &origin)).await?;
    let user = user.clone();
    let right = block::hashing(app, context::request_id(req), move |app| {
        Ok::<_, LoginError>(fresh::knows_password(app, &user, &plain))
    });
    if right.await? {
        Ok(())
    } else {
        Err(Invalid::one(action.field(), ("This is not your current password.", "field-current-password")).into())
    }
}

fn trouble(error: FactorError, field: &str) -> Trouble {
    match error {
        FactorError::Invalid(invalid) => invalid.into(),
        FactorError::Code => Invalid::one(field, (error.to_string(), "error-code")).into(),
        FactorError::Changed => {
            Trouble { alert: Some("error-changed".into()), status: StatusCode::CONFLICT, ..Trouble::default() }
        }
        FactorError::Throttled(throttled) => Trouble {
            alert: Some("error-text-messages".into()),
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: Some(throttled.retry_after),
            ..Trouble::default()
        },
        FactorError::Store(error) => error.into(),
    }
}

async fn show(req: &HttpRequest, member: &Member, typed: &Fields, done: Done, trouble: Trouble) -> HttpResponse {
    let (app, user) = (&member.app, member.user.clone());
    let found = block::run(app, context::request_id(req), move |app| {
        app.read(|cx| Ok::<_, store::Error>((factor::status(cx, user.id)?, fresh::password_suffices(cx, &user)?)))
    });
    let (status, by_password) = match found.await {
        Ok(found) => found,
        Err(error) => return faults::unavailable(req, &error),
    };
    let is_fresh = fresh::is_fresh(app, member.session.auth_time);
    let Trouble { status: code, alert, errors, retry_after } = trouble;
    let text = |name| typed.get(name).unwrap_or_default().to_owned();
    let view = SecondFactor {
        page: member.page(req),
        nav: member.nav(Section::SecondFactor),
        notice: done.notice.map(Said::new),
        alert,
        errors,
        ask_password: !is_fresh && by_password,
        must_confirm: !is_fresh && !by_password,
        totp: status.totp,
        totp_pending: status.totp_pending,
        setting: done.setup.and_then(setting),
        phone: status.phone,
        phone_pending: status.phone_pending,
        recovery_codes: status.recovery_codes,
        codes: done.codes.iter().map(|code| code.expose().to_owned()).collect(),
        country_code: text("country_code"),
        phone_number: text("phone_number"),
    };
    form::answered(html_for(app, &member.browser, code, &view, &[]), retry_after)
}

fn setting(setup: AppSetup) -> Option<Setting> {
    let qr = setup.qr?;
    let letters: Vec<char> = setup.secret.expose().chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Some(Setting { secret: groups.join(" "), uri: setup.uri.expose().to_owned(), side: qr.side, path: qr.path })
}
