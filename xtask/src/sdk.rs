//! Lays out an SDK as a game's build system expects it: `include/`, `lib/`, `lib/cmake/tdsauth/`,
//! `lib/pkgconfig/`. Nothing in it names the place it lies in, so it can be moved.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::workspace::Workspace;

/// What a prefix holds.
#[derive(Clone, Debug)]
pub(crate) struct Sdk {
    /// The prefix itself: what `CMAKE_PREFIX_PATH` takes.
    pub(crate) prefix: PathBuf,
    /// Where `tdsauth.h` and `tdsauth/tdsauth.hpp` are.
    pub(crate) include: PathBuf,
    /// Where the libraries are.
    pub(crate) lib: PathBuf,
    /// What `PKG_CONFIG_PATH` takes.
    pub(crate) pkgconfig: PathBuf,
}

impl Sdk {
    /// The places in `prefix`.
    pub(crate) fn at(prefix: &Path) -> Self {
        Self {
            prefix: prefix.to_owned(),
            include: prefix.join("include"),
            lib: prefix.join("lib"),
            pkgconfig: prefix.join("lib/pkgconfig"),
        }
    }
}

/// Builds the library as it ships and lays it out in `prefix`, which must not be there yet.
pub(crate) fn build(workspace: &Workspace, prefix: &Path) -> Result<Sdk, String> {
    if prefix.exists() {
        return Err(format!("{} is there already", prefix.display()));
    }
    let built = workspace.build_to_ship("tdsauth", &["--lib"])?;
    let (shared, fixed) = (built.file("libtdsauth.so")?, built.file("libtdsauth.a")?);
    // An absolute path serves CMake wherever it is started.
    let failed = |error: io::Error| format!("{}: {error}", prefix.display());
    let prefix = std::path::absolute(prefix).map_err(failed)?;
    stage(&workspace.root, &prefix, Some(shared), Some(fixed)).map_err(failed)
}

/// Fills `prefix` from the sources in `root` and the two built libraries; either may be left out
/// to make an SDK that can only be linked the other way.
pub(crate) fn stage(
    root: &Path,
    prefix: &Path,
    cdylib: Option<&Path>,
    staticlib: Option<&Path>,
) -> io::Result<Sdk> {
    let sdk = Sdk::at(prefix);
    let cmake = sdk.lib.join("cmake/tdsauth");
    for folder in [&sdk.include.join("tdsauth"), &sdk.pkgconfig, &cmake] {
        fs::create_dir_all(folder)?;
    }

    fs::copy(root.join("include/tdsauth.h"), sdk.include.join("tdsauth.h"))?;
    for wrapper in fs::read_dir(root.join("bindings/cpp/include/tdsauth"))? {
        let wrapper = wrapper?;
        fs::copy(wrapper.path(), sdk.include.join("tdsauth").join(wrapper.file_name()))?;
    }
    for library in [cdylib, staticlib].into_iter().flatten() {
        let name = library.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        fs::copy(library, sdk.lib.join(name))?;
        if name == "libtdsauth.so" {
            // What programs ask the loader for is the soname; see link() in build.rs.
            std::os::unix::fs::symlink(name, sdk.lib.join("libtdsauth.so.0"))?;
        }
    }

    for (name, text) in self::cmake(root)? {
        fs::write(cmake.join(name), text)?;
    }
    fs::write(sdk.pkgconfig.join("tdsauth.pc"), Module::linux().text(root)?)?;
    Ok(sdk)
}

/// Names and texts of what makes the CMake package, the same on every platform.
pub(crate) fn cmake(root: &Path) -> io::Result<[(&'static str, String); 2]> {
    Ok([
        ("tdsauthConfig.cmake", template(root, "tdsauthConfig.cmake")?),
        ("tdsauthConfigVersion.cmake", template(root, "tdsauthConfigVersion.cmake.in")?),
    ])
}

/// A module of pkg-config, which is in a folder `pkgconfig` of the SDK.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    /// How many folders it lies below the prefix.
    pub(crate) depth: usize,
    /// The folder of the library, from the prefix.
    pub(crate) folder: String,
    /// What linking the archive needs beside it.
    pub(crate) private: &'static str,
}

impl Module {
    /// Of a library in `folder` that needs nothing named beside it.
    pub(crate) fn shared(folder: &str) -> Self {
        let depth = folder.split('/').count() + 1;
        Self { depth, folder: folder.to_owned(), private: "" }
    }

    /// What rustc names for the archive, but for what every compiler's driver links by itself (the
    /// C library, the unwinder) and what glibc has taken in (librt, libutil).
    pub(crate) fn linux() -> Self {
        Self { private: " -lpthread -lm -ldl", ..Self::shared("lib") }
    }

    /// The file.
    pub(crate) fn text(&self, root: &Path) -> io::Result<String> {
        Ok(template(root, "tdsauth.pc.in")?
            .replace("@UP@", &"/..".repeat(self.depth))
            .replace("@FOLDER@", &self.folder)
            .replace("@PRIVATE@", self.private))
    }
}

/// A template with the version in place. All packages of the workspace share one version.
fn template(root: &Path, name: &str) -> io::Result<String> {
    let text = fs::read_to_string(root.join("bindings/cpp/cmake").join(name))?;
    Ok(text.replace("@VERSION@", env!("CARGO_PKG_VERSION")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let workspace = Workspace { root: path.clone(), target: path.clone(), long: false };
        let why = build(&workspace, &path).unwrap_err();
        assert!(why.ends_with("is there already"), "{why}");
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
    }
}
