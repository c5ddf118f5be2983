//! `.meta` files. Unity writes one beside each asset that has none, with an id made up on the spot:
//! they are committed so that scenes refer to the same scripts everywhere, and so that each native
//! library goes into the builds of its own platform alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::plugin::Plugin;
use super::{TREES, plugin};

/// One `.meta` file as it should be.
#[derive(Debug)]
pub(crate) struct Meta {
    /// From the root of the repository.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) text: String,
}

/// What Unity imports an asset as.
enum Kind {
    Folder,
    Script,
    Assembly,
    Package,
    Text,
    Native,
    Other,
    Plugin(Plugin),
}

/// Those of all assets.
pub(crate) fn all(root: &Path) -> Result<Vec<Meta>, String> {
    let mut all = Vec::new();
    for (tree, package) in TREES {
        let mut assets = BTreeSet::new();
        walk(&root.join(tree), "", &mut assets)?;
        if tree == "bindings/csharp" {
            // Native libraries are built for a release and not committed; their settings are.
            for place in plugin::PLACES {
                let parents = place.match_indices('/').filter_map(|(at, _)| place.get(..at));
                assets.extend(parents.map(|parent| (parent.to_owned(), true)));
                assets.insert((place.to_owned(), false));
            }
        }
        for (asset, is_folder) in assets {
            let path = format!("{tree}/{asset}.meta");
            let guid = kept(&root.join(&path)).unwrap_or_else(|| guid(package, &asset));
            let text = text(&guid, &kind(&asset, is_folder));
            all.push(Meta { path, text });
        }
    }
    Ok(all)
}

/// That of a text `asset` which is made when `package` is packed.
pub(crate) fn of_text(package: &str, asset: &str) -> String {
    text(&guid(package, asset), &Kind::Text)
}

/// The id of an asset that has none yet.
fn guid(package: &str, asset: &str) -> String {
    let digest = Sha256::digest(format!("{package}/{asset}"));
    digest.iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// An asset that was moved keeps its id: games refer to it by that.
fn kept(meta: &Path) -> Option<String> {
    let text = fs::read_to_string(meta).ok()?;
    let guid = text.lines().find_map(|line| line.strip_prefix("guid: "))?;
    let is_one = guid.len() == 32 && guid.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| guid.to_owned())
}

/// Names below `folder`, each with whether it is a folder. What begins with a dot or ends with a
/// tilde Unity does not see; samples are copied out of their folder together with their ids.
fn walk(folder: &Path, prefix: &str, into: &mut BTreeSet<(String, bool)>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let asset = format!("{prefix}{name}");
        if name.starts_with('.') || name.ends_with(".meta") {
            continue;
        }
        let is_folder = entry.file_type().map_err(failed)?.is_dir();
        if name.ends_with('~') {
            if name == "Samples~" {
                walk(&entry.path(), &format!("{asset}/"), into)?;
            }
            continue;
        }
        // A macOS bundle is one asset, whatever it is on the disk.
        let is_bundle = name.ends_with(".bundle");
        into.insert((asset.clone(), is_folder && !is_bundle));
        if is_folder && !is_bundle {
            walk(&entry.path(), &format!("{asset}/"), into)?;
        }
    }
    Ok(())
}

fn kind(asset: &str, is_folder: bool) -> Kind {
    if is_folder {
        return Kind::Folder;
    }
    if let Some(plugin) = Plugin::of(asset) {
        return Kind::Plugin(plugin);
    }
    if asset == "package.json" {
        return Kind::Package;
    }
    match asset.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "cs" => Kind::Script,
        "asmdef" => Kind::Assembly,
        "json" | "md" | "txt" | "xml" => Kind::Text,
        "asset" => Kind::Native,
        _ => Kind::Other,
    }
}

fn text(guid: &str, kind: &Kind) -> String {
    let importer = match kind {
        Kind::Folder => "folderAsset: yes\nDefaultImporter:\n  externalObjects: {}\n",
        Kind::Script => {
            "MonoImporter:\n  externalObjects: {}\n  serializedVersion: 2\n  \
             defaultReferences: []\n  executionOrder: 0\n  icon: {instanceID: 0}\n"
        }
        Kind::Assembly => "AssemblyDefinitionImporter:\n  externalObjects: {}\n",
        Kind::Package => "PackageManifestImporter:\n  externalObjects: {}\n",
        Kind::Text => "TextScriptImporter:\n  externalObjects: {}\n",
        Kind::Native => {
            "NativeFormatImporter:\n  externalObjects: {}\n  mainObjectFileID: 11400000\n"
        }
        Kind::Other => "DefaultImporter:\n  externalObjects: {}\n",
        Kind::Plugin(plugin) => &plugin.importer(),
    };
    format!(
        "fileFormatVersion: 2\nguid: {guid}\n{importer}  userData: \n  assetBundleName: \n  \
         assetBundleVariant: \n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_follows_from_the_place_and_stays_with_the_file() {
        let first = guid("a", "b/c.cs");
        assert_eq!(first.len(), 32);
        assert_eq!(first, guid("a", "b/c.cs"));
        assert_ne!(first, guid("a", "b/d.cs"));
        let folder = tempfile::tempdir().unwrap();
        let meta = folder.path().join("moved.cs.meta");
        assert_eq!(kept(&meta), None);
        fs::write(&meta, text(&first, &Kind::Script)).unwrap();
        assert_eq!(kept(&meta), Some(first));
        fs::write(&meta, "guid: x\n").unwrap();
        assert_eq!(kept(&meta), None);
    }

    #[test]
    fn what_unity_does_not_see_has_none() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["Docs~/a.md", "Samples~/One/a.cs", ".git/x", "In/b.cs", "In/b.cs.meta"] {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let mut found = BTreeSet::new();
        walk(folder.path(), "", &mut found).unwrap();
        let names: Vec<String> = found.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["In", "In/b.cs", "Samples~/One", "Samples~/One/a.cs"]);
    }
}
