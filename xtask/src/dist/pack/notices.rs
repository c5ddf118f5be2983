//! THIRD-PARTY-NOTICES: what of others is part of the library, and the terms under which it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::licence;
use super::linked::{Id, Linked};
use crate::dist::target::TARGETS;

/// What no manifest names.
#[derive(Debug)]
pub(super) struct Extra {
    /// What it is called.
    pub(super) name: &'static str,
    /// An SPDX expression.
    pub(super) licence: &'static str,
    /// Which libraries have it.
    note: &'static str,
    /// The terms.
    pub(super) text: &'static str,
}

/// The compiler's own parts, and those of tool chains.
pub(super) const EXTRAS: [Extra; 3] = [
    Extra {
        name: "rust-std",
        licence: "(MIT OR Apache-2.0) AND Unicode-3.0",
        note: "",
        text: include_str!("licences/rust-std.txt"),
    },
    Extra {
        name: "llvm-runtime",
        licence: "Apache-2.0 WITH LLVM-exception AND MIT",
        note: "",
        text: concat!(
            include_str!("licences/llvm.txt"),
            "\n",
            include_str!("../../../../LICENSE-APACHE")
        ),
    },
    Extra {
        name: "mingw-w64-runtime",
        licence: "ZPL-2.1 AND MIT AND GPL-3.0-or-later WITH GCC-exception-3.1",
        note: "windows-x86_64 alone",
        text: include_str!("licences/mingw-w64.txt"),
    },
];

const RULE: &str =
    "--------------------------------------------------------------------------------";

/// The whole text.
pub(super) fn text(crates: &BTreeMap<Id, Linked>) -> Result<String, String> {
    let mut all = format!(
        "Third-party notices of tdsauth {}\n\n\
         What of others is part of the library, and the terms under which it is. tdsauth itself is\n\
         under the MIT or the Apache licence, see LICENSE. Where a crate leaves the choice, it is\n\
         taken under the MIT licence.\n\n\
         \"tls\": not part of a library that is built without the feature tls.\n\n",
        env!("CARGO_PKG_VERSION")
    );
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, linked) in crates.iter().filter(|(_, linked)| linked.checksum.is_some()) {
        let name = format!("{} {}", id.0, id.1);
        for text in licence::texts(id, linked)? {
            texts.entry(text).or_default().insert(name.clone());
        }
        let notes: Vec<String> = [linked.is_for_tls.then(|| "tls".to_owned()), absence(linked)]
            .into_iter()
            .flatten()
            .collect();
        line(&mut all, &name, &linked.licence, &notes.join("; "));
    }
    for extra in EXTRAS {
        line(&mut all, extra.name, extra.licence, extra.note);
        texts.entry(extra.text.trim_end().to_owned()).or_default().insert(extra.name.to_owned());
    }
    // In the order of who comes first under each.
    let mut texts: Vec<(BTreeSet<String>, String)> =
        texts.into_iter().map(|(text, names)| (names, text)).collect();
    texts.sort();
    for (names, text) in texts {
        let names: Vec<String> = names.into_iter().collect();
        let _ = write!(all, "\n{RULE}\n{}\n{RULE}\n\n{text}\n", names.join("\n"));
    }
    Ok(all)
}

fn line(all: &mut String, name: &str, licence: &str, note: &str) {
    let line = format!("{name:<24} {licence:<52} {note}");
    let _ = writeln!(all, "{}", line.trim_end());
}

/// The targets whose library does without it.
fn absence(linked: &Linked) -> Option<String> {
    let names = TARGETS.iter().map(|target| target.name);
    let mut absent: Vec<&str> = names.filter(|name| !linked.targets.contains(name)).collect();
    absent.sort_unstable();
    (!absent.is_empty()).then(|| format!("not {}", absent.join(", ")))
}

/// The same for readers of Markdown: Unity asks for it.
pub(super) fn markdown(text: &str) -> String {
    format!("# Third-party notices\n\n```text\n{}\n```\n", text.trim_end())
}
