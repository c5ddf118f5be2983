//! The sample's window: what it says it shows, and what is really on the screen.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::display::Display;
use super::picture::{Area, Picture};
use crate::talker::Talker;

/// The running sample; ended when dropped.
pub(crate) struct Window<'a> {
    display: &'a Display,
    program: Talker,
    scene: Scene,
}

/// One line of its trace: `player name:300,240,200,40 logout:…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scene {
    /// What the window shows: `start`, `busy`, `code`, …
    pub(crate) name: String,
    parts: BTreeMap<String, Area>,
    focus: Option<String>,
}

impl Scene {
    fn read(line: &str) -> Self {
        let mut words = line.split(' ');
        let mut scene = Self { name: words.next().unwrap_or_default().into(), ..Self::default() };
        for word in words {
            if let Some(focus) = word.strip_prefix("focus=") {
                scene.focus = Some(focus.to_owned());
            } else if let Some((part, area)) = word.split_once(':') {
                let mut sides = area.split(',').map(|side| side.parse().unwrap_or(0));
                let mut side = || sides.next().unwrap_or(0);
                let area = Area { x: side(), y: side(), width: side(), height: side() };
                scene.parts.insert(part.to_owned(), area);
            }
        }
        scene
    }

    /// Whether the window shows this part.
    pub(crate) fn has(&self, part: &str) -> bool {
        self.parts.contains_key(part)
    }

    /// Where this part is.
    pub(crate) fn area(&self, part: &str) -> Result<Area, String> {
        let area = self.parts.get(part).copied();
        area.ok_or_else(|| format!("the window shows no {part}: {self:?}"))
    }
}

impl<'a> Window<'a> {
    /// Starts the sample on `display`.
    pub(crate) fn open(display: &'a Display, sample: &mut Command) -> Result<Self, String> {
        sample.env("DISPLAY", display.name()).env("SDL_VIDEODRIVER", "x11");
        Ok(Self { display, program: Talker::start(sample)?, scene: Scene::default() })
    }

    /// Waits until the window shows `name`.
    pub(crate) fn shows(&mut self, name: &str) -> Result<Scene, String> {
        self.until(&format!("the window to show `{name}`"), |scene| scene.name == name)
    }

    /// Waits until what the window shows is as `wanted`.
    pub(crate) fn until(
        &mut self,
        what: &str,
        wanted: impl Fn(&Scene) -> bool,
    ) -> Result<Scene, String> {
        while !wanted(&self.scene) {
            let line = self.program.line();
            let line = line.map_err(|why| format!("{why}: waited for {what}: {:?}", self.scene))?;
            self.scene = Scene::read(&line);
        }
        Ok(self.scene.clone())
    }

    /// Clicks the middle of a part that is shown.
    pub(crate) fn click(&self, part: &str) -> Result<(), String> {
        let area = self.scene.area(part)?;
        self.display.click(area.x + area.width / 2, area.y + area.height / 2)
    }

    /// Goes to a button with the Tab key and presses it with the Enter key.
    pub(crate) fn reach_by_keys(&mut self, part: &str) -> Result<(), String> {
        for _ in 0..self.scene.parts.len() {
            let before = self.scene.focus.clone();
            self.display.key("Tab")?;
            let moved = self.until("the focus to move", |scene| scene.focus != before)?;
            if moved.focus.as_deref() == Some(part) {
                return self.display.key("Return");
            }
        }
        Err(format!("the Tab key never came to {part}"))
    }

    /// What is on the screen where this part is.
    pub(crate) fn part(&self, part: &str) -> Result<Picture, String> {
        self.display.picture()?.cut(self.scene.area(part)?)
    }

    /// Keeps a picture of the whole screen.
    pub(crate) fn keep(&self, path: &Path) -> Result<(), String> {
        self.display.picture()?.save(path)
    }

    /// Ends it by its key, in good order.
    pub(crate) fn close(self) -> Result<(), String> {
        self.display.key("Escape")?;
        self.program.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_trace_is_read() {
        let scene = Scene::read("player name:1,2,30,40 no-link:5,6,7,8 focus=logout");
        assert_eq!(scene.name, "player");
        assert_eq!(scene.area("name"), Ok(Area { x: 1, y: 2, width: 30, height: 40 }));
        assert!(scene.has("no-link") && !scene.has("link") && scene.area("qr").is_err());
        assert_eq!(scene.focus.as_deref(), Some("logout"));
    }
}
