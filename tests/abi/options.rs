//! Every option shows its effect.

use std::collections::HashSet;

use crate::common::api::{self, api};
use crate::common::client::{Client, Setup};
use crate::common::taptap::{Login, page};
use crate::common::{folder, host};

fn refusal(setup: &Setup) -> i32 {
    setup.try_open().map(|_| ()).expect_err("refused").status
}

/// The request that a login of such a client makes.
fn first_request(setup: &Setup) -> host::Seen {
    let client = setup.open();
    client.login_anonymously();
    host::request(&client)
}

#[test]
fn server_url() {
    let folder = folder();
    for (url, expected) in [
        ("https://one.example", "https://one.example/1.1/users"),
        ("https://two.example:8443/", "https://two.example:8443/1.1/users"),
        ("https://three.example/game/", "https://three.example/game/1.1/users"),
    ] {
        let setup = Setup { server_url: url.to_owned(), ..Setup::hosted(folder.path()) };
        assert_eq!(first_request(&setup).url, expected);
    }
    for url in ["one.example", "ftp://one.example", "https://", "https://a b", "https://h/?q"] {
        let setup = Setup { server_url: url.to_owned(), ..Setup::hosted(folder.path()) };
        assert_eq!(refusal(&setup), api::INVALID_ARGUMENT, "{url}");
    }
}

#[test]
fn region() {
    let folder = folder();
    let new = |region, url: &str| Setup {
        region,
        server_url: url.to_owned(),
        app_id: "QWERTYUI1234-MdYXbMMI".to_owned(),
        ..Setup::hosted(folder.path())
    };
    let url = first_request(&new(2, "")).url;
    assert_eq!(url, "https://qwertyui.api.lncldglobal.com/1.1/users", "international");
    assert_eq!(refusal(&new(0, "")), api::INVALID_ARGUMENT, "not told");
    assert_eq!(refusal(&new(1, "")), api::INVALID_ARGUMENT, "China: a domain of the game's own");
    assert_eq!(refusal(&new(3, "https://one.example")), api::INVALID_ARGUMENT, "unknown");
    let url = first_request(&new(1, "https://one.example")).url;
    assert_eq!(url, "https://one.example/1.1/users");
}

/// The first request of a TapTap login.
fn first_taptap_request(setup: &Setup) -> host::Seen {
    let client = setup.open();
    client.taptap_login(&Login::default());
    host::request(&client)
}

/// Why a TapTap login is refused at submit.
fn taptap_refusal(setup: &Setup) -> i32 {
    setup.open().try_taptap_login(&Login::default()).expect_err("refused").status
}

#[test]
fn taptap_client_id() {
    let folder = folder();
    let seen = first_taptap_request(&Setup::hosted(folder.path()));
    assert!(seen.body.contains("client_id=test-taptap&"), "{}", seen.body);
    let none = Setup { taptap_client_id: String::new(), ..Setup::hosted(folder.path()) };
    assert_eq!(taptap_refusal(&none), api::INVALID_ARGUMENT);
    for odd in ["a b", "a\r\nb", &"a".repeat(129)] {
        let setup = Setup { taptap_client_id: odd.to_owned(), ..Setup::hosted(folder.path()) };
        assert_eq!(refusal(&setup), api::INVALID_ARGUMENT);
    }
}

