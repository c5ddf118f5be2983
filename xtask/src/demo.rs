//! `cargo xtask demo`: one player's story, told by a C, a C++ and a C# program, each step checked.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::account_story;
use crate::binding_story;
use crate::need::{self, Need};
use crate::process;
use crate::sdk::{self, Sdk};
use crate::server::{self, Server};
use crate::story::{self, Stage};
use crate::taptap_story;
use crate::workspace::{Workspace, new_folder};

const COMPILE: Duration = Duration::from_secs(300);

/// One way to use the library.
pub(crate) struct Language {
    /// Its heading.
    pub(crate) name: &'static str,
    needs: &'static [&'static Need],
    compile: fn(&Workspace, &Sdk, &Path) -> Result<Command, String>,
}

/// The languages, in the order of the story.
pub(crate) const LANGUAGES: &[Language] = &[
    Language { name: "C", needs: &[&need::GCC, &need::LIBC], compile: compile_c },
    Language { name: "C++", needs: &[&need::GXX, &need::LIBC], compile: compile_cpp },
    Language {
        name: "C#",
        needs: &[&need::MCS, &need::MONO, &need::MONO_CORE],
        compile: compile_csharp,
    },
];

/// Builds all there is to build, tells the story in each language, and clears away what it made.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    println!("tdsauth: one player's story, from C, from C++ and from C#\n");
    let needs: Vec<&Need> = LANGUAGES.iter().flat_map(|language| language.needs).copied().collect();
    need::meet(&needs)?;
    println!("Building the library and the server (minutes the first time, then seconds) …");
    let scratch = workspace.scratch()?;
    let folder = scratch.path().to_owned();
    let told = tell(workspace, &folder);
    scratch.close().map_err(|error| format!("{} is left: {error}", folder.display()))?;
    told?;
    nothing_left(&folder)?;
    println!("\nEach step was checked. No process and no file was left behind.");
    Ok(())
}

fn tell(workspace: &Workspace, folder: &Path) -> Result<(), String> {
    let sdk = build(workspace, &folder.join("sdk"))?;
    let program = server::build(workspace)?;
    let data = new_folder(folder, "server")?;
    let server = Server::start(&program, &data, "127.0.0.1:0")?;
    println!("The server listens on {}, on a fresh SQLite file.", server.url);
    let mut stage = Stage { program, data, server: Some(server) };
    // TapTap's player is the same person in each language.
    let mut account: Option<String> = None;
    for language in LANGUAGES {
        let own = new_folder(folder, language.name)?;
        let game = (language.compile)(workspace, &sdk, &own)?;
        println!("\n{}", language.name);
        let failed = |why| format!("{}: {why}", language.name);
        story::tell(&mut stage, &game, &new_folder(&own, "player")?).map_err(failed)?;
        let server = stage.server.as_ref().ok_or("the server is not there")?;
        println!();
        let player = new_folder(&own, "taptap")?;
        let id = taptap_story::tell(server, &game, &player, account.as_deref()).map_err(failed)?;
        println!();
        let devices = new_folder(&own, "devices")?;
        // Somebody else in each language: the story ends with an account of the player's own.
        let openid = format!("wechat-player-of-{}", language.name);
        account_story::tell(server, &game, &devices, &openid).map_err(failed)?;
        println!();
        let player = new_folder(&own, "binding")?;
        binding_story::tell(server, &game, &player, language.name, &id).map_err(failed)?;
        account = Some(id);
    }
    stage.cut_network()
}

/// The library as a game gets it.
fn build(workspace: &Workspace, prefix: &Path) -> Result<Sdk, String> {
    let built = workspace.build("tdsauth", &["--lib"])?;
    sdk::stage(&workspace.root, prefix, Some(built.file("libtdsauth.so")?), None)
        .map_err(|error| format!("the SDK could not be laid out: {error}"))
}

fn compile_c(workspace: &Workspace, sdk: &Sdk, own: &Path) -> Result<Command, String> {
    let mut gcc = process::program("gcc");
    gcc.args(["-std=c11", "-Wall", "-Wextra", "-Werror"]).args(["demo/story.c", "demo/binding.c"]);
    native(workspace, sdk, own, gcc)
}

