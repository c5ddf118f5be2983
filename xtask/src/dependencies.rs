//! Where the dependencies come from, and under which licences.
//!
//! `cargo deny` judges by `deny.toml` when it is installed. It takes minutes to build, so a run
//! without it holds the same two lists (licences, sources) against what cargo itself knows.

use std::time::Duration;

use serde_json::Value;

use crate::counts::Counts;
use crate::process;
use crate::workspace::Workspace;

const LIMIT: Duration = Duration::from_secs(30 * 60);

/// The step.
pub(crate) fn check(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    if workspace.long && !deny_is_there(workspace) {
        println!("Building cargo-deny, needed to check advisories' bans, licences and sources");
        let mut command = workspace.cargo();
        command.args(["install", "--locked", "--quiet", "cargo-deny"]);
        process::run(&mut command, LIMIT)?;
    }
    if deny_is_there(workspace) {
        let mut command = workspace.cargo();
        command.args(["deny", "--offline", "check", "licenses", "bans", "sources"]);
        counts.check("cargo deny", process::run(&mut command, LIMIT));
    } else {
        counts.skip("cargo deny", "cargo-deny is not installed (--long builds it)");
    }
    counts.check("every licence is allowed and every source known", known(workspace));
    Ok(counts)
}

fn deny_is_there(workspace: &Workspace) -> bool {
    let mut command = workspace.cargo();
    command.args(["deny", "--version"]);
    process::capture(&mut command, LIMIT).is_ok_and(|said| said.status.success())
}

/// The lighter rule: each package is ours or of the registry, and its licence is allowed.
fn known(workspace: &Workspace) -> Result<(), String> {
    let deny = std::fs::read_to_string(workspace.root.join("deny.toml"))
        .map_err(|error| format!("deny.toml: {error}"))?;
    let allowed = allowed_licences(&deny);
    let mut command = workspace.cargo();
    command.args(["metadata", "--locked", "--format-version", "1"]);
    let text = process::output(&mut command, LIMIT)?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let packages = packages.ok_or("cargo metadata lists no packages")?;
    let wrong: Vec<String> =
        packages.iter().filter_map(|package| wrong_with(package, &allowed)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

fn wrong_with(package: &Value, allowed: &[String]) -> Option<String> {
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let name = text("name").unwrap_or("a package without a name");
    match text("source") {
        None => return None,
        Some(source) if source.starts_with("registry+https://github.com/rust-lang/") => {}
        Some(source) => return Some(format!("{name} comes from {source}")),
    }
    let licence = text("license").unwrap_or_default();
    let lists = |key: &str| allowed.iter().any(|line| line == key);
    let excepted = lists(&format!("{name} {licence}"));
    (!excepted && !satisfied(licence, &lists)).then(|| format!("{name} is under `{licence}`"))
}

/// The identifiers of `allow = [ … ]`, and `<crate> <identifier>` for each exception.
fn allowed_licences(deny: &str) -> Vec<String> {
    let mut allowed = Vec::new();
    let mut inside = false;
    for line in deny.lines().map(str::trim) {
        let quoted: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        if line.starts_with("allow = [") {
            inside = true;
        } else if line.starts_with(']') {
            inside = false;
        } else if inside {
            allowed.extend(quoted.iter().map(|text| (*text).to_owned()));
        } else if let ([name, licence], true) = (quoted.as_slice(), line.starts_with("{ crate")) {
            allowed.push(format!("{name} {licence}"));
        }
    }
    allowed
}

/// Whether an SPDX expression is satisfied: `OR` needs one side, `AND` both; brackets bind.
fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    // Before 2018 crates wrote `MIT/Apache-2.0` and meant OR.
    let expression = expression.replace('/', " OR ");
    any_side(expression.trim(), allowed)
}

fn any_side(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    split(expression, " OR ").iter().any(|side| {
        split(side, " AND ").iter().all(|part| {
            match part.strip_prefix('(').and_then(|part| part.strip_suffix(')')) {
                Some(inner) => any_side(inner, allowed),
                None => allowed(part),
            }
        })
    })
}

/// Splits at `word` where no bracket is open.
fn split<'a>(expression: &'a str, word: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, letter) in expression.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        let tail = expression.get(at..).unwrap_or_default();
        if depth == 0 && at >= start && tail.starts_with(word) {
            parts.push(expression.get(start..at).unwrap_or_default().trim());
            start = at + word.len();
        }
    }
    parts.push(expression.get(start..).unwrap_or_default().trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_judged_as_spdx_means_them() {
        let allowed = |licence: &str| ["MIT", "ISC", "Apache-2.0"].contains(&licence);
        for good in ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "ISC AND (GPL-3.0 OR MIT)"] {
            assert!(satisfied(good, &allowed), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0"] {
            assert!(!satisfied(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn a_foreign_source_and_a_foreign_licence_are_named() {
        let allowed = allowed_licences(
            "[licenses]\nallow = [\n  \"MIT\", # why\n]\nexceptions = [\n  \
             { crate = \"gen\", allow = [\"MPL-2.0\"] },\n]\n",
        );
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        let wrong = |name: &str, source: &str, licence: &str| {
            let package = serde_json::json!({"name": name, "source": source, "license": licence});
            wrong_with(&package, &allowed)
        };
        assert_eq!(wrong("a", registry, "MIT"), None);
        assert_eq!(wrong("gen", registry, "MPL-2.0"), None);
        assert_eq!(wrong("b", registry, "MPL-2.0"), Some("b is under `MPL-2.0`".into()));
        assert!(wrong("c", "git+https://example.com/c", "MIT").is_some());
    }
}
