//! The names of those whom records tell of by identifier alone: one statement for the people of a page, and one for its
//! clients.

use std::collections::{BTreeSet, HashMap};

use crate::app::App;
use crate::core::audit::{Actor, Recorded};
use crate::core::failure::Noted;
use crate::core::ids::{ClientId, UserId};
use crate::store::{self, client_admin, people};

/// Names by identifier. Who is gone has none.
#[derive(Debug, Clone, Default)]
pub struct Names {
    people: HashMap<i64, String>,
    clients: HashMap<String, String>,
}

/// Whose names are wanted.
#[derive(Debug, Default)]
struct Wanted {
    people: BTreeSet<i64>,
    clients: BTreeSet<String>,
}

impl Wanted {
    fn read(self, app: &App) -> store::Result<Names> {
        app.read(|cx| {
            Ok(Names {
                people: people::names(cx.conn, self.people)?,
                clients: client_admin::names(cx.conn, self.clients)?,
            })
        })
    }
}

impl Names {
    /// Those of who did something and of what it was done to.
    ///
    /// # Errors
    /// As the database says.
    pub fn of_events(app: &App, events: &[Recorded]) -> store::Result<Self> {
        let mut wanted = Wanted::default();
        for event in events {
            match &event.actor {
                Actor::Person(id) => drop(wanted.people.insert(id.0)),
                Actor::Client(id) => drop(wanted.clients.insert(id.as_str().to_owned())),
                Actor::Operator | Actor::Server | Actor::Nobody => {}
            }
            match &event.object {
                Some((kind, id)) if kind == "user" => wanted.people.extend(id.parse::<i64>()),
                Some((kind, id)) if kind == "client" => drop(wanted.clients.insert(id.clone())),
                _ => {}
            }
        }
        wanted.read(app)
    }

    /// Those of who was refused something.
    ///
    /// # Errors
    /// As the database says.
    pub fn of_failures(app: &App, failures: &[Noted]) -> store::Result<Self> {
        let people = failures.iter().filter_map(|noted| noted.user.map(|id| id.0)).collect();
        let clients = failures.iter().filter_map(|noted| noted.client.as_ref().map(|id| id.as_str().to_owned()));
        Wanted { people, clients: clients.collect() }.read(app)
    }

    /// What a person is called.
    pub fn person(&self, id: UserId) -> Option<&str> {
        self.people.get(&id.0).map(String::as_str)
    }

    /// What a client is called.
    pub fn client(&self, id: &ClientId) -> Option<&str> {
        self.clients.get(id.as_str()).map(String::as_str)
    }
}
