//! A load bench: starts the real binary on a real database, drives it over loopback, and compares what a request
//! costs with the least that a web handler and that database could do. See docs/performance.md.
//!
//! `cargo bench --bench load -- [--seconds N] [--connections N] [--only TEXT] [--database sqlite|postgres|both] [--json]
//! [--binary PATH] [--people N]`; `--people 1000000` measures lists at that size instead

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench may stop at the first surprise"
)]
#![expect(clippy::disallowed_methods, reason = "a bench measures time itself")]

mod baseline;
mod client;
mod drive;
mod flows;
mod lists;
mod options;
#[path = "../../tests/it/support/postgres.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod postgres;
mod prepare;
mod process;
mod report;
mod requests;
mod scenarios;
mod signin;

use std::process::ExitCode;

use options::{Command, Database};
use process::Place;
use report::Report;

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)) {
        Ok(Command::Nothing) => {
            println!("the load bench runs by `cargo bench --bench load`");
            ExitCode::SUCCESS
        }
        Ok(Command::Baseline { listen, database }) => {
            baseline::serve(listen, &database);
            ExitCode::SUCCESS
        }
        Ok(Command::Run(options)) => run(&options),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &options::Options) -> ExitCode {
    let mut report = Report::new(options);
    let outcome = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(
        tokio::task::LocalSet::new().run_until(async {
            for &database in &options.databases {
                let Some(place) = Place::new(database) else {
                    eprintln!("there is no PostgreSQL here: its half is left out");
                    continue;
                };
                match options.people {
                    Some(people) => lists::run(options, &place, people, &mut report).await?,
                    None => scenarios::run(options, &place, &mut report).await?,
                }
            }
            Ok::<_, String>(())
        }),
    );
    report.print(options.json);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("the bench failed: {why}");
            ExitCode::FAILURE
        }
    }
}

impl Database {
    /// Its name in the table.
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}
