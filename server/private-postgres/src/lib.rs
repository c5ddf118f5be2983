//! A PostgreSQL for one test process, made when it is first asked for. However the process ends,
//! the service ends with it and its files are removed: a shell keeps watch on a pipe that only the
//! process holds open.
//!
//! It listens on a Unix socket in a folder of its own, so that any number of processes have one
//! each. For tests only: what goes wrong is a panic that says what.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "for tests only")]

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

/// In every URL, so that tests can look whether it comes out anywhere. Nobody checks it.
pub const PASSWORD: &str = "the-password-of-the-database";

/// Names the socket; nobody listens on it.
const PORT: u16 = 5432;

/// Makes the database cluster, runs it until standard input ends, and removes it.
const WATCH: &str = r#"
trap '' INT TERM HUP PIPE
folder=$1 bin=$2
shift 2
{
    "$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 \
        --locale=C --no-sync </dev/null || exit
    "$bin/postgres" -D "$folder/data" -k "$folder" "$@" </dev/null &
    postgres=$!
    until "$bin/pg_isready" --quiet --host="$folder"; do
        kill -0 $postgres || exit
        sleep 0.05
    done
} >"$folder/log" 2>&1
echo ready
cat >/dev/null
kill -QUIT $postgres
wait $postgres
rm -rf "$folder"
"#;

/// Without care for power cuts, which no test makes, and with room for many servers.
const SETTINGS: [&str; 8] = [
    "listen_addresses=",
    "ssl_cert_file=../server.crt",
    "ssl_key_file=../server.key",
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "max_connections=500",
    "unix_socket_permissions=0777",
];

/// A running PostgreSQL.
#[derive(Debug)]
pub struct Instance {
    folder: PathBuf,
    bin: PathBuf,
    port: u16,
    databases: AtomicU32,
    _watch: (Child, ChildStdin),
}

/// The one of this process.
pub fn shared() -> &'static Instance {
    static SHARED: OnceLock<Instance> = OnceLock::new();
    SHARED.get_or_init(|| Instance::start(PORT, &[], &[]))
}

/// URL of the database that belongs to a data folder: the same at each call.
pub fn database_of(folder: &Path) -> String {
    static KNOWN: Mutex<Option<HashMap<PathBuf, String>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap();
    let made = || shared().database();
    known.get_or_insert_default().entry(folder.to_owned()).or_insert_with(made).clone()
}

impl Instance {
    /// One that listens on a port of 127.0.0.1 too, with TLS; the texts are PEM.
    pub fn with_tls(port: u16, certificate: &str, key: &str) -> Self {
        let settings = ["listen_addresses=127.0.0.1", "ssl=on"];
        let files = [("server.crt", certificate), ("server.key", key)];
        Self::start(port, &settings, &files)
    }

    fn start(port: u16, settings: &[&str], files: &[(&str, &str)]) -> Self {
        let bin = programs().expect("PostgreSQL is not installed: apt-get install postgresql");
        let folder = tempfile::Builder::new()
            .prefix("tdsauth-postgres-")
            .permissions(fs::Permissions::from_mode(0o711))
            .tempdir_in(place())
            .unwrap()
            .keep();
        let user = user(&folder);
        let mut command = Command::new("sh");
        if let Some((uid, gid)) = user {
            command = Command::new("setpriv");
            command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}"));
            command.args(["--clear-groups", "sh"]);
        }
        for (name, text) in files {
            let file = folder.join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
            if let Some((uid, gid)) = user {
                chown(&file, Some(uid), Some(gid)).unwrap();
            }
        }
        command.args(["-c", WATCH, "watch"]).arg(&folder).arg(&bin).current_dir(&folder);
        for setting in SETTINGS.iter().chain(settings) {
            command.args(["-c", setting]);
        }
        command.env("PGPORT", port.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        if said != "ready\n" {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            let _ = fs::remove_dir_all(&folder);
            panic!("PostgreSQL does not start:\n{log}");
        }
        Self { folder, bin, port, databases: AtomicU32::new(0), _watch: (child, stdin) }
    }

