//! What every handler knows of its request.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use actix_web::HttpMessage as _;
use actix_web::http::header;
use actix_web::{HttpRequest, web};

use crate::account::login::Origin;
use crate::app::App;
use crate::config::TrustedProxies;
use crate::core::trace::RequestId;

/// The longest `User-Agent` that is kept.
const MAX_USER_AGENT: usize = 255;

/// The server that this request came to.
#[expect(clippy::expect_used, reason = "routes::configure always sets it")]
pub fn app(req: &HttpRequest) -> Arc<App> {
    Arc::clone(req.app_data::<web::Data<Arc<App>>>().expect("the app is part of every service"))
}

/// The identifier of this request.
pub fn request_id(req: &HttpRequest) -> RequestId {
    req.extensions().get::<RequestId>().copied().unwrap_or_else(RequestId::next)
}

/// A header as text.
pub fn header_text(req: &HttpRequest, name: impl header::AsHeaderName) -> Option<&str> {
    req.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The identifier in the path; none for what can be none.
pub fn path_id(req: &HttpRequest) -> Option<String> {
    let id = req.match_info().get("id")?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let valid = (1..=100).contains(&id.len()) && id.bytes().all(fits);
    valid.then(|| id.to_owned())
}

/// Where the request came from and with what.
pub fn origin(app: &App, req: &HttpRequest) -> Origin {
    let agent = header_text(req, header::USER_AGENT);
    let agent = agent.map(|text| text.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect());
    let address = address(&app.config.server.trusted_proxies, req);
    Origin { address: address.map_or_else(|| "unknown".to_owned(), |ip| ip.to_string()), user_agent: agent }
}

/// The address of the caller: the last one in `X-Forwarded-For` that is not a trusted proxy, if the
/// request came from one.
pub(super) fn address(trusted: &TrustedProxies, req: &HttpRequest) -> Option<IpAddr> {
    let peer = req.peer_addr()?.ip().to_canonical();
    let mut address = peer;
    if !trusted.is_empty() && trusted.contains(peer) {
        // Read as bytes: what a caller writes before it must not make what the proxy adds unreadable.
        let values = req.headers().get_all("x-forwarded-for");
        let hops: Vec<&[u8]> = values.flat_map(|value| value.as_bytes().split(|b| *b == b',')).collect();
        for hop in hops.into_iter().rev() {
            let Some(ip) = std::str::from_utf8(hop).ok().and_then(parse_hop) else { break };
            address = ip.to_canonical();
            if !trusted.contains(address) {
                break;
            }
        }
    }
    Some(address)
}

/// An address, which some proxies write with the port that the caller came from.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// Whether the caller wants a page rather than JSON.
pub fn wants_html(req: &HttpRequest) -> bool {
    header_text(req, header::ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}
