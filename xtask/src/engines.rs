//! Engines that run here drive the C ABI as games in them do, without a window: Godot 3 through its
//! GDNative, LÖVE through LuaJIT's FFI. The wrappers are those of `samples/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::counts::Counts;
use crate::process;
use crate::server::Server;
use crate::suite::{self, Suites};
use crate::workspace::{Workspace, new_folder};

const COMPILE: Duration = Duration::from_secs(300);
const FETCH: Duration = Duration::from_secs(600);
const PLAY: Duration = Duration::from_secs(300);

/// Where the package lies that names Godot's headers.
const GODOT_HEADERS: &str = "tests/engines/godot3/headers/Cargo.toml";

/// One engine, ready to play: `suite` tells a story, `sample` is a game that ends when it has
/// greeted its player.
struct Engine<'a> {
    name: &'static str,
    suite: &'a dyn Fn(&str) -> Command,
    sample: &'a dyn Fn(&Server, &Path) -> Command,
}

/// Godot 3 with the wrapper in C.
pub(crate) fn godot(workspace: &Workspace) -> Result<Counts, String> {
    let headers = match godot_headers(workspace) {
        Ok(headers) => headers,
        Err(why) => {
            println!("{why}");
            let mut counts = Counts::default();
            counts.lack("Godot", why.lines().next().unwrap_or_default());
            return Ok(counts);
        }
    };
    let scratch = workspace.scratch()?;
    let project = staged(workspace, scratch.path(), "godot3")?;
    let bin = new_folder(&project, "bin")?;
    let library = workspace.build("tdsauth", &["--lib"])?;
    copy(library.file("libtdsauth.so")?, &bin.join("libtdsauth.so"))?;
    // The name by which the loader looks for it.
    copy(&bin.join("libtdsauth.so"), &bin.join("libtdsauth.so.0"))?;
    let mut gcc = process::program("gcc");
    gcc.args(["-std=c99", "-O1", "-g", "-shared", "-fPIC"])
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .arg(format!("-I{}", workspace.root.join("include").display()))
        .arg("-isystem")
        .arg(headers)
        .arg(project.join("native/tdsauth_godot.c"))
        .arg("-o")
        .arg(bin.join("libtdsauth_godot.so"))
        .arg(format!("-L{}", bin.display()))
        .args(["-ltdsauth", "-Wl,-rpath,$ORIGIN"]);
    process::output(&mut gcc, COMPILE)?;
    let engine = || {
        let mut engine = at_home("godot3-server", scratch.path());
        engine.arg("--path").arg(&project);
        engine
    };
    let suite = |story: &str| {
        let mut engine = engine();
        engine.args(["-s", "suite.gd"]).env("TDSAUTH_TEST_STORY", story);
        engine
    };
    let sample = |server: &Server, player: &Path| {
        let mut engine = engine();
        engine
            .arg(format!("--server={}", server.url))
            .arg(format!("--app-id={}", server.app_id))
            .arg(format!("--app-key={}", server.app_key))
            .arg(format!("--storage={}", player.display()))
            .arg("--once");
        engine
    };
    played(workspace, &Engine { name: "Godot", suite: &suite, sample: &sample }, scratch.path())
}

/// LÖVE with the wrapper in Lua.
pub(crate) fn love(workspace: &Workspace) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    let game = workspace.root.join("samples/love");
    let tests = staged(workspace, scratch.path(), "love")?;
    let built = workspace.build("tdsauth", &["--lib"])?;
    let library = built.file("libtdsauth.so")?;
    let engine = |folder: &Path| {
        let mut engine = at_home("love", scratch.path());
        engine.env("TDSAUTH_LIBRARY", library).arg(folder);
        engine
    };
    let suite = |story: &str| {
        let mut engine = engine(&tests);
        engine.arg(story);
        engine
    };
    let sample = |server: &Server, player: &Path| {
        let mut engine = engine(&game);
        engine
            .args(["--server", &server.url, "--app-id", &server.app_id])
            .args(["--app-key", &server.app_key, "--headless", "--storage"])
            .arg(player);
        engine
    };
    played(workspace, &Engine { name: "LÖVE", suite: &suite, sample: &sample }, scratch.path())
}

