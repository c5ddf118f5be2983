//! The page that the QR code leads to.

use super::visit::Visit;
use super::words::{
    ALLOW, ALLOWED, ASKS, CONTINUE, ENTER_CODE, EXPIRED, NOT_TAPTAP, PLAYERS, PROFILE, REFUSE,
    REFUSED, UNKNOWN, USED,
};
use crate::browser::chromium::{Language, keys};

/// The player chooses who to be and lets the game in, by touch or mouse.
pub(super) fn allow(visit: &Visit<'_>) -> Result<(), String> {
    let (mut login, user_code, page) = visit.begin_by_code()?;
    visit.browser.open(&page)?;
    for words in [NOT_TAPTAP, ASKS, PROFILE] {
        visit.read(words)?;
    }
    for player in PLAYERS {
        visit.browser.wait_for(player)?;
    }
    visit.browser.wait_for(&user_code)?;
    visit.look("device", "ask", &[&user_code])?;
    login.says("scanned")?;
    visit.browser.press("梅 Mei")?;
    visit.press(ALLOW)?;
    visit.read(ALLOWED)?;
    visit.look("device", "allowed", &[])?;
    login.ends_as("梅 Mei")?;
    // It was sent on, so that a second look asks nothing and sends nothing twice.
    let thanks = visit.browser.address()?;
    visit.browser.open(&thanks)?;
    visit.read(ALLOWED)?;
    visit.browser.open(&page)?;
    visit.read(USED)?;
    visit.look("device", "used", &[])
}

/// The same with the keyboard alone.
pub(super) fn allow_by_keys(visit: &Visit<'_>) -> Result<(), String> {
    let (mut login, _, page) = visit.begin_by_code()?;
    visit.browser.open(&page)?;
    visit.read(ASKS)?;
    visit.tab_through()?;
    login.says("scanned")?;
    // Anew: past both languages to the players, two down, and on to the first button.
    visit.browser.open(&page)?;
    visit.read(ASKS)?;
    let (tab, down) = (keys::TAB, keys::DOWN);
    visit.browser.type_keys(&[tab, tab, tab, down, down, tab, keys::ENTER].concat())?;
    visit.read(ALLOWED)?;
    login.ends_as("Alex Carter")
}

/// The player does not let the game in.
pub(super) fn refuse(visit: &Visit<'_>) -> Result<(), String> {
    let (login, _, page) = visit.begin_by_code()?;
    visit.browser.open(&page)?;
    visit.press(REFUSE)?;
    visit.read(REFUSED)?;
    visit.look("device", "refused", &[])?;
    login.ends("TDSAUTH_ERR_TAPTAP_DENIED")
}

/// The player thinks for too long.
pub(super) fn expire(visit: &Visit<'_>) -> Result<(), String> {
    let (mut login, user_code, page) = visit.begin_by_code()?;
    visit.browser.open(&page)?;
    visit.read(ASKS)?;
    login.says("scanned")?;
    visit.place.stand_in.device(&user_code, "expire")?;
    visit.press(ALLOW)?;
    visit.read(EXPIRED)?;
    visit.look("device", "expired", &[])?;
    login.ends("TDSAUTH_ERR_TAPTAP_EXPIRED")
}

/// The player types the code in instead, wrong at first.
pub(super) fn type_in(visit: &Visit<'_>) -> Result<(), String> {
    let (login, user_code, _) = visit.begin_by_code()?;
    visit.open("/device")?;
    visit.read(ENTER_CODE)?;
    visit.look("device", "enter-code", &[])?;
    visit.tab_through()?;
    visit.open("/device?user_code=OOOOO")?;
    visit.read(UNKNOWN)?;
    visit.look("device", "unknown-code", &[])?;
    visit.open("/device")?;
    visit.read(ENTER_CODE)?;
    visit.browser.type_keys(&[keys::TAB, keys::TAB, keys::TAB].concat())?;
    visit.browser.type_keys(&user_code.to_lowercase())?;
    visit.press(CONTINUE)?;
    visit.read(ASKS)?;
    visit.press(ALLOW)?;
    visit.read(ALLOWED)?;
    drop(login);
    Ok(())
}

/// The player reads another language than the browser says.
pub(super) fn other_language(visit: &Visit<'_>) -> Result<(), String> {
    let (login, _, page) = visit.begin_by_code()?;
    visit.browser.open(&page)?;
    visit.read(ASKS)?;
    let other = visit.language().pick(Language::Chinese, Language::English);
    visit.browser.press(other.pick("English", "简体中文"))?;
    visit.browser.wait_for(ASKS.of(other))?;
    visit.browser.press(REFUSE.of(other))?;
    visit.browser.wait_for(REFUSED.of(other))?;
    drop(login);
    Ok(())
}
