//! `cargo xtask dist`: the library as it ships, for every system, inspected, measured and packed.

mod inspect;
mod pack;
mod run;
mod same;
mod sizes;
mod slice;
mod system;
mod target;
mod tools;

use std::fs;
use std::path::Path;
use std::time::Instant;

pub(crate) use self::tools::{LINUX as LINUX_NEEDS, OTHERS as OTHER_NEEDS};

use self::sizes::Sizes;
use self::slice::{Places, Source};
use self::target::{Library, Target};
use self::tools::Tools;
use crate::counts::Counts;
use crate::workspace::Workspace;

/// The command: builds, inspects, measures and packs the targets called `names`, all of them when
/// there is none. Whether everything held; `accept` writes the sizes into the table first.
pub(crate) fn run(workspace: &Workspace, names: &[&str], accept: bool) -> Result<bool, String> {
    let targets = target::named(names)?;
    let tools = ready(workspace, &targets)?;
    let (mut counts, libraries) = made(workspace, &tools, &targets, accept)?;
    for library in &libraries {
        println!("{}: {}", library.target.name, library.folder.display());
    }
    if counts.failed.is_empty() {
        counts.add(packed(workspace, &libraries, &workspace.target.join("dist"))?);
    }
    println!("{}", counts.line());
    Ok(counts.failed.is_empty())
}

/// The step of the tests that never is left out: the library for Linux x86_64.
pub(crate) fn linux(workspace: &Workspace) -> Result<Counts, String> {
    step(workspace, &["linux-x86_64"])
}

/// Every target.
pub(crate) fn all(workspace: &Workspace) -> Result<Counts, String> {
    step(workspace, &[])
}

/// Built from two folders, in two others, the bytes are the same.
pub(crate) fn twice(workspace: &Workspace) -> Result<Counts, String> {
    let targets = target::named(&["linux-x86_64", "windows-x86_64"])?;
    or_lack(ready(workspace, &targets), |tools| same::compare(workspace, tools, &targets))
}

/// The core's tests of what it keeps on the disk, on Windows' file system as Wine has it.
pub(crate) fn storage_under_wine(workspace: &Workspace) -> Result<Counts, String> {
    let targets = target::named(&["windows-x86_64"])?;
    or_lack(ready(workspace, &targets), |tools| {
        run::storage_under_wine(workspace, tools, &source(workspace))
    })
}

fn step(workspace: &Workspace, names: &[&str]) -> Result<Counts, String> {
    let targets = target::named(names)?;
    or_lack(ready(workspace, &targets), |tools| {
        let (mut counts, libraries) = made(workspace, tools, &targets, false)?;
        // Not where the whole may lie.
        let scratch = workspace.scratch()?;
        counts.add(packed(workspace, &libraries, scratch.path())?);
        Ok(counts)
    })
}

/// Packs `libraries` into `folder`, and takes the packs as a stranger would.
fn packed(workspace: &Workspace, libraries: &[Library], folder: &Path) -> Result<Counts, String> {
    for file in pack::pack(workspace, libraries, folder)? {
        println!("{}", file.display());
    }
    let mut counts = pack::check::check(workspace, libraries, folder)?;
    counts.check("the notices name what the standard library is made of", pack::standard::named());
    Ok(counts)
}

/// Without its tools a step lacks something; that is no failure of the library.
fn or_lack(
    tools: Result<Tools, String>,
    step: impl FnOnce(&Tools) -> Result<Counts, String>,
) -> Result<Counts, String> {
    match tools {
        Ok(tools) => step(&tools),
        Err(why) => {
            println!("{why}");
            let mut counts = Counts::default();
            counts.lack("the tools to build what ships", why.lines().next().unwrap_or_default());
            Ok(counts)
        }
    }
}

fn ready(workspace: &Workspace, targets: &[&Target]) -> Result<Tools, String> {
    Tools::ready(&workspace.root, &workspace.target.join("cross"), targets)
}

/// Where cargo builds what ships: one folder for all targets, which share what runs here.
fn source(workspace: &Workspace) -> Source {
    Source { root: workspace.root.clone(), build: workspace.target.join("cross/build") }
}

fn made(
    workspace: &Workspace,
    tools: &Tools,
    targets: &[&'static Target],
    accept: bool,
) -> Result<(Counts, Vec<Library>), String> {
    let source = source(workspace);
    let places = Places::of(&source)?;
    let mut counts = Counts::default();
    let mut sizes = Sizes::new();
    let mut libraries = Vec::new();
    for target in targets {
        println!("Building the library for {} …", target.name);
        let start = Instant::now();
        let folder = workspace.target.join("dist/libraries").join(target.name);
        let library = build(tools, &source, target, &folder)?;
        println!("… which took {} s", start.elapsed().as_secs());
        for outcome in inspect::inspect(&workspace.root, &library, places.folders())? {
            let result = if outcome.ok { Ok(()) } else { Err(outcome.detail) };
            counts.check(&outcome.name, result);
        }
        counts.add(run::run(workspace, &library));
        sizes.extend(sizes::measure(tools, &workspace.root, &library)?);
        libraries.push(library);
    }
    if accept {
        sizes::accept(&workspace.root, &sizes)?;
    }
    counts.add(sizes::check(&workspace.root, &sizes)?);
    Ok((counts, libraries))
}

/// Builds the slices of `target` one after the other and lays its files out in `folder`, anew.
fn build(
    tools: &Tools,
    source: &Source,
    target: &'static Target,
    folder: &Path,
) -> Result<Library, String> {
    let mut built = Vec::new();
    for slice in target.slices {
        let setting = system::setting(tools, target.system, slice)?;
        built.push(slice::build(tools, source, slice, &setting)?);
    }
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder).map_err(failed)?;
    system::lay_out(tools, &source.root, target, &built, folder)?;
    Ok(Library { target, folder: folder.to_owned() })
}
