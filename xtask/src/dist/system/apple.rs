//! What macOS and iOS have in common: a system library to link against, made of the names that
//! zig's package lists, for Apple's SDK comes with Xcode alone.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::write;
use crate::dist::slice::{Setting, underscores};
use crate::dist::target::Slice;
use crate::dist::tools::Tools;

/// The linker, for all of them.
pub(super) const LINKER: &str = "ld64.lld-19";

/// Where a slice runs, in the words of Apple's tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Platform {
    /// For linker and text stubs.
    pub(crate) name: &'static str,
    /// The oldest system that it runs on.
    pub(crate) oldest: &'static str,
    /// The variable that tells compilers so.
    variable: &'static str,
}

pub(super) const MACOS: Platform =
    Platform { name: "macos", oldest: "11.0", variable: "MACOSX_DEPLOYMENT_TARGET" };
const IOS: Platform =
    Platform { name: "ios", oldest: "13.0", variable: "IPHONEOS_DEPLOYMENT_TARGET" };
const SIMULATOR: Platform = Platform { name: "ios-simulator", ..IOS };

/// That of a slice.
pub(crate) fn platform(slice: &Slice) -> Platform {
    match slice.triple {
        "aarch64-apple-ios" => IOS,
        "aarch64-apple-ios-sim" | "x86_64-apple-ios" => SIMULATOR,
        _ => MACOS,
    }
}

/// Its processor, as Apple calls it.
pub(crate) fn arch(slice: &Slice) -> &'static str {
    if slice.triple.starts_with("aarch64") { "arm64" } else { "x86_64" }
}

/// C is compiled by clang with zig's headers.
pub(super) fn setting(tools: &Tools, slice: &Slice) -> Result<Setting, String> {
    let platform = platform(slice);
    let name = underscores(slice.triple);
    let headers = tools.zig_lib("libc/include/any-darwin-any");
    Ok(Setting {
        environment: vec![
            ("SDKROOT".into(), sdk(tools, platform)?.into()),
            (platform.variable.into(), platform.oldest.into()),
            (format!("CC_{name}"), OsString::from("clang-19")),
            (format!("AR_{name}"), OsString::from("llvm-ar-19")),
        ],
        c_flags: vec![String::from("-isystem"), headers.display().to_string()],
        ..Setting::plain()
    })
}

/// The folder that stands in for the SDK of a platform.
pub(crate) fn sdk(tools: &Tools, platform: Platform) -> Result<PathBuf, String> {
    let sdk = tools.made(&format!("sdk-{}", platform.name))?;
    let folder = sdk.join("usr/lib");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let listed = tools.zig_lib("libc/darwin/libSystem.tbd");
    let text =
        fs::read_to_string(&listed).map_err(|error| format!("{}: {error}", listed.display()))?;
    let stub = stub(platform, &symbols(&text));
    // rustc asks for some of it by its older names.
    for name in ["System", "c", "m", "iconv", "objc"] {
        replace(&folder.join(format!("lib{name}.tbd")), &stub)?;
    }
    Ok(sdk)
}

/// Only when it differs: another build may be reading it.
fn replace(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|is| is == text) {
        return Ok(());
    }
    write(path, text)
}

/// A text stub that the linker reads: zig's names targets that this one does not know yet.
fn stub(platform: Platform, symbols: &BTreeSet<&str>) -> String {
    let targets = format!("[ x86_64-{0}, arm64-{0} ]", platform.name);
    let symbols = symbols.iter().copied().collect::<Vec<_>>().join(", ");
    format!(
        "--- !tapi-tbd\ntbd-version: 4\ntargets: {targets}\n\
         install-name: '/usr/lib/libSystem.B.dylib'\ncurrent-version: 1359\n\
         exports:\n  - targets: {targets}\n    symbols: [ {symbols} ]\n...\n"
    )
}

/// All that a text stub lists, of whatever kind and library inside it.
fn symbols(text: &str) -> BTreeSet<&str> {
    let mut all = BTreeSet::new();
    for (key, _) in text.match_indices("symbols:") {
        let list = text.get(key..).and_then(|rest| rest.split_once('[')?.1.split_once(']'));
        let names = list.into_iter().flat_map(|(names, _)| names.split(','));
        all.extend(names.map(str::trim).filter(|name| !name.is_empty()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str = "--- !tapi-tbd\nexports:\n  - targets: [ arm64-macos ]\n    \
        symbols:         [ _a, _b$VARIANT,\n                       _c ]\n    \
        weak-symbols:    [ _d ]\n--- !tapi-tbd\n    thread-local-symbols: [ _e ]\n";

    #[test]
    fn every_symbol_of_a_stub_is_found_and_none_but_these() {
        let found = symbols(LISTED);
        assert_eq!(found, BTreeSet::from(["_a", "_b$VARIANT", "_c", "_d", "_e"]));
        let made = stub(SIMULATOR, &found);
        assert!(made.contains("targets: [ x86_64-ios-simulator, arm64-ios-simulator ]"), "{made}");
        assert_eq!(symbols(&made), found);
    }
}
