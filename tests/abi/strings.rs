//! Texts in and texts out: one rule for each direction, everywhere.

use std::ffi::c_char;

use crate::common::api::{self, Plain, TapTapLoginOptions, api};
use crate::common::client::{Client, Setup, User, submit};
use crate::common::{folder, host};

/// A logged-in player with a nickname of the given JSON.
fn player(folder: &std::path::Path, nickname: &str) -> (Client, User) {
    let client = Setup::hosted(folder).open();
    let request = client.login_anonymously();
    let seen = host::request(&client);
    let row = host::guest_row("a", "t").replacen('{', &format!("{{\"nickname\":{nickname},"), 1);
    assert_eq!(host::answer(&client, seen.id, 201, &row), api::OK);
    client.succeed(request);
    let user = client.current_user().expect("the user");
    (client, user)
}

fn become_user(client: &Client, token: *const u8, len: usize) -> i32 {
    let request = submit(|api, out, error| {
        let none = std::ptr::null();
        api.tdsauth_login_with_session_token(client.0, token.cast(), len, none, 0, out, error)
    });
    match request {
        Ok(request) => {
            api().tdsauth_request_release(request);
            api::OK
        }
        Err(error) => error.status,
    }
}

#[test]
fn texts_in_are_checked() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let refused = [
        (&b"caf\xe9"[..], api::INVALID_UTF8),
        (b"\xed\xa0\x80", api::INVALID_UTF8),
        (b"\xf8\x88\x80\x80\x80", api::INVALID_UTF8),
        (b"\xc0\x80", api::INVALID_UTF8),
        (b"in\0side", api::INVALID_UTF8),
        (b"end\0", api::INVALID_UTF8),
    ];
    for (bytes, status) in refused {
        assert_eq!(become_user(&client, bytes.as_ptr(), bytes.len()), status, "{bytes:?}");
    }
    assert_eq!(become_user(&client, b"token".as_ptr(), 5), api::OK);
    assert_eq!(become_user(&client, b"token\0more".as_ptr(), api::NUL), api::OK);
    assert_eq!(become_user(&client, b"token\0more".as_ptr(), 5), api::OK, "the length decides");
}

#[test]
fn lengths_in_are_checked_before_anything_is_read() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let text = b"token\0";
    for len in [1 << 20, isize::MAX as usize, isize::MAX as usize + 1, usize::MAX - 1] {
        assert_eq!(become_user(&client, text.as_ptr(), len), api::INVALID_ARGUMENT, "{len}");
    }
    for len in [1, 5, isize::MAX as usize + 1, usize::MAX - 1, api::NUL] {
        assert_eq!(become_user(&client, std::ptr::null(), len), api::INVALID_ARGUMENT, "{len}");
    }
}

#[test]
fn a_megabyte_of_text_is_refused_everywhere() {
    let folder = folder();
    let (client, user) = player(folder.path(), "1");
    let megabyte = vec![b'a'; 1 << 20];
    assert_eq!(become_user(&client, megabyte.as_ptr(), megabyte.len()), api::INVALID_ARGUMENT);
    let text = String::from_utf8(megabyte.clone()).expect("ASCII");
    assert_eq!(user.str(&text), Err(api::INVALID_ARGUMENT));
    let mut unterminated = megabyte.clone();
    unterminated.push(0);
    assert_eq!(become_user(&client, unterminated.as_ptr(), api::NUL), api::INVALID_ARGUMENT);

    let new = || Setup::hosted(folder.path());
    let setups = [
        Setup { server_url: format!("https://{text}"), ..new() },
        Setup { app_id: text.clone(), ..new() },
        Setup { app_key: text.clone(), ..new() },
        Setup { storage_path: text.clone(), ..new() },
        Setup { profile: text.clone(), ..new() },
        Setup { proxy: format!("http://{text}"), ..new() },
        Setup { user_agent_suffix: text.clone(), ..new() },
        Setup { extra_ca_pem: format!("{text}a"), ..new() },
        Setup { taptap_client_id: text.clone(), ..new() },
        Setup { taptap_accounts_url: format!("https://{text}"), ..new() },
        Setup { taptap_open_url: format!("https://{text}"), ..new() },
        Setup { taptap_authorize_url: format!("https://{text}"), ..new() },
    ];
    for (n, setup) in setups.iter().enumerate() {
        let error = setup.try_open().map(|_| ()).expect_err("refused");
        assert_eq!(error.status, api::INVALID_ARGUMENT, "text {n}");
    }
}

