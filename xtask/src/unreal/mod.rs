//! The Unreal plugin. The engine cannot be had here: the plugin's C++ is compiled with stand-ins of
//! ours for its headers and run against the server, its rules for UnrealBuildTool are asked for each
//! platform, and its files are read.

mod files;
mod header_tool;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::counts::Counts;
use crate::process;
use crate::sdk::{self, Sdk};
use crate::suite::{self, Suites};
use crate::workspace::Workspace;

const COMPILE: Duration = Duration::from_secs(300);
const SUITE: Duration = Duration::from_secs(600);

const PLUGIN: &str = "bindings/unreal/TdsAuth";
const MODULE: &str = "bindings/unreal/TdsAuth/Source/TdsAuth";
const STUBS: &str = "tests/unreal/stubs";

/// As the engine compiles games, and stricter.
const FLAGS: [&str; 8] = [
    "-fno-exceptions",
    "-fno-rtti",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wshadow",
    "-Wundef",
    "-Werror",
];

/// Everything that can be shown of the plugin without the engine.
pub(crate) fn run(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    for (name, read) in files::CHECKS {
        counts.check(name, read(&workspace.root));
    }
    let scratch = workspace.scratch()?;
    let made = scratch.path().join("generated");
    let generated = header_tool::generate(&workspace.root.join(MODULE).join("Public"), &made);
    let unusable = generated.is_err();
    counts.check("the headers are such as the engine's header tool reads", generated);
    if unusable {
        return Ok(counts);
    }

    let built = workspace.build("tdsauth", &["--lib"])?;
    let library = built.file("libtdsauth.so")?;
    let sdk = sdk::stage(&workspace.root, &scratch.path().join("sdk"), Some(library), None)
        .map_err(|error| format!("the SDK could not be laid out: {error}"))?;
    let plugin = Plugin { root: &workspace.root, generated: &made, sdk: &sdk };
    plugin.gates(scratch.path(), &mut counts)?;
    let stories = plugin.stories(scratch.path())?;
    let rules = rules(&workspace.root, scratch.path())?;
    counts.add(suite::with_server(workspace, |suites: &Suites| {
        let mut all =
            suites.run("the Unreal plugin's stories", &mut process::program(stories), SUITE)?;
        let mut mono = process::program("mono");
        mono.arg(rules).arg(workspace.root.join(PLUGIN));
        all.add(suites.run("the rules for UnrealBuildTool", &mut mono, SUITE)?);
        Ok(all)
    })?);
    Ok(counts)
}

/// The plugin, and what it is compiled with.
struct Plugin<'a> {
    root: &'a Path,
    generated: &'a Path,
    sdk: &'a Sdk,
}

impl Plugin<'_> {
    fn compiler(&self, name: &str, standard: &str) -> Command {
        let mut compiler = process::program(name);
        compiler.current_dir(self.root).arg(format!("-std={standard}")).args(FLAGS);
        compiler.args(["-I", STUBS]).arg("-I").arg(self.generated);
        compiler.arg(format!("-I{MODULE}/Public"));
        compiler
    }

    /// For the module's own files, which alone see the library.
    fn own_compiler(&self, name: &str, standard: &str) -> Command {
        let mut compiler = self.compiler(name, standard);
        compiler.arg("-isystem").arg(&self.sdk.include);
        compiler
    }

    fn gates(&self, scratch: &Path, counts: &mut Counts) -> Result<(), String> {
        let own = files::of(&self.root.join(MODULE).join("Private"), "cpp")?;
        let public = files::of(&self.root.join(MODULE).join("Public"), "h")?;
        for (compiler, standard) in [("g++", "c++20"), ("clang++", "c++17"), ("clang++", "c++20")] {
            let mut all = self.own_compiler(compiler, standard);
            let result = process::run(all.arg("-fsyntax-only").args(&own), COMPILE);
            counts.check(&format!("each file compiles: {compiler} {standard}"), result);
        }
        // As the engine joins them by default.
        let joined = scratch.join("joined.cpp");
        write_includes(&joined, &own)?;
        let mut unity = self.own_compiler("clang++", "c++17");
        unity.arg(format!("-I{MODULE}/Private")).arg("-fsyntax-only").arg(&joined);
        counts.check("all files compile as one", process::run(&mut unity, COMPILE));
        // Without the library's headers in sight.
        for header in &public {
            let name = header.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let alone = scratch.join("alone.cpp");
            write_includes(&alone, std::slice::from_ref(header))?;
            let mut compiler = self.compiler("g++", "c++17");
            let result = process::run(compiler.arg("-fsyntax-only").arg(&alone), COMPILE);
            counts.check(&format!("a game includes {name} alone"), result);
        }
        Ok(())
    }

    /// The program of the stories.
    fn stories(&self, scratch: &Path) -> Result<PathBuf, String> {
        let program = scratch.join("stories");
        let mut compiler = self.own_compiler("g++", "c++17");
        compiler
            .args(["-g", "-O1", "-pthread"])
            .args(files::of(&self.root.join(MODULE).join("Private"), "cpp")?)
            .args(files::of(&self.root.join("tests/unreal"), "cpp")?)
            .args(files::of(&self.root.join(STUBS), "cpp")?)
            .arg("tests/cpp/phone.cpp")
            .arg("-o")
            .arg(&program)
            .arg(format!("-L{}", self.sdk.lib.display()))
            .args(["-ltdsauth", &format!("-Wl,-rpath,{}", self.sdk.lib.display())]);
        process::output(&mut compiler, COMPILE)?;
        Ok(program)
    }
}

fn write_includes(file: &Path, included: &[PathBuf]) -> Result<(), String> {
    let lines: String =
        included.iter().map(|each| format!("#include \"{}\"\n", each.display())).collect();
    std::fs::write(file, lines).map_err(|error| format!("{}: {error}", file.display()))
}

/// The rules, compiled with stand-ins for UnrealBuildTool's types and what asks them.
fn rules(root: &Path, scratch: &Path) -> Result<PathBuf, String> {
    let program = scratch.join("rules.exe");
    let mut mcs = process::program("mcs");
    mcs.current_dir(root)
        .args(["-langversion:6", "-warn:4", "-warnaserror", "-r:System.Core", "-r:System.Xml"])
        .arg(format!("{MODULE}/TdsAuth.Build.cs"))
        .arg(format!("{PLUGIN}/Source/ThirdParty/TdsAuthLibrary/TdsAuthLibrary.Build.cs"))
        .args(files::of(&root.join("tests/unreal/ubt"), "cs")?)
        .arg(format!("-out:{}", program.display()));
    process::output(&mut mcs, COMPILE)?;
    Ok(program)
}
