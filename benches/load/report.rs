//! The table.

use serde::Serialize;

use crate::drive::Measured;
use crate::options::Options;

/// One line.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    /// What was done.
    pub scenario: String,
    /// On which database.
    pub database: &'static str,
    /// Units a second.
    pub rate: Option<f64>,
    /// The median time in milliseconds.
    pub p50_ms: Option<f64>,
    /// The time of the slowest in a hundred, in milliseconds.
    pub p99_ms: Option<f64>,
    /// CPU microseconds a unit, of the server.
    pub server_cpu_us: Option<f64>,
    /// CPU microseconds a unit, of the database's own processes.
    pub database_cpu_us: Option<f64>,
    /// What the target speaks of.
    pub value: Option<String>,
    /// The target.
    pub target: Option<String>,
    /// Whether it was met.
    pub ok: Option<bool>,
}

impl Line {
    /// A line of what was measured.
    pub fn of(scenario: &str, database: &'static str, measured: &Measured) -> Self {
        Self {
            scenario: scenario.to_owned(),
            database,
            rate: Some(measured.rate()),
            p50_ms: Some(measured.millis(0.5)),
            p99_ms: Some(measured.millis(0.99)),
            server_cpu_us: Some(measured.cpu[0]),
            database_cpu_us: Some(measured.cpu[1]),
            ..Self::default()
        }
    }

    /// A line of one figure.
    pub fn figure(scenario: &str, database: &'static str, value: String) -> Self {
        Self { scenario: scenario.to_owned(), database, value: Some(value), ..Self::default() }
    }

    /// With a value.
    pub fn valued(mut self, value: String) -> Self {
        self.value = Some(value);
        self
    }

    /// With a target, and whether the value meets it.
    pub fn judged(mut self, target: String, ok: bool) -> Self {
        (self.target, self.ok) = (Some(target), Some(ok));
        self
    }
}

/// All lines.
#[derive(Debug)]
pub struct Report {
    head: String,
    lines: Vec<Line>,
}

impl Report {
    /// An empty one.
    pub fn new(options: &Options) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let head = format!(
            "{} connections, {} s a scenario, {cores} cores shared by server, database and load",
            options.connections, options.seconds
        );
        Self { head, lines: Vec::new() }
    }

    /// Adds a line, and says that it is there: a run takes minutes.
    pub fn add(&mut self, line: Line) {
        eprintln!("{}", row(&line).trim_end());
        self.lines.push(line);
    }

    /// Prints all of it.
    pub fn print(&self, json: bool) {
        if json {
            println!("{}", serde_json::to_string_pretty(&self.lines).expect("JSON"));
            return;
        }
        println!("\n{}\n", self.head);
        println!(
            "{:<30} {:<8} {:>8} {:>8} {:>8} {:>8} {:>8}  {:<17} {:<24} ok",
            "scenario", "database", "per s", "p50 ms", "p99 ms", "srv µs", "db µs", "value", "target"
        );
        for line in &self.lines {
            println!("{}", row(line).trim_end());
        }
    }
}

fn row(line: &Line) -> String {
    let number =
        |value: Option<f64>, digits: usize| value.map_or_else(String::new, |value| format!("{value:.digits$}"));
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    format!(
        "{:<30} {:<8} {:>8} {:>8} {:>8} {:>8} {:>8}  {:<17} {:<24} {}",
        line.scenario,
        line.database,
        number(line.rate, 0),
        number(line.p50_ms, 2),
        number(line.p99_ms, 2),
        number(line.server_cpu_us, 1),
        number(line.database_cpu_us, 1),
        text(&line.value),
        text(&line.target),
        match line.ok {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        }
    )
}
