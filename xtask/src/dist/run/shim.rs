//! Android's C library, acted by glibc, for the loader of this machine: the library for Android is
//! run as it ships. That is its code, not Android: no JNI, no SELinux, not bionic's resolver.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use crate::process;

use super::super::system::android_names;

const COMPILE: Duration = Duration::from_secs(120);

/// What differs between the two; the rest is passed on.
const DIFFERENT: &str = include_str!("shim/libc.c");

/// By this version the library asks for every name.
const VERSIONS: &str = "LIBC {};\n";

/// The libraries beside libc.so that Android splits it into. All names are in the first one.
const EMPTY: [&str; 3] = ["libdl.so", "libm.so", "liblog.so"];

/// A processor that the shim can be made for.
#[derive(Clone, Copy)]
pub(super) enum Processor {
    X86_64,
    Aarch64,
}

/// Makes the shim's libraries in `folder`.
pub(super) fn make(folder: &Path, compiler: &str, processor: Processor) -> Result<(), String> {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok::<_, String>(path)
    };
    let versions = write("versions", VERSIONS)?;
    let script = format!("-Wl,--version-script={}", versions.display());
    let sources = [write("libc.c", DIFFERENT)?, write("passed_on.s", &passed_on(processor))?];
    let mut gcc = process::program(compiler);
    gcc.args(["-O1", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-pthread"]);
    gcc.args(["-Wl,-soname,libc.so", &script, "-o"]).arg(folder.join("libc.so")).args(sources);
    process::output(&mut gcc, COMPILE)?;
    let nothing = write("nothing.s", ".section .note.GNU-stack,\"\",%progbits\n")?;
    for name in EMPTY {
        let mut gcc = process::program(compiler);
        gcc.args(["-shared", "-nostdlib", &format!("-Wl,-soname,{name}"), &script, "-o"]);
        process::output(gcc.arg(folder.join(name)).arg(&nothing), COMPILE)?;
    }
    Ok(())
}

/// Assembly in which each name that both C libraries have leads to glibc's. Jumps, not calls: some
/// take any number of arguments.
fn passed_on(processor: Processor) -> String {
    let mut text = String::from(".section .note.GNU-stack,\"\",%progbits\n.text\n");
    for name in android_names().filter(|name| !is_different(name)) {
        let jump = match processor {
            Processor::X86_64 => format!("jmp *{name}@GOTPCREL(%rip)"),
            Processor::Aarch64 => {
                format!("adrp x16, :got:{name}\nldr x16, [x16, :got_lo12:{name}]\nbr x16")
            }
        };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            ".globl shim_{name}\n.type shim_{name}, %function\nshim_{name}:\n{jump}\n\
             .symver shim_{name}, {name}@LIBC\n"
        );
    }
    text
}

fn is_different(name: &str) -> bool {
    DIFFERENT.contains(&format!("EXPORT({name});"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_not_passed_on_and_all_else_is() {
        let text = passed_on(Processor::X86_64);
        assert!(text.contains("jmp *malloc@GOTPCREL(%rip)\n.symver shim_malloc, malloc@LIBC"));
        for name in ["sysconf", "stderr", "__errno", "pthread_create", "getaddrinfo"] {
            assert!(is_different(name), "{name}");
            assert!(!text.contains(&format!("shim_{name}:")), "{name}");
        }
        let both = android_names().filter(|name| !is_different(name)).count();
        assert!(both > 50);
        assert_eq!(text.matches(".symver ").count(), both);
    }
}
