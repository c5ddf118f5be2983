//! The rules of `struct_size`, for every struct that crosses.

use std::alloc::Layout;
use std::ffi::CString;

use crate::common::api::{
    self, BindingInfo, BindingOptions, ClientOptions, Error, Event, HttpRequest, HttpResponse,
    LogoutOptions, MacInput, Plain, RequestOptions, Stats, TapTapLoginOptions, api,
};
use crate::common::client::{Client, Setup};
use crate::common::{binding, folder, host};

const LARGEST: u32 = 4096;

/// A struct in a block of `LARGEST + 8` bytes: room for a tail of the future, or for misalignment.
struct Block {
    start: *mut u8,
    layout: Layout,
}

impl Block {
    fn new() -> Self {
        let layout = Layout::from_size_align(LARGEST as usize + 8, 8).expect("a layout");
        // SAFETY: not of size 0.
        let start = unsafe { std::alloc::alloc_zeroed(layout) };
        assert!(!start.is_null());
        Self { start, layout }
    }

    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: ours, initialised, as long as the layout says.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.layout.size()) }
    }

    /// Places `value` with the size it shall claim.
    fn place<T: Plain>(&mut self, offset: usize, value: &T, claimed: u32) -> *mut T {
        let source = std::ptr::from_ref(value).cast::<u8>();
        // SAFETY: both blocks have room for a `T` and four bytes, unaligned.
        unsafe {
            let target = self.start.add(offset);
            source.copy_to(target, size_of::<T>());
            target.cast::<u32>().write_unaligned(claimed);
            target.cast()
        }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: made with this layout.
        unsafe { std::alloc::dealloc(self.start, self.layout) };
    }
}

/// Every rule for a struct that goes in. `call` gives the status; `refused_at` are the offsets of
/// its reserved fields.
fn input<T: Plain>(value: &T, refused_at: &[usize], call: impl Fn(*const T) -> i32) {
    let size = size_of::<T>();
    assert_eq!(size % 8, 0, "a multiple of 8");
    for claimed in [0, 1, 4, size as u32 - 1, LARGEST + 1, u32::MAX] {
        let mut block = Block::new();
        let status = call(block.place(0, value, claimed));
        assert_eq!(status, api::INVALID_ARGUMENT, "claims {claimed}");
    }
    for claimed in [size as u32, size as u32 + 1, size as u32 + 8, LARGEST] {
        let mut block = Block::new();
        assert_eq!(call(block.place(0, value, claimed)), api::OK, "a zero tail up to {claimed}");
        block.bytes()[claimed as usize] = 1;
        assert_eq!(call(block.place(0, value, claimed)), api::OK, "not read beyond {claimed}");
        if claimed as usize > size {
            block.bytes()[claimed as usize - 1] = 1;
            let status = call(block.place(0, value, claimed));
            assert_eq!(status, api::UNSUPPORTED_FIELD, "an unknown field at {claimed}");
        }
    }
    for offset in refused_at {
        let mut block = Block::new();
        let place = block.place(0, value, size as u32);
        block.bytes()[*offset] = 1;
        assert_eq!(call(place), api::UNSUPPORTED_FIELD, "reserved at {offset}");
    }
    let mut block = Block::new();
    assert_eq!(call(block.place(1, value, size as u32)), api::OK, "misaligned");
}

/// Every rule for a struct that comes out.
fn output<T: Plain>(call: impl Fn(*mut T) -> i32) {
    let size = size_of::<T>();
    assert_eq!(size % 8, 0, "a multiple of 8");
    let untouched = 0xa5;
    for claimed in [0, 1, 4, size as u32 - 1, LARGEST + 1, u32::MAX] {
        let mut block = Block::new();
        block.bytes().fill(untouched);
        let place = block.start.cast::<T>();
        // SAFETY: room for four bytes.
        unsafe { place.cast::<u32>().write_unaligned(claimed) };
        assert_eq!(call(place), api::INVALID_ARGUMENT, "claims {claimed}");
        assert!(block.bytes()[4..].iter().all(|byte| *byte == untouched), "nothing is written");
    }
    for (offset, claimed) in [(0, size as u32), (0, size as u32 + 16), (0, LARGEST), (1, LARGEST)] {
        let mut block = Block::new();
        block.bytes().fill(untouched);
        // SAFETY: room for four bytes.
        let place = unsafe { block.start.add(offset).cast::<T>() };
        // SAFETY: the same.
        unsafe { place.cast::<u32>().write_unaligned(claimed) };
        assert!(call(place) >= 0, "claims {claimed}");
        // SAFETY: the same.
        assert_eq!(unsafe { place.cast::<u32>().read_unaligned() }, claimed, "its size stays");
        let written = &block.bytes()[offset + 4..offset + size];
        assert!(written.iter().any(|byte| *byte != untouched), "written");
        let tail = &block.bytes()[offset + size..];
        assert!(tail.iter().all(|byte| *byte == untouched), "not beyond what both know");
    }
}

