//! The real account server, one for the whole test process.

use std::io::{BufRead, BufReader};
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
    keeper: Child,
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
    let (server, keeper) = start(super::memory_folder());
    Owned { server, keeper }
}

/// The server of this test process, started at the first call.
pub fn shared() -> &'static Server {
    static SERVER: OnceLock<(Server, Child)> = OnceLock::new();
    &SERVER.get_or_init(|| start(super::folder())).0
}

/// The shell outlives us for a moment: our end of the pipe closes however we end, and then it ends
/// the server and removes its folder.
const KEEPER: &str = r#"
"$1" --dev --listen 127.0.0.1:0 --data "$2" --print-keys < /dev/null & server=$!
read -r _
kill "$server"; wait "$server"; rm -rf "$2"
"#;

fn start(data: tempfile::TempDir) -> (Server, Child) {
    let data = data.keep();
    let mut keeper = Command::new("sh")
        .args(["-c", KEEPER, "sh"])
        .arg(build::server())
        .arg(&data)
        .env("TDSAUTH_LOG", "warn")
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
    (server, keeper)
}
