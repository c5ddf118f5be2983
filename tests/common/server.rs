//! The real account server, one for the whole test process.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use super::build;

/// Where a server listens and what it lets in.
#[derive(Clone, Debug)]
pub struct Server {
    pub url: String,
    pub app_id: String,
    pub app_key: String,
    pub master_key: String,
    /// The client id by which it knows games where it plays TapTap.
    pub taptap_client_id: String,
}

/// A server of a test's own, ended when dropped.
pub struct Owned {
    pub server: Server,
    data: PathBuf,
    keeper: Child,
}

impl Owned {
    /// What its operator orders from a shell, such as `users ban ID`.
    pub fn order(&self, words: &[&str]) {
        let mut order = Command::new(build::server());
        let status = order.args(words).arg("--data").arg(&self.data).status().expect("it runs");
        assert!(status.success(), "{words:?}");
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // The keeper hears that nobody writes to it any more.
        drop(self.keeper.stdin.take());
        // Whatever it says, the test has had its server.
        let _ = self.keeper.wait();
    }
}

/// A server whose state is nobody else's.
pub fn own() -> Owned {
    own_with(&[])
}

/// The same, with further options.
pub fn own_with(options: &[&str]) -> Owned {
    start(super::memory_folder(), options)
}

/// The server of this test process, started at the first call.
pub fn shared() -> &'static Server {
    static SERVER: OnceLock<Owned> = OnceLock::new();
    &SERVER.get_or_init(|| start(super::folder(), &[])).server
}

/// The shell outlives us for a moment: our end of the pipe closes however we end, and then it ends
/// the server and removes its folder.
const KEEPER: &str = r#"
program=$1; data=$2; shift 2
"$program" --dev --listen 127.0.0.1:0 --data "$data" --print-keys "$@" < /dev/null & server=$!
read -r _
kill "$server"; wait "$server"; rm -rf "$data"
"#;

fn start(data: tempfile::TempDir, options: &[&str]) -> Owned {
    let data = data.keep();
    let mut keeper = Command::new("sh")
        .args(["-c", KEEPER, "sh"])
        .arg(build::server())
        .arg(&data)
        .args(options)
        .env("TDSAUTH_LOG", "warn")
        // It binds roles; who signs as TapTap is the server's own tests' matter.
        .env("TDSAUTH_BINDING_SECRETS", "binding-secret-of-the-tests")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sh runs");
    let mut line = String::new();
    let mut output = BufReader::new(keeper.stdout.take().expect("its output"));
    output.read_line(&mut line).expect("the server's first line");
    let ready: serde_json::Value = serde_json::from_str(&line).expect("one JSON line");
    let text = |name: &str| ready[name].as_str().expect(name).to_owned();
    let server = Server {
        url: text("listening"),
        app_id: text("app_id"),
        app_key: text("app_key"),
        master_key: text("master_key"),
        taptap_client_id: text("taptap_client_id"),
    };
    Owned { server, data, keeper }
}
