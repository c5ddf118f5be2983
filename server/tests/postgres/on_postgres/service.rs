//! What a database that is a service of its own can do: be shared by servers, be away, hang.

#[path = "../../common/mod.rs"]
mod common;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

use common::taptap::{self, nine};
use common::{Answer, SEAL_KEY, Server, TEST_KEY, command, data, refused};
use private_postgres::{Instance, PASSWORD, shared};
use serde_json::{Value, json};

const UNAVAILABLE: &str = "The service is not available now.";

/// A server's command, on a database.
fn on(url: &str) -> Command {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--print-keys", "--data", ":memory:"]);
    command.env("TDSAUTH_DATABASE_URL", url).env(SEAL_KEY, TEST_KEY);
    command
}

/// Two servers of one game that share a database, started at once before it has tables.
fn two(url: &str, more: &[&str]) -> [Server; 2] {
    let start = || {
        let mut command = on(url);
        for (name, value) in [("APP_ID", "app"), ("APP_KEY", "key"), ("MASTER_KEY", "master")] {
            command.env(format!("TDSAUTH_{name}"), value);
        }
        command.args(more);
        Server::spawn(command)
    };
    thread::scope(|scope| [scope.spawn(start), scope.spawn(start)].map(|one| one.join().unwrap()))
}