#[test]
fn taptap_urls() {
    let folder = folder();
    let by_region = |region| Setup { region, ..Setup::hosted(folder.path()) };
    for (region, accounts, authorize) in [
        (1, "https://accounts.tapapis.cn", "https://accounts.taptap.cn/authorize?"),
        (2, "https://accounts.tapapis.com", "https://www.taptapauth.com/authorize?"),
    ] {
        let setup = by_region(region);
        let device = format!("{accounts}/oauth2/v1/device/code");
        assert_eq!(first_taptap_request(&setup).url, device);
        let client = setup.open();
        let request = client.taptap_login(&Login::by(api::WAY_REDIRECT));
        client.step(request, api::EVENT_TAPTAP_OPEN_URL);
        assert!(page(request).starts_with(authorize), "{}", page(request));
    }
    let own = Setup {
        region: 0,
        taptap_accounts_url: "https://a.example/x/".to_owned(),
        taptap_open_url: "https://o.example/y".to_owned(),
        taptap_authorize_url: "https://p.example/z".to_owned(),
        ..Setup::hosted(folder.path())
    };
    assert_eq!(first_taptap_request(&own).url, "https://a.example/x/oauth2/v1/device/code");
    let client = own.open();
    client.taptap_import_token(r#"{"kid":"a","mac_key":"b"}"#).expect("a token");
    let profile = "https://o.example/y/account/profile/v1?client_id=test-taptap";
    assert_eq!(host::request(&client).url, profile);
    let request = client.taptap_login(&Login::by(api::WAY_REDIRECT));
    client.step(request, api::EVENT_TAPTAP_OPEN_URL);
    assert!(page(request).starts_with("https://p.example/z?"), "{}", page(request));
    // One of the three is missing, and no region to say what it is.
    let nowhere = String::new;
    for setup in [
        Setup { taptap_accounts_url: nowhere(), ..own.clone() },
        Setup { taptap_open_url: nowhere(), ..own.clone() },
        Setup { taptap_authorize_url: nowhere(), ..own.clone() },
    ] {
        assert_eq!(taptap_refusal(&setup), api::INVALID_ARGUMENT);
    }
    for (url, status) in [
        ("a.example", api::INVALID_ARGUMENT),
        ("https://a.example/?x", api::INVALID_ARGUMENT),
        ("http://a.example", api::INSECURE_URL),
    ] {
        let url = || url.to_owned();
        for setup in [
            Setup { taptap_accounts_url: url(), ..own.clone() },
            Setup { taptap_open_url: url(), ..own.clone() },
            Setup { taptap_authorize_url: url(), ..own.clone() },
        ] {
            assert_eq!(refusal(&setup), status);
            let allowed = setup.flags | api::CLIENT_ALLOW_PLAIN_HTTP;
            if status == api::INSECURE_URL {
                Setup { flags: allowed, ..setup }.open();
            }
        }
    }
}

#[test]
fn app_id_and_app_key() {
    let folder = folder();
    let seen = first_request(&Setup::hosted(folder.path()));
    assert_eq!(seen.header("X-LC-Id"), Some("test-app"));
    let sign = seen.header("X-LC-Sign").expect("signed");
    let (hash, ts) = sign.split_once(',').expect("hash,ts");
    assert_eq!((hash.len(), ts.len()), (32, 13), "{sign}");
    assert_eq!(seen.header("X-LC-Key"), None);
    assert!(!seen.headers.contains("test-key"), "the key itself is not sent");
    for (app_id, app_key) in [("", "key"), ("app", ""), ("a\r\nb", "key"), ("app", "塔")] {
        let (app_id, app_key) = (app_id.to_owned(), app_key.to_owned());
        let setup = Setup { app_id, app_key, ..Setup::hosted(folder.path()) };
        assert_eq!(refusal(&setup), api::INVALID_ARGUMENT);
    }
}

#[test]
fn send_app_key() {
    let folder = folder();
    let mut setup = Setup::hosted(folder.path());
    setup.flags |= api::CLIENT_SEND_APP_KEY;
    let seen = first_request(&setup);
    assert_eq!((seen.header("X-LC-Key"), seen.header("X-LC-Sign")), (Some("test-key"), None));
}

fn guest_id(seen: &host::Seen) -> String {
    let body: serde_json::Value = serde_json::from_str(&seen.body).expect("JSON");
    body["authData"]["anonymous"]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn storage_path_profile_and_app_id_tell_players_apart() {
    let folders = [folder(), folder()];
    let new = |n: usize, profile: &str, app_id: &str| Setup {
        profile: profile.to_owned(),
        app_id: app_id.to_owned(),
        ..Setup::hosted(folders[n].path())
    };
    let setups =
        [new(0, "", "app"), new(0, "second", "app"), new(0, "", "other"), new(1, "", "app")];
    let ids: HashSet<String> = setups.iter().map(|setup| guest_id(&first_request(setup))).collect();
    assert_eq!(ids.len(), 4, "four players");
    let default = new(0, "default", "app");
    assert_eq!(guest_id(&first_request(&default)), guest_id(&first_request(&setups[0])));
    let nowhere = Setup { storage_path: String::new(), ..Setup::hosted(folders[0].path()) };
    assert_eq!(refusal(&nowhere), api::INVALID_ARGUMENT);
}

#[test]
fn import_path() {
    let (own, official) = (folder(), folder());
    // The line feed is what the official SDK sends too.
    let id = "An Official Guest\r\n";
    std::fs::write(official.path().join(".anonymousdata"), id).expect("written");
    let import_path = official.path().to_str().expect("UTF-8").to_owned();
    let new = Setup { import_path, ..Setup::hosted(own.path()) };
    assert_eq!(guest_id(&first_request(&new)), id);
    // From now on it is in our own folder.
    let without = Setup::hosted(own.path());
    assert_eq!(guest_id(&first_request(&without)), id);
    let other = folder();
    let nowhere = official.path().join("missing").to_str().expect("UTF-8").to_owned();
    for import_path in [String::new(), nowhere] {
        let setup = Setup { import_path, profile: "a".to_owned(), ..Setup::hosted(other.path()) };
        assert_ne!(guest_id(&first_request(&setup)), id);
    }
}

#[test]
fn user_agent_suffix() {
    let folder = folder();
    let own = concat!("tdsauth/", env!("CARGO_PKG_VERSION"));
    let mut setup = Setup::hosted(folder.path());
    assert_eq!(first_request(&setup).header("User-Agent"), Some(own));
    setup.user_agent_suffix = "MyGame/3.2".to_owned();
    let both = format!("{own} MyGame/3.2");
    assert_eq!(first_request(&setup).header("User-Agent"), Some(both.as_str()));
    setup.user_agent_suffix = "My\r\nGame".to_owned();
    assert_eq!(refusal(&setup), api::INVALID_ARGUMENT);
}

#[test]
fn request_timeout() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    assert!((15_000..=20_000).contains(&first_request(&setup).timeout_ms), "20 s by default");
    let short = Setup { request_timeout_ms: 3_000, ..Setup::hosted(folder.path()) };
    assert!(first_request(&short).timeout_ms <= 3_000);
    // A request's own comes before the client's.
    let client = short.open();
    let request = client.login_within(40);
    assert!(host::request(&client).timeout_ms <= 40);
    assert_eq!(client.finish(request).status, api::TIMED_OUT);
    let long = Setup { request_timeout_ms: 600_001, ..Setup::hosted(folder.path()) };
    assert_eq!(refusal(&long), api::INVALID_ARGUMENT);
}

#[test]
fn max_response_bytes() {
    let folder = folder();
    let answer = |setup: &Setup, len: usize| {
        let client = setup.open();
        let login = client.login_anonymously();
        let seen = host::request(&client);
        let body = format!("[\"{}\"]", "x".repeat(len - 4));
        host::answer(&client, seen.id, 200, &body);
        client.finish(login).status
    };
    let default = Setup::hosted(folder.path());
    assert_eq!(answer(&default, 1 << 20), api::BAD_RESPONSE, "1 MiB by default: it was read");
    assert_eq!(answer(&default, (1 << 20) + 1), api::RESPONSE_TOO_LARGE);
    let large = Setup { max_response_bytes: 2 << 20, ..Setup::hosted(folder.path()) };
    assert_eq!(answer(&large, (1 << 20) + 1), api::BAD_RESPONSE);
    let huge = Setup { max_response_bytes: (64 << 20) + 1, ..Setup::hosted(folder.path()) };
    assert_eq!(refusal(&huge), api::INVALID_ARGUMENT);
}

#[test]
fn max_connections_is_bounded() {
    let folder = folder();
    let setup = Setup { max_connections: 17, ..Setup::hosted(folder.path()) };
    assert_eq!(refusal(&setup), api::INVALID_ARGUMENT);
    Setup { max_connections: 16, ..Setup::hosted(folder.path()) }.open();
}

#[test]
fn allow_plain_http() {
    let folder = folder();
    let mut setup = Setup::hosted(folder.path());
    setup.server_url = "http://account.example".to_owned();
    assert_eq!(refusal(&setup), api::INSECURE_URL);
    setup.flags |= api::CLIENT_ALLOW_PLAIN_HTTP;
    assert_eq!(first_request(&setup).url, "http://account.example/1.1/users");
    for loopback in ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"] {
        let setup = Setup { server_url: loopback.to_owned(), ..Setup::hosted(folder.path()) };
        setup.open();
    }
}

