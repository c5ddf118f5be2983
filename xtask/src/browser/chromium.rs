//! One Chromium: a person's browser with a language, a window size, and scripts on or off.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::driver::{Driver, wait};

/// WebDriver's name of an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// Finds what bears a text and can be pressed, as a person finds it.
const FIND_BY_TEXT: &str = "
    const words = arguments[0];
    const all = [...document.querySelectorAll('a[href],button,label,summary,input[type=submit]')];
    const said = (e) => (e.innerText || e.value || '').replace(/\\s+/g, ' ').trim();
    const seen = all.filter((e) => e.checkVisibility());
    return seen.find((e) => said(e) === words) || seen.find((e) => said(e).includes(words)) || null;
";

/// What the browser tells pages about its owner's languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// English, as the first language of `Accept-Language`.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// How pages name it in `<html lang>`; also part of the pictures' names.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    fn accepts(self) -> &'static str {
        match self {
            Self::English => "en-US,en",
            Self::Chinese => "zh-CN,zh",
        }
    }

    /// `english` or `chinese`, whichever this is.
    pub(crate) fn pick<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// What the browser is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Window {
    /// 360 by 740 points, touched.
    Phone,
    /// 1280 by 800 points.
    Desktop,
}

impl Window {
    /// Part of the pictures' names.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Desktop => "desktop",
        }
    }
}

/// A running browser; [`Chromium::quit`] ends it, and so does the end of its [`Driver`].
pub(crate) struct Chromium<'a> {
    driver: &'a Driver,
    /// `/session/<id>`.
    session: String,
    /// The language that it asks for.
    pub(crate) language: Language,
}

