//! `/admin/clients`: all apps, and one of them.

use actix_web::HttpRequest;
use actix_web::HttpResponse;

use super::{Desk, address, answered, either, manage_failed};
use crate::account::Invalid;
use crate::core::client::{Client, TokenFormat};
use crate::core::page::Page as Part;
use crate::core::power::Power;
use crate::core::text::Said;
use crate::http::client_fields::Search;
use crate::http::pages::views::{
    AdminRecord, AdminRecords, Cell, Errors, Field, Frame, Head, Page, RecordTable, Tag, Variant, Way,
};
use crate::http::{block, context, faults};
use crate::oauth::manage::admin::{self, Listed, Secret, Shown, Sort};

/// Where they are.
pub(super) const PATH: &str = "/admin/clients";
/// How many a page shows.
const SHOWN: i64 = 50;

/// `GET /admin/clients`.
pub async fn list(req: HttpRequest) -> HttpResponse {
    either(listed(&req).await)
}

async fn listed(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::ReadClients).await?;
    // What cannot be looked for narrows nothing.
    let search = Search::of(&desk.fields, &mut Invalid::default());
    let part = Part { after: desk.fields.get("after").map(str::to_owned), limit: SHOWN };
    let (asked, from) = (search.clone(), part.clone());
    let found = block::run(&desk.app, context::request_id(req), move |app| asked.run(app, &from)).await;
    let (found, next) = found.map_err(|error| faults::unavailable(req, &error))?;
    let (page, frame) = desk.page(req, PATH);
    let notice = (desk.fields.get("done") == Some("exists")).then(|| "admin-client-exists".into());
    let flags = |name: &str| desk.fields.get(name).unwrap_or_default().to_owned();
    let chosen = ["verified", "disabled", "first_party", "public"].map(|name| (name, flags(name)));
    let to = |sort: &str, after: &str| {
        let mut pairs = vec![("q", search.text.as_str()), ("owner", search.owner.as_str())];
        pairs.extend(chosen.iter().map(|(name, value)| (*name, value.as_str())));
        pairs.extend([("sort", sort), ("after", after)]);
        address(PATH, &pairs)
    };
    let newest = search.query.sort == Sort::Newest;
    let sort = if newest { "newest" } else { "" };
    let view = AdminRecords {
        title: "admin-clients-title".into(),
        lead: "admin-clients-lead".into(),
        notice,
        acts: if desk.may(Power::WriteClients) {
            vec![Way::new("/admin/new-client", "admin-client-new", false)]
        } else {
            Vec::new()
        },
        path: PATH,
        filters: filters(&search, &chosen, sort),
        errors: Errors::default(),
        columns: vec![
            Head {
                label: "admin-client-name".into(),
                href: newest.then(|| to("", "")),
                order: (!newest).then_some("ascending"),
            },
            Head::plain("admin-client-owner"),
            Head::plain("admin-client-kind"),
            Head {
                label: "admin-client-created".into(),
                href: (!newest).then(|| to("newest", "")),
                order: newest.then_some("descending"),
            },
        ],
        rows: found.iter().map(|listed| row(&page, listed)).collect(),
        none: "admin-clients-none".into(),
        first: part.after.is_some().then(|| to(sort, "")),
        next: next.map(|after| to(sort, &after)),
        export: None,
        page,
        frame,
    };
    Ok(answered(&desk, &view))
}

