//! The plugin for Unreal Engine: a zip to be unpacked into a project's `Plugins` folder.

use std::path::Path;

use super::papers::{Papers, read};
use super::tree::Tree;
use crate::dist::target::Library;

const LIBRARY: &str = "TdsAuth/Source/ThirdParty/TdsAuthLibrary";
const DLL: &str = "TdsAuth/Binaries/ThirdParty/TdsAuthLibrary/Win64/tdsauth.dll";

/// Which of a target's files goes where below `lib`.
const LIBRARIES: [(&str, &str, &str); 11] = [
    ("linux-x86_64", "libtdsauth.so", "Linux/libtdsauth.so"),
    // It is loaded by this name; links do not live in zips.
    ("linux-x86_64", "libtdsauth.so", "Linux/libtdsauth.so.0"),
    ("linux-aarch64", "libtdsauth.so", "LinuxArm64/libtdsauth.so"),
    ("linux-aarch64", "libtdsauth.so", "LinuxArm64/libtdsauth.so.0"),
    ("windows-x86_64", "tdsauth.lib", "Win64/tdsauth.dll.lib"),
    ("macos", "libtdsauth.dylib", "Mac/libtdsauth.dylib"),
    ("ios", "libtdsauth.a", "IOS/libtdsauth.a"),
    ("ios", "PrivacyInfo.xcprivacy", "IOS/PrivacyInfo.xcprivacy"),
    ("android-arm64-v8a", "libtdsauth.so", "Android/arm64-v8a/libtdsauth.so"),
    ("android-armeabi-v7a", "libtdsauth.so", "Android/armeabi-v7a/libtdsauth.so"),
    ("android-x86_64", "libtdsauth.so", "Android/x86_64/libtdsauth.so"),
];

/// The plugin, with those of `libraries` that the engine has a platform for.
pub(super) fn plugin(root: &Path, libraries: &[Library], papers: &Papers) -> Result<Tree, String> {
    let mut tree = Tree::default();
    tree.copy_sources("TdsAuth", root, "bindings/unreal/TdsAuth")?;
    tree.copy(&format!("{LIBRARY}/include/tdsauth.h"), &root.join("include/tdsauth.h"))?;
    let wrapper = root.join("bindings/cpp/include/tdsauth");
    tree.copy(&format!("{LIBRARY}/include/tdsauth"), &wrapper)?;
    for library in libraries {
        for (_, file, place) in LIBRARIES.iter().filter(|(name, ..)| *name == library.target.name) {
            tree.copy(&format!("{LIBRARY}/lib/{place}"), &library.folder.join(file))?;
        }
        if library.target.name == "windows-x86_64" {
            tree.copy(DLL, &library.folder.join("tdsauth.dll"))?;
        }
    }
    papers.lay(&mut tree, "TdsAuth");
    let readme = read(&root.join("bindings/unreal/README.md"))?;
    tree.text("TdsAuth/README.md", readme.replace("../../docs/", "Docs/"));
    tree.copy("TdsAuth/Docs/unreal.md", &root.join("docs/unreal.md"))?;
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::super::{archive, testing};
    use super::*;

    /// Paths that the rules for UnrealBuildTool put together, read off their text: each call of
    /// `Path.Combine` by its strings, for each ABI where it has one.
    fn asked_for() -> Vec<String> {
        let rules = read(
            &testing::root()
                .join("bindings/unreal/TdsAuth/Source/ThirdParty/TdsAuthLibrary")
                .join("TdsAuthLibrary.Build.cs"),
        )
        .unwrap();
        let mut all = vec![DLL.strip_prefix("TdsAuth/").unwrap().to_owned()];
        assert!(rules.contains(&format!("$(PluginDir)/{}\"", all[0])), "{}", all[0]);
        let place = LIBRARY.strip_prefix("TdsAuth/").unwrap();
        for call in rules.split("Path.Combine(").skip(1) {
            let call = call.split(')').next().unwrap();
            let parts: Vec<&str> = call.split(", ").collect();
            let text = |part: &str| part.trim_matches('"').to_owned();
            match parts.as_slice() {
                ["ModuleDirectory", "\"lib\""] => {}
                ["ModuleDirectory", file] => all.push(format!("{place}/{}", text(file))),
                // A folder, in which LinuxLibrary names the files.
                ["Lib", folder] => {
                    all.push(format!("{place}/lib/{}/libtdsauth.so", text(folder)));
                    all.push(format!("{place}/lib/{}/libtdsauth.so.0", text(folder)));
                }
                ["Folder", file] => assert!(text(file).starts_with("libtdsauth.so")),
                ["Lib", folder, "Abi", file] => {
                    for abi in ["arm64-v8a", "armeabi-v7a", "x86_64"] {
                        assert!(rules.contains(&format!("\"{abi}\"")), "{abi}");
                        all.push(format!("{place}/lib/{}/{abi}/{}", text(folder), text(file)));
                    }
                }
                ["Lib", folder, file] => {
                    all.push(format!("{place}/lib/{}/{}", text(folder), text(file)));
                }
                _ => panic!("Path.Combine({call})"),
            }
        }
        all
    }

    #[test]
    fn what_the_rules_ask_for_is_there() {
        let built = testing::libraries(&[]);
        let tree = plugin(&testing::root(), &built.libraries, &testing::papers()).unwrap();
        let packed = archive::zip(&tree).unwrap();
        let tree = archive::read(&packed);
        let asked_for = asked_for();
        assert!(asked_for.len() >= 12, "{asked_for:?}");
        for path in asked_for {
            assert!(tree.holds(&format!("TdsAuth/{path}")), "{path}");
        }
        for (target, file, place) in LIBRARIES {
            let text = tree.read(&format!("{LIBRARY}/lib/{place}"));
            assert_eq!(text, Some(format!("{target} {file}").as_str()));
        }
        assert!(tree.entries().all(|(path, _)| path.starts_with("TdsAuth/")));
        for file in ["TdsAuth.uplugin", "LICENSE", "THIRD-PARTY-NOTICES.txt", "README.md"] {
            assert!(tree.read(&format!("TdsAuth/{file}")).is_some(), "{file}");
        }
        for header in ["tdsauth.h", "tdsauth/tdsauth.hpp"] {
            assert!(tree.holds(&format!("{LIBRARY}/include/{header}")), "{header}");
        }
    }

    #[test]
    fn links_of_the_readme_lead_to_what_is_there() {
        let tree = plugin(&testing::root(), &[], &testing::papers()).unwrap();
        let readme = tree.read("TdsAuth/README.md").unwrap();
        let links: Vec<&str> =
            readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
        let files: Vec<&&str> = links.iter().filter(|link| link.ends_with(".md")).collect();
        assert!(!files.is_empty());
        for link in files {
            assert!(tree.holds(&format!("TdsAuth/{link}")), "{link}");
        }
    }
}
