//! Each pointer NULL, each length wrong, each struct malformed: a status, never a crash.

use std::ffi::c_char;
use std::ptr::{null, null_mut};

use crate::library::*;
use crate::{mac, tap_sign};

#[test]
fn every_pointer_null() {
    let (backend, mac, tap) = (backend(), mac::input(), tap_sign::published());
    let mut buf = [0x55 as c_char; 512];
    let (buf, cap) = (buf.as_mut_ptr(), buf.len());
    // SAFETY: NULL is what is tested; everything else lives.
    unsafe {
        assert_eq!((backend.version)(null_mut(), 0, null_mut()), BUFFER_TOO_SMALL);
        assert_eq!((backend.version)(null_mut(), 8, null_mut()), INVALID_ARGUMENT);
        assert_eq!((backend.version)(buf, cap, null_mut()), OK);

        assert_eq!((backend.mac_header)(null(), buf, cap, null_mut()), INVALID_ARGUMENT);
        assert_eq!(
            (backend.mac_header)(&raw const mac, null_mut(), 8, null_mut()),
            INVALID_ARGUMENT
        );
        assert_eq!(
            (backend.mac_header)(&raw const mac, null_mut(), 0, null_mut()),
            BUFFER_TOO_SMALL
        );
        assert_eq!(
            (backend.mac_header)(&raw const mac, buf, usize::MAX, null_mut()),
            INVALID_ARGUMENT
        );

        let header = mac::sign(&mac).unwrap();
        let (text, len) = (header.as_ptr().cast(), header.len());
        assert_eq!((backend.mac_verify)(text, len, &raw const mac, null_mut()), OK);
        assert_eq!((backend.mac_verify)(null(), 0, &raw const mac, null_mut()), INVALID_ARGUMENT);
        assert_eq!((backend.mac_verify)(null(), len, &raw const mac, null_mut()), INVALID_ARGUMENT);
        assert_eq!((backend.mac_verify)(text, len, null(), null_mut()), INVALID_ARGUMENT);

        let input = &raw const tap.input;
        assert_eq!((backend.tap_sign)(null(), buf, cap, null_mut()), INVALID_ARGUMENT);
        assert_eq!((backend.tap_sign)(input, null_mut(), 8, null_mut()), INVALID_ARGUMENT);
        assert_eq!((backend.tap_sign)(input, null_mut(), 0, null_mut()), BUFFER_TOO_SMALL);
        assert_eq!((backend.tap_sign_verify)(null(), null_mut()), INVALID_ARGUMENT);
        assert_eq!((backend.tap_sign_verify)(input, null_mut()), INVALID_ARGUMENT);
    }
}

/// A text of an input, by its place in the struct.
type Place<T> = fn(&mut T) -> &mut Text;