impl<'a> Chromium<'a> {
    /// Starts one. `profile` is an empty folder of its own that the caller removes.
    pub(crate) fn start(
        driver: &'a Driver,
        profile: &Path,
        language: Language,
    ) -> Result<Self, String> {
        let arguments = [
            "--headless".to_owned(),
            // Root has no sandbox and a container may have none; it opens this run's pages only.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-breakpad".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            // A page that wants something from elsewhere does not get it, here or anywhere.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1".to_owned(),
            format!("--user-data-dir={}", profile.display()),
        ];
        let languages = language.accepts();
        let wish = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {
                "args": arguments,
                "binary": "/usr/bin/chromium",
                "prefs": {
                    "intl.accept_languages": languages,
                    "intl.selected_languages": languages,
                },
            },
        }}});
        let made = driver.post("/session", &wish)?;
        let id = made.get("sessionId").and_then(Value::as_str).ok_or("no session id")?;
        Ok(Self { driver, session: format!("/session/{id}"), language })
    }

    /// Ends it.
    pub(crate) fn quit(self) -> Result<(), String> {
        self.driver.delete(&self.session)
    }

    /// Changes what it is shown on; pages opened from now on see it.
    pub(crate) fn show_on(&self, window: Window) -> Result<(), String> {
        let (width, height, scale, phone) = match window {
            Window::Phone => (360, 740, 2, true),
            Window::Desktop => (1280, 800, 1, false),
        };
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics)?;
        self.devtools("Emulation.setTouchEmulationEnabled", &json!({"enabled": phone})).map(|_| ())
    }

    /// Switches the scripts of pages on or off; pages opened from now on have them or not.
    pub(crate) fn run_scripts(&self, run: bool) -> Result<(), String> {
        self.devtools("Emulation.setScriptExecutionDisabled", &json!({"value": !run})).map(|_| ())
    }

    /// Whether pages are told that a dark one is wanted.
    pub(crate) fn prefer_dark(&self, dark: bool) -> Result<(), String> {
        let value = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", &media).map(|_| ())
    }

    /// Opens a page and waits until it has loaded.
    pub(crate) fn open(&self, url: &str) -> Result<(), String> {
        self.command("url", &json!({"url": url})).map(|_| ())
    }

    /// The address of the page it shows.
    pub(crate) fn address(&self) -> Result<String, String> {
        let url = self.driver.get(&format!("{}/url", self.session))?;
        url.as_str().map(str::to_owned).ok_or_else(|| "no address".into())
    }

    /// Waits until the address contains `part`; gives the whole of it.
    pub(crate) fn wait_for_address(&self, part: &str) -> Result<String, String> {
        let mut last = String::new();
        let reached = wait(&format!("an address with `{part}`"), || {
            last = self.address()?;
            Ok(last.contains(part).then(|| last.clone()))
        });
        reached.map_err(|why| format!("{why}; it is {last}"))
    }

    /// The text that can be seen, its blanks and line ends made single blanks.
    pub(crate) fn text(&self) -> Result<String, String> {
        let text = self.script(
            "return document.body ? document.body.innerText.replace(/\\s+/g, ' ') : ''",
            &json!([]),
        )?;
        text.as_str().map(str::to_owned).ok_or_else(|| "the page's text is no text".into())
    }

    /// Waits until `words` can be read on the page.
    pub(crate) fn wait_for(&self, words: &str) -> Result<(), String> {
        let mut last = String::new();
        let seen = wait(&format!("`{words}`"), || {
            // A page that is just giving way to another one has no text to look at.
            last = self.text().unwrap_or_default();
            Ok(last.contains(words).then_some(()))
        });
        seen.map_err(|why| format!("{why}; the page says: {last}"))
    }

    /// Presses (clicks or taps) what bears these words: a link, a button or a label.
    pub(crate) fn press(&self, words: &str) -> Result<(), String> {
        let found = wait(&format!("something to press that says `{words}`"), || {
            let found = self.script(FIND_BY_TEXT, &json!([words])).unwrap_or_default();
            Ok(found.get(ELEMENT).and_then(Value::as_str).map(str::to_owned))
        })?;
        self.command(&format!("element/{found}/click"), &json!({})).map(|_| ())
    }

    /// Types: each character is one key; see [`keys`] for those without a character.
    pub(crate) fn type_keys(&self, text: &str) -> Result<(), String> {
        let mut actions = Vec::new();
        for key in text.chars() {
            actions.push(json!({"type": "keyDown", "value": key.to_string()}));
            actions.push(json!({"type": "keyUp", "value": key.to_string()}));
        }
        let keyboard = json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]});
        self.command("actions", &keyboard).map(|_| ())
    }

    /// Runs a script of the test's own in the page (also while those of pages are off) and gives
    /// what it returns.
    pub(crate) fn script(&self, script: &str, arguments: &Value) -> Result<Value, String> {
        self.command("execute/sync", &json!({"script": script, "args": arguments}))
    }

    /// What the browser wrote into its console since the last call, warnings and errors only.
    pub(crate) fn complaints(&self) -> Result<Vec<String>, String> {
        let log = self.command("se/log", &json!({"type": "browser"}))?;
        let entries = log.as_array().ok_or("the log is no list")?;
        let text = |entry: &Value, key| {
            entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        Ok(entries
            .iter()
            .filter(|entry| ["SEVERE", "WARNING"].contains(&text(entry, "level").as_str()))
            .map(|entry| text(entry, "message"))
            .collect())
    }

    /// Saves a picture of the whole page, also of what must be scrolled to, as PNG.
    pub(crate) fn picture(&self, path: &Path) -> Result<(), String> {
        let layout = self.devtools("Page.getLayoutMetrics", &json!({}))?;
        let size = layout.get("cssContentSize").ok_or("no content size")?;
        let clip = json!({
            "x": 0, "y": 0, "scale": 1,
            "width": size.get("width"), "height": size.get("height"),
        });
        let wish = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let made = self.devtools("Page.captureScreenshot", &wish)?;
        let data = made.get("data").and_then(Value::as_str).ok_or("no picture")?;
        let bytes = STANDARD.decode(data).map_err(|error| error.to_string())?;
        std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Result<Value, String> {
        self.command("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    fn command(&self, command: &str, body: &Value) -> Result<Value, String> {
        self.driver.post(&format!("{}/{command}", self.session), body)
    }
}

/// Keys without a character, as WebDriver numbers them.
pub(crate) mod keys {
    /// To the next thing that takes keys.
    pub(crate) const TAB: &str = "\u{e004}";
    /// Presses the button that has the focus.
    pub(crate) const ENTER: &str = "\u{e007}";
    /// The next choice of a group.
    pub(crate) const DOWN: &str = "\u{e015}";
}
