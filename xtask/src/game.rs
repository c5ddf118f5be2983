//! A game that is played chapter by chapter: a program that takes a chapter's name and prints
//! `key=value` lines, between them what it shows the player.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::process;

/// How long one chapter may take. It takes a second; Mono starts slowly on a busy machine.
const CHAPTER: Duration = Duration::from_secs(120);

/// The key whose value nobody may see but the server it is for.
pub(crate) const SECRET: &str = "authorization";

/// What a chapter printed.
#[derive(Clone, Default)]
pub(crate) struct Said {
    pairs: BTreeMap<String, String>,
    /// The lines that are no `key=value`: what the player sees.
    pub(crate) shown: Vec<String>,
}

/// A program and what it finds in its environment.
pub(crate) struct Game(Command);

/// A chapter that goes on until it is killed; killed when dropped.
pub(crate) struct Running {
    child: Child,
    chapter: String,
    lines: Receiver<String>,
    said: Said,
}

impl Game {
    /// `program` with the variables that `set` gives it.
    pub(crate) fn new(program: &Command, set: impl FnOnce(&mut Command)) -> Self {
        let mut command = again(program);
        set(&mut command);
        Self(command)
    }

    /// Plays a chapter to its end.
    pub(crate) fn play(&self, chapter: &str) -> Result<Said, String> {
        let mut command = again(&self.0);
        let text = process::output(command.arg(chapter), CHAPTER)
            .map_err(|why| format!("chapter {chapter}: {why}"))?;
        let mut said = Said::default();
        text.lines().for_each(|line| said.hear(line));
        Ok(said)
    }

    /// Begins a chapter that shall go on meanwhile.
    pub(crate) fn begin(&self, chapter: &str) -> Result<Running, String> {
        let mut command = again(&self.0);
        let mut child = command
            .arg(chapter)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let stdout = child.stdout.take().ok_or("no pipe")?;
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Running { child, chapter: chapter.to_owned(), lines, said: Said::default() })
    }
}

impl Running {
    /// Comes back when the game has said `key`; gives its value.
    pub(crate) fn until(&mut self, key: &str) -> Result<String, String> {
        self.until_one_of(&[key])?;
        self.said.value(key).map(str::to_owned)
    }

    /// Comes back when the game has said one of `keys`; gives that key.
    pub(crate) fn until_one_of<'a>(&mut self, keys: &[&'a str]) -> Result<&'a str, String> {
        loop {
            if let Some(said) = keys.iter().find(|key| self.said.pairs.contains_key(**key)) {
                return Ok(said);
            }
            let Ok(line) = self.lines.recv_timeout(CHAPTER) else {
                let (chapter, keys) = (&self.chapter, keys.join(" or "));
                return Err(format!("chapter {chapter}: the game did not get as far as {keys}"));
            };
            self.said.hear(&line);
        }
    }

    /// The player types this in.
    pub(crate) fn tell(&mut self, line: &str) -> Result<(), String> {
        let stdin = self.child.stdin.as_mut().ok_or("no pipe")?;
        writeln!(stdin, "{line}").map_err(|error| error.to_string())
    }

    /// What it said so far.
    pub(crate) fn said(&self) -> &Said {
        &self.said
    }

    /// Ends it as a crash would: at once, with nothing finished.
    pub(crate) fn kill(self) {
        drop(self);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        process::end_tree(&mut self.child);
    }
}

impl Said {
    fn hear(&mut self, line: &str) {
        match line.split_once('=') {
            Some((key, value)) => {
                self.pairs.insert(key.to_owned(), value.to_owned());
            }
            None => self.shown.push(line.to_owned()),
        }
    }

    /// What was said under `key`.
    pub(crate) fn value(&self, key: &str) -> Result<&str, String> {
        let found = self.pairs.get(key).map(String::as_str);
        found.ok_or_else(|| format!("the game said no {key}: {self:?}"))
    }

    /// Holds the game to `expected`.
    pub(crate) fn expect(&self, key: &str, expected: &str) -> Result<(), String> {
        let found = self.value(key)?;
        if found == expected { Ok(()) } else { Err(format!("{key} is {found}, not {expected}")) }
    }

    /// Whether `secret` stands in anything that was said in the open.
    pub(crate) fn tells(&self, secret: &str) -> bool {
        let open = self.pairs.iter().filter(|(key, _)| *key != SECRET).map(|(_, value)| value);
        open.chain(&self.shown).any(|text| text.contains(secret))
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = |(key, value)| (key, if key == SECRET { "…" } else { value });
        let pairs = self.pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        out.debug_map().entries(pairs.map(open)).finish()
    }
}

/// A new command like `game`: a `Command` cannot be run twice with other arguments.
fn again(game: &Command) -> Command {
    let mut copy = Command::new(game.get_program());
    copy.args(game.get_args()).stdin(Stdio::null());
    for (key, value) in game.get_envs() {
        match value {
            Some(value) => copy.env(key, value),
            None => copy.env_remove(key),
        };
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str) -> Game {
        let mut program = process::program("sh");
        program.args(["-c", text, "game"]);
        Game::new(&program, |command| {
            command.env("WHO", "lin");
        })
    }

    #[test]
    fn pairs_are_told_from_what_is_shown_and_the_secret_from_both() {
        let said = shell("echo a=$WHO; echo '###'; echo authorization=id-of-lin; echo b=2=3");
        let said = said.play("one").unwrap();
        assert_eq!(said.value("a"), Ok("lin"));
        assert_eq!(said.value("b"), Ok("2=3"));
        assert_eq!(said.shown, ["###"]);
        assert!(said.expect("a", "mei").is_err());
        assert!(!said.tells("id-of-lin") && !format!("{said:?}").contains("id-of-lin"));
        assert!(said.tells("lin") && said.tells("###"));
        assert_eq!(said.value(SECRET), Ok("id-of-lin"));
    }

    #[test]
    fn a_chapter_that_goes_on_is_heard_up_to_what_is_waited_for() {
        let mut running = shell("echo a=1; echo b=2; exec sleep 600").begin("one").unwrap();
        assert_eq!(running.until("a").as_deref(), Ok("1"));
        assert_eq!(running.until("b").as_deref(), Ok("2"));
        assert_eq!(running.said().value("a"), Ok("1"));
        running.kill();
        let why = shell("echo a=1").begin("one").unwrap().until("b").unwrap_err();
        assert!(why.contains("did not get as far as b"), "{why}");
    }
}
