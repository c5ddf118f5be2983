//! Which crates the client library is made of, as cargo itself resolves them for each target.
//!
//! `cargo metadata` joins the features of the whole workspace, and would name crates that only the
//! server needs: `cargo tree` of the one package says which there are, the metadata what they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::dist::target::Target;
use crate::process;
use crate::workspace::Workspace;

const LIMIT: Duration = Duration::from_secs(300);

/// Build dependencies that leave something in the library although nothing is linked: the name of
/// the package that has them, and theirs. `core/build.rs` packs the roots of TLS.
const BAKED: [(&str, &str); 1] = [("tdsauth-core", "webpki-roots")];
/// Those that leave nothing: they write the header.
const TOOLS: [&str; 1] = ["cbindgen"];

/// A crate by its name and its version.
pub(super) type Id = (String, String);

/// A crate that is part of the library.
#[derive(Clone, Debug)]
pub(super) struct Linked {
    /// What its manifest says, as an SPDX expression.
    pub(super) licence: String,
    /// One sentence of its manifest.
    pub(super) description: String,
    /// Its sources.
    pub(super) folder: PathBuf,
    /// SHA-256 of its package in the registry; none for a crate of this repository.
    pub(super) checksum: Option<String>,
    /// What it is linked with in turn, on any target.
    pub(super) needs: BTreeSet<Id>,
    /// The targets whose library it is in, by their names.
    pub(super) targets: BTreeSet<&'static str>,
    /// Whether libraries without the feature `tls` do without it.
    pub(super) is_for_tls: bool,
}

/// All crates that the libraries of `targets` are made of, tdsauth's own among them.
pub(super) fn linked(
    workspace: &Workspace,
    targets: &'static [Target],
) -> Result<BTreeMap<Id, Linked>, String> {
    let metadata = Metadata::read(workspace)?;
    let mut all: BTreeMap<Id, Linked> = BTreeMap::new();
    let slices = targets.iter().flat_map(|target| target.slices);
    let triples: Vec<&str> = slices.map(|slice| slice.triple).collect();
    let bare = edges(&tree(workspace, &triples, &["--no-default-features"])?)?;
    for target in targets {
        for slice in target.slices {
            let mut full = edges(&tree(workspace, &[slice.triple], &[])?)?;
            for (maker, name) in BAKED {
                let id = metadata.build_dependency(maker, name)?;
                for (each, needs) in &mut full {
                    if each.0 == maker {
                        needs.insert(id.clone());
                    }
                }
                full.insert(id, BTreeSet::new());
            }
            for (id, needs) in full {
                let linked = match all.remove(&id) {
                    Some(linked) => linked,
                    None => metadata.linked(&id, !bare.contains_key(&id))?,
                };
                let linked = all.entry(id).or_insert(linked);
                linked.needs.extend(needs);
                linked.targets.insert(target.name);
            }
        }
    }
    Ok(all)
}

fn tree(workspace: &Workspace, triples: &[&str], features: &[&str]) -> Result<String, String> {
    let mut cargo = workspace.cargo();
    cargo.args(["tree", "--locked", "--package", "tdsauth"]);
    cargo.args(triples.iter().flat_map(|triple| ["--target", triple]));
    cargo.args(["--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", "|{p}|"]);
    process::output(cargo.args(features), LIMIT)
}

/// What stands under what: lines as `2|cfg-if v1.0.5|`, a path in brackets where there is one, and
/// a star where what is below was told before.
pub(super) fn edges(text: &str) -> Result<BTreeMap<Id, BTreeSet<Id>>, String> {
    let mut all: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    let mut above: Vec<Id> = Vec::new();
    // Several targets make several trees, an empty line between them.
    for line in text.lines().filter(|line| !line.is_empty()) {
        let wrong = || format!("cargo tree says {line:?}");
        let (depth, rest) = line.split_once('|').ok_or_else(wrong)?;
        let depth: usize = depth.parse().map_err(|_| wrong())?;
        let (package, _) = rest.split_once('|').ok_or_else(wrong)?;
        let mut words = package.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            return Err(wrong());
        };
        let version = version.strip_prefix('v').ok_or_else(wrong)?;
        let id = (name.to_owned(), version.to_owned());
        above.truncate(depth);
        if let Some(parent) = above.last() {
            all.entry(parent.clone()).or_default().insert(id.clone());
        }
        all.entry(id.clone()).or_default();
        above.push(id);
    }
    Ok(all)
}

/// What manifests and Cargo.lock say.
struct Metadata {
    packages: BTreeMap<Id, Value>,
    /// Of the packages of this repository: their build dependencies.
    tools: BTreeMap<String, Vec<Id>>,
    checksums: BTreeMap<Id, String>,
}

