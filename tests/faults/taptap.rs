//! A player of TapTap's on one machine: TapTap and the account server behind a way on which the
//! test decides what goes wrong, and with which exchange.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::api::{self, Api, Error, Event, Plain, RequestOptions, api};
use crate::common::client::{Client, Setup, accepted, message, submit};
use crate::common::folder;
use crate::common::proxy::{Exchange, Fate, Proxy};
use crate::common::taptap::{self, Login, TapTap};
use crate::fault_server::{FaultServer, answer, redirect};
use crate::player::{nothing_is_left, turn};

/// Who logs in.
const PLAYER: &str = "lin";
/// Time of a whole login: each of them ends before.
const LOGIN: Duration = Duration::from_secs(40);
/// Time of one exchange where one is late.
const EXCHANGE_MS: u32 = 2000;
/// More often than anybody asks.
const FOR_EVER: u32 = 1000;
/// Longer than this no answer may be.
const MOST_BYTES: u64 = 100_000;
const HTML: &str = "<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>";

/// An exchange of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Device,
    Poll,
    Exchange,
    Refresh,
    Profile,
    BasicInfo,
    Account,
}

/// What goes wrong with it.
#[derive(Clone, Debug)]
pub(crate) enum Wrong {
    /// The answer comes after the time of the exchange.
    Late,
    /// It has no effect, and the connection ends.
    Dropped,
    /// It has its effect, and the connection ends.
    Lost,
    /// The answer ends half way.
    Cut,
    Garbage,
    Huge,
    /// 500 `server_error`.
    Ill,
    /// 502 and a page of HTML.
    Page,
    /// Somewhere else.
    Redirect,
    /// Another value at this pointer of the answer.
    Changed(&'static str, Value),
    /// A refusal that repeats what was secret in what was sent.
    Echo,
}

/// What is wrong with every exchange alike; wrong values and echoes are tested by themselves.
pub(crate) const WRONGS: [Wrong; 9] = [
    Wrong::Late,
    Wrong::Dropped,
    Wrong::Lost,
    Wrong::Cut,
    Wrong::Garbage,
    Wrong::Huge,
    Wrong::Ill,
    Wrong::Page,
    Wrong::Redirect,
];

impl Wrong {
    /// Status and HTTP status of an exchange that is not tried again, or was often enough.
    pub(crate) fn ending(&self) -> (i32, i32) {
        match self {
            Self::Late => (api::TIMED_OUT, 0),
            Self::Dropped | Self::Lost | Self::Cut => (api::NETWORK, 0),
            Self::Garbage | Self::Changed(..) => (api::BAD_RESPONSE, 200),
            Self::Huge => (api::RESPONSE_TOO_LARGE, 200),
            Self::Ill => (api::SERVER, 500),
            Self::Page => (api::SERVER, 502),
            Self::Redirect => (api::REDIRECT, 302),
            Self::Echo => (api::TAPTAP_REFUSED, 400),
        }
    }

    /// How the stand-in does it; `None` where the way to it has to.
    fn order(&self) -> Option<Value> {
        Some(match self {
            Self::Late => json!({ "fault": "delay", "ms": 60_000 }),
            Self::Dropped => json!({ "fault": "drop" }),
            Self::Lost => json!({ "fault": "lose" }),
            Self::Cut => json!({ "fault": "cut" }),
            Self::Garbage => json!({ "fault": "garbage" }),
            Self::Huge => json!({ "fault": "huge", "bytes": 10 * MOST_BYTES }),
            Self::Ill => json!({ "error": "server_error", "status": 500 }),
            Self::Page | Self::Redirect | Self::Changed(..) | Self::Echo => return None,
        })
    }

