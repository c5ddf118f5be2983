//! Linux: linked by zig for an old glibc, so that it loads on what players have.

use std::path::Path;

use super::{copy, functions, only, write};
use crate::dist::slice::Setting;
use crate::dist::tools::Tools;
use crate::workspace::Built;

/// Of 2012: CentOS 7, and every runtime of Steam.
pub(super) fn setting() -> Setting {
    Setting { cargo: "cargo-zigbuild", level: ".2.17", ..Setting::plain() }
}

pub(super) fn lay_out(
    tools: &Tools,
    root: &Path,
    built: &[Built],
    folder: &Path,
) -> Result<(), String> {
    copy(only(built, "libtdsauth.so")?, &folder.join("libtdsauth.so"))?;
    // One object in which only the functions of the header can be seen: the standard library of
    // another Rust library in the same program must not meet ours.
    let archive = only(built, "libtdsauth.a")?;
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (joined, kept) = (scratch.path().join("tdsauth.o"), scratch.path().join("kept"));
    write(&kept, &functions(root)?.join("\n"))?;
    let mut join = tools.program("ld.lld-19");
    tools.run(join.args(["-r", "-o"]).arg(&joined).arg("--whole-archive").arg(archive))?;
    let mut hide = tools.program("llvm-objcopy-19");
    hide.arg(format!("--keep-global-symbols={}", kept.display()));
    // Left over from optimising at link time; binutils would take the object for one of LLVM's.
    hide.args(["--strip-debug", "--remove-section=.llvmbc", "--remove-section=.llvmcmd"])
        .arg(&joined);
    tools.run(&mut hide)?;
    let mut pack = tools.program("llvm-ar-19");
    pack.current_dir(scratch.path()).arg("rcsD").arg(folder.join("libtdsauth.a")).arg("tdsauth.o");
    tools.run(&mut pack).map(|_| ())
}
