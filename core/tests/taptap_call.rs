//! The blocking profile call, over a transport that plays its answers back.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::mac;
use tdsauth_core::taptap::{Endpoint, Profile, Region, Token};
use tdsauth_core::taptap_call::fetch_profile;
use tdsauth_core::transport::{Cancel, Deadline, Exchange, Request, Response, Transport};

type Answers = VecDeque<Result<Response>>;

/// Answers in turn; remembers what it was sent.
#[derive(Clone, Default)]
struct Played(Arc<Mutex<(Answers, Vec<Request>)>>);

impl Played {
    fn new(answers: impl IntoIterator<Item = Result<Response>>) -> Self {
        Self(Arc::new(Mutex::new((answers.into_iter().collect(), Vec::new()))))
    }

    fn sent(&self) -> Vec<Request> {
        self.0.lock().unwrap().1.clone()
    }
}

impl Transport for Played {
    fn open(&self) -> Box<dyn Exchange> {
        Box::new(self.clone())
    }
}

impl Exchange for Played {
    fn exchange(&mut self, request: &Request, _: Deadline) -> Result<Response> {
        let mut played = self.0.lock().unwrap();
        played.1.push(request.clone());
        played.0.pop_front().unwrap()
    }

    fn canceller(&self) -> Box<dyn Cancel> {
        Box::new(Never)
    }

    fn lost_unanswered(&self) -> bool {
        false
    }

    fn drop_idle(&mut self) {}
}

struct Never;

impl Cancel for Never {
    fn cancel(&self) {}
}

fn answer(status: u16, body: &str) -> Result<Response> {
    Ok(Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

fn profile() -> Result<Response> {
    answer(200, r#"{"data":{"openid":"o","unionid":"u"},"success":true,"now":1}"#)
}

fn fetch(played: &Played, offset: &mut i64, within: Duration) -> Result<Profile> {
    let token = Token::import(r#"{"kid":"1/s3cret","mac_key":"k","scope":"basic_info"}"#).unwrap();
    let endpoint = Endpoint::of(Region::Global, "demo", "ua");
    let deadline = Deadline { at: Instant::now() + within, connect: within };
    fetch_profile(played, &endpoint, &token, offset, deadline)
}

const LONG: Duration = Duration::from_secs(60);

fn stamp(request: &Request) -> (u64, String) {
    let header = &request.headers.iter().find(|(name, _)| *name == "Authorization").unwrap().1;
    let header = mac::Header::parse(header).unwrap();
    (header.ts, header.nonce.to_owned())
}

#[test]
fn who_the_player_is() {
    let played = Played::new([profile()]);
    let profile = fetch(&played, &mut 0, LONG).unwrap();
    assert_eq!((profile.openid.as_str(), profile.unionid.as_deref()), ("o", Some("u")));
    let sent = &played.sent()[0];
    assert_eq!(sent.url, "https://open.tapapis.com/account/basic-info/v1?client_id=demo");
}

#[test]
fn a_wrong_clock_is_learned_for_the_next_call() {
    let refused = r#"{"data":{"code":-1,"error":"invalid_time"},"success":false,"now":4000000000}"#;
    let played = Played::new([answer(400, refused), profile(), profile()]);
    let mut offset = 0;
    fetch(&played, &mut offset, LONG).unwrap();
    assert!(offset > 0);
    fetch(&played, &mut offset, LONG).unwrap();
    let stamps: Vec<_> = played.sent().iter().map(stamp).collect();
    assert!(stamps[0].0 < 3_999_999_000);
    assert!(stamps[1].0 >= 4_000_000_000 && stamps[2].0 >= 4_000_000_000);
    assert!(stamps[0].1 != stamps[1].1 && stamps[1].1 != stamps[2].1);
}

#[test]
fn a_dead_token_says_so_and_repeats_nothing() {
    let refused = r#"{"error":"access_denied","error_description":"id=\"1\/s3cret\" is dead"}"#;
    let error = fetch(&Played::new([answer(401, refused)]), &mut 0, LONG).unwrap_err();
    assert_eq!((error.status, error.http_status), (status::TAPTAP_SESSION_OVER, 401));
    assert!(error.message.contains("is dead") && !error.message.contains("s3cret"));
}

#[test]
fn an_ill_server_is_asked_again() {
    let played = Played::new([answer(503, ""), profile()]);
    assert!(fetch(&played, &mut 0, LONG).is_ok());
    assert_eq!(played.sent().len(), 2);
}

#[test]
fn no_pause_reaches_beyond_the_deadline() {
    let lost = || Err(Error::new(status::NETWORK, "lost"));
    // Less than the first pause.
    let within = Duration::from_millis(200);
    let played = Played::new([lost()]);
    assert_eq!(fetch(&played, &mut 0, within).unwrap_err().status, status::NETWORK);
    assert_eq!(played.sent().len(), 1);
    let played = Played::new([answer(500, "")]);
    assert_eq!(fetch(&played, &mut 0, within).unwrap_err().status, status::TIMED_OUT);
    let played = Played::new([]);
    assert_eq!(fetch(&played, &mut 0, Duration::ZERO).unwrap_err().status, status::TIMED_OUT);
    assert!(played.sent().is_empty());
}
