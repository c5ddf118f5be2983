//! Windows: the DLL by mingw-w64, and what a linker asks for, MSVC's and MinGW's.

use std::path::Path;

use super::{copy, functions, only, script, write};
use crate::dist::slice::{Setting, underscores};
use crate::dist::target::Slice;
use crate::dist::tools::Tools;
use crate::workspace::Built;

/// MinGW's gcc, told where cargo's files lie from cargo's folder on: GNU ld sorts what is asked of
/// other DLLs by the paths of the files that ask; these must come after the system's, wherever they
/// are.
const LINKER: &str = "\
for word do
  shift
  set -- \"$@\" \"${word#\"$CARGO_TARGET_DIR/\"}\"
done
cd \"$CARGO_TARGET_DIR\" && exec x86_64-w64-mingw32-gcc";

/// The same bytes whenever and wherever it is built.
pub(super) fn setting(tools: &Tools, slice: &Slice) -> Result<Setting, String> {
    let folder = tools.made("windows")?;
    let linker = format!("CARGO_TARGET_{}_LINKER", underscores(slice.triple).to_uppercase());
    Ok(Setting {
        environment: vec![(linker, script(&folder.join("gcc"), LINKER)?.into())],
        link: vec!["-Clink-arg=-Wl,--no-insert-timestamp".into()],
        ..Setting::plain()
    })
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
