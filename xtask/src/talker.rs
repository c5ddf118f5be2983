//! A program that runs on while a test listens to it, line by line.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::process;

/// How long a program may take to say what is awaited, and to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// The running program; ended when dropped.
pub(crate) struct Talker {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Talker {
    /// Starts `command`.
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| format!("it could not be started: {error}"))?;
        let stdout = child.stdout.take().ok_or("no pipe")?;
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // All is read, also when nobody listens any more: the program must never block.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        Ok(Self { child, lines })
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line.
    pub(crate) fn line(&mut self) -> Result<String, String> {
        self.lines.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => format!("nothing came for {} s", PATIENCE.as_secs()),
            RecvTimeoutError::Disconnected => "the program ended".into(),
        })
    }

    /// Waits until it has ended by itself, which it must do well.
    pub(crate) fn end(mut self) -> Result<(), String> {
        // Its output ends with it.
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            drop(line);
        }
        let status = process::ended(&mut self.child, PATIENCE)?;
        if status.success() { Ok(()) } else { Err(format!("the program ended with {status}")) }
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            process::end_tree(&mut self.child);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str) -> Talker {
        Talker::start(process::program("sh").args(["-c", text])).unwrap()
    }

    #[test]
    fn lines_come_one_by_one_and_then_the_end() {
        let mut talker = shell("echo one; echo two");
        assert_eq!(talker.line(), Ok("one".into()));
        assert_eq!(talker.line(), Ok("two".into()));
        assert_eq!(talker.line(), Err("the program ended".into()));
        assert_eq!(talker.end(), Ok(()));
        assert!(shell("echo; exit 3").end().is_err());
    }
}
