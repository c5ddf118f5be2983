//! A client as a test drives it: options in Rust texts, calls that fail as values.

use std::path::Path;
use std::time::{Duration, Instant};

use super::api::{self, Api, ClientOptions, Error, Event, Plain, RequestOptions, Stats, api};
use super::server::Server;

/// How long a test waits for what must happen: a bound against hanging, not a measure of time.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Options as texts; the pointers are made when the client is.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    pub region: i32,
    pub server_url: String,
    pub app_id: String,
    pub app_key: String,
    pub storage_path: String,
    pub profile: String,
    pub proxy: String,
    pub user_agent_suffix: String,
    pub extra_ca_pem: String,
    pub taptap_client_id: String,
    pub taptap_accounts_url: String,
    pub taptap_open_url: String,
    pub taptap_authorize_url: String,
    pub flags: u32,
    pub log_level: i32,
    pub connect_timeout_ms: u32,
    pub request_timeout_ms: u32,
    pub max_connections: u32,
    pub max_response_bytes: u64,
    pub import_path: String,
}

impl Setup {
    /// A client of `server` that remembers in `folder`.
    pub fn new(server: &Server, folder: &Path) -> Self {
        Self {
            server_url: server.url.clone(),
            app_id: server.app_id.clone(),
            app_key: server.app_key.clone(),
            storage_path: folder.to_str().expect("a UTF-8 path").to_owned(),
            ..Self::default()
        }
    }

    /// A client whose bytes the test carries: no server, no socket.
    pub fn hosted(folder: &Path) -> Self {
        Self {
            server_url: "https://account.example".to_owned(),
            app_id: "test-app".to_owned(),
            app_key: "test-key".to_owned(),
            region: api::REGION_GLOBAL,
            taptap_client_id: "test-taptap".to_owned(),
            storage_path: folder.to_str().expect("a UTF-8 path").to_owned(),
            flags: api::CLIENT_HOST_TRANSPORT,
            ..Self::default()
        }
    }

    /// The struct of the ABI; it points into `self`.
    pub fn options(&self) -> ClientOptions {
        ClientOptions {
            region: self.region,
            server_url: self.server_url.as_ptr().cast(),
            server_url_len: self.server_url.len(),
            app_id: self.app_id.as_ptr().cast(),
            app_id_len: self.app_id.len(),
            app_key: self.app_key.as_ptr().cast(),
            app_key_len: self.app_key.len(),
            storage_path: self.storage_path.as_ptr().cast(),
            storage_path_len: self.storage_path.len(),
            profile: self.profile.as_ptr().cast(),
            profile_len: self.profile.len(),
            proxy: self.proxy.as_ptr().cast(),
            proxy_len: self.proxy.len(),
            user_agent_suffix: self.user_agent_suffix.as_ptr().cast(),
            user_agent_suffix_len: self.user_agent_suffix.len(),
            extra_ca_pem: self.extra_ca_pem.as_ptr().cast(),
            extra_ca_pem_len: self.extra_ca_pem.len(),
            taptap_client_id: self.taptap_client_id.as_ptr().cast(),
            taptap_client_id_len: self.taptap_client_id.len(),
            taptap_accounts_url: self.taptap_accounts_url.as_ptr().cast(),
            taptap_accounts_url_len: self.taptap_accounts_url.len(),
            taptap_open_url: self.taptap_open_url.as_ptr().cast(),
            taptap_open_url_len: self.taptap_open_url.len(),
            taptap_authorize_url: self.taptap_authorize_url.as_ptr().cast(),
            taptap_authorize_url_len: self.taptap_authorize_url.len(),
            flags: self.flags,
            log_level: self.log_level,
            connect_timeout_ms: self.connect_timeout_ms,
            request_timeout_ms: self.request_timeout_ms,
            max_connections: self.max_connections,
            max_response_bytes: self.max_response_bytes,
            import_path: self.import_path.as_ptr().cast(),
            import_path_len: self.import_path.len(),
            ..ClientOptions::init()
        }
    }

    /// Makes the client, or says why not.
    pub fn try_open(&self) -> Result<Client, Error> {
        let (options, mut client, mut error) = (self.options(), 0, Error::init());
        let status = api().tdsauth_client_create(&options, &raw mut client, &raw mut error);
        assert_eq!(status, error.status, "the error carries the status");
        if status == api::OK { Ok(Client(client)) } else { Err(error) }
    }

    /// Makes the client.
    pub fn open(&self) -> Client {
        self.try_open().unwrap_or_else(|error| panic!("{}: {}", error.status, error.text()))
    }
}

/// A client of the server of this test process.
pub fn client(folder: &Path) -> Client {
    Setup::new(super::server::shared(), folder).open()
}

/// A living client, destroyed when dropped.
pub struct Client(pub u64);

impl Drop for Client {
    fn drop(&mut self) {
        // A test may have destroyed it before.
        api().tdsauth_client_destroy(self.0);
    }
}

/// What a submit needs: `|out, error| api.tdsauth_login_anonymously(…, out, error)`.
pub fn submit(call: impl FnOnce(&Api, *mut u64, *mut Error) -> i32) -> Result<u64, Error> {
    let (mut request, mut error) = (0, Error::init());
    let status = call(api(), &raw mut request, &raw mut error);
    assert_eq!(status, error.status, "the error carries the status");
    if status == api::OK { Ok(request) } else { Err(error) }
}

pub fn accepted(request: Result<u64, Error>) -> u64 {
    request.unwrap_or_else(|error| panic!("{}: {}", error.status, error.text()))
}

impl Client {
    pub fn login_anonymously(&self) -> u64 {
        self.login_anonymously_for(7)
    }

