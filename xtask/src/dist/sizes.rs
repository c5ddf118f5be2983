//! How large each slice is: held to a bar, and to the table of what it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::system;
use super::target::{Kind, Library};
use super::tools::Tools;
use crate::counts::Counts;

/// The table, from the root of the repository: the name of a slice, and bytes.
const TABLE: &str = "xtask/src/dist/sizes.json";
/// No slice may be larger, with TLS.
const BAR: u64 = 2_000_000;
/// Growth against the table above which somebody has to say that it is meant, in percent.
const GROWTH: u64 = 5;

/// Bytes by the name of a slice.
pub(super) type Sizes = BTreeMap<String, u64>;

/// The sizes of all slices of a library: that of the file, or what a program grows by that a static
/// library is linked into.
pub(super) fn measure(tools: &Tools, root: &Path, library: &Library) -> Result<Sizes, String> {
    let mut sizes = Sizes::new();
    for slice in library.target.slices {
        for kind in slice.kinds {
            let size = match kind {
                Kind::Shared => system::size(library, slice)?,
                Kind::Static => system::adds(tools, root, library, slice)?,
            };
            sizes.insert(name(slice.triple, *kind), size);
        }
    }
    Ok(sizes)
}

fn name(triple: &str, kind: Kind) -> String {
    match kind {
        Kind::Shared => format!("{triple}, shared"),
        Kind::Static => format!("{triple}, static"),
    }
}

/// Holds each of `sizes` to the bar and to the table.
pub(super) fn check(root: &Path, sizes: &Sizes) -> Result<Counts, String> {
    let table = read(root)?;
    let mut counts = Counts::default();
    for (name, size) in sizes {
        counts.check(&format!("the size of {name}: {size} bytes"), held(&table, name, *size));
    }
    Ok(counts)
}

/// Writes `sizes` into the table; lines of slices that were not built stay.
pub(super) fn accept(root: &Path, sizes: &Sizes) -> Result<(), String> {
    let mut table = read(root)?;
    table.extend(sizes.clone());
    let path = root.join(TABLE);
    let mut text = serde_json::to_string_pretty(&table).map_err(|error| error.to_string())?;
    text.push('\n');
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn read(root: &Path) -> Result<Sizes, String> {
    let path = root.join(TABLE);
    let failed = |why: String| format!("{}: {why}", path.display());
    let text = fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
    let table: Value = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let lines = table.as_object().ok_or_else(|| failed("no table".into()))?;
    let line = |(name, size): (&String, &Value)| {
        let size = size.as_u64().ok_or_else(|| failed(format!("no size of {name}")))?;
        Ok((name.clone(), size))
    };
    lines.iter().map(line).collect()
}

fn held(table: &Sizes, name: &str, size: u64) -> Result<(), String> {
    let accept = "`cargo xtask dist --accept-sizes` writes it into the table";
    if size > BAR {
        return Err(format!("{size} bytes are more than {BAR}"));
    }
    let was = *table.get(name).ok_or_else(|| format!("it is not in {TABLE}; {accept}"))?;
    // In whole numbers: 5 % of a library are many bytes.
    if size * 100 > was * (100 + GROWTH) {
        return Err(format!("it grew from {was} to {size} bytes; if that is meant, {accept}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::target::TARGETS;

    /// What readers are told is what is held to.
    #[test]
    fn the_readme_tells_the_sizes_of_the_table() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let table = read(root).unwrap();
        let readme = fs::read_to_string(root.join("README.md")).unwrap();
        for target in &TARGETS {
            let row = readme.lines().find(|line| line.starts_with(&format!("| {} |", target.name)));
            for slice in target.slices {
                for kind in slice.kinds {
                    let size = *table.get(&name(slice.triple, *kind)).unwrap() as f64 / 1e6;
                    let told = row.is_some_and(|row| row.contains(&format!("{size:.2}")));
                    assert!(told, "{}: {size:.2} MB is not in its row", slice.triple);
                }
            }
        }
    }

    #[test]
    fn growth_and_what_is_too_large_or_new_fail() {
        let table = Sizes::from([("a".into(), 1_000_000), ("b".into(), 1_999_999)]);
        assert_eq!(held(&table, "a", 1_050_000), Ok(()));
        assert_eq!(held(&table, "a", 1), Ok(()));
        let why = held(&table, "a", 1_050_001).unwrap_err();
        assert!(why.contains("1000000") && why.contains("--accept-sizes"), "{why}");
        assert_eq!(held(&table, "b", 2_000_000), Ok(()));
        assert!(held(&table, "b", 2_000_001).is_err_and(|why| why.contains("more than")));
        assert!(held(&table, "c", 1).is_err_and(|why| why.contains("not in")));
    }

    #[test]
    fn what_is_accepted_is_in_the_table_beside_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let table = folder.path().join(TABLE);
        fs::create_dir_all(table.parent().unwrap()).unwrap();
        fs::write(&table, "{ \"a\": 1, \"b\": 2 }").unwrap();
        accept(folder.path(), &Sizes::from([("b".into(), 3)])).unwrap();
        let expected = Sizes::from([("a".into(), 1), ("b".into(), 3)]);
        assert_eq!(read(folder.path()), Ok(expected));
        fs::write(&table, "{ \"a\": \"1\" }").unwrap();
        assert!(read(folder.path()).is_err_and(|why| why.contains("no size of a")));
    }
}
