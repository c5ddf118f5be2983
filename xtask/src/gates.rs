//! The gates of the header: it compiles in any game, lies in memory the same everywhere, is
//! documented, and names exactly what the library exports.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::process;

/// One compile takes a second or two; a busy machine may need longer.
const LIMIT: Duration = Duration::from_secs(120);

/// What one gate found.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// What was tried, as a sentence fragment for a list of tests.
    pub(crate) name: String,
    /// Whether it held.
    pub(crate) ok: bool,
    /// What the tool said when it did not.
    pub(crate) detail: String,
}

impl Outcome {
    pub(crate) fn new(name: impl Into<String>, result: Result<(), String>) -> Self {
        let detail = result.err();
        Self { name: name.into(), ok: detail.is_none(), detail: detail.unwrap_or_default() }
    }
}

/// What a strict game compiles with.
const WARNINGS: &[&str] =
    &["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wundef", "-Werror", "-fsyntax-only"];
/// What engines switch off.
const NO_RUNTIME: &[&str] = &["-fno-exceptions", "-fno-rtti"];
/// Warnings that a header-only wrapper must not make in the code that includes it.
const STRICTER: &[&str] = &["-Wconversion", "-Wsign-conversion", "-Wold-style-cast"];

const C: &[&str] = &["c99", "c11", "c17", "c2x"];
const CPP: &[&str] = &["c++11", "c++14", "c++17", "c++20"];
const WRAPPER: &[&str] = &["c++17", "c++20", "c++2b"];

/// The machines whose layout clang knows without their SDK.
const TARGETS: &[&str] = &[
    "x86_64-linux-gnu",
    "i686-linux-gnu",
    "aarch64-linux-android",
    "armv7a-linux-androideabi",
    "i686-linux-android",
    "arm64-apple-ios",
    "x86_64-apple-macos",
    "x86_64-pc-windows-msvc",
    "i686-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
];

/// All gates of `tdsauth.h` that need no library: `root` is the repository.
pub(crate) fn header_gates(root: &Path, header: &Path) -> Vec<Outcome> {
    let tests = root.join("tests/header");
    let hostile = tests.join("hostile.h");
    let mut outcomes = vec![prelude_bites(&hostile)];
    outcomes.extend(any_header_gates(root, header));
    for (compiler, standard) in pairs(&["g++", "clang++"], WRAPPER) {
        for (note, prelude) in [("", None), (" after a hostile prelude", Some(&hostile))] {
            let mut command = compile(compiler, "c++", standard, header);
            command.args(NO_RUNTIME).args(STRICTER);
            command.arg("-I").arg(root.join("bindings/cpp/include"));
            if let Some(prelude) = prelude {
                command.arg("-include").arg(prelude);
            }
            let name = format!("tdsauth.hpp compiles: {compiler} {standard}{note}");
            outcomes.push(Outcome::new(name, run(command.arg(tests.join("wrapper.cpp")))));
        }
    }
    outcomes
}

/// The gates that hold for any header of ours (also that of the back end's library): it compiles
/// alone and after a hostile prelude in every dialect, its INIT macros fill their structs, these
/// lie the same on every target, it defines only macros of its own, includes only two system
/// headers, and documents each function.
///
/// `tests/header/<name>_init.c` and `<name>_layout.c` belong to the header.
pub(crate) fn any_header_gates(root: &Path, header: &Path) -> Vec<Outcome> {
    let tests = root.join("tests/header");
    let hostile = tests.join("hostile.h");
    let file = file_name(header);
    let of_header = |part: &str| tests.join(file.replace(".h", part));
    let mut outcomes = Vec::new();
    for (compilers, language, standards) in dialects() {
        for (compiler, standard) in pairs(compilers, standards) {
            for (note, prelude) in [("", None), (" after a hostile prelude", Some(&hostile))] {
                let mut command = compile(compiler, language, standard, header);
                if language == "c++" {
                    command.args(NO_RUNTIME);
                }
                if let Some(prelude) = prelude {
                    command.arg("-include").arg(prelude);
                }
                let name = format!("{file} compiles: {compiler} {standard}{note}");
                outcomes.push(Outcome::new(name, run(command.arg(header))));
            }
            let mut command = compile(compiler, language, standard, header);
            let name = format!("{file}: each INIT macro fills its struct: {compiler} {standard}");
            outcomes.push(Outcome::new(name, run(command.arg(of_header("_init.c")))));
        }
    }
    for target in TARGETS {
        let mut command = compile("clang", "c", "c11", header);
        command.arg(format!("--target={target}")).args(["-ffreestanding", "-Wpadded"]);
        let name = format!("{file}: structs lie the same on {target}");
        outcomes.push(Outcome::new(name, run(command.arg(of_header("_layout.c")))));
    }
    outcomes.extend(text_gates(&file, header));
    outcomes
}

