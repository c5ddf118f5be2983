//! The DLL of Windows.

use object::pe::IMAGE_DIRECTORY_ENTRY_DEBUG;
use object::read::Object as _;
use object::read::pe::PeFile64;

use super::text;

/// What the loader reads of a library.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pe {
    /// The DLLs that it asks for, in small letters.
    pub(super) needed: Vec<String>,
    /// Symbols and sections for a debugger.
    debug: Vec<String>,
    /// When it was linked, in seconds since 1970.
    time: u32,
}

impl Pe {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        facts(bytes).map_err(|error| error.to_string())
    }

    pub(super) fn is_stripped(&self) -> Result<(), String> {
        if self.debug.is_empty() { Ok(()) } else { Err(format!("it holds {:?}", self.debug)) }
    }

    /// Built again, it would be the same.
    pub(super) fn is_of_no_time(&self) -> Result<(), String> {
        if self.time == 0 { Ok(()) } else { Err(format!("it was linked at {}", self.time)) }
    }
}

fn facts(bytes: &[u8]) -> object::read::Result<Pe> {
    let file = PeFile64::parse(bytes)?;
    let header = &file.nt_headers().file_header;
    let mut pe = Pe { time: header.time_date_stamp.get(object::LittleEndian), ..Pe::default() };
    if let Some(imports) = file.import_table()? {
        let mut libraries = imports.descriptors()?;
        while let Some(library) = libraries.next()? {
            let name = imports.name(library.name.get(object::LittleEndian))?;
            pe.needed.push(text(name).to_lowercase());
        }
    }
    for section in file.sections() {
        let name = object::read::ObjectSection::name(&section)?;
        if name.starts_with(".debug") {
            pe.debug.push(name.to_owned());
        }
    }
    if object::read::Object::symbols(&file).next().is_some() {
        pe.debug.push("a table of symbols".into());
    }
    if file
        .data_directory(IMAGE_DIRECTORY_ENTRY_DEBUG)
        .is_some_and(|directory| directory.size.get(object::LittleEndian) != 0)
    {
        pe.debug.push("a debug directory".into());
    }
    Ok(pe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_debugger_reads_and_a_time_are_named() {
        assert_eq!(Pe::default().is_stripped(), Ok(()));
        assert_eq!(Pe::default().is_of_no_time(), Ok(()));
        let pe = Pe { debug: vec![".debug_info".into()], time: 7, ..Pe::default() };
        assert!(pe.is_of_no_time().is_err_and(|why| why.contains("at 7")));
        assert!(pe.is_stripped().is_err_and(|why| why.contains(".debug_info")));
        assert!(Pe::read(&std::fs::read(std::env::current_exe().unwrap()).unwrap()).is_err());
    }
}