impl Metadata {
    fn read(workspace: &Workspace) -> Result<Self, String> {
        let mut cargo = workspace.cargo();
        cargo.args(["metadata", "--locked", "--format-version", "1"]);
        let text = process::output(&mut cargo, LIMIT)?;
        let all: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let mut packages = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for package in list(&all, "packages") {
            let id = (string(package, "name"), string(package, "version"));
            ids.insert(string(package, "id"), id.clone());
            packages.insert(id, package.clone());
        }
        let mut tools: BTreeMap<String, Vec<Id>> = BTreeMap::new();
        let nodes = all.get("resolve").map(|resolve| list(resolve, "nodes")).unwrap_or_default();
        for node in nodes {
            let Some((name, _)) = ids.get(&string(node, "id")) else { continue };
            let is_tool = |needed: &&Value| {
                list(needed, "dep_kinds").iter().any(|kind| string(kind, "kind") == "build")
            };
            let needed = list(node, "deps").iter().filter(is_tool);
            let needed = needed.filter_map(|needed| ids.get(&string(needed, "pkg")).cloned());
            tools.entry(name.clone()).or_default().extend(needed);
        }
        let lock = workspace.root.join("Cargo.lock");
        let lock = std::fs::read_to_string(&lock)
            .map_err(|error| format!("{}: {error}", lock.display()))?;
        Ok(Self { packages, tools, checksums: checksums(&lock)? })
    }

    fn linked(&self, id: &Id, is_for_tls: bool) -> Result<Linked, String> {
        let unknown = || format!("cargo metadata says nothing of {} {}", id.0, id.1);
        let package = self.packages.get(id).ok_or_else(unknown)?;
        let checksum = self.checksums.get(id).cloned();
        if checksum.is_none() {
            self.no_other_tools(&id.0)?;
        }
        let manifest = PathBuf::from(string(package, "manifest_path"));
        let folder = manifest.parent().ok_or_else(unknown)?.to_owned();
        let description = string(package, "description");
        Ok(Linked {
            licence: expression(&string(package, "license")),
            description: description.split_whitespace().collect::<Vec<_>>().join(" "),
            folder,
            checksum,
            needs: BTreeSet::new(),
            targets: BTreeSet::new(),
            is_for_tls,
        })
    }

    fn build_dependency(&self, of: &str, name: &str) -> Result<Id, String> {
        let mut found = self.tools.get(of).into_iter().flatten().filter(|id| id.0 == name);
        let id = found.next().ok_or_else(|| format!("{of} does not build with {name}"))?;
        Ok(id.clone())
    }

    /// Somebody has to say of each whether it leaves something in the library.
    fn no_other_tools(&self, of: &str) -> Result<(), String> {
        for (name, _) in self.tools.get(of).into_iter().flatten() {
            if !TOOLS.contains(&name.as_str()) && !BAKED.contains(&(of, name)) {
                return Err(format!(
                    "{of} builds with {name}: list it in xtask/src/dist/pack/linked.rs as what \
                     leaves something in the library, or as a tool"
                ));
            }
        }
        Ok(())
    }
}

/// The older way to say "or".
fn expression(licence: &str) -> String {
    licence.replace('/', " OR ")
}

fn checksums(lock: &str) -> Result<BTreeMap<Id, String>, String> {
    let lock: toml::Table = toml::from_str(lock).map_err(|error| format!("Cargo.lock: {error}"))?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let mut all = BTreeMap::new();
    for package in packages.into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        if let (Some(name), Some(version), Some(sum)) =
            (text("name"), text("version"), text("checksum"))
        {
            all.insert((name, version), sum);
        }
    }
    Ok(all)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn string(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> Id {
        (name.to_owned(), "1.0.0".to_owned())
    }

    #[test]
    fn who_needs_whom_is_read_off_the_depths() {
        let text = "0|a v1.0.0 (/some where/a)|\n1|b v1.0.0|\n2|c v1.0.0|\n1|d v1.0.0|\n\
                    2|b v1.0.0| (*)\n\n0|a v1.0.0|\n";
        let all = edges(text).unwrap();
        assert_eq!(all[&id("a")], BTreeSet::from([id("b"), id("d")]));
        assert_eq!(all[&id("b")], BTreeSet::from([id("c")]));
        assert_eq!(all[&id("c")], BTreeSet::new());
        assert_eq!(all[&id("d")], BTreeSet::from([id("b")]));
        assert!(edges("b v1.0.0").is_err() && edges("0|b|").is_err());
    }

    #[test]
    fn sums_are_those_of_the_lock() {
        let lock = "version = 4\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n\
                    [[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"abc\"\n";
        assert_eq!(checksums(lock).unwrap(), BTreeMap::from([(id("a"), "abc".to_owned())]));
    }

    #[test]
    fn a_tool_that_nobody_judged_is_told() {
        let metadata = Metadata {
            packages: BTreeMap::new(),
            tools: BTreeMap::from([
                ("tdsauth-core".to_owned(), vec![id("webpki-roots")]),
                ("tdsauth".to_owned(), vec![id("cbindgen"), id("webpki-roots")]),
            ]),
            checksums: BTreeMap::new(),
        };
        assert_eq!(metadata.no_other_tools("tdsauth-core"), Ok(()));
        let why = metadata.no_other_tools("tdsauth").unwrap_err();
        assert!(why.starts_with("tdsauth builds with webpki-roots"), "{why}");
    }
}
