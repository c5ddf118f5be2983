//! What a built library shows of itself, without being run: its functions, what it asks of the
//! system, and that it tells nothing of the machine that built it.

pub(super) mod archive;
mod elf;
mod macho;
mod pe;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use object::read::Object as _;

use self::elf::Elf;
use self::macho::MachO;
use self::pe::Pe;
use super::system;
use super::target::{Library, System};
use crate::gates::Outcome;

/// What Linux libraries may ask for: parts of glibc, all of which every system has.
const GLIBC: [&str; 8] = [
    "libc.so.6",
    "libdl.so.2",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
    "libutil.so.1",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
];
/// Parts of Android.
const BIONIC: [&str; 4] = ["libc.so", "libdl.so", "liblog.so", "libm.so"];
/// Parts of Windows 10 and later.
const WINDOWS: [&str; 8] = [
    "advapi32.dll",
    "api-ms-win-core-synch-l1-2-0.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "kernel32.dll",
    "msvcrt.dll",
    "ntdll.dll",
    "ws2_32.dll",
];
/// All of macOS.
const MACOS: [&str; 1] = ["/usr/lib/libSystem.B.dylib"];

/// Looks at every file of `library`, which must name none of `places`, folders of this machine.
pub(super) fn inspect(
    root: &Path,
    library: &Library,
    places: &[PathBuf],
) -> Result<Vec<Outcome>, String> {
    let header = crate::gates::declared_functions(&root.join(crate::header::HEADER))?;
    let mut look =
        Look { library, functions: header.into_iter().collect(), places, outcomes: Vec::new() };
    match library.target.system {
        System::Linux => look.linux()?,
        System::Android => look.android()?,
        System::Windows => look.windows()?,
        System::MacOs => look.macos()?,
        System::Ios => look.ios()?,
    }
    Ok(look.outcomes)
}

struct Look<'a> {
    library: &'a Library,
    functions: BTreeSet<String>,
    places: &'a [PathBuf],
    outcomes: Vec<Outcome>,
}

impl Look<'_> {
    fn linux(&mut self) -> Result<(), String> {
        let bytes = self.shared("libtdsauth.so")?;
        let elf = Elf::read(&bytes)?;
        self.note("its soname is libtdsauth.so.0", elf.is_called("libtdsauth.so.0"));
        self.note("it asks for no glibc above 2.17", elf.suits_glibc((2, 17)));
        self.note("it asks for glibc alone", among(&elf.needed, &GLIBC));
        self.note("it can be mapped in pages of 4 KB", elf.suits_pages_of(0x1000));
        self.note("it is stripped", elf.is_stripped());
        self.fixed("libtdsauth.a")
    }

    fn android(&mut self) -> Result<(), String> {
        let bytes = self.shared("libtdsauth.so")?;
        let elf = Elf::read(&bytes)?;
        let narrow = self.library.target.name.ends_with("v7a");
        let (pages, size) = if narrow { ("4 KB", 0x1000) } else { ("16 KB", 0x4000) };
        self.note("its soname is libtdsauth.so", elf.is_called("libtdsauth.so"));
        self.note(&format!("it can be mapped in pages of {pages}"), elf.suits_pages_of(size));
        self.note("it asks for parts of Android alone", among(&elf.needed, &BIONIC));
        let names: Vec<&str> = system::android_names().collect();
        self.note("it asks for symbols of API level 24 alone", elf.asks_only_for(&names));
        self.note("it is stripped", elf.is_stripped());
        Ok(())
    }

    fn windows(&mut self) -> Result<(), String> {
        let bytes = self.shared("tdsauth.dll")?;
        let pe = Pe::read(&bytes)?;
        self.note("it asks for parts of Windows alone", among(&pe.needed, &WINDOWS));
        self.note("it holds nothing for debuggers", pe.is_stripped());
        self.note("it does not tell when it was linked", pe.is_of_no_time());
        for name in ["tdsauth.lib", "libtdsauth.dll.a"] {
            let bytes = self.read(name)?;
            self.note(
                &format!("{name} gives the functions of the header"),
                archive::imports(&bytes).and_then(|names| equal(&names, &self.functions)),
            );
            self.told(name, &bytes);
        }
        Ok(())
    }

    fn macos(&mut self) -> Result<(), String> {
        let bytes = self.read("libtdsauth.dylib")?;
        let parts = macho::parts(&bytes)?;
        self.note("it serves two processors", same(parts.len(), 2));
        for (part, slice) in parts.iter().zip(self.library.target.slices) {
            let at = |what: &str| format!("{}: {what}", slice.triple);
            self.note(&at("its functions are the header's"), exports(part, &self.functions));
            let macho = MachO::read(part)?;
            let name = "@rpath/libtdsauth.dylib";
            self.note(&at(&format!("its install name is {name}")), macho.is_called(name));
            self.note(&at("it runs from macOS 11.0 on"), macho.runs_from("11.0"));
            self.note(&at("it asks for libSystem alone"), among(&macho.needed, &MACOS));
            self.note(&at("libSystem has what it asks for"), macho.is_bound());
        }
        self.told("libtdsauth.dylib", &bytes);
        let bundle = self.read("tdsauth.bundle/Contents/MacOS/tdsauth")?;
        self.note("the bundle holds the same", same(bundle == bytes, true));
        Ok(())
    }

    fn ios(&mut self) -> Result<(), String> {
        self.fixed("libtdsauth.a")?;
        self.fixed("tdsauth.xcframework/ios-arm64/libtdsauth.a")?;
        let name = "tdsauth.xcframework/ios-arm64_x86_64-simulator/libtdsauth.a";
        let bytes = self.read(name)?;
        let parts = macho::parts(&bytes)?;
        self.note("the simulator's serves two processors", same(parts.len(), 2));
        for part in parts {
            let visible = archive::visible(part).and_then(|names| equal(&names, &self.functions));
            self.note("the simulator's: its functions are the header's", visible);
            self.note("the simulator's is stripped", archive::is_stripped(part));
        }
        self.told(name, &bytes);
        Ok(())
    }

    /// A library that is loaded.
    fn shared(&mut self, name: &str) -> Result<Vec<u8>, String> {
        let bytes = self.read(name)?;
        self.note(
            &format!("{name}: its functions are the header's"),
            exports(&bytes, &self.functions),
        );
        self.told(name, &bytes);
        Ok(bytes)
    }

    /// A library that is linked into a program.
    fn fixed(&mut self, name: &str) -> Result<(), String> {
        let bytes = self.read(name)?;
        let visible = archive::visible(&bytes).and_then(|names| equal(&names, &self.functions));
        self.note(&format!("{name}: what others see are the header's functions"), visible);
        self.note(&format!("{name} is stripped"), archive::is_stripped(&bytes));
        self.told(name, &bytes);
        Ok(())
    }

    fn told(&mut self, name: &str, bytes: &[u8]) {
        self.note(&format!("{name} names no folder of this machine"), untold(bytes, self.places));
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let path = self.library.folder.join(name);
        std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn note(&mut self, what: &str, result: Result<(), String>) {
        self.outcomes.push(Outcome::new(format!("{}: {what}", self.library.target.name), result));
    }
}

