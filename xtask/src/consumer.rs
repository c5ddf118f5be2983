//! A stranger's project, built from a staged SDK by CMake and by pkg-config, and run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::gates::Outcome;
use crate::process;
use crate::sdk::{self, Sdk};

/// Configuring, compiling and linking a few lines.
const LIMIT: Duration = Duration::from_secs(300);

/// Builds and runs the consumer in C and C++, linked shared and static, found by CMake and by
/// pkg-config. `scratch` is an empty folder that the caller removes.
pub(crate) fn consumer_gates(
    root: &Path,
    scratch: &Path,
    cdylib: &Path,
    staticlib: &Path,
) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for (kind, cdylib, staticlib) in
        [("shared", Some(cdylib), None), ("static", None, Some(staticlib))]
    {
        // Staged at one place and moved to another: a package that knows where it was made fails.
        let made = scratch.join(format!("made-{kind}"));
        let prefix = scratch.join(format!("sdk-{kind}"));
        let staged = sdk::stage(root, &made, cdylib, staticlib)
            .and_then(|_| std::fs::rename(&made, &prefix))
            .map_err(|error| error.to_string());
        if let Err(why) = staged {
            outcomes.push(Outcome::new(format!("an SDK can be staged: {kind}"), Err(why)));
            continue;
        }
        let sdk = Sdk::at(&prefix);
        let folder = scratch.join(format!("cmake-{kind}"));
        let name = format!("find_package(tdsauth) serves a C and a C++ project: {kind}");
        outcomes.push(Outcome::new(name, by_cmake(root, &sdk, &folder, &[])));
        for (compiler, source) in [("gcc", "main.c"), ("g++", "main.cpp")] {
            let folder = scratch.join(format!("pkg-config-{kind}-{compiler}"));
            let name = format!("pkg-config serves {source}: {kind}");
            let done = by_pkg_config(root, &sdk, &folder, compiler, source);
            outcomes.push(Outcome::new(name, done));
        }
    }
    outcomes.push(Outcome::new(
        "find_package(tdsauth) refuses versions that do not fit",
        refusals(root, &Sdk::at(&scratch.join("sdk-shared")), scratch),
    ));
    outcomes.push(Outcome::new(
        "tdsauth_USE_STATIC chooses the static library where both are",
        static_by_choice(root, scratch, cdylib, staticlib),
    ));
    outcomes
}

/// Before 1.0 another minor is another ABI; later than what is there is never good enough.
fn refusals(root: &Path, sdk: &Sdk, scratch: &Path) -> Result<(), String> {
    for version in ["99", "1.0", "0.99", "0.1.99"] {
        let folder = scratch.join(format!("cmake-{version}"));
        match configure(root, sdk, &folder, &[&format!("-DWANTED={version}")]) {
            Ok(()) => return Err(format!("{version} was taken to fit")),
            Err(why) if why.contains("compatible") => {}
            Err(why) => return Err(why),
        }
    }
    Ok(())
}

fn static_by_choice(
    root: &Path,
    scratch: &Path,
    cdylib: &Path,
    staticlib: &Path,
) -> Result<(), String> {
    let sdk = sdk::stage(root, &scratch.join("sdk-both"), Some(cdylib), Some(staticlib))
        .map_err(|error| error.to_string())?;
    let folder = scratch.join("cmake-both");
    by_cmake(root, &sdk, &folder, &["-Dtdsauth_USE_STATIC=ON"])?;
    let needs = say(process::program("readelf").arg("-d").arg(folder.join("consumer_c")))?;
    if needs.contains("libtdsauth") { Err("it needs the shared library".into()) } else { Ok(()) }
}

/// Builds the consumers with CMake's `options` in `folder`, `consumer_c` and `consumer_cpp`.
pub(crate) fn built_by_cmake(
    root: &Path,
    sdk: &Sdk,
    folder: &Path,
    options: &[&str],
) -> Result<(), String> {
    configure(root, sdk, folder, options)?;
    say(process::program("cmake").arg("--build").arg(folder)).map(|_| ())
}

/// Builds them and runs them.
pub(crate) fn by_cmake(
    root: &Path,
    sdk: &Sdk,
    folder: &Path,
    options: &[&str],
) -> Result<(), String> {
    built_by_cmake(root, sdk, folder, options)?;
    let mut test = process::program("ctest");
    say(test.arg("--test-dir").arg(folder).args(["--output-on-failure", "--no-tests=error"]))
        .map(|_| ())
}

fn configure(root: &Path, sdk: &Sdk, folder: &Path, options: &[&str]) -> Result<(), String> {
    let mut prefix = OsString::from("-DCMAKE_PREFIX_PATH=");
    prefix.push(&sdk.prefix);
    let project = root.join("tests/consumer");
    // Nothing of the machine's own may be found instead of what was staged.
    let shut = ["-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF", "-DCMAKE_BUILD_TYPE=Debug"];
    let mut configure = process::program("cmake");
    configure.arg("-S").arg(project).arg("-B").arg(folder).arg(prefix).args(shut).args(options);
    say(&mut configure).map(|_| ())
}

/// Builds the consumer of one `source` with a `compiler`; where the program is.
pub(crate) fn built_by_pkg_config(
    root: &Path,
    sdk: &Sdk,
    folder: &Path,
    compiler: &str,
    source: &str,
) -> Result<PathBuf, String> {
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let mut ask = process::program("pkg-config");
    ask.env("PKG_CONFIG_LIBDIR", &sdk.pkgconfig).env_remove("PKG_CONFIG_PATH");
    let flags = say(ask.args(["--static", "--cflags", "--libs", "tdsauth"]))?;
    let program = folder.join("consumer");
    let mut build = process::program(compiler);
    build.arg(root.join("tests/consumer").join(source)).arg("-o").arg(&program);
    say(build.args(flags.split_whitespace()))?;
    Ok(program)
}

/// Builds it and runs it.
pub(crate) fn by_pkg_config(
    root: &Path,
    sdk: &Sdk,
    folder: &Path,
    compiler: &str,
    source: &str,
) -> Result<(), String> {
    let program = built_by_pkg_config(root, sdk, folder, compiler, source)?;
    let said =
        say(process::program(&program).arg(folder.join("state")).env("LD_LIBRARY_PATH", &sdk.lib))?;
    let expected = concat!("with tdsauth ", env!("CARGO_PKG_VERSION"), "\n");
    if said.ends_with(expected) { Ok(()) } else { Err(format!("it said {said:?}")) }
}

fn say(command: &mut Command) -> Result<String, String> {
    process::output(command, LIMIT)
}
