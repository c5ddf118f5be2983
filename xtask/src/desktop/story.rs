//! What a player does with the sample, from the first start to the last logout.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::display::Display;
use super::picture::Picture;
use super::window::Window;
use crate::browser::chromium::{self, Chromium, Language};
use crate::browser::driver::{Driver, wait};
use crate::counts::Counts;
use crate::pages::words;
use crate::process;
use crate::server::Server;
use crate::standin::StandIn;
use crate::workspace::new_folder;

/// One player's story in one language.
pub(crate) struct Story<'a> {
    display: &'a Display,
    pub(super) phone: Chromium<'a>,
    stand_in: StandIn,
    sample: Command,
    /// Where the sample's call for a browser leaves the address.
    opened: PathBuf,
    pictures: &'a Path,
    pub(super) language: Language,
}

impl<'a> Story<'a> {
    /// Sets the stage. `own` is an empty folder that the caller removes.
    pub(crate) fn new(
        sample: &Path,
        display: &'a Display,
        server: &'a Server,
        driver: &'a Driver,
        own: &Path,
        pictures: &'a Path,
        language: Language,
    ) -> Result<Self, String> {
        let stand_in = StandIn::of(server);
        stand_in.script(&json!({"interval": 1}))?;
        let phone = Chromium::start(driver, &new_folder(own, "phone")?, language)?;
        phone.show_on(chromium::Window::Phone)?;
        let opened = own.join("opened");
        let browser = new_folder(own, "bin")?;
        write_program(&browser.join("xdg-open"), &opened)?;
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = process::program(sample);
        command
            .env("PATH", format!("{}:{path}", browser.display()))
            .args(["--server", &server.url, "--app-id", &server.app_id])
            .args(["--app-key", &server.app_key, "--taptap", &server.url])
            .args(["--taptap-client-id", &server.taptap_client_id])
            .args(["--language", language.tag(), "--trace", "--storage"])
            .arg(own.join("player"));
        Ok(Self { display, phone, stand_in, sample: command, opened, pictures, language })
    }

