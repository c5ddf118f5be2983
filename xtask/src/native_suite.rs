//! The header's gates, the consumers, and the suites in C and C++, with and without valgrind.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::counts::Counts;
use crate::gates::{self, Outcome};
use crate::header::{BACKEND_HEADER, HEADER};
use crate::sdk;
use crate::suite::{self, Suites};
use crate::workspace::Workspace;
use crate::{consumer, process};

const COMPILE: Duration = Duration::from_secs(300);
const SUITE: Duration = Duration::from_secs(600);
/// Under valgrind everything takes tens of times as long.
const CHECKED_SUITE: Duration = Duration::from_secs(1200);

/// A suite in a language that compiles to a program.
struct Language {
    compiler: &'static str,
    dialect: &'static [&'static str],
    /// The folder of its sources, and how their names end.
    sources: (&'static str, &'static str),
}

const C: Language = Language { compiler: "gcc", dialect: &["-std=c99"], sources: ("tests/c", "c") };
const CPP: Language = Language {
    compiler: "g++",
    // As engines compile.
    dialect: &["-std=c++17", "-fno-exceptions", "-fno-rtti"],
    sources: ("tests/cpp", "cpp"),
};

/// The headers compile everywhere, and declare what the libraries export.
pub(crate) fn headers(workspace: &Workspace) -> Result<Counts, String> {
    let (client, backend) = (workspace.root.join(HEADER), workspace.root.join(BACKEND_HEADER));
    let mut outcomes = gates::header_gates(&workspace.root, &client);
    outcomes.extend(gates::any_header_gates(&workspace.root, &backend));
    for (header, package, library) in [
        (&client, "tdsauth", "libtdsauth.so"),
        (&backend, "tdsauth-backend", "libtdsauth_backend.so"),
    ] {
        let built = workspace.build(package, &["--lib"])?;
        outcomes.push(gates::export_gate(header, built.file(library)?));
    }
    Ok(counted(outcomes))
}

/// A stranger's project finds and uses the SDK.
pub(crate) fn consumers(workspace: &Workspace) -> Result<Counts, String> {
    let built = workspace.build("tdsauth", &["--lib"])?;
    let scratch = workspace.scratch()?;
    let (shared, fixed) = (built.file("libtdsauth.so")?, built.file("libtdsauth.a")?);
    Ok(counted(consumer::consumer_gates(&workspace.root, scratch.path(), shared, fixed)))
}

/// The suite in C.
pub(crate) fn c(workspace: &Workspace) -> Result<Counts, String> {
    run(workspace, &C, "the C suite", false)
}

/// The suite in C++.
pub(crate) fn cpp(workspace: &Workspace) -> Result<Counts, String> {
    run(workspace, &CPP, "the C++ suite", false)
}

/// The suite in C, with every memory access checked.
pub(crate) fn c_checked(workspace: &Workspace) -> Result<Counts, String> {
    run(workspace, &C, "the C suite under valgrind", true)
}

/// The suite in C++, with every memory access checked.
pub(crate) fn cpp_checked(workspace: &Workspace) -> Result<Counts, String> {
    run(workspace, &CPP, "the C++ suite under valgrind", true)
}

fn run(
    workspace: &Workspace,
    language: &Language,
    name: &str,
    checked: bool,
) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    let built = workspace.build("tdsauth", &["--lib"])?;
    let library = built.file("libtdsauth.so")?;
    let sdk = sdk::stage(&workspace.root, &scratch.path().join("sdk"), Some(library), None)
        .map_err(|error| format!("the SDK could not be laid out: {error}"))?;
    let program = scratch.path().join("suite");
    let link = [
        format!("-L{}", sdk.lib.display()),
        "-ltdsauth".to_owned(),
        format!("-Wl,-rpath,{}", sdk.lib.display()),
    ];
    compile(workspace, language, language.compiler, &sdk.include, &link, &program)?;
    suite::with_tls(workspace, |suites: &Suites| {
        let limit = if checked { CHECKED_SUITE } else { SUITE };
        suites.run(name, &mut command(&program, checked), limit)
    })
}

/// Makes the C suite into `program` with this compiler, for whatever system that compiles for;
/// `link` says where the library is.
pub(crate) fn compile_c(
    workspace: &Workspace,
    compiler: &str,
    link: &[String],
    program: &Path,
) -> Result<(), String> {
    compile(workspace, &C, compiler, &workspace.root.join("include"), link, program)
}

fn command(program: &Path, checked: bool) -> Command {
    if !checked {
        return process::program(program);
    }
    let mut valgrind = process::program("valgrind");
    valgrind
        // Definite and possible losses are errors; what the library keeps for the life of the
        // process is still reachable at its end.
        .args(["--quiet", "--error-exitcode=42", "--leak-check=full"])
        // Suites may be told that time passes slowly.
        .env("TDSAUTH_TEST_VALGRIND", "1")
        .arg(program);
    valgrind
}

fn compile(
    workspace: &Workspace,
    language: &Language,
    compiler: &str,
    include: &Path,
    link: &[String],
    program: &Path,
) -> Result<(), String> {
    let mut compiler = process::program(compiler);
    compiler
        .args(language.dialect)
        .args(["-g", "-O1", "-pthread"])
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .args(sources(&workspace.root, language)?)
        .arg("-o")
        .arg(program)
        .arg(format!("-I{}", include.display()))
        .args(link);
    process::output(&mut compiler, COMPILE).map(|_| ())
}

fn sources(root: &Path, language: &Language) -> Result<Vec<PathBuf>, String> {
    let (folder, ending) = language.sources;
    let entries =
        std::fs::read_dir(root.join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let mut sources: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|is| is == ending))
        .collect();
    sources.sort();
    if sources.is_empty() { Err(format!("{folder} holds no suite")) } else { Ok(sources) }
}

fn counted(outcomes: Vec<Outcome>) -> Counts {
    let mut counts = Counts::default();
    for outcome in outcomes {
        let result = if outcome.ok { Ok(()) } else { Err(outcome.detail) };
        counts.check(&outcome.name, result);
    }
    counts
}