    pub fn login_anonymously_for(&self, user_data: u64) -> u64 {
        let none = std::ptr::null();
        accepted(submit(|api, out, error| {
            api.tdsauth_login_anonymously(self.0, none, user_data, out, error)
        }))
    }

    pub fn login_within(&self, timeout_ms: u32) -> u64 {
        let options = RequestOptions { timeout_ms, ..RequestOptions::init() };
        accepted(submit(|api, out, error| {
            api.tdsauth_login_anonymously(self.0, &raw const options, 0, out, error)
        }))
    }

    pub fn login_with_session_token(&self, token: &str) -> u64 {
        accepted(submit(|api, out, error| {
            api.tdsauth_login_with_session_token(
                self.0,
                token.as_ptr().cast(),
                token.len(),
                std::ptr::null(),
                0,
                out,
                error,
            )
        }))
    }

    pub fn logout(&self, revoke: bool) -> u64 {
        let options = api::LogoutOptions { revoke: revoke.into(), ..Plain::init() };
        accepted(submit(|api, out, error| {
            api.tdsauth_logout(self.0, &raw const options, 0, out, error)
        }))
    }

    pub fn is_authenticated(&self, user: u64) -> u64 {
        accepted(submit(|api, out, error| {
            api.tdsauth_user_is_authenticated(self.0, user, std::ptr::null(), 0, out, error)
        }))
    }

    pub fn refresh_session_token(&self, user: u64) -> u64 {
        accepted(submit(|api, out, error| {
            api.tdsauth_user_refresh_session_token(self.0, user, std::ptr::null(), 0, out, error)
        }))
    }

    /// Waits for the final event of a request.
    pub fn finish(&self, request: u64) -> Event {
        let mut event = Event::init();
        let limit = PATIENCE.as_millis() as u32;
        let status = api().tdsauth_wait(self.0, request, limit, &raw mut event);
        assert_eq!(status, api::OK, "no final event");
        event
    }

    /// Waits for the final event, which must be a success.
    pub fn succeed(&self, request: u64) -> Event {
        let event = self.finish(request);
        assert_eq!(event.status, api::OK, "{event:?}: {}", message(request));
        event
    }

    /// Logs in as a guest, to the end; gives the user.
    pub fn guest(&self) -> User {
        let request = self.login_anonymously();
        self.succeed(request);
        let user = take_object(request, 0).expect("the user");
        assert_eq!(api().tdsauth_request_release(request), api::OK);
        user
    }

    pub fn poll(&self) -> Option<Event> {
        let mut event = Event::init();
        match api().tdsauth_poll(self.0, &raw mut event) {
            api::OK => Some(event),
            api::NO_EVENT => None,
            status => panic!("poll: {status}"),
        }
    }

    /// Polls, as a game does in each frame, until an event comes.
    pub fn next_event(&self) -> Event {
        eventually(|| self.poll())
    }

    pub fn current_user(&self) -> Option<User> {
        let (mut user, mut error) = (0, Error::init());
        match api().tdsauth_current_user(self.0, &raw mut user, &raw mut error) {
            api::OK => Some(User(user)),
            api::NONE => None,
            status => panic!("current_user: {status}"),
        }
    }

    pub fn stats(&self) -> Stats {
        stats_of(self.0)
    }
}

/// Counts of a client, or of the library for 0.
pub fn stats_of(client: u64) -> Stats {
    let mut stats = Stats::init();
    assert_eq!(api().tdsauth_client_stats(client, &raw mut stats), api::OK);
    stats
}

/// The message of a request's last event.
pub fn message(request: u64) -> String {
    api::text(|buf, cap, needed| api().tdsauth_request_get_str(request, 1, buf, cap, needed))
        .expect("a message")
}

pub fn take_object(request: u64, index: u32) -> Option<User> {
    let mut object = 0;
    match api().tdsauth_request_take_object(request, index, &raw mut object) {
        api::OK => Some(User(object)),
        api::NONE => None,
        status => panic!("take_object: {status}"),
    }
}

/// Calls until there is something; gives up after [`PATIENCE`].
pub fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "it never happened");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// An object handle, released when dropped.
pub struct User(pub u64);

impl Drop for User {
    fn drop(&mut self) {
        // A test may have released it before.
        api().tdsauth_object_release(self.0);
    }
}

impl User {
    pub fn str(&self, key: &str) -> Result<String, i32> {
        api::text(|buf, cap, needed| {
            let (key, len) = (key.as_ptr().cast(), key.len());
            api().tdsauth_object_get_str(self.0, key, len, buf, cap, needed)
        })
    }

    pub fn id(&self) -> String {
        self.str("objectId").expect("objectId")
    }

    pub fn token(&self) -> String {
        self.str("sessionToken").expect("sessionToken")
    }

    /// A field as JSON, or the whole object for `None`.
    pub fn json(&self, key: Option<&str>) -> Result<serde_json::Value, i32> {
        let text = api::text(|buf, cap, needed| {
            let (key, len) = key.map_or((std::ptr::null(), 0), |k| (k.as_ptr().cast(), k.len()));
            api().tdsauth_object_get_json(self.0, key, len, buf, cap, needed)
        })?;
        Ok(serde_json::from_str(&text).expect("JSON"))
    }

    pub fn value_type(&self, key: &str) -> Result<i32, i32> {
        let mut value = 0;
        let (key, len) = (key.as_ptr().cast(), key.len());
        match api().tdsauth_object_value_type(self.0, key, len, &raw mut value) {
            api::OK => Ok(value),
            status => Err(status),
        }
    }
}
