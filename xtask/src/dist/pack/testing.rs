//! Libraries that are a few letters each, for tests of where they go.

use std::fs;
use std::path::{Path, PathBuf};

use super::papers::Papers;
use crate::dist::target::{Library, named};

/// They are there as long as this is.
pub(super) struct Built {
    _folder: tempfile::TempDir,
    pub(super) libraries: Vec<Library>,
}

/// The repository.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Those of the targets called `names`, all when there is none: in each file stand its target and
/// its name.
pub(super) fn libraries(names: &[&str]) -> Built {
    let folder = tempfile::tempdir().unwrap();
    let mut libraries = Vec::new();
    for target in named(names).unwrap() {
        let of = folder.path().join(target.name);
        for name in target.files {
            let files: &[&str] = match name.rsplit_once('.') {
                Some((_, "bundle")) => &["Contents/Info.plist", "Contents/MacOS/tdsauth"],
                Some((_, "xcframework")) => &[
                    "Info.plist",
                    "ios-arm64/libtdsauth.a",
                    "ios-arm64_x86_64-simulator/libtdsauth.a",
                ],
                _ => &[""],
            };
            for file in files {
                let path = if file.is_empty() { of.join(name) } else { of.join(name).join(file) };
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, format!("{} {name}", target.name)).unwrap();
            }
        }
        libraries.push(Library { target, folder: of });
    }
    Built { _folder: folder, libraries }
}

/// With notices of one line.
pub(super) fn papers() -> Papers {
    Papers::read(&root(), "notices\n".to_owned()).unwrap()
}
