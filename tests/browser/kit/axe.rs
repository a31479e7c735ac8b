//! axe-core, which looks for what keeps people from using a page. It comes from npm, in the version and with the
//! checksum of package-lock.json, once into the folder of the build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use fantoccini::Locator;
use serde_json::json;

use super::{Page, driver};

const MANIFEST: &str = include_str!("../package.json");
const LOCK: &str = include_str!("../package-lock.json");
/// WCAG 2.2 AA, and what axe-core holds to be good besides.
const RULES: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// Its script, or `None` if it cannot be had, which has then been said.
///
/// # Panics
/// When the browser is required: this is part of it.
pub fn script() -> Option<&'static str> {
    static SHARED: OnceLock<Option<String>> = OnceLock::new();
    SHARED
        .get_or_init(|| match obtain() {
            Ok(script) => Some(script),
            Err(why) if driver::required() => panic!("GRANTOR_TEST_BROWSER=require, but axe-core is missing: {why}"),
            Err(why) => {
                driver::say(&format!("NOT LOOKED AT BY AXE-CORE: {why}"));
                None
            }
        })
        .as_deref()
}

fn obtain() -> Result<String, String> {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    let file = |folder: &Path| folder.join("node_modules/axe-core/axe.min.js");
    let read = |path: PathBuf| fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()));
    if fs::read_to_string(cache.join("package-lock.json")).is_ok_and(|there| there == LOCK)
        && let Ok(script) = read(file(&cache))
    {
        return Ok(script);
    }
    // Beside it first: another run may be reading.
    let new = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(|e| e.to_string())?;
    fs::write(new.path().join("package.json"), MANIFEST).map_err(|e| e.to_string())?;
    fs::write(new.path().join("package-lock.json"), LOCK).map_err(|e| e.to_string())?;
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(new.path());
    let output = npm.output().map_err(|e| format!("npm cannot be run: {e}"))?;
    if !output.status.success() {
        return Err(format!("npm ci: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let script = read(file(new.path()))?;
    let _ = fs::remove_dir_all(&cache);
    let _ = fs::rename(new.path(), &cache);
    Ok(script)
}

impl Page {
    /// What axe-core finds on this page as it stands; nothing without axe-core. The page must run scripts.
    pub async fn violations(&self) -> Vec<String> {
        let Some(script) = script() else { return Vec::new() };
        if self.ask("return typeof axe").await == "undefined" {
            self.ask(script).await;
        }
        let run = "const done = arguments[arguments.length - 1];
            axe.run({ runOnly: arguments[0], resultTypes: ['violations'] }).then(
                ({ violations }) => done(violations.map((rule) =>
                    `${rule.id} (${rule.impact}): ${rule.help}: ${rule.nodes.slice(0, 3).map((node) => node.html + ' ' + node.failureSummary).join(' | ')}`)),
                (error) => done(['axe-core failed: ' + error]));";
        let found = self.client.execute_async(run, vec![json!(RULES)]).await.expect("axe-core runs");
        let found = found.as_array().cloned().unwrap_or_default();
        found.iter().map(|rule| rule.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Whether the page holds an element; for a test that needs to know without waiting.
    pub async fn has(&self, selector: &str) -> bool {
        self.client.find(Locator::Css(selector)).await.is_ok()
    }
}