    /// How the way does it. `elsewhere`: the host of a redirect.
    fn fate(&self, exchange: &Exchange, elsewhere: &str) -> Fate {
        let json = |status: &str, body: &str| answer(status, "application/json", body);
        match self {
            Self::Late => Fate::Silence,
            Self::Dropped => Fate::Say(Vec::new()),
            Self::Lost => Fate::LoseAnswer,
            Self::Cut => Fate::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"ob".to_vec()),
            Self::Garbage => Fate::Say(json("200 OK", "{\"data\":\u{fffd}<html>\0")),
            Self::Huge => {
                let padding = "x".repeat(10 * MOST_BYTES as usize);
                Fate::Say(json("200 OK", &json!({ "padding": padding }).to_string()))
            }
            Self::Ill => Fate::Say(json("500 Ill", "{\"error\":\"ill\"}")),
            Self::Page => Fate::Say(answer("502 Bad Gateway", "text/html", HTML)),
            Self::Redirect => Fate::Say(redirect("302 Found", elsewhere)),
            Self::Changed(at, to) => Fate::Change(at, to.clone()),
            Self::Echo => {
                let mut secrets = Vec::new();
                secrets_of(exchange, &mut secrets);
                // The words of a refusal are cut: as many as can be shall fit.
                secrets.sort_by_key(String::len);
                let said = format!("no luck with {}", secrets.join(" "));
                let data = json!({ "error": "unheard_of", "error_description": said, "code": -1 });
                let whole = json!({ "data": data, "error": said, "success": false, "now": 1 });
                Fate::Say(json("400 Bad Request", &whole.to_string()))
            }
        }
    }
}

impl Call {
    /// As the stand-in's script names it; the account server has none.
    fn script(self) -> Option<&'static str> {
        match self {
            Self::Device => Some("device"),
            Self::Poll => Some("device_token"),
            Self::Exchange => Some("authorization_code"),
            Self::Refresh => Some("refresh_token"),
            Self::Profile => Some("profile"),
            Self::BasicInfo => Some("basic_info"),
            Self::Account => None,
        }
    }

    fn is(self, exchange: &Exchange) -> bool {
        let path = exchange.line.split([' ', '?']).nth(1).unwrap_or_default();
        let grant = |grant| exchange.body.contains(&format!("grant_type={grant}&"));
        match self {
            Self::Device => path == "/oauth2/v1/device/code",
            Self::Poll => grant("device_token"),
            Self::Exchange => grant("authorization_code"),
            Self::Refresh => grant("refresh_token"),
            Self::Profile => path == "/account/profile/v1",
            Self::BasicInfo => path == "/account/basic-info/v1",
            Self::Account => path == "/1.1/users",
        }
    }
}

/// What the way does wrong: this, so many times more.
type Order = Arc<Mutex<Option<(Call, Wrong, u32)>>>;

/// The player, and all there is around them. Several may play at once.
pub(crate) struct Scene {
    pub(crate) taptap: TapTap,
    pub(crate) folder: TempDir,
    proxy: Proxy,
    order: Order,
    elsewhere: FaultServer,
    /// What was said to the player or to the log so far.
    told: Mutex<String>,
    /// What nobody may hear, beside what was seen on the way.
    secrets: Mutex<Vec<String>>,
}

/// Who is remembered on the disk: token, player, session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) kid: Result<String, i32>,
    pub(crate) mac_key: Result<String, i32>,
    pub(crate) name: Result<String, i32>,
    pub(crate) openid: Result<String, i32>,
    pub(crate) user: Option<(String, String)>,
}

/// Plays each case in a scene of its own, all at the same time; then nothing of the library may be
/// left.
pub(crate) fn each<T: Sync>(cases: &[T], play: impl Fn(&Scene, &T) + Sync) {
    let _turn = turn();
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| {
                let scene = Scene::new();
                play(&scene, case);
                scene.nobody_heard();
            });
        }
    });
    nothing_is_left();
}

impl Scene {
    fn new() -> Self {
        let taptap = TapTap::start();
        let elsewhere = FaultServer::start(crate::fault_server::Fault::CloseAtOnce);
        let order = Order::default();
        let (shared, away) = (Arc::clone(&order), elsewhere.url());
        let proxy = Proxy::start(taptap.url(), move |_, exchange| {
            match &mut *shared.lock().expect("the order") {
                Some((call, wrong, times)) if *times > 0 && call.is(exchange) => {
                    *times -= 1;
                    wrong.fate(exchange, &away)
                }
                _ => Fate::Pass,
            }
        });
        let (told, secrets) = (Mutex::default(), Mutex::default());
        Self { taptap, folder: folder(), proxy, order, elsewhere, told, secrets }
    }

