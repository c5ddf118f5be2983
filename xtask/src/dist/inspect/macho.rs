//! Libraries of macOS, one processor at a time.

use object::Endianness;
use object::macho::{self, MachHeader64};
use object::read::macho::{FatArch as _, LoadCommandVariant, MachHeader as _, MachOFatFile32};

use super::text;

/// What the loader reads of a library.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MachO {
    pub(super) install_name: String,
    /// The oldest system, as `11.0`.
    pub(super) oldest: String,
    /// The libraries that it asks for.
    pub(super) needed: Vec<String>,
    /// Whether each symbol of others says which library is to give it.
    pub(super) bound: bool,
}

/// Each processor's part of a universal file.
pub(super) fn parts(bytes: &[u8]) -> Result<Vec<&[u8]>, String> {
    let failed = |error: object::Error| format!("no universal file: {error}");
    let fat = MachOFatFile32::parse(bytes).map_err(failed)?;
    fat.arches().iter().map(|arch| arch.data(bytes).map_err(failed)).collect()
}

impl MachO {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        facts(bytes).map_err(|error| error.to_string())
    }

    pub(super) fn is_called(&self, name: &str) -> Result<(), String> {
        if self.install_name == name {
            return Ok(());
        }
        Err(format!("its install name is {}", self.install_name))
    }

    pub(super) fn runs_from(&self, oldest: &str) -> Result<(), String> {
        if self.oldest == oldest { Ok(()) } else { Err(format!("it runs from {}", self.oldest)) }
    }

    /// With that, what is not in the libraries that it names was an error of the linker.
    pub(super) fn is_bound(&self) -> Result<(), String> {
        if self.bound { Ok(()) } else { Err("symbols are looked for in every library".into()) }
    }
}

fn facts(bytes: &[u8]) -> object::read::Result<MachO> {
    let header = MachHeader64::<Endianness>::parse(bytes, 0)?;
    let endian = header.endian()?;
    let mut macho =
        MachO { bound: header.flags(endian).contains(macho::MH_TWOLEVEL), ..MachO::default() };
    let mut commands = header.load_commands(endian, bytes, 0)?;
    while let Some(command) = commands.next()? {
        match command.variant()? {
            LoadCommandVariant::IdDylib(own) => {
                macho.install_name = text(command.string(endian, own.dylib.name)?);
            }
            LoadCommandVariant::Dylib(other) => {
                macho.needed.push(text(command.string(endian, other.dylib.name)?));
            }
            LoadCommandVariant::BuildVersion(version, _) => {
                let oldest = version.minos.get(endian).0;
                macho.oldest = format!("{}.{}", oldest >> 16, (oldest >> 8) & 0xff);
            }
            _ => {}
        }
    }
    Ok(macho)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_as_it_should_be_is_named() {
        let macho = MachO {
            install_name: "@rpath/libx.dylib".into(),
            oldest: "11.0".into(),
            ..MachO::default()
        };
        assert_eq!(macho.is_called("@rpath/libx.dylib"), Ok(()));
        assert!(macho.is_called("libx.dylib").is_err_and(|why| why.contains("@rpath")));
        assert_eq!(macho.runs_from("11.0"), Ok(()));
        assert!(macho.runs_from("10.15").is_err_and(|why| why.contains("11.0")));
        assert!(macho.is_bound().is_err());
    }

    #[test]
    fn a_file_of_another_kind_fails() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(MachO::read(&own).is_err() && parts(&own).is_err());
    }
}