fn filters(search: &Search, chosen: &[(&'static str, String)], sort: &str) -> Vec<Field> {
    let words = [
        ("admin-client-verified", "admin-filter-yes", "admin-filter-no"),
        ("admin-client-disabled", "admin-filter-yes", "admin-filter-no"),
        ("admin-client-first-party", "admin-filter-yes", "admin-filter-no"),
        ("admin-client-public", "admin-filter-yes", "admin-filter-no"),
    ];
    let text = Field::text("q", "admin-clients-search", search.text.as_str()).of("search");
    let mut fields = vec![text.hinted("admin-clients-search-hint")];
    fields.push(Field::text("owner", "admin-client-owner", search.owner.as_str()));
    for ((name, value), (label, yes, no)) in chosen.iter().zip(words) {
        let picks = [("", "admin-any"), ("1", yes), ("0", no)];
        let picks = picks.map(|(sent, said)| Variant::new(sent, said, value));
        fields.push(Field::select(name, label, picks.into()));
    }
    fields.push(Field::hidden("sort", sort));
    fields
}

fn row(page: &Page, listed: &Listed) -> Vec<Cell> {
    let client = &listed.client;
    let kind = if client.is_public() { "admin-client-public" } else { "admin-client-confidential" };
    let name = Cell::link(&client.metadata.client_name, format!("{PATH}/{}", client.id));
    vec![
        name.with([client.id.to_string()]).tagged(tags(client, listed.verified_at.is_some())),
        Cell::text(client.owner_name.clone().unwrap_or_default()),
        Cell::text(page.t(kind)),
        Cell::text(page.date(client.created_at)),
    ]
}

fn tags(client: &Client, is_verified: bool) -> Vec<Tag> {
    let mut tags = Vec::new();
    if is_verified {
        tags.push(Tag::new("on", "admin-client-verified"));
    }
    if client.policy.first_party {
        tags.push(Tag::new("new", "admin-client-first-party"));
    }
    match (client.deleted_at, client.disabled_at) {
        (Some(_), _) => tags.push(Tag::new("off", "admin-client-deleted")),
        (None, Some(_)) => tags.push(Tag::new("off", "admin-client-disabled")),
        (None, None) => {}
    }
    tags
}

/// What was done, by the word in the address.
const DONE: [(&str, &str); 11] = [
    ("created", "admin-client-done-created"),
    ("edited", "admin-client-done-edited"),
    ("disable", "admin-client-done-disable"),
    ("enable", "admin-client-done-enable"),
    ("verify", "admin-client-done-verify"),
    ("unverify", "admin-client-done-unverify"),
    ("end-tokens", "admin-client-done-end-tokens"),
    ("owner", "admin-client-done-owner"),
    ("secret-end", "admin-client-done-secret-end"),
    ("secret-made", "admin-client-done-secret-made"),
    ("exists", "admin-client-exists"),
];

/// `GET /admin/clients/{id}`.
pub async fn show(req: HttpRequest) -> HttpResponse {
    either(shown(&req).await)
}

async fn shown(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::ReadClients).await?;
    let found = find(req, &desk).await?;
    let said = desk.fields.get("done").and_then(|done| DONE.iter().find(|(word, _)| *word == done));
    let (page, frame) = desk.page(req, PATH);
    let notice = said.map(|(_, id)| Said::new(id));
    let view = view(&desk, page, frame, &found, notice, None);
    Ok(answered(&desk, &view))
}

/// The client that the path names.
pub(super) async fn find(req: &HttpRequest, desk: &Desk) -> Result<Shown, HttpResponse> {
    let Some(id) = context::path_id(req) else { return Err(faults::not_found(req.clone()).await) };
    let found = block::run(&desk.app, context::request_id(req), move |app| admin::find(app, &id.as_str().into())).await;
    match found {
        Ok(found) => Ok(found),
        Err(error) => Err(manage_failed(req, error).await),
    }
}

/// The page of a client; with a secret that was made just now, which is shown this once.
pub(super) fn view(
    desk: &Desk,
    page: Page,
    frame: Frame,
    shown: &Shown,
    notice: Option<Said>,
    secret: Option<String>,
) -> AdminRecord {
    let client = &shown.client;
    let path = format!("{PATH}/{}", client.id);
    let writes = desk.may(Power::WriteClients);
    AdminRecord {
        title: client.metadata.client_name.clone(),
        tags: tags(client, shown.verified_at.is_some()),
        back: Way::new(PATH, "admin-clients-title", false),
        notice,
        secret,
        data: data(desk, &page, shown),
        tables: if client.is_public() { Vec::new() } else { vec![secrets(&page, &path, &shown.secrets, writes)] },
        acts: acts(desk, &path, shown),
        page,
        frame,
    }
}

/// Whose it is.
pub(super) fn owner(desk: &Desk, page: &Page, client: &Client) -> Cell {
    let name = client.owner_name.clone().unwrap_or_default();
    match &client.owner_id {
        Some(id) if desk.may(Power::ReadUsers) => Cell::link(name, format!("/admin/users/{id}")),
        Some(_) => Cell::text(name),
        None => Cell::text(page.t("admin-client-nobody")),
    }
}

fn data(desk: &Desk, page: &Page, shown: &Shown) -> Vec<(Said, Cell)> {
    let client = &shown.client;
    let (metadata, policy) = (&client.metadata, &client.policy);
    let yes = |is: bool| Cell::text(page.t(if is { "admin-filter-yes" } else { "admin-filter-no" }));
    let seconds = |set: Option<u64>| match set {
        Some(seconds) => Cell::text(page.tn("admin-client-seconds", seconds)),
        None => Cell::text(page.t("admin-client-server-setting")),
    };
    let uris = metadata.redirect_uris.iter().map(ToString::to_string);
    let scopes = policy.scopes.as_ref().map_or_else(|| page.t("admin-client-every-scope"), |names| names.join(", "));
    let format = match policy.token_format {
        TokenFormat::Jwt => "admin-client-format-jwt",
        TokenFormat::Opaque => "admin-client-format-opaque",
    };
    let moment = |time: Option<_>| time.map_or_else(|| page.t("admin-client-never"), |time| page.date_time(time));
    vec![
        ("admin-client-id".into(), Cell::code(client.id.as_str())),
        ("admin-client-owner".into(), owner(desk, page, client)),
        ("admin-client-home".into(), Cell::text(metadata.client_uri.clone().unwrap_or_default())),
        ("admin-client-redirects".into(), Cell::default().with(uris)),
        ("admin-client-grants".into(), Cell::text(metadata.grant_types.join(", "))),
        ("admin-client-auth".into(), Cell::text(metadata.token_endpoint_auth_method.as_str())),
        ("admin-client-scopes".into(), Cell::text(scopes)),
        ("admin-client-first-party".into(), yes(policy.first_party)),
        ("admin-client-introspect".into(), yes(policy.may_introspect)),
        ("admin-client-pkce".into(), yes(client.requires_pkce())),
        ("admin-client-format".into(), Cell::text(page.t(format))),
        ("admin-client-token-alg".into(), Cell::text(policy.access_token_signed_response_alg.as_str())),
        ("admin-client-lifetime".into(), seconds(policy.access_token_lifetime)),
        ("admin-client-grace".into(), seconds(policy.refresh_grace)),
        ("admin-client-created".into(), Cell::text(page.date_time(client.created_at))),
        ("admin-client-changed".into(), Cell::text(page.date_time(client.updated_at))),
        ("admin-client-verified-at".into(), Cell::text(moment(shown.verified_at))),
        ("admin-client-disabled-at".into(), Cell::text(moment(client.disabled_at))),
        ("admin-client-deleted-at".into(), Cell::text(moment(client.deleted_at))),
        ("admin-client-ended-at".into(), Cell::text(moment(client.tokens_ended_at))),
    ]
}

fn secrets(page: &Page, path: &str, secrets: &[Secret], writes: bool) -> RecordTable {
    let row = |secret: &Secret| {
        let end = secret.expires_at.map_or_else(|| page.t("admin-client-no-end"), |end| page.date_time(end));
        let mut cells =
            vec![Cell::code(secret.id.as_str()), Cell::text(page.date_time(secret.created_at)), Cell::text(end)];
        if writes {
            cells.push(Cell::link(page.t("admin-client-secret-end"), format!("{path}/secrets/{}/end", secret.id)));
        }
        cells
    };
    let mut columns = vec!["admin-client-secret-id", "admin-client-secret-made", "admin-client-secret-ends"];
    if writes {
        columns.push("admin-client-secret-act");
    }
    RecordTable {
        id: "secrets",
        title: "admin-client-secrets".into(),
        columns: columns.into_iter().map(Head::plain).collect(),
        rows: secrets.iter().map(row).collect(),
        none: "admin-client-secrets-none".into(),
    }
}

fn acts(desk: &Desk, path: &str, shown: &Shown) -> Vec<Way> {
    let mut acts = Vec::new();
    if desk.may(Power::WriteClients) {
        let (client, verified) = (&shown.client, shown.verified_at.is_some());
        let mut way = |word: &str, id: &'static str, is_danger| {
            acts.push(Way::new(format!("{path}/{word}"), id, is_danger));
        };
        way("edit", "admin-client-edit", false);
        if !client.is_public() {
            way("secret", "admin-client-secret", false);
        }
        match verified {
            true => way("unverify", "admin-client-unverify", false),
            false => way("verify", "admin-client-verify", false),
        }
        way("owner", "admin-client-give", false);
        way("end-tokens", "admin-client-end-tokens", true);
        match client.disabled_at {
            Some(_) => way("enable", "admin-client-enable", false),
            None => way("disable", "admin-client-disable", true),
        }
    }
    let id = shown.client.id.as_str();
    if desk.may(Power::ReadAudit) {
        let href = address("/admin/audit", &[("object", &format!("client:{id}"))]);
        acts.push(Way::new(href, "admin-client-audit", false));
    }
    if desk.may(Power::ReadFailures) {
        let href = address("/admin/failures", &[("client", id)]);
        acts.push(Way::new(href, "admin-client-failures", false));
    }
    acts
}
