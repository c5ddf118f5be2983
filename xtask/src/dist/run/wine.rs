//! Windows: the C suite, linked to the DLL by its import library, and the core's own tests of what it
//! keeps on the disk, both under Wine.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::counts::Counts;
use crate::suite::{self, Suites};
use crate::workspace::{self, Workspace};
use crate::{cargo_test, native_suite, process};

use super::super::slice::Source;
use super::super::target::Library;
use super::super::tools::Tools;

const COMPILER: &str = "x86_64-w64-mingw32-gcc";
/// Debian has neither in the path.
const WINE: &str = "/usr/lib/wine/wine64";
const WINESERVER: &str = "/usr/lib/wine/wineserver";

const COMPILE: Duration = Duration::from_secs(120);
/// Making what Windows has on its drive C: takes seconds.
const FIRST_START: Duration = Duration::from_secs(300);
const SUITE: Duration = Duration::from_secs(600);
const END: Duration = Duration::from_secs(30);

const STORAGE_TESTS: [&str; 7] = [
    "--no-run",
    "--lib",
    "--test",
    "session",
    "--target",
    "x86_64-pc-windows-gnu",
    "-Zbuild-std=std,panic_unwind,test",
];
/// Thousands of files each, which is minutes under Wine.
const LONG_TESTS: [&str; 4] = ["--skip", "flipped_bit", "--skip", "model::"];

/// See in the file why.
const BCRYPTPRIMITIVES: &str = include_str!("bcryptprimitives.c");

/// Each library that programs are linked by, and whose programs these are.
const IMPORTS: [(&str, &str); 2] = [("libtdsauth.dll.a", "MinGW"), ("tdsauth.lib", "MSVC")];

/// The C suite under Wine, by either import library.
pub(super) fn run(workspace: &Workspace, library: &Library) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    let dll = library.folder.join("tdsauth.dll");
    std::fs::copy(&dll, scratch.path().join("tdsauth.dll"))
        .map_err(|error| format!("{}: {error}", dll.display()))?;
    bcryptprimitives(scratch.path())?;
    let wine = Wine::start(workspace)?;
    let mut counts = Counts::default();
    for (import, of) in IMPORTS {
        println!("# linked by the import library of {of}");
        let program = scratch.path().join(format!("{of}.exe"));
        let link = [
            // C99's formats also where msvcrt does not know them, and nothing beside the program
            // but the library.
            "-D__USE_MINGW_ANSI_STDIO=1".to_owned(),
            library.folder.join(import).display().to_string(),
            "-lws2_32".to_owned(),
            "-static".to_owned(),
        ];
        native_suite::compile_c(workspace, COMPILER, &link, &program)?;
        let name = format!("the C suite on {}, by {import}", library.target.name);
        // A server each: to a second suite its players are no strangers.
        counts.add(suite::with_tls(workspace, |suites: &Suites| {
            suites.run_abroad(&name, &mut wine.program(&program), SUITE, &on_drive_z)
        })?);
    }
    Ok(counts)
}

/// The core's own tests, as far as they are about files: there Windows is another world.
pub(in super::super) fn storage(
    workspace: &Workspace,
    tools: &Tools,
    source: &Source,
) -> Result<Counts, String> {
    let mut cargo = tools.cargo("/usr/bin/cargo");
    cargo.current_dir(&source.root).env("CARGO_TARGET_DIR", &source.build);
    let built = workspace::build(cargo, "test", "tdsauth-core", &STORAGE_TESTS)?;
    let scratch = workspace.scratch()?;
    bcryptprimitives(scratch.path())?;
    let wine = Wine::start(workspace)?;
    let mut counts = Counts::default();
    for program in built.files.iter().filter(|file| file.extension().is_some_and(|is| is == "exe"))
    {
        let mut command = wine.program(program);
        command.env("WINEPATH", on_drive_z(scratch.path())).args(LONG_TESTS);
        counts.add(cargo_test::counted(command.current_dir(source.root.join("core")), SUITE)?);
    }
    Ok(counts)
}

/// By what name Windows programs know a file of this machine.
fn on_drive_z(path: &Path) -> PathBuf {
    format!("Z:{}", path.display()).replace('/', "\\").into()
}

fn bcryptprimitives(folder: &Path) -> Result<(), String> {
    let source = folder.join("bcryptprimitives.c");
    std::fs::write(&source, BCRYPTPRIMITIVES)
        .map_err(|error| format!("{}: {error}", source.display()))?;
    let mut compiler = process::program(COMPILER);
    compiler.args(["-O1", "-Wall", "-Werror", "-shared", "-o"]);
    compiler.arg(folder.join("bcryptprimitives.dll")).arg(source).arg("-ladvapi32");
    process::output(&mut compiler, COMPILE).map(|_| ())
}

/// Wine with a drive C: of its own; what it started ends with it.
struct Wine {
    prefix: PathBuf,
    // Where Wine would leave menus and settings of the person's.
    home: tempfile::TempDir,
}

impl Wine {
    /// Makes the drive (700 MB) if this version of Wine has none in the target folder yet.
    fn start(workspace: &Workspace) -> Result<Self, String> {
        let version = process::output(process::program(WINE).arg("--version"), END)?;
        let version = version.split_whitespace().next().ok_or("Wine has no version")?.to_owned();
        let home = workspace.scratch()?;
        let kept = workspace.target.join("wine").join(&version);
        if !kept.exists() {
            // Under another name until it is whole.
            let making = kept.with_file_name(format!("{version}.new"));
            if making.exists() {
                std::fs::remove_dir_all(&making).map_err(|error| error.to_string())?;
            }
            std::fs::create_dir_all(&making).map_err(|error| error.to_string())?;
            let new = Self { prefix: making.clone(), home };
            let mut boot = new.wine();
            boot.args(["wineboot", "-i"]).stdout(Stdio::null()).stderr(Stdio::null());
            process::run(&mut boot, FIRST_START)?;
            drop(new);
            std::fs::rename(&making, &kept).map_err(|error| error.to_string())?;
        }
        Ok(Self { prefix: kept, home: workspace.scratch()? })
    }

    /// A Windows program.
    fn program(&self, program: &Path) -> Command {
        let mut command = self.wine();
        command.arg(program);
        command
    }

    fn wine(&self) -> Command {
        let mut command = process::program(WINE);
        self.tell(&mut command);
        command
    }

    fn tell(&self, command: &mut Command) {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            // No menus on the person's desktop, no offer to fetch .NET and a browser.
            .env("WINEDLLOVERRIDES", "winemenubuilder.exe,mscoree,mshtml=")
            .env("HOME", self.home.path())
            .env_remove("DISPLAY");
    }

    /// Ends all that runs on this drive and waits for it.
    fn end(&self) -> Result<(), String> {
        for option in ["-k", "-w"] {
            let mut server = process::program(WINESERVER);
            self.tell(&mut server);
            // It fails where nothing is left to be ended.
            process::capture(server.arg(option), END)?;
        }
        Ok(())
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        if let Err(why) = self.end() {
            println!("# {why}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_this_machine_are_on_drive_z() {
        assert_eq!(on_drive_z(Path::new("/tmp/a b/c")), Path::new("Z:\\tmp\\a b\\c"));
    }
}
