//! What one caller has for himself of the addresses there are.

use std::net::{IpAddr, Ipv6Addr};

/// An IPv4 address, or an IPv6 network of 64 bits, of whose addresses its holder may take another for each attempt
/// (RFC 6177 section 2). What is no address stays as it is.
pub fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).to_string(),
        _ => address.to_owned(),
    }
}
