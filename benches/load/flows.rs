//! What the connections do.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::client::{Answer, post};
use crate::drive::Work;

/// Codes that wait to be redeemed.
pub type Codes = Rc<RefCell<Vec<String>>>;

/// The same few requests in turn; each must be answered with 200 and a body that holds `expected`.
pub struct Fixed {
    /// The requests.
    pub requests: Rc<Vec<Vec<u8>>>,
    /// Which is next.
    pub next: usize,
    /// What the body must hold.
    pub expected: &'static str,
    /// How many are left to be sent; no end when none.
    pub left: Option<usize>,
}

impl Work for Fixed {
    fn request(&mut self, out: &mut Vec<u8>) -> bool {
        if self.left == Some(0) {
            return false;
        }
        out.extend_from_slice(&self.requests[self.next % self.requests.len()]);
        self.next += 1;
        self.left = self.left.map(|left| left - 1);
        true
    }

    fn answer(&mut self, answer: &Answer<'_>) -> Result<bool, String> {
        if answer.status == 200 && answer.body.contains(self.expected) { Ok(true) } else { Err(unexpected(answer)) }
    }
}

/// Asks for codes as a browser does that is signed in, and keeps them.
pub struct Authorize {
    /// The request with the session's cookie.
    pub request: Vec<u8>,
    /// Where the codes go.
    pub codes: Codes,
}

impl Work for Authorize {
    fn request(&mut self, out: &mut Vec<u8>) -> bool {
        out.extend_from_slice(&self.request);
        true
    }

    fn answer(&mut self, answer: &Answer<'_>) -> Result<bool, String> {
        let code = answer.redirect_parameter("code").filter(|_| answer.status == 302);
        self.codes.borrow_mut().push(code.ok_or_else(|| unexpected(answer))?.to_owned());
        Ok(true)
    }
}

/// Redeems codes until there are none.
pub struct Redeem {
    /// The header lines that authenticate the client.
    pub headers: String,
    /// The body up to the code's value.
    pub before: String,
    /// Where the codes come from.
    pub codes: Codes,
    /// What the body of the answer must hold.
    pub expected: &'static str,
}

impl Work for Redeem {
    fn request(&mut self, out: &mut Vec<u8>) -> bool {
        let Some(code) = self.codes.borrow_mut().pop() else { return false };
        out.extend(post("/oauth/token", &self.headers, &format!("{}{code}", self.before)));
        true
    }

    fn answer(&mut self, answer: &Answer<'_>) -> Result<bool, String> {
        if answer.status == 200 && answer.body.contains(self.expected) { Ok(true) } else { Err(unexpected(answer)) }
    }
}

/// Asks for a code and redeems it: a unit is both.
pub struct Pair {
    /// The first half, with a list of codes of its own.
    pub authorize: Authorize,
    /// The second half, with the same list.
    pub redeem: Redeem,
    /// Whether a code waits.
    pub has_code: bool,
}

impl Work for Pair {
    fn request(&mut self, out: &mut Vec<u8>) -> bool {
        if self.has_code { self.redeem.request(out) } else { self.authorize.request(out) }
    }

    fn answer(&mut self, answer: &Answer<'_>) -> Result<bool, String> {
        self.has_code = !self.has_code;
        if self.has_code { self.authorize.answer(answer).map(|_| false) } else { self.redeem.answer(answer) }
    }
}

/// Owns a few chains of refresh tokens, and goes on with each in turn.
pub struct Refresh {
    /// The header lines that authenticate the client.
    pub headers: String,
    /// The tokens that work now, the next to be used first.
    pub tokens: VecDeque<String>,
}

impl Work for Refresh {
    fn request(&mut self, out: &mut Vec<u8>) -> bool {
        let Some(token) = self.tokens.pop_front() else { return false };
        let body = format!("grant_type=refresh_token&refresh_token={token}");
        out.extend(post("/oauth/token", &self.headers, &body));
        true
    }

    fn answer(&mut self, answer: &Answer<'_>) -> Result<bool, String> {
        let next = answer.text("\"refresh_token\":\"").filter(|_| answer.status == 200);
        self.tokens.push_back(next.ok_or_else(|| unexpected(answer))?.to_owned());
        Ok(true)
    }
}

/// Says what came instead.
pub fn unexpected(answer: &Answer<'_>) -> String {
    format!("an answer that was not expected: {}{}", answer.head, answer.body)
}
