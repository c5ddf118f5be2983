//! The systems that the library is built for.

use std::path::PathBuf;

/// One line of the platform table: what `cargo xtask dist NAME` builds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// As on the command line, and the name of the folder below `target/dist/libraries`.
    pub(super) name: &'static str,
    /// The family of systems: it decides how the library is linked, inspected and packed.
    pub(super) system: System,
    /// What is compiled: one slice, or several that are joined.
    pub(super) slices: &'static [Slice],
    /// What lies in the target's folder when it is built, folders (`tdsauth.bundle`) by their own
    /// name alone.
    pub(super) files: &'static [&'static str],
}

/// A family of systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    Linux,
    Windows,
    MacOs,
    Ios,
    Android,
}

/// One build of the library for one processor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slice {
    /// What rustc calls it.
    pub(super) triple: &'static str,
    /// What is built of it: the name of a line in the table of sizes is `triple` and this.
    pub(super) kinds: &'static [Kind],
}

/// How a library is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Shared,
    Static,
}

/// A target that was built: its files lie in `folder`.
#[derive(Clone, Debug)]
pub(super) struct Library {
    pub(super) target: &'static Target,
    /// `target/dist/libraries/<name>`.
    pub(super) folder: PathBuf,
}

const BOTH: &[Kind] = &[Kind::Shared, Kind::Static];
const SHARED: &[Kind] = &[Kind::Shared];
const STATIC: &[Kind] = &[Kind::Static];

/// Every target.
pub(super) const TARGETS: [Target; 8] = [
    Target {
        name: "linux-x86_64",
        system: System::Linux,
        slices: &[Slice { triple: "x86_64-unknown-linux-gnu", kinds: BOTH }],
        files: &["libtdsauth.so", "libtdsauth.a"],
    },
    Target {
        name: "linux-aarch64",
        system: System::Linux,
        slices: &[Slice { triple: "aarch64-unknown-linux-gnu", kinds: BOTH }],
        files: &["libtdsauth.so", "libtdsauth.a"],
    },
    Target {
        name: "windows-x86_64",
        system: System::Windows,
        slices: &[Slice { triple: "x86_64-pc-windows-gnu", kinds: SHARED }],
        // The import libraries of MSVC and of MinGW.
        files: &["tdsauth.dll", "tdsauth.lib", "libtdsauth.dll.a"],
    },
    Target {
        name: "macos",
        system: System::MacOs,
        slices: &[
            Slice { triple: "aarch64-apple-darwin", kinds: SHARED },
            Slice { triple: "x86_64-apple-darwin", kinds: SHARED },
        ],
        // The bundle is what Unity wants.
        files: &["libtdsauth.dylib", "tdsauth.bundle"],
    },
    Target {
        name: "ios",
        system: System::Ios,
        slices: &[
            Slice { triple: "aarch64-apple-ios", kinds: STATIC },
            Slice { triple: "aarch64-apple-ios-sim", kinds: STATIC },
            Slice { triple: "x86_64-apple-ios", kinds: STATIC },
        ],
        files: &["libtdsauth.a", "tdsauth.xcframework", "PrivacyInfo.xcprivacy"],
    },
    Target {
        name: "android-arm64-v8a",
        system: System::Android,
        slices: &[Slice { triple: "aarch64-linux-android", kinds: SHARED }],
        files: &["libtdsauth.so"],
    },
    Target {
        name: "android-armeabi-v7a",
        system: System::Android,
        slices: &[Slice { triple: "armv7-linux-androideabi", kinds: SHARED }],
        files: &["libtdsauth.so"],
    },
    Target {
        name: "android-x86_64",
        system: System::Android,
        slices: &[Slice { triple: "x86_64-linux-android", kinds: SHARED }],
        files: &["libtdsauth.so"],
    },
];

/// The targets called `names`, all of them when there is none. The error names those that exist.
pub(super) fn named(names: &[&str]) -> Result<Vec<&'static Target>, String> {
    if names.is_empty() {
        return Ok(TARGETS.iter().collect());
    }
    let find = |name: &&str| {
        TARGETS.iter().find(|target| target.name == *name).ok_or_else(|| {
            let all: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            format!("there is no target {name}; there are {}", all.join(", "))
        })
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_by_name_and_a_wrong_one_is_told() {
        assert_eq!(named(&[]).unwrap().len(), TARGETS.len());
        assert_eq!(named(&["ios"]).unwrap()[0].slices.len(), 3);
        let why = named(&["ios", "amiga"]).unwrap_err();
        assert!(why.contains("no target amiga") && why.contains("android-x86_64"), "{why}");
    }
}
