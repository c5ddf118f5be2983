//! The processors that programs for Linux are run on.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::process;

/// A processor: how programs for it are made and started.
pub(super) struct Machine {
    /// The C compiler.
    pub(super) compiler: &'static str,
    /// What runs its programs; empty where they run as they are.
    emulator: &'static [&'static str],
    /// How long the C suite may take.
    pub(super) suite: Duration,
}

/// This one.
pub(super) const X86_64: Machine =
    Machine { compiler: "gcc", emulator: &[], suite: Duration::from_secs(600) };

/// 64-bit ARM, with each of its instructions translated.
pub(super) const AARCH64: Machine = Machine {
    compiler: "aarch64-linux-gnu-gcc",
    emulator: &["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
    suite: Duration::from_secs(1800),
};

impl Machine {
    /// A program for it.
    pub(super) fn program(&self, program: &Path) -> Command {
        let Some((emulator, options)) = self.emulator.split_first() else {
            return process::program(program);
        };
        let mut command = process::program(emulator);
        command.args(options).arg(program);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_program_is_given_to_what_runs_it() {
        let path = Path::new("/a/suite");
        assert_eq!(X86_64.program(path).get_program(), path);
        let emulated = AARCH64.program(path);
        assert_eq!(emulated.get_program(), "qemu-aarch64");
        assert_eq!(emulated.get_args().last(), Some(path.as_os_str()));
    }
}
