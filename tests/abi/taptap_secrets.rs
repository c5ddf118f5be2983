//! Nothing secret of a TapTap login is told to anybody: not in the log, not in a message, not in a
//! file but the one that keeps the login.

#![cfg(feature = "tls")]

use std::collections::BTreeSet;

use serde_json::json;

use crate::common::api::{
    self, EVENT_TAPTAP_OPEN_URL, EVENT_TAPTAP_SHOW_QR, WAY_BROWSER, WAY_REDIRECT, api,
};
use crate::common::client::{Client, message};
use crate::common::memory_folder as folder;
use crate::common::proxy::{Exchange, Fate, Proxy};
use crate::common::taptap::{Login, TapTap, files, http, page, user_code};

/// What a game could be told: log lines and messages.
#[derive(Default)]
struct Told(Vec<String>);

impl Told {
    fn hear(&mut self, client: &Client, request: u64) -> i32 {
        let event = client.end(request);
        self.0.push(message(request));
        self.read_log(client);
        event.status
    }

    fn read_log(&mut self, client: &Client) {
        let mut level = 0;
        while let Ok(line) = api::text(|buf, cap, needed| {
            api().tdsauth_log_next(client.0, &raw mut level, buf, cap, needed)
        }) {
            self.0.push(line);
        }
    }
}

/// The values of these fields of all forms that were sent.
fn sent(record: &[Exchange], names: &[&str]) -> BTreeSet<String> {
    let pairs = record.iter().flat_map(|exchange| exchange.body.split('&'));
    let pairs = pairs.filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(name, _)| names.contains(name))
        .map(|(_, value)| value.replace("%2F", "/").replace("%2B", "+").replace("%3D", "="))
        .collect()
}

fn state_of(page: &str) -> String {
    let state = page.split("state=").nth(1).expect("a state");
    state.split('&').next().expect("its value").to_owned()
}

fn token(client: &Client) -> Vec<String> {
    [api::TOKEN_KID, api::TOKEN_MAC_KEY].iter().flat_map(|it| client.taptap_token(*it)).collect()
}

#[test]
fn nobody_is_told_a_secret() {
    let (taptap, folder) = (TapTap::start(), folder());
    // A service that repeats to the client what the client said.
    let proxy = Proxy::start(taptap.url(), |_, exchange| {
        if ![&exchange.line, &exchange.body].iter().any(|text| text.contains("client_id=echo")) {
            return Fate::Pass;
        }
        let authorization = exchange.header("Authorization").unwrap_or_default();
        let said = format!("you said {} {authorization}", exchange.body);
        let body = json!({ "success": false, "data": {
            "error": "invalid_request", "error_description": said, "msg": said,
        } });
        let body = body.to_string();
        let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json";
        Fate::Say(format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
    });
    let mut setup = taptap.setup(folder.path());
    setup.taptap_accounts_url.clone_from(&proxy.url);
    setup.log_level = 5;
    let mut told = Told::default();
    let mut secrets = BTreeSet::new();
    let client = setup.open();

    // Each way, and each of them gone wrong.
    for (action, ended) in [("allow", api::OK), ("deny", api::TAPTAP_DENIED)] {
        let fresh = |way| Login { flags: api::TAPTAP_FRESH, ..Login::by(way) };
        let request = client.taptap_login(&fresh(api::WAY_QR));
        client.step(request, EVENT_TAPTAP_SHOW_QR);
        taptap.phone(&user_code(request), action, "lin");
        assert_eq!(told.hear(&client, request), ended);
        let request = client.taptap_login(&fresh(WAY_BROWSER));
        client.step(request, EVENT_TAPTAP_OPEN_URL);
        secrets.insert(state_of(&page(request)));
        let back = taptap.browse(&page(request), action, "lin");
        http("GET", &back, &[], "");
        assert_eq!(told.hear(&client, request), ended);
        let request = client.taptap_login(&fresh(WAY_REDIRECT));
        client.step(request, EVENT_TAPTAP_OPEN_URL);
        secrets.insert(state_of(&page(request)));
        let back = taptap.browse(&page(request), action, "lin");
        client.handle_url(&back).expect("taken").expect("ours");
        assert_eq!(told.hear(&client, request), ended);
        // Once more: nobody waits for it.
        let late = client.handle_url(&back).expect("taken").expect("ours");
        assert_eq!(told.hear(&client, late), api::TAPTAP_NO_PENDING_LOGIN);
    }
    secrets.extend(token(&client));
    assert_eq!(told.hear(&client, client.taptap_refresh()), api::OK);
    secrets.extend(token(&client));
    taptap.next("profile", 1, &json!({ "error": "access_denied", "status": 401 }));
    assert_eq!(told.hear(&client, client.taptap_fetch_profile()), api::TAPTAP_SESSION_OVER);
    taptap.next("refresh_token", 1, &json!({ "error": "invalid_grant" }));
    client.next_event();
    let wrong = client.taptap_import_token(r#"{"kid":"a b","mac_key":"the-secret-mac-key"}"#);
    told.0.push(wrong.expect_err("malformed").text());
    secrets.insert("the-secret-mac-key".to_owned());

    // What is left of it is one file, and its copy: the token that is kept.
    client.taptap_player(&taptap);
    secrets.extend(token(&client));
    let key = client.taptap_token(api::TOKEN_MAC_KEY).expect("a key");
    told.read_log(&client);
    drop(client);
    let record = proxy.record();
    let spent = sent(&record, &["code", "code_verifier", "device_code"]);
    assert!(spent.len() >= 6, "device codes, codes and verifiers: {}", spent.len());
    secrets.extend(sent(&record, &["token"]));
    for (path, text) in files(folder.path()) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        for secret in &spent {
            assert!(!text.contains(secret.as_str()), "{name}: a code or a verifier");
        }
        assert!(!text.contains(&key) || name.starts_with("state"), "{name}: a key");
    }
    secrets.extend(spent);

    // The same against a service that repeats what it hears.
    setup.taptap_client_id = "echo".to_owned();
    setup.taptap_open_url.clone_from(&proxy.url);
    let echoed = setup.open();
    let request = echoed.taptap_login(&Login::default());
    assert_eq!(told.hear(&echoed, request), api::TAPTAP_INVALID_REQUEST);
    let kid_and_key = format!(r#"{{"kid":"1/of-the-game","mac_key":"{key}"}}"#);
    let imported = echoed.taptap_import_token(&kid_and_key).expect("a token");
    assert_eq!(told.hear(&echoed, imported), api::TAPTAP_INVALID_REQUEST);

    assert!(told.0.len() > 30, "there is something to read: {}", told.0.len());
    for secret in &secrets {
        assert!(secret.len() >= 18, "too short to be looked for: {secret}");
        for line in &told.0 {
            assert!(!line.contains(secret.as_str()), "{line}");
        }
    }
}
