//! Who acts in the administration, and by which right: asked again where it is done, of rows that nobody changes meanwhile.

use super::PeopleError;
use crate::account::powers::Powers;
use crate::app::{App, Cx};
use crate::core::audit::Actor;
use crate::core::ids::UserId;
use crate::core::power::Power;
use crate::core::role::Role;
use crate::core::user::{Status, User};
use crate::store::{roles, staff, users};

/// Who acts in the administration.
#[derive(Debug, Clone)]
pub struct Acting {
    /// The person; whoever runs commands when none.
    person: Option<UserId>,
    /// What they could do when they asked.
    powers: Powers,
}

impl Acting {
    /// A person with the powers of their role.
    pub fn person(person: UserId, powers: Powers) -> Self {
        Self { person: Some(person), powers }
    }

    /// Whoever runs commands on the server's machine, who may do everything.
    pub fn operator() -> Self {
        Self { person: None, powers: Powers::all() }
    }

    /// Who the audit log says it was.
    pub fn actor(&self) -> Actor {
        self.person.map_or(Actor::Operator, Actor::Person)
    }

    /// Whether they may act on a person, as far as that is known without holding anything: for what a page offers.
    ///
    /// # Errors
    /// [`PeopleError::Above`] and [`PeopleError::Store`].
    pub fn may_act_on(&self, app: &App, user: &User) -> Result<(), PeopleError> {
        if self.powers.cover(&Powers::of(app, user)?) { Ok(()) } else { Err(PeopleError::Above) }
    }

    /// Whether they may change a role, as far as that is known without holding anything: for what a page offers.
    ///
    /// # Errors
    /// [`PeopleError::RoleAbove`], [`PeopleError::NotAllowed`] and [`PeopleError::Store`].
    pub fn may_change(&self, app: &App, role: &Role) -> Result<(), PeopleError> {
        let Some(id) = self.person else { return Ok(()) };
        app.read(|cx| {
            let user = users::by_id(cx.conn, id)?.ok_or(PeopleError::NotAllowed)?;
            let own = roles::by_name(cx.conn, &user.role)?;
            Held { own: Some(own.ok_or(PeopleError::NotAllowed)?), people: Vec::new() }.may_give(role)
        })
    }

    /// Refuses what nobody does to themselves.
    ///
    /// # Errors
    /// [`PeopleError::Yourself`].
    pub(super) fn must_not_be(&self, id: UserId) -> Result<(), PeopleError> {
        if self.person == Some(id) { Err(PeopleError::Yourself) } else { Ok(()) }
    }

    /// Begins what takes `power`: holds the rows of who acts, of the people whom it is done to and of the admins, and
    /// the roles of all of these, until the transaction ends. The first lock of a transaction, always in one order.
    ///
    /// # Errors
    /// [`PeopleError::NotAllowed`] when they lost the power meanwhile, and [`PeopleError::Store`].
    pub fn hold(&self, cx: &mut Cx<'_>, power: Power, others: &[UserId]) -> Result<Held, PeopleError> {
        let named: Vec<UserId> = self.person.iter().chain(others).copied().collect();
        let people = staff::hold(cx.conn, &named)?;
        let Some(id) = self.person else { return Ok(Held { own: None, people }) };
        let own = people.iter().find(|user| user.id == id && user.status == Status::Active);
        let own = own.ok_or(PeopleError::NotAllowed)?;
        let own = roles::held(cx.conn, &own.role)?.ok_or(PeopleError::NotAllowed)?;
        if own.may(power) { Ok(Held { own: Some(own), people }) } else { Err(PeopleError::NotAllowed) }
    }
}

/// Who acts and on whom, as they are while the transaction lasts.
#[derive(Debug)]
pub struct Held {
    /// The role of who acts; none for whoever runs commands.
    own: Option<Role>,
    people: Vec<User>,
}

impl Held {
    /// A person on whom they may act: nobody whose role has powers that theirs lacks.
    ///
    /// # Errors
    /// [`PeopleError::Above`], [`PeopleError::Gone`] and [`PeopleError::Store`].
    pub fn object(&self, cx: &mut Cx<'_>, id: UserId) -> Result<User, PeopleError> {
        let user = self.people.iter().find(|user| user.id == id).ok_or(PeopleError::Gone)?;
        if let Some(own) = &self.own {
            let theirs = roles::held(cx.conn, &user.role)?.as_ref().map(Powers::of_this).unwrap_or_default();
            if !Powers::of_this(own).cover(&theirs) {
                return Err(PeopleError::Above);
            }
        }
        Ok(user.clone())
    }

    /// Whether they may give, make, change or delete this role: all that it allows, in the administration and in the
    /// applications, is allowed by theirs too, by the same name.
    ///
    /// # Errors
    /// [`PeopleError::RoleAbove`].
    pub fn may_give(&self, role: &Role) -> Result<(), PeopleError> {
        if self.own.as_ref().is_none_or(|own| own.covers(role)) { Ok(()) } else { Err(PeopleError::RoleAbove) }
    }

    /// Whether they may do everything in the administration.
    pub fn may_everything(&self) -> bool {
        self.own.as_ref().is_none_or(|own| Power::ALL.into_iter().all(|power| own.may(power)))
    }
}
