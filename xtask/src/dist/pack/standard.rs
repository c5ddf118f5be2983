//! The standard library is compiled together with what ships, out of sources of its own, whose
//! crates no Cargo.lock of this repository names: the notices have to.

use std::time::Duration;

use super::linked::edges;
use super::notices::EXTRAS;
use crate::dist::target::TARGETS;
use crate::process;

const SOURCES: &str = "/usr/lib/rustlib/src/rust/library/sysroot";
const LIMIT: Duration = Duration::from_secs(300);

/// Whether the notices name every crate that the standard library is made of, on any target.
pub(in crate::dist) fn named() -> Result<(), String> {
    let mut cargo = process::program("/usr/bin/cargo");
    cargo.current_dir(SOURCES).env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
    cargo.args(["tree", "--locked", "--package", "std", "--edges", "normal,no-proc-macro"]);
    cargo.args(["--prefix", "depth", "--format", "|{p}|"]);
    let slices = TARGETS.iter().flat_map(|target| target.slices);
    cargo.args(slices.flat_map(|slice| ["--target", slice.triple]));
    let crates = edges(&process::output(&mut cargo, LIMIT)?)?;
    match crates.keys().map(|(name, _)| name).find(|name| !is_named(name)) {
        Some(name) => Err(format!("{name} is part of the standard library: licences/ lacks it")),
        None => Ok(()),
    }
}

/// As a word of one of the texts. Those for the workspace are empty.
fn is_named(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut words = EXTRAS.iter().flat_map(|extra| extra.text.split(|c: char| !is_part(c)));
    name.starts_with("rustc-std-workspace-") || words.any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::is_named;

    #[test]
    fn a_crate_is_named_by_a_whole_word() {
        assert!(is_named("hashbrown") && is_named("compiler_builtins") && is_named("cfg-if"));
        assert!(!is_named("hash") && !is_named("gimli") && !is_named("cfg"));
    }
}
