//! `cargo xtask test`: every test in every language, one step after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::counts::Counts;
use crate::need::{self, Need};
use crate::workspace::Workspace;
use crate::{
    bench, cargo_test, csharp_suite, demo, dependencies, desktop, dist, engines, fuzz, header,
    native_suite, pages, process, reference, unity_suite, unreal, witness,
};

/// One step: what it is called, what it needs from the system, and what it does.
struct Step {
    heading: &'static str,
    needs: &'static [&'static Need],
    run: fn(&Workspace) -> Result<Counts, String>,
}

const NATIVE: &[&Need] = &[&need::GCC, &need::GXX, &need::LIBC];

const CSHARP: &[&Need] = &[&need::MCS, &need::MONO, &need::MONO_CORE, &need::BINUTILS];

const CSHARP_XML: &[&Need] =
    &[&need::MCS, &need::MONO, &need::MONO_CORE, &need::MONO_XML, &need::BINUTILS];

const STEPS: &[Step] = &[
    Step { heading: "Formatting (cargo fmt)", needs: &[], run: formatting },
    Step { heading: "Lints (cargo clippy)", needs: &[], run: lints },
    Step {
        heading: "Dependencies: licences and sources",
        needs: &[&need::PIP],
        run: dependencies::check,
    },
    Step { heading: "Rust tests", needs: &[&need::UTIL_LINUX, &need::STRACE], run: rust_tests },
    Step {
        heading: "Server tests on PostgreSQL",
        needs: &[&need::UTIL_LINUX, &need::POSTGRESQL],
        run: postgres_tests,
    },
    Step { heading: "Fuzz targets", needs: &[&need::GXX], run: fuzz::run },
    Step { heading: "Files made from the code", needs: &[], run: header::check },
    Step {
        heading: "Gates of the C headers",
        needs: &[&need::GCC, &need::GXX, &need::LIBC, &need::CLANG, &need::BINUTILS],
        run: native_suite::headers,
    },
    Step {
        heading: "Consumers: CMake and pkg-config",
        needs: &[&need::GXX, &need::LIBC, &need::CMAKE, &need::MAKE, &need::PKG_CONFIG],
        run: native_suite::consumers,
    },
    Step { heading: "C suite", needs: NATIVE, run: native_suite::c },
    Step { heading: "C++ suite", needs: NATIVE, run: native_suite::cpp },
    Step {
        heading: "C suite under valgrind",
        needs: &[&need::GCC, &need::LIBC, &need::VALGRIND],
        run: native_suite::c_checked,
    },
    Step {
        heading: "C++ suite under valgrind",
        needs: &[&need::GXX, &need::LIBC, &need::VALGRIND],
        run: native_suite::cpp_checked,
    },
    Step { heading: "C# suite on Mono, just in time", needs: CSHARP, run: csharp_suite::jit },
    Step {
        heading: "C# suite on Mono, compiled fully ahead",
        needs: CSHARP,
        run: csharp_suite::full_aot,
    },
    Step {
        heading: "C# suite on CoreCLR",
        needs: &[&need::MCS, &need::MONO_CORE, &need::BINUTILS, &need::PIP],
        run: csharp_suite::coreclr,
    },
    Step {
        heading: "Unity package and sample, against stubs of Unity",
        needs: CSHARP_XML,
        run: unity_suite::mono,
    },
    Step {
        heading: "Unity package: the phones' page, against stubs",
        needs: &[&need::CLANG, &need::JDK],
        run: unity_suite::phones,
    },
    Step {
        heading: "The Unreal plugin, without Unreal",
        needs: &[&need::GXX, &need::LIBC, &need::CLANG, &need::MCS, &need::MONO, &need::MONO_CORE],
        run: unreal::run,
    },
    Step {
        heading: "The official SDKs, as witnesses",
        needs: &[
            &need::NODE,
            &need::NPM,
            &need::PYTHON,
            &need::PIP,
            &need::UTIL_LINUX,
            &need::POSTGRESQL,
        ],
        run: witness::run,
    },
    Step {
        heading: "The pages, in Chromium",
        needs: &[&need::GCC, &need::LIBC, &need::CHROMIUM, &need::CHROMEDRIVER, &need::FONT],
        run: pages::run,
    },
    Step {
        heading: "The desktop sample, on a screen",
        needs: &[
            &need::GXX,
            &need::LIBC,
            &need::CMAKE,
            &need::MAKE,
            &need::PKG_CONFIG,
            &need::SDL,
            &need::SDL_TTF,
            &need::XVFB,
            &need::XDOTOOL,
            &need::CHROMIUM,
            &need::CHROMEDRIVER,
            &need::FONT,
        ],
        run: desktop::run,
    },
    Step { heading: "API reference", needs: reference::NEEDS, run: reference::check },
    Step {
        heading: "The library that ships, for Linux x86_64",
        needs: dist::LINUX_NEEDS,
        run: dist::linux,
    },
    Step { heading: "Figures that have bars", needs: &[], run: figures },
    Step {
        heading: "The demo, from C, C++ and C#",
        needs: &[&need::GCC, &need::GXX, &need::LIBC, &need::MCS, &need::MONO, &need::MONO_CORE],
        run: demo,
    },
];

