//! Reading an answer within its bound, and refusing what only looks like one.

use std::io::Read;

use ureq::Body;
use ureq::http::{self, HeaderMap, header};

use super::fault;
use super::line::Line;
use crate::error::{Error, Result, status};
use crate::transport::{Response, too_large};

/// So much is set aside at once for a body that says it is larger.
const FIRST_BYTES: u64 = 64 * 1024;

pub(super) fn read(response: http::Response<Body>, bound: u64, line: &Line) -> Result<Response> {
    let (parts, body) = response.into_parts();
    let code = i32::from(parts.status.as_u16());
    plain(&parts.headers).map_err(|error| error.with_server(code, 0))?;
    let announced = body.content_length();
    if announced.is_some_and(|length| length > bound) {
        return Err(too_large(bound).with_server(code, 0));
    }
    let first = announced.unwrap_or(0).min(FIRST_BYTES);
    let mut bytes = Vec::with_capacity(usize::try_from(first).unwrap_or(0));
    // One byte more than allowed, so that a body of exactly the bound is read to its end.
    let read = body.into_reader().take(bound.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| fault::explain(ureq::Error::from(error)))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > bound {
        return Err(too_large(bound).with_server(code, 0));
    }
    if line.is_broken() {
        return Err(Error::new(status::NETWORK, "the connection was lost within the answer"));
    }
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(Response { status: parts.status.as_u16(), headers: headers.collect(), body: bytes })
}

/// Nothing encoded was asked for; a body that is encoded all the same would be taken for another.
fn plain(headers: &HeaderMap) -> Result<()> {
    let only = |name, word: &str| {
        headers
            .get_all(name)
            .iter()
            .all(|value| value.as_bytes().eq_ignore_ascii_case(word.as_bytes()))
    };
    if only(header::CONTENT_ENCODING, "identity") && only(header::TRANSFER_ENCODING, "chunked") {
        return Ok(());
    }
    Err(Error::new(status::BAD_RESPONSE, "the answer is encoded in a way nobody asked for"))
}
