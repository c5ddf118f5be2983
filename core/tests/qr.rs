//! QR codes, read back by a decoder that shares no code with the encoder.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use tdsauth_core::error::status;
use tdsauth_core::qr::{Code, MAX_TEXT, encode};

/// Error correction M in a code's format information (ISO/IEC 18004, table 25).
const M: u16 = 0b00;

fn is_dark(code: &Code, x: usize, y: usize) -> bool {
    code.modules[y * code.side as usize + x] == 1
}

fn decode(code: &Code) -> (rqrr::MetaData, String) {
    let grid = rqrr::SimpleGrid::from_func(code.side as usize, |x, y| is_dark(code, x, y));
    rqrr::Grid::new(grid).decode().unwrap()
}

/// Draws the code with its border, three pixels to a module, and looks for it in the picture.
fn find(code: &Code) -> String {
    const SCALE: usize = 3;
    const BORDER: usize = 4;
    let side = code.side as usize;
    let width = (side + 2 * BORDER) * SCALE;
    let pixel = |x: usize, y: usize| {
        let module = |at: usize| (at / SCALE).checked_sub(BORDER).filter(|at| *at < side);
        match (module(x), module(y)) {
            (Some(x), Some(y)) if is_dark(code, x, y) => 0,
            _ => 255,
        }
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, width, pixel);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

fn round_trip(text: &str) -> rqrr::MetaData {
    let code = encode(text).unwrap();
    assert_eq!(code.modules.len(), (code.side * code.side) as usize);
    assert!(code.modules.iter().all(|module| *module <= 1));
    let (meta, read) = decode(&code);
    assert_eq!(read, text);
    assert_eq!(code.side as usize, 17 + 4 * meta.version.0);
    meta
}

#[test]
fn what_taptap_gives_is_read_back() {
    for text in [
        "https://accounts.taptap.cn/device?qrcode=1&user_code=AB12C",
        "https://accounts.taptap.io/device?qrcode=1&user_code=zzzzz&x=%E4%B8%AD",
        "http://192.168.1.20:8080/0123456789abcdef/device?qrcode=1&user_code=QK7DM",
        "HTTPS://T.CN/A1",
        "0123456789",
        "a",
        "中文 é \u{1f600}",
    ] {
        round_trip(text);
        assert_eq!(find(&encode(text).unwrap()), text);
    }
}

#[test]
fn the_level_is_m_even_where_a_better_one_would_fit() {
    // One letter would fit at H as well.
    for text in ["a", "https://accounts.taptap.cn/device?qrcode=1&user_code=AB12C"] {
        assert_eq!(round_trip(text).ecc_level, M, "{text}");
    }
}

#[test]
fn every_size_up_to_the_largest() {
    let mut versions = std::collections::BTreeSet::new();
    for len in (1..MAX_TEXT).step_by(20).chain([MAX_TEXT]) {
        let text: String = ('a'..='z').cycle().take(len).collect();
        versions.insert(round_trip(&text).version.0);
    }
    assert_eq!(versions, (1..=40).collect());
}

#[test]
fn too_long_and_empty_are_refused() {
    for text in [String::new(), "a".repeat(MAX_TEXT + 1), "a".repeat(1_000_000)] {
        assert_eq!(encode(&text).unwrap_err().status, status::INVALID_ARGUMENT);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_back(text in "\\PC{1,300}") {
        round_trip(&text);
    }

    #[test]
    fn any_address_is_read_back(text in "https://[a-z]{1,20}\\.example/[!-~]{0,400}") {
        round_trip(&text);
    }
}
