//! Sends what the outbox holds. Several nodes, and several threads of each, may do so at once.
//!
//! A message is claimed by one conditional UPDATE, so that nobody else sends it, for longer than sending can take;
//! then it is sent; then it is marked. Who dies in between leaves it claimed: it is sent again when the claim is over,
//! and a mail has the same `Message-ID` then.
//!
//! A relying party is sent one message at a time, and is left alone for a while when it did not answer: whoever is slow,
//! or hangs on purpose, costs one thread at the most, and hears later than all others. Who says no is asked on: that costs
//! little, and may be of one message alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::Duration;

use super::{logout, post};
use crate::app::App;
use crate::backchannel::{self, Poster};
use crate::config::{self, Security};
use crate::core::delivery::{Channel, Undelivered};
use crate::core::time::{Time, delta, rfc3339};
use crate::mail::{self, Smtp};
use crate::sms::{self, Gateway};
use crate::store;
use crate::store::messages::{self, Message};

/// How often it is looked whether something is due.
const POLL: Duration = Duration::from_secs(1);
/// How many messages are looked at together.
const BATCH: i64 = 20;
/// What a claim lasts longer than sending can: time to look up names, and to mark what was sent.
const SLACK: Duration = Duration::from_secs(60);
/// For how long a relying party that did not answer is sent no other message.
const REST: Duration = Duration::from_secs(60);
/// The time from an attempt that failed to the next; the last one from then on.
const BACK_OFF: [Duration; 5] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(3 * 60 * 60),
];

