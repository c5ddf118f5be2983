//! The committed files, read anew: these tests know nothing of how the `.meta` files are made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{TREES, plugin};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file and folder below `folder` that git or Unity would care for.
fn below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with('.') || (name.ends_with('~') && name != "Samples~") {
            continue;
        }
        if path.is_dir() {
            below(&path, into);
        }
        if name != "Samples~" {
            into.push(path);
        }
    }
}

fn is_meta(path: &Path) -> bool {
    path.extension().is_some_and(|is| is == "meta")
}

fn metas() -> Vec<PathBuf> {
    let mut all = Vec::new();
    TREES.iter().for_each(|(tree, _)| below(&root().join(tree), &mut all));
    all.retain(|path| is_meta(path));
    all
}

fn guid(meta: &Path) -> String {
    let text = fs::read_to_string(meta).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("fileFormatVersion: 2"), "{}", meta.display());
    let guid = lines.next().unwrap().strip_prefix("guid: ").unwrap().to_owned();
    assert!(guid.len() == 32 && guid.bytes().all(|b| b.is_ascii_hexdigit()), "{guid}");
    guid
}

#[test]
fn each_asset_has_one_meta_and_each_meta_an_asset_or_a_place() {
    for (tree, _) in TREES {
        let tree = root().join(tree);
        let mut all = Vec::new();
        below(&tree, &mut all);
        let (metas, assets): (Vec<_>, Vec<_>) = all.into_iter().partition(|path| is_meta(path));
        let have: BTreeSet<PathBuf> = metas.iter().map(|path| path.with_extension("")).collect();
        let mut wanted: BTreeSet<PathBuf> = assets.into_iter().collect();
        if tree.ends_with("bindings/csharp") {
            wanted.extend(plugin::PLACES.iter().map(|place| tree.join(place)));
        }
        assert_eq!(have, wanted, "run `cargo xtask header`");
        assert_eq!(have.len(), metas.len());
    }
}

#[test]
fn no_two_assets_have_one_id() {
    let metas = metas();
    let ids: BTreeSet<String> = metas.iter().map(|meta| guid(meta)).collect();
    assert_eq!(ids.len(), metas.len());
}

/// `enabled` and the settings of each platform, `Any` among them.
fn platforms(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut all: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut lines = text.lines();
    let mut now = String::new();
    while let Some(line) = lines.next() {
        if line == "  - first:" {
            let (group, name) = lines.next().unwrap().split_once(": ").unwrap();
            now = if name.is_empty() { group.trim().to_owned() } else { name.to_owned() };
        } else if let Some((key, value)) = line.trim_start().split_once(": ") {
            if !now.is_empty() && line.starts_with("      ") {
                all.entry(now.clone()).or_default().insert(key.to_owned(), value.to_owned());
            }
        } else if let Some(key) = line.strip_prefix("        ").and_then(|l| l.strip_suffix(':')) {
            all.entry(now.clone()).or_default().insert(key.to_owned(), String::new());
        }
    }
    all
}