fn compile_cpp(workspace: &Workspace, sdk: &Sdk, own: &Path) -> Result<Command, String> {
    let mut gxx = process::program("g++");
    gxx.args(["-std=c++17", "-Wall", "-Wextra", "-Werror"]).arg("demo/story.cpp");
    native(workspace, sdk, own, gxx)
}

fn native(
    workspace: &Workspace,
    sdk: &Sdk,
    own: &Path,
    mut compiler: Command,
) -> Result<Command, String> {
    let story = own.join("story");
    compiler
        .current_dir(&workspace.root)
        .arg("-o")
        .arg(&story)
        .arg(format!("-I{}", sdk.include.display()))
        .arg(format!("-L{}", sdk.lib.display()))
        .args(["-ltdsauth", &format!("-Wl,-rpath,{}", sdk.lib.display())]);
    process::output(&mut compiler, COMPILE)?;
    Ok(process::program(story))
}

fn compile_csharp(workspace: &Workspace, sdk: &Sdk, own: &Path) -> Result<Command, String> {
    let story = own.join("Story.exe");
    let mut mcs = process::program("mcs");
    mcs.current_dir(&workspace.root)
        .args(["-unsafe", "-warnaserror", "-recurse:bindings/csharp/Runtime/*.cs"])
        .args(["demo/Story.cs", "demo/Binding.cs"])
        .arg(format!("-out:{}", story.display()));
    process::output(&mut mcs, COMPILE)?;
    let mut mono = process::program("mono");
    mono.env("LD_LIBRARY_PATH", &sdk.lib).arg(story);
    Ok(mono)
}

/// Looks whether a process still runs that was started from `folder`.
fn nothing_left(folder: &Path) -> Result<(), String> {
    let folder = folder.to_string_lossy();
    let processes = std::fs::read_dir("/proc").map_err(|error| format!("/proc: {error}"))?;
    for process in processes.flatten() {
        // A process may end while it is looked at, and then it is not left behind.
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(folder.as_ref()) {
            return Err(format!("a process was left behind: {line}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines between each two marks of a story, without their common indentation.
    fn marked(source: &str, [begin, end]: [&str; 2]) -> Vec<String> {
        let parts = source.split(begin).skip(1).map(|part| {
            let lines = part.lines().skip(1).take_while(|line| !line.contains(end));
            let lines: Vec<&str> = lines.collect();
            let indents = lines.iter().map(|line| line.len() - line.trim_start().len());
            let indent = indents.min().unwrap_or_default();
            lines.iter().map(|line| format!("{}\n", &line[indent..])).collect()
        });
        parts.collect()
    }

    #[test]
    fn the_readme_shows_the_lines_that_the_story_runs() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
        for (fence, file) in [("c", "story.c"), ("cpp", "story.cpp"), ("csharp", "Story.cs")] {
            let story = std::fs::read_to_string(root.join("demo").join(file)).unwrap();
            let parts = marked(&story, ["README begins", "README ends"]);
            assert_eq!(parts.len(), 2, "{file}: guest and TapTap");
            for lines in parts {
                assert!((5..=12).contains(&lines.lines().count()), "{file}: {lines}");
                let shown = readme.contains(&format!("```{fence}\n{lines}```\n"));
                assert!(shown, "README.md does not show these lines of demo/{file}:\n{lines}");
            }
        }
    }

    #[test]
    fn the_page_on_role_binding_shows_the_lines_that_the_story_runs() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let page = std::fs::read_to_string(root.join("docs/role-binding.md")).unwrap();
        for (fence, file) in [("c", "binding.c"), ("cpp", "binding.hpp"), ("csharp", "Binding.cs")]
        {
            let story = std::fs::read_to_string(root.join("demo").join(file)).unwrap();
            let parts = marked(&story, ["The page shows this.", "Up to here."]);
            let [lines] = parts.as_slice() else { panic!("{file}: {parts:?}") };
            let shown = page.contains(&format!("```{fence}\n{lines}```\n"));
            assert!(shown, "the page does not show these lines of demo/{file}:\n{lines}");
        }
    }
}