#[test]
fn each_text_of_the_options_is_checked() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let bad = [b"\xff\xfe".as_slice(), b"a\0b"];
    for bytes in bad {
        for n in 0..12 {
            let mut options = setup.options();
            let text = (bytes.as_ptr().cast::<c_char>(), bytes.len());
            let field = [
                (&mut options.server_url, &mut options.server_url_len),
                (&mut options.app_id, &mut options.app_id_len),
                (&mut options.app_key, &mut options.app_key_len),
                (&mut options.storage_path, &mut options.storage_path_len),
                (&mut options.profile, &mut options.profile_len),
                (&mut options.proxy, &mut options.proxy_len),
                (&mut options.user_agent_suffix, &mut options.user_agent_suffix_len),
                (&mut options.extra_ca_pem, &mut options.extra_ca_pem_len),
                (&mut options.taptap_client_id, &mut options.taptap_client_id_len),
                (&mut options.taptap_accounts_url, &mut options.taptap_accounts_url_len),
                (&mut options.taptap_open_url, &mut options.taptap_open_url_len),
                (&mut options.taptap_authorize_url, &mut options.taptap_authorize_url_len),
            ]
            .into_iter()
            .nth(n)
            .expect("a field");
            (*field.0, *field.1) = text;
            let mut client = 0;
            let none = std::ptr::null_mut();
            let status = api().tdsauth_client_create(&raw const options, &raw mut client, none);
            assert_eq!((status, client), (api::INVALID_UTF8, 0), "field {n}");
        }
    }
}

#[test]
fn each_text_of_a_taptap_call_is_checked() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let none = std::ptr::null_mut();
    let request_options = std::ptr::null();
    let mut out = 7;
    let out = &raw mut out;
    for (bytes, status) in [
        (b"\xff\xfe".to_vec(), api::INVALID_UTF8),
        (b"a\0b".to_vec(), api::INVALID_UTF8),
        (vec![b'a'; 1 << 20], api::INVALID_ARGUMENT),
    ] {
        let (text, len) = (bytes.as_ptr().cast::<c_char>(), bytes.len());
        let plain = TapTapLoginOptions::init();
        for options in [
            TapTapLoginOptions { scopes: text, scopes_len: len, ..plain },
            TapTapLoginOptions { way: 3, redirect_uri: text, redirect_uri_len: len, ..plain },
        ] {
            let options = &raw const options;
            assert_eq!(api().tdsauth_taptap_login(client.0, options, 0, out, none), status);
            assert_eq!(api().tdsauth_login_with_taptap(client.0, options, 0, out, none), status);
        }
        let handled =
            api().tdsauth_taptap_handle_url(client.0, text, len, request_options, 0, out, none);
        let imported =
            api().tdsauth_taptap_import_token(client.0, text, len, request_options, 0, out, none);
        assert_eq!((handled, imported), (status, status));
        let (get, url) = (c"GET".as_ptr(), c"https://h.example/".as_ptr());
        let buf = &mut [0; 64];
        let (buf, cap) = (buf.as_mut_ptr(), 64);
        let needed = std::ptr::null_mut();
        for (method, method_len, url, url_len) in
            [(text, len, url, api::NUL), (get, api::NUL, text, len)]
        {
            let signed = api().tdsauth_taptap_mac_header(
                client.0, method, method_len, url, url_len, buf, cap, needed, none,
            );
            assert_eq!(signed, status);
        }
    }
}

