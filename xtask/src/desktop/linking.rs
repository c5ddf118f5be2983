//! A guest who links to TapTap: cancels, meets an account that is there already, changes to it,
//! comes back, links, and keeps the account.

use super::story::{Story, not_blank};
use super::window::Window;
use crate::pages::words;

impl Story<'_> {
    /// Begins where nobody is logged in; ends with a guest, like the others up to `change`.
    pub(super) fn think_twice(&self, window: &mut Window<'_>) -> Result<(), String> {
        window.click("guest")?;
        window.shows("player")?;
        let account = account(window)?;
        window.click("link")?;
        self.scan(window)?;
        window.click("cancel")?;
        window.shows("player")?;
        still(window, &account)
    }

    pub(super) fn taken(&self, window: &mut Window<'_>) -> Result<(), String> {
        let account = account(window)?;
        window.click("link")?;
        self.confirm(window, "林小满")?;
        window.shows("taken")?;
        self.keep(window, "taken")?;
        not_blank(&window.part("words")?, "that there is an account already")?;
        not_blank(&window.part("instead")?, "what can be done")?;
        window.click("another")?;
        // A code: the player who was confirmed just now is not taken again.
        self.scan(window)?;
        window.click("cancel")?;
        window.shows("player")?;
        self.keep(window, "guest-still")?;
        still(window, &account)
    }

    pub(super) fn change(&self, window: &mut Window<'_>) -> Result<(), String> {
        let guest = account(window)?;
        window.click("link")?;
        // TapTap remembers who confirmed: there is no code between.
        window.shows("taken")?;
        window.click("change")?;
        let player = window.shows("player")?;
        self.keep(window, "changed")?;
        if player.has("link") || account(window)? == guest {
            return Err("the guest is still there".into());
        }
        window.click("logout")?;
        window.shows("start")?;
        window.click("guest")?;
        window.shows("player")?;
        still(window, &guest)
    }

    pub(super) fn link(&self, window: &mut Window<'_>) -> Result<(), String> {
        let (account, nameless) = (account(window)?, window.part("name")?);
        window.click("link")?;
        self.confirm(window, "Alex Carter")?;
        let linked = window.until("a player who is linked", |scene| {
            scene.name == "player" && !scene.has("link")
        })?;
        self.keep(window, "linked")?;
        if linked.has("notice") {
            return Err("something went wrong".into());
        }
        not_blank(&window.part("name")?, "the player's name")?;
        not_blank(&window.part("avatar")?, "the first letter of the name")?;
        if window.part("name")?.ink() == nameless.ink() {
            return Err("the player has no name".into());
        }
        still(window, &account)
    }

    /// Begins at the start after that.
    pub(super) fn leave(&self, window: &mut Window<'_>) -> Result<(), String> {
        let player = window.shows("player")?;
        if player.has("link") {
            return Err("the player is a guest again".into());
        }
        not_blank(&window.part("name")?, "the player's name")?;
        let linked = account(window)?;
        window.click("logout")?;
        window.shows("start")?;
        window.click("guest")?;
        window.shows("player")?;
        if account(window)? == linked { Err("the guest has the account".into()) } else { Ok(()) }
    }

    /// Scans the code and allows it on the phone, as this player.
    fn confirm(&self, window: &mut Window<'_>, player: &str) -> Result<(), String> {
        let code = self.scan(window)?;
        self.phone.open(&code)?;
        self.phone.press(player)?;
        self.phone.press(words::ALLOW.of(self.language))
    }
}

/// How the account's id is written on the screen, which differs for two accounts.
fn account(window: &Window<'_>) -> Result<Vec<bool>, String> {
    let written = window.part("account")?;
    not_blank(&written, "the account's id")?;
    Ok(written.ink())
}

fn still(window: &Window<'_>, former: &[bool]) -> Result<(), String> {
    let same = account(window)? == former;
    if same { Ok(()) } else { Err("this is another account".into()) }
}
