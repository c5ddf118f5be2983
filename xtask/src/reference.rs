//! `cargo xtask docs`: the reference of each language, made from the comments in its sources. What
//! has no comment, or a broken one, fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::counts::Counts;
use crate::need::{self, Need};
use crate::process;
use crate::workspace::Workspace;

const LIMIT: Duration = Duration::from_secs(300);
const RUSTDOC: Duration = Duration::from_secs(30 * 60);
/// The headers that the reference of C and C++ is about, as `docs/Doxyfile` lists them.
const HEADERS: [&str; 3] = ["include", "backend/include", "bindings/cpp/include"];

/// What the references of C, C++ and C# take, and the quick start's lines.
pub(crate) const NEEDS: &[&Need] =
    &[&need::DOXYGEN, &need::MCS, &need::GCC, &need::GXX, &need::LIBC];
/// The lines that `docs/c-and-cpp.md` shows: a compiler, its dialect, the file.
const QUICK_START: [(&str, &str, &str); 2] = [
    ("gcc", "-std=c99", "tests/header/quick_start.c"),
    ("g++", "-std=c++17", "tests/header/quick_start.cpp"),
];

/// The step: Rust's part takes minutes of compiling, and is made with `--long` alone.
pub(crate) fn check(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    let scratch = workspace.scratch()?;
    counts.check("doxygen notices what has no comment", doxygen_bites(workspace, scratch.path()));
    counts.check("mcs notices what has no comment", mcs_bites(scratch.path()));
    counts.add(native_and_csharp(workspace)?);
    for (compiler, dialect, file) in QUICK_START {
        let mut command = process::program(compiler);
        command.current_dir(&workspace.root).args(["-Wall", "-Wextra", "-Werror", "-fsyntax-only"]);
        command.args([dialect, "-Iinclude", "-Ibindings/cpp/include", file]);
        let name = format!("the quick start's lines compile: {compiler}");
        counts.check(&name, process::run(&mut command, LIMIT));
    }
    if workspace.long {
        counts.check("reference of Rust", rust(workspace));
    }
    Ok(counts)
}

/// The command: makes all of it, says where it lies, and whether all went well.
pub(crate) fn write(workspace: &Workspace) -> Result<bool, String> {
    need::meet(NEEDS)?;
    let mut counts = native_and_csharp(workspace)?;
    counts.check("reference of Rust", rust(workspace));
    println!("C and C++: {}", folder(workspace).join("c/index.html").display());
    println!("C#:        {}", folder(workspace).join("TdsAuth.xml").display());
    println!("Rust:      {}", workspace.target.join("doc/tdsauth_core/index.html").display());
    Ok(counts.failed.is_empty())
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("reference")
}

fn native_and_csharp(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    let pages = folder(workspace).join("c");
    if pages.exists() {
        fs::remove_dir_all(&pages).map_err(|error| format!("{}: {error}", pages.display()))?;
    }
    fs::create_dir_all(&pages).map_err(|error| format!("{}: {error}", pages.display()))?;
    let made = process::run(&mut doxygen(workspace, &workspace.root, &pages), LIMIT);
    counts.check("reference of C and C++", made);
    let sources = "-recurse:bindings/csharp/Runtime/*.cs";
    let mut mcs = mcs(&folder(workspace).join("TdsAuth"), sources.as_ref());
    counts.check("reference of C#", process::run(mcs.current_dir(&workspace.root), LIMIT));
    Ok(counts)
}

fn doxygen(workspace: &Workspace, root: &Path, pages: &Path) -> Command {
    let mut doxygen = process::program("doxygen");
    doxygen.current_dir(root).arg(workspace.root.join("docs/Doxyfile"));
    doxygen.env("TDSAUTH_REFERENCE", pages);
    doxygen
}

/// Writes `out` with the ending `.xml`; a public member without a comment is a warning (CS1591).
fn mcs(out: &Path, sources: &Path) -> Command {
    let mut mcs = process::program("mcs");
    mcs.args(["-target:library", "-langversion:6", "-unsafe", "-warn:4", "-warnaserror"])
        .arg(format!("-doc:{}", out.with_extension("xml").display()))
        .arg(format!("-out:{}", out.with_extension("dll").display()))
        .arg(sources);
    mcs
}

fn rust(workspace: &Workspace) -> Result<(), String> {
    let mut cargo = workspace.cargo();
    cargo.args(["doc", "--quiet", "--locked", "--workspace", "--no-deps"]);
    process::run(cargo.env("RUSTDOCFLAGS", "-D warnings"), RUSTDOC)
}

