//! `cargo xtask header`: the committed files that are made from the code.
//!
//! The build scripts write the C headers next to what they build; from there they are copied to
//! where they are committed, and the C# imports are made from the copy. `--check` only compares.

use std::path::PathBuf;

use crate::counts::Counts;
use crate::csharp;
use crate::unity::meta;
use crate::workspace::Workspace;

/// The client library's header, from the root of the repository.
pub(crate) const HEADER: &str = "include/tdsauth.h";
/// The back-end library's header.
pub(crate) const BACKEND_HEADER: &str = "backend/include/tdsauth_backend.h";

/// One file that is made, and what it should hold now.
struct Made {
    path: String,
    text: String,
}

/// Writes all of them; the names of those that changed.
pub(crate) fn write(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut changed = Vec::new();
    let metas = meta::all(&workspace.root)?;
    let metas = metas.into_iter().map(|meta| Made { path: meta.path, text: meta.text });
    for made in all(workspace)?.into_iter().chain(metas) {
        let path = workspace.root.join(&made.path);
        if std::fs::read_to_string(&path).is_ok_and(|text| text == made.text) {
            continue;
        }
        let folder = path.parent().ok_or("no parent folder")?;
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, &made.text))
            .map_err(|error| format!("{}: {error}", made.path))?;
        changed.push(made.path);
    }
    Ok(changed)
}

/// Compares each with what the code gives.
pub(crate) fn check(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    for made in all(workspace)? {
        let same = std::fs::read_to_string(workspace.root.join(&made.path))
            .map_err(|error| error.to_string())
            .and_then(|committed| compare(&committed, &made.text));
        counts.check(&format!("{} is what the code gives", made.path), same);
    }
    let metas = meta::all(&workspace.root)?;
    let same = metas.iter().try_for_each(|meta| {
        let committed = std::fs::read_to_string(workspace.root.join(&meta.path))
            .map_err(|error| format!("{}: {error} (run `cargo xtask header`)", meta.path))?;
        compare(&committed, &meta.text).map_err(|why| format!("{}: {why}", meta.path))
    });
    counts.check("the Unity package's .meta files are what its assets give", same);
    Ok(counts)
}

fn all(workspace: &Workspace) -> Result<Vec<Made>, String> {
    let header = generated(workspace, "tdsauth", "tdsauth.h")?;
    let imports = csharp::native_methods(&header)?;
    Ok(vec![
        Made { path: HEADER.to_owned(), text: header },
        Made {
            path: BACKEND_HEADER.to_owned(),
            text: generated(workspace, "tdsauth-backend", "tdsauth_backend.h")?,
        },
        Made { path: csharp::NATIVE_METHODS.to_owned(), text: imports },
    ])
}

/// What the build script of `package` wrote.
fn generated(workspace: &Workspace, package: &str, name: &str) -> Result<String, String> {
    let built = workspace.build(package, &["--lib"])?;
    let out: PathBuf = built.out_dir.ok_or_else(|| format!("{package} has no build script"))?;
    std::fs::read_to_string(out.join(name)).map_err(|error| format!("{name}: {error}"))
}

fn compare(committed: &str, made: &str) -> Result<(), String> {
    if committed == made {
        return Ok(());
    }
    let pairs = committed.lines().zip(made.lines());
    let at = pairs.take_while(|(committed, made)| committed == made).count();
    let line = |text: &str| text.lines().nth(at).unwrap_or("(its end)").to_owned();
    Err(format!(
        "differs from what the code gives (run `cargo xtask header`), first in line {}: `{}`, not `{}`",
        at + 1,
        line(committed),
        line(made)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        assert_eq!(compare("a\nb\n", "a\nb\n"), Ok(()));
        let why = compare("a\nb\n", "a\nc\nd\n").unwrap_err();
        assert!(why.contains("line 2") && why.contains("`b`, not `c`"), "{why}");
        let why = compare("a\n", "a\nb\n").unwrap_err();
        assert!(why.contains("line 2") && why.contains("(its end)"), "{why}");
    }
}