fn player(folder: &std::path::Path) -> Client {
    Setup::hosted(folder).open()
}

#[test]
fn client_options() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let reserved0 = std::mem::offset_of!(ClientOptions, reserved0);
    let reserved = std::mem::offset_of!(ClientOptions, reserved);
    input(&setup.options(), &[reserved0, reserved, reserved + 31], |options| {
        let (mut client, none) = (7, std::ptr::null_mut());
        let status = api().tdsauth_client_create(options, &raw mut client, none);
        assert_eq!(client == 0, status != api::OK);
        api().tdsauth_client_destroy(client);
        status
    });
    for flags in [16, 1 << 31] {
        let setup = Setup { flags: setup.flags | flags, ..Setup::hosted(folder.path()) };
        let error = setup.try_open().map(|_| ()).expect_err("an unknown flag");
        assert_eq!(error.status, api::UNSUPPORTED_FIELD);
    }
}

#[test]
fn request_options() {
    let folder = folder();
    let client = player(folder.path());
    let reserved = std::mem::offset_of!(RequestOptions, reserved);
    let none = std::ptr::null_mut();
    let mut out = 0;
    let out = &raw mut out;
    input(&RequestOptions::init(), &[reserved, reserved + 15], |options| {
        api().tdsauth_login_anonymously(client.0, options, 0, out, none)
    });
    input(&RequestOptions::init(), &[reserved], |options| {
        let token = c"token";
        let text = token.as_ptr();
        api().tdsauth_login_with_session_token(client.0, text, api::NUL, options, 0, out, none)
    });
    input(&RequestOptions::init(), &[reserved], |options| {
        api().tdsauth_user_is_authenticated(client.0, 0, options, 0, out, none)
    });
    input(&RequestOptions::init(), &[reserved], |options| {
        api().tdsauth_user_refresh_session_token(client.0, 0, options, 0, out, none)
    });
}

#[test]
fn logout_options() {
    let folder = folder();
    let client = player(folder.path());
    let reserved0 = std::mem::offset_of!(LogoutOptions, reserved0);
    let reserved = std::mem::offset_of!(LogoutOptions, reserved);
    input(&LogoutOptions::init(), &[reserved0, reserved], |options| {
        let mut out = 0;
        api().tdsauth_logout(client.0, options, 0, &raw mut out, std::ptr::null_mut())
    });
}

#[test]
fn taptap_login_options() {
    let folder = folder();
    let client = player(folder.path());
    let reserved = std::mem::offset_of!(TapTapLoginOptions, reserved);
    let none = std::ptr::null_mut();
    // One at a time asks the player.
    let ended = |status, request| {
        if status == api::OK {
            api().tdsauth_request_release(request);
        }
        status
    };
    input(&TapTapLoginOptions::init(), &[reserved, reserved + 15], |options| {
        let mut out = 0;
        let status = api().tdsauth_taptap_login(client.0, options, 0, &raw mut out, none);
        ended(status, out)
    });
    input(&TapTapLoginOptions::init(), &[reserved], |options| {
        let mut out = 0;
        let status = api().tdsauth_login_with_taptap(client.0, options, 0, &raw mut out, none);
        ended(status, out)
    });
    for (flags, way) in [(2, 0), (1 << 31, 0), (0, -1), (0, 4)] {
        let options = TapTapLoginOptions { flags, way, ..TapTapLoginOptions::init() };
        let mut out = 7;
        let options = &raw const options;
        let status = api().tdsauth_taptap_login(client.0, options, 0, &raw mut out, none);
        let expected = if flags == 0 { api::INVALID_ARGUMENT } else { api::UNSUPPORTED_FIELD };
        assert_eq!((status, out), (expected, 0), "{flags} {way}");
    }
    input(&RequestOptions::init(), &[reserved_of_request()], |options| {
        let json = c"{\"kid\":\"a\",\"mac_key\":\"b\"}";
        let mut out = 0;
        let (text, len) = (json.as_ptr(), api::NUL);
        api().tdsauth_taptap_import_token(client.0, text, len, options, 0, &raw mut out, none)
    });
    input(&RequestOptions::init(), &[reserved_of_request()], |options| {
        let mut out = 0;
        api().tdsauth_taptap_refresh(client.0, options, 0, &raw mut out, none)
    });
    input(&RequestOptions::init(), &[reserved_of_request()], |options| {
        let mut out = 0;
        api().tdsauth_taptap_fetch_profile(client.0, options, 0, &raw mut out, none)
    });
    input(&RequestOptions::init(), &[reserved_of_request()], |options| {
        let url = c"tapoauth://authorize?code=a&state=b";
        let mut out = 0;
        let (text, len) = (url.as_ptr(), api::NUL);
        api().tdsauth_taptap_handle_url(client.0, text, len, options, 0, &raw mut out, none)
    });
}

