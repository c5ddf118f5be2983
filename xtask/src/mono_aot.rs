//! Mono's full ahead-of-time mode: nothing may be compiled at run time, as on iOS.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process;

const COMPILE: Duration = Duration::from_secs(600);
/// Each first call from code compiled ahead takes a trampoline out of a fixed number: 4096 if not
/// told otherwise, fewer than the suite's async methods need.
const AHEAD: &str = "--aot=full,ntrampolines=16384,nrgctx-trampolines=16384";
/// Where Debian's Mono keeps the class library.
const MONO: &str = "/usr/lib/mono/4.5";
/// What the suite may load. In this mode an assembly without a compiled image ends the program.
const ASSEMBLIES: [&str; 8] = [
    "mscorlib.dll",
    "System.dll",
    "System.Core.dll",
    "System.Configuration.dll",
    "System.Xml.dll",
    "System.Security.dll",
    "System.Numerics.dll",
    "Mono.Security.dll",
];

/// A folder with the class library compiled ahead. It takes a quarter of a minute, so it is kept
/// below `target` for as long as Mono stays the same.
pub(crate) fn framework(target: &Path) -> Result<PathBuf, String> {
    let kept = target.join("mono-full-aot");
    let stamp = kept.join("made-by.txt");
    let version = process::output(process::program("mono").arg("--version"), COMPILE)?;
    let version = format!("{version}{AHEAD}\n");
    if fs::read_to_string(&stamp).is_ok_and(|made_by| made_by == version) {
        return Ok(kept);
    }
    println!("Compiling Mono's class library ahead, once …");
    let file = |error: std::io::Error| format!("{}: {error}", kept.display());
    if kept.exists() {
        fs::remove_dir_all(&kept).map_err(file)?;
    }
    fs::create_dir_all(&kept).map_err(file)?;
    for name in ASSEMBLIES {
        let source = Path::new(MONO).join(name);
        // A Mono without it has nothing that could load it.
        if source.exists() {
            let copy = kept.join(name);
            fs::copy(&source, &copy).map_err(file)?;
            compile(&copy, &kept)?;
        }
    }
    // Last, so that a run that was cut short is not taken for a whole one.
    fs::write(&stamp, version).map_err(file)?;
    Ok(kept)
}

/// Compiles one assembly ahead; the image lies beside it. It fits only the class library in
/// `framework`, which it has to be run with.
pub(crate) fn compile(assembly: &Path, framework: &Path) -> Result<(), String> {
    let mut mono = process::program("mono");
    mono.env("MONO_PATH", framework).arg(AHEAD).arg(assembly);
    process::output(&mut mono, COMPILE).map(|_| ())
}