/// What the text of a header shows by itself.
fn text_gates(file: &str, header: &Path) -> [Outcome; 3] {
    let text = std::fs::read_to_string(header).map_err(|error| error.to_string());
    let includes = text.clone().and_then(|text| includes(&text));
    let documented = text.and_then(|text| documented(&text));
    [
        Outcome::new(format!("{file} defines only macros of its own"), macros(header)),
        Outcome::new(format!("{file} includes stddef.h and stdint.h alone"), includes),
        Outcome::new(
            format!("{file} tells ownership, threads and errors of each function"),
            documented,
        ),
    ]
}

/// Export set = header set: every function of the header is in the library, and nothing else is.
pub(crate) fn export_gate(header: &Path, cdylib: &Path) -> Outcome {
    let name = format!("{} exports what {} declares", file_name(cdylib), file_name(header));
    Outcome::new(name, exports_equal(header, cdylib))
}

/// The names of the functions of a header.
pub(crate) fn declared_functions(header: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(header)
        .map_err(|error| format!("{}: {error}", header.display()))?;
    let declared: Vec<String> = functions(&text).into_iter().map(|found| found.name).collect();
    if declared.is_empty() { Err("the header declares nothing".into()) } else { Ok(declared) }
}

fn exports_equal(header: &Path, cdylib: &Path) -> Result<(), String> {
    let declared: BTreeSet<String> = declared_functions(header)?.into_iter().collect();
    let table = output(process::program("nm").args(["-D", "--defined-only"]).arg(cdylib))?;
    let exported: BTreeSet<String> = table
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2))
        .map(|symbol| symbol.split('@').next().unwrap_or(symbol).to_owned())
        .collect();
    let missing: Vec<&String> = declared.difference(&exported).collect();
    let extra: Vec<&String> = exported.difference(&declared).collect();
    if missing.is_empty() && extra.is_empty() {
        return Ok(());
    }
    Err(format!("declared, not exported: {missing:?}; exported, not declared: {extra:?}"))
}

/// A prelude that broke nothing would prove nothing: each macro in it must end a compile.
fn prelude_bites(hostile: &Path) -> Outcome {
    let bites = |name: &str, source: &str| -> Result<(), String> {
        let mut command = process::program("gcc");
        command.args(["-fsyntax-only", "-x", "c", "-include"]).arg(hostile);
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let file = folder.path().join("use.c");
        std::fs::write(&file, source).map_err(|error| error.to_string())?;
        match run(command.arg(file)) {
            Ok(()) => Err(format!("{name} is harmless")),
            Err(_) => Ok(()),
        }
    };
    let all = bites("check", "int check(int a);")
        .and_then(|()| bites("ERROR", "enum { ERROR };"))
        .and_then(|()| bites("min", "int min(int a, int b);"))
        .and_then(|()| bites("GetObject", "void GetObject(void);"));
    Outcome::new("the hostile prelude would break a careless header", all)
}

/// Every macro that the header adds to those of its two includes has our prefix.
fn macros(header: &Path) -> Result<(), String> {
    let defined = |arguments: &[&str], file: &Path| -> Result<BTreeSet<String>, String> {
        let mut command = process::program("gcc");
        let text = output(command.args(["-dM", "-E", "-x", "c"]).args(arguments).arg(file))?;
        let name = |line: &str| line.split(['(', ' ']).nth(1).map(str::to_owned);
        Ok(text.lines().filter_map(name).collect())
    };
    let base = defined(&["-include", "stddef.h", "-include", "stdint.h"], Path::new("/dev/null"))?;
    let foreign: Vec<String> = defined(&[], header)?
        .difference(&base)
        .filter(|name| !name.starts_with("TDSAUTH_"))
        .cloned()
        .collect();
    if foreign.is_empty() { Ok(()) } else { Err(format!("{foreign:?}")) }
}

fn includes(text: &str) -> Result<(), String> {
    let found: BTreeSet<&str> =
        text.lines().filter(|line| line.trim_start().starts_with("#include")).collect();
    let allowed = BTreeSet::from(["#include <stddef.h>", "#include <stdint.h>"]);
    if found.is_subset(&allowed) { Ok(()) } else { Err(format!("{found:?}")) }
}