fn reserved_of_request() -> usize {
    std::mem::offset_of!(RequestOptions, reserved)
}

#[test]
fn binding_options_and_info() {
    let folder = folder();
    let client = player(folder.path());
    host::log_in(&client, "a", "t");
    let reserved = std::mem::offset_of!(BindingOptions, reserved);
    let none = std::ptr::null_mut();
    let link = CString::new(binding::link(binding::DEEP)).expect("no NUL");
    let (text, len) = (link.as_ptr(), api::NUL);
    input(&BindingOptions::init(), &[reserved, reserved + 15], |options| {
        let mut info = BindingInfo::init();
        api().tdsauth_binding_begin(client.0, text, len, options, &raw mut info, none)
    });
    input(&BindingOptions::init(), &[reserved], |options| {
        let mut out = 0;
        api().tdsauth_binding_confirm(client.0, text, len, options, 0, &raw mut out, none)
    });
    input(&BindingOptions::init(), &[reserved], |options| {
        let (mut buf, null) = ([0; 1024], std::ptr::null_mut());
        let (buf, cap) = (buf.as_mut_ptr(), buf.len());
        api().tdsauth_binding_redirect_uri(text, len, options, buf, cap, null, none)
    });
    input(&BindingOptions::init(), &[reserved], |options| {
        let (mut buf, null) = ([0; 1024], std::ptr::null_mut());
        let (buf, cap) = (buf.as_mut_ptr(), buf.len());
        let (code, uri) = (c"code", binding::DEEP);
        let (uri, uri_len) = (uri.as_ptr().cast(), uri.len());
        let code = code.as_ptr();
        api().tdsauth_binding_redirect(uri, uri_len, code, len, options, buf, cap, null, none)
    });
    output(|info: *mut BindingInfo| {
        api().tdsauth_binding_begin(client.0, text, len, std::ptr::null(), info, none)
    });
}

#[test]
fn http_response() {
    let folder = folder();
    let client = player(folder.path());
    let reserved0 = std::mem::offset_of!(HttpResponse, reserved0);
    let reserved = std::mem::offset_of!(HttpResponse, reserved);
    let answer = HttpResponse { http_status: 503, ..HttpResponse::init() };
    input(&answer, &[reserved0, reserved], |response| {
        let request = client.login_anonymously();
        let seen = host::request(&client);
        let status = api().tdsauth_http_complete(client.0, seen.id, response);
        if status != api::OK {
            host::fail(&client, seen.id, api::NETWORK);
        }
        client.finish(request);
        status
    });
}

#[test]
fn mac_input() {
    let text = |text: &'static std::ffi::CStr| (text.as_ptr(), text.count_bytes());
    let ((key_id, key_id_len), (key, key_len)) = (text(c"a-kid"), text(c"a-key"));
    let ((method, method_len), (url, url_len)) = (text(c"GET"), text(c"https://h.example/x"));
    let value = MacInput {
        key_id,
        key_id_len,
        key,
        key_len,
        method,
        method_len,
        url,
        url_len,
        ..MacInput::init()
    };
    let reserved0 = std::mem::offset_of!(MacInput, reserved0);
    let reserved = std::mem::offset_of!(MacInput, reserved);
    let mut header = [0_u8; 1024];
    let out = header.as_mut_ptr().cast::<std::ffi::c_char>();
    input(&value, &[reserved0, reserved, reserved + 15], |input| {
        api().tdsauth_mac_header(input, out, 1024, std::ptr::null_mut())
    });
    assert_eq!(api().tdsauth_mac_header(&raw const value, out, 1024, std::ptr::null_mut()), 0);
    input(&value, &[reserved0, reserved], |input| {
        api().tdsauth_mac_verify(out, api::NUL, input, std::ptr::null_mut())
    });
}

#[test]
fn outputs() {
    let folder = folder();
    let client = player(folder.path());
    output::<Stats>(|stats| api().tdsauth_client_stats(client.0, stats));
    output::<Event>(|event| api().tdsauth_poll(client.0, event));
    output::<Event>(|event| api().tdsauth_wait(client.0, 0, 0, event));
    output::<HttpRequest>(|request| api().tdsauth_http_next(client.0, request));
    output::<Error>(|error| {
        let mut user = 0;
        api().tdsauth_current_user(client.0, &raw mut user, error)
    });
}
