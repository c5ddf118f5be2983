//! Writes `tdsauth.h` (into `OUT_DIR`, where `tests/header.rs` compares it with the committed one)
//! and gives the shared library its name and its place in memory.

use std::path::{Path, PathBuf};

#[path = "build/header.rs"]
#[allow(dead_code, reason = "the header for game servers is made by its own package")]
mod header;

fn main() -> Result<(), String> {
    let package = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    for watched in ["build", "src", "cbindgen.toml"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let text = header::tdsauth(&package)?;
    let path = Path::new(&variable("OUT_DIR")?).join("tdsauth.h");
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("cargo::rustc-env=TDSAUTH_GENERATED_HEADER={}", path.display());
    link(&variable("CARGO_CFG_TARGET_OS")?);
    Ok(())
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}"))
}

/// Without a soname consumers would record the path of the file they linked against. `nodelete`:
/// a worker thread may run when the host unloads us, so the code must stay mapped.
fn link(os: &str) {
    let arguments: &[&str] = match os {
        // As the linker itself takes it, and clang too, which may stand before it.
        "macos" | "ios" => &["-install_name", "@rpath/libtdsauth.dylib"],
        "windows" => &[],
        // An app holds files named lib*.so alone, and the loader finds them by just that name.
        "android" => &["-Wl,-soname,libtdsauth.so", "-Wl,-z,nodelete"],
        // The ABI's major number, TDSAUTH_ABI_MAJOR: src/library.rs asserts that it is 0.
        _ => &["-Wl,-soname,libtdsauth.so.0", "-Wl,-z,nodelete"],
    };
    for argument in arguments {
        println!("cargo::rustc-cdylib-link-arg={argument}");
    }
}