#[test]
fn a_buffer_fits_when_it_has_room_for_the_text_and_a_nul() {
    let folder = folder();
    let (_client, user) = player(folder.path(), "\"塔拉\"");
    let len = "塔拉".len();
    for cap in 0..len + 3 {
        let mut buf = vec![0x7f_u8; len + 8];
        let mut needed = 99;
        let key = c"nickname".as_ptr();
        let out = buf.as_mut_ptr().cast();
        let status = api().tdsauth_object_get_str(user.0, key, api::NUL, out, cap, &raw mut needed);
        assert_eq!(needed, len, "the length without the NUL, whatever the buffer");
        if cap > len {
            assert_eq!((status, &buf[..len], buf[len]), (api::OK, "塔拉".as_bytes(), 0));
            assert!(buf[len + 1..].iter().all(|byte| *byte == 0x7f), "nothing beyond the text");
        } else {
            assert_eq!(status, api::BUFFER_TOO_SMALL);
            assert_eq!(buf[0], if cap > 0 { 0 } else { 0x7f }, "an empty text, if there is room");
            assert!(buf[1..].iter().all(|byte| *byte == 0x7f), "and no half of the real one");
        }
    }
}

#[test]
fn every_failure_leaves_an_empty_text() {
    let mut buf = [0x7f_u8; 8];
    let mut needed = 99;
    let out = buf.as_mut_ptr().cast();
    let key = c"nickname".as_ptr();
    let status = api().tdsauth_object_get_str(1, key, api::NUL, out, 8, &raw mut needed);
    assert_eq!((status, buf[0], needed), (api::INVALID_HANDLE, 0, 0));
    buf[0] = 0x7f;
    assert_eq!(api().tdsauth_version(out, 2, std::ptr::null_mut()), api::BUFFER_TOO_SMALL);
    assert_eq!(buf[0], 0);
}

#[test]
fn a_buffer_that_cannot_be_is_refused() {
    let mut needed = 0;
    let null = std::ptr::null_mut();
    assert_eq!(api().tdsauth_version(null, 1, &raw mut needed), api::INVALID_ARGUMENT);
    let mut buf = [0x7f_u8; 64];
    for cap in [isize::MAX as usize + 1, usize::MAX] {
        let status = api().tdsauth_version(buf.as_mut_ptr().cast(), cap, &raw mut needed);
        assert_eq!((status, buf[0]), (api::INVALID_ARGUMENT, 0x7f), "{cap}");
    }
    assert_eq!(api().tdsauth_version(buf.as_mut_ptr().cast(), 64, null.cast()), api::OK);
}

#[test]
fn answers_with_a_nul_character_are_refused() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let client = setup.open();
    for row in [
        host::guest_row("a", "t").replacen('{', "{\"nickname\":\"a\\u0000b\",", 1),
        host::guest_row("a", "t").replacen('{', "{\"a\\u0000b\":1,", 1),
        host::guest_row("a", "t").replacen('{', "{\"deep\":[{\"x\":\"\\u0000\"}],", 1),
        host::guest_row("a\\u0000", "t"),
    ] {
        let request = client.login_anonymously();
        let seen = host::request(&client);
        assert_eq!(host::answer(&client, seen.id, 201, &row.replace("\\\\", "\\")), api::OK);
        assert_eq!(client.finish(request).status, api::BAD_RESPONSE, "{row}");
    }
    assert!(setup.open().current_user().is_none(), "nothing was stored");
}

#[test]
fn chinese_text_goes_both_ways() {
    let folder = folder();
    let (_client, user) = player(folder.path(), "\"心动 😀\"");
    assert_eq!(user.str("nickname").as_deref(), Ok("心动 😀"));
    assert_eq!(user.json(Some("nickname")), Ok(serde_json::json!("心动 😀")));
    assert_eq!(user.str("昵称"), Err(api::NONE));
}
