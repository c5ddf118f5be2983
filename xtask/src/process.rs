//! Running other programs: every run has a time limit, and nothing it started may outlive it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How often a run looks whether its program has ended or its time is up.
const LOOK: Duration = Duration::from_millis(50);
/// How long a program that has ended may keep its output open through a child of its own.
const LINGER: Duration = Duration::from_secs(5);

/// What a program said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

/// A program that sees nothing of the cargo that started this one: the variables that `cargo run`
/// sets make build scripts run again, and its `LD_LIBRARY_PATH` would hide a missing run path.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    for (key, _) in std::env::vars_os() {
        let own = key.to_str().is_some_and(|key| {
            key == "LD_LIBRARY_PATH"
                || key.starts_with("CARGO_PKG_")
                || key.starts_with("CARGO_MANIFEST_")
                || key.starts_with("CARGO_BIN_")
        });
        if own {
            command.env_remove(key);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// The cargo that started this program.
pub(crate) fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs `command` to its end with its output going where ours goes; a failure names the program.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<(), String> {
    let child = command.spawn().map_err(|error| not_started(command, &error))?;
    success(command, wait(child, command, limit)?)
}

/// Runs `command` and gives every line of its standard output to `each`, as it comes.
pub(crate) fn stream(
    command: &mut Command,
    limit: Duration,
    mut each: impl FnMut(&str),
) -> Result<ExitStatus, String> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
    let Some(stdout) = child.stdout.take() else { return Err("no pipe".into()) };
    let lines = lines_of(stdout);
    let start = Instant::now();
    let mut ended = None;
    loop {
        match lines.recv_timeout(LOOK) {
            Ok(line) => {
                each(&line);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return wait(child, command, limit),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if start.elapsed() > limit {
            return Err(too_long(&mut child, command, limit));
        }
        if ended.is_none() && matches!(child.try_wait(), Ok(Some(_))) {
            ended = Some(Instant::now());
        }
        if ended.is_some_and(|end| end.elapsed() > LINGER) {
            return Err(format!("{} left a process behind", name(command)));
        }
    }
}

/// Runs `command` quietly and gives what it said. How it ended is the caller's to judge.
pub(crate) fn capture(command: &mut Command, limit: Duration) -> Result<Said, String> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    let stdout = child.stdout.take().map(text_of);
    let stderr = child.stderr.take().map(text_of);
    let status = wait(child, command, limit)?;
    let text = |half: Option<mpsc::Receiver<String>>| -> Result<String, String> {
        let Some(half) = half else { return Ok(String::new()) };
        half.recv_timeout(LINGER).map_err(|_| format!("{} left a process behind", name(command)))
    };
    Ok(Said { status, stdout: text(stdout)?, stderr: text(stderr)? })
}

/// Like [`capture`], but anything other than success is an error that carries all that was said.
pub(crate) fn output(command: &mut Command, limit: Duration) -> Result<String, String> {
    let said = capture(command, limit)?;
    success(command, said.status)
        .map_err(|why| format!("{why}\n{}{}", said.stdout, said.stderr))?;
    Ok(said.stdout)
}

/// Turns an exit status into a result that names the program.
pub(crate) fn success(command: &Command, status: ExitStatus) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", name(command))) }
}

/// Ends `child` and every process that it started, and comes back when they are gone.
pub(crate) fn end_tree(child: &mut Child) {
    let mut doomed = vec![child.id()];
    let mut next = 0;
    while let Some(parent) = doomed.get(next).copied() {
        // Stopped, it cannot start another one between the look at its children and its end.
        signal(parent, rustix::process::Signal::STOP);
        doomed.extend(children_of(parent));
        next += 1;
    }
    for pid in &doomed {
        signal(*pid, rustix::process::Signal::KILL);
    }
    // It was killed: nothing is left to learn from how it ended.
    let _ = child.wait();
    let start = Instant::now();
    while doomed.iter().any(|pid| runs(*pid)) && start.elapsed() < LINGER {
        std::thread::sleep(LOOK);
    }
}

