//! Pictures of every page.

use std::path::PathBuf;

use super::{Stage, Who, all};
use crate::kit::look::{DESK, PHONE};
use crate::kit::{self, Chrome};
use crate::support::database::Database;

/// Takes a picture of every page on a phone and a desk, in light and dark, into a folder.
async fn shoot(chrome: Chrome, folder: PathBuf) {
    std::fs::create_dir_all(&folder).expect("the folder");
    let only = std::env::var("GRANTOR_SCREENSHOTS_ONLY").unwrap_or_default();
    for who in [Who::Nobody, Who::Person, Who::Admin] {
        let db = Database::sqlite();
        let stage = Stage::set(chrome, &db, who).await;
        let page = chrome.open(&stage.server).await.knows(&stage.server.url);
        for entry in all().iter().filter(|entry| entry.who == who && entry.name.contains(&only)) {
            stage.dress(&page, who).await;
            entry.reach(&stage, &page).await;
            for (size, device) in [(PHONE, "phone"), (DESK, "desk")] {
                page.resize(size).await;
                for (dark, scheme) in [(false, "light"), (true, "dark")] {
                    page.dark(dark).await;
                    let file = folder.join(format!("{}-{device}-{scheme}.png", entry.name));
                    std::fs::write(&file, page.picture().await).expect("a file");
                }
            }
        }
        page.close().await;
    }
    println!("pictures in {}", folder.display());
}

#[test]
#[ignore = "writes files: see docs/browser-tests.md"]
fn screenshots() {
    let folder = std::env::var_os("GRANTOR_SCREENSHOTS")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screenshots"), PathBuf::from);
    kit::run(true, |chrome| shoot(chrome, folder));
}