    /// URL of a new, empty database.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        let host = self.folder.to_str().unwrap().replace('/', "%2F");
        format!("postgres://postgres:{PASSWORD}@{host}/{name}")
    }

    /// Runs SQL in the database of this URL or name; its values, one line a row, `|` between.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let output = self.psql(database).args(["-c", sql]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Everything in the database of this URL, as `pg_dump` writes it.
    pub fn dump(&self, database: &str) -> Vec<u8> {
        let name = database.rsplit('/').next().unwrap_or_default();
        let mut command = Command::new(self.bin.join("pg_dump"));
        command.args(["-U", "postgres", "-h"]).arg(&self.folder);
        let output = command.arg("-p").arg(self.port.to_string()).arg(name).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The bytes of all files of a database, after what waited was written to them.
    pub fn files(&self, database: &str) -> Vec<u8> {
        let oid = "SELECT oid FROM pg_database WHERE datname = current_database()";
        let folder = self.folder.join("data/base").join(self.sql(database, oid));
        self.sql(database, "CHECKPOINT");
        let files = fs::read_dir(folder).unwrap();
        // A file may go away while it is read.
        files.flat_map(|file| fs::read(file.unwrap().path()).unwrap_or_default()).collect()
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A `pgbench` in the database of this URL or name, to which options are given.
    pub fn pgbench(&self, database: &str) -> Command {
        let name = database.rsplit('/').next().unwrap_or_default();
        let mut command = Command::new(self.bin.join("pgbench"));
        command.args(["-U", "postgres", "-h"]).arg(&self.folder);
        command.arg("-p").arg(self.port.to_string()).arg(name);
        command
    }

    /// A `psql` in the database of this URL or name, to which SQL is given.
    pub fn psql(&self, database: &str) -> Command {
        let name = database.rsplit('/').next().unwrap_or_default();
        let mut command = Command::new(self.bin.join("psql"));
        command.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d"]);
        command.arg(name).arg("-h").arg(&self.folder).arg("-p").arg(self.port.to_string());
        command
    }
}

/// The folder of PostgreSQL's programs: Debian's newest, or that of the PATH.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.map(|version| version.path()).collect();
    versions.sort_by_key(|path| path.file_name()?.to_str()?.parse::<u32>().ok());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = versions.into_iter().rev().map(|version| version.join("bin"));
    debian.chain(std::env::split_paths(&path)).find(|bin| bin.join("initdb").is_file())
}

/// The path of a socket may have 107 bytes.
fn place() -> PathBuf {
    let place = std::env::temp_dir();
    if place.as_os_str().len() > 60 { "/tmp".into() } else { place }
}

/// Root may not run PostgreSQL: the user who may, to whom `folder` is given. Others run it as
/// themselves.
fn user(folder: &Path) -> Option<(u32, u32)> {
    if fs::metadata(folder).unwrap().uid() != 0 {
        return None;
    }
    let id = |what: &str| -> u32 {
        let output = Command::new("id").args([what, "postgres"]).output().unwrap();
        let number = String::from_utf8(output.stdout).unwrap();
        number.trim().parse().expect("root needs the user postgres, who comes with the package")
    };
    let (uid, gid) = (id("-u"), id("-g"));
    chown(folder, Some(uid), Some(gid)).unwrap();
    Some((uid, gid))
}

#[cfg(test)]
mod on_postgres {
    use super::*;

    #[test]
    fn each_database_is_new_and_a_folder_keeps_its_own() {
        let (one, two) = (shared().database(), shared().database());
        shared().sql(&one, "CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (1), (2)");
        assert_eq!(shared().sql(&one, "SELECT n, n + 1 FROM t"), "1|2\n2|3");
        shared().sql(&two, "CREATE TABLE t (n BIGINT)");
        assert_eq!(database_of(Path::new("a")), database_of(Path::new("a")));
        assert_ne!(database_of(Path::new("a")), database_of(Path::new("b")));
    }

    #[test]
    fn it_ends_with_who_started_it_and_leaves_nothing() {
        let mut instance = Instance::start(PORT, &[], &[]);
        let folder = instance.folder.clone();
        assert!(folder.join("data/postmaster.pid").exists());
        // What happens to the pipe when the process ends.
        drop(instance._watch.1);
        instance._watch.0.wait().unwrap();
        assert!(!folder.join("data").exists());
    }
}
