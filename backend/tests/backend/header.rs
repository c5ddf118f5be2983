//! `tdsauth_backend.h`: what the code gives, C99, and the same set of functions as the library.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::library::{Failure, Header, MacInput, TapInput, TapTapInput, backend};

const HEADER: &str = include_str!("../../include/tdsauth_backend.h");

#[test]
fn committed_header_is_what_the_sources_make() {
    let made = include_str!(env!("TDSAUTH_BACKEND_GENERATED_HEADER"));
    let line = made.lines().zip(HEADER.lines()).position(|(a, b)| a != b);
    assert!(made == HEADER, "run `cargo xtask header`; first different line: {line:?}");
}

fn compile(compiler: &str, flags: &[&str], source: &str, extension: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("main.{extension}"));
    std::fs::write(&file, source).unwrap();
    let output = Command::new(compiler)
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"])
        .args(flags)
        .arg("-I")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("include"))
        .arg(&file)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{compiler} {flags:?}: {errors}");
}

#[test]
fn the_header_compiles_alone_and_lays_its_structs_out_as_the_library_does() {
    let mut source = "#include \"tdsauth_backend.h\"\n".to_owned();
    for (name, size) in [
        ("tdsauth_backend_error", size_of::<Failure>()),
        ("tdsauth_backend_mac_input", size_of::<MacInput>()),
        ("tdsauth_backend_header", size_of::<Header>()),
        ("tdsauth_backend_tap_input", size_of::<TapInput>()),
        ("tdsauth_backend_taptap_input", size_of::<TapTapInput>()),
    ] {
        source += &format!("typedef char {name}_size[sizeof({name}) == {size} ? 1 : -1];\n");
    }
    for name in ["error", "mac_input", "tap_input", "taptap_input"] {
        let upper = name.to_uppercase();
        source += &format!(
            "tdsauth_backend_{name} make_{name}(void);\n\
             tdsauth_backend_{name} make_{name}(void) {{\n\
             \x20 tdsauth_backend_{name} made = TDSAUTH_BACKEND_{upper}_INIT;\n  return made;\n}}\n"
        );
    }
    for compiler in ["gcc", "clang"] {
        for standard in ["-std=c99", "-std=c11", "-std=c2x"] {
            compile(compiler, &[standard], &source, "c");
        }
    }
    for compiler in ["g++", "clang++"] {
        for standard in ["-std=c++11", "-std=c++20"] {
            compile(compiler, &[standard, "-fno-exceptions", "-fno-rtti"], &source, "cpp");
        }
    }
}

#[test]
fn exported_functions_are_those_of_the_header() {
    let output = Command::new("nm")
        .args(["--dynamic", "--defined-only", "--format=posix"])
        .arg(&backend().path)
        .output()
        .unwrap();
    let symbols = String::from_utf8(output.stdout).unwrap();
    let exported: BTreeSet<&str> =
        symbols.lines().filter_map(|line| line.split(' ').next()).collect();
    let declared: BTreeSet<&str> = HEADER
        .split("TDSAUTH_BACKEND_API")
        .filter_map(|after| after.trim_start().split_once('('))
        .filter_map(|(before, _)| before.split([' ', '*']).next_back())
        .filter(|name| name.starts_with("tdsauth_backend_"))
        .collect();
    assert_eq!(exported, declared);
    assert_eq!(declared.len(), 7);
}

#[test]
fn every_function_says_whose_what_is_from_which_thread_and_how_it_fails() {
    let functions = HEADER.matches("\nTDSAUTH_BACKEND_API").count();
    assert_eq!(functions, 7);
    for word in ["Ownership: ", "Threads: ", "Errors: "] {
        assert_eq!(HEADER.matches(word).count(), functions, "{word}");
    }
}
