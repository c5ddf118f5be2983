//! The C# suite on three runtimes: Mono compiling just in time, Mono compiled fully ahead (what
//! iOS and IL2CPP forbid fails there), and CoreCLR, for which games and tools on .NET stand.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::counts::Counts;
use crate::suite::{self, Suites};
use crate::workspace::Workspace;
use crate::{coreclr, mono_aot, process};

const COMPILE: Duration = Duration::from_secs(300);
const SUITE: Duration = Duration::from_secs(900);

/// The binding and its suite, compiled, and the list of what the library exports.
struct Programs {
    /// Holds `TdsAuth.dll`, the drop-in's, `TdsAuth.Tests.exe` and `exports.txt`.
    folder: PathBuf,
    /// Where the runtimes find the library.
    library: PathBuf,
}

/// On Mono, compiled just in time.
pub(crate) fn jit(workspace: &Workspace) -> Result<Counts, String> {
    run(workspace, "the C# suite on Mono", "mono", |programs| {
        let mut mono = process::program("mono");
        mono.arg("--debug").arg(programs.folder.join(SUITE_PROGRAM));
        Ok(mono)
    })
}

/// On Mono, with every assembly compiled ahead and the compiler switched off.
pub(crate) fn full_aot(workspace: &Workspace) -> Result<Counts, String> {
    run(workspace, "the C# suite on Mono, compiled ahead", "mono-full-aot", |programs| {
        let framework = mono_aot::framework(&workspace.target)?;
        let drop_in = DROP_IN.map(assembly);
        for file in [BINDING, SUITE_PROGRAM].into_iter().chain(drop_in.iter().map(String::as_str)) {
            mono_aot::compile(&programs.folder.join(file), &framework)?;
        }
        let mut mono = process::program("mono");
        mono.env("MONO_PATH", framework).arg("--full-aot").arg(programs.folder.join(SUITE_PROGRAM));
        Ok(mono)
    })
}

/// On CoreCLR, where it can be had: skipped with the cause where not.
pub(crate) fn coreclr(workspace: &Workspace) -> Result<Counts, String> {
    let host = match coreclr::host(&workspace.target) {
        Ok(host) => host,
        Err(cause) => {
            let mut counts = Counts::default();
            let cause = cause.lines().next().unwrap_or_default().to_owned();
            counts.skip("the C# suite on CoreCLR", &cause);
            return Ok(counts);
        }
    };
    run(workspace, "the C# suite on CoreCLR", "coreclr", |programs| {
        coreclr::command(&host, &programs.folder.join(SUITE_PROGRAM))
    })
}

const BINDING: &str = "TdsAuth.dll";
const SUITE_PROGRAM: &str = "TdsAuth.Tests.exe";

/// The official assemblies' names, each compiled with those before it.
const DROP_IN: [&str; 5] =
    ["TapTap.Common", "LeanCloud", "LeanCloud.Storage", "TapTap.Login", "TapTap.Bootstrap"];

fn assembly(name: &str) -> String {
    format!("{name}.dll")
}

fn run(
    workspace: &Workspace,
    name: &str,
    runtime: &str,
    command: impl FnOnce(&Programs) -> Result<Command, String>,
) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    let built = workspace.build("tdsauth", &["--lib"])?;
    let programs = compile(&workspace.root, built.file("libtdsauth.so")?, scratch.path())?;
    let mut command = command(&programs)?;
    command
        .env("LD_LIBRARY_PATH", &programs.library)
        // The suite checks that it really runs there.
        .env("TDSAUTH_TEST_RUNTIME", runtime)
        .env("TDSAUTH_TEST_EXPORTS", programs.folder.join("exports.txt"));
    suite::with_server(workspace, |suites: &Suites| suites.run(name, &mut command, SUITE))
}

fn compile(root: &Path, library: &Path, scratch: &Path) -> Result<Programs, String> {
    let (folder, lib) = (scratch.join("csharp"), scratch.join("lib"));
    let file = |error: std::io::Error| format!("{}: {error}", scratch.display());
    fs::create_dir(&folder).map_err(file)?;
    fs::create_dir(&lib).map_err(file)?;
    let copy = lib.join("libtdsauth.so");
    fs::copy(library, &copy).map_err(file)?;
    fs::write(folder.join("exports.txt"), exports(&copy)?.join("\n")).map_err(file)?;
    let binding = folder.join(BINDING);
    let sources = "-recurse:bindings/csharp/Runtime/*.cs";
    mcs(root, &["-target:library", sources], &binding)?;
    // On iOS the library is part of the program: that form can be compiled here, not run.
    mcs(root, &["-target:library", "-define:UNITY_IOS", sources], &scratch.join("ios.dll"))?;
    let mut arguments = vec![format!("-r:{}", binding.display())];
    for name in DROP_IN {
        let out = folder.join(assembly(name));
        let sources = format!("-recurse:bindings/csharp/DropIn/{name}/*.cs");
        mcs(root, &[&["-target:library".to_owned(), sources], &arguments[..]].concat(), &out)?;
        arguments.push(format!("-r:{}", out.display()));
    }
    arguments.push("-recurse:tests/csharp/*.cs".to_owned());
    mcs(root, &arguments, &folder.join(SUITE_PROGRAM))?;
    Ok(Programs { folder, library: lib })
}

/// C# 6: what the oldest compiler that games use understands.
fn mcs(root: &Path, arguments: &[impl AsRef<OsStr>], out: &Path) -> Result<(), String> {
    let mut mcs = process::program("mcs");
    mcs.current_dir(root)
        .args(["-langversion:6", "-unsafe", "-warn:4", "-warnaserror", "-debug"])
        .args(arguments)
        .arg(format!("-out:{}", out.display()));
    process::output(&mut mcs, COMPILE).map(|_| ())
}

/// The names that the library exports.
fn exports(library: &Path) -> Result<Vec<String>, String> {
    let mut nm = process::program("nm");
    nm.args(["--dynamic", "--defined-only", "--format=posix"]).arg(library);
    let listed = process::output(&mut nm, COMPILE)?;
    Ok(names(&listed))
}

/// The first word of each line, without a version (`name@@VERS`).
fn names(listed: &str) -> Vec<String> {
    let words = listed.lines().filter_map(|line| line.split_whitespace().next());
    words.map(|word| word.split('@').next().unwrap_or(word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::names;
    use std::path::Path;

    #[test]
    fn the_readme_shows_the_lines_that_the_suite_plays() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
        let (suite, readme) =
            (text("tests/csharp/SampleTests.cs"), text("bindings/csharp/README.md"));
        let (_, after) = suite.split_once("// README begins\n").unwrap();
        let (sample, _) = after.split_once("// README ends").unwrap();
        let indent = sample.find(|c| c != ' ').unwrap();
        let lines: Vec<&str> =
            sample.trim_end().lines().filter_map(|line| line.get(indent..)).collect();
        assert!(lines.len() < 20, "the whole login in under 20 lines: {}", lines.len());
        let shown = format!("```csharp\n{}\n```\n", lines.join("\n"));
        assert!(readme.contains(&shown), "the README does not show these lines:\n{shown}");
    }

    #[test]
    fn exported_names_come_without_addresses_and_versions() {
        let listed = "tdsauth_poll T 1f0 20\ntdsauth_wait@@V1 T 210 20\n";
        assert_eq!(names(listed), ["tdsauth_poll", "tdsauth_wait"]);
    }
}
