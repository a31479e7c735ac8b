//! The chromedriver of this run of the tests, if there are one and a Chromium.
//!
//! | variable | meaning |
//! | --- | --- |
//! | `GRANTOR_TEST_BROWSER=require` | no Chromium, no chromedriver or no axe-core is a failure, not a skip |
//! | `GRANTOR_TEST_BROWSER=off` | do not use a browser |
//! | `GRANTOR_TEST_CHROMIUM`, `GRANTOR_TEST_CHROMEDRIVER` | the programs, when they are not on the path |

use std::env;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A chromedriver that runs. It ends with the process, however that ends: the shell around it waits for the end of a
/// pipe of which this process holds the other side. (Rust runs no destructors of statics.)
pub struct Driver {
    /// Its address.
    pub url: String,
    /// The browser that it is to start.
    pub browser: PathBuf,
    /// Keeps the pipe.
    _shell: Child,
}

/// The process's driver, or `None` when there is no browser or it is switched off, which has then been said.
///
/// # Panics
/// When one is required and there is none.
pub fn driver() -> Option<&'static Driver> {
    static SHARED: OnceLock<Option<Driver>> = OnceLock::new();
    SHARED
        .get_or_init(|| match env::var("GRANTOR_TEST_BROWSER").as_deref() {
            Ok("off") => {
                say("NOT TESTED IN A BROWSER: GRANTOR_TEST_BROWSER=off");
                None
            }
            _ => match start() {
                Ok(driver) => Some(driver),
                Err(why) if required() => panic!("GRANTOR_TEST_BROWSER=require, but {why}"),
                Err(why) => {
                    say(&format!("NOT TESTED IN A BROWSER: {why}"));
                    None
                }
            },
        })
        .as_ref()
}

/// Whether what is missing is a failure.
pub fn required() -> bool {
    match env::var("GRANTOR_TEST_BROWSER").as_deref() {
        Ok("require") => true,
        Err(env::VarError::NotPresent) | Ok("" | "off") => false,
        other => panic!("GRANTOR_TEST_BROWSER is {other:?}; it may be unset, `require` or `off`"),
    }
}

/// Says it past the test harness's capture, which only takes what `eprintln!` prints.
pub fn say(what: &str) {
    let bar = "!".repeat(78);
    let _ = writeln!(io::stderr(), "\n{bar}\n{what}\n{bar}");
}

fn start() -> Result<Driver, String> {
    let browser = program("GRANTOR_TEST_CHROMIUM", &BROWSERS)?;
    let driver = program("GRANTOR_TEST_CHROMEDRIVER", &["chromedriver"])?;
    let mut command = Command::new("sh");
    command.args(["-c", include_str!("driver.sh"), "sh"]).arg(&driver);
    // A group of its own: away from the terminal's Ctrl-C, and so that all of it can be ended at once.
    command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut shell = command.spawn().map_err(|e| format!("cannot run a shell: {e}"))?;
    let mut output = BufReader::new(shell.stdout.take().ok_or("the shell has no output")?);
    let mut said = String::new();
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).map_err(|e| e.to_string())? == 0 {
            return Err(format!("{} does not start: {said}", driver.display()));
        }
        if let Some((_, port)) = line.trim_end().trim_end_matches('.').split_once("successfully on port ") {
            // What it says later must go somewhere, or it would wait for a reader.
            let url = format!("http://127.0.0.1:{port}");
            std::thread::spawn(move || io::copy(&mut output, &mut io::sink()));
            return Ok(Driver { url, browser, _shell: shell });
        }
        said.push_str(&line);
    }
}

fn program(variable: &str, names: &[&str]) -> Result<PathBuf, String> {
    if let Some(chosen) = env::var_os(variable).filter(|chosen| !chosen.is_empty()) {
        return Ok(chosen.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let found = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|p| p.is_file());
    found.ok_or_else(|| format!("there is no {} on the path (install it, or set {variable})", names.join(" or ")))
}
