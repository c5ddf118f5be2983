//! Hides what a static library for Apple's systems shows to the rest of a program, all but the
//! functions of the header: the standard library of another Rust library in the same app must not
//! meet ours. Objects refer to each other by these names, and no linker at hand joins them into
//! one, so each name becomes one of ours, and private to the program that is linked.

use std::collections::BTreeSet;

use object::Endianness;
use object::macho::{MachHeader64, N_PEXT, N_UNDF};
use object::read::archive::ArchiveFile;
use object::read::macho::{MachHeader as _, Nlist as _};

/// The bytes of one symbol in the table, and where the byte of its type stands in them.
const SYMBOL: usize = 16;
const TYPE: usize = 4;

/// Before each hidden name. No compiler of C makes such a name.
pub(crate) const PREFIX: &str = "tdsauth.";

/// What `llvm-objcopy --redefine-syms` is to do with an archive: a line for each symbol that one of
/// its objects defines for others, and that `kept` does not name.
pub(super) fn renamed(archive: &[u8], kept: &BTreeSet<String>) -> Result<String, String> {
    let mut names = BTreeSet::new();
    for (start, end) in objects(archive)? {
        let object = archive.get(start..end).ok_or("the archive ends early")?;
        let symbols = symbols(object, kept).map_err(|error| error.to_string())?;
        names.extend(symbols.into_iter().map(|(name, _)| name));
    }
    Ok(names.iter().map(|name| format!("_{name} _{PREFIX}{name}\n")).collect())
}

/// Makes every symbol of an archive that its objects define, and that `kept` does not name, private
/// to the program.
pub(super) fn hide_all(archive: &mut [u8], kept: &BTreeSet<String>) -> Result<(), String> {
    for (start, end) in objects(archive)? {
        hide(archive.get_mut(start..end).ok_or("the archive ends early")?, kept)?;
    }
    Ok(())
}

/// Where the objects lie in an archive.
fn objects(archive: &[u8]) -> Result<Vec<(usize, usize)>, String> {
    let failed = |error: object::Error| error.to_string();
    let mut all = Vec::new();
    for member in ArchiveFile::parse(archive).map_err(failed)?.members() {
        let (start, size) = member.map_err(failed)?.file_range();
        let start = usize::try_from(start).map_err(|error| error.to_string())?;
        let size = usize::try_from(size).map_err(|error| error.to_string())?;
        all.push((start, start.saturating_add(size)));
    }
    Ok(all)
}

fn hide(object: &mut [u8], kept: &BTreeSet<String>) -> Result<(), String> {
    for (_, place) in symbols(object, kept).map_err(|error| error.to_string())? {
        *object.get_mut(place).ok_or("the symbol table ends early")? |= N_PEXT.0;
    }
    Ok(())
}

/// The symbols that an object defines for others, but for `kept`, and where their types stand.
fn symbols(object: &[u8], kept: &BTreeSet<String>) -> object::read::Result<Vec<(String, usize)>> {
    let header = MachHeader64::<Endianness>::parse(object, 0)?;
    let endian = header.endian()?;
    let mut commands = header.load_commands(endian, object, 0)?;
    let mut found = Vec::new();
    while let Some(command) = commands.next()? {
        let Some(table) = command.symtab()? else { continue };
        let symbols = table.symbols::<MachHeader64<Endianness>, _>(endian, object)?;
        let start = usize::try_from(table.symoff.get(endian)).unwrap_or(usize::MAX);
        for (index, symbol) in symbols.iter().enumerate() {
            let kind = symbol.n_type();
            let seen = !kind.is_stab() && kind.is_ext() && kind.typ() != N_UNDF;
            // The compiler puts an underscore before the name of every function.
            let name = symbol.name(endian, symbols.strings())?;
            let name = String::from_utf8_lossy(name.strip_prefix(b"_").unwrap_or(name));
            if seen && !kept.contains(name.as_ref()) {
                found.push((name.into_owned(), start.saturating_add(index * SYMBOL + TYPE)));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFINED: u8 = 0x0f;
    const UNDEFINED: u8 = 0x01;
    const LOCAL: u8 = 0x0e;

    /// An archive of one object.
    fn archive(object: &[u8]) -> Vec<u8> {
        let size = object.len();
        let header = format!("{:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", "x.o/", 0, 0, 0, 644);
        [b"!<arch>\n", header.as_bytes(), object].concat()
    }

    /// An object with a table of symbols and nothing else: `_kept`, `_seen`, `_asked`, `_own`.
    fn object() -> Vec<u8> {
        let header = [0xfeed_facf_u32, 0x0100_000c, 0, 1, 1, 24, 0, 0];
        let (symbols, strings) = (32 + 24, 32 + 24 + 4 * 16);
        let names = b"\0_kept\0_seen\0_asked\0_own\0";
        let command = [2_u32, 24, symbols, 4, strings, names.len() as u32];
        let mut object: Vec<u8> =
            header.iter().chain(&command).flat_map(|word| word.to_le_bytes()).collect();
        for (name, kind) in [(1_u32, DEFINED), (7, DEFINED), (13, UNDEFINED), (20, LOCAL)] {
            object.extend(name.to_le_bytes());
            object.extend([kind, 1, 0, 0]);
            object.extend([0; 8]);
        }
        object.extend(names);
        object
    }

    #[test]
    fn only_what_is_defined_and_not_kept_is_hidden() {
        let kept = BTreeSet::from(["kept".to_owned()]);
        let mut archive = archive(&object());
        assert_eq!(renamed(&archive, &kept).unwrap(), "_seen _tdsauth.seen\n");
        hide_all(&mut archive, &kept).unwrap();
        let table = 8 + 60 + 56;
        let kinds: Vec<u8> = (0..4).map(|index| archive[table + index * SYMBOL + TYPE]).collect();
        assert_eq!(kinds, [DEFINED, DEFINED | N_PEXT.0, UNDEFINED, LOCAL]);
        // Hidden, but by its old name: that is found.
        let why = crate::dist::inspect::archive::visible(&archive).unwrap_err();
        assert!(why.starts_with("seen "), "{why}");
    }

    #[test]
    fn what_is_no_object_fails() {
        let none = BTreeSet::new();
        assert!(hide_all(&mut archive(b"ELF"), &none).is_err());
        assert!(hide_all(&mut archive(&object()[..80]), &none).is_err());
        assert!(hide_all(&mut b"ELF".to_vec(), &none).is_err());
    }
}
