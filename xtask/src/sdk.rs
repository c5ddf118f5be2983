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

    let templates = root.join("bindings/cpp/cmake");
    let config = "tdsauthConfig.cmake";
    fs::copy(templates.join(config), cmake.join(config))?;
    fill(&templates, "tdsauthConfigVersion.cmake.in", &cmake.join("tdsauthConfigVersion.cmake"))?;
    fill(&templates, "tdsauth.pc.in", &sdk.pkgconfig.join("tdsauth.pc"))?;
    Ok(sdk)
}

/// Writes a template with the version in place. All packages of the workspace share one version.
fn fill(templates: &Path, template: &str, to: &Path) -> io::Result<()> {
    let text = fs::read_to_string(templates.join(template))?;
    fs::write(to, text.replace("@VERSION@", env!("CARGO_PKG_VERSION")))
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