/// Why messages cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Mails.
    #[error(transparent)]
    Mail(#[from] mail::SetupError),
    /// Text messages.
    #[error(transparent)]
    Sms(#[from] sms::SetupError),
    /// Logout tokens.
    #[error(transparent)]
    Logout(#[from] backchannel::SetupError),
    /// The threads.
    #[error("no thread can be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// Sends messages, by the ways that the settings name.
#[derive(Debug)]
pub struct Courier {
    app: Arc<App>,
    smtp: Option<Smtp>,
    gateway: Option<Gateway>,
    poster: Poster,
}

/// A message that this courier has until `until`.
struct Claimed {
    message: Message,
    until: Time,
}

impl Courier {
    /// Makes ready; connects to nothing yet.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(app: &Arc<App>) -> Result<Self, SetupError> {
        let settings = &app.config;
        Ok(Self {
            app: Arc::clone(app),
            smtp: settings.mail.smtp.as_ref().map(|smtp| open_smtp(smtp, settings.mail.pool_size)).transpose()?,
            gateway: settings.sms.gateway.as_ref().map(open_gateway).transpose()?,
            poster: Poster::new(posting(settings)),
        })
    }

    /// Sends what is due on a channel, until `go_on` says no; how many messages it took on.
    ///
    /// # Errors
    /// As the database says.
    pub fn deliver(&self, channel: Channel, go_on: impl Fn() -> bool) -> store::Result<usize> {
        let due = match channel {
            Channel::Mail | Channel::Sms => messages::due,
            Channel::Backchannel => messages::due_by_recipient,
        };
        let due = self.app.read(|cx| due(cx.conn, channel, cx.now, BATCH))?;
        let mut taken = 0;
        for message in due {
            if !go_on() {
                break;
            }
            if let Some(claimed) = self.claim(channel, message)? {
                taken += 1;
                self.attempt(channel, &claimed)?;
            }
        }
        Ok(taken)
    }

    fn claim(&self, channel: Channel, message: Message) -> store::Result<Option<Claimed>> {
        let longest = match channel {
            Channel::Mail => self.smtp.as_ref().map(Smtp::longest),
            Channel::Sms => self.gateway.as_ref().map(Gateway::longest),
            Channel::Backchannel => Some(self.poster.longest()),
        };
        let Some(longest) = longest else { return Ok(None) };
        self.app.write_one(move |cx| {
            let until = cx.now + delta(longest + SLACK);
            let claimed = messages::claim(cx.conn, &message, until)?;
            let message = Message { attempts: message.attempts + 1, ..message };
            Ok(claimed.then_some(Claimed { message, until }))
        })
    }

    fn attempt(&self, channel: Channel, claimed: &Claimed) -> store::Result<()> {
        let Claimed { message, .. } = claimed;
        let outcome = match self.is_over(channel, message, self.app.now()) {
            Some(why) => Err(Undelivered::Never(why.to_owned())),
            None => self.send(channel, message),
        };
        let known = format!("id={} kind={} attempts={}", message.id, message.kind, message.attempts);
        let event = channel.as_str();
        match outcome {
            Ok(()) => {
                log::info!("event={event} outcome=sent {known}");
                self.mark_sent(message)
            }
            Err(Undelivered::Never(cause)) => {
                log::warn!("event={event} outcome=given_up {known} cause={cause:?}");
                self.give_up(claimed, None)
            }
            Err(Undelivered::Later(cause)) => self.try_again(channel, claimed, &cause, None),
            Err(Undelivered::Silent(cause)) => {
                self.try_again(channel, claimed, &cause, Some(self.app.now() + delta(REST)))
            }
        }
    }

    /// Keeps a message for another time, unless that is too late; its recipient is left alone until `rest`.
    fn try_again(&self, channel: Channel, claimed: &Claimed, cause: &str, rest: Option<Time>) -> store::Result<()> {
        let (message, event) = (&claimed.message, channel.as_str());
        let known = format!("id={} kind={} attempts={}", message.id, message.kind, message.attempts);
        let next = self.app.now() + delta(back_off(message.attempts));
        if let Some(why) = self.is_over(channel, message, next) {
            log::warn!("event={event} outcome=given_up {known} cause={cause:?} why={why:?}");
            return self.give_up(claimed, rest);
        }
        log::warn!("event={event} outcome=retry {known} next={} cause={cause:?}", rfc3339(next));
        self.postpone(claimed, next, rest)
    }

    /// Why a message is not worth sending at `at`, if it is not.
    fn is_over(&self, channel: Channel, message: &Message, at: Time) -> Option<&'static str> {
        let settings = &self.app.config;
        let longest = match channel {
            Channel::Mail => settings.mail.give_up_after,
            Channel::Sms => settings.sms.give_up_after,
            Channel::Backchannel => settings.logout.give_up_after,
        };
        if at >= message.expires_at {
            Some("what it carries has expired")
        } else if at > message.created_at + delta(longest) {
            Some("it was tried for long enough")
        } else {
            None
        }
    }

    fn send(&self, channel: Channel, message: &Message) -> Result<(), Undelivered> {
        let content = post::open(&self.app, message).map_err(|error| Undelivered::Never(error.to_string()))?;
        match (channel, &self.smtp, &self.gateway) {
            (Channel::Mail, Some(smtp), _) => smtp.send(&mail::Envelope {
                id: &message.id,
                to: &message.recipient,
                subject: &message.subject,
                text: &content.text,
                html: content.html.as_deref(),
                date: message.created_at,
            }),
            (Channel::Sms, _, Some(gateway)) => gateway.send(&message.recipient, &content.text),
            (Channel::Backchannel, ..) => {
                let client = message.recipient.as_str().into();
                logout::send(&self.app, &self.poster, &client, &content.text)
            }
            _ => Err(Undelivered::later("nothing sends messages of this channel")),
        }
    }

    fn mark_sent(&self, message: &Message) -> store::Result<()> {
        let (id, body) = (message.id.clone(), post::emptied(&self.app)?);
        self.app.write_one(move |cx| messages::sent(cx.conn, &id, &body, cx.now))
    }

    fn give_up(&self, claimed: &Claimed, rest: Option<Time>) -> store::Result<()> {
        let (id, until, body) = (claimed.message.id.clone(), claimed.until, post::emptied(&self.app)?);
        self.app.write_one(move |cx| messages::give_up(cx.conn, &id, until, &body, rest))
    }

    fn postpone(&self, claimed: &Claimed, next: Time, rest: Option<Time>) -> store::Result<()> {
        let (id, until) = (claimed.message.id.clone(), claimed.until);
        self.app.write_one(move |cx| messages::postpone(cx.conn, &id, until, next, rest))
    }
}

fn back_off(attempts: i64) -> Duration {
    let [.., last] = BACK_OFF;
    let failed_before = usize::try_from(attempts - 1).unwrap_or(0);
    BACK_OFF.get(failed_before).copied().unwrap_or(last)
}

/// Why messages could not be sent with these settings on this machine, found without connecting to anything.
#[must_use]
pub fn problems(config: &config::Config) -> Vec<SetupError> {
    let smtp = config.mail.smtp.as_ref().and_then(|smtp| open_smtp(smtp, config.mail.pool_size).err());
    let gateway = config.sms.gateway.as_ref().and_then(|gateway| open_gateway(gateway).err());
    let logout = backchannel::problem(posting(config));
    let [smtp, gateway] = [smtp.map(SetupError::from), gateway.map(SetupError::from)];
    [smtp, gateway, logout.map(SetupError::from)].into_iter().flatten().collect()
}

fn posting(config: &config::Config) -> backchannel::Settings {
    backchannel::Settings {
        timeout: config.logout.timeout,
        private_addresses: config.logout.private_addresses,
        plain_http: !config.is_https(),
    }
}

fn open_smtp(settings: &config::Smtp, pool_size: usize) -> Result<Smtp, mail::SetupError> {
    Smtp::new(&mail::Settings {
        host: &settings.host,
        port: settings.port,
        protection: match settings.security {
            Security::StartTls => mail::Protection::StartTls,
            Security::Tls => mail::Protection::Tls,
            Security::None => mail::Protection::None,
        },
        credentials: settings.credentials.as_ref().map(|(name, password)| (name.as_str(), password.expose())),
        from_name: settings.from.name.as_deref(),
        from_address: &settings.from.address,
        timeout: settings.timeout,
        pool_size,
    })
}

fn open_gateway(settings: &config::Gateway) -> Result<Gateway, sms::SetupError> {
    Gateway::new(&sms::Settings {
        url: &settings.url,
        method: settings.method,
        headers: &settings.headers,
        format: match settings.format {
            config::Format::Json => sms::Format::Json,
            config::Format::Form => sms::Format::Form,
        },
        body: &settings.body,
        secret: settings.secret.expose(),
        timeout: settings.timeout,
    })
}

/// Threads that send what is due, until this is dropped. That waits for messages on their way, but not longer than a
/// server may take to stop.
#[derive(Debug)]
pub struct Couriers {
    stop: Vec<Sender<()>>,
    ended: Receiver<()>,
    patience: Duration,
}

impl Couriers {
    /// Starts as many as the settings ask for: none for a channel by which nothing is sent.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn start(app: &Arc<App>) -> Result<Self, SetupError> {
        let courier = Arc::new(Courier::new(app)?);
        // No reason to keep the server down: perhaps no app wants to hear of logouts.
        if let Some(problem) = backchannel::problem(posting(&app.config)) {
            log::warn!("event=backchannel outcome=blind cause={:?}", problem.to_string());
        }
        let (end, ended) = channel();
        let mut stop = Vec::new();
        let mail = std::iter::repeat_n(Channel::Mail, app.config.mail.threads());
        let sms = std::iter::repeat_n(Channel::Sms, app.config.sms.threads());
        let logout = std::iter::repeat_n(Channel::Backchannel, app.config.logout.pool_size);
        for way in mail.chain(sms).chain(logout) {
            let (stop_one, stopped) = channel();
            let (courier, end) = (Arc::clone(&courier), end.clone());
            std::thread::Builder::new().name(format!("grantor-{}", way.as_str())).spawn(move || {
                run(&courier, way, &stopped);
                drop(end);
            })?;
            stop.push(stop_one);
        }
        Ok(Self { stop, ended, patience: app.config.server.shutdown_timeout })
    }
}

