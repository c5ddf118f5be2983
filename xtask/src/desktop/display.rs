//! A screen that nobody sees: Xvfb, whose pixels lie in a file, and a hand that moves its mouse.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::picture::Picture;
use crate::process;

const PATIENCE: Duration = Duration::from_secs(30);

/// A running X server of its own; ended when dropped.
pub(crate) struct Display {
    child: Child,
    name: String,
    pixels: PathBuf,
}

impl Display {
    /// Starts one of this size on a free number. `folder` is an empty one that the caller removes.
    pub(crate) fn start(folder: &Path, width: usize, height: usize) -> Result<Self, String> {
        let log = File::create(folder.join("xvfb.log")).map_err(|error| error.to_string())?;
        let mut child = process::program("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(["-screen", "0", &format!("{width}x{height}x24"), "-fbdir"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("Xvfb could not be started: {error}"))?;
        match number(&mut child) {
            Ok(number) => {
                let pixels = folder.join("Xvfb_screen0");
                Ok(Self { child, name: format!(":{number}"), pixels })
            }
            Err(why) => {
                process::end_tree(&mut child);
                let said = std::fs::read_to_string(folder.join("xvfb.log")).unwrap_or_default();
                Err(format!("{why}\n{said}"))
            }
        }
    }

    /// What `DISPLAY` has to be.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What is on the screen now.
    pub(crate) fn picture(&self) -> Result<Picture, String> {
        let file = std::fs::read(&self.pixels);
        Picture::from_xwd(&file.map_err(|error| format!("{}: {error}", self.pixels.display()))?)
    }

    /// Moves the mouse there and clicks, as a hand does: the program sees events of the X server.
    pub(crate) fn click(&self, x: usize, y: usize) -> Result<(), String> {
        let (x, y) = (x.to_string(), y.to_string());
        // Not `--sync`, which waits for a quarter of a minute when the mouse is there already.
        self.by_hand(&["mousemove", &x, &y, "click", "1"])
    }

    /// Presses a key, by its X name: `Tab`, `Return`.
    pub(crate) fn key(&self, key: &str) -> Result<(), String> {
        self.by_hand(&["key", key])
    }

    fn by_hand(&self, arguments: &[&str]) -> Result<(), String> {
        let mut hand = process::program("xdotool");
        hand.args(arguments).env("DISPLAY", &self.name);
        process::output(&mut hand, PATIENCE).map(|_| ())
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Asked, it takes away its lock and its socket; killed, it would leave them.
        let _ = process::ask_to_end(&mut self.child, PATIENCE);
    }
}

/// The number of the display, which Xvfb prints when it is ready.
fn number(child: &mut Child) -> Result<u32, String> {
    let stdout = child.stdout.take().ok_or("no pipe")?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        // The receiver may have given up.
        let _ = send.send(BufReader::new(stdout).lines().next());
    });
    match receive.recv_timeout(PATIENCE) {
        Ok(Some(Ok(line))) => line.trim().parse().map_err(|_| format!("Xvfb said `{line}`")),
        Ok(_) => Err("Xvfb ended before it was ready".into()),
        Err(_) => Err(format!("Xvfb was not ready after {} s", PATIENCE.as_secs())),
    }
}
