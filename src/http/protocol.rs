//! The endpoints of the protocols, a file each.

pub mod authorize;
pub mod health;
pub mod introspect;
pub mod logout;
pub mod metadata;
pub mod revoke;
pub mod token;
pub mod userinfo;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::{answer, body, faults};
use crate::app::App;
use crate::core::failure::{Kind, Reason};
use crate::oauth::error::{Code, Error, Refusal};
use crate::oauth::failures;
use crate::oauth::parameters::{self, Parameters};

/// The `Authorization` header and the parameters of a protocol request.
async fn parameters(
    app: &App,
    req: &HttpRequest,
    payload: web::Payload,
) -> Result<(Option<String>, Parameters), HttpResponse> {
    let fields = body::read(app, req, payload).await.map_err(|error| faults::Fault::from(error).answer(req))?;
    let claimed = fields.get("client_id").map(str::to_owned);
    let refuse = |refusal: Refusal| {
        // What other endpoints refuse is no token request.
        if req.path().ends_with("/token") {
            failures::note_claimed(app, Kind::Token, claimed.as_deref(), &refusal);
        }
        refused(req, &refusal.into())
    };
    let authorization = authorization(req).map_err(refuse)?;
    let checked = check(app, fields).map_err(refuse)?;
    Ok((authorization, checked))
}

/// The one `Authorization` header: of two, a proxy may have looked at the other.
fn authorization(req: &HttpRequest) -> Result<Option<String>, Refusal> {
    let mut headers = req.headers().get_all(header::AUTHORIZATION);
    match (headers.next(), headers.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => match only.to_str() {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => {
                let refusal = Refusal::new(Code::InvalidClient, "the Authorization header is not text");
                Err(refusal.because(Reason::ClientAuthMalformed))
            }
        },
        _ => {
            let refusal = Refusal::new(Code::InvalidRequest, "there are two Authorization headers");
            Err(refusal.because(Reason::ClientAuthTwice))
        }
    }
}

/// Each parameter once, none too long.
fn check(app: &App, fields: body::Fields) -> Result<Parameters, Refusal> {
    Parameters::check(single_texts(fields)?, app.config.limits.parameter_bytes)
}

/// Each parameter once.
fn single_texts(fields: body::Fields) -> Result<Vec<(String, String)>, Refusal> {
    fields.none_repeated().map_err(|body::Repeated(name)| parameters::repeated(&name))?;
    Ok(fields.into_pairs())
}

/// Renders a refusal as RFC 6749 section 5.2 has it.
fn refused(req: &HttpRequest, error: &Error) -> HttpResponse {
    match error {
        Error::Refused(refusal) => refusal_answer(req, refusal),
        Error::Store(error) => faults::unavailable(req, error),
        Error::Signing(error) => {
            log::error!("event=request outcome=failed cause={:?}", error.to_string());
            refusal_answer(req, &Refusal::new(Code::ServerError, "something went wrong on our side"))
        }
    }
}

fn refusal_answer(req: &HttpRequest, refusal: &Refusal) -> HttpResponse {
    let status = match refusal.code {
        Code::InvalidClient => StatusCode::UNAUTHORIZED,
        Code::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        Code::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    log::info!("event=refused path={:?} error={} why={:?}", req.path(), refusal.code.as_str(), refusal.description);
    let body = json!({ "error": refusal.code.as_str(), "error_description": refusal.description });
    let mut response = answer::json(status, &body);
    if status == StatusCode::UNAUTHORIZED {
        let challenge = header::HeaderValue::from_static("Basic realm=\"Grantor\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
