//! Libraries of Linux and Android.

use object::elf::{DT_NEEDED, DT_SONAME, FileHeader32, FileHeader64, PT_LOAD, SHT_DYNSYM};
use object::read::elf::{Dyn as _, FileHeader, ProgramHeader as _, Sym as _};
use object::{Endianness, FileKind};

use super::text;

/// What the loader reads of a library.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Elf {
    pub(super) soname: String,
    /// The libraries that it asks for.
    pub(super) needed: Vec<String>,
    /// The versions of symbols that it asks for: `GLIBC_2.17`.
    pub(super) versions: Vec<String>,
    /// The alignment in memory of each part.
    pub(super) alignments: Vec<u64>,
    /// The symbols that others must give; weak ones may be absent.
    pub(super) undefined: Vec<String>,
    /// The names of its sections.
    pub(super) sections: Vec<String>,
}

impl Elf {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let read = match FileKind::parse(bytes) {
            Ok(FileKind::Elf32) => facts::<FileHeader32<Endianness>>(bytes),
            Ok(FileKind::Elf64) => facts::<FileHeader64<Endianness>>(bytes),
            other => return Err(format!("no ELF file but {other:?}")),
        };
        read.map_err(|error| error.to_string())
    }

    /// It is found by this name at run time.
    pub(super) fn is_called(&self, soname: &str) -> Result<(), String> {
        if self.soname == soname { Ok(()) } else { Err(format!("its soname is {}", self.soname)) }
    }

    /// It can be mapped where pages have this size.
    pub(super) fn suits_pages_of(&self, size: u64) -> Result<(), String> {
        let suits = |align: &u64| *align != 0 && align.is_multiple_of(size);
        if !self.alignments.is_empty() && self.alignments.iter().all(suits) {
            return Ok(());
        }
        Err(format!("its parts are aligned to {:x?}, not {size:x}", self.alignments))
    }

    /// It loads with this glibc.
    pub(super) fn suits_glibc(&self, level: (u32, u32)) -> Result<(), String> {
        if self.versions.is_empty() {
            return Err("it asks for no version at all: that is no library for glibc".into());
        }
        let newer = |version: &&String| glibc(version).is_none_or(|is| is > level);
        match self.versions.iter().find(newer) {
            None => Ok(()),
            Some(version) => Err(format!("it asks for {version}")),
        }
    }

    /// Every symbol that it asks for is among `names`.
    pub(super) fn asks_only_for(&self, names: &[&str]) -> Result<(), String> {
        let foreign = self.undefined.iter().filter(|name| !names.contains(&name.as_str()));
        let foreign: Vec<&String> = foreign.collect();
        if foreign.is_empty() { Ok(()) } else { Err(format!("it asks for {foreign:?}")) }
    }

    /// No table is in it that the loader does not read.
    pub(super) fn is_stripped(&self) -> Result<(), String> {
        let extra = |name: &&String| name.starts_with(".debug") || *name == ".symtab";
        match self.sections.iter().find(extra) {
            None => Ok(()),
            Some(name) => Err(format!("it holds {name}")),
        }
    }
}

fn glibc(version: &str) -> Option<(u32, u32)> {
    let (major, rest) = version.strip_prefix("GLIBC_")?.split_once('.')?;
    // The third number, of `GLIBC_2.2.5`, never decides.
    Some((major.parse().ok()?, rest.split('.').next()?.parse().ok()?))
}

fn facts<Header: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> object::read::Result<Elf> {
    let mut elf = Elf::default();
    let header = Header::parse(bytes)?;
    let endian = header.endian()?;
    for segment in header.program_headers(endian, bytes)? {
        if segment.p_type(endian) == PT_LOAD {
            elf.alignments.push(segment.p_align(endian).into());
        }
    }
    let sections = header.sections(endian, bytes)?;
    for section in sections.iter() {
        elf.sections.push(text(sections.section_name(endian, section)?));
    }
    if let Some((entries, link)) = sections.dynamic(endian, bytes)? {
        let strings = sections.strings(endian, bytes, link)?;
        for entry in entries {
            let string =
                || -> object::read::Result<String> { Ok(text(entry.string(endian, strings)?)) };
            match entry.tag(endian) {
                DT_NEEDED => elf.needed.push(string()?),
                DT_SONAME => elf.soname = string()?,
                _ => {}
            }
        }
    }
    if let Some((mut needs, link)) = sections.gnu_verneed(endian, bytes)? {
        let strings = sections.strings(endian, bytes, link)?;
        while let Some((_, mut names)) = needs.next()? {
            while let Some(name) = names.next()? {
                elf.versions.push(text(name.name(endian, strings)?));
            }
        }
    }
    let symbols = sections.symbols(endian, bytes, SHT_DYNSYM)?;
    let undefined = |symbol: &&Header::Sym| symbol.is_undefined(endian) && !symbol.is_weak();
    for symbol in symbols.iter().filter(undefined) {
        elf.undefined.push(text(symbol.name(endian, symbols.strings())?));
    }
    elf.undefined.retain(|name| !name.is_empty());
    Ok(elf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf() -> Elf {
        Elf {
            soname: "libx.so.0".into(),
            versions: vec!["GLIBC_2.2.5".into(), "GLIBC_2.17".into()],
            alignments: vec![0x1000, 0x4000],
            undefined: vec!["malloc".into()],
            sections: vec![".text".into()],
            ..Elf::default()
        }
    }

    #[test]
    fn what_is_as_it_should_be_passes_and_what_is_not_is_named() {
        let mut elf = elf();
        assert_eq!(elf.is_called("libx.so.0"), Ok(()));
        assert!(elf.is_called("libx.so").is_err_and(|why| why.contains("libx.so.0")));
        assert_eq!(elf.suits_pages_of(0x1000), Ok(()));
        assert!(elf.suits_pages_of(0x4000).is_err_and(|why| why.contains("1000")));
        assert_eq!(elf.suits_glibc((2, 17)), Ok(()));
        assert!(elf.suits_glibc((2, 16)).is_err_and(|why| why.contains("GLIBC_2.17")));
        assert_eq!(elf.asks_only_for(&["free", "malloc"]), Ok(()));
        assert!(elf.asks_only_for(&["free"]).is_err_and(|why| why.contains("malloc")));
        assert_eq!(elf.is_stripped(), Ok(()));
        elf.sections.push(".symtab".into());
        assert!(elf.is_stripped().is_err_and(|why| why.contains(".symtab")));
    }

    #[test]
    fn a_version_that_cannot_be_read_suits_nobody() {
        let mut elf = elf();
        elf.versions.push("GLIBC_PRIVATE".into());
        assert!(elf.suits_glibc((2, 17)).is_err_and(|why| why.contains("PRIVATE")));
        elf.versions.clear();
        elf.alignments.clear();
        assert!(elf.suits_glibc((2, 17)).is_err() && elf.suits_pages_of(0x1000).is_err());
    }

    /// This very program is one that was linked on this machine, for it alone, and not stripped.
    #[test]
    fn a_program_of_another_kind_fails() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let elf = Elf::read(&own).unwrap();
        assert!(elf.needed.iter().any(|name| name == "libc.so.6"), "{:?}", elf.needed);
        assert!(elf.undefined.iter().any(|name| name == "malloc"));
        assert!(elf.is_called("libtdsauth.so.0").is_err() && elf.is_stripped().is_err());
        assert!(elf.suits_pages_of(0x1_0000_0000).is_err());
        assert!(Elf::read(b"MZ").is_err());
    }
}
