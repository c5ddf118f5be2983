//! What a person would hold against a page: see `look.js` for the list.

use std::path::Path;

use serde_json::{Value, json};

use super::chromium::{Chromium, Window, keys};

const LOOK: &str = include_str!("look.js");
const FOCUS: &str = include_str!("focus.js");

/// Looks at the page that is shown, as it is by day and by night, and keeps a picture of it by day.
/// The error lists everything found wrong.
pub(crate) fn look(browser: &Chromium<'_>, window: Window, picture: &Path) -> Result<(), String> {
    let mut found = findings(browser, window)?;
    browser.picture(picture)?;
    browser.prefer_dark(true)?;
    for finding in findings(browser, window)? {
        if !found.contains(&finding) {
            found.push(format!("in the dark: {finding}"));
        }
    }
    browser.prefer_dark(false)?;
    let here = browser.address()?;
    for complaint in browser.complaints()? {
        // A page may well be a refusal: 404, 403 or 410 is part of what it says.
        if !(complaint.starts_with(&here) && complaint.contains("the server responded with")) {
            found.push(complaint);
        }
    }
    verdict(&found)
}

/// Presses Tab from the top of a page just opened until all has been passed; each stop must be the
/// next one on the page, in view, and show that it has the focus.
pub(crate) fn tab_through(browser: &Chromium<'_>, window: Window) -> Result<(), String> {
    let seen = seen(browser, window)?;
    let expected = texts(&seen, "stops")?;
    let mut found = Vec::new();
    for stop in &expected {
        browser.type_keys(keys::TAB)?;
        let focus = browser.script(FOCUS, &json!([]))?;
        let at = focus.get("stop").and_then(Value::as_str).unwrap_or("nothing");
        if at != stop {
            found.push(format!("Tab went to {at} where {stop} is next"));
            break;
        }
        for (key, wrong) in [("marked", "does not show the focus"), ("inView", "is out of view")] {
            if focus.get(key) != Some(&Value::Bool(true)) {
                found.push(format!("{stop} {wrong}"));
            }
        }
    }
    verdict(&found)
}

/// What is wrong with the page as it is shown now.
pub(crate) fn findings(browser: &Chromium<'_>, window: Window) -> Result<Vec<String>, String> {
    texts(&seen(browser, window)?, "findings")
}

fn seen(browser: &Chromium<'_>, window: Window) -> Result<Value, String> {
    browser.script(LOOK, &json!([window == Window::Phone, browser.language.tag()]))
}

fn texts(seen: &Value, key: &str) -> Result<Vec<String>, String> {
    let list = seen.get(key).and_then(Value::as_array).ok_or_else(|| format!("no {key}"))?;
    Ok(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn verdict(found: &[String]) -> Result<(), String> {
    if found.is_empty() { Ok(()) } else { Err(found.join("; ")) }
}
