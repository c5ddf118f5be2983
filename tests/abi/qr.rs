//! QR codes: what is drawn is read back by a decoder that shares no code with the library.

use crate::common::api::{self, Error, Plain, api};

/// Side and squares, by the two calls that a game makes.
fn encode(text: &str) -> Result<(usize, Vec<u8>), Error> {
    let (mut needed, mut side, mut error) = (7, 7, Error::init());
    let mut call = |modules: &mut [u8]| {
        let status = api().tdsauth_qr_encode(
            text.as_ptr().cast(),
            text.len(),
            if modules.is_empty() { std::ptr::null_mut() } else { modules.as_mut_ptr() },
            modules.len(),
            &raw mut needed,
            &raw mut side,
            &raw mut error,
        );
        (status, needed, side as usize, error)
    };
    let (asked, needed, side, error) = call(&mut []);
    if asked != api::BUFFER_TOO_SMALL {
        assert_eq!((asked, needed, side), (error.status, 0, 0));
        return Err(error);
    }
    assert_eq!(needed, side * side);
    let mut small = vec![0x7f; needed - 1];
    assert_eq!(call(&mut small).0, api::BUFFER_TOO_SMALL);
    assert!(small.iter().all(|square| *square == 0x7f), "all of them or none");
    let mut modules = vec![0x7f; needed + 3];
    let (status, wrote, rows, error) = call(&mut modules);
    assert_eq!((status, wrote, rows, error.status), (api::OK, needed, side, api::OK));
    assert_eq!(modules.split_off(needed), [0x7f; 3], "and no more");
    Ok((side, modules))
}

/// The text of a code, and how large and how strong it is: version, error correction.
fn read(side: usize, modules: &[u8]) -> (String, usize, u16) {
    assert!(modules.iter().all(|square| *square <= 1));
    let grid = rqrr::SimpleGrid::from_func(side, |x, y| modules[y * side + x] == 1);
    let (meta, text) = rqrr::Grid::new(grid).decode().expect("it can be read");
    (text, meta.version.0, meta.ecc_level)
}

#[test]
fn what_is_drawn_is_what_was_said() {
    // ISO/IEC 18004, table 25: 00 is M.
    const M: u16 = 0;
    for text in [
        "https://accounts.taptap.cn/device?qrcode=1&user_code=ab1C9",
        "a",
        "心动 😀",
        &"x".repeat(2331),
    ] {
        let (side, modules) = encode(text).expect("a code");
        let (said, version, strength) = read(side, &modules);
        assert_eq!((said.as_str(), strength), (text, M));
        assert_eq!(side, 17 + 4 * version);
    }
    let (side, modules) = encode(&"x".repeat(2331)).expect("the largest");
    assert_eq!((side, modules.len()), (177, 31329), "as the header says");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    for text in ["", &"x".repeat(2332), &"x".repeat(5000)] {
        let error = encode(text).expect_err("refused");
        assert_eq!(error.status, api::INVALID_ARGUMENT, "{} bytes", text.len());
    }
    assert_eq!(encode("a\0b").expect_err("refused").status, api::INVALID_UTF8);
}