fn doxygen_bites(workspace: &Workspace, scratch: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", scratch.display());
    let (root, pages) = (scratch.join("headers"), scratch.join("pages"));
    fs::create_dir_all(&pages).map_err(failed)?;
    for folder in HEADERS {
        fs::create_dir_all(root.join(folder)).map_err(failed)?;
    }
    let header = root.join("include/x.h");
    let told = "/** @file\n * A header. */\n/** Does it. */\nint told(int a);\n";
    fs::write(&header, told).map_err(failed)?;
    process::run(&mut doxygen(workspace, &root, &pages), LIMIT)?;
    fs::write(&header, format!("{told}int untold(int a);\n")).map_err(failed)?;
    bites(&mut doxygen(workspace, &root, &pages), "untold")
}

fn mcs_bites(scratch: &Path) -> Result<(), String> {
    let source = scratch.join("x.cs");
    let failed = |error: std::io::Error| format!("{}: {error}", source.display());
    let class =
        |inside: &str| format!("/// <summary>It.</summary>\npublic class It {{ {inside} }}\n");
    fs::write(&source, class("")).map_err(failed)?;
    process::run(&mut mcs(&scratch.join("x"), &source), LIMIT)?;
    fs::write(&source, class("public int Untold;")).map_err(failed)?;
    bites(&mut mcs(&scratch.join("x"), &source), "Untold")
}

/// The command has to fail, and to name `what`.
fn bites(command: &mut Command, what: &str) -> Result<(), String> {
    match process::output(command, LIMIT) {
        Ok(_) => Err(format!("{what} is taken")),
        Err(why) if why.contains(what) => Ok(()),
        Err(why) => Err(format!("it failed for another reason: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    fn text(path: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        std::fs::read_to_string(root.join(path)).unwrap()
    }

    /// Name and number of each status, as the header defines them.
    fn statuses() -> BTreeSet<(String, String)> {
        let header = text("include/tdsauth.h");
        let (_, rest) = header.split_once("* Statuses and errors").unwrap();
        let (section, _) = rest.split_once("Bit of `flags`").unwrap();
        let defined = section.lines().filter_map(|line| line.strip_prefix("#define TDSAUTH_"));
        let pairs = defined.filter_map(|defined| defined.split_once(' '));
        pairs
            .map(|(name, value)| {
                let name = name.strip_prefix("ERR_").unwrap_or(name);
                (name.to_owned(), value.trim_matches(['(', ')']).to_owned())
            })
            .collect()
    }

    #[test]
    fn the_page_on_errors_has_each_status_of_the_header_and_what_to_do() {
        let page = text("docs/errors.md");
        let (_, tables) = page.split_once("## Not failures").unwrap();
        let rows = tables.lines().filter_map(|line| line.strip_prefix("| `"));
        let mut told = BTreeSet::new();
        for row in rows {
            let cells: Vec<&str> = row.split(" | ").collect();
            let [name, number, what, todo] = cells[..] else { panic!("not four cells: {row}") };
            assert!(what.len() > 3 && todo.len() > 3, "says nothing: {row}");
            let once = told.insert((name.trim_end_matches('`').to_owned(), number.to_owned()));
            assert!(once, "twice: {row}");
        }
        let wanted = statuses();
        assert!(wanted.len() > 60, "{wanted:?}");
        assert_eq!(told, wanted);
    }

    #[test]
    fn the_quick_start_shows_the_lines_that_are_compiled() {
        let page = text("docs/c-and-cpp.md");
        for (_, _, file) in super::QUICK_START {
            let source = text(file);
            let (_, rest) = source.split_once("The page shows this.").unwrap();
            let (lines, _) = rest.split_once("Up to here.").unwrap();
            let lines: Vec<&str> = lines.lines().skip(1).collect();
            let (_, lines) = lines.split_last().unwrap();
            assert!(lines.len() > 4, "{file}");
            let shown: Vec<&str> =
                lines.iter().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
            assert!(page.contains(&format!("\n{}\n```\n", shown.join("\n"))), "{file}");
        }
    }

    /// Its own page, or the one that it leads to.
    #[test]
    fn links_between_the_documents_lead_somewhere() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs");
        let mut seen = 0;
        for entry in std::fs::read_dir(&docs).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|is| is != "md") {
                continue;
            }
            let page = std::fs::read_to_string(&path).unwrap();
            for link in page.split("](").skip(1) {
                let (target, _) = link.split_once(')').unwrap();
                if target.contains("://") {
                    continue;
                }
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let to = if file.is_empty() { path.clone() } else { docs.join(file) };
                assert!(to.exists(), "{}: {target}", path.display());
                if !anchor.is_empty() {
                    let there = std::fs::read_to_string(&to).unwrap();
                    let found = there.lines().filter_map(heading).any(|slug| slug == anchor);
                    assert!(found, "{}: {target}", path.display());
                }
                seen += 1;
            }
        }
        assert!(seen > 20, "{seen}");
    }

    /// The anchor of a heading, as GitHub and others make it.
    fn heading(line: &str) -> Option<String> {
        let title = line.strip_prefix('#')?.trim_start_matches('#').strip_prefix(' ')?;
        let kept = title.to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        Some(kept.map(|c| if c == ' ' { '-' } else { c }).collect())
    }
}
