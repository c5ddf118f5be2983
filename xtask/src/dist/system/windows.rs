//! Windows: the DLL by mingw-w64, and what a linker asks for, MSVC's and MinGW's.

use std::path::Path;

use super::{copy, functions, only, write};
use crate::dist::slice::Setting;
use crate::dist::tools::Tools;
use crate::workspace::Built;

/// The same bytes whenever it is built.
pub(super) fn setting() -> Setting {
    Setting { link: vec!["-Clink-arg=-Wl,--no-insert-timestamp".into()], ..Setting::plain() }
}

pub(super) fn lay_out(
    tools: &Tools,
    root: &Path,
    built: &[Built],
    folder: &Path,
) -> Result<(), String> {
    copy(only(built, "tdsauth.dll")?, &folder.join("tdsauth.dll"))?;
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let definition = scratch.path().join("tdsauth.def");
    let exports: String = functions(root)?.iter().map(|name| format!("    {name}\n")).collect();
    write(&definition, &format!("LIBRARY tdsauth.dll\nEXPORTS\n{exports}"))?;
    let mut import = tools.program("llvm-dlltool-19");
    import.args(["-m", "i386:x86-64", "-d"]).arg(&definition);
    tools.run(import.arg("-l").arg(folder.join("tdsauth.lib")))?;
    // The names of its objects are taken from its own path: inside the folder that is its name.
    let mut import = tools.program("x86_64-w64-mingw32-dlltool");
    import.current_dir(folder).args(["--deterministic-libraries", "--input-def"]).arg(&definition);
    tools.run(import.args(["--output-lib", "libtdsauth.dll.a"])).map(|_| ())
}
