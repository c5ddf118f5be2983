//! Whose request it is, by address: the peer's own, or what a trusted proxy says of its peer.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use super::App;

/// The one header that is believed. Of two headers a proxy sets one and hands the other on, as the
/// caller wrote it: therefore not `Forwarded` too.
pub(super) const FORWARDED: &str = "x-forwarded-for";

/// An address or a block of them: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network(IpNet);

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let one = text.parse().map(|address: IpAddr| IpNet::from(address.to_canonical()));
        let block = one.or_else(|_| text.parse::<IpNet>());
        let block = block.map_err(|_| "an address or a block such as 10.0.0.0/8 is expected")?;
        match block.prefix_len() {
            0 => Err("this block is everybody, and everybody's word is worth nothing"),
            _ => Ok(Self(block)),
        }
    }
}

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proxies(Arc<[Network]>);

impl Proxies {
    pub(crate) fn new(networks: &[Network]) -> Self {
        Self(networks.into())
    }

    pub(super) fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|Network(block)| block.contains(&address))
    }

    /// The address of the caller. Each proxy adds the address of its peer on the right; what stands
    /// left of the first address that is no proxy's was written by who knows whom.
    fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all(FORWARDED).iter().rev();
        let hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut caller = peer;
        for hop in hops {
            let said = if self.trust(caller) { address(hop.trim()) } else { None };
            let Some(said) = said else { break };
            caller = said;
        }
        caller
    }
}

/// `192.0.2.7`, `192.0.2.7:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = match hop.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => match hop.split_once(':') {
            Some((address, port)) if !port.contains(':') => address,
            _ => hop,
        },
    };
    bare.parse().ok().map(|address: IpAddr| address.to_canonical())
}

/// What is counted as one caller. Whoever has one IPv6 address has the 2^64 of its network.
pub(super) fn group(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64)).into(),
    }
}

/// The other end of the connection, which each of its requests carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// Who calls, by address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client {
    /// Of one caller, as [`group`] understands it.
    pub(super) address: IpAddr,
    /// A program on this machine that is not the proxy.
    pub(super) is_local: bool,
}

impl Client {
    pub(super) fn of(proxies: &Proxies, peer: IpAddr, headers: &HeaderMap) -> Self {
        let peer = peer.to_canonical();
        let is_local = peer.is_loopback() && !proxies.trust(peer);
        Self { address: group(proxies.caller(peer, headers)), is_local }
    }
}

impl FromRequestParts<Arc<App>> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        // Every connection says its peer; were one silent, all that are would count as one.
        let nobody = Peer(Ipv4Addr::UNSPECIFIED.into());
        let Peer(peer) = parts.extensions.get().copied().unwrap_or(nobody);
        Ok(Self::of(&app.proxies, peer, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(proxies: &[&str], peer: &str, lines: &[&[u8]]) -> String {
        let proxies: Vec<_> = proxies.iter().map(|text| text.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, line.to_vec().try_into().unwrap());
        }
        Client::of(&Proxies::new(&proxies), peer.parse().unwrap(), &headers).address.to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_of_its_own_peer() {
        let proxies = ["192.0.2.1", "10.0.0.0/8", "2001:db8::/32"];
        for (peer, lines, expected) in [
            ("192.0.2.2", &[&b"203.0.113.9"[..]][..], "192.0.2.2"),
            ("192.0.2.1", &[], "192.0.2.1"),
            ("192.0.2.1", &[b"203.0.113.9"], "203.0.113.9"),
            // What the caller wrote itself stands left of what the proxy added.
            ("192.0.2.1", &[b"198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("192.0.2.1", &[b"198.51.100.1", b"203.0.113.9"], "203.0.113.9"),
            ("192.0.2.1", &[b"127.0.0.1, 203.0.113.9,10.1.1.1"], "203.0.113.9"),
            ("10.9.9.9", &[b"10.1.1.1"], "10.1.1.1"),
            ("::ffff:10.9.9.9", &[b"203.0.113.9"], "203.0.113.9"),
            ("2001:db8::5", &[b"203.0.113.9:4711"], "203.0.113.9"),
            ("192.0.2.1", &[b"[2a00:1:2:3:4::5]:80"], "2a00:1:2:3::"),
            ("192.0.2.1", &[b"2a00:1:2:3:ffff::5"], "2a00:1:2:3::"),
            // What is no address counts for the proxy that handed it on.
            ("192.0.2.1", &[b"unknown"], "192.0.2.1"),
            ("192.0.2.1", &[b"203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
            ("192.0.2.1", &[b"203.0.113.9,"], "192.0.2.1"),
            ("192.0.2.1", &[b"203.0.113.9", b"\xff\xfe"], "192.0.2.1"),
            ("192.0.2.1", &[b"[", b"[::1"], "192.0.2.1"),
        ] {
            assert_eq!(caller(&proxies, peer, lines), expected, "{peer} {lines:?}");
        }
        assert_eq!(caller(&[], "127.0.0.1", &[b"203.0.113.9"]), "127.0.0.1");
    }

    #[test]
    fn a_block_that_trusts_everybody_is_refused() {
        for wrong in ["", "proxy.example", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0.1:80"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
