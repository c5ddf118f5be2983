//! The step that looks at pages with a real Chromium.

use std::path::PathBuf;

use crate::browser::chromium::{Chromium, Language};
use crate::browser::driver::Driver;
use crate::browser::selftest;
use crate::counts::Counts;
use crate::workspace::Workspace;

/// The step.
pub(crate) fn run(workspace: &Workspace) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    let folder = |name: &str| -> Result<PathBuf, String> {
        let folder = scratch.path().join(name);
        std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    };
    let driver = Driver::start(&folder("home")?)?;
    let mut counts = Counts::default();
    for language in Language::ALL {
        let profile = folder(&format!("profile-{}", language.tag()))?;
        let browser = Chromium::start(&driver, &profile, language)?;
        counts.add(selftest::check(&browser, scratch.path())?);
        browser.quit()?;
    }
    Ok(counts)
}
