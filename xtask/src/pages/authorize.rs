//! The page that a game opens in the browser, and the library's own page after it.

use super::game::Way;
use super::visit::Visit;
use super::words::{
    ALLOW, ASKS, BAD_REQUEST, EXPIRED, NOT_TAPTAP, PLAYERS, PROFILE, REFUSE, RETURN_TO_GAME,
};

/// The player lets the game in, and is led back to it.
pub(super) fn allow(visit: &Visit<'_>) -> Result<(), String> {
    let (login, page) = visit.begin(Way::Browser)?;
    visit.browser.open(&page)?;
    for words in [NOT_TAPTAP, ASKS, PROFILE] {
        visit.read(words)?;
    }
    for player in PLAYERS {
        visit.browser.wait_for(player)?;
    }
    visit.look("authorize", "ask", &[])?;
    visit.browser.press("林小满")?;
    visit.press(ALLOW)?;
    visit.read(RETURN_TO_GAME)?;
    visit.look("return", "allowed", &[])?;
    login.ends_as("林小满")
}

/// The player does not let the game in, and is led back to it too.
pub(super) fn refuse(visit: &Visit<'_>) -> Result<(), String> {
    let (login, page) = visit.begin(Way::Browser)?;
    visit.browser.open(&page)?;
    visit.read(ASKS)?;
    visit.tab_through()?;
    visit.press(REFUSE)?;
    visit.read(RETURN_TO_GAME)?;
    visit.look("return", "refused", &[])?;
    login.ends("TDSAUTH_ERR_TAPTAP_DENIED")
}

/// The player thinks for too long. The game still waits: the page of another try may come.
pub(super) fn expire(visit: &Visit<'_>) -> Result<(), String> {
    let (login, page) = visit.begin(Way::Browser)?;
    visit.browser.open(&page)?;
    visit.read(ASKS)?;
    visit.place.stand_in.expire_authorization()?;
    visit.press(ALLOW)?;
    visit.read(EXPIRED)?;
    visit.look("authorize", "expired", &[])?;
    drop(login);
    Ok(())
}

/// A game asks for what nobody can allow.
pub(super) fn bad_request(visit: &Visit<'_>) -> Result<(), String> {
    visit.open("/authorize?client_id=another")?;
    visit.read(BAD_REQUEST)?;
    let error = visit.browser.script(
        "return document.querySelector('main').lastElementChild.innerText",
        &serde_json::json!([]),
    )?;
    // Which error it is, is for the developer, and in English.
    let error = error.as_str().unwrap_or_default();
    visit.look("authorize", "bad-request", &[error, "invalid_client", "invalid_request"])
}
