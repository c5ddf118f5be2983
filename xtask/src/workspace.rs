//! The checked-out repository and what cargo builds in it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::process;

/// What a profile cannot say of the library that ships. With frame pointers the unwind tables are a
/// quarter shorter, and nothing is slower. SHA-256 in its short form: it checks small files and
/// makes one PKCE challenge a login (the MAC's SHA-1 is another matter, and untouched).
pub(crate) const SHIPPED: [&str; 3] = [
    "-Cforce-frame-pointers=yes",
    "--cfg=sha2_256_backend=\"soft\"",
    "--cfg=sha2_backend_soft=\"compact\"",
];

/// Functions that came out alike are kept once. Only where rustc links with its own lld; GNU ld does
/// not know the option. Rust does not promise that two functions have two addresses, so no code may
/// tell them apart by these.
pub(crate) const ALIKE_ONCE: &str = "-Clink-arg=-Wl,--icf=all";

/// The library is the last that is compiled, with all that it is made of: from there on, little is
/// copied into its callers. Not where speed is bought by it: that is done by then.
pub(crate) const LAST: [&str; 3] =
    ["--", "-Cllvm-args=-inline-threshold=10", "-Cllvm-args=-min-jump-table-entries=8"];

/// A build of everything from nothing takes minutes on two cores.
const BUILD: Duration = Duration::from_secs(30 * 60);

/// The repository, its target folder, and how thorough the run is to be.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
    /// `--long`: run what takes long too.
    pub(crate) long: bool,
}

/// What one `cargo build` made.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// Files of the package's own targets: libraries, executables.
    pub(crate) files: Vec<PathBuf>,
    /// The folder that the package's build script wrote to.
    pub(crate) out_dir: Option<PathBuf>,
}

impl Built {
    /// The file of this name.
    pub(crate) fn file(&self, name: &str) -> Result<&Path, String> {
        let found = self.files.iter().find(|file| file.file_name().is_some_and(|is| is == name));
        found.map(PathBuf::as_path).ok_or_else(|| format!("cargo built no {name}"))
    }
}

impl Workspace {
    /// Finds the workspace that this program was built from.
    pub(crate) fn find(long: bool) -> Result<Self, String> {
        // At run time first: a checkout may have been moved since it was built.
        let own = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own.parent().ok_or("xtask has no parent folder")?.to_owned();
        let mut metadata = process::cargo();
        metadata.current_dir(&root).args(["metadata", "--no-deps", "--format-version", "1"]);
        let text = process::output(&mut metadata, Duration::from_secs(120))?;
        let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let target = metadata.get("target_directory").and_then(Value::as_str);
        let target = PathBuf::from(target.ok_or("cargo metadata names no target folder")?);
        Ok(Self { root, target, long })
    }

    /// Cargo, in the workspace's folder.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = process::cargo();
        command.current_dir(&self.root);
        command
    }

    /// Builds one package with `arguments` (`--no-default-features`, …).
    pub(crate) fn build(&self, package: &str, arguments: &[&str]) -> Result<Built, String> {
        build(self.cargo(), "build", package, arguments)
    }

    /// Builds one package as it ships.
    pub(crate) fn build_to_ship(&self, package: &str, arguments: &[&str]) -> Result<Built, String> {
        let mut cargo = self.cargo();
        cargo.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", shipped()?);
        let mut all = vec!["--profile", "dist"];
        all.extend(arguments);
        if !arguments.contains(&"--lib") {
            return build(cargo, "build", package, &all);
        }
        all.extend(LAST);
        build(cargo, "rustc", package, &all)
    }

    /// A new empty folder for one run, 0700, removed when it is dropped.
    pub(crate) fn scratch(&self) -> Result<tempfile::TempDir, String> {
        tempfile::Builder::new()
            .prefix("tdsauth-")
            .tempdir()
            .map_err(|error| format!("no temporary folder could be made: {error}"))
    }

    /// The folder `screenshots/<name>` below the target folder, emptied: for pictures that are kept
    /// for people to look at.
    pub(crate) fn pictures(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.target.join("screenshots").join(name);
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(failed)?;
        }
        std::fs::create_dir_all(&folder).map_err(failed)?;
        Ok(folder)
    }
}

