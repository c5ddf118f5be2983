//! Runs what was built: the C suite against each library that this machine can be brought to run,
//! with the servers on loopback. It is the file that ships that is run, never a debug build of it.

use crate::counts::Counts;
use crate::need::{self, Need};
use crate::workspace::Workspace;

use super::target::{Library, Target};

mod android;
mod linux;
mod machine;
mod shim;
mod wine;

pub(super) use self::wine::storage as storage_under_wine;

/// How a library of some target is run here.
pub(super) struct Runner {
    /// The target's name.
    target: &'static str,
    /// By what, for the table of platforms: "natively", "under Wine".
    pub(super) by: &'static str,
    /// What the system must have for it.
    pub(super) needs: &'static [&'static Need],
    run: fn(&Workspace, &Library) -> Result<Counts, String>,
}

const HERE: &[&Need] = &[&need::GCC, &need::LIBC];
const ARM: &[&Need] = &[&need::GCC_AARCH64, &need::LIBC_AARCH64, &need::QEMU];

const RUNNERS: [Runner; 5] = [
    Runner { target: "linux-x86_64", by: "natively", needs: HERE, run: linux::x86_64 },
    Runner { target: "linux-aarch64", by: "under qemu-user", needs: ARM, run: linux::aarch64 },
    Runner {
        target: "windows-x86_64",
        by: "under Wine",
        needs: &[&need::MINGW, &need::WINE],
        run: wine::run,
    },
    Runner {
        target: "android-arm64-v8a",
        by: "under qemu-user, on a shim of bionic",
        needs: ARM,
        run: android::arm64,
    },
    Runner {
        target: "android-x86_64",
        by: "natively, on a shim of bionic",
        needs: HERE,
        run: android::x86_64,
    },
];

/// How this target's library is run; `None`: nothing here runs it, it was only linked.
pub(super) fn runner(target: &Target) -> Option<&'static Runner> {
    RUNNERS.iter().find(|runner| runner.target == target.name)
}

/// Runs the library, if anything here does.
pub(super) fn run(workspace: &Workspace, library: &Library) -> Counts {
    let mut counts = Counts::default();
    let Some(runner) = runner(library.target) else {
        println!("{}: nothing here runs it, it was linked", library.target.name);
        return counts;
    };
    println!("Running the C suite for {}, {} …", library.target.name, runner.by);
    let name = format!("the C suite for {}", library.target.name);
    match need::meet(runner.needs).map(|()| (runner.run)(workspace, library)) {
        Ok(Ok(ran)) => counts.add(ran),
        Ok(Err(why)) => counts.check(&name, Err(why)),
        Err(why) => {
            println!("{why}");
            counts.lack(&name, why.lines().next().unwrap_or_default());
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::super::target::TARGETS;
    use super::*;

    #[test]
    fn every_runner_is_of_a_target_and_apples_and_32_bits_are_only_linked() {
        for runner in RUNNERS {
            assert!(TARGETS.iter().any(|target| target.name == runner.target), "{}", runner.target);
        }
        let linked = TARGETS.iter().filter(|target| runner(target).is_none());
        let linked: Vec<_> = linked.map(|target| target.name).collect();
        assert_eq!(linked, ["macos", "ios", "android-armeabi-v7a"]);
    }
}
