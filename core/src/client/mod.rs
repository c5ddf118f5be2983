//! Clients, requests and events: the only place that does work over time.
//!
//! The shape is submit and poll. A submit copies its inputs and returns a request handle; the
//! client's owner thread does the rest with the help of HTTP threads; `poll` and `wait` deliver
//! events. What the game can read changes only when an event is delivered.
//!
//! Everything is reached through 64-bit handles, so that the C layer above passes numbers and
//! decides nothing.

mod account;
mod binding;
mod date;
pub mod event;
mod instance;
pub mod log;
mod note;
pub mod object;
mod objects;
mod operation;
mod options;
mod owner;
mod pool;
mod remembered;
mod run;
mod running;
mod saving;
mod state;
mod taptap;
mod task;
mod turns;
mod write;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

pub use crate::account::{Asked, ListChange, Query};
pub use account::{
    FetchOptions, SaveOptions, associate, associate_taptap, delete, disassociate, fetch,
    login_with_auth_data, object, object_release, object_snapshot, save,
};
pub use binding::{BindingAsked, BindingLink, binding_begin, binding_confirm};
pub use event::{Event, RequestText};
pub use object::Object;
pub use objects::{
    create_without_data, object_create, object_delete, object_parse, object_relate,
    object_set_object, object_target, query_change, query_create, query_join, query_related_to,
    query_release, query_submit, query_where_query, save_all,
};
pub use options::{Options, Region};
pub use taptap::{
    Language, ProfileField, TapTapLogin, TokenField, Way, login_with_taptap, taptap_fetch_profile,
    taptap_handle_url, taptap_import_token, taptap_login, taptap_mac_header, taptap_profile,
    taptap_refresh, taptap_renew_qr, taptap_token,
};

use self::account::check_user;
use self::instance::Client;
use self::objects::QueryRef;
use self::operation::Operation;
use self::owner::Message;
use self::pool::{Pool, THREADS};
use crate::account::row::is_session_token;
use crate::error::{Error, Result, status};
use crate::handle::{Kind, Table};
use crate::secret::Secret;
use crate::session::Store;
use crate::transport::{HostEvent, HostQueue, Request, Response, Transport};

static CLIENTS: Table<Client> = Table::new(Kind::Client);
static REQUESTS: Table<RequestRef> = Table::new(Kind::Request);
static OBJECTS: Table<ObjectRef> = Table::new(Kind::Object);
static QUERIES: Table<QueryRef> = Table::new(Kind::Query);

struct RequestRef {
    client: Weak<Client>,
}

struct ObjectRef {
    object: Arc<Object>,
    /// The client it came from; it outlives that client.
    client: Weak<Client>,
}

/// What every submit takes beside its own inputs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Submit {
    /// Given back in each event of the request.
    pub user_data: u64,
    /// 0: the client's.
    pub timeout_ms: u32,
}

/// Figures for leak tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Clients alive: 1, or those of the library.
    pub clients: u32,
    /// Requests that were not released.
    pub live_requests: u32,
    /// Object handles that were not released.
    pub live_objects: u32,
    /// Events not yet delivered.
    pub queued_events: u32,
    /// Threads alive.
    pub threads: u32,
    /// Exchanges under way.
    pub http_running: u32,
    /// Exchanges begun so far.
    pub http_sent: u64,
    /// Log lines that were lost because nobody pulled them.
    pub log_dropped: u64,
}

/// Makes a client: checks the options, makes the folder, reads who is logged in. No request, no
/// thread, no fsync.
///
/// # Errors
/// `INVALID_ARGUMENT`, `INSECURE_URL`, `NOT_SUPPORTED`, `STORAGE…`, `LIMIT`.
pub fn create(options: Options) -> Result<u64> {
    let options = options.check()?;
    let (transport, host) = transport(&options)?;
    let app_id = &options.endpoint.app_id;
    let import = options.import.as_deref();
    let (store, loaded) = Store::open(&options.root, app_id, &options.profile, import)?;
    let problems = store.import_problems().to_vec();
    let pool = Pool::new(transport, options.max_connections);
    let client = Arc::new(Client::new(options, pool, host, store, loaded.remembered));
    let id = CLIENTS.insert(Arc::clone(&client)).ok_or_else(no_handle)?;
    for problem in problems {
        client.log.write(log::level::WARN, || problem.to_string());
    }
    if loaded.damage.is_some() {
        // Setting the damaged file aside takes the lock and the disk: not on the game's thread.
        let mut state = client.lock();
        if let Err(error) = client.send(&mut state, Message::CatchUp) {
            client.log.write(log::level::ERROR, || error.to_string());
        }
    }
    Ok(id)
}

fn transport(options: &options::Checked) -> Result<(Arc<dyn Transport>, Option<HostQueue>)> {
    if options.host_transport {
        let queue = HostQueue::new(options.transport.max_response_bytes);
        return Ok((Arc::new(queue.clone()), Some(queue)));
    }
    builtin(options)
}