    /// From now on `call` goes wrong `times` times; nothing else does.
    fn order(&self, call: Call, wrong: &Wrong, times: u32) {
        self.heal();
        match (call.script(), wrong.order()) {
            (Some(name), Some(order)) => self.taptap.next(name, times, &order),
            _ => *self.order.lock().expect("the order") = Some((call, wrong.clone(), times)),
        }
    }

    pub(crate) fn once(&self, call: Call, wrong: &Wrong) {
        self.order(call, wrong, 1);
    }

    pub(crate) fn for_ever(&self, call: Call, wrong: &Wrong) {
        self.order(call, wrong, FOR_EVER);
    }

    /// Nothing goes wrong any more.
    pub(crate) fn heal(&self) {
        self.taptap.script(&json!({ "next": [] }));
        *self.order.lock().expect("the order") = None;
    }

    /// How often `call` was made so far.
    pub(crate) fn calls(&self, call: Call) -> usize {
        self.proxy.record().iter().filter(|exchange| call.is(exchange)).count()
    }

    /// A client of the player; where an answer is late it does not wait long for it.
    pub(crate) fn open(&self, wrong: &Wrong) -> Player<'_> {
        let url = self.proxy.url.clone();
        let setup = Setup {
            server_url: url.clone(),
            taptap_accounts_url: url.clone(),
            taptap_open_url: url,
            request_timeout_ms: if matches!(wrong, Wrong::Late) { EXCHANGE_MS } else { 0 },
            max_response_bytes: MOST_BYTES,
            log_level: api::LOG_DEBUG,
            ..self.taptap.setup(self.folder.path())
        };
        Player { client: setup.open(), scene: self }
    }

    /// Who is remembered, as another start of the game finds it.
    pub(crate) fn known(&self) -> Known {
        let Player { client, .. } = &self.open(&Wrong::Dropped);
        Known {
            kid: client.taptap_token(api::TOKEN_KID),
            mac_key: client.taptap_token(api::TOKEN_MAC_KEY),
            name: client.taptap_profile(api::PROFILE_NAME),
            openid: client.taptap_profile(api::PROFILE_OPENID),
            user: client.current_user().map(|user| (user.id(), user.token())),
        }
    }

    /// What was said so far in messages.
    pub(crate) fn told(&self) -> String {
        self.told.lock().expect("what was told").clone()
    }

    /// No secret was told to anybody, and nobody else was asked anything.
    fn nobody_heard(&self) {
        let told = self.told();
        assert!(told.contains(" sent"), "the log tells of what is sent: {told}");
        let mut secrets = self.secrets.lock().expect("secrets").clone();
        for exchange in self.proxy.record() {
            secrets_of(&exchange, &mut secrets);
        }
        secrets.retain(|secret| secret.len() > 3);
        assert!(!secrets.is_empty());
        for secret in secrets {
            assert!(!told.contains(&secret), "{secret} was told: {told}");
        }
        assert_eq!(self.elsewhere.connections(), 0, "a redirect is not followed");
    }
}

/// What was secret in what was sent and answered.
fn secrets_of(exchange: &Exchange, secrets: &mut Vec<String>) {
    for pair in exchange.body.split('&') {
        if let Some((name, value)) = pair.split_once('=')
            && ["code", "code_verifier", "token"].contains(&name)
        {
            secrets.extend([value.to_owned(), value.replace("%2F", "/")]);
        }
    }
    if let Some(header) = exchange.header("Authorization") {
        let quoted = header.split('"').collect::<Vec<_>>();
        secrets.extend([quoted.get(1), quoted.get(7)].into_iter().flatten().map(|it| (*it).into()));
    }
    for body in [&exchange.body, &exchange.answer] {
        let Ok(json) = serde_json::from_str::<Value>(body) else { continue };
        for name in [
            "/data/device_code",
            "/data/user_code",
            "/data/kid",
            "/data/mac_key",
            "/sessionToken",
            "/authData/taptap/kid",
            "/authData/taptap/mac_key",
        ] {
            secrets.extend(json.pointer(name).and_then(Value::as_str).map(str::to_owned));
        }
    }
}

type Submit = fn(&Api, u64, *const RequestOptions, u64, *mut u64, *mut Error) -> i32;

/// A client, and the person before it.
pub(crate) struct Player<'a> {
    pub(crate) client: Client,
    scene: &'a Scene,
}