/// With `--long` alone, after the others.
const LONG_STEPS: &[Step] = &[
    Step {
        heading: "Godot 3, driving the C ABI",
        needs: &[&need::GCC, &need::LIBC, &need::GODOT],
        run: engines::godot,
    },
    Step { heading: "LÖVE, driving the C ABI", needs: &[&need::LOVE], run: engines::love },
    Step {
        heading: "The library that ships, for every system",
        needs: dist::OTHER_NEEDS,
        run: dist::all,
    },
    Step {
        heading: "The files of the library on Windows, under Wine",
        needs: &[&need::MINGW, &need::WINE],
        run: dist::storage_under_wine,
    },
    Step {
        heading: "The library that ships, built twice",
        needs: dist::OTHER_NEEDS,
        run: dist::twice,
    },
];

/// Runs all steps, or those whose heading contains `only`; whether all went well.
pub(crate) fn run(workspace: &Workspace, only: Option<&str>) -> bool {
    let words = only.unwrap_or_default().to_lowercase();
    let long = if workspace.long { LONG_STEPS } else { &[] };
    let named = |step: &&Step| step.heading.to_lowercase().contains(&words);
    let steps: Vec<&Step> = STEPS.iter().chain(long).filter(named).collect();
    let needs: Vec<&Need> = steps.iter().flat_map(|step| step.needs).copied().collect();
    if let Err(why) = need::meet(&needs) {
        println!("{why}");
    }
    let mut all = Counts::default();
    for step in steps {
        println!("\n=== {} ===", step.heading);
        let start = Instant::now();
        let counts = one(workspace, step);
        println!("--- {}: {} ({} s)", step.heading, counts.line(), start.elapsed().as_secs());
        all.add(counts);
    }
    println!();
    for skipped in &all.skipped {
        println!("skipped  {skipped}");
    }
    for failed in &all.failed {
        println!("FAILED   {failed}");
    }
    println!("{}", all.line());
    all.failed.is_empty() && all.passed > 0
}

/// One step. Whatever goes wrong in it, its own panic included, becomes a failure among the
/// counts, so that the steps after it still run.
fn one(workspace: &Workspace, step: &Step) -> Counts {
    let mut counts = Counts::default();
    if let Some(absent) = need::missing(step.needs).first() {
        let why = format!("{} is not installed (package {})", absent.sign, absent.package);
        counts.lack(step.heading, &why);
        return counts;
    }
    match catch_unwind(AssertUnwindSafe(|| (step.run)(workspace))) {
        Ok(Ok(done)) => counts.add(done),
        Ok(Err(why)) => {
            println!("FAILED  {why}");
            counts.fail(step.heading, why.lines().next().unwrap_or_default());
        }
        Err(_) => counts.fail(step.heading, "the step itself panicked, see above"),
    }
    counts
}

fn formatting(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    let mut command = workspace.cargo();
    command.args(["fmt", "--all", "--check"]);
    counts.check("all Rust is formatted", process::run(&mut command, Duration::from_secs(120)));
    Ok(counts)
}

fn lints(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    for (name, arguments) in [
        ("no lint of the whole workspace", ["--workspace", "--all-targets"].as_slice()),
        ("no lint of the library without TLS", &["--package=tdsauth", "--no-default-features"]),
    ] {
        let mut command = workspace.cargo();
        command.args(["clippy", "--quiet", "--locked"]).args(arguments);
        command.args(["--", "-D", "warnings"]);
        counts.check(name, process::run(&mut command, Duration::from_secs(30 * 60)));
    }
    Ok(counts)
}

/// Tests of the storage folder that end at once for anybody but root: cargo calls that passed.
const ONLY_ROOT: [&str; 3] = [
    "a_folder_of_another_owner_is_refused",
    "a_read_only_folder_can_be_read_and_not_saved_to",
    "a_file_that_may_not_be_read_is_an_error_and_no_damage",
];

/// In the name of each test that starts a PostgreSQL: they are a step of their own, which can be
/// skipped where there is none.
const ON_POSTGRES: &str = "on_postgres";

/// Of the whole workspace too, so that nothing is built once more with fewer features.
fn postgres_tests(workspace: &Workspace) -> Result<Counts, String> {
    let targets = ["--workspace", "--lib", "--bins", "--test", "postgres", "--", ON_POSTGRES];
    cargo_test::run(workspace, &targets)
}

fn rust_tests(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = cargo_test::run(workspace, &["--workspace", "--", "--skip", ON_POSTGRES])?;
    if !rustix::process::geteuid().is_root() {
        for name in ONLY_ROOT {
            counts.passed = counts.passed.saturating_sub(1);
            counts.skip(name, "only root can give files to another user");
        }
    }
    Ok(counts)
}

fn demo(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    counts.check("the story is told in each language", demo::run(workspace));
    Ok(counts)
}

/// They take minutes of compiling, and are true only where nothing else runs.
fn figures(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    let name = "every figure meets its bar";
    if workspace.long {
        let met = bench::run(workspace, bench::Part::All)?;
        counts.check(name, if met { Ok(()) } else { Err("see the table".into()) });
    } else {
        counts.skip(name, "takes minutes; run with --long, or `cargo xtask bench`");
    }
    Ok(counts)
}
