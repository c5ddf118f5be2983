//! The step that plays with the desktop sample: its window on a real X server, clicks of a mouse,
//! a phone (Chromium) that opens what the QR code on the screen says.

mod display;
mod linking;
mod picture;
mod story;
mod window;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::browser::chromium::Language;
use crate::browser::driver::Driver;
use crate::counts::Counts;
use crate::process;
use crate::sdk;
use crate::server::{self, Server};
use crate::workspace::{Workspace, new_folder};
use display::Display;
use story::Story;

const COMPILE: Duration = Duration::from_secs(300);
/// The sample's window, which fills the screen.
const SIZE: (usize, usize) = (800, 600);

/// The step.
pub(crate) fn run(workspace: &Workspace) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    let sample = build(workspace, scratch.path())?;
    let program = server::build(workspace)?;
    let pictures = workspace.pictures("desktop")?;
    let driver = Driver::start(&new_folder(scratch.path(), "home")?)?;
    let mut counts = Counts::default();
    for language in Language::ALL {
        let own = new_folder(scratch.path(), language.tag())?;
        let display = Display::start(&new_folder(&own, "screen")?, SIZE.0, SIZE.1)?;
        let server = Server::start(&program, &new_folder(&own, "server")?, "127.0.0.1:0")?;
        let told = Story::new(&sample, &display, &server, &driver, &own, &pictures, language)
            .and_then(|mut story| story.tell(&mut counts));
        counts.check(&format!("the story comes to its end: {}", language.tag()), told);
        counts.check("the server ends in good order", server.stop());
    }
    Ok(counts)
}

/// Builds the sample as its README says, against a staged SDK; gives its program.
fn build(workspace: &Workspace, scratch: &Path) -> Result<PathBuf, String> {
    let built = workspace.build("tdsauth", &["--lib"])?;
    let library = built.file("libtdsauth.so")?;
    let sdk = sdk::stage(&workspace.root, &scratch.join("sdk"), Some(library), None)
        .map_err(|error| format!("the SDK could not be laid out: {error}"))?;
    let folder = scratch.join("build");
    let mut configure = process::program("cmake");
    configure
        .arg("-S")
        .arg(workspace.root.join("samples/desktop"))
        .arg("-B")
        .arg(&folder)
        .arg(format!("-DCMAKE_PREFIX_PATH={}", sdk.prefix.display()))
        .args(["-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS=-Werror"]);
    process::output(&mut configure, COMPILE)?;
    let mut compile: Command = process::program("cmake");
    process::output(compile.arg("--build").arg(&folder), COMPILE)?;
    Ok(folder.join("desktop"))
}
