//! `--dev-lan`: the development server for other devices of the network, such as a real phone.
//!
//! The names under which it is reached cannot be known, so what protects it is a secret in front
//! of every path. Whoever does not know it finds nothing.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use subtle::ConstantTimeEq as _;
use tdsauth_core::error::Error;
use tdsauth_core::nonce::hex_128;
use tdsauth_core::secret::Secret;

/// The first part of every path.
#[derive(Debug, Clone)]
pub(crate) struct Lan {
    token: Secret,
    /// `http://192.168.1.5:8080/<token>`
    url: Secret,
}

impl Lan {
    /// A secret of 128 bits for a server that listens on `address`.
    pub(crate) fn new(address: SocketAddr) -> Result<Self, Error> {
        let token = hex_128()?;
        let url = format!("http://{}/{}", reachable(address), token.expose());
        Ok(Self { token, url: Secret::new(url) })
    }

    /// `/<token>`
    pub(crate) fn prefix(&self) -> String {
        // For addresses in answers to those who know it already.
        format!("/{}", self.token.expose())
    }

    /// The address to open on a phone. For the ready line and for who knows it already.
    pub(crate) fn url(&self) -> &str {
        self.url.expose()
    }

    /// The address behind the secret, if that is what it begins with.
    pub(crate) fn behind(&self, uri: &Uri) -> Option<Uri> {
        let target = uri.path_and_query()?.as_str();
        let rest = target.strip_prefix('/')?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (first, rest) = rest.split_at(end);
        if !bool::from(first.as_bytes().ct_eq(self.token.expose().as_bytes())) {
            return None;
        }
        let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(rest).ok()?);
        Uri::from_parts(parts).ok()
    }
}

/// An address of this machine under which others find what listens on `address`.
fn reachable(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    SocketAddr::new(own_address().unwrap_or(Ipv4Addr::LOCALHOST.into()), address.port())
}

/// The address with which this machine would speak to the world. Nothing is sent for it.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // RFC 5737: an address that is nobody's.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified()).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_opens() {
        let lan = Lan::new("192.168.1.5:80".parse().unwrap()).unwrap();
        let (prefix, token) = (lan.prefix(), lan.token.expose().to_owned());
        assert_eq!(lan.url(), format!("http://192.168.1.5:80/{token}"));
        assert_eq!(token.len(), 32);
        let behind = |path: &str| lan.behind(&path.parse().unwrap()).map(|uri| uri.to_string());
        for (path, rest) in [
            (format!("{prefix}/a/b?c=%2F"), "/a/b?c=%2F"),
            (prefix.clone(), "/"),
            (format!("{prefix}?a=b"), "/?a=b"),
            (format!("{prefix}//a"), "//a"),
            (format!("http://x{prefix}/a"), "http://x/a"),
        ] {
            assert_eq!(behind(&path).as_deref(), Some(rest), "{path}");
        }
        let (half, _) = prefix.split_at(20);
        for path in ["/", "/a", half, &format!("{prefix}x/"), &format!("/{prefix}"), "*"] {
            assert_eq!(behind(path), None, "{path}");
        }
    }

    #[test]
    fn an_address_of_all_becomes_one_that_others_can_use() {
        for all in ["0.0.0.0:80", "[::]:80"] {
            let one = reachable(all.parse().unwrap());
            assert!(!one.ip().is_unspecified() && one.port() == 80, "{one}");
        }
        let one: SocketAddr = "10.1.2.3:4".parse().unwrap();
        assert_eq!(reachable(one), one);
    }
}
