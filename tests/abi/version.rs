//! Versions: the macros of the header and the functions of the library agree.

use crate::common::api::{self, FUNCTIONS, api};

fn macro_value(name: &str) -> u32 {
    let header = include_str!("../../include/tdsauth.h");
    let line = header.lines().find_map(|line| line.strip_prefix(&format!("#define {name} ")));
    line.expect(name).parse().expect("a number")
}

#[test]
fn the_macros_agree_with_the_function() {
    let version = api().tdsauth_abi_version();
    assert_eq!(version >> 16, macro_value("TDSAUTH_ABI_MAJOR"));
    assert_eq!(version & 0xffff, macro_value("TDSAUTH_ABI_MINOR"));
}

#[test]
fn the_version_is_the_packages() {
    let version = api::text(|buf, cap, needed| api().tdsauth_version(buf, cap, needed));
    assert_eq!(version.as_deref(), Ok(env!("CARGO_PKG_VERSION")));
}

/// What the sweep and the other tests call is the whole header.
#[test]
fn the_tests_know_every_function_of_the_header() {
    let header = include_str!("../../include/tdsauth.h");
    let code = header.lines().filter(|line| !line.trim_start().starts_with(['*', '/', '#']));
    let code: String = code.collect::<Vec<_>>().join("\n");
    let mut declared: Vec<&str> = code
        .match_indices('(')
        .filter_map(|(at, _)| code[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next())
        .filter(|name| name.starts_with("tdsauth_"))
        .collect();
    let mut known: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
    declared.sort_unstable();
    known.sort_unstable();
    assert_eq!(declared, known);
}
