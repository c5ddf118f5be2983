//! The Unity package as Unity sees it: a `.meta` file beside each asset, and assemblies as their
//! definitions say.

pub(crate) mod asmdef;
pub(crate) mod meta;
pub(crate) mod plugin;
#[cfg(test)]
mod tree_tests;

/// Folders that Unity imports, from the root of the repository, and the name by which their assets'
/// ids are derived.
pub(crate) const TREES: [(&str, &str); 3] = [
    ("bindings/csharp", "com.tdsauth.sdk"),
    ("bindings/tapsdk3", "com.tdsauth.tapsdk3"),
    ("unity-sample/Assets", "unity-sample"),
];
