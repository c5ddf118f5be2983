//! What the C layer asks of the core, until the core's client lands: every answer is NOT_SUPPORTED.

use std::path::PathBuf;
use std::time::Duration;

use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{Request, Response};

pub(crate) enum Region {
    Default,
    Cn,
    Global,
}
#[allow(dead_code)]
pub(crate) struct Options {
    pub(crate) region: Region,
    pub(crate) server_url: Option<String>,
    pub(crate) app_id: String,
    pub(crate) app_key: Secret,
    pub(crate) storage_path: PathBuf,
    pub(crate) profile: String,
    pub(crate) proxy: Option<String>,
    pub(crate) user_agent_suffix: Option<String>,
    pub(crate) extra_ca_pem: Option<String>,
    pub(crate) send_app_key: bool,
    pub(crate) allow_plain_http: bool,
    pub(crate) auto_release: bool,
    pub(crate) host_transport: bool,
    pub(crate) log_level: i32,
    pub(crate) connect_timeout_ms: u32,
    pub(crate) request_timeout_ms: u32,
    pub(crate) max_connections: u32,
    pub(crate) max_response_bytes: u64,
}
#[derive(Default)]
pub(crate) struct Stats {
    pub(crate) clients: u32,
    pub(crate) live_requests: u32,
    pub(crate) live_objects: u32,
    pub(crate) queued_events: u32,
    pub(crate) threads: u32,
    pub(crate) http_running: u32,
    pub(crate) http_sent: u64,
    pub(crate) log_dropped: u64,
}
#[allow(dead_code)]
pub(crate) struct Submit {
    pub(crate) user_data: u64,
    pub(crate) timeout_ms: u32,
}
#[derive(Default)]
pub(crate) struct Event {
    pub(crate) kind: i32,
    pub(crate) request: u64,
    pub(crate) user_data: u64,
    pub(crate) value: i64,
    pub(crate) objects: u32,
    pub(crate) status: i32,
    pub(crate) http_status: i32,
    pub(crate) server_code: i32,
    pub(crate) flags: u32,
}
#[allow(dead_code)]
pub(crate) enum HostEvent {
    Send { id: u64, timeout: Duration },
    Cancel { id: u64 },
}
pub(crate) struct Object;

fn later<T>() -> Result<T> {
    Err(Error::new(status::NOT_SUPPORTED, "not in this build"))
}

impl Object {
    pub(crate) fn get_str(&self, _: &str) -> Result<Option<String>> {
        later()
    }
    pub(crate) fn get_i64(&self, _: &str) -> Result<Option<i64>> {
        later()
    }
    pub(crate) fn get_f64(&self, _: &str) -> Result<Option<f64>> {
        later()
    }
    pub(crate) fn get_bool(&self, _: &str) -> Result<Option<bool>> {
        later()
    }
    pub(crate) fn get_date(&self, _: &str) -> Result<Option<i64>> {
        later()
    }
    pub(crate) fn value(&self, _: &str) -> Option<serde_json::Value> {
        None
    }
    pub(crate) fn json(&self) -> String {
        String::new()
    }
    pub(crate) fn keys(&self) -> Vec<String> {
        Vec::new()
    }
    pub(crate) fn value_type(&self, _: &str) -> Option<i32> {
        None
    }
}

macro_rules! later {
    ($($name:ident($($arg:ty),*) -> $out:ty;)*) => {
        $(pub(crate) fn $name($(_: $arg),*) -> Result<$out> { later() })*
    };
}
later! {
    create(Options) -> u64;
    destroy(u64) -> ();
    shutdown(u64, Duration) -> u32;
    set_app_state(u64, bool) -> ();
    stats(u64) -> Stats;
    poll(u64) -> Option<Event>;
    wait(u64, u64, Option<Duration>) -> Option<Event>;
    login_anonymously(u64, Submit) -> u64;
    login_with_session_token(u64, Secret, Submit) -> u64;
    logout(u64, bool, Submit) -> u64;
    user_is_authenticated(u64, u64, Submit) -> u64;
    refresh_session_token(u64, u64, Submit) -> u64;
    current_user(u64) -> Option<u64>;
    request_cancel(u64) -> ();
    request_message(u64) -> String;
    request_take_object(u64, u32) -> Option<u64>;
    request_release(u64) -> ();
    object(u64) -> std::sync::Arc<Object>;
    object_snapshot(u64) -> u64;
    object_release(u64) -> ();
    http_next(u64) -> Option<HostEvent>;
    http_complete(u64, u64, Result<Response>) -> bool;
    log_next(u64, impl FnOnce(i32, &str) -> bool) -> bool;
}
pub(crate) fn http_request<T>(_: u64, _: u64, _: impl FnOnce(&Request) -> T) -> Result<Option<T>> {
    later()
}
pub(crate) fn poison(_: u64) {}
