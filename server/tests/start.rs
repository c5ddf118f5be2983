//! Starting: options, the ready line, the keys and who may read them, `--dev`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;

use common::{Server, chmod, command, data, database_files, guest, mode, refused};

const KEY_FILES: [&str; 4] = ["app_id", "app_key", "master_key", "seal_key"];

fn memory() -> &'static Path {
    Path::new(":memory:")
}

#[test]
fn the_ready_line_says_the_address_and_the_keys_only_when_asked() {
    let start = |more: &[&str]| {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--data", ":memory:"]).args(more);
        Server::spawn(command)
    };
    let names = |server: &Server| -> Vec<String> {
        server.ready.as_object().unwrap().keys().cloned().collect()
    };
    let plain = start(&[]);
    assert_eq!(names(&plain), ["listening"]);
    let port = plain.url.strip_prefix("http://127.0.0.1:").unwrap();
    assert_ne!(port.parse::<u16>().unwrap(), 0);
    assert_eq!(plain.send("GET", "/healthz", &[], b"").status, 200);
    let keys = ["app_id", "app_key", "listening", "master_key"];
    for (asked, more) in [("--print-keys", None), ("--dev", Some("taptap_client_id"))] {
        let server = start(&[asked]);
        assert_eq!(names(&server), [&keys[..], more.as_slice()].concat());
        assert_eq!(server.guest("guest").status, 201);
    }
}

#[test]
fn the_line_is_the_only_thing_on_standard_output() {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--data", ":memory:", "--log", "trace"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = child.stderr.take().unwrap();
    // The first byte of the log says that signals are waited for already.
    log.read_exact(&mut [0; 1]).unwrap();
    let pid = child.id().to_string();
    let kill = std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.ends_with('\n'));
}

#[test]
fn listens_where_it_is_told_to() {
    let six = {
        let mut command = command();
        command.args(["--listen", "[::1]:0", "--data", ":memory:", "--print-keys"]);
        Server::spawn(command)
    };
    assert!(six.url.starts_with("http://[::1]:"), "{}", six.url);
    assert_eq!(six.guest("guest").status, 201);
    // The port is taken, and the reason says so.
    let mut command = command();
    command.args(["--listen", six.address(), "--data", ":memory:"]);
    assert!(refused(command).contains(six.address()));
}

#[test]
fn keys_are_made_once_and_are_the_owners_alone() {
    let (_temporary, folder) = data();
    let first = Server::start(&folder, &[]);
    let keys = [first.app_id.clone(), first.app_key.clone(), first.master_key.clone()];
    assert_eq!(mode(&folder), 0o700);
    let mut files: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    // Nothing half made is left, and the database keeps itself as private as the keys.
    assert_eq!(files, [&KEY_FILES[..], &["start.lock"], database_files()].concat());
    for file in files {
        assert_eq!(mode(&folder.join(&file)), 0o600, "{}", file.display());
    }
    for (file, key) in KEY_FILES.iter().zip(&keys) {
        assert_eq!(fs::read_to_string(folder.join(file)).unwrap().trim(), key);
    }
    assert!(keys[1] != keys[2] && keys.iter().all(|key| key.len() >= 24));
    drop(first);
    let second = Server::start(&folder, &[]);
    assert_eq!(keys, [&*second.app_id, &*second.app_key, &*second.master_key]);
    let other = Server::in_memory();
    assert!(other.app_id != keys[0] && other.app_key != keys[1] && other.master_key != keys[2]);
}

#[test]
fn a_first_start_that_was_cut_off_is_taken_up_again() {
    let (_temporary, folder) = data();
    let first = Server::start(&folder, &[]);
    let master_key = first.master_key.clone();
    first.kill();
    // As if it had ended while it made the app key.
    fs::remove_file(folder.join("app_key")).unwrap();
    fs::write(folder.join("app_key.new"), "half").unwrap();
    chmod(&folder.join("app_key.new"), 0o600);
    let second = Server::start(&folder, &[]);
    assert_eq!(second.master_key, master_key);
    assert!(second.app_key.len() >= 24);
    assert_eq!(fs::read_to_string(folder.join("app_key")).unwrap().trim(), second.app_key);
    assert!(!folder.join("app_key.new").exists());
}

