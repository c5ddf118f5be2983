//! What was packed, as a stranger takes it: the sums hold, each SDK is unpacked and a game is built
//! with it. Where there is no compiler for the system, CMake is asked what it would link.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::sdk as packed;
use crate::consumer;
use crate::counts::Counts;
use crate::dist::target::{Library, System};
use crate::need;
use crate::process;
use crate::sdk::Sdk;
use crate::workspace::Workspace;

const LIMIT: Duration = Duration::from_secs(300);

/// Looks at the packs of `libraries` in `folder`.
pub(in crate::dist) fn check(
    workspace: &Workspace,
    libraries: &[Library],
    folder: &Path,
) -> Result<Counts, String> {
    need::meet(&[&need::CMAKE, &need::MAKE, &need::PKG_CONFIG, &need::GCC, &need::GXX])?;
    let mut counts = Counts::default();
    let mut sums = process::program("sha256sum");
    sums.current_dir(folder).args(["--check", "--strict", "--quiet", "SHA256SUMS"]);
    counts.check("the sums of the packs hold", say(&mut sums).map(|_| ()));
    let scratch = workspace.scratch()?;
    for sdk in packed::split(libraries) {
        let stranger = Stranger {
            root: &workspace.root,
            sdk: Sdk::at(&scratch.path().join(sdk.folder())),
            scratch: scratch.path().join(sdk.name),
        };
        let name = format!("the SDK of {} unpacks", sdk.name);
        let unpacked = unpack(&folder.join(sdk.file_name()), scratch.path());
        let is_there = unpacked.is_ok();
        counts.check(&name, unpacked);
        if is_there {
            stranger.builds(&sdk, &mut counts)?;
        }
    }
    Ok(counts)
}

/// CMake unpacks both kinds, by no code of ours.
fn unpack(archive: &Path, to: &Path) -> Result<(), String> {
    let mut cmake = process::program("cmake");
    say(cmake.current_dir(to).args(["-E", "tar", "xf"]).arg(archive)).map(|_| ())
}

/// Somebody who has an SDK and no more.
struct Stranger<'a> {
    root: &'a Path,
    sdk: Sdk,
    scratch: PathBuf,
}

