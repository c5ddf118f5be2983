//! PKCE, the consent page's address, and URLs that claim to come back from it.

use proptest::prelude::*;
use serde_json::Value;
use tdsauth_core::error::status;
use tdsauth_core::secret::Secret;
use tdsauth_core::taptap::browser::{challenge, own_query};
use tdsauth_core::taptap::{Attempt, Callback, Outcome, Pending};

use crate::{endpoint, form};

fn attempt() -> Attempt {
    Attempt {
        state: Secret::new("0123456789abcdef0123456789abcdef"),
        verifier: Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        redirect_uri: "http://127.0.0.1:49152/authorize".to_owned(),
        scopes: "public_profile,email".to_owned(),
    }
}

#[test]
fn the_challenge_is_that_of_the_vectors() {
    let file = include_str!("../../../tests/vectors/pkce.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let verifier = Secret::new(vector["verifier"].as_str().unwrap());
        assert_eq!(challenge(&verifier), vector["challenge"].as_str().unwrap());
    }
}

#[test]
fn attempts_are_fresh_and_of_the_promised_size() {
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let attempt = Attempt::fresh("r", "s").unwrap();
        let (state, verifier) = (attempt.state.expose(), attempt.verifier.expose());
        assert_eq!((state.len(), verifier.len()), (32, 43));
        assert!(state.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
        assert!(verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
        assert!(!format!("{attempt:?}").contains(state));
        assert!(!format!("{attempt:?}").contains(verifier));
        assert!(seen.insert(state.to_owned()) && seen.insert(verifier.to_owned()));
    }
}

#[test]
fn the_page_has_exactly_the_parameters_of_the_contract() {
    let url = attempt().authorize_url(&endpoint(), true);
    let shared = "https://accounts.taptap.cn/authorize?client_id=demo-client&response_type=code\
        &redirect_uri=http%3A%2F%2F127.0.0.1%3A49152%2Fauthorize\
        &state=0123456789abcdef0123456789abcdef\
        &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256\
        &scope=public_profile%2Cemail";
    assert_eq!(url.expose(), format!("{shared}&flow=pc_localhost"));
    let redirect = Attempt { redirect_uri: "tapoauth://authorize".to_owned(), ..attempt() };
    let url = redirect.authorize_url(&endpoint(), false);
    let wanted =
        shared.replace("http%3A%2F%2F127.0.0.1%3A49152%2Fauthorize", "tapoauth%3A%2F%2Fauthorize");
    assert_eq!(url.expose(), wanted);
    let mut with_query = endpoint();
    with_query.authorize = "http://127.0.0.1:1/authorize?token=x".to_owned();
    let url = attempt().authorize_url(&with_query, true);
    assert!(url.expose().starts_with("http://127.0.0.1:1/authorize?token=x&client_id=demo"));
}

#[test]
fn the_exchange_repeats_redirect_and_verifier() {
    let request = endpoint().exchange(&attempt(), &Secret::new("s3cret-code/+"));
    assert_eq!(request.method, "POST");
    assert_eq!(request.url, "https://accounts.tapapis.cn/oauth2/v1/token");
    let wanted = [
        ("grant_type", "authorization_code"),
        ("client_id", "demo-client"),
        ("secret_type", "hmac-sha-1"),
        ("code", "s3cret-code/+"),
        ("redirect_uri", "http://127.0.0.1:49152/authorize"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    assert_eq!(form(&request), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(!format!("{request:?}").contains("s3cret"));
}

const STATE: &str = "0123456789abcdef0123456789abcdef";

fn read(query: &str) -> Option<Callback> {
    Callback::read(&query.replace("STATE", STATE))
}

#[test]
fn a_code_with_the_right_state_is_taken() {
    for query in
        ["code=c0de%2F1&state=STATE", "x=y&state=STATE&code=c0de/1&z", "&code=c0de/1&state=STATE&"]
    {
        let callback = read(query).expect(query);
        assert!(callback.is_for(&attempt().state));
        let Outcome::Code(code) = &callback.outcome else { panic!("{query}") };
        assert_eq!(code.expose(), "c0de/1");
        assert!(!format!("{callback:?}").contains("c0de"));
    }
}

#[test]
fn a_state_of_nobody_is_nobodys() {
    for state in
        ["0123456789abcdef0123456789abcdee", "0123456789ABCDEF0123456789ABCDEF", "0", "%30x"]
    {
        let callback = Callback::read(&format!("code=c&state={state}")).unwrap();
        assert!(!callback.is_for(&attempt().state), "{state}");
        assert!(!callback.is_for(&Secret::default()));
    }
}

#[test]
fn a_refusal_with_the_right_state_is_one() {
    let outcome = |query: &str| match read(query).expect(query).outcome {
        Outcome::Refused(error) => error,
        Outcome::Code(_) => panic!("{query}"),
    };
    for denied in [
        "error=access_denied&state=STATE",
        "error=ACCESS_DENIED&state=STATE&error_description=no+thanks",
        "error=access_denied&state=STATE&code=c0de",
        "is_cancelled=1&state=STATE",
        "is_cancelled=1&state=STATE&code=c0de",
    ] {
        assert_eq!(outcome(denied).status, status::TAPTAP_DENIED, "{denied}");
    }
    let cases = [
        ("invalid_request", status::TAPTAP_INVALID_REQUEST),
        ("server_error", status::SERVER),
        ("temporarily_unavailable", status::SERVER),
        ("invalid_scope", status::TAPTAP_REFUSED),
    ];
    for (name, wanted) in cases {
        let error = outcome(&format!("error={name}&state=STATE&error_description=too%20bad%0A"));
        assert_eq!(error.status, wanted);
        assert_eq!(error.message, format!("TapTap's page answered {name}: too bad"));
    }
}

#[test]
fn what_is_no_answer_is_ignored() {
    let long = format!("code={}&state=STATE", "c".repeat(4097));
    let huge = format!("code=c&state=STATE&x={}", "x".repeat(9000));
    for query in [
        "",
        "state=STATE",
        "code=&state=STATE",
        "code=c",
        "code=c&state=",
        "state=STATE&is_cancelled=0",
        "code=c&code=d&state=STATE",
        "code=c&state=STATE&state=STATE",
        "code=c&state=STATE&st%61te=x",
        "error=a&error=b&state=STATE",
        "code=%&state=STATE",
        "code=%f&state=STATE",
        "code=%FF&state=STATE",
        "code=%00&state=STATE",
        "code=a%0d%0ab&state=STATE",
        "code=a+b&state=STATE",
        "code=%C3%A9&state=STATE",
        "code=c&state=%zz",
        "CODE=c&STATE=STATE",
        &long,
        &huge,
    ] {
        assert!(read(query).is_none(), "{query}");
    }
}

#[test]
fn urls_of_ours() {
    let custom = Some("https://Game.example/cb/tap?x=1");
    let ours = [
        ("tapoauth://authorize?q", None),
        ("tapoauth://authorize/?q", None),
        ("TapOAuth://Authorize?q", None),
        ("ttdemo-client://authorize?q", None),
        ("ttdemo-client://login?q#f", None),
        ("ttDEMO-client://?q", None),
        ("https://game.example/cb/tap?q", custom),
        ("https://game.example/cb/tap/?q", custom),
        ("mygame://done?q", Some("mygame://done")),
    ];
    for (url, redirect) in ours {
        assert_eq!(own_query(url, "demo-client", redirect), Some("q"), "{url}");
    }
    let long = format!("tapoauth://authorize?{}", "x".repeat(9000));
    let others = [
        ("tapoauth://authorize", None),
        ("tapoauth://authorize#?q", None),
        ("tapoauth://authorize.evil?q", None),
        ("tapoauth://other?q", None),
        ("tapoauth:authorize?q", None),
        ("xtapoauth://authorize?q", None),
        ("tt://login?q", None),
        ("ttdemo-client2://login?q", None),
        ("ttdemo://login?q", None),
        ("https://game.example/cb/tap?q", None),
        ("https://game.example/cb/tapx?q", custom),
        ("https://game.example/CB/tap?q", custom),
        ("https://game.example.evil/cb/tap?q", custom),
        ("http://game.example/cb/tap?q", custom),
        ("://?q", Some("")),
        ("?q", None),
        ("", None),
        ("tapoauth://authorize?a b", None),
        ("tapoauth://authorize?\u{e9}", None),
        (&long, None),
    ];
    for (url, redirect) in others {
        assert_eq!(own_query(url, "demo-client", redirect), None, "{url}");
    }
    assert_eq!(own_query("tt://login?q", "", None), None);
}

#[test]
fn a_pending_login_survives_the_disk_and_ten_minutes() {
    let pending = Pending {
        attempt: attempt(),
        client_id: "demo-client".to_owned(),
        with_account: true,
        associate: None,
        made_at: 1_700_000_000,
    };
    assert_eq!(Pending::from_row(&pending.to_row()), Some(pending.clone()));
    assert!(!format!("{pending:?}").contains(STATE));
    for (client, now, good) in [
        ("demo-client", 1_700_000_000, true),
        ("demo-client", 1_700_000_599, true),
        ("demo-client", 1_700_000_600, false),
        ("demo-client", 1_699_999_999, false),
        ("demo-client", 0, false),
        ("other-client", 1_700_000_000, false),
    ] {
        assert_eq!(pending.is_good(client, now), good, "{client} {now}");
    }
    for name in pending.to_row().keys() {
        let mut without = pending.to_row();
        without.remove(name);
        assert_eq!(Pending::from_row(&without), None, "{name}");
        without.insert(name.clone(), Value::Array(Vec::new()));
        assert_eq!(Pending::from_row(&without), None, "{name}");
    }
}

proptest! {
    #[test]
    fn no_query_is_taken_for_an_answer_without_the_state(query in "[a-z=&%+0-9]{0,200}") {
        if let Some(callback) = Callback::read(&query) {
            prop_assert!(!callback.is_for(&attempt().state));
        }
    }

    #[test]
    fn any_url_is_read_without_harm(url in any::<String>(), uri in any::<String>()) {
        own_query(&url, "demo-client", Some(&uri));
        Callback::read(&url);
    }
}