fn documented(text: &str) -> Result<(), String> {
    let all = functions(text);
    if all.is_empty() {
        return Err("no function found".into());
    }
    let lacking: Vec<String> = all
        .iter()
        .flat_map(|function| {
            ["Ownership:", "Threads:", "Errors:"]
                .into_iter()
                .filter(|part| !function.comment.contains(part))
                .map(move |part| format!("{} says no {part}", function.name))
        })
        .collect();
    if lacking.is_empty() { Ok(()) } else { Err(lacking.join("; ")) }
}

/// A function as the header declares it.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    /// What stands directly above it; empty when nothing does.
    comment: String,
}

/// The functions of a C header in the style that cbindgen writes: a comment directly above, a
/// declaration that begins at the first column and may span lines.
fn functions(text: &str) -> Vec<Function> {
    let mut found = Vec::new();
    let mut in_comment = false;
    let mut comment = String::new();
    for line in text.lines() {
        let line = line.trim_end();
        if in_comment || line.trim_start().starts_with("/*") {
            in_comment = !line.ends_with("*/");
            comment.push_str(line);
            comment.push('\n');
        } else if let Some(name) = declared(line) {
            found.push(Function { name: name.to_owned(), comment: std::mem::take(&mut comment) });
        } else if !(line.starts_with("TDSAUTH_") && line.ends_with("_API")) {
            // The mark of an export may stand on a line of its own between the two.
            comment.clear();
        }
    }
    found
}

/// The name in `int32_t tdsauth_poll(tdsauth_client client,`.
fn declared(line: &str) -> Option<&str> {
    let begins = line.starts_with(|first: char| first.is_ascii_alphabetic());
    if !begins || line.starts_with("typedef") {
        return None;
    }
    let (before, _) = line.split_once('(')?;
    let name = before.rsplit([' ', '*']).next()?;
    name.starts_with("tdsauth_").then_some(name)
}

fn dialects() -> [(&'static [&'static str], &'static str, &'static [&'static str]); 2] {
    [(&["gcc", "clang"], "c", C), (&["g++", "clang++"], "c++", CPP)]
}

fn pairs<'a>(
    compilers: &'a [&'a str],
    standards: &'a [&'a str],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    compilers
        .iter()
        .flat_map(|compiler| standards.iter().map(move |standard| (*compiler, *standard)))
}

/// A compiler that finds the header and takes all warnings for errors.
fn compile(compiler: &str, language: &str, standard: &str, header: &Path) -> Command {
    let mut command = process::program(compiler);
    command.arg(format!("-std={standard}")).args(WARNINGS).args(["-x", language]);
    command.arg("-I").arg(header.parent().unwrap_or(Path::new(".")));
    command
}

fn run(command: &mut Command) -> Result<(), String> {
    output(command).map(|_| ())
}

fn output(command: &mut Command) -> Result<String, String> {
    process::output(command, LIMIT)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "\
/** A type. */\ntypedef uint64_t tdsauth_client;\n\n\
/**\n * Polls.\n * Ownership: x. Threads: y.\n * Errors: z.\n */\nTDSAUTH_API\n\
int32_t tdsauth_poll(tdsauth_client client,\n                     tdsauth_event *event);\n\n\
/** A name. */\nTDSAUTH_API const char *tdsauth_status_name(int32_t status);\n\n\
uint32_t tdsauth_abi_version(void);\n";

    #[test]
    fn functions_are_found_with_their_comments() {
        let names: Vec<String> = functions(HEADER).into_iter().map(|found| found.name).collect();
        assert_eq!(names, ["tdsauth_poll", "tdsauth_status_name", "tdsauth_abi_version"]);
        let why = documented(HEADER).unwrap_err();
        assert!(!why.contains("tdsauth_poll"), "{why}");
        assert!(why.contains("tdsauth_status_name says no Threads:"), "{why}");
        assert!(why.contains("tdsauth_abi_version says no Errors:"), "{why}");
    }

    #[test]
    fn a_foreign_include_is_refused() {
        assert!(includes("#include <stdint.h>\n").is_ok());
        assert!(includes("#include <stdbool.h>\n").is_err());
    }

    #[test]
    fn a_macro_without_the_prefix_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let header = folder.path().join("x.h");
        std::fs::write(&header, "#include <stddef.h>\n#define TDSAUTH_OK 0\n").unwrap();
        assert_eq!(macros(&header), Ok(()));
        std::fs::write(&header, "#define EXTERN_C\n").unwrap();
        assert!(macros(&header).is_err_and(|why| why.contains("EXTERN_C")));
    }
}
