//! Binding a role through the C ABI: what a link asks for, what goes over the wire after the
//! player's consent, what an answer must be, and that no code is told to anybody else.

use serde_json::{Value, json};

use crate::common::api::{self, BindingOptions, Plain, api};
use crate::common::binding::{DEEP, WEB, escaped, link, pages, redirect, redirect_uri};
use crate::common::client::{Client, Setup, accepted, message};
use crate::common::host::{self, Seen};
use crate::common::memory_folder as folder;
use crate::common::taptap::text;

const CODE: &str = "the0ne-time-code";

/// Links that open the game and are none of TapTap's, each for a reason of its own.
fn foreign() -> Vec<String> {
    let page = "https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind%3Fcode%3D%24%7Bcode%7D";
    let evil = "https%3A%2F%2Fevil.example%2Fgame-record%2Fbind%3Fcode%3D%24%7Bcode%7D";
    [
        format!("taptap://taptap.com/to?url={evil}"),
        format!("evil://taptap.com/to?url={page}"),
        format!("taptap://taptap.com.evil.example/to?url={page}"),
        format!("taptap://taptap.com/to?url={page}&url={evil}"),
        "taptap://taptap.com/to?url=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind".to_owned(),
        "https://evil.example/game-record/bind".to_owned(),
        "https://www.taptap.cn@evil.example/game-record/bind".to_owned(),
        "https://www.taptap.cn/game-record/../evil".to_owned(),
        "https://www.taptap.cn/game-record/bind?code=1".to_owned(),
        "http://www.taptap.cn/game-record/bind".to_owned(),
        String::new(),
    ]
    .map(|uri| link(&uri))
    .into_iter()
    .chain([
        "mygame://start".to_owned(),
        "mygame://start?from=taptap".to_owned(),
        format!("{}&redirect_uri=x", link(WEB)),
        format!("mygame://bind?redirect_uri={}", "x".repeat(8192)),
    ])
    .collect()
}

/// A player who is logged in, without a server.
fn player(folder: &std::path::Path) -> Client {
    let client = Setup { log_level: 5, ..Setup::hosted(folder) }.open();
    let (login, _) = host::log_in(&client, "a", "the-session");
    api().tdsauth_request_release(login);
    client
}

fn log(client: &Client) -> String {
    let (mut all, mut level) = (String::new(), 0);
    while let Ok(line) = api::text(|buf, cap, needed| {
        api().tdsauth_log_next(client.0, &raw mut level, buf, cap, needed)
    }) {
        all += &line;
    }
    all
}

/// The answer of the server with this code in this address.
fn made(code: &str, url: &str) -> String {
    json!({ "code": code, "url": url }).to_string()
}

/// An answer that was sent, and what came of it.
fn bound(client: &Client, link: &str, http: i32, body: &str) -> (u64, api::Event, Seen) {
    let request = accepted(client.try_bind(link, None));
    let seen = host::request(client);
    assert_eq!(host::answer(client, seen.id, http, body), api::OK);
    (request, client.finish(request), seen)
}

#[test]
fn the_redirects_are_those_of_the_vectors() {
    let file: Value =
        serde_json::from_str(include_str!("../vectors/binding_redirect.json")).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 5);
    for vector in vectors {
        let part = |name: &str| vector[name].as_str().unwrap();
        let uri = part("redirect_uri");
        assert_eq!(redirect_uri(&link(uri), None).as_deref().ok(), Some(uri));
        let got = redirect(uri, part("code"), None);
        assert_eq!(got.ok().as_deref(), Some(part("result")), "{}", part("name"));
    }
    // As TapTap's documentation shows it, not encoded.
    let raw = format!("mygame://bind?redirect_uri={DEEP}");
    assert_eq!(redirect_uri(&raw, None).as_deref().ok(), Some(DEEP));
}

