//! A studio's own server that binds roles, small and right, or with one fault.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::platform::{Asked, Platform, Reply};
use super::signed::{BASE, SECRET, now, sign};

pub const OTHER_SECRET: &str = "the-secret-that-comes-next";
pub const CLIENT: &str = "own-client";
pub const PHONE: &str = "13800138000";
pub const UID: &str = "10001";
pub const OPEN_ID: &str = "4+Axcl2RFgXbt6MZwdh++w==";
pub const UNION_ID: &str = "u1";
pub const EMPTY_ID: &str = "without-role";
pub const ROLE: &str = "r1";
pub const REDIRECT: &str = "https://www.taptap.cn/game-record/bind?app_id=1&from=a%2Bb";
pub const OLD_TOKEN: &str = "token-of-last-week";
/// What it sends.
const CODE: &str = "123456";

/// What it answers, before the envelope: the data of a success, or a code.
type Said = Result<Value, i64>;

/// A server and a program that gets codes from it; its thread ends with the process.
pub struct Studio {
    pub platform: Platform,
    folder: TempDir,
}

struct Works {
    fault: &'static str,
    state: Mutex<State>,
    /// Whether the one role is.
    bound: AtomicBool,
    /// Somebody has taken a code.
    taken: Condvar,
}

#[derive(Default)]
struct State {
    nonces: BTreeSet<String>,
    /// Codes of links that are over.
    used: BTreeSet<String>,
    /// How many hold a code at once, where that is the fault.
    holders: BTreeMap<String, usize>,
    /// Tokens and the codes that they are for.
    tokens: BTreeMap<String, String>,
    /// Guesses at a code that was sent, and whether it is over.
    sent: BTreeMap<String, (u32, bool)>,
    bound_at: i64,
}

impl Studio {
    pub fn start(fault: &'static str) -> Self {
        let (state, bound, taken) = (Mutex::default(), AtomicBool::default(), Condvar::new());
        let works = Works { fault, state, bound, taken };
        let platform = Platform::start(move |asked| works.answer(asked));
        let folder = TempDir::new().unwrap();
        Self { platform, folder }
    }

    /// A program that prints a fresh code of the kind that it is told.
    pub fn code_source(&self) -> PathBuf {
        let path = self.folder.path().join("codes");
        let text = format!("case $1 in phone|uid) echo {CODE};; *) echo $1-$$;; esac");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        super::chmod(&path, 0o700);
        path
    }
}

impl Works {
    fn is(&self, fault: &str) -> bool {
        self.fault == fault
    }

    fn answer(&self, asked: &Asked) -> Reply {
        let name = asked.path().strip_prefix(BASE).unwrap_or_default().trim_start_matches('/');
        let post = name.starts_with("send") || name.starts_with("verify") || name == "bind-notify";
        let known = post || name.starts_with("get-roles") || name == "get-token";
        if !known || (self.is("not-served") && name == "bind-notify") {
            return Reply::Text(404, "nothing");
        }
        if (asked.method == "POST") != post && !self.is("any method") {
            return Reply::Text(405, "no");
        }
        let said = if self.signed(name, asked) { self.done(name, asked) } else { Err(1002) };
        self.reply(name, said)
    }

    /// The signature, the time and the nonce.
    fn signed(&self, name: &str, asked: &Asked) -> bool {
        if self.is("no signature") || (self.is("no signature at one") && name == "get-token") {
            return true;
        }
        let mut tap: Vec<_> = asked
            .headers
            .iter()
            .filter(|(name, _)| name.starts_with("x-tap-") && name != "x-tap-sign")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        tap.sort_unstable();
        let signs = asked.headers.iter().filter(|(name, _)| name == "x-tap-sign").count();
        let given = asked.header("x-tap-sign");
        if given.is_none() {
            return self.is("unsigned passes");
        }
        let twice = signs > 1 || tap.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if twice && !self.is("repeated header") {
            return false;
        }
        tap.dedup_by_key(|(name, _)| *name);
        if self.is("two headers") {
            tap.retain(|(name, _)| matches!(*name, "x-tap-nonce" | "x-tap-ts"));
        }
        if self.is("authorization signed") {
            tap.extend(asked.header("authorization").map(|value| ("authorization", value)));
        }
        let target = self.target(&asked.target);
        let body = self.body(&asked.body);
        let given = given.unwrap();
        let matches = |secret: &str| {
            let good = sign(secret, &asked.method, &target, &tap, body.as_bytes());
            match self.fault {
                "a part of the signature" => given.len() >= 8 && good.starts_with(given),
                "letters of any case" => good.eq_ignore_ascii_case(given),
                _ => good == given,
            }
        };
        let both: &[&str] = if self.is("one secret") { &[SECRET] } else { &[SECRET, OTHER_SECRET] };
        both.iter().any(|secret| matches(secret)) && self.fresh(name, asked) && self.ours(asked)
    }