#[test]
fn native_code_is_for_its_own_platform_alone() {
    // Folder and extension; then who it is for, with processor and system.
    type Row = (&'static str, &'static str, &'static [(&'static str, &'static str, &'static str)]);
    let expected: &[Row] = &[
        ("x86_64", "so", &[("Editor", "x86_64", "Linux"), ("Linux64", "x86_64", "")]),
        ("x86_64", "dll", &[("Editor", "x86_64", "Windows"), ("Win64", "x86_64", "")]),
        ("macOS", "bundle", &[("Editor", "AnyCPU", "OSX"), ("OSXUniversal", "AnyCPU", "")]),
        ("iOS", "a", &[("iOS", "ARM64", "")]),
        ("iOS", "mm", &[("iOS", "AnyCPU", "")]),
        ("Android", "java", &[("Android", "ARMv7", "")]),
        ("Android/arm64-v8a", "so", &[("Android", "ARM64", "")]),
        ("Android/armeabi-v7a", "so", &[("Android", "ARMv7", "")]),
        ("Android/x86_64", "so", &[("Android", "X86_64", "")]),
    ];
    let plugins = root().join("bindings/csharp/Runtime/Plugins");
    let mut seen = 0;
    for meta in metas() {
        let Ok(place) = meta.strip_prefix(&plugins) else { continue };
        let asset = place.with_extension("");
        let text = fs::read_to_string(&meta).unwrap();
        if !text.contains("\nPluginImporter:\n") {
            assert!(
                text.contains("\nfolderAsset: yes\n") || asset.ends_with("PrivacyInfo.xcprivacy")
            );
            continue;
        }
        seen += 1;
        let folder = asset.parent().unwrap().to_str().unwrap();
        let extension = asset.extension().unwrap().to_str().unwrap();
        let row = expected.iter().find(|row| (row.0, row.1) == (folder, extension));
        let row = row.unwrap_or_else(|| panic!("{} is unexpected", asset.display()));
        let platforms = platforms(&text);
        for (platform, settings) in &platforms {
            if platform == "Any" {
                assert_eq!(settings["enabled"], "0", "{}", asset.display());
                continue;
            }
            let own = row.2.iter().find(|own| own.0 == platform);
            let is_for = u8::from(own.is_some()).to_string();
            assert_eq!(settings["enabled"], is_for, "{} on {platform}", asset.display());
            let excluded = format!("Exclude {platform}: {}", u8::from(own.is_none()));
            assert!(text.contains(&excluded), "{}: {excluded}", asset.display());
            if let Some((_, processor, system)) = own {
                assert_eq!(settings["CPU"], *processor, "{} on {platform}", asset.display());
                let has = settings.get("OS").map_or("", String::as_str);
                assert_eq!(has, *system, "{} on {platform}", asset.display());
            }
        }
        assert_eq!(platforms.len(), 8, "{platforms:?}");
        assert!(
            text.contains("AddToEmbeddedBinaries: false"),
            "an archive is linked, not embedded"
        );
        let is_64_bit_android = folder == "Android/arm64-v8a" || folder == "Android/x86_64";
        assert_eq!(text.contains("Is16KbAligned: true"), is_64_bit_android, "{}", asset.display());
    }
    assert_eq!(seen, expected.len());
}

#[test]
fn what_scenes_and_settings_refer_to_is_there() {
    let ids: BTreeSet<String> = metas().iter().map(|meta| guid(meta)).collect();
    let mut files = Vec::new();
    below(&root().join("unity-sample"), &mut files);
    let mut seen = 0;
    for file in files {
        if !file.extension().is_some_and(|is| is == "unity" || is == "asset") {
            continue;
        }
        for part in fs::read_to_string(&file).unwrap().split("guid: ").skip(1) {
            let guid: String = part.chars().take_while(char::is_ascii_hexdigit).collect();
            // Zeros and an e or f: what Unity itself brings.
            if !guid.starts_with("0000000000000000") {
                assert!(ids.contains(&guid), "{}: {guid}", file.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 5, "{seen}");
}

#[test]
fn packages_bear_the_version_of_the_library_and_find_each_other() {
    let read = |path: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
    };
    let sdk = read("bindings/csharp/package.json");
    let official = read("bindings/tapsdk3/package.json");
    assert_eq!(sdk["name"], "com.tdsauth.sdk");
    assert_eq!(sdk["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(official["version"], sdk["version"]);
    assert_eq!(official["dependencies"]["com.tdsauth.sdk"], sdk["version"]);
    for sample in sdk["samples"].as_array().unwrap() {
        let path = root().join("bindings/csharp").join(sample["path"].as_str().unwrap());
        assert!(path.is_dir(), "{}", path.display());
    }
    let manifest = read("unity-sample/Packages/manifest.json");
    let place = manifest["dependencies"]["com.tdsauth.sdk"].as_str().unwrap();
    let place = root().join("unity-sample/Packages").join(place.strip_prefix("file:").unwrap());
    assert!(place.join("package.json").is_file(), "{}", place.display());
}

#[test]
fn the_documents_show_what_the_samples_hold() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let unity = read("docs/unity.md");
    let sample = read("bindings/csharp/Samples~/Login/LoginSample.cs");
    for line in [
        "TdsUser user = client.GetCurrentUser() ?? await client.LoginAnonymously();",
        "TdsUser user = await TdsTapTapLogin.LogIn(TdsUnity.Client);",
    ] {
        assert!(unity.contains(line) && sample.contains(line), "{line}");
    }
    let moving = read("docs/moving-from-tapsdk.md");
    let lines = |path: &str| -> BTreeSet<String> {
        let text = read(path);
        text.lines().filter(|line| line.contains(": \"")).map(str::to_owned).collect()
    };
    let before = lines("samples/tapsdk3-game/manifest.before.json");
    let after = lines("samples/tapsdk3-game/manifest.after.json");
    for line in before.difference(&after) {
        assert!(moving.contains(&format!("-{line}\n")), "{line}");
    }
    for line in after.difference(&before) {
        // Where the packages lie is the reader's own matter.
        let shown = line.replace("../../../", "…/");
        assert!(moving.contains(&format!("+{shown}\n")), "{shown}");
    }
}