#[test]
fn options_of_the_redirects_have_their_effect() {
    let put = |uri: &str, options: &BindingOptions| redirect(uri, CODE, Some(options)).ok();
    let own = "https://bind.example/roles/x";
    assert_eq!(redirect(own, CODE, None).unwrap_err().status, api::INVALID_ARGUMENT);
    let allowed = pages("www.taptap.cn,Bind.example", "/roles/");
    assert_eq!(put(own, &allowed), Some(format!("{own}?code={CODE}")));
    assert_eq!(put(WEB, &allowed), None, "the path is another");
    let with_fragment = format!("{WEB}#f");
    let plain = BindingOptions::init();
    assert_eq!(put(&with_fragment, &plain), Some(format!("{WEB}&code={CODE}#f")));
    assert_eq!(put(&with_fragment, &BindingOptions { refuse_fragment: 1, ..plain }), None);
    let with_code = format!("{WEB}&code=old&x=1");
    assert_eq!(put(&with_code, &plain), None);
    let replaced = put(&with_code, &BindingOptions { replace_code: 1, ..plain });
    assert_eq!(replaced, Some(format!("{WEB}&code={CODE}&x=1")));
    // A list that is malformed allows nothing.
    for (hosts, path) in [
        ("", "/game-record"),
        ("", "game-record/"),
        ("a,", "/"),
        (",a", "/"),
        ("www.taptap.cn, a", "//"),
        ("www.taptap.cn:443", "/"),
        (" www.taptap.cn", "/"),
        ("https://www.taptap.cn", "/"),
    ] {
        let refused = redirect(WEB, CODE, Some(&pages(hosts, path))).unwrap_err();
        assert_eq!(refused.status, api::INVALID_ARGUMENT, "{hosts} {path}");
        assert!(refused.text().contains("allowed"), "{}", refused.text());
    }
    for (uri, hosts) in [("https:///x", ","), ("https://a@b/x", "a@b"), ("https://a:8/x", "a:8")] {
        assert_eq!(put(uri, &pages(hosts, "/")), None, "{uri}");
    }
    let long = format!("{}.example", "h".repeat(250));
    assert_eq!(put(&format!("https://{long}/x"), &pages(&long, "/")), None);
    for options in [
        BindingOptions { refuse_fragment: 2, ..plain },
        BindingOptions { replace_code: u32::MAX, ..plain },
    ] {
        let refused = redirect(WEB, CODE, Some(&options)).unwrap_err();
        assert_eq!(refused.status, api::INVALID_ARGUMENT);
    }
    for code in ["", &"c".repeat(257)] {
        assert_eq!(redirect(WEB, code, None).unwrap_err().status, api::INVALID_ARGUMENT);
    }
}

