//! Assembly definitions: which sources make an assembly, what it refers to, and in which builds it
//! is there.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A build, as far as it decides about assemblies.
#[derive(Debug)]
pub(crate) struct Build<'a> {
    /// `Editor`, or the platform's name.
    pub(crate) platform: &'a str,
    /// Unity's own symbols.
    pub(crate) symbols: &'a [&'a str],
    /// The packages in the project.
    pub(crate) packages: &'a [&'a str],
}

/// One definition.
#[derive(Debug)]
pub(crate) struct Assembly {
    /// The assembly's name.
    pub(crate) name: String,
    /// The folder of the definition.
    pub(crate) folder: PathBuf,
    /// Names of assemblies and of precompiled ones (`x.dll`).
    pub(crate) references: Vec<String>,
    /// Whether pointers are allowed.
    pub(crate) allows_unsafe: bool,
    /// Whether it does without Unity's own assemblies.
    pub(crate) is_without_engine: bool,
    platforms: Vec<String>,
    constraints: Vec<String>,
    versions: Vec<(String, String)>,
}

impl Assembly {
    fn read(path: &Path) -> Result<Self, String> {
        let failed = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
        let value: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        let texts = |key: &str| -> Vec<String> {
            let list = value.get(key).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or_default();
        let name = value.get("name").and_then(Value::as_str).ok_or_else(|| failed(&"no name"))?;
        let versions = value.get("versionDefines").and_then(Value::as_array).into_iter().flatten();
        let part = |each: &Value, key: &str| {
            each.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let mut references = texts("references");
        references.extend(texts("precompiledReferences"));
        Ok(Self {
            name: name.to_owned(),
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            references,
            allows_unsafe: flag("allowUnsafeCode"),
            is_without_engine: flag("noEngineReferences"),
            platforms: texts("includePlatforms"),
            constraints: texts("defineConstraints"),
            versions: versions.map(|each| (part(each, "name"), part(each, "define"))).collect(),
        })
    }

    /// The symbols that it is compiled with; `None` if it is not there in this build.
    pub(crate) fn symbols(&self, build: &Build) -> Option<Vec<String>> {
        if !self.platforms.is_empty() && !self.platforms.iter().any(|each| each == build.platform) {
            return None;
        }
        let mut symbols: Vec<String> = build.symbols.iter().map(|&each| each.to_owned()).collect();
        let present = |package: &str| build.packages.contains(&package);
        let defined = self.versions.iter().filter(|(package, _)| present(package));
        symbols.extend(defined.map(|(_, symbol)| symbol.clone()));
        let is_met = |constraint: &String| match constraint.strip_prefix('!') {
            Some(symbol) => !symbols.iter().any(|each| each == symbol),
            None => symbols.contains(constraint),
        };
        self.constraints.iter().all(is_met).then_some(symbols)
    }

    /// Its sources: those below its folder that no definition further down takes.
    pub(crate) fn sources(&self) -> Result<Vec<PathBuf>, String> {
        let mut found = Vec::new();
        sources(&self.folder, true, &mut found)?;
        found.sort();
        Ok(found)
    }
}

/// All definitions below `folder`, samples included, each after those that it refers to.
pub(crate) fn below(folder: &Path) -> Result<Vec<Assembly>, String> {
    let mut paths = Vec::new();
    definitions(folder, &mut paths)?;
    paths.sort();
    let mut left = paths.iter().map(|path| Assembly::read(path)).collect::<Result<Vec<_>, _>>()?;
    let mut ordered: Vec<Assembly> = Vec::new();
    while !left.is_empty() {
        let ready = left.iter().position(|each| {
            let waits = |name: &String| left.iter().any(|other| other.name == *name);
            !each.references.iter().any(waits)
        });
        let ready = ready.ok_or("assemblies that refer to each other")?;
        ordered.push(left.remove(ready));
    }
    Ok(ordered)
}

fn definitions(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    for path in entries(folder)? {
        if path.is_dir() {
            definitions(&path, found)?;
        } else if path.extension().is_some_and(|is| is == "asmdef") {
            found.push(path);
        }
    }
    Ok(())
}

fn sources(folder: &Path, is_own: bool, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = entries(folder)?;
    let is_definition = |path: &PathBuf| path.extension().is_some_and(|is| is == "asmdef");
    if !is_own && entries.iter().any(is_definition) {
        return Ok(());
    }
    for path in entries {
        if path.is_dir() {
            sources(&path, false, found)?;
        } else if path.extension().is_some_and(|is| is == "cs") {
            found.push(path);
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let read = fs::read_dir(folder).map_err(failed)?;
    read.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(packages: &[&str], platform: &str) -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let build = Build { platform, symbols: &[], packages };
        let all = below(&root.join("bindings/csharp")).unwrap();
        let there = all.iter().filter(|each| each.symbols(&build).is_some());
        there.map(|each| each.name.clone()).collect()
    }

    #[test]
    fn the_official_names_are_there_only_where_the_project_asks_for_them() {
        let without = there(&[], "Android");
        assert!(without.contains(&"TdsAuth.Unity".to_owned()), "{without:?}");
        assert!(!without.iter().any(|name| name.starts_with("TapTap")), "{without:?}");
        assert!(!without.iter().any(|name| name.starts_with("LeanCloud")), "{without:?}");
        let with = there(&["com.tdsauth.tapsdk3"], "Android");
        for name in [
            "TapTap.Common",
            "LeanCloud",
            "LeanCloud.Storage",
            "TapTap.Login",
            "TapTap.Bootstrap",
            "TdsAuth.TapSdk3",
        ] {
            assert!(with.contains(&name.to_owned()), "{name}: {with:?}");
        }
    }

    #[test]
    fn the_official_common_package_takes_the_place_of_ours() {
        let with = there(&["com.tdsauth.tapsdk3", "com.taptap.tds.common"], "Android");
        assert!(!with.contains(&"TapTap.Common".to_owned()), "{with:?}");
        assert!(with.contains(&"TapTap.Login".to_owned()), "{with:?}");
    }

    #[test]
    fn the_editors_code_and_the_tests_stay_out_of_the_game() {
        let game = there(&[], "iOS");
        for name in ["TdsAuth.Editor", "TdsAuth.Editor.Tests", "TdsAuth.Unity.Tests"] {
            assert!(!game.contains(&name.to_owned()), "{name}");
        }
        assert!(there(&[], "Editor").contains(&"TdsAuth.Editor".to_owned()));
    }

    #[test]
    fn each_comes_after_what_it_refers_to() {
        let all = there(&["com.tdsauth.tapsdk3"], "Editor");
        let at = |name: &str| all.iter().position(|each| each == name).unwrap();
        assert!(at("TdsAuth") < at("TdsAuth.Unity"));
        assert!(at("TapTap.Login") < at("TapTap.Bootstrap"));
    }
}
