//! Which proxies are believed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A range of IP addresses, such as `10.0.0.0/8`, or a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IpBlock {
    first: IpAddr,
    prefix: u8,
}

impl IpBlock {
    /// Whether the address is in the block. An IPv4 address written as IPv6
    /// (`::ffff:10.0.0.1`) is taken for the IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        mask(address.to_canonical(), self.prefix) == Some(self.first)
    }
}

/// The first address of the block of this length around `address`; `None` when
/// the address has fewer bits than that.
fn mask(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    let prefix = u32::from(prefix);
    match address {
        IpAddr::V4(v4) => {
            let host = 32_u32.checked_sub(prefix)?;
            let bits = u32::MAX.checked_shl(host).unwrap_or(0);
            Some(Ipv4Addr::from_bits(v4.to_bits() & bits).into())
        }
        IpAddr::V6(v6) => {
            let host = 128_u32.checked_sub(prefix)?;
            let bits = u128::MAX.checked_shl(host).unwrap_or(0);
            Some(Ipv6Addr::from_bits(v6.to_bits() & bits).into())
        }
    }
}

impl FromStr for IpBlock {
    type Err = String;

    /// The error says what is wrong, without repeating the text.
    fn from_str(text: &str) -> Result<Self, String> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr =
            address.parse().map_err(|_| "not an IP address or CIDR block such as 10.0.0.0/8".to_owned())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match length {
            None => most,
            Some(length) => {
                prefix_length(length, most).ok_or_else(|| format!("the length after the slash must be 0 to {most}"))?
            }
        };
        let canonical = address.to_canonical();
        let (address, prefix) = match (address, prefix.checked_sub(96)) {
            (IpAddr::V6(_), Some(rest)) if canonical.is_ipv4() => (canonical, rest),
            _ => (address, prefix),
        };
        match mask(address, prefix) {
            Some(first) if first == address => Ok(Self { first, prefix }),
            Some(first) => {
                Err(format!("address bits are set after the first {prefix}; did you mean {first}/{prefix}?"))
            }
            None => Err("the length after the slash is too large".to_owned()),
        }
    }
}

fn prefix_length(text: &str, most: u8) -> Option<u8> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let length = text.parse().ok()?;
    (digits && length <= most).then_some(length)
}

impl fmt::Display for IpBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpBlock>);

impl TrustedProxies {
    /// Whether this address is one of a trusted proxy.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|block| block.contains(address))
    }

    /// Whether no proxy is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The blocks as they were given.
    #[must_use]
    pub fn blocks(&self) -> &[IpBlock] {
        &self.0
    }
}

impl FromIterator<IpBlock> for TrustedProxies {
    fn from_iter<I: IntoIterator<Item = IpBlock>>(blocks: I) -> Self {
        Self(blocks.into_iter().collect())
    }
}

/// Whether a name or address is one of this machine only.
pub(super) fn is_loopback_host(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