pub(crate) fn log_lines(client: &Client) -> Vec<(i32, String)> {
    let mut lines = Vec::new();
    loop {
        let mut level = 0;
        let line = api::text(|buf, cap, needed| {
            api().tdsauth_log_next(client.0, &raw mut level, buf, cap, needed)
        });
        match line {
            Ok(line) => lines.push((level, line)),
            Err(api::NO_EVENT) => return lines,
            Err(status) => panic!("log_next: {status}"),
        }
    }
}

#[test]
fn log_level() {
    let folder = folder();
    let lines = |log_level: i32| {
        let client = Setup { log_level, ..Setup::hosted(folder.path()) }.open();
        let login = client.login_anonymously();
        let seen = host::request(&client);
        host::fail(&client, seen.id, api::DNS);
        client.finish(login);
        host::log_in(&client, "a", "the-session-token");
        log_lines(&client)
    };
    assert_eq!(lines(1), [], "off");
    let (default, warn, debug) = (lines(0), lines(3), lines(5));
    assert!(!default.is_empty() && default == warn, "{default:?}");
    assert!(default.iter().all(|(level, _)| *level <= 3), "{default:?}");
    assert!(debug.len() > default.len(), "{debug:?}");
    assert!(debug.iter().any(|(level, _)| *level == 5), "{debug:?}");
    for secret in ["the-session-token", "test-key"] {
        assert!(debug.iter().all(|(_, line)| !line.contains(secret)), "{debug:?}");
    }
    for level in [-1, 6] {
        let setup = Setup { log_level: level, ..Setup::hosted(folder.path()) };
        assert_eq!(refusal(&setup), api::INVALID_ARGUMENT);
    }
}