impl Drop for Couriers {
    fn drop(&mut self) {
        self.stop.clear();
        // Nothing is ever sent: it ends when the last thread has dropped its end.
        if self.ended.recv_timeout(self.patience) == Err(RecvTimeoutError::Timeout) {
            log::warn!("event=courier outcome=left_behind");
        }
    }
}

fn run(courier: &Courier, channel: Channel, stopped: &Receiver<()>) {
    let go_on = || stopped.try_recv() == Err(TryRecvError::Empty);
    loop {
        let taken = survive(channel, || courier.deliver(channel, go_on));
        let wait = if taken > 0 { Duration::ZERO } else { POLL };
        if stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

/// How many messages a round took on: none if it failed, in whichever way. A message that makes it panic stays claimed
/// until it is tried again, and stops no other.
fn survive(channel: Channel, round: impl FnOnce() -> store::Result<usize>) -> usize {
    match catch_unwind(AssertUnwindSafe(round)) {
        Ok(Ok(taken)) => taken,
        Ok(Err(error)) => {
            log::warn!("event={} outcome=failed error={:?}", channel.as_str(), error.to_string());
            0
        }
        Err(_) => {
            log::error!("event={} outcome=panic", channel.as_str());
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_that_panics_is_one_that_took_nothing() {
        assert_eq!(survive(Channel::Mail, || panic!("on purpose")), 0);
        assert_eq!(survive(Channel::Sms, || Ok(2)), 2);
    }
}