#[test]
fn two_servers_that_start_at_once_agree_on_the_keys() {
    for _ in 0..5 {
        let (_temporary, folder) = data();
        let start = || {
            let mut command = command();
            command.args(["--listen", "127.0.0.1:0", "--print-keys", "--data"]).arg(&folder);
            command
        };
        let (one, two) = std::thread::scope(|scope| {
            let one = scope.spawn(|| Server::spawn(start()));
            let two = scope.spawn(|| Server::spawn(start()));
            (one.join().unwrap(), two.join().unwrap())
        });
        assert_eq!(one.app_id, two.app_id);
        assert_eq!(one.app_key, two.app_key);
        assert_eq!(one.master_key, two.master_key);
        // And on the players: both write one file.
        let made = one.guest("guest");
        let again = two.guest("guest");
        assert_eq!((made.status, again.status), (201, 200));
        assert_eq!(again.text("sessionToken"), made.text("sessionToken"));
    }
}

#[test]
fn the_environment_goes_before_the_files() {
    let (_temporary, folder) = data();
    drop(Server::start(&folder, &[]));
    let mut from_env = command();
    from_env.args(["--listen", "127.0.0.1:0", "--print-keys", "--data"]).arg(&folder);
    from_env.env("TDSAUTH_APP_ID", "my-app").env("TDSAUTH_MASTER_KEY", "my-master");
    let server = Server::spawn(from_env);
    assert_eq!((&*server.app_id, &*server.master_key), ("my-app", "my-master"));
    let file = fs::read_to_string(folder.join("app_key")).unwrap();
    assert_eq!(server.app_key, file.trim());
    assert_ne!(fs::read_to_string(folder.join("app_id")).unwrap().trim(), "my-app");
    assert_eq!(server.guest("guest").status, 201);
}

#[test]
fn keys_that_cannot_be_keys_are_refused_without_being_repeated() {
    for bad in ["", "two words", "comma,master", "\u{e9}\u{e9}\u{e9}", &"long".repeat(65)] {
        for name in ["TDSAUTH_APP_ID", "TDSAUTH_APP_KEY", "TDSAUTH_MASTER_KEY"] {
            let mut command = command();
            command.args(["--listen", "127.0.0.1:0", "--data", ":memory:"]).env(name, bad);
            let said = refused(command);
            assert!(said.contains(name), "{said}");
            assert!(bad.is_empty() || !said.contains(bad), "{said}");
        }
    }
    let mut same = command();
    same.args(["--listen", "127.0.0.1:0", "--data", ":memory:"]);
    same.env("TDSAUTH_APP_KEY", "same-key").env("TDSAUTH_MASTER_KEY", "same-key");
    assert!(!refused(same).contains("same-key"));
}

#[test]
fn files_that_others_may_read_are_refused() {
    let (_temporary, folder) = data();
    drop(Server::start(&folder, &[]));
    let start = || {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--data"]).arg(&folder);
        command
    };
    for file in KEY_FILES.iter().chain(database_files().first()) {
        for open in [0o640, 0o604, 0o660] {
            chmod(&folder.join(file), open);
            let said = refused(start());
            assert!(said.contains(file) && said.contains("others"), "{said}");
        }
        chmod(&folder.join(file), 0o600);
    }
    for open in [0o770, 0o707] {
        chmod(&folder, open);
        assert!(refused(start()).contains("others may write"));
    }
    // To look at the folder's names harms nobody.
    chmod(&folder, 0o755);
    drop(Server::start(&folder, &[]));
}

#[test]
fn a_data_folder_that_is_none_is_refused() {
    let (temporary, _) = data();
    let start = |folder: &Path| {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--data"]).arg(folder);
        command
    };
    let file = temporary.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(refused(start(&file)).contains("file"));
    assert!(refused(start(&file.join("below"))).contains("below"));
}