/// The engine, which is to leave its files at `home`, not with whoever runs the tests.
fn at_home(engine: &str, home: &Path) -> Command {
    let mut engine = process::program(engine);
    engine.env("HOME", home).env("XDG_RUNTIME_DIR", home);
    for variable in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        engine.env_remove(variable);
    }
    engine
}

/// The stories, and the sample: a guest is greeted, and known after a restart.
fn played(workspace: &Workspace, engine: &Engine, scratch: &Path) -> Result<Counts, String> {
    let (player, note) = (scratch.join("player"), scratch.join("note"));
    suite::with_server(workspace, |suites: &Suites| {
        let mut counts = Counts::default();
        for story in ["first", "again"] {
            let mut command = (engine.suite)(story);
            command.env("TDSAUTH_TEST_PLAYER", &player).env("TDSAUTH_TEST_NOTE", &note);
            counts.add(suites.run(&format!("{}: {story}", engine.name), &mut command, PLAY)?);
        }
        let greeted =
            |player: &Path| process::output(&mut (engine.sample)(suites.server(), player), PLAY);
        let player = scratch.join("sample");
        let known = greeted(&player).and_then(|first| known(&first, &greeted(&player)?));
        counts.check(&format!("{}: the sample knows its guest again", engine.name), known);
        Ok(counts)
    })
}

/// Whether the second run greeted the player of the first one.
fn known(first: &str, second: &str) -> Result<(), String> {
    let id = |said: &str, greeting: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(greeting));
        line.map(str::to_owned).ok_or_else(|| format!("no `{greeting}…` in: {said}"))
    };
    let (made, met) = (id(first, "Welcome, ")?, id(second, "Welcome back, ")?);
    if made == met { Ok(()) } else { Err(format!("{met} is back, not {made}")) }
}

/// The sample's files and those of its suite in one folder; of two with one name the suite's.
fn staged(workspace: &Workspace, scratch: &Path, name: &str) -> Result<PathBuf, String> {
    let folder = new_folder(scratch, name)?;
    for from in ["samples", "tests/engines"] {
        copy_all(&workspace.root.join(from).join(name), &folder)?;
    }
    Ok(folder)
}

fn copy_all(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", from.display());
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(failed)?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(|_| ()).map_err(|error| format!("{}: {error}", from.display()))
}

/// The folder of Godot's headers, as cargo has unpacked it.
fn godot_headers(workspace: &Workspace) -> Result<PathBuf, String> {
    let mut cargo = workspace.cargo();
    cargo.args(["metadata", "--locked", "--format-version", "1", "--manifest-path", GODOT_HEADERS]);
    let text = process::output(&mut cargo, FETCH)
        .map_err(|why| format!("Godot's headers could not be fetched: {why}"))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let packages = metadata.get("packages").and_then(Value::as_array).into_iter().flatten();
    let named = |package: &&Value| package.get("name").is_some_and(|name| name == "gdnative-sys");
    let manifest =
        packages.into_iter().find(named).and_then(|package| package.get("manifest_path"));
    let manifest = manifest.and_then(Value::as_str).ok_or("cargo names no gdnative-sys")?;
    Ok(Path::new(manifest).with_file_name("godot_headers"))
}

#[cfg(test)]
mod tests {
    use super::known;

    #[test]
    fn only_the_same_player_is_known_again() {
        let first = "Engine 1.0\nWelcome, a1\n";
        assert_eq!(known(first, "Welcome back, a1\n"), Ok(()));
        assert!(known(first, "Welcome back, b2\n").is_err());
        assert!(known(first, "Welcome, a1\n").is_err());
        assert!(known("ERROR\n", "Welcome back, a1\n").is_err());
    }
}
