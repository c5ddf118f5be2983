//! The pictures of players: small PNGs that the stand-in draws, so that a game has one to load.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use super::{StandIn, answer};

/// Pixels of each side.
const SIDE: usize = 96;

/// Squares of each side of the pattern; the right half mirrors the left.
const GRID: usize = 6;

/// `GET /dev/avatars/<player>.png`
pub(super) async fn show(
    Extract(dev): Extract<Arc<StandIn>>,
    file: Result<Path<String>, PathRejection>,
) -> Response {
    let id = file.as_ref().ok().and_then(|Path(file)| file.strip_suffix(".png"));
    let known = id.filter(|id| dev.state().players.find(id).is_some());
    let Some(id) = known else {
        let body = serde_json::json!({ "error": "there is no such player" });
        return answer::plain_json(StatusCode::NOT_FOUND, &body);
    };
    ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")], draw(id)).into_response()
}

/// `GET /dev/icon.png`: what a browser shows beside a page's title.
pub(super) async fn icon() -> Response {
    ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")], draw("tdsauth")).into_response()
}

/// A pattern of two colours, the same for each player at each time.
fn draw(id: &str) -> Vec<u8> {
    let hash: [u8; 32] = Sha256::digest(id.as_bytes()).into();
    let [red, green, blue, squares @ ..] = hash;
    // Dark enough to stand out from the light ground.
    let ink = [red / 2 + 32, green / 2 + 32, blue / 2 + 32];
    let mut rows = Vec::with_capacity(SIDE * (SIDE + 1));
    for y in 0..SIDE {
        // Each row begins with its filter: none.
        rows.push(0);
        for x in 0..SIDE {
            let (column, row) = (x * GRID / SIDE, y * GRID / SIDE);
            let column = column.min(GRID - 1 - column);
            let square = squares.get(row * (GRID / 2) + column);
            rows.push(square.copied().unwrap_or_default() & 1);
        }
    }
    png(ink, &rows)
}

/// A PNG of a palette of two colours; `rows` are bytes of a filter and of pixels.
fn png(ink: [u8; 3], rows: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let side = u32::try_from(SIDE).unwrap_or_default().to_be_bytes();
    // Eight bits for each pixel, by palette, not interlaced.
    chunk(&mut file, b"IHDR", &[&side, &side, &[8, 3, 0, 0, 0]]);
    chunk(&mut file, b"PLTE", &[&[0xf2, 0xf4, 0xf7], &ink]);
    // One block that is stored and not compressed: all of it fits.
    let length = u16::try_from(rows.len()).unwrap_or_default();
    let block = [&[0x78, 0x01, 0x01][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
    chunk(&mut file, b"IDAT", &[&block, rows, &adler32(rows).to_be_bytes()]);
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], parts: &[&[u8]]) {
    let data = parts.concat();
    file.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    let checked = [&kind[..], &data].concat();
    file.extend(&checked);
    file.extend(crc32(&checked).to_be_bytes());
}

/// The checksum of a PNG's chunk.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}

/// The checksum of what is packed in it.
fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_the_published_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_is_whole_and_each_player_has_another() {
        let lin = draw("lin");
        assert!(lin.starts_with(b"\x89PNG\r\n\x1a\n") && lin.ends_with(b"IEND\xaeB`\x82"));
        // The length of a stored block has to fit its two bytes.
        const { assert!(SIDE * (SIDE + 1) < 0x1_0000) };
        assert!(lin.len() > SIDE * SIDE);
        assert_ne!(lin, draw("mei"));
        assert_eq!(lin, draw("lin"));
    }
}