#[cfg(feature = "tls")]
fn builtin(options: &options::Checked) -> Result<(Arc<dyn Transport>, Option<HostQueue>)> {
    let transport = crate::transport::UreqTransport::new(&options.transport)?;
    Ok((Arc::new(transport), None))
}

#[cfg(not(feature = "tls"))]
fn builtin(_: &options::Checked) -> Result<(Arc<dyn Transport>, Option<HostQueue>)> {
    let text = "this build has no transport of its own: use the host transport";
    Err(Error::new(status::NOT_SUPPORTED, text))
}

/// Ends a client at once: its requests and their handles are gone, waiters wake, threads end by
/// themselves.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn destroy(client: u64) -> Result<()> {
    let client = CLIENTS.remove(client).ok_or_else(no_client)?;
    client.close();
    Ok(())
}

/// Stops intake, waits until nothing is under way, then destroys. Returns how many requests had no
/// final event by then.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn shutdown(client: u64, timeout: Duration) -> Result<u32> {
    let abandoned = find(client)?.drain(timeout);
    destroy(client)?;
    Ok(abandoned)
}

/// A defect was caught in a call on this client, or on a request or an object of it: the client
/// refuses all further work.
pub fn poison(handle: u64) {
    let held = || OBJECTS.get(handle).and_then(|object| object.client.upgrade());
    let asked = || QUERIES.get(handle).and_then(|query| query.client.upgrade());
    let client = find(handle).or_else(|_| owner_of(handle)).ok().or_else(held).or_else(asked);
    if let Some(client) = client {
        client.poison();
    }
}

/// The game went to the background, or came back: then connections that slept are dropped and the
/// folder is read again.
///
/// # Errors
/// `INVALID_HANDLE`, `FORKED`, `LIMIT`.
pub fn set_app_state(client: u64, foreground: bool) -> Result<()> {
    let client = find(client)?;
    client.check_fork()?;
    if foreground {
        client.pool.drop_idle();
        client.send(&mut client.lock(), Message::CatchUp)?;
    }
    Ok(())
}

/// Figures of one client, or of the whole library for 0.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn stats(client: u64) -> Result<Stats> {
    if client == 0 {
        return Ok(Stats {
            clients: small(CLIENTS.count(|_| true)),
            live_requests: small(REQUESTS.count(|_| true)),
            live_objects: small(OBJECTS.count(|_| true)),
            threads: THREADS.load(Ordering::Relaxed),
            ..Stats::default()
        });
    }
    let client = find(client)?;
    let mine = |object: &ObjectRef| std::ptr::eq(object.client.as_ptr(), Arc::as_ptr(&client));
    let live_objects = small(OBJECTS.count(mine));
    let state = client.lock();
    Ok(Stats {
        clients: 1,
        live_requests: small(state.requests.len()),
        live_objects,
        queued_events: small(state.queued()),
        threads: client.owner_threads.load(Ordering::Relaxed)
            + client.pool.threads.load(Ordering::Relaxed),
        http_running: small(client.pool.running()),
        http_sent: client.http_sent.load(Ordering::Relaxed),
        log_dropped: client.log.dropped(),
    })
}

/// The next event that no thread waits for by name, if there is one.
///
/// # Errors
/// `INVALID_HANDLE`, `PANIC`.
pub fn poll(client: u64) -> Result<Option<Event>> {
    find(client)?.poll()
}

/// Waits for the next event of one request, or of any for 0. `None`: the time ran out.
///
/// # Errors
/// `INVALID_HANDLE`, `BUSY`, `CLOSED`, `PANIC`, `FORKED`.
pub fn wait(client: u64, request: u64, timeout: Option<Duration>) -> Result<Option<Event>> {
    let client = find(client)?;
    client.check_fork()?;
    if request == 0 {
        return client.wait_any(timeout);
    }
    if !Arc::ptr_eq(&owner_of(request)?, &client) {
        return Err(no_request());
    }
    client.wait_for(request, timeout)
}

/// Logs this player's guest account in; it is made at the first time.
///
/// # Errors
/// `INVALID_HANDLE`, `QUEUE_FULL`, `CLOSED`, `PANIC`, `FORKED`, `LIMIT`, `INVALID_ARGUMENT`.
pub fn login_anonymously(client: u64, submit: Submit) -> Result<u64> {
    find(client)?.submit(Operation::LoginAnonymously, submit)
}

/// Logs in the user of a session token, after the server has confirmed it.
///
/// # Errors
/// As [`login_anonymously`]; `INVALID_ARGUMENT` for a text that cannot be a token.
pub fn login_with_session_token(client: u64, token: Secret, submit: Submit) -> Result<u64> {
    let client = find(client)?;
    if !is_session_token(token.expose()) {
        return Err(Error::argument("session_token is not printable ASCII up to 1024 bytes"));
    }
    client.submit(Operation::LoginWithSessionToken(token), submit)
}

/// Logs out, here and now; `revoke` also makes the token worthless on the server.
///
/// # Errors
/// As [`login_anonymously`].
pub fn logout(client: u64, revoke: bool, submit: Submit) -> Result<u64> {
    find(client)?.submit(Operation::Logout { revoke }, submit)
}

