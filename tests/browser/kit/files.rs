//! Files: handed in by a form, and taken away.

use std::path::Path;

use serde_json::json;

use super::page::patiently;
use super::{Page, locate};

impl Page {
    /// Chooses a file for the field with a label.
    pub async fn attach(&self, label: &str, file: &Path) {
        let field = self.find(locate::field(None, label), label).await;
        field.send_keys(&file.display().to_string()).await.unwrap_or_else(|why| panic!("{label}: {why}"));
    }

    /// Presses a button that is answered with a file, and answers its name and what is in it. The page stays.
    pub async fn download(&self, name: &str) -> (String, String) {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let settings = json!({ "behavior": "allow", "downloadPath": folder.path() });
        self.devtools("Browser.setDownloadBehavior", settings).await;
        self.press_here(name).await;
        let there = || {
            let files = std::fs::read_dir(folder.path()).expect("the folder").filter_map(Result::ok);
            let mut whole = files.map(|file| file.path()).filter(|path| !is_partial(path));
            whole.next()
        };
        if !patiently(async || there().is_some()).await {
            panic!("{name} brings no file: {}", self.described().await);
        }
        let file = there().expect("it was there");
        let text = std::fs::read_to_string(&file).expect("a text");
        (file.file_name().unwrap_or_default().to_string_lossy().into_owned(), text)
    }

    /// The address of the first picture of a selector, which it has loaded.
    pub async fn picture_at(&self, selector: &str) -> String {
        let script = format!(
            "const picture = document.querySelector('{selector}');
             return picture && picture.complete && picture.naturalWidth > 0 ? picture.getAttribute('src') : ''"
        );
        assert!(patiently(async || self.ask(&script).await != "").await, "no picture: {}", self.described().await);
        self.ask(&script).await.as_str().unwrap_or_default().to_owned()
    }
}

/// Whether the browser still writes it.
fn is_partial(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".crdownload") || name.starts_with('.')
}
