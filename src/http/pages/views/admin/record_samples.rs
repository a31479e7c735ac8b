//! Realistic data for the pages that list, show and change things.

use super::{AdminForm, AdminRecord, AdminRecords, Cell, Field, Frame, Head, RecordTable, Tag, Variant, Way};
use crate::core::text::Said;
use crate::http::pages::views::{Errors, Page};

impl AdminRecords {
    /// The audit log.
    pub fn sample() -> Self {
        let choices = vec![Variant::new("", "admin-any", ""), Variant::new("1", "admin-filter-yes", "")];
        let row = |who: &str, act: &str| {
            vec![
                Cell::text("2026-03-04 05:06:07 UTC").with(["01jcz5t6.e9w3k7q2".to_owned()]),
                Cell::link(who, "/admin/users/1"),
                Cell::text(act).tagged([Tag::new("on", "audit-done")]),
            ]
        };
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/audit"),
            title: "audit-title".into(),
            lead: "audit-lead".into(),
            notice: None,
            acts: Vec::new(),
            path: "/admin/audit",
            filters: vec![
                Field::text("request_id", "audit-request", "").hinted("audit-actor-hint"),
                Field::select("act", "audit-act", choices),
            ],
            errors: Errors::default(),
            columns: vec![
                Head { order: Some("descending"), ..Head::plain("audit-when") },
                Head { href: Some("/admin/audit".into()), ..Head::plain("audit-actor") },
                Head::plain("audit-act"),
            ],
            rows: vec![row("Ada Lovelace", "session.end"), row("ada@example.com", "client.disable")],
            none: "audit-none".into(),
            first: None,
            next: Some("/admin/audit?after=1.a".into()),
            export: Some("/admin/audit/export"),
        }
    }

    /// Nothing fits.
    pub fn sample_empty() -> Self {
        Self {
            rows: Vec::new(),
            next: None,
            first: Some("/admin/audit".into()),
            errors: Errors::default().with("request_id", "field-kind"),
            notice: Some("admin-scope-done-created".into()),
            acts: vec![Way::new("/admin/new-client", "admin-client-new", false)],
            ..Self::sample()
        }
    }
}

impl AdminRecord {
    /// A client.
    pub fn sample() -> Self {
        let secret = vec![Cell::code("b3JlZ2Fu"), Cell::text("2026-03-04 05:06:07 UTC")];
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/clients"),
            title: "notes@acme.example".into(),
            tags: vec![Tag::new("on", "admin-client-verified"), Tag::new("off", "admin-client-disabled")],
            back: Way::new("/admin/clients", "admin-clients-title", false),
            notice: Some("admin-client-done-verify".into()),
            secret: None,
            data: vec![
                ("admin-client-id".into(), Cell::code("8Jt2pQ0vXm4nYb6c")),
                ("admin-client-owner".into(), Cell::link("Ada Lovelace", "/admin/users/1")),
            ],
            tables: vec![RecordTable {
                id: "secrets",
                title: "admin-client-secrets".into(),
                columns: ["admin-client-secret-id", "admin-client-secret-made"].map(Head::plain).into(),
                rows: vec![secret],
                none: "admin-client-secrets-none".into(),
            }],
            acts: vec![Way::new("edit", "admin-client-edit", false), Way::new("disable", "admin-client-disable", true)],
        }
    }

    /// With a new secret.
    pub fn sample_secret() -> Self {
        Self { notice: None, secret: Some("gra_cs_8Jt2pQ0vXm4nYb6c".into()), ..Self::sample() }
    }
}

impl AdminForm {
    /// Every kind of field, two of them wrong.
    pub fn sample() -> Self {
        let choices = || {
            let jwt = Variant::new("jwt", "admin-client-format-jwt", "jwt");
            vec![jwt, Variant::new("opaque", "admin-client-format-opaque", "jwt")]
        };
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/clients"),
            title: "admin-client-edit".into(),
            back: Way::new("/admin/clients/1", Said::verbatim("Acme Notes"), false),
            alert: None,
            errors: Errors::default().with("client_name", "field-required").with("grant_types", "field-choice"),
            text: None,
            data: Vec::new(),
            action: "/admin/clients/1/edit".into(),
            fields: vec![
                Field::text("client_name", "admin-client-name", "").hinted("admin-client-id-hint").required(),
                Field::text("redirect_uris", "admin-client-redirects", "https://app.example/cb").of("area"),
                Field::select("grant_types", "admin-client-grants", choices()).of("checks"),
                Field::select("token_format", "admin-client-format", choices()),
                Field::check("first_party", "admin-client-first-party", true),
                Field::hidden("nonce", "1"),
            ],
            submit: "admin-save".into(),
            is_danger: false,
        }
    }

    /// A question.
    pub fn sample_confirm() -> Self {
        Self {
            title: "admin-client-disable".into(),
            errors: Errors::default(),
            text: Some("admin-client-disable-text".into()),
            fields: Vec::new(),
            submit: "admin-client-disable".into(),
            is_danger: true,
            ..Self::sample()
        }
    }
}