/// The flags of rustc for what ships, in the form that allows for spaces in them.
fn shipped() -> Result<String, String> {
    let mut flags = SHIPPED.map(str::to_owned).to_vec();
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        flags.push(ALIKE_ONCE.to_owned());
    }
    // Where this machine keeps the sources of dependencies stands in each place that may panic: that
    // takes room, and is nobody's business.
    for sources in registries()? {
        flags.push(format!("--remap-path-prefix={}/=", sources.display()));
    }
    Ok(flags.join("\u{1f}"))
}

/// The folders into which cargo unpacks the sources of dependencies.
pub(crate) fn registries() -> Result<Vec<PathBuf>, String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let folder = home.ok_or("neither CARGO_HOME nor HOME is set")?.join("registry").join("src");
    if !folder.exists() {
        // Before the first download, or with vendored sources.
        return Ok(Vec::new());
    }
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut all = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        all.push(entry.map_err(failed)?.path());
    }
    all.sort();
    Ok(all)
}

/// Makes the folder `name` in `parent`, 0700.
pub(crate) fn new_folder(parent: &Path, name: &str) -> Result<PathBuf, String> {
    use std::os::unix::fs::DirBuilderExt;
    let folder = parent.join(name);
    // Like a game's own folder: nobody else's business.
    let made = std::fs::DirBuilder::new().mode(0o700).create(&folder);
    made.map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Builds `package` by cargo's `verb`, and learns what came of it.
pub(crate) fn build(
    mut command: Command,
    verb: &str,
    package: &str,
    arguments: &[&str],
) -> Result<Built, String> {
    command
        .args([verb, "--locked", "--package", package])
        .arg("--message-format=json-render-diagnostics")
        .args(arguments);
    let mut built = Built::default();
    let status = process::stream(&mut command, BUILD, |line| {
        // A line that is no JSON is something a build script printed: nothing to learn.
        if let Ok(message) = serde_json::from_str::<Value>(line) {
            built.learn(&message, package);
        }
    })?;
    process::success(&command, status)?;
    Ok(built)
}

impl Built {
    /// Takes from one of cargo's messages what concerns `package`.
    fn learn(&mut self, message: &Value, package: &str) {
        let text = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default();
        // `path+file:///…/server#tdsauth-server@0.1.0`, or `path+file:///…/core#0.1.0` when the
        // folder already bears the name.
        let id = text("package_id");
        let (folder, rest) = id.rsplit_once('#').unwrap_or((id, ""));
        let named = match rest.split_once('@') {
            Some((name, _)) => name,
            None => folder.rsplit('/').next().unwrap_or_default(),
        };
        if named != package {
            return;
        }
        match text("reason") {
            "compiler-artifact" => {
                let files = message.get("filenames").and_then(Value::as_array);
                let files = files.into_iter().flatten().filter_map(Value::as_str);
                self.files.extend(files.map(PathBuf::from));
            }
            "build-script-executed" => self.out_dir = Some(PathBuf::from(text("out_dir"))),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_other_packages_are_passed_over() {
        let mut built = Built::default();
        for text in [
            r#"{"reason":"compiler-artifact","package_id":"path+file:///a/server#tdsauth-server@0.1.0","filenames":["/t/server"]}"#,
            r#"{"reason":"compiler-artifact","package_id":"path+file:///a/tdsauth#0.1.0","filenames":["/t/libtdsauth.so","/t/libtdsauth.a"]}"#,
            r#"{"reason":"build-script-executed","package_id":"path+file:///a/tdsauth#0.1.0","out_dir":"/t/out"}"#,
        ] {
            built.learn(&serde_json::from_str(text).unwrap(), "tdsauth");
        }
        assert_eq!(built.file("libtdsauth.so"), Ok(Path::new("/t/libtdsauth.so")));
        assert!(built.file("server").is_err());
        assert_eq!(built.out_dir, Some(PathBuf::from("/t/out")));
    }
}
