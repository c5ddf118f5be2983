//! What each family of systems takes to compile, link and lay out a library.

mod android;
mod apple;
mod hidden;
mod ios;
mod linux;
mod macos;
mod size;
mod windows;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::slice::Setting;
use super::target::{Slice, System, Target};
use super::tools::Tools;
use crate::workspace::Built;

pub(super) use hidden::PREFIX as HIDDEN;
pub(super) use size::{adds, size};

/// What Android's libraries may ask of the system.
pub(super) fn android_names() -> impl Iterator<Item = &'static str> {
    android::names().map(|(_, name)| name)
}

/// How a slice of `system` is compiled.
pub(super) fn setting(tools: &Tools, system: System, slice: &Slice) -> Result<Setting, String> {
    match system {
        System::Linux => Ok(linux::setting()),
        System::Windows => windows::setting(tools, slice),
        System::MacOs => macos::setting(tools, slice),
        System::Ios => ios::setting(tools, slice),
        System::Android => android::setting(tools, slice),
    }
}

/// Makes the files of `target`, in the empty `folder`, of its built slices.
pub(super) fn lay_out(
    tools: &Tools,
    root: &Path,
    target: &Target,
    built: &[Built],
    folder: &Path,
) -> Result<(), String> {
    match target.system {
        System::Linux => linux::lay_out(tools, root, built, folder),
        System::Windows => windows::lay_out(tools, root, built, folder),
        System::MacOs => macos::lay_out(tools, built, folder),
        System::Ios => ios::lay_out(tools, root, target, built, folder),
        System::Android => android::lay_out(built, folder),
    }
}

/// The file `name` of the only slice there is.
fn only<'a>(built: &'a [Built], name: &str) -> Result<&'a Path, String> {
    built.first().ok_or("nothing was built")?.file(name)
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    std::fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// A program at `path` that does `what` with its own arguments.
fn script(path: &Path, what: &str) -> Result<PathBuf, String> {
    write(path, &format!("#!/bin/sh\n{what} \"$@\"\n"))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path.to_owned())
}

/// The functions of the header, which alone may be seen from outside.
fn functions(root: &Path) -> Result<Vec<String>, String> {
    crate::gates::declared_functions(&root.join(crate::header::HEADER))
}
