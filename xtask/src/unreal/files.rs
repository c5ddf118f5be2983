//! The plugin's files: which there are, and what stands in those that no compiler reads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{MODULE, PLUGIN};

/// What is read, by its name.
pub(super) type Check = (&'static str, fn(&Path) -> Result<(), String>);

/// Each is given the repository.
pub(super) const CHECKS: [Check; 4] = [
    ("the plugin is described as the engine wants it", description),
    ("the plugin holds what it needs and nothing that was built", holdings),
    ("no file is named like one of the library's", file_names),
    ("no public header includes the library's", public_headers),
];

/// The files in `folder` whose names end so, sorted.
pub(super) fn of(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|is| is == ending) {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() { Err(format!("{} has no .{ending}", folder.display())) } else { Ok(found) }
}

fn description(root: &Path) -> Result<(), String> {
    let text = read(&root.join(PLUGIN).join("TdsAuth.uplugin"))?;
    let plugin: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let at = |path: &str| plugin.pointer(path).cloned().unwrap_or_default();
    if at("/FileVersion") != 3 || at("/VersionName") != env!("CARGO_PKG_VERSION") {
        return Err(format!("version {} of format {}", at("/VersionName"), at("/FileVersion")));
    }
    if at("/Modules/0/Name") != "TdsAuth" || at("/Modules/0/Type") != "Runtime" {
        return Err("its module is not the one in Source".into());
    }
    let rules =
        read(&root.join(PLUGIN).join("Source/ThirdParty/TdsAuthLibrary/TdsAuthLibrary.Build.cs"))?;
    let with_library: BTreeSet<&str> = rules
        .split("UnrealTargetPlatform.")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
        .collect();
    let allowed = at("/Modules/0/PlatformAllowList");
    let allowed: BTreeSet<&str> =
        allowed.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if allowed == with_library {
        Ok(())
    } else {
        Err(format!("allowed on {allowed:?}, a library for {with_library:?}"))
    }
}

/// As git knows it, so that what `dist` laid there does not count.
fn holdings(root: &Path) -> Result<(), String> {
    let mut git = crate::process::program("git");
    git.current_dir(root).args(["ls-files", "--cached", "--others", "--exclude-standard", PLUGIN]);
    let listed = crate::process::output(&mut git, std::time::Duration::from_secs(60))?;
    let source = ["h", "cpp", "cs", "xml", "uplugin"];
    for file in listed.lines() {
        let ending = Path::new(file).extension().unwrap_or_default();
        if !source.iter().any(|is| ending == *is) {
            return Err(format!("{file} is no source"));
        }
    }
    for needed in [
        "TdsAuth.uplugin",
        "Source/TdsAuth/TdsAuth.Build.cs",
        "Source/ThirdParty/TdsAuthLibrary/TdsAuthLibrary.Build.cs",
        "Source/ThirdParty/TdsAuthLibrary/TdsAuthLibrary_Android_UPL.xml",
    ] {
        if !listed.lines().any(|file| file == format!("{PLUGIN}/{needed}")) {
            return Err(format!("{needed} is missing"));
        }
    }
    Ok(())
}

/// Where file names have no case, the one would be included for the other.
fn file_names(root: &Path) -> Result<(), String> {
    let mut library = of(&root.join("bindings/cpp/include/tdsauth"), "hpp")?;
    library.push(root.join("include/tdsauth.h"));
    let stem = |path: &PathBuf| {
        path.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
    };
    let taken: BTreeSet<String> = library.iter().map(stem).collect();
    for folder in ["Public", "Private"] {
        for header in of(&root.join(MODULE).join(folder), "h")? {
            if taken.contains(&stem(&header)) {
                return Err(header.display().to_string());
            }
        }
    }
    Ok(())
}

fn public_headers(root: &Path) -> Result<(), String> {
    for header in of(&root.join(MODULE).join("Public"), "h")? {
        let text = read(&header)?;
        let foreign = text
            .lines()
            .filter(|line| line.starts_with("#include"))
            .find(|line| line.contains('<') || line.to_ascii_lowercase().contains("tdsauth."));
        if let Some(line) = foreign {
            return Err(format!("{}: {line}", header.display()));
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::CHECKS;
    use std::path::Path;

    #[test]
    fn the_readme_shows_the_lines_that_the_stories_play() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
        let (played, readme) = (text("tests/unreal/readme.cpp"), text("bindings/unreal/README.md"));
        let (_, after) = played.split_once("// README begins\n").unwrap();
        let (sample, _) = after.split_once("    // README ends").unwrap();
        // The engine's own code is indented by tabs.
        let shown: String = sample
            .lines()
            .map(|line| {
                let line = line.strip_prefix("    ").unwrap();
                let code = line.trim_start();
                format!("{}{code}\n", "\t".repeat((line.len() - code.len()) / 2))
            })
            .collect();
        assert!(readme.contains(&shown), "the README does not show these lines:\n{shown}");
    }

    #[test]
    fn the_plugin_of_this_repository_holds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for (name, read) in CHECKS {
            assert_eq!(read(root), Ok(()), "{name}");
        }
    }
}