#[test]
fn keys_are_never_taken_from_the_command_line() {
    for option in ["--app-id", "--app-key", "--master-key"] {
        let mut command = command();
        command.args(["--data", ":memory:", option, "x"]);
        assert!(refused(command).contains("unexpected argument"));
    }
}

#[test]
fn options_are_checked() {
    for wrong in [
        &["--data", ":memory:", "--listen", "nowhere"][..],
        &["--data", ":memory:", "--policy", "lax"],
        &["--data", ":memory:", "--max-connections", "0"],
        &["--data", ":memory:", "--header-timeout", "0"],
        &["--data", ":memory:", "--body-timeout", "x"],
        &["--data", ":memory:", "--handshake-timeout", "0"],
        &["--data", ":memory:", "--request-timeout", "0"],
        &["--data", ":memory:", "--response-timeout", "0"],
        &["--data", ":memory:", "--connections-per-address", "-1"],
        &["--data", ":memory:", "--limit-logins", "0/m"],
        &["--data", ":memory:", "--limit-signups", "many"],
        &["--data", ":memory:", "--trusted-proxy", "proxy.example"],
        &["--data", ":memory:", "--trusted-proxy", "0.0.0.0/0"],
        &["--data", ":memory:", "--cors-origin", "*"],
        &["--data", ":memory:", "--cors-origin", "https://game.example/"],
        &["--data", ":memory:", "--tls-cert", "only"],
        &["--data", ":memory:", "--tls-key", "only"],
        &["--data", ":memory:", "--log", "loud"],
        &["--listen", "127.0.0.1:0"],
    ] {
        let mut command = command();
        command.args(wrong);
        assert!(refused(command).contains("--"), "{wrong:?}");
    }
}

#[test]
fn dev_does_not_listen_beyond_this_machine() {
    for address in ["0.0.0.0:0", "[::]:0", "10.0.0.1:0"] {
        let mut command = command();
        command.args(["--dev", "--data", ":memory:", "--listen", address]);
        assert!(refused(command).contains("loopback"));
    }
}

#[test]
fn plain_http_beyond_this_machine_has_to_be_asked_for() {
    let start = |more: &[&str]| {
        let mut command = command();
        command.args(["--data", ":memory:", "--print-keys"]).args(more);
        command
    };
    for address in ["0.0.0.0:0", "[::]:0", "10.0.0.1:0", "[::ffff:10.0.0.1]:0"] {
        let said = refused(start(&["--listen", address]));
        for way in ["--tls-cert", "--trusted-proxy", "--allow-plain-http"] {
            assert!(said.contains(way), "{said}");
        }
    }
    for asked in [&["--allow-plain-http"][..], &["--trusted-proxy", "10.0.0.1"]] {
        let server = Server::spawn(start(&[&["--listen", "0.0.0.0:0"], asked].concat()));
        assert!(server.url.starts_with("http://0.0.0.0:"), "{}", server.url);
        assert_eq!(server.guest("guest").status, 201);
    }
}

