//! `chromedriver`: the program that speaks WebDriver (JSON over HTTP) and starts browsers.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::process;

/// How long chromedriver may take to listen, and a browser to do one thing.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a page may take to become what a test waits for.
const WAIT: Duration = Duration::from_secs(20);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(20);

/// A running chromedriver; ended with every browser it started when dropped.
pub(crate) struct Driver {
    child: Child,
    url: String,
    agent: ureq::Agent,
}

impl Driver {
    /// Starts chromedriver on a port of its own choice. `home` is an empty folder that the caller
    /// removes: neither it nor a browser shall read or leave anything elsewhere.
    pub(crate) fn start(home: &Path) -> Result<Self, String> {
        let mut child = process::program("chromedriver")
            .arg("--port=0")
            .env("HOME", home)
            .env("TMPDIR", home)
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_CACHE_HOME")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("chromedriver could not be started: {error}"))?;
        match port(&mut child) {
            Ok(port) => {
                let config = ureq::Agent::config_builder()
                    .proxy(None)
                    .http_status_as_error(false)
                    .timeout_global(Some(PATIENCE));
                let url = format!("http://127.0.0.1:{port}");
                Ok(Self { child, url, agent: config.build().into() })
            }
            Err(why) => {
                process::end_tree(&mut child);
                Err(why)
            }
        }
    }

    /// `POST path`; gives the answer's `value`.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = request.header("Content-Type", "application/json; charset=utf-8");
        read(path, request.send(body.to_string()))
    }

    /// `GET path`; gives the answer's `value`.
    pub(crate) fn get(&self, path: &str) -> Result<Value, String> {
        read(path, self.agent.get(format!("{}{path}", self.url)).call())
    }

    /// `DELETE path`.
    pub(crate) fn delete(&self, path: &str) -> Result<(), String> {
        read(path, self.agent.delete(format!("{}{path}", self.url)).call()).map(|_| ())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        process::end_tree(&mut self.child);
    }
}

/// Asks `look` until it has found something; `what` completes "… did not come".
pub(crate) fn wait<T>(
    what: &str,
    mut look: impl FnMut() -> Result<Option<T>, String>,
) -> Result<T, String> {
    let start = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if start.elapsed() > WAIT {
            return Err(format!("{what} did not come within {} s", WAIT.as_secs()));
        }
        std::thread::sleep(LOOK);
    }
}

fn read(
    path: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, String> {
    let mut answer = answer.map_err(|error| format!("chromedriver, {path}: {error}"))?;
    let text = answer.body_mut().with_config().limit(64 << 20).read_to_string();
    let text = text.map_err(|error| format!("chromedriver, {path}: {error}"))?;
    let mut whole: Value =
        serde_json::from_str(&text).map_err(|error| format!("chromedriver, {path}: {error}"))?;
    let value = whole.get_mut("value").map(Value::take).unwrap_or_default();
    if answer.status().is_success() {
        return Ok(value);
    }
    let said = |key| value.get(key).and_then(Value::as_str).unwrap_or("nothing");
    let message = said("message").lines().next().unwrap_or_default();
    Err(format!("{}: {message}", said("error")))
}

/// The port from the line `ChromeDriver was started successfully on port N.`
fn port(child: &mut Child) -> Result<u16, String> {
    let stdout = child.stdout.take().ok_or("no pipe")?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines.by_ref().find_map(|line| {
            let (_, rest) = line.split_once("successfully on port ")?;
            rest.trim_end_matches('.').parse().ok()
        });
        // The receiver may have given up; the rest is read so that chromedriver never blocks.
        let _ = send.send(port);
        lines.for_each(drop);
    });
    match receive.recv_timeout(PATIENCE) {
        Ok(Some(port)) => Ok(port),
        Ok(None) => Err("chromedriver ended before it was ready".into()),
        Err(_) => Err(format!("chromedriver was not ready after {} s", PATIENCE.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends_with_what_was_found_and_with_the_first_error() {
        let mut looks = 0;
        let found = wait("the third look", || {
            looks += 1;
            Ok((looks == 3).then_some(looks))
        });
        assert_eq!(found, Ok(3));
        assert_eq!(wait::<()>("it", || Err("gone".into())), Err("gone".into()));
    }

    #[test]
    fn the_port_is_read_from_what_chromedriver_says() {
        let says = |text: &str| {
            let mut shell = process::program("sh");
            let mut child = shell.args(["-c", text]).stdout(Stdio::piped()).spawn().unwrap();
            let port = port(&mut child);
            child.wait().unwrap();
            port
        };
        let line = "echo Only local; echo ChromeDriver was started successfully on port 4711.";
        assert_eq!(says(line), Ok(4711));
        assert!(says("echo no").is_err());
    }
}
