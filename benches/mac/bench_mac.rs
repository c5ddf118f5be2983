//! The Rust side of the MAC figures, loaded by `benches/peers/mac_openssl.c`: the limit (nothing
//! but SHA-1 compressions) and the library's own signing with a kept key.

use std::sync::OnceLock;

use tdsauth_core::mac::{Algorithm, Input, MacKey, write_header};
use tdsauth_core::nonce::Nonce;

static KEY: OnceLock<MacKey> = OnceLock::new();

/// Compresses `count` blocks, at most 16, in one go, as a hash of one long text would.
#[unsafe(no_mangle)]
pub extern "C" fn bench_compress(count: usize) -> u32 {
    let blocks = std::hint::black_box([[0x5a_u8; 64]; 16]);
    let mut state = std::hint::black_box([1, 2, 3, 4, 5]);
    sha1::block_api::compress(&mut state, blocks.get(..count).unwrap_or_default());
    let [first, ..] = std::hint::black_box(state);
    first
}

/// Keeps `key` for [`bench_mac_kept`]; 0 when it can be used.
///
/// # Safety
/// `key` and `len` are a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bench_mac_keep(key: *const u8, len: usize) -> i32 {
    // SAFETY: by this function's promise.
    let bytes = unsafe { std::slice::from_raw_parts(key, len) };
    let key = MacKey::new(Algorithm::HmacSha1, bytes);
    key.map_or(-1, |key| if KEY.set(key).is_ok() { 0 } else { -1 })
}

/// Makes a header with a fresh nonce and the kept key; gives its length, 0 on failure.
///
/// # Safety
/// `key_id`, `url` are texts of the lengths given, `out` is writable for `cap` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bench_mac_kept(
    key_id: *const u8,
    key_id_len: usize,
    url: *const u8,
    url_len: usize,
    ts: u64,
    out: *mut u8,
    cap: usize,
) -> usize {
    // SAFETY: by this function's promise.
    let (key_id, url, out) = unsafe {
        (
            std::slice::from_raw_parts(key_id, key_id_len),
            std::slice::from_raw_parts(url, url_len),
            std::slice::from_raw_parts_mut(out, cap),
        )
    };
    let (Some(key), Ok(nonce)) = (KEY.get(), Nonce::fresh()) else { return 0 };
    let (method, nonce, ext) = (&b"GET"[..], nonce.as_bytes(), &b""[..]);
    write_header(key, &Input { key_id, method, url, ts, nonce, ext }, out).unwrap_or(0)
}