/// Asks the two in turn, everybody at once.
fn at_once<T: Sync>(
    servers: &[Server; 2],
    callers: &[T],
    ask: impl Fn(&Server, &T) -> Answer + Sync,
) -> Vec<Answer> {
    thread::scope(|scope| {
        let ask = &ask;
        let turns = callers.iter().zip(servers.iter().cycle());
        let running: Vec<_> =
            turns.map(|(caller, server)| scope.spawn(move || ask(server, caller))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn two_servers_make_one_account_of_64_first_logins() {
    let servers = two(&shared().database(), &[]);
    for guest in ["one", "two", "three"] {
        let answers = at_once(&servers, &[guest; 64], |server, guest| server.guest(guest));
        let created = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(created, 1);
        for answer in &answers {
            assert!(matches!(answer.status, 200 | 201), "{answer:?}");
            for name in ["objectId", "sessionToken", "username", "createdAt"] {
                assert_eq!(answer.text(name), answers[0].text(name));
            }
        }
    }
}

#[test]
fn two_servers_give_one_player_to_one_of_64_guests() {
    let taptap = taptap::start();
    let url = ["--taptap-client-id", taptap::CLIENT_ID, "--taptap-open-url", &taptap.url];
    let servers = two(&shared().database(), &url);
    let sent = nine(&taptap, &taptap::token(&taptap, "lin", "public_profile"));
    let body = json!({ "authData": { "taptap": sent } });
    let names: Vec<_> = (0..64).map(|i| format!("guest {i}")).collect();
    let guests = at_once(&servers, &names, |server, name| server.guest(name));
    let answers = at_once(&servers, &guests, |server, guest| {
        let path = format!("/1.1/users/{}", guest.text("objectId"));
        server.ask("PUT", &path, Some(guest.text("sessionToken")), &body)
    });
    let mut winners = Vec::new();
    for (guest, answer) in guests.iter().zip(&answers) {
        let me = servers[1].get("/1.1/users/me", Some(guest.text("sessionToken")));
        if answer.status == 200 {
            winners.push(guest.text("objectId"));
            assert_eq!(me.json["authData"]["taptap"]["openid"], sent["openid"]);
            assert_eq!(me.json["authData"]["anonymous"], Value::Null);
        } else {
            answer.is_error(400, 137, "A unique field was given a value that is already taken.");
            assert_eq!(me.json, guest.json);
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(taptap::login(&servers[0], &sent).text("objectId"), winners[0]);
}

#[test]
fn two_servers_count_64_wrong_passwords_at_once_as_one() {
    let servers = two(&shared().database(), &[]);
    let right = json!({ "username": "ada", "password": "right" });
    let made = servers[0].post("/1.1/users", &right);
    assert_eq!(made.status, 201);
    assert_eq!(servers[1].post("/1.1/users", &right).json["code"], 202);
    let wrong = json!({ "username": "ada", "password": "wrong" });
    let answers = at_once(&servers, &[(); 64], |server, ()| server.post("/1.1/login", &wrong));
    let count = |code: u16| answers.iter().filter(|answer| answer.json["code"] == code).count();
    assert_eq!((count(210), count(219)), (7, 57));
    for server in &servers {
        assert_eq!(server.post("/1.1/login", &right).json["code"], 219);
    }
}

#[test]
fn what_one_server_did_the_other_knows() {
    let [one, two] = two(&shared().database(), &[]);
    let made = one.guest("me");
    let (id, old) = (made.text("objectId"), made.text("sessionToken"));
    assert_eq!(two.get("/1.1/users/me", Some(old)).text("objectId"), id);
    let fresh = two.refresh(id, old);
    one.get("/1.1/users/me", Some(old)).is_error(400, 211, "Could not find user.");
    let again = one.guest("me");
    assert_eq!(again.text("sessionToken"), fresh.text("sessionToken"));
    assert_eq!(
        one.refresh(id, old).json,
        json!({
            "objectId": id, "sessionToken": fresh.text("sessionToken"),
            "updatedAt": again.text("updatedAt"),
        })
    );
}

#[test]
fn a_database_that_goes_away_is_503_until_it_is_back() {
    let url = shared().database();
    let name = url.rsplit('/').next().unwrap();
    let mut command = on(&url);
    command.args(["--log", "off"]);
    let server = Server::spawn(command);
    let made = server.guest("me");
    let me = || server.get("/1.1/users/me", Some(made.text("sessionToken")));
    let allow = |yes: bool| {
        let limit = if yes { -1 } else { 0 };
        shared().sql(
            "postgres",
            &format!(
                "ALTER DATABASE {name} ALLOW_CONNECTIONS {yes} CONNECTION LIMIT {limit}; \
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        );
    };
    for _ in 0..2 {
        allow(false);
        server.guest("other").is_error(503, 503, UNAVAILABLE);
        me().is_error(503, 503, UNAVAILABLE);
        server.send("GET", "/healthz", &[], b"").is_error(503, 503, UNAVAILABLE);
        allow(true);
        assert_eq!(server.send("GET", "/healthz", &[], b"").status, 200);
        assert_eq!(me().text("objectId"), made.text("objectId"));
        assert_eq!(server.guest("me").status, 200);
    }
    assert_eq!(server.guest("other").status, 201);
}

#[test]
fn a_database_that_hangs_is_504_and_nobody_waits_longer() {
    let url = shared().database();
    let server = Server::spawn(on(&url));
    let mut lock = shared().psql(&url);
    let mut lock = lock.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut orders = lock.stdin.take().unwrap();
    orders.write_all(b"BEGIN; LOCK TABLE users, identities; SELECT 'locked';\n").unwrap();
    orders.flush().unwrap();
    let mut said = [0; 6];
    std::io::Read::read_exact(lock.stdout.as_mut().unwrap(), &mut said).unwrap();
    thread::scope(|scope| {
        let answers = [
            scope.spawn(|| server.guest("me")),
            scope.spawn(|| server.get("/1.1/users/me", Some("token"))),
        ];
        for answer in answers {
            answer.join().unwrap().is_error(504, 124, "The request timed out.");
        }
    });
    drop(orders);
    lock.wait().unwrap();
    assert!(matches!(server.guest("me").status, 200 | 201));
}

#[test]
fn the_data_folder_holds_the_keys_alone() {
    let (_temporary, folder) = data();
    let url = shared().database();
    let start = || {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--print-keys", "--data"]).arg(&folder);
        command.args(["--database-url", &url]);
        command
    };
    let server = Server::spawn(start());
    assert_eq!(server.guest("me").status, 201);
    let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name());
    let mut files: Vec<_> = files.collect();
    files.sort();
    assert_eq!(files, ["app_id", "app_key", "master_key", "seal_key", "start.lock"]);
    // The option goes before the environment.
    let mut both = start();
    both.env("TDSAUTH_DATABASE_URL", "postgres://elsewhere/");
    assert_eq!(Server::spawn(both).guest("me").status, 200);
    assert_eq!(shared().sql(&url, "SELECT count(*) FROM users"), "1");
}

#[test]
fn a_database_that_stays_wants_a_key_that_stays() {
    let url = shared().database();
    let mut without = on(&url);
    without.env_remove(SEAL_KEY);
    assert!(refused(without).contains("a seal key that stays"));
    assert_eq!(Server::spawn(on(&url)).guest("me").status, 201);
    // A second server has to have the same key.
    let (_temporary, folder) = data();
    let mut other = command();
    other.args(["--listen", "127.0.0.1:0", "--database-url", &url, "--data"]).arg(&folder);
    assert!(refused(other).contains("seal_key is missing"));
    assert!(!folder.join("seal_key").exists());
}

#[test]
fn a_url_that_leads_nowhere_is_refused_in_one_line_without_its_password() {
    let shared = shared().database();
    let absent = format!("{shared}_absent");
    let unknown = format!("{shared}?sslpassword={PASSWORD}");
    let without_tls = format!("{shared}?sslmode=require");
    for (url, words) in [
        ("", "postgres://USER@HOST:PORT/DATABASE"),
        (&*format!("mysql://me:{PASSWORD}@127.0.0.1/x"), "postgres://USER@HOST:PORT/DATABASE"),
        (&*format!("postgres://me:{PASSWORD}@127.0.0.1:99999/x"), "no URL"),
        (&*format!("postgres://me:{PASSWORD}@127.0.0.1/x?sslmode=maybe"), "no URL"),
        (&*unknown, "parameters"),
        (&*format!("postgres://me:{PASSWORD}@127.0.0.1:1/x"), "refused"),
        (&*absent, "does not exist"),
        (&*without_tls, "TLS"),
    ] {
        for on_command_line in [false, true] {
            let mut command = on(url);
            if on_command_line {
                command.env_remove("TDSAUTH_DATABASE_URL").args(["--database-url", url]);
            }
            command.args(["--log", "trace"]);
            let said = refused(command);
            let last = said.lines().last().unwrap();
            assert!(last.starts_with("tdsauth-server: PostgreSQL: "), "{said}");
            assert!(last.contains(words), "{url}: {said}");
            assert!(!said.contains(PASSWORD), "{said}");
        }
    }
}

#[test]
fn the_way_to_the_database_can_be_encrypted_and_the_service_be_made_to_prove_itself() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    common::chmod(folder.path(), 0o711);
    let root = folder.path().join("root.pem");
    std::fs::write(&root, made.cert.pem()).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let service = Instance::with_tls(port, &made.cert.pem(), &made.signing_key.serialize_pem());
    let database = service.database();
    let name = database.rsplit('/').next().unwrap();
    let root = root.to_str().unwrap();
    let url = |host: &str, query: &str| {
        format!("postgres://postgres:{PASSWORD}@{host}:{port}/{name}?{query}")
    };
    let full = format!("sslmode=verify-full&sslrootcert={root}");
    for query in ["sslmode=require", &full] {
        let server = Server::spawn(on(&url("localhost", query)));
        assert!(matches!(server.guest("me").status, 200 | 201));
        let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                         WHERE client_port > 0";
        assert_eq!(service.sql(name, encrypted), "t");
    }
    // Another name than the certificate's, and a certificate that nobody vouches for.
    assert!(refused(on(&url("127.0.0.1", &full))).contains("certificate"));
    assert!(refused(on(&url("localhost", "sslmode=verify-full"))).contains("certificate"));
}

#[test]
fn what_one_server_remembers_of_a_class_is_as_the_other_left_it() {
    let [one, other] = two(&shared().database(), &["--policy", "leancloud"]);
    let class = "/1.1/classes/Hero";
    let by_level = format!("{class}?where=%7B%22level%22%3A1%7D");
    let by_name = format!("{class}?where=%7B%22name%22%3A%22lin%22%7D");
    let made = one.post(class, &json!({ "level": 1 }));
    let path = format!("{class}/{}", made.text("objectId"));
    for server in [&one, &other] {
        assert_eq!(server.get(&path, None).json["level"], 1);
        assert_eq!(server.get(&by_level, None).json["results"][0]["level"], 1);
        assert_eq!(server.get(&by_name, None).json["results"], json!([]));
        assert_eq!(server.post(class, &json!({ "level": 2 })).status, 201);
    }
    // A key that is new to the other.
    assert_eq!(one.post(class, &json!({ "name": "lin" })).status, 201);
    assert_eq!(other.get(&by_name, None).json["results"][0]["name"], "lin");
    other.post(class, &json!({ "name": 7 })).is_error(
        400,
        111,
        "Invalid value type for field 'name', expect type is String but it is Number.",
    );
    // Each right, taken by one, and given back.
    for (action, method, path, body) in [
        ("get", "GET", path.as_str(), Value::Null),
        ("find", "GET", by_level.as_str(), Value::Null),
        ("find", "GET", by_name.as_str(), Value::Null),
        ("create", "POST", class, json!({ "level": 3 })),
    ] {
        let put = |who: Value| {
            let body = json!({ "permissions": { action: who } });
            let put = one.master("PUT", "/tdsauth/v1/classes/Hero", &body);
            assert_eq!(put.status, 200, "{}", put.json);
        };
        let asked = || other.ask(method, path, None, &body);
        put(json!({}));
        let refused = asked();
        assert_eq!(refused.status, 403, "{action}: {}", refused.json);
        put(json!({ "*": true }));
        let let_in = asked();
        assert!(matches!(let_in.status, 200 | 201), "{action}: {}", let_in.json);
    }
}