impl Stranger<'_> {
    fn builds(&self, sdk: &packed::Sdk, counts: &mut Counts) -> Result<(), String> {
        match (sdk.system, sdk.name) {
            (System::Linux, "linux-x86_64") => self.run_here(counts),
            (System::Linux, _) => {
                need::meet(&[&need::AARCH64_GXX])?;
                self.cross(counts, sdk.name, "aarch64-linux-gnu", "Linux", &["static", "shared"]);
                Ok(())
            }
            (System::Windows, _) => {
                need::meet(&[&need::MINGW_GXX])?;
                self.cross(counts, sdk.name, "x86_64-w64-mingw32", "Windows", &["shared"]);
                let chosen = self.choice("msvc", &["-DCMAKE_SYSTEM_NAME=Windows"]);
                let expected = ["bin/tdsauth.dll", "lib/tdsauth.lib"];
                self.tell(counts, "MSVC", chosen, &expected);
                Ok(())
            }
            (System::MacOs, _) => {
                let chosen = self.choice("macos", &["-DCMAKE_SYSTEM_NAME=Darwin"]);
                self.tell(counts, "macOS", chosen, &["lib/libtdsauth.dylib"]);
                Ok(())
            }
            (System::Android, _) => {
                self.android(sdk, counts);
                Ok(())
            }
            (System::Ios, _) => self.ios(counts),
        }
    }

    fn run_here(&self, counts: &mut Counts) -> Result<(), String> {
        let folder = |name: &str| self.scratch.join(name);
        let done = consumer::by_cmake(self.root, &self.sdk, &folder("shared"), &[]);
        counts.check("a game built by CMake runs: linux-x86_64, shared", done);
        let options = ["-Dtdsauth_USE_STATIC=ON"];
        let done = consumer::by_cmake(self.root, &self.sdk, &folder("static"), &options);
        counts.check("a game built by CMake runs: linux-x86_64, static", done);
        for kind in ["shared", "static"] {
            if kind == "static" {
                // The linker takes the shared one where both are.
                for name in ["libtdsauth.so", "libtdsauth.so.0"] {
                    let file = self.sdk.lib.join(name);
                    std::fs::remove_file(&file)
                        .map_err(|error| format!("{}: {error}", file.display()))?;
                }
            }
            for (compiler, source) in [("gcc", "main.c"), ("g++", "main.cpp")] {
                let folder = folder(&format!("{kind}-{compiler}"));
                let done = consumer::by_pkg_config(self.root, &self.sdk, &folder, compiler, source);
                let name = format!("{source} built by pkg-config runs: linux-x86_64, {kind}");
                counts.check(&name, done);
            }
        }
        Ok(())
    }

    /// Builds for a system whose compilers bear `prefix` before their names.
    fn cross(&self, counts: &mut Counts, name: &str, prefix: &str, system: &str, kinds: &[&str]) {
        for kind in kinds {
            let options = [
                format!("-DCMAKE_SYSTEM_NAME={system}"),
                format!("-DCMAKE_C_COMPILER={prefix}-gcc"),
                format!("-DCMAKE_CXX_COMPILER={prefix}-g++"),
                format!("-Dtdsauth_USE_STATIC={}", if *kind == "static" { "ON" } else { "OFF" }),
            ];
            let folder = self.scratch.join(kind);
            let options = options.each_ref().map(String::as_str);
            let done = consumer::built_by_cmake(self.root, &self.sdk, &folder, &options);
            counts.check(&format!("a game builds by CMake: {name}, {kind}"), done);
        }
        for (compiler, source) in [("gcc", "main.c"), ("g++", "main.cpp")] {
            let folder = self.scratch.join(compiler);
            let compiler = format!("{prefix}-{compiler}");
            let done =
                consumer::built_by_pkg_config(self.root, &self.sdk, &folder, &compiler, source);
            counts.check(&format!("{source} builds by pkg-config: {name}"), done.map(|_| ()));
        }
    }

    fn android(&self, sdk: &packed::Sdk, counts: &mut Counts) {
        for library in &sdk.libraries {
            let Some(abi) = library.target.name.strip_prefix("android-") else { continue };
            // Version 1: without an NDK.
            let chosen = self.choice(
                abi,
                &[
                    "-DCMAKE_SYSTEM_NAME=Android",
                    "-DCMAKE_SYSTEM_VERSION=1",
                    &format!("-DCMAKE_ANDROID_ARCH_ABI={abi}"),
                ],
            );
            let expected = format!("lib/{abi}/libtdsauth.so");
            self.tell(counts, &format!("Android {abi}"), chosen, &[&expected]);
        }
    }

    fn ios(&self, counts: &mut Counts) -> Result<(), String> {
        for (sdk, slice) in
            [("iPhoneOS", "ios-arm64"), ("iPhoneSimulator", "ios-arm64_x86_64-simulator")]
        {
            // CMake wants the folder, not what is in it.
            let sysroot = self.scratch.join(format!("{sdk}.sdk"));
            std::fs::create_dir_all(&sysroot)
                .map_err(|error| format!("{}: {error}", sysroot.display()))?;
            let sysroot = format!("-DCMAKE_OSX_SYSROOT={}", sysroot.display());
            let chosen = self.choice(slice, &["-DCMAKE_SYSTEM_NAME=iOS", &sysroot]);
            let expected = format!("lib/tdsauth.xcframework/{slice}/libtdsauth.a");
            self.tell(counts, sdk, chosen, &[&expected]);
        }
        Ok(())
    }

    /// What CMake would link, with `options`.
    fn choice(&self, name: &str, options: &[&str]) -> Result<Vec<PathBuf>, String> {
        let mut cmake = process::program("cmake");
        cmake.arg("-S").arg(self.root.join("tests/consumer/selection"));
        cmake.arg("-B").arg(self.scratch.join(format!("selection-{name}")));
        // Tool chains for phones look for packages in their own folders alone.
        let package = self.sdk.lib.join("cmake/tdsauth");
        let said = say(cmake.arg(format!("-Dtdsauth_DIR={}", package.display())).args(options))?;
        Ok(said
            .lines()
            .filter_map(|line| line.strip_prefix("-- chosen: "))
            .map(PathBuf::from)
            .collect())
    }

    fn tell(
        &self,
        counts: &mut Counts,
        system: &str,
        chosen: Result<Vec<PathBuf>, String>,
        expected: &[&str],
    ) {
        let result = chosen.and_then(|chosen| {
            let expected: Vec<PathBuf> =
                expected.iter().map(|path| self.sdk.prefix.join(path)).collect();
            if chosen != expected {
                return Err(format!("it is {chosen:?}"));
            }
            match expected.iter().find(|path| !path.is_file()) {
                Some(absent) => Err(format!("{} is not there", absent.display())),
                None => Ok(()),
            }
        });
        counts.check(&format!("CMake finds the library for {system}"), result);
    }
}

fn say(command: &mut Command) -> Result<String, String> {
    process::output(command, LIMIT)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    /// Libraries of a few letters cannot be linked, but chosen.
    #[test]
    fn cmake_chooses_and_a_pack_that_was_changed_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (root, folder) = (testing::root(), folder.path());
        let workspace = Workspace { root, target: PathBuf::new(), long: false };
        let built = testing::libraries(&["macos", "ios", "android-arm64-v8a", "android-x86_64"]);
        std::fs::write(folder.join("tdsauth-0.0.1-ios.tar.gz"), "old").unwrap();
        std::fs::write(folder.join("tdsauth-server"), "cargo's").unwrap();
        super::super::pack(&workspace, &built.libraries, folder).unwrap();
        assert!(!folder.join("tdsauth-0.0.1-ios.tar.gz").exists());
        assert!(folder.join("tdsauth-server").exists());
        let counts = check(&workspace, &built.libraries, folder).unwrap();
        assert_eq!(counts.line(), "9 passed, 0 failed, 0 skipped", "{:?}", counts.failed);
        std::fs::write(folder.join("THIRD-PARTY-NOTICES.txt"), "none\n").unwrap();
        let counts = check(&workspace, &built.libraries[..1], folder).unwrap();
        assert_eq!(counts.line(), "2 passed, 1 failed, 0 skipped");
        assert!(counts.failed[0].starts_with("the sums of the packs hold"), "{:?}", counts.failed);
    }
}
