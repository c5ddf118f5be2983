//! `tdsauth-server`, started for the suites and for the story.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::process;
use crate::workspace::Workspace;

/// How long the server may take to say that it is ready, and to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// The Server Secret by which TapTap signs: whoever plays TapTap has it too.
pub(crate) const BINDING_SECRET: &str = "server-secret-of-the-stand-in";

/// A running server; killed when dropped, so that no failure leaves one behind.
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    /// Its app id.
    pub(crate) app_id: String,
    /// Its app key, for clients.
    pub(crate) app_key: String,
    /// Its master key, for administration.
    pub(crate) master_key: String,
    /// The client id by which it knows games where it plays TapTap; else empty.
    pub(crate) taptap_client_id: String,
}

/// Builds the server and gives the path of its program.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf, String> {
    let built = workspace.build("tdsauth-server", &["--bin", "tdsauth-server"])?;
    built.file("tdsauth-server").map(Path::to_owned)
}

impl Server {
    /// Starts `program` on the data folder `data`, where it plays TapTap too, and waits until it
    /// listens. `listen` is `127.0.0.1:0`, or the address of a former run. What it logs goes to
    /// `server.log` in `data`.
    pub(crate) fn start(program: &Path, data: &Path, listen: &str) -> Result<Self, String> {
        Self::start_with(program, data, listen, &[])
    }

    /// The same, with further `options`.
    pub(crate) fn start_with(
        program: &Path,
        data: &Path,
        listen: &str,
        options: &[&str],
    ) -> Result<Self, String> {
        // Players of WeChat and Apple are believed: the suites are about the library, and the
        // server's own tests about who is who.
        let mut all = vec!["--dev", "--listen", listen];
        all.extend(["--platform", "weixin=unverified", "--platform", "lc_apple=unverified"]);
        all.extend(options);
        Self::run(program, data, &all)
    }

    /// Starts it as for players, without anything for developers.
    pub(crate) fn deployed(program: &Path, data: &Path, options: &[&str]) -> Result<Self, String> {
        let mut all = vec!["--listen", "127.0.0.1:0"];
        all.extend(options);
        Self::run(program, data, &all)
    }

    fn run(program: &Path, data: &Path, options: &[&str]) -> Result<Self, String> {
        let log = data.join("server.log");
        let log = File::options().create(true).append(true).open(&log);
        let log = log.map_err(|error| format!("server.log: {error}"))?;
        let mut child = process::program(program)
            .args(["--print-keys", "--data"])
            .arg(data)
            .args(options)
            // What the developer's own server uses must not decide what a test's server does.
            .env_remove("TDSAUTH_APP_ID")
            .env_remove("TDSAUTH_APP_KEY")
            .env_remove("TDSAUTH_MASTER_KEY")
            .env_remove("TDSAUTH_DATABASE_URL")
            .env_remove("TDSAUTH_SEAL_KEY")
            .env("TDSAUTH_BINDING_SECRETS", BINDING_SECRET)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        match first_line(&mut child).and_then(|line| read_ready(&line)) {
            Ok([url, app_id, app_key, master_key, taptap_client_id]) => {
                Ok(Self { child, url, app_id, app_key, master_key, taptap_client_id })
            }
            Err(why) => {
                process::end_tree(&mut child);
                let said = std::fs::read_to_string(data.join("server.log")).unwrap_or_default();
                Err(format!("the server did not start: {why}\n{said}"))
            }
        }
    }

    /// Posts as a copy of the game.
    pub(crate) fn ask(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.post(path, &self.app_key, body)
    }

    /// Posts as the operator.
    pub(crate) fn order(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.post(path, &format!("{},master", self.master_key), body)
    }

    fn post(&self, path: &str, key: &str, body: &Value) -> Result<Value, String> {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE));
        let agent: ureq::Agent = config.build().into();
        let asked = agent.post(format!("{}{path}", self.url));
        let asked = asked.header("X-LC-Id", &self.app_id).header("X-LC-Key", key);
        let answer = asked.send(body.to_string());
        let mut answer = answer.map_err(|error| format!("{path}: {error}"))?;
        let said = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
        if !answer.status().is_success() {
            return Err(format!("{path} was answered {}: {said}", answer.status()));
        }
        serde_json::from_str(&said).map_err(|error| format!("{path}: {error}: {said}"))
    }

    /// `127.0.0.1:<port>`, to start another one in the same place.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap_or(&self.url)
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end (SIGTERM) and holds it to its promise: exit code 0.
    pub(crate) fn stop(mut self) -> Result<(), String> {
        let status = process::ask_to_end(&mut self.child, PATIENCE)?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}")) }
    }

    /// Ends it as a power cut would: SIGKILL, with nothing finished.
    pub(crate) fn kill(mut self) {
        process::end_tree(&mut self.child);
    }

    /// What a suite reads from its environment.
    pub(crate) fn tell(&self, command: &mut Command) {
        command
            .env("TDSAUTH_TEST_URL", &self.url)
            .env("TDSAUTH_TEST_APP_ID", &self.app_id)
            .env("TDSAUTH_TEST_APP_KEY", &self.app_key)
            .env("TDSAUTH_TEST_MASTER_KEY", &self.master_key)
            .env("TDSAUTH_TEST_TAPTAP_CLIENT_ID", &self.taptap_client_id);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` it has been waited for, and then there is nothing to end.
        if matches!(self.child.try_wait(), Ok(None)) {
            process::end_tree(&mut self.child);
        }
    }
}

/// The one line that the server prints when it is ready.
fn first_line(child: &mut Child) -> Result<String, String> {
    let stdout = child.stdout.take().ok_or("no pipe")?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines();
        // The receiver may have given up; the rest is read so that the server never blocks.
        let _ = send.send(lines.next());
        lines.for_each(drop);
    });
    match receive.recv_timeout(PATIENCE) {
        Ok(Some(Ok(line))) => Ok(line),
        Ok(Some(Err(error))) => Err(error.to_string()),
        Ok(None) => Err("it ended before it was ready".into()),
        Err(_) => Err(format!("it was not ready after {} s", PATIENCE.as_secs())),
    }
}

fn read_ready(line: &str) -> Result<[String; 5], String> {
    let ready: Value = serde_json::from_str(line).map_err(|error| format!("{error} in {line}"))?;
    let text = |key: &str| {
        let text = ready.get(key).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| format!("no {key} in its first line"))
    };
    let [url, app_id] = [text("listening")?, text("app_id")?];
    let taptap = text("taptap_client_id").unwrap_or_default();
    Ok([url, app_id, text("app_key")?, text("master_key")?, taptap])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_gives_address_and_keys() {
        let line = r#"{"listening":"http://127.0.0.1:4","app_id":"i","app_key":"k",
            "master_key":"m","taptap_client_id":"t"}"#;
        let found = read_ready(line).unwrap();
        assert_eq!(found, ["http://127.0.0.1:4", "i", "k", "m", "t"].map(String::from));
        assert!(read_ready(r#"{"listening":"http://127.0.0.1:4"}"#).is_err());
        assert!(read_ready("ready").is_err());
    }

    #[test]
    fn a_server_that_ends_at_once_is_reported() {
        let data = tempfile::tempdir().unwrap();
        let started = Server::start(Path::new("/bin/false"), data.path(), "127.0.0.1:0");
        let why = started.err().unwrap();
        assert!(why.contains("ended before it was ready"), "{why}");
    }
}
