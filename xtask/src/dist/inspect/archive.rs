//! Static libraries, and import libraries of Windows.

use std::collections::BTreeSet;

use object::BinaryFormat;
use object::read::archive::ArchiveFile;
use object::read::{Object as _, ObjectSymbol as _};

use super::{plain, text};

/// What other objects see of an archive's: all global symbols that are defined in it.
pub(super) fn visible(bytes: &[u8]) -> Result<BTreeSet<String>, String> {
    let failed = |error: object::Error| error.to_string();
    let mut all = BTreeSet::new();
    for member in ArchiveFile::parse(bytes).map_err(failed)?.members() {
        let data = member.and_then(|member| member.data(bytes)).map_err(failed)?;
        let object = object::File::parse(data).map_err(failed)?;
        let underscore = object.format() == BinaryFormat::MachO;
        for symbol in object.symbols().filter(|symbol| symbol.is_global()) {
            if symbol.is_definition() {
                all.insert(plain(symbol.name_bytes().map_err(failed)?, underscore));
            }
        }
    }
    Ok(all)
}

/// The functions that an import library gives, by its table of symbols.
pub(super) fn imports(bytes: &[u8]) -> Result<BTreeSet<String>, String> {
    let failed = |error: object::Error| error.to_string();
    let archive = ArchiveFile::parse(bytes).map_err(failed)?;
    let symbols = archive.symbols().map_err(failed)?.ok_or("it has no table of symbols")?;
    let mut all = BTreeSet::new();
    for symbol in symbols {
        let name = text(symbol.map_err(failed)?.name());
        // The places of the addresses, and marks that hold the table together.
        let mark = name.starts_with("__imp_")
            || name.contains("IMPORT_DESCRIPTOR")
            || name.contains("NULL_THUNK_DATA")
            || name.ends_with("_dll_iname")
            || name.starts_with("_head_");
        if !mark {
            all.insert(name);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_archive_fails() {
        assert!(visible(b"MZ").is_err() && imports(b"MZ").is_err());
    }
}
