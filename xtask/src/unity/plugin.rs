//! Import settings of native code: for which builds, and for which processors.

use std::fmt::Write as _;

/// Where the built libraries go, from the root of the package. A release puts them there.
pub(crate) const PLACES: [&str; 7] = [
    "Runtime/Plugins/x86_64/libtdsauth.so",
    "Runtime/Plugins/x86_64/tdsauth.dll",
    "Runtime/Plugins/macOS/tdsauth.bundle",
    "Runtime/Plugins/iOS/libtdsauth.a",
    "Runtime/Plugins/Android/arm64-v8a/libtdsauth.so",
    "Runtime/Plugins/Android/armeabi-v7a/libtdsauth.so",
    "Runtime/Plugins/Android/x86_64/libtdsauth.so",
];

/// Names and values.
type Settings = &'static [(&'static str, &'static str)];

/// What Unity asks of each plugin: group, name, and the settings of one that is not for it.
const PLATFORMS: [(&str, &str, Settings); 7] = [
    ("Android", "Android", &[("CPU", "ARMv7")]),
    (
        "Editor",
        "Editor",
        &[("CPU", "AnyCPU"), ("DefaultValueInitialized", "true"), ("OS", "AnyOS")],
    ),
    ("Standalone", "Linux64", &[("CPU", "None")]),
    ("Standalone", "OSXUniversal", &[("CPU", "None")]),
    ("Standalone", "Win", &[("CPU", "None")]),
    ("Standalone", "Win64", &[("CPU", "None")]),
    (
        "iPhone",
        "iOS",
        &[
            ("AddToEmbeddedBinaries", "false"),
            ("CPU", "AnyCPU"),
            ("CompileFlags", ""),
            ("FrameworkDependencies", ""),
        ],
    ),
];

/// A platform that a plugin is for, with the settings that differ.
type Enabled = (&'static str, Settings);

/// One file of native code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plugin {
    enabled: &'static [Enabled],
}

impl Plugin {
    /// By its place in the package; `None` for what is no native code.
    pub(crate) fn of(asset: &str) -> Option<Self> {
        let place = asset.strip_prefix("Runtime/Plugins/")?;
        let (folder, name) = place.rsplit_once('/')?;
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let enabled: &[Enabled] = match (folder, extension) {
            ("x86_64", "so") => &[
                ("Editor", &[("CPU", "x86_64"), ("OS", "Linux")]),
                ("Linux64", &[("CPU", "x86_64")]),
            ],
            ("x86_64", "dll") => &[
                ("Editor", &[("CPU", "x86_64"), ("OS", "Windows")]),
                ("Win64", &[("CPU", "x86_64")]),
            ],
            ("macOS", "bundle") => {
                &[("Editor", &[("OS", "OSX")]), ("OSXUniversal", &[("CPU", "AnyCPU")])]
            }
            ("iOS", "a") => &[("iOS", &[("CPU", "ARM64")])],
            ("iOS", "mm") => &[("iOS", &[("FrameworkDependencies", "WebKit;")])],
            ("Android", "java") => &[("Android", &[])],
            // The library is linked for pages of 16 KB; Unity 6 warns where it is not told so.
            ("Android/arm64-v8a", "so") => {
                &[("Android", &[("CPU", "ARM64"), ("Is16KbAligned", "true")])]
            }
            ("Android/armeabi-v7a", "so") => &[("Android", &[("CPU", "ARMv7")])],
            ("Android/x86_64", "so") => {
                &[("Android", &[("CPU", "X86_64"), ("Is16KbAligned", "true")])]
            }
            _ => return None,
        };
        Some(Self { enabled })
    }

    /// The importer's part of the `.meta` file.
    pub(crate) fn importer(&self) -> String {
        let mut text = String::from(
            "PluginImporter:\n  externalObjects: {}\n  serializedVersion: 2\n  iconMap: {}\n  \
             executionOrder: {}\n  defineConstraints: []\n  isPreloaded: 0\n  isOverridable: 1\n  \
             isExplicitlyReferenced: 0\n  validateReferences: 1\n  platformData:\n  - first:\n      \
             : Any\n    second:\n      enabled: 0\n      settings:\n",
        );
        for (_, name, _) in PLATFORMS {
            let _ = writeln!(text, "        Exclude {name}: {}", u8::from(!self.is_for(name)));
        }
        text.push_str(
            "  - first:\n      Any: \n    second:\n      enabled: 0\n      settings: {}\n",
        );
        for (group, name, defaults) in PLATFORMS {
            let _ = writeln!(
                text,
                "  - first:\n      {group}: {name}\n    second:\n      enabled: {}\n      settings:",
                u8::from(self.is_for(name))
            );
            for (key, value) in self.settings(name, defaults) {
                let _ = writeln!(text, "        {key}: {value}");
            }
        }
        text
    }

    fn is_for(&self, platform: &str) -> bool {
        self.enabled.iter().any(|(name, _)| *name == platform)
    }

    /// Unity writes them in the order of their names.
    fn settings<'a>(
        &self,
        platform: &str,
        defaults: &[(&'a str, &'a str)],
    ) -> std::collections::BTreeMap<&'a str, &'a str> {
        let own = self.enabled.iter().filter(|(name, _)| *name == platform);
        let own = own.flat_map(|(_, settings)| settings.iter());
        defaults.iter().chain(own).copied().collect()
    }
}
