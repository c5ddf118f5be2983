//! Whether the harness sees and acts: a page made of mistakes must be found wrong in every point, a
//! sound one in none.

use std::path::Path;

use serde_json::json;

use super::chromium::{Chromium, Window, keys};
use super::look;
use crate::counts::Counts;

const MISTAKES: &str = include_str!("selftest/mistakes.html");
const SOUND: &str = include_str!("selftest/sound.html");
/// What must be found on the page of mistakes, whatever else is.
const EXPECTED: [&str; 13] = [
    "the page says it is in \"xx\"",
    "the page has no title",
    "there is not one main heading",
    "laid out ",
    "wider than the window",
    "contrast of 2.85",
    "text of 9 points",
    "cut off: <p>",
    "nothing says what this is for: <input>",
    " by 10: <button> \"Little\"",
    "<button> \"Above another\" lies over <button> \"Little\"",
    "a picture without words",
    "no picture",
];

/// Shows `browser` both pages; `folder` is an empty one for its files.
pub(crate) fn check(browser: &Chromium<'_>, folder: &Path) -> Result<Counts, String> {
    let tag = browser.language.tag();
    let page = |name: &str, html: &str| -> Result<String, String> {
        let file = folder.join(name);
        std::fs::write(&file, html).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(format!("file://{}", file.display()))
    };
    let bad = page("mistakes.html", MISTAKES)?;
    let good = page("sound.html", &SOUND.replace("LANGUAGE", tag))?;
    let mut counts = Counts::default();
    let mut check = |what: &str, done| counts.check(&format!("{what}: {tag}"), done);
    browser.show_on(Window::Phone)?;
    check("each mistake on a page of mistakes is seen", mistakes(browser, &bad));
    check("a focus that jumps or cannot be seen is seen", focus(browser, &bad));
    check("the scripts of pages run or do not, as told", scripts(browser, &bad));
    for (window, width) in [(Window::Phone, 720), (Window::Desktop, 1280)] {
        let name = format!("no fault is found with a sound page, {}", window.name());
        let picture = folder.join(format!("sound-{}.png", window.name()));
        browser.show_on(window)?;
        check(&name, sound(browser, &good, window, &picture, width));
    }
    check("fingers and keys reach the same", both_hands(browser, &good));
    check("it asks in its language", language(browser));
    Ok(counts)
}

fn mistakes(browser: &Chromium<'_>, url: &str) -> Result<(), String> {
    browser.open(url)?;
    let found = look::findings(browser, Window::Phone)?;
    let seen = |mistake: &&str| found.iter().any(|finding| finding.contains(mistake));
    let missed: Vec<&str> = EXPECTED.into_iter().filter(|mistake| !seen(mistake)).collect();
    if missed.is_empty() { Ok(()) } else { Err(format!("{missed:?} not among {found:?}")) }
}

fn focus(browser: &Chromium<'_>, url: &str) -> Result<(), String> {
    for (tab_index, expected) in [
        (2, "Tab went to <button> \"Above another\" where <input> \"\" nameless is next"),
        (0, "<button> \"Little\" does not show the focus"),
    ] {
        browser.open(url)?;
        let set = "document.querySelector('.over').tabIndex = arguments[0]";
        browser.script(set, &json!([tab_index]))?;
        match look::tab_through(browser, Window::Phone) {
            Err(why) if why.contains(expected) => {}
            other => return Err(format!("`{expected}` was not seen: {other:?}")),
        }
    }
    Ok(())
}

fn scripts(browser: &Chromium<'_>, url: &str) -> Result<(), String> {
    for (run, words) in [(false, "Scripts are off"), (true, "Scripts are on")] {
        browser.run_scripts(run)?;
        browser.open(url)?;
        browser.wait_for(words)?;
    }
    // What it found missing is on record, and is not the next page's fault.
    if browser.complaints()?.is_empty() {
        Err("no complaint about a lost picture".into())
    } else {
        Ok(())
    }
}

fn sound(
    browser: &Chromium<'_>,
    url: &str,
    window: Window,
    picture: &Path,
    width: u32,
) -> Result<(), String> {
    browser.open(url)?;
    look::tab_through(browser, window)?;
    look::look(browser, window, picture)?;
    let png = std::fs::read(picture).map_err(|error| error.to_string())?;
    // The width stands at a fixed place; a phone's points are two pixels each.
    let found = png.get(16..20).map(|bytes| bytes.iter().fold(0, |n, b| n * 256 + u32::from(*b)));
    if found == Some(width) { Ok(()) } else { Err(format!("the picture is {found:?} wide")) }
}

fn both_hands(browser: &Chromium<'_>, url: &str) -> Result<(), String> {
    browser.open(url)?;
    browser.press("梅 Mei")?;
    browser.press("Refuse")?;
    browser.wait_for_address("?player=mei&action=deny")?;
    browser.open(url)?;
    browser.type_keys(&[keys::TAB, keys::DOWN, keys::TAB, keys::ENTER].concat())?;
    browser.wait_for_address("?player=mei&action=allow").map(|_| ())
}

fn language(browser: &Chromium<'_>) -> Result<(), String> {
    let expected = browser.language.pick("en-US", "zh-CN");
    let first = browser.script("return navigator.languages[0]", &json!([]))?;
    if first == expected { Ok(()) } else { Err(format!("it asks for {first}")) }
}