    fn target(&self, target: &str) -> String {
        let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
        match self.fault {
            "path alone" => path.to_owned(),
            "sorted query" => {
                let mut pairs: Vec<_> = query.split('&').collect();
                pairs.sort_unstable();
                format!("{path}?{}", pairs.join("&"))
            }
            "decoded query" => {
                let pairs = form_urlencoded::parse(query.as_bytes());
                let mut written = form_urlencoded::Serializer::new(String::new());
                format!("{path}?{}", written.extend_pairs(pairs).finish())
            }
            _ => target.to_owned(),
        }
    }

    fn body(&self, body: &str) -> String {
        match self.fault {
            "body written anew" => {
                let read = serde_json::from_str::<Value>(body);
                read.map_or_else(|_| body.to_owned(), |body| body.to_string())
            }
            "body without blanks" => body.trim().to_owned(),
            "body not signed" => String::new(),
            "object for no body" if body.is_empty() => "{}".to_owned(),
            _ => body.to_owned(),
        }
    }

    fn fresh(&self, name: &str, asked: &Asked) -> bool {
        let (Some(ts), Some(nonce)) = (asked.header("x-tap-ts"), asked.header("x-tap-nonce"))
        else {
            return false;
        };
        let digits = ts.trim_end_matches('x');
        if digits != ts && !self.is("any text as time") {
            return false;
        }
        let age = now() - digits.parse::<i64>().unwrap();
        let timely = match self.fault {
            "old signatures" => age > -300,
            "future signatures" => age < 300,
            _ => age.abs() < 300,
        };
        let fits = !self.is("nonces of eight") || nonce.len() == 8;
        let first = self.state.lock().unwrap().nonces.insert(format!("{name} {nonce}"));
        timely && fits && (first || self.is("replays"))
    }

    fn ours(&self, asked: &Asked) -> bool {
        match asked.query("client_id") {
            None => true,
            Some(_) if self.is("client id refused") => false,
            Some(id) => id == CLIENT || self.is("client id ignored"),
        }
    }

    fn done(&self, name: &str, asked: &Asked) -> Said {
        let fields = if asked.method == "POST" && !asked.body.is_empty() {
            match serde_json::from_str::<Value>(&asked.body) {
                Ok(Value::Object(fields)) => Value::Object(fields),
                _ if self.is("crash") => return Err(-1),
                _ if self.is("own fault for a bad body") => return Err(1999),
                _ => return Err(1001),
            }
        } else {
            let names = ["open_id", "union_id", "code", "redirect_uri"];
            let found = names.map(|name| (name.to_owned(), json!(asked.query(name))));
            Value::Object(found.into_iter().collect())
        };
        if let Some(role) = name.strip_prefix("send-code-by-") {
            return self.send(role, &fields);
        }
        match name {
            "verify-and-get-roles-by-phone" => self.verify("phone", &fields),
            "verify-and-get-roles-by-uid" => self.verify("uid", &fields),
            "get-roles" => self.by_account(&fields),
            "get-roles-by-code" => {
                let code = self.text(&fields, "code")?;
                self.take(&code, "deep-link-")?;
                Ok(self.roles())
            }
            "get-token" => self.token(&fields),
            "get-roles-by-token" => self.by_token(asked),
            _ => self.notice(&fields, asked),
        }
    }

    /// A text that has to be there.
    fn text(&self, fields: &Value, name: &str) -> Result<String, i64> {
        match &fields[name] {
            Value::Null if self.is("missing is invalid") => Err(1001),
            Value::Null if self.is("missing is a crash") => Err(1999),
            Value::Null => Err(1000),
            Value::String(text) => Ok(text.clone()),
            other if self.is("numbers as texts") => Ok(other.to_string()),
            _ => Err(1001),
        }
    }

