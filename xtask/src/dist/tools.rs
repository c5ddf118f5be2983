//! The programs that build for other systems: Debian's, and two of PyPI.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::target::{System, Target};
use crate::need::{self, Need};
use crate::{fetched, process};

/// For one call of a tool; none takes longer than seconds.
const LIMIT: Duration = Duration::from_secs(300);
const DOWNLOAD: Duration = Duration::from_secs(600);

const REQUIREMENTS: &str = "xtask/src/dist/requirements.txt";

/// What the library for Linux x86_64 is built with, from Debian, and a game with the library.
pub(crate) const LINUX: &[&Need] = &[
    &need::RUSTC_WEB,
    &need::CARGO_WEB,
    &need::RUST_WEB_SRC,
    &need::LLD_19,
    &need::LLVM_19,
    &need::PIP,
    &need::GCC,
    &need::GXX,
    &need::LIBC,
    &need::CMAKE,
    &need::MAKE,
    &need::PKG_CONFIG,
];

/// What the other systems ask for besides; all that a target needs [`Tools::ready`] sees to.
pub(crate) const OTHERS: &[&Need] =
    &[&need::CLANG_19, &need::MINGW, &need::MINGW_GXX, &need::AARCH64_GXX];

/// What building for `targets` needs from Debian.
fn needs(targets: &[&Target]) -> Vec<&'static Need> {
    let mut all = LINUX.to_vec();
    for target in targets {
        match target.system {
            System::Linux => {}
            System::Windows => all.push(&need::MINGW),
            System::MacOs | System::Ios | System::Android => all.push(&need::CLANG_19),
        }
    }
    all
}

/// Programs that are ready to be used, and the folder for what is made for them.
#[derive(Debug)]
pub(super) struct Tools {
    /// `target/cross`.
    folder: PathBuf,
    /// The programs that are looked for before all others.
    bin: PathBuf,
    /// What was fetched from PyPI.
    zig: PathBuf,
}

impl Tools {
    /// Sees to it that all of `targets` can be built. The error is why they cannot.
    pub(super) fn ready(root: &Path, folder: &Path, targets: &[&Target]) -> Result<Self, String> {
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            return Err("libraries for every system are built on Linux x86_64 alone".into());
        }
        need::meet(&needs(targets))?;
        let tools =
            Self { folder: folder.to_owned(), bin: folder.join("bin"), zig: folder.join("zig") };
        fetch(&root.join(REQUIREMENTS), &tools.zig)?;
        fs::create_dir_all(&tools.bin).map_err(|error| error.to_string())?;
        // By this name rustc looks for what strips libraries of Apple's systems.
        tools.link("/usr/bin/llvm-objcopy-19".as_ref(), "rust-objcopy")?;
        tools.link(&tools.zig.join("ziglang/zig"), "zig")?;
        tools.link(&tools.zig.join("bin/cargo-zigbuild"), "cargo-zigbuild")?;
        Ok(tools)
    }

    fn link(&self, program: &Path, name: &str) -> Result<(), String> {
        let link = self.bin.join(name);
        if fs::read_link(&link).is_ok_and(|to| to == program) {
            return Ok(());
        }
        symlink(program, &link).map_err(|error| format!("{}: {error}", link.display()))
    }

    /// Any tool, which finds the others.
    pub(super) fn program(&self, name: &str) -> Command {
        let mut command = process::program(name);
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = vec![self.bin.clone(), PathBuf::from("/usr/bin")];
        folders.extend(std::env::split_paths(&inherited));
        // No folder of a PATH holds a colon: it was split at them.
        let path = std::env::join_paths(folders).unwrap_or(OsString::from("/usr/bin:/bin"));
        command
            .env("PATH", path)
            .env("ZIG_GLOBAL_CACHE_DIR", self.folder.join("zig-cache"))
            .env("ZIG_LOCAL_CACHE_DIR", self.folder.join("zig-cache"))
            .env("CARGO_ZIGBUILD_CACHE_DIR", self.folder.join("zigbuild"));
        command
    }

    /// Debian's cargo with its compiler, and the standard library as part of what is built;
    /// `name` may be a stand-in for cargo.
    pub(super) fn cargo(&self, name: &str) -> Command {
        let mut command = self.program(name);
        command
            .env("CARGO", "/usr/bin/cargo")
            .env("RUSTC", "/usr/bin/rustc")
            // The standard library's sources are no part of stable Rust.
            .env("RUSTC_BOOTSTRAP", "1")
            .env_remove("RUSTFLAGS");
        command
    }

    /// Runs a tool to its end.
    pub(super) fn run(&self, command: &mut Command) -> Result<String, String> {
        process::output(command, LIMIT)
    }

    /// The folder `name` for what is made for a target's tools; it may be there already.
    pub(super) fn made(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    }

    /// A file or folder of the library that zig brings.
    pub(super) fn zig_lib(&self, path: &str) -> PathBuf {
        self.zig.join("ziglang/lib").join(path)
    }
}

fn fetch(requirements: &Path, kept: &Path) -> Result<(), String> {
    fetched::by_locks(kept, &[requirements], |making| {
        println!("Fetching zig and cargo-zigbuild from PyPI (100 MB), once …");
        let mut pip = process::program("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(["--root-user-action=ignore", "--no-deps", "--require-hashes", "--no-compile"])
            .args(["--only-binary", ":all:", "--requirement"])
            .arg(requirements)
            .arg("--target")
            .arg(making);
        process::output(&mut pip, DOWNLOAD)
            .map(|_| ())
            .map_err(|why| format!("zig could not be fetched from PyPI: {why}"))
    })
}
