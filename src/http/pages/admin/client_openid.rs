//! What OpenID Connect adds to an app, on its page and in the form of its settings.

use crate::core::client::{OpenIdMetadata, SubjectType};
use crate::core::signing::Algorithm;
use crate::core::text::Said;
use crate::http::pages::views::{Cell, Field, Page, Variant};
use crate::oauth::manage::OpenIdChange;

/// The part of the form.
pub(super) fn fields(change: &OpenIdChange) -> Vec<Field> {
    let text = |set: &Option<String>| set.clone().unwrap_or_default();
    let is_ticked = |flag: Option<bool>| flag.unwrap_or_default();
    let chosen = change.subject_type.unwrap_or_default().as_str();
    let subjects = SubjectType::ALL.map(|one| Variant::new(one.as_str(), subjects(one), chosen));
    let chosen = change.id_token_signed_response_alg.unwrap_or_default().as_str();
    let id_token = Algorithm::ALL.map(|one| Variant::new(one.as_str(), Said::verbatim(one.as_str()), chosen));
    let chosen = change.userinfo_signed_response_alg.flatten().map_or("", Algorithm::as_str);
    let plain = Variant::new("", "openid-userinfo-plain", chosen);
    let signed = Algorithm::ALL.map(|one| Variant::new(one.as_str(), Said::verbatim(one.as_str()), chosen));
    let userinfo = std::iter::once(plain).chain(signed).collect();
    let uris = change.post_logout_redirect_uris.as_deref().unwrap_or_default().join("\n");
    vec![
        Field::heading("openid-title").hinted("openid-hint"),
        Field::select("subject_type", "openid-subjects", subjects.into()).hinted("openid-subjects-hint"),
        Field::select("id_token_signed_response_alg", "openid-id-token", id_token.into()),
        Field::select("userinfo_signed_response_alg", "openid-userinfo", userinfo),
        Field::text("default_max_age", "openid-max-age", text(&change.default_max_age)).hinted("openid-max-age-hint"),
        Field::text("jwks", "openid-jwks", text(&change.jwks)).of("area").hinted("openid-jwks-hint"),
        Field::check(
            "require_signed_request_object",
            "openid-signed-requests",
            is_ticked(change.require_signed_request_object),
        )
        .hinted("openid-signed-requests-hint"),
        Field::text("post_logout_redirect_uris", "openid-post-logout", uris)
            .of("area")
            .hinted("openid-post-logout-hint"),
        Field::text("backchannel_logout_uri", "openid-backchannel", text(&change.backchannel_logout_uri))
            .of("url")
            .hinted("openid-backchannel-hint"),
        Field::check(
            "backchannel_logout_session_required",
            "openid-backchannel-session",
            is_ticked(change.backchannel_logout_session_required),
        ),
        Field::text("frontchannel_logout_uri", "openid-frontchannel", text(&change.frontchannel_logout_uri))
            .of("url")
            .hinted("openid-frontchannel-hint"),
        Field::check(
            "frontchannel_logout_session_required",
            "openid-frontchannel-session",
            is_ticked(change.frontchannel_logout_session_required),
        ),
    ]
}

fn subjects(one: SubjectType) -> &'static str {
    match one {
        SubjectType::Public => "openid-subjects-public",
        SubjectType::Pairwise => "openid-subjects-pairwise",
    }
}

/// What an app's page shows of it.
pub(super) fn data(page: &Page, openid: &OpenIdMetadata) -> Vec<(Said, Cell)> {
    let yes = |is: bool| page.t(if is { "admin-filter-yes" } else { "admin-filter-no" });
    let userinfo = openid.userinfo_signed_response_alg.map(Algorithm::as_str);
    let max_age = openid.default_max_age.map(|seconds| page.tn("admin-client-seconds", u64::from(seconds)));
    let keys = openid.jwks.as_ref().and_then(|keys| keys.get("keys")?.as_array()).into_iter().flatten();
    let keys = keys.map(|key| {
        let member = |name: &str| key.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        format!("{} {}", member("kty"), member("kid"))
    });
    let uris = openid.post_logout_redirect_uris.iter().map(ToString::to_string);
    let text = |uri: &Option<String>| Cell::text(uri.clone().unwrap_or_default());
    let mut data = vec![
        ("openid-subjects".into(), Cell::text(page.t(subjects(openid.subject_type)))),
        ("openid-id-token".into(), Cell::text(openid.id_token_signed_response_alg.as_str())),
        ("openid-userinfo".into(), Cell::text(userinfo.map_or_else(|| page.t("openid-userinfo-plain"), str::to_owned))),
        ("openid-max-age".into(), Cell::text(max_age.unwrap_or_default())),
        ("openid-jwks".into(), Cell::default().with(keys)),
        ("openid-signed-requests".into(), Cell::text(yes(openid.require_signed_request_object))),
        ("openid-post-logout".into(), Cell::default().with(uris)),
        ("openid-backchannel".into(), text(&openid.backchannel_logout_uri)),
    ];
    let session = |is: bool| Cell::text(yes(is));
    if openid.backchannel_logout_uri.is_some() {
        data.push(("openid-backchannel-session".into(), session(openid.backchannel_logout_session_required)));
    }
    data.push(("openid-frontchannel".into(), text(&openid.frontchannel_logout_uri)));
    if openid.frontchannel_logout_uri.is_some() {
        data.push(("openid-frontchannel-session".into(), session(openid.frontchannel_logout_session_required)));
    }
    data
}
