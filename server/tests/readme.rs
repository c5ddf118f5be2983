//! The server's README says what the program says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeSet;

use common::command;

const README: &str = include_str!("../README.md");
/// What it leaves to a page of its own: the options `--binding-…`.
const BINDING: &str = include_str!("../../docs/role-binding.md");

#[test]
fn its_table_holds_every_option_of_the_program_and_no_other() {
    let help = help(&[]);
    let mut known = known(&help);
    known.remove("version");
    let mut told = told(README);
    told.extend(self::told(BINDING));
    assert_eq!(told, known);
}

#[test]
fn the_table_of_the_check_holds_every_option_of_it_and_no_other() {
    let (_, section) = BINDING.split_once("\n## Checking endpoints\n").unwrap();
    assert_eq!(told(section), known(&help(&["binding", "check"])));
}

fn help(words: &[&str]) -> String {
    let output = command().args(words).arg("--help").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The options of a help, but `--help`.
fn known(help: &str) -> BTreeSet<&str> {
    // An option stands first in its line, maybe behind a short one; its text is indented further.
    let lines = help.lines().map(str::trim_start);
    let heads = lines.filter(|line| line.starts_with("--") || line.starts_with("-h, --"));
    let names = heads.filter_map(|line| line.split("--").nth(1)?.split(' ').next());
    let mut known: BTreeSet<_> = names.collect();
    assert!(known.remove("help") && known.len() > 20, "{known:?}");
    known
}

/// The options of the first table of them.
fn told(page: &str) -> BTreeSet<&str> {
    let (_, table) = page.split_once("| option | default | effect |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let cells = table.lines().filter_map(|line| line.strip_prefix("| `--")?.split(" | ").next());
    let told = cells.flat_map(|cell| cell.split("`--"));
    told.map(|cell| cell.split([' ', '`']).next().unwrap()).collect()
}

#[test]
fn its_links_lead_somewhere() {
    let anchors: BTreeSet<_> = README.lines().filter_map(anchor).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    for link in README.split("](").skip(1) {
        let (link, _) = link.split_once(')').unwrap();
        match link.split_once('#') {
            Some(("", here)) => assert!(anchors.contains(here), "no section for {link}"),
            Some((file, there)) => {
                let text = std::fs::read_to_string(format!("{folder}{file}")).expect(link);
                let found = text.lines().filter_map(anchor).any(|own| own == there);
                assert!(found, "no section for {link}");
            }
            None if link.starts_with("https://") => (),
            None => assert!(std::fs::exists(format!("{folder}{link}")).unwrap(), "no {link}"),
        }
    }
}

/// By what a heading is linked to.
fn anchor(line: &str) -> Option<String> {
    let title = line.strip_prefix('#')?.trim_start_matches('#').strip_prefix(' ')?;
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    Some(title.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-"))
}
