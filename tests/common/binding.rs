//! Bindings as a test drives them.

use super::api::{self, BindingInfo, BindingOptions, Error, Plain, api};
use super::client::{Client, submit};

/// What TapTap's app asks for, as its documentation has it.
pub const DEEP: &str = "taptap://taptap.com/to?url=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind\
                        %3Fapp_id%3D123456%26is_third_redirect%3D1%26code%3D%24%7Bcode%7D\
                        &fullscreen=1&hide_navbar=1";
/// The same on the web.
pub const WEB: &str = "https://www.taptap.cn/game-record/bind?app_id=123456&from=setting";

/// The link that opens the game with this `redirect_uri`.
pub fn link(redirect_uri: &str) -> String {
    format!("mygame://bind?from=taptap&redirect_uri={}", escaped(redirect_uri))
}

/// Every byte that may mean something as `%XX`.
pub fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes()
        .map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// Options with these pages; they point into the texts.
pub fn pages(hosts: &str, path: &str) -> BindingOptions {
    BindingOptions {
        hosts: hosts.as_ptr().cast(),
        hosts_len: hosts.len(),
        path: path.as_ptr().cast(),
        path_len: path.len(),
        ..BindingOptions::init()
    }
}

fn at(options: Option<&BindingOptions>) -> *const BindingOptions {
    options.map_or(std::ptr::null(), std::ptr::from_ref)
}

/// The `redirect_uri` of a link.
pub fn redirect_uri(link: &str, options: Option<&BindingOptions>) -> Result<String, Error> {
    let mut error = Error::init();
    api::text(|buf, cap, needed| {
        let (text, len) = (link.as_ptr().cast(), link.len());
        let error = &raw mut error;
        api().tdsauth_binding_redirect_uri(text, len, at(options), buf, cap, needed, error)
    })
    .map_err(|status| {
        assert_eq!(status, error.status, "the error carries the status");
        error
    })
}

/// An address with a code in it.
pub fn redirect(uri: &str, code: &str, options: Option<&BindingOptions>) -> Result<String, Error> {
    let mut error = Error::init();
    api::text(|buf, cap, needed| {
        api().tdsauth_binding_redirect(
            uri.as_ptr().cast(),
            uri.len(),
            code.as_ptr().cast(),
            code.len(),
            at(options),
            buf,
            cap,
            needed,
            &raw mut error,
        )
    })
    .map_err(|status| {
        assert_eq!(status, error.status, "the error carries the status");
        error
    })
}

impl BindingInfo {
    /// Its host, which must be as long as it says and NUL-terminated.
    pub fn host(&self) -> String {
        let bytes: Vec<u8> = self.host.iter().map(|byte| byte.cast_unsigned()).collect();
        let (host, rest) = bytes.split_at(self.host_len as usize);
        assert_eq!(rest[0], 0, "a NUL byte");
        String::from_utf8(host.to_vec()).expect("UTF-8")
    }
}

impl Client {
    /// What a link asks for.
    pub fn binding(
        &self,
        link: &str,
        options: Option<&BindingOptions>,
    ) -> Result<BindingInfo, Error> {
        let (mut info, mut error) = (BindingInfo::init(), Error::init());
        let (text, len) = (link.as_ptr().cast(), link.len());
        let (out, wrong) = (&raw mut info, &raw mut error);
        let status = api().tdsauth_binding_begin(self.0, text, len, at(options), out, wrong);
        assert_eq!(status, error.status, "the error carries the status");
        if status == api::OK { Ok(info) } else { Err(error) }
    }

    /// The player agreed.
    pub fn try_bind(&self, link: &str, options: Option<&BindingOptions>) -> Result<u64, Error> {
        submit(|api, out, error| {
            let (text, len) = (link.as_ptr().cast(), link.len());
            api.tdsauth_binding_confirm(self.0, text, len, at(options), 7, out, error)
        })
    }
}