#[test]
fn a_log_line_that_does_not_fit_stays() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let login = client.login_anonymously();
    let seen = host::request(&client);
    host::fail(&client, seen.id, api::DNS);
    client.finish(login);
    let (mut level, mut needed, mut buf) = (0, 0, [0x7f_u8; 2]);
    for _ in 0..2 {
        let out = buf.as_mut_ptr().cast();
        let status = api().tdsauth_log_next(client.0, &raw mut level, out, 2, &raw mut needed);
        assert_eq!((status, level, buf[0]), (api::BUFFER_TOO_SMALL, 3, 0));
    }
    let lines = log_lines(&client);
    assert_eq!((lines.len(), lines[0].1.len()), (1, needed));
}

#[cfg(feature = "tls")]
mod builtin {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::mpsc;
    use std::thread;

    use super::*;
    use crate::common::server;
    use crate::tls_front::{Certificate, TlsFront};

    /// A proxy that understands CONNECT and tells where the client wanted to go.
    fn tunnel() -> (String, mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    client.read_exact(&mut byte).expect("a request line");
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).expect("UTF-8");
                let target = head.split(' ').nth(1).expect("a target").to_owned();
                let mut server = TcpStream::connect(&target).expect("the server");
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").expect("the client listens");
                tell.send(head).expect("the test listens");
                let mut back = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || std::io::copy(&mut back.0, &mut back.1));
                thread::spawn(move || std::io::copy(&mut client, &mut server));
            }
        });
        (url, told)
    }

    #[test]
    fn proxy() {
        let folder = folder();
        let (url, told) = tunnel();
        let mut setup = Setup::new(server::shared(), folder.path());
        setup.proxy = url;
        setup.open().guest();
        let address = server::shared().url.trim_start_matches("http://");
        let head = told.recv().expect("it was asked");
        assert!(head.starts_with(&format!("CONNECT {address} ")), "{head}");
        setup.proxy = "socks5://127.0.0.1:1".to_owned();
        assert_eq!(refusal(&setup), api::INVALID_ARGUMENT);
    }

    /// A port whose queue of connections is full answers nobody, and refuses nobody.
    #[cfg(target_os = "linux")]
    #[test]
    fn connect_timeout() {
        use std::time::Duration;

        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let mut queue = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
            queue.push(stream);
        }
        let folder = folder();
        let setup = Setup {
            server_url: format!("http://{address}"),
            connect_timeout_ms: 100,
            request_timeout_ms: 600_000,
            ..Setup::new(server::shared(), folder.path())
        };
        // It ends long before the ten minutes that the request may take.
        let client = setup.open();
        let status = client.finish(client.login_anonymously()).status;
        assert!([api::CONNECT, api::TIMED_OUT].contains(&status), "{status}");
    }

    #[test]
    fn extra_ca_pem() {
        let folder = folder();
        let address = server::shared().url.trim_start_matches("http://").parse();
        let front = TlsFront::start(address.expect("an address"), &Certificate::default());
        let mut setup = Setup::new(server::shared(), folder.path());
        setup.server_url = front.url();
        let stranger = setup.open();
        let event = stranger.finish(stranger.login_anonymously());
        assert_eq!(event.status, api::TLS, "nobody told us to trust it");
        setup.extra_ca_pem = front.authority_pem().to_owned();
        assert_eq!(setup.open().guest().id().len(), 24);

        for pem in
            ["no certificate", "-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n"]
        {
            setup.extra_ca_pem = pem.to_owned();
            let status = refusal(&setup);
            assert!([api::INVALID_ARGUMENT, api::TLS].contains(&status), "{status}");
        }
    }
}
