//! The documents name what is recorded and why things are refused.

use std::fs;
use std::path::Path;

use grantor::core::audit::Act;
use grantor::core::failure::Reason;

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).expect("a document")
}

#[test]
fn every_act_and_every_reason_is_documented() {
    let (log, reasons) = (document("audit.md"), document("troubleshooting.md"));
    for act in Act::ALL {
        assert!(log.contains(&format!("| `{}` |", act.as_str())), "{act:?} is missing in audit.md");
    }
    for reason in Reason::ALL {
        assert!(reasons.contains(&format!("| `{}` |", reason.as_str())), "{reason:?} is missing in troubleshooting.md");
    }
}