/// Asks the server whether the session of `user` (0: the current user) is valid.
///
/// # Errors
/// As [`login_anonymously`].
pub fn user_is_authenticated(client: u64, user: u64, submit: Submit) -> Result<u64> {
    let client = find(client)?;
    let user = own_object(&client, user)?;
    check_user(user.as_ref())?;
    client.submit(Operation::IsAuthenticated(user), submit)
}

/// Replaces the session token of `user` (0: the current user).
///
/// # Errors
/// As [`login_anonymously`].
pub fn refresh_session_token(client: u64, user: u64, submit: Submit) -> Result<u64> {
    let client = find(client)?;
    let user = own_object(&client, user)?;
    check_user(user.as_ref())?;
    client.submit(Operation::RefreshSessionToken(user), submit)
}

/// A new handle of the current user. No disk, no network.
///
/// # Errors
/// `INVALID_HANDLE`, `LIMIT`.
pub fn current_user(client: u64) -> Result<Option<u64>> {
    let client = find(client)?;
    let user = client.lock().user();
    user.map(|user| hold(user, Arc::downgrade(&client))).transpose()
}

/// Ends a request at once, with the status `CANCELLED`.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn request_cancel(request: u64) -> Result<()> {
    owner_of(request)?.cancel(request)
}

/// A text of the last delivered event. `None`: that event has no such text. Progress that brings no
/// text of its own (scanned) leaves those of the event before it.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn request_text(request: u64, field: RequestText) -> Result<Option<String>> {
    owner_of(request)?.text(request, field)
}

/// Takes an object of the last delivered event. `None`: there is none, or it was taken.
///
/// # Errors
/// `INVALID_HANDLE`, `LIMIT`.
pub fn request_take_object(request: u64, index: u32) -> Result<Option<u64>> {
    let client = owner_of(request)?;
    let object = client.take_object(request, index)?;
    object.map(|object| hold(object, Arc::downgrade(&client))).transpose()
}

/// Frees a request. Before its final event this also cancels it and suppresses that event.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn request_release(request: u64) -> Result<()> {
    owner_of(request)?.release(request)
}

/// The next thing for the host to carry.
///
/// # Errors
/// `INVALID_HANDLE`, `NOT_SUPPORTED` without the host transport.
pub fn http_next(client: u64) -> Result<Option<HostEvent>> {
    with_host(client, |host| host.next())
}

/// Reads the request of an id that [`http_next`] gave. `None`: it is over.
///
/// # Errors
/// As [`http_next`].
pub fn http_request<T>(
    client: u64,
    id: u64,
    read: impl FnOnce(&Request) -> T,
) -> Result<Option<T>> {
    with_host(client, |host| host.with_request(id, read))
}

/// Hands in an answer. `false`: it came too late, which is harmless.
///
/// # Errors
/// As [`http_next`].
pub fn http_complete(client: u64, id: u64, answer: Result<Response>) -> Result<bool> {
    with_host(client, |host| host.complete(id, answer))
}

/// Shows the oldest log line to `take`; it is dropped if that says it was taken. `false`: none.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn log_next(client: u64, take: impl FnOnce(i32, &str) -> bool) -> Result<bool> {
    Ok(find(client)?.log.next(take))
}

fn with_host<T>(client: u64, f: impl FnOnce(&HostQueue) -> T) -> Result<T> {
    let client = find(client)?;
    match &client.host {
        Some(host) => Ok(f(host)),
        None => Err(Error::new(status::NOT_SUPPORTED, "this client carries its own bytes")),
    }
}

fn find(client: u64) -> Result<Arc<Client>> {
    CLIENTS.get(client).ok_or_else(no_client)
}

fn owner_of(request: u64) -> Result<Arc<Client>> {
    REQUESTS.get(request).and_then(|held| held.client.upgrade()).ok_or_else(no_request)
}

/// The object of a handle, which must be one of this client's; `None` for 0.
fn own_object(client: &Arc<Client>, handle: u64) -> Result<Option<Arc<Object>>> {
    if handle == 0 {
        return Ok(None);
    }
    let held = OBJECTS.get(handle).ok_or_else(no_object)?;
    if !std::ptr::eq(held.client.as_ptr(), Arc::as_ptr(client)) {
        return Err(Error::new(status::INVALID_HANDLE, "this object is another client's"));
    }
    Ok(Some(Arc::clone(&held.object)))
}

fn hold(object: Arc<Object>, client: Weak<Client>) -> Result<u64> {
    OBJECTS.insert(Arc::new(ObjectRef { object, client })).ok_or_else(no_handle)
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn no_client() -> Error {
    Error::new(status::INVALID_HANDLE, "this is no living client")
}

fn no_request() -> Error {
    Error::new(status::INVALID_HANDLE, "this is no living request of the client")
}

fn no_object() -> Error {
    Error::new(status::INVALID_HANDLE, "this is no living object")
}

fn no_handle() -> Error {
    Error::new(status::LIMIT, "no handle is left")
}
