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