/// Asks `child` to end in good order (SIGTERM) and waits for it, at most `limit`.
pub(crate) fn ask_to_end(child: &mut Child, limit: Duration) -> Result<ExitStatus, String> {
    signal(child.id(), rustix::process::Signal::TERM);
    ended(child, limit)
}

/// Waits for `child`, which is about to end, at most `limit`; then ends it.
pub(crate) fn ended(child: &mut Child, limit: Duration) -> Result<ExitStatus, String> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if start.elapsed() < limit => std::thread::sleep(LOOK),
            Ok(None) => {
                end_tree(child);
                return Err(format!("it did not end within {} s", limit.as_secs()));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn signal(pid: u32, signal: rustix::process::Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
        // A process that has just ended needs no signal.
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// The processes whose parent is `parent`.
fn children_of(parent: u32) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let all = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    all.filter(|pid| state(*pid).is_some_and(|(_, of)| of == parent)).collect()
}

/// Whether the process still does anything: a zombie only waits to be counted.
fn runs(pid: u32) -> bool {
    state(pid).is_some_and(|(letter, _)| letter != 'Z' && letter != 'X')
}

/// The state letter and the parent of a process, from `/proc/<pid>/stat`.
fn state(pid: u32) -> Option<(char, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is a name in brackets, which may itself hold spaces and brackets.
    let mut after = stat.rsplit_once(')')?.1.split_whitespace();
    let letter = after.next()?.chars().next()?;
    Some((letter, after.next()?.parse().ok()?))
}

fn wait(mut child: Child, command: &Command, limit: Duration) -> Result<ExitStatus, String> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if start.elapsed() > limit => {
                return Err(too_long(&mut child, command, limit));
            }
            Ok(None) => std::thread::sleep(LOOK),
            Err(error) => return Err(format!("{}: {error}", name(command))),
        }
    }
}

fn too_long(child: &mut Child, command: &Command, limit: Duration) -> String {
    end_tree(child);
    format!("{} was still running after {} s", name(command), limit.as_secs())
}

fn lines_of(stdout: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
            let text = String::from_utf8_lossy(&line);
            if send.send(text.trim_end_matches(['\r', '\n']).to_owned()).is_err() {
                break;
            }
            line.clear();
        }
    });
    receive
}

fn text_of(mut half: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What could be read is what there is: a broken pipe ends a text like its end does.
        let _ = half.read_to_end(&mut bytes);
        let _ = send.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receive
}

fn name(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned()
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("{} could not be started: {error}", name(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str) -> Command {
        let mut command = program("sh");
        command.args(["-c", text]);
        command
    }

    /// The command lines of the running processes that are `mark`.
    fn running(mark: &str) -> Vec<String> {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let lines = processes.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
        lines
            .map(|line| String::from_utf8_lossy(&line).replace('\0', " ").trim().to_owned())
            .filter(|line| line == mark)
            .collect()
    }

    #[test]
    fn lines_come_in_order_and_the_status_is_kept() {
        let mut seen = Vec::new();
        let limit = Duration::from_secs(20);
        let status = stream(&mut shell("echo one; echo two; exit 3"), limit, |line| {
            seen.push(line.to_owned());
        });
        assert_eq!(seen, ["one", "two"]);
        assert_eq!(status.map(|status| status.code()), Ok(Some(3)));
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_all_it_started() {
        // Unlike that of the same test in another checkout.
        let mark = format!("sleep 6{}", std::process::id());
        let why = run(&mut shell(&format!("{mark} & wait")), Duration::from_millis(300));
        assert!(why.as_ref().is_err_and(|why| why.contains("still running")), "{why:?}");
        assert_eq!(running(&mark), Vec::<String>::new());
    }

    #[test]
    fn failure_carries_what_was_said() {
        let why = output(&mut shell("echo out; echo err >&2; exit 2"), Duration::from_secs(20));
        let why = why.unwrap_err();
        assert!(why.contains("exit status: 2") && why.contains("out") && why.contains("err"));
    }

    #[test]
    fn variables_of_the_cargo_above_are_not_handed_on() {
        let said = output(&mut shell("env"), Duration::from_secs(20)).unwrap();
        assert!(!said.contains("CARGO_PKG_NAME") && !said.contains("LD_LIBRARY_PATH"), "{said}");
    }
}