impl Drop for Player<'_> {
    fn drop(&mut self) {
        let mut told = self.scene.told.lock().expect("what was told");
        let mut level = 0;
        while let Ok(line) = api::text(|buf, cap, needed| {
            api().tdsauth_log_next(self.client.0, &raw mut level, buf, cap, needed)
        }) {
            *told += &format!("{line}\n");
        }
    }
}

impl Player<'_> {
    /// Does what a request asks for, to its end, which comes in time.
    pub(crate) fn plays(&self, request: u64) -> Event {
        let begun = Instant::now();
        let taptap = &self.scene.taptap;
        let secret = |text: &str| self.scene.secrets.lock().expect("secrets").push(text.to_owned());
        let event = loop {
            let event = self.client.finish(request);
            match event.kind {
                api::EVENT_TAPTAP_SHOW_QR => {
                    let text = taptap::text(request, api::REQUEST_QR_TEXT).expect("a code");
                    let code = text.split("user_code=").nth(1).expect("its short form");
                    secret(code);
                    taptap.phone(code, "allow", PLAYER);
                }
                api::EVENT_TAPTAP_OPEN_URL => {
                    let page = taptap::page(request);
                    let state = page.split("&state=").nth(1).and_then(|it| it.split('&').next());
                    secret(state.expect("a state"));
                    let back = taptap.browse(&page, "allow", PLAYER);
                    if back.starts_with("http:") {
                        assert_eq!(taptap::http("GET", &back, &[], "").status, 200);
                    } else {
                        let taken = self.client.handle_url(&back);
                        assert_eq!(taken.ok().flatten(), Some(request), "the login's own");
                    }
                }
                _ => break event,
            }
        };
        assert!(begun.elapsed() < LOGIN, "it ends before its deadline");
        let told = message(request);
        assert_eq!(told.is_empty(), event.status == api::OK, "{told}");
        *self.scene.told.lock().expect("what was told") += &format!("{told}\n");
        assert_eq!(api().tdsauth_request_release(request), api::OK);
        event
    }

    /// The player logs in at TapTap, whatever is kept.
    pub(crate) fn logs_in(&self, way: i32, scopes: &str) -> Event {
        self.plays(self.client.taptap_login(&login(way, scopes, api::TAPTAP_FRESH)))
    }

    /// Logs in with what is kept, for which nobody is asked.
    pub(crate) fn logs_in_silently(&self, scopes: &str) {
        let asked = self.scene.calls(Call::Device);
        let event = self.plays(self.client.taptap_login(&login(api::WAY_QR, scopes, 0)));
        assert_eq!((event.kind, event.status), (api::EVENT_TAPTAP_LOGIN, api::OK));
        assert_eq!((event.value, self.scene.calls(Call::Device)), (0, asked), "nobody was asked");
    }

    /// Submits what would otherwise have no more time than one exchange.
    fn within(&self, call: Submit) -> u64 {
        let options = RequestOptions { timeout_ms: LOGIN.as_millis() as u32, ..Plain::init() };
        accepted(submit(|api, out, error| {
            call(api, self.client.0, &raw const options, 0, out, error)
        }))
    }

    /// Does what makes `call`; what it takes is there.
    pub(crate) fn does(&self, call: Call) -> Event {
        match call {
            Call::Device | Call::Poll => self.logs_in(api::WAY_QR, ""),
            Call::Exchange => self.logs_in(api::WAY_REDIRECT, ""),
            Call::Refresh => self.plays(self.within(Api::tdsauth_taptap_refresh)),
            Call::Profile | Call::BasicInfo => {
                self.plays(self.within(Api::tdsauth_taptap_fetch_profile))
            }
            Call::Account => self.plays(self.client.login_with_taptap(&login(api::WAY_QR, "", 0))),
        }
    }
}

/// A login by this way and for these scopes.
fn login(way: i32, scopes: &str, flags: u32) -> Login {
    let (scopes, timeout_ms) = (scopes.to_owned(), LOGIN.as_millis() as u32);
    Login { way, scopes, flags, timeout_ms, ..Login::default() }
}

/// How an operation ended: status and HTTP status.
pub(crate) fn ending(event: &Event) -> (i32, i32) {
    (event.status, event.http_status)
}
