//! One slice: the library compiled for one processor, the standard library with it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::target::{Kind, Slice};
use super::tools::Tools;
use crate::workspace::{self, Built, LAST, SHIPPED, registries};

/// Unwinding, for a caught panic must stay a returned code; no backtraces, which only a panic that
/// nobody catches would print.
const STD: [&str; 2] =
    ["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"];

/// Where Debian puts the sources of the standard library, and where the link there leads.
const STD_SOURCES: &str = "/usr/lib/rustlib/src/rust";

/// The sources that are built, and cargo's folder for what it builds of them.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) root: PathBuf,
    pub(super) build: PathBuf,
}

/// What a system asks for beyond what all have in common.
#[derive(Debug)]
pub(super) struct Setting {
    /// `cargo`, or what stands in for it.
    pub(super) cargo: &'static str,
    /// Stands behind the triple on its command line.
    pub(super) level: &'static str,
    pub(super) environment: Vec<(String, OsString)>,
    /// For rustc when it links.
    pub(super) link: Vec<String>,
    /// For the C compiler.
    pub(super) c_flags: Vec<String>,
}

impl Setting {
    /// Where plain cargo finds everything by itself.
    pub(super) fn plain() -> Self {
        Self {
            cargo: "/usr/bin/cargo",
            level: "",
            environment: Vec::new(),
            link: Vec::new(),
            c_flags: Vec::new(),
        }
    }
}

/// Builds it.
pub(super) fn build(
    tools: &Tools,
    source: &Source,
    slice: &Slice,
    setting: &Setting,
) -> Result<Built, String> {
    let places = Places::of(source)?;
    let mut cargo = tools.cargo(setting.cargo);
    cargo.current_dir(&source.root).env("CARGO_TARGET_DIR", &source.build);
    cargo.envs(setting.environment.iter().map(|(name, value)| (name, value)));
    let mut flags: Vec<String> = SHIPPED.map(str::to_owned).to_vec();
    flags.extend(places.rust_flags());
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    let mut c_flags = setting.c_flags.clone();
    c_flags.extend(places.c_flags());
    let c_flags: Vec<String> = c_flags.iter().map(|flag| format!("'{flag}'")).collect();
    cargo.env("CC_SHELL_ESCAPED_FLAGS", "1");
    cargo.env(format!("CFLAGS_{}", underscores(slice.triple)), c_flags.join(" "));

    let target = format!("{}{}", slice.triple, setting.level);
    let kinds: Vec<&str> = slice.kinds.iter().map(crate_type).collect();
    let mut arguments = vec!["--lib", "--profile", "dist", "--target", &target];
    let kinds = kinds.join(",");
    arguments.extend(["--crate-type", &kinds]);
    arguments.extend(STD);
    arguments.extend(LAST);
    arguments.extend(setting.link.iter().map(String::as_str));
    workspace::build(cargo, "rustc", "tdsauth", &arguments)
}

/// As it stands in the names of variables.
pub(super) fn underscores(triple: &str) -> String {
    triple.replace('-', "_")
}

fn crate_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Shared => "cdylib",
        Kind::Static => "staticlib",
    }
}

/// Folders of this machine whose names must not be in what ships: they take room, differ from one
/// machine to the next, and are nobody's business.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Places(Vec<PathBuf>);

impl Places {
    /// Those of a build. Inner folders come after outer ones: of several that fit, rustc and C
    /// compilers take the last.
    pub(super) fn of(source: &Source) -> Result<Self, String> {
        let mut all = vec![source.root.clone(), source.build.clone(), STD_SOURCES.into()];
        if let Ok(real) = Path::new(STD_SOURCES).canonicalize() {
            all.push(real);
        }
        all.extend(registries()?);
        all.sort();
        all.dedup();
        Ok(Self(all))
    }

    fn rust_flags(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|place| format!("--remap-path-prefix={}/=", place.display()))
    }

    fn c_flags(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|place| format!("-ffile-prefix-map={}/=", place.display()))
    }

    /// The folders themselves.
    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_folder_of_the_machine_is_left_in_what_is_compiled() {
        let source = Source { root: "/home/x/game".into(), build: "/home/x/game/target".into() };
        let places = Places::of(&source).unwrap();
        let flags: Vec<String> = places.rust_flags().collect();
        let at = |flag: &str| flags.iter().position(|is| is == flag).unwrap();
        let root = at("--remap-path-prefix=/home/x/game/=");
        assert!(root < at("--remap-path-prefix=/home/x/game/target/="));
        assert!(places.c_flags().any(|flag| flag == "-ffile-prefix-map=/home/x/game/="));
    }
}
