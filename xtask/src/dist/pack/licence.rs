//! The texts of licences, out of the sources of what is linked.

use std::fs;
use std::path::{Path, PathBuf};

use super::linked::{Id, Linked};

/// Crates whose package has no such file, the file whose first comment is the text, and why that
/// will do.
const IN_SOURCE: [(&str, &str, &str); 1] =
    [("qrcodegen", "src/lib.rs", "its author prints the whole licence at the head of the source")];

/// How files are called that hold one.
const NAMES: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];

/// The texts under which `crate_` is used, in one order.
pub(super) fn texts(id: &Id, linked: &Linked) -> Result<Vec<String>, String> {
    let mut files = Vec::new();
    find(&linked.folder, &mut files)?;
    files.sort();
    if files.is_empty() {
        let source = IN_SOURCE.iter().find(|(name, _, _)| *name == id.0);
        let (_, file, _) = source.ok_or_else(|| {
            format!("{} {} has no text of its licence ({})", id.0, id.1, linked.licence)
        })?;
        let text = head(&read(&linked.folder.join(file))?);
        return text.map(|text| vec![text]).ok_or_else(|| format!("{}: {file} has none", id.0));
    }
    if is_offered(&linked.licence, "MIT") {
        files = only_mit(files);
    }
    files.iter().map(|file| Ok(tidy(&read(file)?))).collect()
}

/// Whether `licence` leaves the choice, and `wanted` is one to choose.
fn is_offered(licence: &str, wanted: &str) -> bool {
    let parts: Vec<&str> = licence.split(" OR ").collect();
    parts.len() > 1 && parts.contains(&wanted) && !licence.contains(['(', ')'])
}

/// Where one file is the MIT licence by its name, that one.
fn only_mit(files: Vec<PathBuf>) -> Vec<PathBuf> {
    let is_mit = |file: &&PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        name.contains("mit")
    };
    match files.iter().filter(is_mit).collect::<Vec<_>>().as_slice() {
        [one] => vec![(*one).clone()],
        _ => files,
    }
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            find(&path, found)?;
            continue;
        }
        let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
        let is_source = [".rs", ".c", ".h", ".html", ".hbs"].iter().any(|it| name.ends_with(it));
        if !is_source && NAMES.iter().any(|start| name.starts_with(start)) {
            found.push(path);
        }
    }
    Ok(())
}

/// The first comment of a source, without what makes it one.
fn head(source: &str) -> Option<String> {
    let (comment, _) = source.strip_prefix("/*")?.split_once("*/")?;
    let lines = comment.lines().map(|line| line.strip_prefix(" *").unwrap_or(line));
    let text: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    Some(tidy(&text.join("\n")))
}

/// Texts that differ in the ends of their lines alone are one text.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn crate_of(licence: &str, files: &[(&str, &str)]) -> (tempfile::TempDir, Linked) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let linked = Linked {
            licence: licence.to_owned(),
            description: String::new(),
            folder: folder.path().to_owned(),
            checksum: None,
            needs: BTreeSet::new(),
            targets: BTreeSet::new(),
            is_for_tls: false,
        };
        (folder, linked)
    }

    fn id(name: &str) -> Id {
        (name.to_owned(), "1.0.0".to_owned())
    }

    #[test]
    fn a_choice_is_made_and_what_is_demanded_together_stays_together() {
        let files = [("LICENSE-MIT", "m\r\n"), ("LICENSE-APACHE", "a"), ("src/x/LICENSE", "x")];
        let (_folder, either) = crate_of("MIT OR Apache-2.0", &files);
        assert_eq!(texts(&id("a"), &either).unwrap(), ["m"]);
        let (_folder, both) = crate_of("Apache-2.0 AND MIT", &files);
        assert_eq!(texts(&id("a"), &both).unwrap(), ["a", "m", "x"]);
        let (_folder, unnamed) =
            crate_of("MIT OR Apache-2.0", &[("LICENSE", "l"), ("COPYING", "c")]);
        assert_eq!(texts(&id("a"), &unnamed).unwrap(), ["c", "l"]);
    }

    #[test]
    fn without_a_text_there_is_no_pack() {
        let (_folder, none) = crate_of("MIT", &[("src/license.rs", "no"), ("README.md", "no")]);
        let why = texts(&id("a"), &none).unwrap_err();
        assert_eq!(why, "a 1.0.0 has no text of its licence (MIT)");
        let source = "/* \n * QR\n * \n * Copyright\n *   indented\n */\nfn main() {}\n";
        let (_folder, listed) = crate_of("MIT", &[("src/lib.rs", source)]);
        assert_eq!(texts(&id("qrcodegen"), &listed).unwrap(), ["QR\n\nCopyright\n  indented"]);
    }
}
