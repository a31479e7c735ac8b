//! All that the server has of a person, as JSON: every column but the secret ones.

use serde_json::{Value, json};

use super::recipients;
use crate::app::App;
use crate::core::failure::Noted;
use crate::core::grant::GrantKind;
use crate::core::text::Language;
use crate::core::time::{Time, rfc3339};
use crate::core::user::{Avatar, User};
use crate::store;
use crate::store::belongings::{self, Belongings};

/// All of it. That it was handed out is for the caller to record.
///
/// # Errors
/// As the database says.
pub fn of(app: &App, user: &User) -> store::Result<Value> {
    let found = app.read(|cx| {
        let recipients = recipients(cx, user)?;
        let recipients: Vec<&str> = recipients.iter().map(String::as_str).collect();
        belongings::of(cx.conn, user.id, &recipients)
    })?;
    let Belongings {
        sessions,
        consents,
        grants,
        clients,
        second_factors,
        recovery_codes,
        passkeys,
        known_devices,
        messages,
        failures,
    } = found;
    let (personal, granted): (Vec<_>, Vec<_>) =
        grants.into_iter().partition(|grant| grant.kind == GrantKind::Personal.as_str());
    Ok(json!({
        "exported_at": rfc3339(app.now()),
        "profile": profile(user),
        "sessions": sessions.iter().map(|session| json!({
            "kind": session.kind,
            "auth_time": rfc3339(session.auth_time),
            "amr": session.amr,
            "ip_address": session.ip_address,
            "user_agent": session.user_agent,
            "created_at": rfc3339(session.created_at),
            "last_seen_at": rfc3339(session.last_seen_at),
            "expires_at": rfc3339(session.expires_at),
            "ended_at": stamp(session.ended_at),
        })).collect::<Vec<_>>(),
        "consents": consents.iter().map(|consent| json!({
            "client_id": consent.client_id,
            "scopes": words(&consent.scope),
            "sensitive_at": stamp(consent.sensitive_at),
            "created_at": rfc3339(consent.created_at),
            "updated_at": rfc3339(consent.updated_at),
        })).collect::<Vec<_>>(),
        "grants": granted.iter().map(grant).collect::<Vec<_>>(),
        "personal_access_tokens": personal.iter().map(grant).collect::<Vec<_>>(),
        "clients": clients.iter().map(client).collect::<Vec<_>>(),
        "second_factors": second_factors.iter().map(|factor| json!({
            "kind": factor.kind,
            "created_at": rfc3339(factor.created_at),
            "confirmed_at": stamp(factor.confirmed_at),
        })).collect::<Vec<_>>(),
        "recovery_codes_left": recovery_codes,
        "passkeys": passkeys.iter().map(|passkey| json!({
            "name": passkey.name,
            "created_at": rfc3339(passkey.created_at),
            "last_used_at": stamp(passkey.last_used_at),
        })).collect::<Vec<_>>(),
        "known_devices": known_devices.iter().map(|device| json!({
            "created_at": rfc3339(device.created_at),
            "last_seen_at": rfc3339(device.last_seen_at),
        })).collect::<Vec<_>>(),
        "messages": messages.iter().map(|message| json!({
            "channel": message.channel,
            "kind": message.kind,
            "recipient": message.recipient,
            "subject": message.subject,
            "attempts": message.attempts,
            "next_attempt_at": stamp(message.next_attempt_at),
            "expires_at": rfc3339(message.expires_at),
            "created_at": rfc3339(message.created_at),
            "sent_at": stamp(message.sent_at),
        })).collect::<Vec<_>>(),
        "failures": failures.iter().map(Noted::to_json).collect::<Vec<_>>(),
    }))
}

fn profile(user: &User) -> Value {
    let avatar = user.avatar.as_ref().map(|avatar| match avatar {
        Avatar::File(name) | Avatar::External(name) => name,
    });
    json!({
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "email_verified_at": stamp(user.email_verified_at),
        "given_name": user.name.given,
        "family_name": user.name.family,
        "phone": user.phone,
        "birthday": user.birthday,
        "gender": user.gender,
        "country": user.country,
        "country_id": user.country_id,
        "address": user.address,
        "bio": user.bio,
        "locale": user.locale.map(Language::tag),
        "avatar": avatar,
        "isp_id": user.isp_id,
        "branch_id": user.branch_id,
        "role": user.role.as_str(),
        "status": user.status.as_str(),
        "last_login_at": stamp(user.last_login_at),
        "created_at": rfc3339(user.created_at),
        "updated_at": rfc3339(user.updated_at),
    })
}

fn client(client: &belongings::Client) -> Value {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    json!({
        "id": client.id,
        "name": client.name,
        "metadata": json(&client.metadata),
        "policy": json(&client.policy),
        "is_public": client.is_public,
        "first_party": client.first_party,
        "logo_file": client.logo_file,
        "verified_at": stamp(client.verified_at),
        "created_at": rfc3339(client.created_at),
        "updated_at": rfc3339(client.updated_at),
        "tokens_ended_at": stamp(client.tokens_ended_at),
        "deleted_at": stamp(client.deleted_at),
        "redirects_changed_at": stamp(client.redirects_changed_at),
        "disabled_at": stamp(client.disabled_at),
    })
}

fn grant(grant: &belongings::Grant) -> Value {
    json!({
        "kind": grant.kind,
        "client_id": grant.client_id,
        "name": grant.name,
        "scopes": words(&grant.scope),
        "auth_time": stamp(grant.auth_time),
        "amr": grant.amr,
        "acr": grant.acr,
        "claims": grant.claims,
        "redirect_uri": grant.redirect_uri,
        "redirect_uri_sent": grant.redirect_uri_sent,
        "code_expires_at": stamp(grant.code_expires_at),
        "code_used_at": stamp(grant.code_used_at),
        "refresh_generation": grant.refresh_generation,
        "refresh_rotated_at": stamp(grant.refresh_rotated_at),
        "refresh_expires_at": stamp(grant.refresh_expires_at),
        "created_at": rfc3339(grant.created_at),
        "last_used_at": stamp(grant.last_used_at),
        "purge_at": rfc3339(grant.purge_at),
        "ended_at": stamp(grant.ended_at),
        "ended_reason": grant.ended_reason,
    })
}

fn words(scope: &str) -> Vec<&str> {
    scope.split_ascii_whitespace().collect()
}

fn stamp(time: Option<Time>) -> Option<String> {
    time.map(rfc3339)
}
