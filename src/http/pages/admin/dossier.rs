//! What is shown of one person: what belongs to them, and what is told of them.

use super::{Desk, address};
use crate::account::people::Dossier;
use crate::core::audit::{Actor, words};
use crate::core::ids::UserId;
use crate::core::power::Power;
use crate::http::pages::account::sessions::device;
use crate::http::pages::views::Page;
use crate::http::pages::views::admin::{ActLink, Table};

/// What belongs to them.
pub(super) fn tables(page: &Page, dossier: &Dossier, with_events: bool) -> Vec<Table> {
    let heads = |ids: &[&str]| ids.iter().map(|id| page.t(id)).collect();
    let sessions = dossier.sessions.iter().map(|session| {
        vec![
            device(page, session.user_agent.as_deref()),
            session.ip_address.clone().unwrap_or_default(),
            page.date_time(session.created_at),
            page.date_time(session.last_seen_at),
        ]
    });
    let apps = dossier
        .apps
        .iter()
        .map(|app| vec![app.name.clone(), app.client_id.clone(), app.scope.to_string(), page.date(app.created_at)]);
    let tokens = dossier.tokens.iter().map(|standing| {
        let token = &standing.token;
        let ended = token.revoked_at.is_some() || standing.grant_ended_at.is_some();
        let end = if ended { page.t("admin-token-ended") } else { page.date_time(token.expires_at) };
        vec![token.client_id.to_string(), token.scope.to_string(), page.date_time(token.created_at), end]
    });
    let mut tables = vec![
        Table {
            title: page.t("admin-user-sessions"),
            id: "sessions".into(),
            heads: heads(&[
                "admin-session-device",
                "admin-session-address",
                "admin-session-since",
                "admin-session-seen",
            ]),
            rows: sessions.collect(),
            none: page.t("admin-user-no-sessions"),
        },
        Table {
            title: page.t("admin-user-apps"),
            id: "apps".into(),
            heads: heads(&["admin-app-name", "admin-app-id", "admin-app-scopes", "admin-app-since"]),
            rows: apps.collect(),
            none: page.t("admin-user-no-apps"),
        },
        Table {
            title: page.t("admin-user-tokens"),
            id: "tokens".into(),
            heads: heads(&["admin-app-id", "admin-app-scopes", "admin-user-created", "admin-token-until"]),
            rows: tokens.collect(),
            none: page.t("admin-user-no-tokens"),
        },
    ];
    if with_events {
        tables.push(events(page, dossier));
    }
    tables
}

/// Where more is said of what they did, of what was done to them, and of what they were refused.
pub(super) fn records(page: &Page, desk: &Desk, id: UserId) -> Vec<ActLink> {
    let link = |path, name, value: String, label| ActLink {
        href: address(path, &[(name, &value)]),
        label: page.t(label),
        is_danger: false,
    };
    let mut links = Vec::new();
    if desk.may(Power::ReadAudit) {
        links.push(link("/admin/audit", "object", format!("user:{id}"), "admin-user-audit-object"));
        links.push(link("/admin/audit", "actor", format!("person:{id}"), "admin-user-audit-actor"));
    }
    if desk.may(Power::ReadFailures) {
        links.push(link("/admin/failures", "user", id.to_string(), "admin-user-failures"));
    }
    links
}

fn events(page: &Page, dossier: &Dossier) -> Table {
    let rows = dossier.events.iter().map(|event| {
        let outcome = if event.outcome == "done" { "audit-done" } else { "audit-refused" };
        vec![
            page.date_time(event.created_at),
            words::act(&event.act, page.lang),
            by(page, dossier, &event.actor),
            page.t(outcome),
        ]
    });
    let heads = ["admin-event-when", "admin-event-what", "admin-event-who", "admin-event-outcome"];
    Table {
        title: page.t("admin-user-events"),
        id: "events".into(),
        heads: heads.iter().map(|id| page.t(id)).collect(),
        rows: rows.collect(),
        none: page.t("admin-user-no-events"),
    }
}

fn by(page: &Page, dossier: &Dossier, actor: &Actor) -> String {
    let name = match actor {
        Actor::Person(id) => dossier.names.person(*id),
        Actor::Client(id) => dossier.names.client(id),
        Actor::Operator => return page.t("audit-operator"),
        Actor::Server => return page.t("audit-server"),
        Actor::Nobody => return page.t("audit-nobody"),
    };
    name.map_or_else(|| format!("{}:{}", actor.kind(), actor.id()), str::to_owned)
}
