//! The packages for Unity, as its package manager takes them from a file: a tar, gzipped, whose
//! every path begins with `package/`.

use std::path::Path;

use super::papers::Papers;
use super::tree::Tree;
use crate::dist::target::Library;
use crate::unity::meta;
use crate::unity::plugin::PLACES;

/// Which of a target's files goes where in the package.
const LIBRARIES: [(&str, &str, &str); 7] = [
    ("linux-x86_64", "libtdsauth.so", "Runtime/Plugins/x86_64/libtdsauth.so"),
    ("windows-x86_64", "tdsauth.dll", "Runtime/Plugins/x86_64/tdsauth.dll"),
    ("macos", "tdsauth.bundle", "Runtime/Plugins/macOS/tdsauth.bundle"),
    ("ios", "libtdsauth.a", "Runtime/Plugins/iOS/libtdsauth.a"),
    ("android-arm64-v8a", "libtdsauth.so", "Runtime/Plugins/Android/arm64-v8a/libtdsauth.so"),
    ("android-armeabi-v7a", "libtdsauth.so", "Runtime/Plugins/Android/armeabi-v7a/libtdsauth.so"),
    ("android-x86_64", "libtdsauth.so", "Runtime/Plugins/Android/x86_64/libtdsauth.so"),
];

/// `com.tdsauth.sdk`, with those of `libraries` that Unity has a place for.
pub(super) fn sdk(root: &Path, libraries: &[Library], papers: &Papers) -> Result<Tree, String> {
    let mut tree = Tree::default();
    tree.copy_sources("package", root, "bindings/csharp")?;
    for library in libraries {
        for (_, file, place) in LIBRARIES.iter().filter(|(name, ..)| *name == library.target.name) {
            tree.copy(&format!("package/{place}"), &library.folder.join(file))?;
        }
    }
    let program = "package/Runtime/Plugins/macOS/tdsauth.bundle/Contents/MacOS/tdsauth";
    tree.make_program(program);
    without_strays(&mut tree);
    finish(&mut tree, "com.tdsauth.sdk", papers);
    Ok(tree)
}

/// `com.tdsauth.tapsdk3`.
pub(super) fn tapsdk3(root: &Path, papers: &Papers) -> Result<Tree, String> {
    let mut tree = Tree::default();
    tree.copy_sources("package", root, "bindings/tapsdk3")?;
    finish(&mut tree, "com.tdsauth.tapsdk3", papers);
    Ok(tree)
}

/// The papers under Unity's own names. Each is an asset, so each has its settings.
fn finish(tree: &mut Tree, package: &str, papers: &Papers) {
    for (name, text) in [
        ("LICENSE.md", papers.licence()),
        ("CHANGELOG.md", papers.changelog.clone()),
        ("Third Party Notices.md", super::notices::markdown(&papers.notices)),
    ] {
        tree.text(format!("package/{name}.meta"), meta::of_text(package, name));
        tree.text(format!("package/{name}"), text);
    }
}

/// The settings of a library that is not there, and of a folder that is empty without it: Unity
/// complains of each.
fn without_strays(tree: &mut Tree) {
    let absent: Vec<&str> =
        PLACES.into_iter().filter(|place| !tree.holds(&format!("package/{place}"))).collect();
    for place in absent {
        tree.retain(|path| path != format!("package/{place}.meta"));
        let mut folder = place;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            folder = parent;
            if !tree.holds(&format!("package/{folder}")) {
                tree.retain(|path| path != format!("package/{folder}.meta"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tree::Entry;
    use super::super::{archive, testing};
    use super::*;

    /// Assets without settings, settings without assets. What begins with a dot or ends with a
    /// tilde is none (samples are copied out together with theirs), a bundle is one.
    fn unmatched(tree: &Tree) -> Vec<String> {
        let mut assets = BTreeSet::new();
        let mut settings = BTreeSet::new();
        for (path, _) in tree.entries() {
            let path = path.strip_prefix("package/").unwrap();
            if let Some(asset) = path.strip_suffix(".meta") {
                settings.insert(asset.to_owned());
                continue;
            }
            let mut asset = String::new();
            for part in path.split('/') {
                asset = if asset.is_empty() { part.into() } else { format!("{asset}/{part}") };
                if part.ends_with('~') {
                    if part == "Samples~" {
                        continue;
                    }
                    break;
                }
                assets.insert(asset.clone());
                if part.ends_with(".bundle") {
                    break;
                }
            }
        }
        assets.symmetric_difference(&settings).cloned().collect()
    }

    #[test]
    fn each_library_has_its_place_and_each_asset_its_settings() {
        let places: BTreeSet<&str> = LIBRARIES.iter().map(|(_, _, place)| *place).collect();
        assert_eq!(places, BTreeSet::from(PLACES));
        let built = testing::libraries(&[]);
        let tree = sdk(&testing::root(), &built.libraries, &testing::papers()).unwrap();
        let tree = archive::read(&archive::tar_gz(&tree).unwrap());
        for (target, file, place) in LIBRARIES {
            if file.ends_with(".bundle") {
                assert!(tree.holds(&format!("package/{place}/Contents/Info.plist")));
                continue;
            }
            assert_eq!(
                tree.read(&format!("package/{place}")),
                Some(format!("{target} {file}").as_str())
            );
        }
        let program = "package/Runtime/Plugins/macOS/tdsauth.bundle/Contents/MacOS/tdsauth";
        let found = tree.entries().find(|(path, _)| *path == program).unwrap().1;
        assert!(matches!(found, Entry::Program(_)), "{found:?}");
        assert_eq!(unmatched(&tree), Vec::<String>::new());
        for file in [
            "package.json",
            "README.md",
            "LICENSE.md",
            "CHANGELOG.md",
            "Third Party Notices.md",
            "Documentation~/index.md",
            "Samples~/Login/LoginSample.cs",
        ] {
            assert!(tree.read(&format!("package/{file}")).is_some(), "{file}");
        }
        assert!(!tree.entries().any(|(path, _)| path.contains("/.")));
    }

    #[test]
    fn a_part_of_the_libraries_leaves_no_settings_without_assets() {
        let built = testing::libraries(&["linux-x86_64"]);
        let tree = sdk(&testing::root(), &built.libraries, &testing::papers()).unwrap();
        assert!(tree.holds("package/Runtime/Plugins/x86_64/libtdsauth.so.meta"));
        assert!(!tree.holds("package/Runtime/Plugins/x86_64/tdsauth.dll.meta"));
        assert!(!tree.holds("package/Runtime/Plugins/macOS.meta"));
        // There is a page for Android's web view in it.
        assert!(tree.holds("package/Runtime/Plugins/Android.meta"));
        assert!(!tree.holds("package/Runtime/Plugins/Android/x86_64.meta"));
        assert_eq!(unmatched(&tree), Vec::<String>::new());
    }

    #[test]
    fn the_package_of_the_official_names_is_whole() {
        let tree = tapsdk3(&testing::root(), &testing::papers()).unwrap();
        assert_eq!(unmatched(&tree), Vec::<String>::new());
        assert!(tree.read("package/package.json").unwrap().contains("com.tdsauth.tapsdk3"));
        let ids = |tree: &Tree| -> BTreeSet<String> {
            let metas = tree.entries().filter(|(path, _)| path.ends_with(".meta"));
            metas
                .map(|(path, _)| tree.read(path).unwrap().lines().nth(1).unwrap().to_owned())
                .collect()
        };
        let sdk = sdk(&testing::root(), &[], &testing::papers()).unwrap();
        assert!(ids(&tree).is_disjoint(&ids(&sdk)), "one id for two assets");
    }
}
