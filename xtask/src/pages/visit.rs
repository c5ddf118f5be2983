//! A visitor: a browser with its language, window and scripts, and what is found on the way.

use std::path::Path;

use super::game::{Game, Login, Way};
use super::words;
use crate::browser::chromium::{Chromium, Language, Window};
use crate::browser::look;
use crate::server::Server;
use crate::standin::StandIn;
use crate::workspace::Workspace;

/// What all visitors of one run share.
pub(super) struct Place<'a> {
    /// The repository.
    pub(super) workspace: &'a Workspace,
    /// Whose pages are visited.
    pub(super) server: &'a Server,
    /// What it plays.
    pub(super) stand_in: StandIn,
    /// Whose logins they are about.
    pub(super) game: &'a Game,
    /// Where pictures are kept.
    pub(super) pictures: &'a Path,
}

/// One visitor.
pub(super) struct Visit<'a> {
    /// Where.
    pub(super) place: &'a Place<'a>,
    /// With what.
    pub(super) browser: &'a Chromium<'a>,
    /// On what.
    pub(super) window: Window,
}

impl Visit<'_> {
    /// The visitor's language.
    pub(super) fn language(&self) -> Language {
        self.browser.language
    }

    /// Opens an address of the server.
    pub(super) fn open(&self, path: &str) -> Result<(), String> {
        self.browser.open(&format!("{}{path}", self.place.server.url))
    }

    /// Begins a login of the game; with it comes the page that the player has to open.
    pub(super) fn begin(&self, way: Way) -> Result<(Login, String), String> {
        let place = self.place;
        let mut login = place.game.log_in(place.workspace, place.server, way, self.language())?;
        let page = login.says("page")?;
        Ok((login, page))
    }

    /// The same by QR code; with the short code before the page.
    pub(super) fn begin_by_code(&self) -> Result<(Login, String, String), String> {
        let place = self.place;
        let mut login =
            place.game.log_in(place.workspace, place.server, Way::Qr, self.language())?;
        let user_code = login.says("user_code")?;
        let page = login.says("page")?;
        Ok((login, user_code, page))
    }

    /// Presses what says these words.
    pub(super) fn press(&self, what: words::Words) -> Result<(), String> {
        self.browser.press(what.of(self.language()))
    }

    /// Waits until these words can be read.
    pub(super) fn read(&self, what: words::Words) -> Result<(), String> {
        self.browser.wait_for(what.of(self.language()))
    }

    /// Looks at the page with a person's eyes and keeps a picture of it. `own` are words on it that
    /// are in no language.
    pub(super) fn look(&self, page: &str, state: &str, own: &[&str]) -> Result<(), String> {
        let (tag, window) = (self.language().tag(), self.window.name());
        let picture = self.place.pictures.join(format!("{page}-{state}-{tag}-{window}.png"));
        let wrong = |why: String| format!("{page}, {state}: {why}");
        look::look(self.browser, self.window, &picture).map_err(wrong)?;
        words::all_in(self.language(), &self.browser.text()?, own).map_err(wrong)
    }

    /// Goes over the page with the Tab key.
    pub(super) fn tab_through(&self) -> Result<(), String> {
        look::tab_through(self.browser, self.window)
    }
}
