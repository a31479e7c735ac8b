//! What OpenID Connect adds to a client, in forms and in JSON.

use super::algorithm;
use crate::account::Invalid;
use crate::core::client::SubjectType;
use crate::core::signing::Algorithm;
use crate::http::body::Fields;
use crate::oauth::manage::OpenIdChange;

/// What a form says of it: all of it, or nothing when the form has no such part.
pub fn whole(fields: &Fields, invalid: &mut Invalid) -> OpenIdChange {
    if fields.get("subject_type").is_none() {
        return OpenIdChange::default();
    }
    let text = |name: &str| fields.get(name).map(str::to_owned);
    let is_ticked = |name: &str| Some(fields.get(name) == Some("1"));
    OpenIdChange {
        subject_type: subject_type(fields, invalid),
        id_token_signed_response_alg: id_token(fields, invalid),
        userinfo_signed_response_alg: userinfo(fields, invalid),
        jwks: text("jwks"),
        require_signed_request_object: is_ticked("require_signed_request_object"),
        default_max_age: text("default_max_age"),
        post_logout_redirect_uris: text("post_logout_redirect_uris")
            .map(|text| text.lines().map(str::to_owned).collect()),
        backchannel_logout_uri: text("backchannel_logout_uri"),
        backchannel_logout_session_required: is_ticked("backchannel_logout_session_required"),
        frontchannel_logout_uri: text("frontchannel_logout_uri"),
        frontchannel_logout_session_required: is_ticked("frontchannel_logout_session_required"),
    }
}

/// What JSON says of it: what is not named stays, and what is null becomes as it is for a new client.
pub fn partial(fields: &Fields, invalid: &mut Invalid) -> OpenIdChange {
    let list = fields.list("post_logout_redirect_uris", invalid).map(<[String]>::to_vec);
    let max_age = fields.integer("default_max_age", invalid);
    let mut text = |name: &str| fields.change(name, invalid).map(str::to_owned);
    let (backchannel, frontchannel) = (text("backchannel_logout_uri"), text("frontchannel_logout_uri"));
    let mut flag = |name: &str| fields.flag(name, invalid).or_else(|| fields.is_null(name).then_some(false));
    OpenIdChange {
        require_signed_request_object: flag("require_signed_request_object"),
        backchannel_logout_session_required: flag("backchannel_logout_session_required"),
        frontchannel_logout_session_required: flag("frontchannel_logout_session_required"),
        subject_type: subject_type(fields, invalid),
        id_token_signed_response_alg: id_token(fields, invalid),
        userinfo_signed_response_alg: userinfo(fields, invalid),
        jwks: fields.object("jwks", invalid),
        default_max_age: max_age.map(|seconds| seconds.map(|seconds| seconds.to_string()).unwrap_or_default()),
        post_logout_redirect_uris: list.or_else(|| fields.is_null("post_logout_redirect_uris").then(Vec::new)),
        backchannel_logout_uri: backchannel,
        frontchannel_logout_uri: frontchannel,
    }
}

fn subject_type(fields: &Fields, invalid: &mut Invalid) -> Option<SubjectType> {
    let name = fields.change("subject_type", invalid)?;
    let found = SubjectType::ALL.into_iter().find(|one| one.as_str() == name);
    match found {
        None if name.is_empty() => Some(SubjectType::default()),
        None => {
            invalid.add("subject_type", ("The subject type must be public or pairwise.", "field-choice"));
            None
        }
        found => found,
    }
}

fn id_token(fields: &Fields, invalid: &mut Invalid) -> Option<Algorithm> {
    let name = "id_token_signed_response_alg";
    if fields.change(name, invalid)?.is_empty() { Some(Algorithm::default()) } else { algorithm(fields, name, invalid) }
}

/// The inner one is none for plain JSON.
fn userinfo(fields: &Fields, invalid: &mut Invalid) -> Option<Option<Algorithm>> {
    let name = "userinfo_signed_response_alg";
    if fields.change(name, invalid)?.is_empty() { Some(None) } else { algorithm(fields, name, invalid).map(Some) }
}
