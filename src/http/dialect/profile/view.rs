//! Values as the Profile API's JSON shows them.

use serde_json::{Value, json};

use crate::account::second_factor::Shown;
use crate::account::session::Session;
use crate::app::App;
use crate::core::agent::Agent;
use crate::core::country::Country;
use crate::core::ids::UserId;
use crate::core::role::Role;
use crate::core::time::Time;
use crate::core::user::{Avatar, Status, User};
use crate::oauth::bearer::Caller;

/// What of a person a token lets its holder see: all, for a sign-in to the server's own API; for a third party what
/// its scopes name, as the person was told when they were asked.
#[derive(Debug, Clone)]
pub(super) struct Sight {
    pairwise: Option<String>,
    email: bool,
    phone: bool,
    /// The country too.
    pub(super) address: bool,
    sign_in: bool,
}

impl Sight {
    /// Of a token.
    pub(super) fn of(caller: &Caller) -> Self {
        let sees = |scope| caller.first_party || caller.token.scope.contains(scope);
        Self {
            pairwise: caller.pairwise.clone(),
            email: sees("email"),
            phone: sees("phone"),
            address: sees("address"),
            sign_in: sees("account"),
        }
    }

    /// The person's identifier: for a client with pairwise ones the `sub` that it knows them by.
    pub(super) fn id(&self, user: UserId) -> Value {
        self.pairwise.as_ref().map_or_else(|| json!(user), |pairwise| json!(pairwise))
    }
}

/// A person, as far as `sight` goes; what lies beyond is null.
pub(super) fn user(app: &App, user: &User, role: &Role, factors: &Shown, sight: &Sight) -> Value {
    json!({
        "id": sight.id(user.id),
        "first_name": user.name.given,
        "last_name": user.name.family,
        "username": user.username,
        "email": sight.email.then_some(&user.email),
        "phone": user.phone.as_ref().filter(|_| sight.phone),
        "avatar": user.avatar.as_ref().map(|avatar| avatar_url(app, avatar)),
        "address": user.address.as_ref().filter(|_| sight.address),
        "country_id": user.country_id.filter(|_| sight.address),
        "role_id": role.id,
        "status": match user.status {
            Status::Active => "Active",
            Status::Disabled => "Disabled",
        },
        "birthday": user.birthday,
        "last_login": user.last_login_at.filter(|_| sight.sign_in).map(moment),
        "two_factor_country_code": factors.country_code.filter(|_| sight.sign_in),
        "two_factor_phone": factors.phone_national.as_ref().filter(|_| sight.sign_in),
        "two_factor_options": options(factors).filter(|_| sight.sign_in),
        "created_at": moment(user.created_at),
        "updated_at": moment(user.updated_at),
    })
}

/// What is on, and whether the telephone still has to be verified; none when there is no second factor.
fn options(factors: &Shown) -> Option<Value> {
    let any = !factors.methods.is_empty() || factors.phone_national.is_some();
    any.then(|| json!({ "methods": factors.methods, "pending": factors.pending }))
}

fn avatar_url(app: &App, avatar: &Avatar) -> String {
    match avatar {
        Avatar::File(name) => format!("{}/files/{name}", app.config.issuer()),
        Avatar::External(url) => url.clone(),
    }
}

/// The role that a person holds.
pub(super) fn role(role: &Role) -> Value {
    json!({
        "id": role.id,
        "name": role.name,
        "display_name": role.display_name,
        "description": role.description,
        "removable": !role.is_built_in(),
        "created_at": moment(role.created_at),
        "updated_at": moment(role.updated_at),
    })
}

/// A country.
pub(super) fn country(country: &Country) -> Value {
    json!({
        "id": country.id,
        "name": country.name,
        "country_code": format!("{:03}", country.id),
        "iso_3166_2": country.alpha_2,
        "iso_3166_3": country.alpha_3,
        "calling_code": country.calling_code.map(|code| code.to_string()),
    })
}

/// A session, with what its `User-Agent` says.
pub(super) fn session(session: &Session, sight: &Sight) -> Value {
    let agent = session.user_agent.as_deref().map(Agent::parse).unwrap_or_default();
    json!({
        "id": session.id,
        "user_id": sight.id(UserId(session.user_id)),
        "ip_address": session.ip_address,
        "user_agent": session.user_agent,
        "browser": agent.browser,
        "platform": agent.platform,
        "device": agent.device,
        "last_activity": moment(session.last_seen_at),
    })
}

/// A moment in UTC: `2017-04-27 16:47:59`.
fn moment(time: Time) -> String {
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}
