//! Windows: the DLL by mingw-w64, and what a linker asks for, MSVC's and MinGW's.

use std::path::Path;

use super::{copy, functions, only, script, write};
use crate::dist::slice::{Setting, underscores};
use crate::dist::target::Slice;
use crate::dist::tools::Tools;
use crate::workspace::{ALIKE_ONCE, Built};

/// rustc gives the name of the DLL as it does on Linux, which LLVM's linker does not take here.
const LINKER: &str = "\
for word do
  shift
  case $word in
    -Wl,-soname=*) ;;
    *) set -- \"$@\" \"$word\" ;;
  esac
done
exec clang-19 --target=x86_64-w64-windows-gnu -fuse-ld=lld -Wno-unused-command-line-argument";

/// The same bytes whenever and wherever it is built: GNU ld, which MinGW's gcc insists on, sorts what
/// is asked of other DLLs by the paths of the files that ask. clang has the same libraries of MinGW
/// linked by LLVM's linker.
pub(super) fn setting(tools: &Tools, slice: &Slice) -> Result<Setting, String> {
    let folder = tools.made("windows")?;
    let linker = format!("CARGO_TARGET_{}_LINKER", underscores(slice.triple).to_uppercase());
    let program = script(&folder.join("clang"), LINKER)?;
    let flags = ["-Clink-arg=-Wl,--no-insert-timestamp", ALIKE_ONCE];
    Ok(Setting {
        environment: vec![(linker, program.into())],
        link: flags.map(str::to_owned).to_vec(),
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
