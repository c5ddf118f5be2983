//! Static libraries, and import libraries of Windows.

use std::collections::BTreeSet;

use object::read::archive::ArchiveFile;
use object::read::{Object as _, ObjectSection as _, ObjectSymbol as _};
use object::{BinaryFormat, SymbolScope};

use super::{plain, system, text};

/// What a program's other parts see of an archive: the symbols that are defined in it for them.
/// Those that its objects keep among themselves must bear names that no other library has.
pub(in crate::dist) fn visible(bytes: &[u8]) -> Result<BTreeSet<String>, String> {
    let mut all = BTreeSet::new();
    let mut foreign = BTreeSet::new();
    each(bytes, |object| {
        let underscore = object.format() == BinaryFormat::MachO;
        for symbol in object.symbols().filter(|symbol| !symbol.is_undefined()) {
            let name = plain(symbol.name_bytes()?, underscore);
            match symbol.scope() {
                SymbolScope::Dynamic => all.insert(name),
                SymbolScope::Linkage if !name.starts_with(system::HIDDEN) => foreign.insert(name),
                _ => false,
            };
        }
        Ok(())
    })?;
    match foreign.first() {
        None => Ok(all),
        Some(name) => Err(format!("{name} may meet another library's")),
    }
}

/// No object holds what a debugger reads, or code that a compiler has yet to finish.
pub(super) fn is_stripped(bytes: &[u8]) -> Result<(), String> {
    let mut found = BTreeSet::new();
    each(bytes, |object| {
        for section in object.sections() {
            let name = text(section.name_bytes()?);
            let plain = name.trim_start_matches(['.', '_']);
            if ["debug", "llvmbc", "llvmcmd", "bitcode"].iter().any(|bad| plain.starts_with(bad)) {
                found.insert(name);
            }
        }
        Ok(())
    })?;
    if found.is_empty() { Ok(()) } else { Err(format!("it holds {found:?}")) }
}

fn each(
    bytes: &[u8],
    mut look: impl FnMut(&object::File<'_>) -> object::read::Result<()>,
) -> Result<(), String> {
    let failed = |error: object::Error| error.to_string();
    for member in ArchiveFile::parse(bytes).map_err(failed)?.members() {
        let data = member.and_then(|member| member.data(bytes)).map_err(failed)?;
        object::File::parse(data).and_then(|object| look(&object)).map_err(failed)?;
    }
    Ok(())
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
            || name.ends_with("_iname")
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

    /// An archive whose only object is this very program.
    fn of_this_program() -> Vec<u8> {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let mut archive = b"!<arch>\n".to_vec();
        let size = own.len();
        let header = format!("{:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", "x.o/", 0, 0, 0, 644);
        archive.extend(header.bytes());
        archive.extend(own);
        archive
    }

    #[test]
    fn what_is_for_debuggers_and_what_others_see_is_found() {
        let archive = of_this_program();
        assert!(is_stripped(&archive).is_err_and(|why| why.contains("debug")));
        let seen = visible(&archive).unwrap();
        assert!(seen.contains("main") && !seen.contains("malloc"), "{}", seen.len());
    }

    #[test]
    fn what_is_no_archive_fails() {
        assert!(visible(b"MZ").is_err() && is_stripped(b"MZ").is_err() && imports(b"MZ").is_err());
    }
}