    fn contact(&self, way: &str, fields: &Value) -> Result<String, i64> {
        if way == "uid" {
            let uid = self.text(fields, "uid")?;
            return Ok(uid);
        }
        let phone = self.text(fields, "phone_num")?;
        let valid = phone.len() == 11 && phone.bytes().all(|byte| byte.is_ascii_digit());
        if valid || self.is("any telephone") { Ok(phone) } else { Err(1011) }
    }

    fn unknown(&self) -> i64 {
        match self.fault {
            "unknown is without role" => 1005,
            "codes of its own" => 40_001,
            _ => 1004,
        }
    }

    fn send(&self, way: &str, fields: &Value) -> Said {
        let contact = self.contact(way, fields)?;
        if contact != PHONE && contact != UID {
            return Err(self.unknown());
        }
        let mut state = self.state.lock().unwrap();
        if self.is("sender is down") {
            return Err(1999);
        }
        if state.sent.contains_key(&contact) && !self.is("no throttle") {
            return Err(1010);
        }
        state.sent.insert(contact, (0, false));
        Ok(Value::Null)
    }

    fn verify(&self, way: &str, fields: &Value) -> Said {
        let contact = self.contact(way, fields)?;
        let code = self.text(fields, "code")?;
        if contact != PHONE && contact != UID {
            return Err(self.unknown());
        }
        let mut state = self.state.lock().unwrap();
        let Some((guesses, over)) = state.sent.get_mut(&contact) else {
            return if self.is("codes without sending") { Ok(self.roles()) } else { Err(1021) };
        };
        if *over || (*guesses >= 5 && !self.is("guesses")) {
            return Err(1021);
        }
        if (code != CODE || self.is("right code refused")) && !self.is("any code") {
            *guesses += 1;
            return Err(1020);
        }
        *over = !self.is("codes stay") && !self.is("any code");
        Ok(self.roles())
    }

    fn by_account(&self, fields: &Value) -> Said {
        let mut open_id = self.text(fields, "open_id")?;
        self.text(fields, "union_id")?;
        if !self.is("plus is a blank") {
            open_id = open_id.replace(' ', "+");
        }
        match open_id.as_str() {
            OPEN_ID if self.is("account is not found") => Err(1004),
            OPEN_ID => Ok(self.roles()),
            EMPTY_ID if self.is("empty list") => Ok(json!([])),
            EMPTY_ID => Err(1005),
            _ => Err(self.unknown()),
        }
    }

    /// Ends a code of this kind.
    fn take(&self, code: &str, kind: &str) -> Result<(), i64> {
        if !code.starts_with(kind) || self.is("fresh code refused") {
            return Err(if self.is("unknown code is a crash") { 1999 } else { 1003 });
        }
        let mut state = self.state.lock().unwrap();
        if state.used.contains(code) && !self.is("codes for ever") {
            return Err(1003);
        }
        if self.is("look first, end later") {
            // It ends when a second one has looked, or when none came.
            *state.holders.entry(code.to_owned()).or_default() += 1;
            self.taken.notify_all();
            let alone = |state: &mut State| state.holders[code] < 2;
            let waited = self.taken.wait_timeout_while(state, Duration::from_secs(3), alone);
            state = waited.unwrap().0;
        }
        state.used.insert(code.to_owned());
        Ok(())
    }

    fn token(&self, fields: &Value) -> Said {
        let (code, address) = (self.text(fields, "code")?, self.text(fields, "redirect_uri")?);
        if let Err(fault) = self.take(&code, "web-link-") {
            if !self.is("token outlives its code") {
                self.state.lock().unwrap().tokens.retain(|_, of| *of != code);
            }
            return Err(fault);
        }
        if address != REDIRECT && !self.is("any redirect_uri") {
            return Err(1001);
        }
        let token = format!("token-for-{code}");
        self.state.lock().unwrap().tokens.insert(token.clone(), code);
        Ok(if self.is("token is a number") {
            json!({ "access_token": 123_456 })
        } else {
            json!({ "access_token": token })
        })
    }

