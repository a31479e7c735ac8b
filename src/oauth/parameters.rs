//! The parameters of a protocol request: each once, none too long.

use super::error::{Code, Refusal};
use crate::core::failure::Reason;

/// The longest `id_token_hint`, in bytes.
const HINT_BYTES: usize = 16 * 1024;

/// Checked parameters. An empty value counts as missing (RFC 6749 section 3.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Checks that no parameter comes twice and none is longer than `max_bytes` (RFC 6749 section 3.1).
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn check(pairs: Vec<(String, String)>, max_bytes: usize) -> Result<Self, Refusal> {
        for (at, (name, value)) in pairs.iter().enumerate() {
            if pairs.iter().skip(at + 1).any(|(other, _)| other == name) {
                return Err(repeated(name));
            }
            // It holds claims, which the client did not choose the length of.
            let max_bytes = if name == "id_token_hint" { max_bytes.max(HINT_BYTES) } else { max_bytes };
            if value.len() > max_bytes || name.len() > max_bytes {
                let name: String = name.chars().take(40).collect();
                let refusal = Refusal::new(Code::InvalidRequest, format!("{name} is longer than {max_bytes} bytes"));
                return Err(refusal.because(Reason::ParameterMalformed).with("name", name));
            }
            if value.contains('\0') {
                let refusal = Refusal::new(Code::InvalidRequest, format!("{name} holds a null character"));
                return Err(refusal.because(Reason::ParameterMalformed).with("name", name.as_str()));
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request`, naming it.
    pub fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| {
            let refusal = Refusal::new(Code::InvalidRequest, format!("{name} is missing"));
            refusal.because(Reason::ParameterMissing).with("name", name)
        })
    }

    /// All of them, in order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// The refusal of a parameter that came twice, or that is not a text.
pub fn repeated(name: &str) -> Refusal {
    let name: String = name.chars().take(40).collect();
    let refusal = Refusal::new(Code::InvalidRequest, format!("{name} must be one text, given once"));
    refusal.because(Reason::ParameterRepeated).with("name", name)
}
