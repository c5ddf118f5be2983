//! Hides what an object of Apple's systems shows to other objects, all but the functions of the
//! header: once objects are joined into one, what is hidden has become local to it.

use std::collections::BTreeSet;

use object::Endianness;
use object::macho::{MachHeader64, N_PEXT, N_UNDF};
use object::read::macho::{MachHeader as _, Nlist as _};

/// The bytes of one symbol in the table, and where the byte of its type stands in them.
const SYMBOL: usize = 16;
const TYPE: usize = 4;

/// Hides every symbol of `object` that it defines and that `kept` does not name.
pub(super) fn hide(object: &mut [u8], kept: &BTreeSet<String>) -> Result<(), String> {
    for place in places(object, kept).map_err(|error| error.to_string())? {
        *object.get_mut(place).ok_or("the symbol table ends early")? |= N_PEXT.0;
    }
    Ok(())
}

/// Where the types of these symbols stand.
fn places(object: &[u8], kept: &BTreeSet<String>) -> object::read::Result<Vec<usize>> {
    let header = MachHeader64::<Endianness>::parse(object, 0)?;
    let endian = header.endian()?;
    let mut commands = header.load_commands(endian, object, 0)?;
    let mut places = Vec::new();
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
                places.push(start.saturating_add(index * SYMBOL + TYPE));
            }
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFINED: u8 = 0x0f;
    const UNDEFINED: u8 = 0x01;
    const LOCAL: u8 = 0x0e;

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
        let mut object = object();
        hide(&mut object, &BTreeSet::from(["kept".to_owned()])).unwrap();
        let kinds: Vec<u8> = (0..4).map(|index| object[56 + index * SYMBOL + TYPE]).collect();
        assert_eq!(kinds, [DEFINED, DEFINED | N_PEXT.0, UNDEFINED, LOCAL]);
    }

    #[test]
    fn what_is_no_object_fails() {
        assert!(hide(&mut b"ELF".to_vec(), &BTreeSet::new()).is_err());
        let mut cut = object();
        cut.truncate(80);
        assert!(hide(&mut cut, &BTreeSet::new()).is_err());
    }
}
