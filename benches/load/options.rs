//! The command line.

use std::net::SocketAddr;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The embedded one.
    Sqlite,
    /// A cluster of this run's own.
    Postgres,
}

/// What to do.
pub enum Command {
    /// Called by `cargo test`: nothing.
    Nothing,
    /// Be the server of the baselines (a child of the bench).
    Baseline { listen: SocketAddr, database: String },
    /// Measure.
    Run(Options),
}

/// What to measure.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long each scenario is measured.
    pub seconds: f64,
    /// How many connections each scenario has.
    pub connections: usize,
    /// Only scenarios whose name holds this.
    pub only: Option<String>,
    /// On which databases.
    pub databases: Vec<Database>,
    /// The server, if it is not the one of this build.
    pub binary: Option<String>,
    /// Measure lists of so many people instead of single requests.
    pub people: Option<u64>,
    /// Print JSON instead of a table.
    pub json: bool,
}

impl Options {
    /// Whether a scenario is to run.
    pub fn wants(&self, scenario: &str) -> bool {
        self.only.as_ref().is_none_or(|text| scenario.contains(text.as_str()))
    }
}

/// Reads the arguments. `cargo bench` adds `--bench`; `cargo test` does not.
pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options {
        seconds: 5.0,
        connections: 16,
        only: None,
        databases: vec![Database::Postgres, Database::Sqlite],
        binary: None,
        people: None,
        json: false,
    };
    let (mut bench, mut given) = (false, arguments);
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{argument} wants a value"));
        match argument.as_str() {
            "--bench" => bench = true,
            "--test" | "--list" => return Ok(Command::Nothing),
            "--baseline" => {
                let listen = value()?.parse().map_err(|e| format!("--baseline: {e}"))?;
                return Ok(Command::Baseline { listen, database: value()? });
            }
            "--seconds" => options.seconds = number(&argument, &value()?, 0.1, 600.0)?,
            "--connections" => options.connections = number(&argument, &value()?, 1.0, 256.0)? as usize,
            "--only" => options.only = Some(value()?),
            "--database" => {
                options.databases = match value()?.as_str() {
                    "sqlite" => vec![Database::Sqlite],
                    "postgres" => vec![Database::Postgres],
                    "both" => options.databases,
                    other => return Err(format!("--database may be sqlite, postgres or both, not {other}")),
                }
            }
            "--binary" => options.binary = Some(value()?),
            "--people" => options.people = Some(number(&argument, &value()?, 1000.0, 1e8)? as u64),
            "--json" => options.json = true,
            other => return Err(format!("unknown argument {other}")),
        }
    }
    Ok(if bench { Command::Run(options) } else { Command::Nothing })
}

fn number(name: &str, text: &str, least: f64, most: f64) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|e| format!("{name} {text}: {e}"))?;
    if (least..=most).contains(&number) { Ok(number) } else { Err(format!("{name} may be {least} to {most}")) }
}