    /// Tells it, chapter by chapter; each is one test. A chapter that goes wrong is the last one:
    /// those after it would have nothing to stand on.
    pub(crate) fn tell(&mut self, counts: &mut Counts) -> Result<(), String> {
        let starts: [&[(&str, Chapter<'a>)]; 3] = [
            &[
                ("a guest plays, and logs out", Self::guest),
                ("the code on the screen can be scanned, and renewed", Self::code),
                ("a refusal on the phone ends the login", Self::refuse),
                ("an expired code is taken off the screen", Self::expire),
                ("a phone allows, and the player is greeted by name", Self::allow),
            ],
            &[
                ("the next start knows the player", Self::remember),
                ("the browser allows another player", Self::browser),
                ("a guest thinks twice about linking", Self::think_twice),
                ("a guest links a player who has an account", Self::taken),
                ("a guest changes to that account, and back", Self::change),
                ("a guest links a player, and keeps the account", Self::link),
            ],
            &[
                ("the next start knows who was linked", Self::remember),
                ("who was linked logs out, and the next guest is a new one", Self::leave),
            ],
        ];
        for chapters in starts {
            let mut sample = again(&self.sample);
            let mut window = Window::open(self.display, &mut sample)?;
            for (chapter, play) in chapters {
                let played = play(self, &mut window);
                let went_on = played.is_ok();
                counts.check(&format!("{chapter}: {}", self.language.tag()), played);
                if !went_on {
                    return Ok(());
                }
            }
            window.close()?;
        }
        Ok(())
    }

    fn guest(&self, window: &mut Window<'_>) -> Result<(), String> {
        window.shows("start")?;
        self.keep(window, "start")?;
        not_blank(&window.part("taptap")?, "the button of TapTap")?;
        window.reach_by_keys("guest")?;
        let player = window.shows("player")?;
        self.keep(window, "guest")?;
        not_blank(&window.part("name")?, "the guest's name")?;
        if !player.has("link") {
            return Err("a guest cannot be linked".into());
        }
        window.click("logout")?;
        window.shows("start").map(|_| ())
    }

    fn code(&self, window: &mut Window<'_>) -> Result<(), String> {
        window.click("taptap")?;
        let first = self.scan(window)?;
        self.keep(window, "code")?;
        let countdown = self.display.picture()?;
        wait("another second of the countdown", || {
            Ok((self.display.picture()? != countdown).then_some(()))
        })?;
        window.click("renew")?;
        let second = wait("another code", || {
            window.shows("code")?;
            Ok(window.part("qr")?.qr_text().ok().filter(|text| *text != first))
        })?;
        self.stand_in.device(user_code(&second)?, "scan")?;
        window.shows("scanned")?;
        self.keep(window, "scanned")?;
        same(&self.scan_shown(window)?, &second)?;
        window.click("cancel")?;
        window.shows("start").map(|_| ())
    }

    fn refuse(&self, window: &mut Window<'_>) -> Result<(), String> {
        window.click("taptap")?;
        let code = self.scan(window)?;
        self.phone.open(&code)?;
        self.phone.press(words::REFUSE.of(self.language))?;
        window.until("a notice", |scene| scene.name == "start" && scene.has("notice"))?;
        self.keep(window, "refused")?;
        not_blank(&window.part("notice")?, "the notice")
    }

    fn expire(&self, window: &mut Window<'_>) -> Result<(), String> {
        window.click("taptap")?;
        let code = self.scan(window)?;
        self.stand_in.device(user_code(&code)?, "expire")?;
        window.shows("expired")?;
        self.keep(window, "expired")?;
        match self.display.picture()?.qr_text() {
            Err(_) => Ok(()),
            Ok(text) => Err(format!("a dead code can still be scanned: {text}")),
        }
    }

    /// Begins where a code has expired.
    fn allow(&self, window: &mut Window<'_>) -> Result<(), String> {
        window.click("renew")?;
        let code = self.scan(window)?;
        self.phone.open(&code)?;
        self.phone.press("林小满")?;
        self.phone.press(words::ALLOW.of(self.language))?;
        let player = window.shows("player")?;
        self.keep(window, "player")?;
        if player.has("link") {
            return Err("a TapTap player is shown as a guest".into());
        }
        not_blank(&window.part("avatar")?, "the avatar")?;
        not_blank(&window.part("name")?, "the name")
    }

    fn remember(&self, window: &mut Window<'_>) -> Result<(), String> {
        let first = window.until("the first frame", |scene| !scene.name.is_empty())?;
        same(&first.name, "player")
    }

    /// Begins where 林小满 is logged in.
    fn browser(&self, window: &mut Window<'_>) -> Result<(), String> {
        // As long as the other name: letters that cannot be drawn would look the same.
        self.stand_in.add_player("hai", "王大海")?;
        let lin = window.part("name")?;
        window.click("logout")?;
        window.shows("start")?;
        window.click("taptap")?;
        window.shows("code")?;
        window.click("use-browser")?;
        window.shows("browser")?;
        self.keep(window, "browser")?;
        let url = wait("the page for the browser", || {
            Ok(std::fs::read_to_string(&self.opened).ok().filter(|url| url.ends_with('\n')))
        })?;
        self.phone.show_on(chromium::Window::Desktop)?;
        self.phone.open(url.trim_end())?;
        self.phone.press("王大海")?;
        self.phone.press(words::ALLOW.of(self.language))?;
        self.phone.wait_for(words::RETURN_TO_GAME.of(self.language))?;
        window.shows("player")?;
        self.keep(window, "another-player")?;
        let hai = window.part("name")?;
        not_blank(&hai, "the name")?;
        if hai.ink() == lin.ink() {
            return Err("two players' names look the same".into());
        }
        window.click("logout")?;
        window.shows("start").map(|_| ())
    }

    /// Waits for a code and scans it off the screen.
    pub(super) fn scan(&self, window: &mut Window<'_>) -> Result<String, String> {
        window.shows("code")?;
        self.scan_shown(window)
    }

    /// Scans the code that is shown. It must lead to the stand-in, for a login that waits.
    fn scan_shown(&self, window: &Window<'_>) -> Result<String, String> {
        let text = wait("a code that can be scanned", || Ok(window.part("qr")?.qr_text().ok()))?;
        let status = self.stand_in.status(user_code(&text)?)?;
        if !["pending", "scanned"].contains(&status.as_str()) {
            return Err(format!("the code on the screen is {status}"));
        }
        Ok(text)
    }

    pub(super) fn keep(&self, window: &Window<'_>, state: &str) -> Result<(), String> {
        window.keep(&self.pictures.join(format!("window-{state}-{}.png", self.language.tag())))
    }
}

type Chapter<'a> = fn(&Story<'a>, &mut Window<'_>) -> Result<(), String>;

/// The code at the end of the page's address.
fn user_code(qr_text: &str) -> Result<&str, String> {
    let code = qr_text.split(['?', '&']).find_map(|pair| pair.strip_prefix("user_code="));
    code.ok_or_else(|| format!("no user code in {qr_text}"))
}

pub(super) fn not_blank(picture: &Picture, what: &str) -> Result<(), String> {
    let ink = picture.ink();
    let inked = ink.iter().filter(|dark| **dark).count();
    // Letters take up a tenth to a third of the place they are written in.
    if inked * 20 > ink.len() { Ok(()) } else { Err(format!("{what} cannot be read")) }
}

fn same(found: &str, expected: &str) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{found} is not {expected}")) }
}

/// What the sample believes to be the system's way to open a page: it writes the address down.
fn write_program(path: &Path, opened: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let text = format!("#!/bin/sh\nprintf '%s\\n' \"$1\" > '{}'\n", opened.display());
    std::fs::write(path, text)
        .and_then(|()| std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// A new command like `sample`.
fn again(sample: &Command) -> Command {
    let mut copy = process::program(sample.get_program());
    copy.args(sample.get_args());
    for (key, value) in sample.get_envs() {
        if let Some(value) = value {
            copy.env(key, value);
        }
    }
    copy
}
