//! Android, 64 bits: the C suite of this machine's own making, in one process with the library for
//! Android and the shim that stands between the two C libraries.

use crate::counts::Counts;
use crate::native_suite;
use crate::suite::{self, Suites};
use crate::workspace::Workspace;

use super::super::target::Library;
use super::machine::{AARCH64, Machine, X86_64};
use super::shim::{self, Processor};

/// The C suite on the library for x86_64.
pub(super) fn x86_64(workspace: &Workspace, library: &Library) -> Result<Counts, String> {
    run(workspace, library, &X86_64, Processor::X86_64)
}

/// The C suite on the library for arm64-v8a.
pub(super) fn arm64(workspace: &Workspace, library: &Library) -> Result<Counts, String> {
    run(workspace, library, &AARCH64, Processor::Aarch64)
}

fn run(
    workspace: &Workspace,
    library: &Library,
    machine: &Machine,
    processor: Processor,
) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    let folder = scratch.path();
    shim::make(folder, machine.compiler, processor)?;
    let (file, copy) = (library.folder.join("libtdsauth.so"), folder.join("libtdsauth.so"));
    std::fs::copy(&file, &copy).map_err(|error| format!("{}: {error}", file.display()))?;
    let link = [
        copy.display().to_string(),
        // Also for what the library itself needs, which the newer kind of path is not.
        "-Wl,--disable-new-dtags".to_owned(),
        format!("-Wl,-rpath,{}", folder.display()),
        format!("-Wl,-rpath-link,{}", folder.display()),
    ];
    let program = folder.join("suite");
    native_suite::compile_c(workspace, machine.compiler, &link, &program)?;
    suite::with_tls(workspace, |suites: &Suites| {
        let name = format!("the C suite on {}", library.target.name);
        suites.run(&name, &mut machine.program(&program), machine.suite)
    })
}
