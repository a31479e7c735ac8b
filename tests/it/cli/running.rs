//! Runs the binary, and servers of it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use grantor::app::{App, Surroundings};
use grantor::config::{Config, Sources};

use crate::support::database::Database;

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The document it printed.
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.code, 0, "{self:?}");
        assert_eq!(self.err, "");
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("no JSON ({e}): {self:?}"))
    }

    /// Its text, after success.
    pub fn text(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.out
    }

    /// What it complained of, after failure.
    pub fn complaint(&self) -> &str {
        assert_eq!((self.code, self.out.as_str()), (1, ""), "{self:?}");
        assert!(self.err.lines().all(|line| line.starts_with("grantor: ")), "{self:?}");
        &self.err
    }
}

/// The program, without any setting.
pub fn bare(db: &Database) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_grantor"));
    command.env_clear().current_dir(db.data_dir());
    command
}

/// The program on a test's database.
pub fn program(db: &Database) -> Command {
    let mut command = bare(db);
    command
        .env("GRANTOR_DATABASE__URL", db.url())
        .env("GRANTOR_SERVER__DATA_DIR", db.data_dir())
        .env("GRANTOR_SERVER__LISTEN", "127.0.0.1:0")
        .env("GRANTOR_PASSWORDS__BCRYPT_COST", "4")
        .env("GRANTOR_CACHE__STALENESS", "0s");
    command
}

/// Runs a command to its end.
pub fn finish(mut command: Command, stdin: &str) -> Said {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A command that reads nothing may have ended before.
    let _ = child.stdin.take().expect("its input").write_all(stdin.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    Said {
        code: output.status.code().expect("an exit code"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Runs a command that reads `stdin`.
pub fn fed(db: &Database, arguments: &[&str], stdin: &str) -> Said {
    let mut command = program(db);
    command.args(arguments);
    finish(command, stdin)
}

/// Runs a command.
pub fn run(db: &Database, arguments: &[&str]) -> Said {
    fed(db, arguments, "")
}

/// Runs a command for its JSON.
pub fn json(db: &Database, arguments: &[&str]) -> serde_json::Value {
    let mut command = program(db);
    command.args(arguments).arg("--json");
    finish(command, "").json()
}

/// The app of the library on the same data: for what no command does.
pub fn app(db: &Database, surroundings: Surroundings) -> Arc<App> {
    let sources = Sources::default()
        .with_flag("database.url", db.url(), "--database-url")
        .with_flag("server.data_dir", &db.data_dir().display().to_string(), "--data-dir")
        .with_flag("passwords.bcrypt_cost", "4", "--cost");
    App::open(Config::load(sources).expect("the test's settings"), surroundings).expect("the app opens")
}

/// A server in a process of its own; killed with the test, unless it was stopped.
pub struct Serving {
    /// What it printed until it was ready.
    pub welcome: String,
    child: Child,
    log: PathBuf,
    rest: Receiver<String>,
}

impl Serving {
    /// Starts one and waits until it is ready.
    pub fn start(db: &Database, arguments: &[&str]) -> Self {
        let mut command = program(db);
        command.args(arguments);
        Self::of(db, command)
    }

    /// As [`Serving::start`], of a command.
    pub fn of(db: &Database, mut command: Command) -> Self {
        let log = db.data_dir().join(format!("{}.log", fs::read_dir(db.data_dir()).expect("files").count()));
        let stderr = File::create(&log).expect("a log file");
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).spawn().expect("the program starts");
        let stdout = BufReader::new(child.stdout.take().expect("its output"));
        let (tell, rest) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let mut serving = Self { welcome: String::new(), child, log, rest };
        loop {
            match serving.rest.recv_timeout(Duration::from_secs(30)) {
                Ok(line) => serving.welcome.push_str(&format!("{line}\n")),
                Err(why) => panic!("{why}: {}{}", serving.welcome, serving.log()),
            }
            if serving.welcome.contains("Ctrl-C") || serving.welcome.starts_with('{') {
                return serving;
            }
        }
    }

    /// Its address, without a trailing slash.
    pub fn url(&self) -> &str {
        let start = self.welcome.find("http://127.0.0.1:").expect("an address");
        let text = &self.welcome[start..];
        &text[..text.find(char::is_whitespace).expect("a line end")]
    }

    /// The set-up link it printed.
    pub fn setup_link(&self) -> Option<&str> {
        self.welcome.lines().map(str::trim).find(|line| line.contains("/setup?token="))
    }

    /// The identifier of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log")
    }

    /// Sends a signal and waits for the end: its exit code.
    pub fn stop(&mut self, signal: &str) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &pid]).status().expect("kill runs");
        assert!(sent.success());
        for _ in 0..600 {
            if let Some(status) = self.child.try_wait().expect("its status") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not stop: {}", self.log());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
