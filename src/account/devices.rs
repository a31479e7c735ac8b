//! Where people sign in from: they are told of a place that is new.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::letters;
use super::login::Origin;
use crate::app::{App, Cx};
use crate::core::ids::UserId;
use crate::core::secret::Hashed;
use crate::core::user::User;
use crate::store::{self, known_devices};

/// Notes where a person signs in from, in the transaction that holds their row. They are told by mail if it is new,
/// unless it is the first one.
///
/// # Errors
/// As the database says.
pub(super) fn note(cx: &mut Cx<'_>, user: &User, origin: &Origin) -> store::Result<()> {
    let device = device(cx.app, user.id, origin);
    if known_devices::touch(cx.conn, user.id, &device, cx.now)? {
        return Ok(());
    }
    let is_first = known_devices::count_of(cx.conn, user.id)? == 0;
    known_devices::insert(cx.conn, user.id, &device, cx.now)?;
    if is_first || !cx.app.config.sessions.new_sign_in_mail {
        return Ok(());
    }
    log::info!("event=login.new_device user={}", user.id);
    letters::new_sign_in(cx, user, origin)
}

/// Notes where a person registered from.
///
/// # Errors
/// As the database says.
pub(super) fn note_first(cx: &mut Cx<'_>, user: UserId, origin: &Origin) -> store::Result<()> {
    let device = device(cx.app, user, origin);
    known_devices::insert(cx.conn, user, &device, cx.now)
}

/// A browser in a network, as one person's: nobody learns from the hashes whether two people share a device.
fn device(app: &App, user: UserId, origin: &Origin) -> Hashed {
    let browser = without_versions(origin.user_agent.as_deref().unwrap_or_default());
    app.secrets.hash(&format!("device\n{user}\n{}\n{browser}", network(&origin.address)))
}

/// What a browser calls itself: an update makes it no new one.
fn without_versions(agent: &str) -> String {
    agent.chars().filter(|letter| !letter.is_ascii_digit() && *letter != '.').collect()
}

/// The part of an address that stays when a provider hands out another: /24 of IPv4, /48 of IPv6.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(v4)) => Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << 8)).to_string(),
        Ok(IpAddr::V6(v6)) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80)).to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{network, without_versions};

    #[test]
    fn a_network_is_coarser_than_an_address() {
        for (address, expected) in
            [("192.0.2.77", "192.0.2.0"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"), ("unknown", "unknown")]
        {
            assert_eq!(network(address), expected);
        }
    }

    #[test]
    fn an_update_makes_no_new_browser() {
        assert_eq!(without_versions("Mozilla/5.0 Firefox/140.0"), without_versions("Mozilla/5.0 Firefox/141.0.2"));
        assert_ne!(without_versions("Mozilla/5.0 Firefox/140.0"), without_versions("Mozilla/5.0 Chrome/140.0"));
    }
}