#[test]
fn dev_answers_to_its_own_names_only() {
    let dev = Server::start(memory(), &["--dev"]);
    let status = |server: &Server, line: &str, hosts: &[&str]| {
        let hosts: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        let answer = server.raw(format!("{line}\r\n{hosts}Connection: close\r\n\r\n").as_bytes());
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let get = "GET /healthz HTTP/1.1";
    for own in ["localhost", "localhost:1", "LocalHost", "127.0.0.1", "127.0.0.1:80", "[::1]:9"] {
        assert_eq!(status(&dev, get, &[own]), "200", "{own}");
    }
    let foreign = ["example.com", "localhost.example.com", "127.0.0.1.example.com", "10.0.2.2", ""];
    for host in foreign {
        assert_eq!(status(&dev, get, &[host]), "403", "{host}");
        assert_eq!(status(&dev, "GET /1.1/date HTTP/1.1", &[host]), "403", "{host}");
        assert_eq!(status(&dev, "GET /nothing HTTP/1.1", &[host]), "403", "{host}");
    }
    assert_eq!(status(&dev, get, &[]), "403");
    assert_eq!(status(&dev, get, &["localhost", "example.com"]), "403");
    let absolute = "GET http://example.com/healthz HTTP/1.1";
    assert_eq!(status(&dev, absolute, &["localhost"]), "403");
    let answer = dev.send("GET", "/1.1/date", &[("Host", "example.com")], b"");
    answer.is_error(403, 403, "This server answers to its own loopback names only.");
    // Without --dev any name will do: the operator's own proxy decides there.
    let plain = Server::start(memory(), &[]);
    assert_eq!(status(&plain, get, &["example.com"]), "200");
}

#[test]
fn memory_keeps_nothing() {
    let temporary = tempfile::TempDir::new().unwrap();
    let start = || {
        let mut command = command();
        command.current_dir(temporary.path());
        command.args(["--listen", "127.0.0.1:0", "--data", ":memory:", "--print-keys"]);
        Server::spawn(command)
    };
    assert_eq!(start().guest("guest").status, 201);
    assert_eq!(start().guest("guest").status, 201);
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn the_log_says_much_and_no_secret() {
    let (temporary, folder) = data();
    let log = temporary.path().join("log");
    let run = |level: &str| {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--print-keys", "--log", level, "--data"]);
        command.arg(&folder).stderr(fs::File::create(&log).unwrap());
        let server = Server::spawn(command);
        let made = server.guest("the-guest-id");
        let token = made.text("sessionToken").to_owned();
        assert_eq!(server.get(&format!("/1.1/users/me?session_token={token}"), None).status, 200);
        assert_eq!(server.get("/1.1/users/me", Some(&token)).status, 200);
        let fresh = server.refresh(made.text("objectId"), &token);
        assert_eq!(server.get("/1.1/users/me", Some("a-wrong-token")).status, 400);
        let sent = server.post("/1.1/users", &guest(&"a-long-guest".repeat(100)));
        assert_eq!(sent.status, 400);
        let secrets = [
            token,
            fresh.text("sessionToken").to_owned(),
            "the-guest-id".to_owned(),
            "guest".to_owned(),
            "a-wrong-token".to_owned(),
            private_postgres::PASSWORD.to_owned(),
            server.app_key.clone(),
            server.master_key.clone(),
        ];
        server.signal("-TERM");
        assert!(server.wait().success());
        let said = fs::read_to_string(&log).unwrap();
        for secret in secrets {
            assert!(!said.contains(&secret), "{secret} in {said}");
        }
        said
    };
    assert!(run("trace").contains("/1.1/users/me"));
    assert!(run("info").contains("listening"));
    assert_eq!(run("off"), "");
}

#[test]
fn taptap_options_that_do_not_fit_together_are_refused_at_the_start() {
    for (more, words) in [
        (&["--taptap-client-id", "c"][..], "--taptap-region"),
        (&["--taptap-region", "cn"], "--taptap-client-id"),
        (&["--taptap-open-url", "https://h.example"], "--taptap-client-id"),
        (&["--taptap-region", "moon", "--taptap-client-id", "c"], "moon"),
        (&["--taptap-region", "cn", "--taptap-client-id", "a b"], "client id"),
        (&["--taptap-client-id", "c", "--taptap-open-url", "h"], "URL"),
        (&["--taptap-client-id", "c", "--taptap-open-url", "http://h.example"], "plain http"),
        (&["--taptap-client-id", "c", "--taptap-open-url", "https://h/?x"], "query"),
        (&["--dev", "--taptap-client-id", "a b"], "client id"),
    ] {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--data", ":memory:"]).args(more);
        let said = refused(command);
        assert!(said.contains(words), "{more:?}: {said}");
    }
    for region in ["cn", "global"] {
        let more = ["--taptap-region", region, "--taptap-client-id", "c"];
        assert_eq!(Server::start(Path::new(":memory:"), &more).guest("g").status, 201);
    }
}
