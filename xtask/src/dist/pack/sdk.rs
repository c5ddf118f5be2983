//! The SDK of one platform for C and C++: a folder to be unpacked anywhere, for CMake and
//! pkg-config.

use std::path::Path;

use super::papers::{Papers, read};
use super::tree::{Entry, Tree};
use crate::dist::target::{Library, System};
use crate::sdk::{self, Module};

/// What one archive holds: its name without version and ending, and the libraries in it.
pub(super) struct Sdk<'a> {
    pub(super) name: &'static str,
    pub(super) system: System,
    pub(super) libraries: Vec<&'a Library>,
}

impl Sdk<'_> {
    /// The folder that all of it lies in.
    pub(super) fn folder(&self) -> String {
        format!("tdsauth-{}-{}", env!("CARGO_PKG_VERSION"), self.name)
    }

    /// The archive, of the kind that the platform's users expect.
    pub(super) fn file_name(&self) -> String {
        let ending = if self.system == System::Windows { "zip" } else { "tar.gz" };
        format!("{}.{ending}", self.folder())
    }
}

/// One for each target, but all ABIs of Android together: games ship all of them.
pub(super) fn split(libraries: &[Library]) -> Vec<Sdk<'_>> {
    let mut all: Vec<Sdk> = Vec::new();
    for library in libraries {
        let system = library.target.system;
        let name = if system == System::Android { "android" } else { library.target.name };
        match all.iter_mut().find(|sdk| sdk.name == name) {
            Some(sdk) => sdk.libraries.push(library),
            None => all.push(Sdk { name, system, libraries: vec![library] }),
        }
    }
    all
}

/// The archive's files.
pub(super) fn tree(root: &Path, sdk: &Sdk, papers: &Papers) -> Result<Tree, String> {
    let mut tree = Tree::default();
    let top = sdk.folder();
    tree.copy(&format!("{top}/include/tdsauth.h"), &root.join("include/tdsauth.h"))?;
    let wrapper = root.join("bindings/cpp/include/tdsauth");
    tree.copy(&format!("{top}/include/tdsauth"), &wrapper)?;
    for (name, text) in sdk::cmake(root).map_err(|error| format!("CMake's package: {error}"))? {
        tree.text(format!("{top}/lib/cmake/tdsauth/{name}"), text);
    }
    for library in &sdk.libraries {
        place(&mut tree, &top, library)?;
        for (path, module) in modules(library) {
            let text = module.text(root).map_err(|error| format!("tdsauth.pc: {error}"))?;
            tree.text(format!("{top}/{path}/pkgconfig/tdsauth.pc"), text);
        }
    }
    papers.lay(&mut tree, &top);
    tree.text(format!("{top}/README.md"), read(&root.join("bindings/cpp/README.md"))?);
    Ok(tree)
}

fn place(tree: &mut Tree, top: &str, library: &Library) -> Result<(), String> {
    for file in library.target.files {
        let folder = match library.target.system {
            System::Windows if *file == "tdsauth.dll" => "bin".to_owned(),
            System::Android => format!("lib/{}", abi(library)),
            // Alike in the xcframework.
            System::Ios if *file == "libtdsauth.a" => continue,
            // For Unity alone.
            System::MacOs if *file == "tdsauth.bundle" => continue,
            _ => "lib".to_owned(),
        };
        tree.copy(&format!("{top}/{folder}/{file}"), &library.folder.join(file))?;
        if library.target.system == System::Linux && *file == "libtdsauth.so" {
            // What programs ask the loader for is the soname; see link() in build.rs.
            let link = format!("{top}/{folder}/libtdsauth.so.0");
            tree.put(link, Entry::Link("libtdsauth.so".into()));
        }
    }
    Ok(())
}

fn abi(library: &Library) -> &'static str {
    library.target.name.strip_prefix("android-").unwrap_or(library.target.name)
}

/// The modules of pkg-config, each in `pkgconfig` of a folder: that of its library, or one named
/// like the slice of the xcframework.
fn modules(library: &Library) -> Vec<(String, Module)> {
    match library.target.system {
        System::Linux => vec![("lib".into(), Module::linux())],
        System::Windows | System::MacOs => vec![("lib".into(), Module::shared("lib"))],
        System::Android => {
            let folder = format!("lib/{}", abi(library));
            vec![(folder.clone(), Module::shared(&folder))]
        }
        System::Ios => ["ios-arm64", "ios-arm64_x86_64-simulator"]
            .into_iter()
            .map(|slice| {
                let module = Module::shared(&format!("lib/tdsauth.xcframework/{slice}"));
                (format!("lib/{slice}"), Module { depth: 3, ..module })
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{archive, testing};
    use super::*;

    #[test]
    fn each_platform_has_its_libraries_where_its_tools_look() {
        let built = testing::libraries(&[]);
        let all = split(&built.libraries);
        let names: Vec<&str> = all.iter().map(|sdk| sdk.name).collect();
        assert_eq!(
            names,
            ["linux-x86_64", "linux-aarch64", "windows-x86_64", "macos", "ios", "android"]
        );
        for sdk in &all {
            let tree = tree(&testing::root(), sdk, &testing::papers()).unwrap();
            let tree = archive::read(&archive::tar_gz(&tree).unwrap());
            let top = sdk.folder();
            let expected: &[&str] = match sdk.system {
                System::Linux => &["lib/libtdsauth.so", "lib/libtdsauth.so.0", "lib/libtdsauth.a"],
                System::Windows => &["bin/tdsauth.dll", "lib/tdsauth.lib", "lib/libtdsauth.dll.a"],
                System::MacOs => &["lib/libtdsauth.dylib"],
                System::Ios => &[
                    "lib/tdsauth.xcframework/Info.plist",
                    "lib/tdsauth.xcframework/ios-arm64/libtdsauth.a",
                    "lib/tdsauth.xcframework/ios-arm64_x86_64-simulator/libtdsauth.a",
                    "lib/PrivacyInfo.xcprivacy",
                ],
                System::Android => &[
                    "lib/arm64-v8a/libtdsauth.so",
                    "lib/armeabi-v7a/libtdsauth.so",
                    "lib/x86_64/libtdsauth.so",
                ],
            };
            let common = [
                "include/tdsauth.h",
                "include/tdsauth/tdsauth.hpp",
                "lib/cmake/tdsauth/tdsauthConfig.cmake",
                "lib/cmake/tdsauth/tdsauthConfigVersion.cmake",
                "LICENSE",
                "LICENSE-MIT",
                "LICENSE-APACHE",
                "CHANGELOG.md",
                "THIRD-PARTY-NOTICES.txt",
                "README.md",
            ];
            for file in expected.iter().chain(&common) {
                assert!(tree.holds(&format!("{top}/{file}")), "{}: {file}", sdk.name);
            }
            assert!(tree.entries().all(|(path, _)| path.starts_with(&format!("{top}/"))));
            // Each module leads back to the folder, and to a library.
            let mut modules = 0;
            for (path, _) in tree.entries().filter(|(path, _)| path.ends_with(".pc")) {
                let text = tree.read(path).unwrap();
                let line =
                    |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap();
                let ups = line("prefix=${pcfiledir}").matches("/..").count();
                assert_eq!(path.matches('/').count(), ups + 1, "{path}");
                let library = line("libdir=").replace("${prefix}", &top);
                assert!(tree.holds(&library), "{library}");
                modules += 1;
            }
            let expected = if matches!(sdk.system, System::Ios) { 2 } else { sdk.libraries.len() };
            assert_eq!(modules, expected, "{}", sdk.name);
        }
    }
}