#[test]
fn every_text_of_a_mac_input_missing_and_malformed() {
    let required: [Place<MacInput>; 4] = [
        |input| &mut input.key_id,
        |input| &mut input.key,
        |input| &mut input.method,
        |input| &mut input.url,
    ];
    let optional: [Place<MacInput>; 2] = [|input| &mut input.nonce, |input| &mut input.ext];
    let long = "a".repeat(1_000_000);
    let header = mac::sign(&mac::input()).unwrap();
    for (at, place) in required.iter().chain(&optional).enumerate() {
        let with = |data: *const c_char, len| {
            let mut input = mac::input();
            *place(&mut input) = Text { data, len };
            (mac::sign(&input), mac::verify(&header, &input))
        };
        for absent in [with(null(), 0), with(c"".as_ptr(), 0), with(c"".as_ptr(), NUL)] {
            let wanted = if at < required.len() { Err(INVALID_ARGUMENT) } else { Ok(()) };
            assert_eq!(absent.0.map(drop), wanted, "text {at}");
            // Verifying, an absent key_id, nonce or ext means any.
            let wanted = if (1..=3).contains(&at) { INVALID_ARGUMENT } else { OK };
            assert_eq!(absent.1, wanted, "text {at}");
        }
        for (data, len) in [(null(), 5), (null(), NUL), (long.as_ptr().cast(), long.len())] {
            assert_eq!(with(data, len).0, Err(INVALID_ARGUMENT), "text {at}");
        }
        for len in [NUL - 1, usize::MAX / 2, 8193] {
            assert_eq!(with(long.as_ptr().cast(), len).0, Err(INVALID_ARGUMENT), "text {at}");
        }
        for text in [&b"a\0b"[..], b"\0", b"\xff", b"\xc3", b"a\xed\xa0\x80"] {
            let (signed, _) = with(text.as_ptr().cast(), text.len());
            assert_eq!(signed, Err(INVALID_UTF8), "text {at}");
        }
        for text in ["a\r\nb", "a\"b", "a\\b", "a\u{7f}", "é", "\n"] {
            let (signed, _) = with(text.as_ptr().cast(), text.len());
            assert_eq!(signed, Err(INVALID_ARGUMENT), "text {at}: {text:?}");
        }
    }
    let terminated = MacInput {
        key: Text { data: c"secret".as_ptr(), len: NUL },
        nonce: Text { data: c"adssd".as_ptr(), len: NUL },
        ..mac::input()
    };
    assert_eq!(mac::sign(&terminated).unwrap(), header);
}

#[test]
fn a_header_that_is_no_text() {
    let (backend, input) = (backend(), mac::input());
    let verify = |text: &[u8], len| {
        let mut failure = Failure::new();
        let failure = &raw mut failure;
        // SAFETY: a length beyond the text is refused before it is read.
        unsafe { (backend.mac_verify)(text.as_ptr().cast(), len, &raw const input, failure) }
    };
    assert_eq!(verify(b"\xff\xff", 2), INVALID_UTF8);
    assert_eq!(verify(b"MAC\0id", 6), INVALID_UTF8);
    assert_eq!(verify(&vec![b'a'; 1_000_000], 1_000_000), INVALID_ARGUMENT);
    assert_eq!(verify(b"", usize::MAX / 2), INVALID_ARGUMENT);
    assert_eq!(verify(b"\0", NUL), INVALID_ARGUMENT);
}

#[test]
fn every_part_of_a_tap_input_missing_and_malformed() {
    let signed = {
        let request = tap_sign::published();
        let sign = tap_sign::sign(&request.input).unwrap();
        request.with("x-tap-sign", &sign)
    };
    let parts: [Place<TapInput>; 5] = [
        |input| &mut input.secret,
        |input| &mut input.method,
        |input| &mut input.target,
        |input| &mut input.other_secret,
        |input| &mut input.body,
    ];
    for (at, place) in parts.iter().enumerate() {
        let with = |data, len| {
            let mut input = signed.input;
            *place(&mut input) = Text { data, len };
            [tap_sign::sign(&input).err().unwrap_or(OK), tap_sign::verify(&input)]
        };
        if at < 3 {
            assert_eq!(with(null(), 0), [INVALID_ARGUMENT; 2], "part {at}");
        }
        assert_eq!(with(null(), 5), [INVALID_ARGUMENT; 2], "part {at}");
        assert_eq!(with(c"a".as_ptr(), usize::MAX / 2), [INVALID_ARGUMENT; 2], "part {at}");
    }
    let body = TapInput { body: Text { data: c"a".as_ptr(), len: NUL }, ..signed.input };
    assert_eq!(tap_sign::sign(&body), Err(INVALID_ARGUMENT));
    for (headers, header_count) in
        [(null(), 1), (null(), usize::MAX), (signed.raw.as_ptr(), 4097), (signed.raw.as_ptr(), NUL)]
    {
        let input = TapInput { headers, header_count, ..signed.input };
        assert_eq!(tap_sign::sign(&input), Err(INVALID_ARGUMENT));
    }
    let broken = [
        Header { name: Text::ABSENT, value: Text::of("1") },
        Header { name: Text { data: null(), len: 3 }, value: Text::of("1") },
        Header { name: Text::of("x-tap-a"), value: Text { data: null(), len: 3 } },
        Header { name: Text::of("x-tap-a"), value: Text::of("1\r\nx-tap-b: 2") },
    ];
    for header in broken {
        let input = TapInput { headers: &raw const header, header_count: 1, ..signed.input };
        assert_eq!(tap_sign::sign(&input), Err(INVALID_ARGUMENT));
    }
}