/// What a library that is loaded offers is what the header declares.
fn exports(bytes: &[u8], functions: &BTreeSet<String>) -> Result<(), String> {
    let failed = |error: object::Error| error.to_string();
    let file = object::File::parse(bytes).map_err(failed)?;
    let underscore = file.format() == object::BinaryFormat::MachO;
    let mut found = BTreeSet::new();
    for export in file.exports().map_err(failed)? {
        let export = export.map_err(failed)?;
        let name = export.name();
        let name = name.name().ok_or("it exports a number without a name")?;
        found.insert(plain(name, underscore));
    }
    equal(&found, functions)
}

/// Without the underscore that Apple's compilers put before each name.
fn plain(name: &[u8], underscore: bool) -> String {
    text(if underscore { name.strip_prefix(b"_").unwrap_or(name) } else { name })
}

fn equal(found: &BTreeSet<String>, wanted: &BTreeSet<String>) -> Result<(), String> {
    let missing: Vec<&String> = wanted.difference(found).take(8).collect();
    let extra: Vec<&String> = found.difference(wanted).take(8).collect();
    if missing.is_empty() && extra.is_empty() {
        return Ok(());
    }
    Err(format!("missing: {missing:?}; too much: {extra:?}"))
}

fn among(found: &[String], allowed: &[&str]) -> Result<(), String> {
    let foreign: Vec<&String> =
        found.iter().filter(|name| !allowed.contains(&name.as_str())).collect();
    if foreign.is_empty() { Ok(()) } else { Err(format!("it asks for {foreign:?}, too")) }
}

fn same<T: PartialEq + std::fmt::Debug>(is: T, should: T) -> Result<(), String> {
    if is == should { Ok(()) } else { Err(format!("{is:?}, not {should:?}")) }
}

/// No folder of this machine, and none where cargo and Rust keep sources, stands in `bytes`.
fn untold(bytes: &[u8], places: &[PathBuf]) -> Result<(), String> {
    let always = [OsStr::new("/.cargo/registry/"), OsStr::new("/rustlib/src/")];
    let home = std::env::home_dir().map(|home| home.join("."));
    let home = home.as_deref().and_then(Path::to_str).map(|home| home.trim_end_matches('.'));
    let mut told = places.iter().map(|place| place.as_os_str());
    let names = always.into_iter().chain(home.map(OsStr::new)).chain(&mut told);
    for name in names {
        let wanted = name.as_bytes();
        if wanted.len() > 1 && bytes.windows(wanted.len()).any(|window| window == wanted) {
            return Err(format!("{} stands in it", name.display()));
        }
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn one_function_too_few_or_too_many_is_named() {
        assert_eq!(equal(&set(&["a"]), &set(&["a"])), Ok(()));
        assert!(equal(&set(&["a"]), &set(&["a", "b"])).is_err_and(|why| why.contains("[\"b\"]")));
        assert!(equal(&set(&["a", "c"]), &set(&["a"])).is_err_and(|why| why.contains("[\"c\"]")));
        assert!(among(&["x".into(), "y".into()], &["x"]).is_err_and(|why| why.contains("\"y\"")));
        assert_eq!(plain(b"__a", true), "_a");
    }

    /// This program was built with all its sources' places in it, and exports nothing of ours.
    #[test]
    fn a_program_of_another_kind_fails() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert!(untold(&own, &[root.to_owned()]).is_err());
        assert!(exports(&own, &set(&["tdsauth_poll"])).is_err());
        assert_eq!(untold(b"library/std/src/lib.rs", &[root.to_owned()]), Ok(()));
    }
}
