//! Android: linked against the names of its C library that API level 24 has, for the NDK is in no
//! registry of packages.

use std::path::{Path, PathBuf};

use super::{copy, only, script, write};
use crate::dist::slice::{Setting, underscores};
use crate::dist::target::Slice;
use crate::dist::tools::Tools;
use crate::workspace::{ALIKE_ONCE, Built};

/// What Android gives at API level 24 and the library uses.
const NAMES: &str = include_str!("android24.txt");
/// Android 7.0.
const LEVEL: &str = "24";
/// Sources of the unwinder, the same that the NDK has.
const UNWINDER: [&str; 6] = [
    "libunwind.cpp",
    "Unwind-EHABI.cpp",
    "UnwindLevel1.c",
    "UnwindLevel1-gcc-ext.c",
    "UnwindRegistersRestore.S",
    "UnwindRegistersSave.S",
];

/// Each with the library that has it.
pub(super) fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

/// What compilers call a slice's system, and the folders of zig's headers for its processor.
struct Processor {
    clang: String,
    headers: [&'static str; 2],
}

fn processor(slice: &Slice) -> Processor {
    let (clang, headers) = match slice.triple {
        "armv7-linux-androideabi" => ("armv7a-linux-androideabi", "arm-linux-musl"),
        "x86_64-linux-android" => (slice.triple, "x86_64-linux-musl"),
        _ => (slice.triple, "aarch64-linux-musl"),
    };
    Processor { clang: format!("--target={clang}{LEVEL}"), headers: [headers, "generic-musl"] }
}

pub(super) fn setting(tools: &Tools, slice: &Slice) -> Result<Setting, String> {
    let processor = processor(slice);
    let folder = tools.made(&format!("android-{}", slice.triple))?;
    let mut c_flags = vec![processor.clang.clone(), String::from("-nostdlibinc")];
    for headers in processor.headers {
        let headers = tools.zig_lib("libc/include").join(headers);
        c_flags.extend([String::from("-isystem"), headers.display().to_string()]);
    }
    stubs(tools, &processor.clang, &folder)?;
    unwinder(tools, &c_flags, &folder)?;
    let linker = linker(&processor.clang, &folder)?;
    let name = underscores(slice.triple);
    Ok(Setting {
        environment: vec![
            (format!("CC_{name}"), "clang-19".into()),
            (format!("AR_{name}"), "llvm-ar-19".into()),
            (format!("CARGO_TARGET_{}_LINKER", name.to_uppercase()), linker.into()),
        ],
        // A name that the stubs lack is an error here, not on a player's phone.
        link: vec!["-Clink-arg=-Wl,--no-undefined".into(), ALIKE_ONCE.into()],
        c_flags,
        ..Setting::plain()
    })
}

pub(super) fn lay_out(built: &[Built], folder: &Path) -> Result<(), String> {
    copy(only(built, "libtdsauth.so")?, &folder.join("libtdsauth.so"))
}

/// clang as rustc calls it to link; by the name it tells how to speak to it. Memory comes in pages
/// of 16 KB from Android 15 on.
fn linker(clang: &str, folder: &Path) -> Result<PathBuf, String> {
    script(
        &folder.join("clang"),
        &format!(
            "exec clang-19 {clang} -fuse-ld=lld-19 -nostdlib '-L{}' -Wl,-z,max-page-size=16384",
            folder.display()
        ),
    )
}

/// Stand-ins for the libraries of a phone: names and nothing else.
fn stubs(tools: &Tools, clang: &str, folder: &Path) -> Result<(), String> {
    write(&folder.join("versions"), "LIBC { *; };\n")?;
    for name in ["libc.so", "libdl.so", "liblog.so", "libm.so"] {
        let own = names().filter(|(library, _)| *library == name);
        let source = format!("{name}.s");
        write(&folder.join(&source), &own.map(|(_, name)| symbol(name)).collect::<String>())?;
        let mut link = tools.program("clang-19");
        link.current_dir(folder).args([clang, "-fuse-ld=lld-19", "-nostdlib", "-shared"]);
        link.args([&format!("-Wl,-soname,{name}"), "-Wl,--version-script,versions"]);
        tools.run(link.args(["-o", name, &source]))?;
    }
    Ok(())
}

fn symbol(name: &str) -> String {
    // The one that is no function.
    let kind = if name == "stderr" { "object" } else { "function" };
    format!(".globl {name}\n.type {name},%{kind}\n.size {name},8\n{name}: .space 8\n")
}

/// rustc asks for `libunwind.a`, which the NDK brings, and on one processor for `libgcc.a`, too.
fn unwinder(tools: &Tools, c_flags: &[String], folder: &Path) -> Result<(), String> {
    let sources = tools.zig_lib("libunwind");
    let mut objects = Vec::new();
    for name in UNWINDER {
        let object = format!("{name}.o");
        let mut compile = tools.program("clang-19");
        compile.current_dir(folder);
        compile.args(c_flags);
        compile.args(["-c", "-Os", "-fPIC", "-fvisibility=hidden", "-ffunction-sections"]);
        compile.args(["-fno-exceptions", "-fno-rtti", "-funwind-tables", "-DNDEBUG"]);
        compile.args(["-D_LIBUNWIND_IS_NATIVE_ONLY", "-D__errno_location=__errno"]);
        compile.arg("-I").arg(sources.join("include"));
        tools.run(compile.arg(sources.join("src").join(name)).args(["-o", &object]))?;
        objects.push(object);
    }
    for (library, members) in [("libunwind.a", objects.as_slice()), ("libgcc.a", &[])] {
        let mut pack = tools.program("llvm-ar-19");
        tools.run(pack.current_dir(folder).args(["rcsD", library]).args(members))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_in_a_library_that_rustc_asks_for() {
        assert!(names().all(|(library, _)| ["libc.so", "libdl.so"].contains(&library)));
        assert!(names().any(|name| name == ("libdl.so", "dlsym")));
        assert!(names().any(|name| name == ("libc.so", "malloc")));
        let lines = NAMES.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(names().count(), lines);
    }
}
