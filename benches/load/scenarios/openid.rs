//! What an app costs that wants to know who signed in, beside one that does not.

use super::{Bench, Least, WARM_UP, mean};
use crate::client::get;
use crate::drive::{Measured, Work, drive};
use crate::flows::Codes;
use crate::report::Line;
use crate::requests::{Asked, OPENID, PLAIN, ask, authorize, fixed, pair, redeem};

/// What an id_token may add to an exchange: a signature with ES256, in microseconds of the server.
const SIGNATURE: f64 = 30.0;

impl Bench<'_> {
    /// Exchanges with an id_token, with plain ones before and after.
    pub(super) async fn id_token(&mut self) -> Result<(), String> {
        let name = "code redemption with id_token";
        if !self.options.wants(name) {
            return Ok(());
        }
        let seconds = self.options.seconds;
        let before = self.redemption(&PLAIN, seconds / 2.0).await?;
        let measured = self.redemption(&OPENID, seconds).await?;
        let plain = [before, self.redemption(&PLAIN, seconds / 2.0).await?];
        let more = measured.cpu[0] - mean(&plain, |plain| plain.cpu[0]);
        let line = Line::of(name, self.database(), &measured).valued(format!("{more:.1} us more than plain"));
        self.report.add(line.judged(format!("<= {SIGNATURE:.0} us more"), more <= SIGNATURE));
        Ok(())
    }

    /// Takes codes for so many seconds, and measures how they are redeemed.
    async fn redemption(&self, asked: &Asked, seconds: f64) -> Result<Measured, String> {
        let (keys, codes) = (&self.prepared.jwt, Codes::default());
        let cookies = || self.prepared.cookies.iter().take(self.options.connections);
        let taken = cookies().map(|cookie| Box::new(authorize(keys, cookie, asked, &codes)) as Box<dyn Work>);
        drive(&self.server, taken.collect(), WARM_UP, seconds).await?;
        let works = cookies().map(|_| Box::new(redeem(keys, asked, &codes)) as Box<dyn Work>);
        drive(&self.server, works.collect(), 0.0, seconds).await
    }

    /// Userinfo, with tokens of different people.
    pub(super) async fn userinfo(&mut self) -> Result<(), String> {
        for name in ["userinfo opaque", "userinfo jwt"] {
            if !self.options.wants(name) {
                continue;
            }
            let keys = if name.ends_with("jwt") { &self.prepared.jwt } else { &self.prepared.opaque };
            let mut requests = Vec::new();
            for cookie in &self.prepared.cookies {
                let token = ask(&self.server, pair(keys, cookie, &OPENID), "\"access_token\":\"").await?;
                requests.push(get("/oauth/userinfo", &format!("authorization: Bearer {token}\r\n")));
            }
            let works = fixed(self.options.connections, requests, "\"sub\":");
            self.against(name, works, Least::Select, 1.6).await?;
        }
        Ok(())
    }
}
