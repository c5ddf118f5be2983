//! Linux: on this processor as it is, on 64-bit ARM under qemu's user mode.

use std::path::Path;

use crate::counts::Counts;
use crate::native_suite;
use crate::suite::{self, Suites};
use crate::workspace::Workspace;

use super::super::target::Library;
use super::machine::{AARCH64, Machine, X86_64};

/// What the static library takes of the system, as `rustc --print native-static-libs` has it.
const SYSTEM_LIBRARIES: [&str; 6] = ["-lgcc_s", "-lutil", "-lrt", "-lm", "-ldl", "-lc"];

/// The C suite on both libraries for x86_64.
pub(super) fn x86_64(workspace: &Workspace, library: &Library) -> Result<Counts, String> {
    run(workspace, library, &X86_64)
}

/// The C suite on both libraries for 64-bit ARM.
pub(super) fn aarch64(workspace: &Workspace, library: &Library) -> Result<Counts, String> {
    run(workspace, library, &AARCH64)
}

fn run(workspace: &Workspace, library: &Library, machine: &Machine) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    let shared = scratch.path().join("shared");
    let link = link_shared(library, scratch.path())?;
    native_suite::compile_c(workspace, machine.compiler, &link, &shared)?;
    let fixed = scratch.path().join("fixed");
    let mut link = vec![library.folder.join("libtdsauth.a").display().to_string()];
    link.extend(SYSTEM_LIBRARIES.map(str::to_owned));
    native_suite::compile_c(workspace, machine.compiler, &link, &fixed)?;
    let mut counts = Counts::default();
    for (program, how) in [(&shared, "shared"), (&fixed, "static")] {
        println!("# the {how} library");
        let name = format!("the C suite on {}, {how}", library.target.name);
        // A server each: to a second suite its players are no strangers.
        counts.add(suite::with_tls(workspace, |suites: &Suites| {
            suites.run(&name, &mut machine.program(program), machine.suite)
        })?);
    }
    Ok(counts)
}

/// Puts the shared library into `folder` under the name by which the loader looks for it, and gives
/// the options that make a program find it there.
fn link_shared(library: &Library, folder: &Path) -> Result<Vec<String>, String> {
    let file = library.folder.join("libtdsauth.so");
    let copy = folder.join("libtdsauth.so.0");
    std::fs::copy(&file, &copy).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(vec![copy.display().to_string(), format!("-Wl,-rpath,{}", folder.display())])
}