#[test]
fn a_link_says_what_it_asks_for_and_nothing_is_sent() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let refused = client.binding(&link(DEEP), None).unwrap_err();
    assert_eq!(refused.status, api::NOT_LOGGED_IN);
    assert_eq!(refused.flags, api::FLAG_NEEDS_PLAYER);
    let refused = client.try_bind(&link(DEEP), None).unwrap_err();
    assert_eq!((refused.status, refused.flags), (api::NOT_LOGGED_IN, api::FLAG_NEEDS_PLAYER));
    drop(client);

    let client = player(folder.path());
    let sent = client.stats().http_sent;
    for (uri, way) in [(DEEP, 1), (WEB, 2)] {
        let asked = client.binding(&link(uri), None).expect("one of TapTap's");
        assert_eq!((asked.way, asked.guest), (way, 1));
        assert_eq!(asked.host(), "www.taptap.cn");
    }
    for link in foreign() {
        for refused in [
            client.binding(&link, None).map(|_| ()).unwrap_err(),
            client.try_bind(&link, None).map(|_| ()).unwrap_err(),
            redirect_uri(&link, None).map(|_| ()).unwrap_err(),
        ] {
            assert_eq!(refused.status, api::INVALID_ARGUMENT, "{link}");
            let told = refused.text();
            assert!(!told.contains("evil") && !told.contains("://"), "{told}");
        }
    }
    let own = pages("bind.example", "/roles/");
    let asked = client.binding(&link("https://BIND.example:443/roles/x"), Some(&own));
    assert_eq!(asked.expect("allowed").host(), "bind.example");
    assert!(client.binding(&link(DEEP), Some(&own)).is_err());
    let replace = BindingOptions { replace_code: 1, ..BindingOptions::init() };
    assert_eq!(
        client.binding(&link(WEB), Some(&replace)).unwrap_err().status,
        api::INVALID_ARGUMENT
    );
    assert_eq!(client.stats().http_sent, sent);
    assert!(host::next(&client).is_none());
    // One of a platform is no guest.
    let login = accepted(client.try_login_with_auth_data("wx", r#"{"openid":"o"}"#, None));
    let seen = host::request(&client);
    host::answer(
        &client,
        seen.id,
        200,
        r#"{"objectId":"b","sessionToken":"s","authData":{"wx":{}}}"#,
    );
    client.succeed(login);
    assert_eq!(client.binding(&link(WEB), None).expect("asked").guest, 0);
}

#[test]
fn after_consent_there_is_an_address_to_open() {
    let folder = folder();
    let client = player(folder.path());
    let deep = DEEP.replace("%24%7Bcode%7D", CODE);
    for (uri, url) in [(DEEP, deep), (WEB, format!("{WEB}&code={CODE}"))] {
        let (request, event, seen) = bound(&client, &link(uri), 201, &made(CODE, &url));
        assert_eq!(event.status, api::OK, "{}", message(request));
        assert_eq!((event.kind, event.user_data), (api::EVENT_BINDING_CONFIRMED, 7));
        assert_eq!(seen.method, "POST");
        assert_eq!(seen.url, "https://account.example/tdsauth/v1/binding/codes");
        assert_eq!(seen.header("X-LC-Session"), Some("the-session"));
        let sent: Value = serde_json::from_str(&seen.body).unwrap();
        assert_eq!(sent, json!({ "redirect_uri": uri }));
        assert_eq!(text(request, api::REQUEST_URL).as_deref(), Ok(&*url));
        api().tdsauth_request_release(request);
        assert_eq!(text(request, api::REQUEST_URL), Err(api::INVALID_HANDLE));
    }
    let told = log(&client);
    assert!(told.contains("binding sent"), "{told}");
    assert!(!told.contains(CODE), "{told}");
}

#[test]
fn an_answer_that_leads_elsewhere_is_refused_and_no_code_is_told() {
    let folder = folder();
    let client = player(folder.path());
    let right = format!("{WEB}&code={CODE}");
    for (code, url) in [
        (CODE, right.replace("www.taptap.cn", "evil.example")),
        (CODE, format!("{right}&x=1")),
        (CODE, right.replace("123456", "123457")),
        (CODE, right.replace(CODE, "an0ther-code")),
        (CODE, WEB.to_owned()),
        (CODE, String::new()),
        ("", format!("{WEB}&code=")),
        (&"c".repeat(257), format!("{WEB}&code={}", "c".repeat(257))),
    ] {
        let (request, event, _) = bound(&client, &link(WEB), 201, &made(code, &url));
        assert_eq!((event.status, event.http_status), (api::BAD_RESPONSE, 201), "{url}");
        assert_eq!(text(request, api::REQUEST_URL), Err(api::NONE));
        let told = message(request) + &log(&client);
        assert!(!told.contains(CODE) && !told.contains("evil"), "{told}");
    }
    for body in ["[]", "{}", &json!({ "code": CODE }).to_string()] {
        assert_eq!(bound(&client, &link(WEB), 201, body).1.status, api::BAD_RESPONSE, "{body}");
    }
}

#[test]
fn refusals_of_the_server_have_their_own_meaning() {
    let folder = folder();
    let client = player(folder.path());
    for (http, body, status, code) in [
        (404, r#"{"code":101,"error":"Not found."}"#, api::NOT_FOUND, 101),
        (400, r#"{"code":107,"error":"no"}"#, api::REJECTED, 107),
        (500, "", api::SERVER, 0),
        (429, "", api::RATE_LIMITED, 0),
    ] {
        let (_, event, _) = bound(&client, &link(DEEP), http, body);
        assert_eq!((event.status, event.server_code), (status, code));
        assert_eq!(event.kind, api::EVENT_BINDING_CONFIRMED);
    }
    let (_, event, _) = bound(&client, &link(DEEP), 400, r#"{"code":211,"error":"no"}"#);
    assert_eq!(event.status, api::SESSION_OVER);
    let over = client.next_event();
    assert_eq!((over.request, over.status), (0, api::SESSION_OVER));
}

#[test]
fn a_lost_answer_costs_nothing_and_another_player_gets_no_code() {
    let folder = folder();
    let client = player(folder.path());
    let request = accepted(client.try_bind(&link(WEB), None));
    host::fail(&client, host::request(&client).id, api::NETWORK);
    let event = client.finish(request);
    assert_eq!((event.status, event.flags), (api::NETWORK, api::FLAG_RETRYABLE));
    let url = format!("{WEB}&code={CODE}");
    assert_eq!(bound(&client, &link(WEB), 201, &made(CODE, &url)).1.status, api::OK, "again");

    // Who agreed logs out before the answer.
    let request = accepted(client.try_bind(&link(WEB), None));
    let seen = host::request(&client);
    let logout = client.logout(false);
    host::answer(&client, seen.id, 201, &made(CODE, &url));
    assert_eq!(client.finish(request).status, api::SESSION_CHANGED);
    assert_eq!(text(request, api::REQUEST_URL), Err(api::NONE));
    client.succeed(logout);

    // Who agreed is not who is logged in when its turn comes: the code is of who agreed.
    host::log_in(&client, "a", "the-session");
    let login = client.login_with_session_token("of-somebody-else");
    let request = accepted(client.try_bind(&link(WEB), None));
    host::let_in(&client, "b", "of-somebody-else");
    client.succeed(login);
    let seen = host::request(&client);
    assert_eq!(seen.header("X-LC-Session"), Some("the-session"));
    host::answer(&client, seen.id, 201, &made(CODE, &url));
    client.succeed(request);
    assert_eq!(client.current_user().expect("the other").id(), "b");

    let request = accepted(client.try_bind(&link(WEB), None));
    host::request(&client);
    assert_eq!(api().tdsauth_request_cancel(request), api::OK);
    assert_eq!(client.finish(request).status, api::CANCELLED);
    let far = BindingOptions { timeout_ms: 600_001, ..BindingOptions::init() };
    assert_eq!(client.try_bind(&link(WEB), Some(&far)).unwrap_err().status, api::INVALID_ARGUMENT);
}

/// Texts out of the redirects: the same rule as everywhere.
#[test]
fn an_address_that_does_not_fit_says_how_long_it_is() {
    let (link, mut needed, mut buf) = (link(WEB), 0, [0x7f; 8]);
    let status = api().tdsauth_binding_redirect_uri(
        link.as_ptr().cast(),
        link.len(),
        std::ptr::null(),
        buf.as_mut_ptr(),
        buf.len(),
        &raw mut needed,
        std::ptr::null_mut(),
    );
    assert_eq!((status, needed, buf[0]), (api::BUFFER_TOO_SMALL, WEB.len(), 0));
    assert_eq!(escaped("a/b"), "a%2Fb");
}
