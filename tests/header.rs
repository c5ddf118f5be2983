//! The committed header is the one that the sources make.

/// Guards against a header that was edited by hand, or not made again after a change of `src/`.
#[test]
fn committed_header_is_what_the_sources_make() {
    let made = include_str!(env!("TDSAUTH_GENERATED_HEADER"));
    let committed = include_str!("../include/tdsauth.h");
    let line = made.lines().zip(committed.lines()).position(|(a, b)| a != b);
    assert!(made == committed, "run `cargo xtask header`; first different line: {line:?}");
}