    fn by_token(&self, asked: &Asked) -> Said {
        let token = asked.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let Some(token) = token else {
            return if self.is("no token needed") { Ok(self.roles()) } else { Err(1003) };
        };
        if token == OLD_TOKEN && self.is("tokens for ever") {
            return Ok(self.roles());
        }
        let known = self.state.lock().unwrap().tokens.contains_key(token);
        if known && !self.is("token refused") { Ok(self.roles()) } else { Err(1003) }
    }

    fn notice(&self, fields: &Value, asked: &Asked) -> Said {
        let role = self.text(fields, "role_id")?;
        let bind = match &fields["bind"] {
            Value::Bool(bind) => *bind,
            Value::Null => return self.text(fields, "bind").map(Value::from),
            Value::String(text) if self.is("bind as a text") => text == "true",
            _ => return Err(1001),
        };
        if role != ROLE {
            let refuses = bind && !self.is("any role");
            let unbinds = !bind && self.is("unbinding needs a role");
            return match (refuses, unbinds) {
                (true, _) => Err(1005),
                (_, true) => Err(1030),
                _ => Ok(Value::Null),
            };
        }
        let at: i64 = asked.header("x-tap-ts").unwrap().parse().unwrap();
        let mut state = self.state.lock().unwrap();
        if at < state.bound_at && !self.is("late notices count") {
            return if self.is("late notices are errors") { Err(1030) } else { Ok(Value::Null) };
        }
        let again = self.bound.load(Ordering::Relaxed) == bind && state.bound_at > 0;
        let refused = match (bind, again) {
            (true, false) => self.is("bind fails"),
            (true, true) => self.is("bound already"),
            (false, false) => self.is("unbind fails"),
            (false, true) => self.is("unbound already"),
        };
        if refused {
            return Err(1030);
        }
        state.bound_at = at;
        self.bound.store(bind, Ordering::Relaxed);
        Ok(Value::Null)
    }

    fn roles(&self) -> Value {
        let bound = self.bound.load(Ordering::Relaxed);
        let mut role = json!({
            "role_id": ROLE, "nickname": "\u{6635}\u{79f0}", "level": "50", "bound": bound,
        });
        let mut more = |name: &str, value: Value| role[name] = value;
        match self.fault {
            "data is an object" => return json!({ "roles": [role] }),
            "role is a text" => return json!([ROLE]),
            "role_id is a number" => more("role_id", json!(1)),
            "no nickname" => more("nickname", Value::Null),
            "level is a number" => more("level", json!(50)),
            "zone is null" => more("zone", Value::Null),
            "role twice" => return json!([role, role]),
            _ => {}
        }
        json!([role])
    }

    /// The envelope.
    fn reply(&self, name: &str, said: Said) -> Reply {
        let mut status = 200;
        let mut body = match said {
            Err(-1) => return Reply::Text(500, "<html>Internal Server Error</html>"),
            Err(code) => json!({ "code": code, "msg": "no" }),
            Ok(Value::Null) => json!({ "code": 0, "msg": "ok" }),
            Ok(data) => json!({ "code": 0, "msg": "ok", "data": data }),
        };
        let success = body["code"] == 0;
        let mut kind = "application/json; charset=utf-8";
        let mut cache = "no-store";
        match self.fault {
            "status of its own" if !success => status = 400,
            "created" if success => status = 201,
            "code is a text" => body["code"] = json!(body["code"].to_string()),
            "no msg" => body["msg"] = Value::Null,
            "text/html" => kind = "text/html",
            "kept by caches" => cache = "public",
            "redirect" if name == "get-roles" => {
                return Reply::Redirect("https://elsewhere.example/".to_owned());
            }
            "huge" if name == "get-roles" && success => return Reply::Huge(300 * 1024),
            "silent" if name == "send-code-by-uid" => return Reply::Silence,
            "closes" if name == "send-code-by-uid" => return Reply::Drop,
            "slow" if name == "get-roles" && success => thread::sleep(Duration::from_millis(1300)),
            _ => {}
        }
        let body = body.to_string();
        let head = format!(
            "HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nCache-Control: {cache}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        Reply::Bytes([head.into_bytes(), body.into_bytes()].concat())
    }
}
