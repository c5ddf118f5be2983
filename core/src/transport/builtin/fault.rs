//! What went wrong on the way, in the library's words. No message repeats what was sent or heard.

use std::io;

use rustls::CertificateError;
use ureq::Timeout;

use crate::error::{Error, flag, status};

/// The error of an exchange.
pub(super) fn explain(error: ureq::Error) -> Error {
    match error {
        ureq::Error::Other(inner) => match inner.downcast::<Error>() {
            Ok(ours) => *ours,
            Err(_) => Error::new(status::NETWORK, "the request failed"),
        },
        ureq::Error::Timeout(phase) => Error::new(status::TIMED_OUT, late(phase)),
        ureq::Error::HostNotFound => {
            Error::new(status::DNS, "the server's name could not be resolved")
        }
        ureq::Error::Io(error) => lost(&error),
        ureq::Error::LargeResponseHeader(..) => {
            Error::new(status::RESPONSE_TOO_LARGE, "the answer's header is larger than 64 KiB")
        }
        ureq::Error::Protocol(_) | ureq::Error::BodyStalled => {
            Error::new(status::BAD_RESPONSE, "the answer is not valid HTTP")
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            Error::argument("the request holds what HTTP cannot carry")
        }
        _ => Error::new(status::NETWORK, "the request failed"),
    }
}

fn late(phase: Timeout) -> &'static str {
    match phase {
        Timeout::Resolve => "the server's name was not resolved in time",
        Timeout::Connect => "no connection could be made in time",
        _ => "the answer did not arrive in time",
    }
}

fn lost(error: &io::Error) -> Error {
    if let Some(error) = rustls_error(error) {
        return Error::new(status::TLS, reason(error));
    }
    Error::new(status::NETWORK, format!("the connection was lost: {}", error.kind()))
}

/// An error of the TCP connection or of the proxy's CONNECT, told apart from later ones.
pub(super) fn while_connecting(error: ureq::Error) -> ureq::Error {
    let message = match &error {
        ureq::Error::Io(error) => format!("no connection could be made: {}", error.kind()),
        ureq::Error::ConnectProxyFailed(_) => "the proxy made no connection".to_owned(),
        ureq::Error::Protocol(_) => "the proxy does not speak HTTP".to_owned(),
        ureq::Error::ConnectionFailed => "no connection could be made".to_owned(),
        _ => return error,
    };
    ours(Error::new(status::CONNECT, message))
}

/// An error of rustls before or after the handshake.
pub(super) fn tls(error: &rustls::Error) -> ureq::Error {
    ours(refused(error))
}

/// An error of the handshake: of TLS itself, or of the connection below.
pub(super) fn in_handshake(error: io::Error) -> ureq::Error {
    match rustls_error(&error) {
        Some(error) => tls(error),
        // Unwraps a time-out of the connection below.
        None => ureq::Error::from(error),
    }
}

fn ours(error: Error) -> ureq::Error {
    ureq::Error::Other(Box::new(error))
}

fn rustls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

fn refused(error: &rustls::Error) -> Error {
    let mut refused = Error::new(status::TLS, reason(error));
    use CertificateError::{NotValidYet, NotValidYetContext};
    // Nobody serves a certificate of tomorrow: it is the clock here.
    if let rustls::Error::InvalidCertificate(NotValidYet | NotValidYetContext { .. }) = error {
        refused.flags |= flag::NEEDS_PLAYER;
    }
    refused
}

fn reason(error: &rustls::Error) -> &'static str {
    use CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::UnknownIssuer => "the server's certificate is of an issuer that is not trusted",
            Bad::Expired | Bad::ExpiredContext { .. } => {
                "the server's certificate has expired, or this machine's clock is wrong"
            }
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                "the server's certificate is not valid yet: this machine's clock is wrong"
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                "the server's certificate is for another name"
            }
            Bad::Revoked => "the server's certificate was revoked",
            Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => {
                "the server's certificate is not one for servers"
            }
            _ => "the server's certificate cannot be trusted",
        },
        rustls::Error::AlertReceived(_) => "the server refused the secure connection",
        rustls::Error::InvalidMessage(_) => "the server does not speak TLS",
        rustls::Error::PeerIncompatible(_) => "the server speaks no version of TLS known here",
        _ => "the secure connection failed",
    }
}