#[test]
fn struct_sizes_and_reserved_fields() {
    let whole = size_of::<MacInput>();
    for size in [0, 4, whole - 8, whole - 1, 4097, u32::MAX as usize] {
        let input = MacInput { struct_size: size as u32, ..mac::input() };
        assert_eq!(mac::sign(&input), Err(INVALID_ARGUMENT), "{size}");
    }
    for input in
        [MacInput { reserved0: 1, ..mac::input() }, MacInput { reserved: [0, 1], ..mac::input() }]
    {
        assert_eq!(mac::sign(&input), Err(UNSUPPORTED_FIELD));
    }
    let tap = tap_sign::published().input;
    for input in [
        TapInput { reserved0: 1, ..tap },
        TapInput { reserved1: 1, ..tap },
        TapInput { reserved: [1, 0], ..tap },
    ] {
        assert_eq!(tap_sign::sign(&input), Err(UNSUPPORTED_FIELD));
    }

    /// A struct of a later version.
    #[repr(C)]
    struct Newer {
        input: MacInput,
        tail: [u64; 4],
    }
    let size = size_of::<Newer>() as u32;
    let mut newer = Newer { input: MacInput { struct_size: size, ..mac::input() }, tail: [0; 4] };
    let sign = |newer: &Newer| mac::sign(&newer.input);
    assert_eq!(sign(&newer), mac::sign(&mac::input()));
    newer.tail[3] = 1 << 63;
    let status = text_of(|buf, cap, needed| {
        // SAFETY: the whole of the larger struct is readable.
        unsafe { (backend().mac_header)((&raw const newer).cast(), buf, cap, needed) }
    });
    assert_eq!(status, Err(UNSUPPORTED_FIELD));
}

#[test]
fn an_error_struct_of_a_wrong_size_is_left_alone() {
    let header = mac::sign(&mac::input()).unwrap();
    let (text, len) = (header.as_ptr().cast(), header.len());
    for size in [0, 8, 255, 4097] {
        let mut failure = Failure { struct_size: size, ..Failure::new() };
        let (input, out) = (mac::input(), &raw mut failure);
        // SAFETY: everything lives; the size is what is tested.
        let status = unsafe { (backend().mac_verify)(text, len, &raw const input, out) };
        assert_eq!((status, failure.status), (INVALID_ARGUMENT, 77), "{size}");
    }
}

#[test]
fn every_size_of_a_buffer() {
    let input = mac::input();
    let whole = mac::sign(&input).unwrap();
    for cap in 0..whole.len() + 2 {
        let mut buf = vec![0x55_u8; whole.len() + 4];
        let mut needed = 0;
        // SAFETY: `cap` is at most the buffer's size.
        let status = unsafe {
            (backend().mac_header)(&raw const input, buf.as_mut_ptr().cast(), cap, &raw mut needed)
        };
        assert_eq!(needed, whole.len());
        assert!(buf[cap..].iter().all(|&byte| byte == 0x55), "written beyond {cap}");
        if cap > whole.len() {
            assert_eq!(status, OK);
            assert_eq!(&buf[..=whole.len()], [whole.as_bytes(), b"\0"].concat());
        } else {
            assert_eq!(status, BUFFER_TOO_SMALL);
            assert!(cap == 0 || buf[0] == 0);
        }
    }
}
