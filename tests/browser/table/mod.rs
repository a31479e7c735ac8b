//! Every page: its path, who sees it and how they come there. What must hold of all pages is looked at from this list,
//! and so are their pictures taken.

mod admin;
mod apps;
mod checks;
mod person;
mod pictures;
mod public;
mod records;
mod routes;
mod stage;

use std::pin::Pin;

pub use stage::Stage;

use crate::kit::Page;

/// Who looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// Nobody is signed in.
    Nobody,
    /// Somebody without a role, who has some of everything.
    Person,
    /// Somebody who manages the server.
    Admin,
}

type Steps = for<'a> fn(&'a Stage, &'a Page) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// A page, or one state of it.
pub struct Entry {
    /// Names its pictures.
    pub name: &'static str,
    /// As `src/routes.rs` has it.
    pub path: &'static str,
    /// Who looks.
    pub who: Who,
    /// Whether its policy lets no script run, not even axe-core.
    pub sandboxed: bool,
    steps: Option<Steps>,
}

impl Entry {
    /// A page whose policy lets no script run.
    fn sandboxed(self) -> Self {
        Self { sandboxed: true, ..self }
    }

    /// Whether somebody gets a mail by going there.
    pub fn sends_mail(&self) -> bool {
        ["forgot-sent", "verify"].contains(&self.name)
    }

    /// Goes there.
    pub async fn reach(&self, stage: &Stage, page: &Page) {
        match self.steps {
            Some(steps) => steps(stage, page).await,
            None => page.go(self.path).await,
        }
    }
}

/// A page that one comes to by its address.
fn at(name: &'static str, path: &'static str, who: Who) -> Entry {
    Entry { name, path, who, sandboxed: false, steps: None }
}

/// A page that takes some steps. They may leave another page behind, such as one that the form of `path` leads to.
fn by(name: &'static str, path: &'static str, who: Who, steps: Steps) -> Entry {
    Entry { name, path, who, sandboxed: false, steps: Some(steps) }
}

/// All of them.
pub fn all() -> Vec<Entry> {
    let mut all = public::entries();
    all.extend(person::entries());
    all.extend(apps::entries());
    all.extend(admin::entries());
    all.extend(records::entries());
    all
}
