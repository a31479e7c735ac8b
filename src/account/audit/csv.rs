//! Events as comma-separated values that no spreadsheet takes for formulas.

use crate::core::audit::Recorded;
use crate::core::time::rfc3339;

/// The first line.
pub(super) const HEADINGS: &str =
    "id,created_at,actor_kind,actor_id,act,object_kind,object_id,outcome,ip_address,request_id,details\r\n";

/// One event in a line.
pub(super) fn line(event: &Recorded) -> String {
    let (kind, id) = event.object.clone().unwrap_or_default();
    let cells = [
        event.id.clone(),
        rfc3339(event.created_at),
        event.actor.kind().to_owned(),
        event.actor.id(),
        event.act.clone(),
        kind,
        id,
        event.outcome.clone(),
        event.ip_address.clone().unwrap_or_default(),
        event.request_id.clone().unwrap_or_default(),
        serde_json::Value::from(event.details.clone()).to_string(),
    ];
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// In quotes (RFC 4180 section 2). A cell that a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    format!("\"{}{}\"", if is_formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        assert_eq!(cell("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(cell(formula), format!("\"'{formula}\""));
        }
        assert_eq!(cell(""), "\"\"");
    }
}
