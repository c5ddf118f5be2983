//! Where the codes come from that only a player can get: the command line, a program of the
//! operator's, or the operator at the keyboard.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead as _, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use tdsauth_core::secret::Secret;

use crate::start::StartError;

/// For the program.
const PROGRAM_TIME: Duration = Duration::from_secs(60);
/// For the operator. By then a code has ended.
const OPERATOR_TIME: Duration = Duration::from_secs(300);
/// Largest output of the program, in bytes.
const MAX_OUTPUT: u64 = 4096;

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Phone,
    Uid,
    DeepLink,
    WebLink,
}

impl Kind {
    /// As the program is told it, and what the option `--…-code` begins with.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Uid => "uid",
            Self::DeepLink => "deep-link",
            Self::WebLink => "web-link",
        }
    }
}

/// The codes of one run.
pub(super) struct Source {
    given: BTreeMap<Kind, VecDeque<Secret>>,
    program: Option<PathBuf>,
    ask: bool,
    typed: Option<Receiver<String>>,
}

impl Source {
    pub(super) fn new(
        given: BTreeMap<Kind, VecDeque<Secret>>,
        program: Option<PathBuf>,
        ask: bool,
    ) -> Self {
        Self { given, program, ask, typed: None }
    }

    /// Whether the command line gave such codes.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.given.get(&kind).is_some_and(|codes| !codes.is_empty())
    }

    /// A code that was not used yet.
    pub(super) fn next(&mut self, kind: Kind) -> Result<Option<Secret>, StartError> {
        if let Some(code) = self.given.get_mut(&kind).and_then(VecDeque::pop_front) {
            return Ok(Some(code));
        }
        if let Some(program) = &self.program {
            return run(program, kind).map(Some);
        }
        Ok(if self.ask { self.typed(kind) } else { None })
    }

    fn typed(&mut self, kind: Kind) -> Option<Secret> {
        let lines = self.typed.get_or_insert_with(|| {
            let (sender, lines) = mpsc::channel();
            // It ends with the process: reading a terminal cannot be bounded in time.
            thread::spawn(move || {
                let lines = io::stdin().lock().lines();
                lines.map_while(Result::ok).try_for_each(|line| sender.send(line).ok())
            });
            lines
        });
        eprintln!("tdsauth-server: a fresh code ({}), or an empty line for none:", kind.name());
        let line = lines.recv_timeout(OPERATOR_TIME).ok()?;
        let code = line.trim();
        (!code.is_empty()).then(|| Secret::new(code))
    }
}

/// What the program prints: the code.
fn run(program: &PathBuf, kind: Kind) -> Result<Secret, StartError> {
    let failed =
        |why: String| StartError::new(format!("--code-source {}: {why}", program.display()));
    let mut command = Command::new(program);
    command.arg(kind.name()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    let output = child.stdout.take();
    let (sender, printed) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let read = output.map(|output| output.take(MAX_OUTPUT).read_to_string(&mut text));
        let _ = sender.send(matches!(read, Some(Ok(_))).then_some(text));
    });
    let end = Instant::now() + PROGRAM_TIME;
    let printed = printed.recv_timeout(PROGRAM_TIME).ok().flatten();
    let ended_well = finish(&mut child, end);
    let code = printed.as_deref().map(str::trim).filter(|code| !code.is_empty());
    match code {
        Some(code) if ended_well && !code.contains(char::is_whitespace) => Ok(Secret::new(code)),
        _ => Err(failed(format!("it did not print a code for {}", kind.name()))),
    }
}

/// Waits for the end of a program until `end`, and ends it then.
fn finish(child: &mut Child, end: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(5)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}
