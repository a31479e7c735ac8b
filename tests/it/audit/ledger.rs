//! Reads what the audit log says of one step.

use std::cell::RefCell;
use std::collections::BTreeSet;

use grantor::account::audit;
use grantor::core::audit::{Filter, Recorded};
use grantor::core::page::Page;

use crate::support::server::TestServer;

/// What was in the log before, and who is who.
pub struct Ledger<'a> {
    server: &'a TestServer,
    seen: RefCell<BTreeSet<String>>,
    names: RefCell<Vec<(String, String)>>,
}

impl<'a> Ledger<'a> {
    pub fn of(server: &'a TestServer) -> Self {
        let ledger = Self { server, seen: RefCell::default(), names: RefCell::default() };
        ledger.new_events();
        ledger
    }

    /// Calls an identifier by a name in what is compared.
    pub fn name(&self, id: impl ToString, name: &str) {
        self.names.borrow_mut().push((id.to_string(), name.to_owned()));
    }

    /// Every event since the last look, the oldest first.
    pub fn new_events(&self) -> Vec<Recorded> {
        let page = Page::default();
        let mut found = audit::search(&self.server.app, &Filter::default(), &page).expect("read");
        found.reverse();
        found.retain(|event| self.seen.borrow_mut().insert(event.id.clone()));
        found
    }

    /// Holds what was written since the last look against `expected`: who, what, on what, how it ended and from where.
    #[track_caller]
    pub fn expect(&self, expected: &[&str]) {
        let known = |id: &str| {
            let names = self.names.borrow();
            names.iter().find(|(known, _)| known == id).map_or_else(|| "?".to_owned(), |(_, name)| name.clone())
        };
        let told: Vec<String> = self
            .new_events()
            .iter()
            .map(|event| {
                let actor = match event.actor.id().as_str() {
                    "" => event.actor.kind().to_owned(),
                    id => known(id),
                };
                let object = event.object.as_ref().map_or("-".to_owned(), |(kind, id)| format!("{kind}:{}", known(id)));
                let from = match (&event.ip_address, &event.request_id) {
                    (Some(address), Some(_)) => address.as_str(),
                    (None, None) => "here",
                    _ => "a request without an address",
                };
                format!("{actor} {} {object} {} {from}", event.act, event.outcome)
            })
            .collect();
        assert_eq!(told, expected);
    }
}
