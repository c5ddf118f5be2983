//! The page on which a developer sees what the server has and what has happened.

use serde_json::json;

use super::visit::Visit;
use super::words::{
    ALLOW, ALLOWED, ASKS, ENTER_CODE_OF_GAME, FRONT, NONE_YET, REFRESH, STATE_USED,
};
use crate::browser::look;

/// Before anything has happened.
pub(super) fn empty(visit: &Visit<'_>) -> Result<(), String> {
    visit.open("/")?;
    visit.read(FRONT)?;
    visit.read(NONE_YET)?;
    look_at(visit, "empty")
}

/// After a login: who it was, that it was used, and none of its secrets.
pub(super) fn full(visit: &Visit<'_>) -> Result<(), String> {
    let (login, user_code, _) = visit.begin_by_code()?;
    visit.open("/")?;
    visit.browser.wait_for(&user_code)?;
    visit.browser.press(&user_code)?;
    visit.read(ASKS)?;
    visit.press(ALLOW)?;
    visit.read(ALLOWED)?;
    login.ends_as("林小满")?;
    visit.open("/")?;
    visit.press(REFRESH)?;
    visit.read(FRONT)?;
    visit.browser.wait_for(&format!("{user_code} {}", STATE_USED.of(visit.language())))?;
    visit.browser.wait_for("device_token")?;
    look_at(visit, "full")?;
    visit.tab_through()?;
    let secrets = visit.browser.script(MASKED, &json!([]))?;
    if secrets != json!([]) {
        return Err(format!("secrets can be read: {secrets}"));
    }
    visit.open("/")?;
    visit.press(ENTER_CODE_OF_GAME)?;
    visit.browser.wait_for_address("/device").map(|_| ())
}

/// Long words that a person could copy: what is masked is short. An account's id is no secret.
const MASKED: &str = "
    const words = document.querySelector('main').innerText.split(/[\\s=]+/);
    const known = /^([0-9a-f]{24}$|[a-z_]+$|\\/)/;
    return words.filter((w) => /^[A-Za-z0-9_+\\/~-]{24,}$/.test(w) && !known.test(w));
";

/// Its lists are for a developer: what stands in them is in no language.
fn look_at(visit: &Visit<'_>, state: &str) -> Result<(), String> {
    let (tag, window) = (visit.language().tag(), visit.window.name());
    let picture = visit.place.pictures.join(format!("front-{state}-{tag}-{window}.png"));
    look::look(visit.browser, visit.window, &picture)
        .map_err(|why| format!("front, {state}: {why}"))
}
