//! The host transport: the queue between a client's workers and the game's own HTTP stack.
#![allow(clippy::panic, clippy::unwrap_used)] // helpers of tests

use std::thread::{JoinHandle, spawn, yield_now};
use std::time::{Duration, Instant};

use tdsauth_core::error::{Error, status};
use tdsauth_core::transport::{
    Cancel, Deadline, Exchange, HostEvent, HostQueue, Request, Response, Transport,
};

const BOUND: u64 = 100;

type Ended = (Result<Response, Error>, Box<dyn Exchange>);

fn request(url: &str) -> Request {
    let headers = vec![("X-LC-Id", "app".to_owned())];
    Request { method: "POST", url: url.to_owned(), headers, body: b"{\"a\":1}".to_vec() }
}

fn within(time: Duration) -> Deadline {
    Deadline { at: Instant::now() + time, connect: time }
}

fn start_within(queue: &HostQueue, time: Duration) -> (Box<dyn Cancel>, JoinHandle<Ended>) {
    let mut exchange = queue.open();
    let cancel = exchange.canceller();
    let running = spawn(move || {
        let result = exchange.exchange(&request("https://h.example/x"), within(time));
        (result, exchange)
    });
    (cancel, running)
}

fn start(queue: &HostQueue) -> (Box<dyn Cancel>, JoinHandle<Ended>) {
    start_within(queue, Duration::from_secs(60))
}

fn next(queue: &HostQueue) -> HostEvent {
    let give_up = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(event) = queue.next() {
            return event;
        }
        assert!(Instant::now() < give_up, "nothing to do for the host");
        yield_now();
    }
}

fn next_send(queue: &HostQueue) -> u64 {
    match next(queue) {
        HostEvent::Send { id, .. } => id,
        HostEvent::Cancel { id } => panic!("a cancel of {id}, not a request"),
    }
}

fn answer(status: u16, body: &[u8]) -> Response {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    Response { status, headers, body: body.to_vec() }
}

fn status_of(ended: Ended) -> i32 {
    let (result, exchange) = ended;
    assert!(!exchange.lost_unanswered());
    result.map(|_| status::OK).unwrap_or_else(|error| error.status)
}

#[test]
fn an_answer_reaches_the_worker_that_asked() {
    let queue = HostQueue::new(BOUND);
    assert_eq!(queue.next(), None);
    let (_cancel, running) = start(&queue);
    let HostEvent::Send { id, timeout } = next(&queue) else { panic!("not a request") };
    assert_ne!(id, 0);
    assert!(timeout > Duration::ZERO && timeout <= Duration::from_secs(60));
    let seen = queue.with_request(id, |request| {
        assert_eq!((request.method, request.body.as_slice()), ("POST", b"{\"a\":1}".as_slice()));
        assert_eq!(request.headers, vec![("X-LC-Id", "app".to_owned())]);
        request.url.clone()
    });
    assert_eq!(seen.as_deref(), Some("https://h.example/x"));
    assert!(queue.complete(id, Ok(answer(302, b"moved"))));
    let (result, _) = running.join().unwrap();
    let response = result.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (302, b"moved".as_slice()));
    assert_eq!(response.headers, vec![("content-type".into(), "application/json".into())]);
    assert_eq!(queue.next(), None);
}

#[test]
fn answers_find_their_request_in_any_order() {
    let queue = HostQueue::new(BOUND);
    let running: Vec<_> = (0..3)
        .map(|n| {
            let mut exchange = queue.open();
            spawn(move || {
                let url = format!("https://h.example/{n}");
                let ended = exchange.exchange(&request(&url), within(Duration::from_secs(60)));
                assert_eq!(ended.unwrap().body, url.into_bytes());
            })
        })
        .collect();
    let mut ids = [next_send(&queue), next_send(&queue), next_send(&queue)];
    ids.reverse();
    for id in ids {
        let url = queue.with_request(id, |request| request.url.clone()).unwrap();
        assert!(queue.complete(id, Ok(answer(200, url.as_bytes()))));
    }
    for worker in running {
        worker.join().unwrap();
    }
}

#[test]
fn unknown_repeated_and_unseen_ids_are_harmless() {
    let queue = HostQueue::new(BOUND);
    for id in [0, 1, u64::MAX] {
        assert!(!queue.complete(id, Ok(answer(200, b"{}"))));
        assert_eq!(queue.with_request(id, |_| ()), None);
    }
    let (_cancel, running) = start(&queue);
    // Even guessing right does not answer what was not handed out.
    for _ in 0..1000 {
        assert!(!queue.complete(1, Ok(answer(200, b"guess"))));
        assert_eq!(queue.with_request(1, |_| ()), None);
    }
    let id = next_send(&queue);
    assert!(queue.complete(id, Ok(answer(200, b"first"))));
    assert!(!queue.complete(id, Ok(answer(200, b"second"))));
    assert_eq!(queue.with_request(id, |_| ()), None);
    assert_eq!(running.join().unwrap().0.unwrap().body, b"first");
    assert!(!queue.complete(id, Ok(answer(200, b"third"))));
}

#[test]
fn a_cancelled_request_is_taken_back_from_the_host() {
    let queue = HostQueue::new(BOUND);
    let (cancel, running) = start(&queue);
    let id = next_send(&queue);
    cancel.cancel();
    cancel.cancel();
    assert_eq!(status_of(running.join().unwrap()), status::CANCELLED);
    assert_eq!(next(&queue), HostEvent::Cancel { id });
    assert_eq!(queue.next(), None);
    assert_eq!(queue.with_request(id, |_| ()), None);
    assert!(!queue.complete(id, Ok(answer(200, b"late"))));
}

#[test]
fn a_request_cancelled_before_the_host_saw_it_is_never_shown() {
    let queue = HostQueue::new(BOUND);
    let (cancel, running) = start(&queue);
    cancel.cancel();
    assert_eq!(status_of(running.join().unwrap()), status::CANCELLED);
    assert_eq!(queue.next(), None);
}

#[test]
fn a_cancel_belongs_to_one_exchange() {
    let queue = HostQueue::new(BOUND);
    let (cancel, running) = start(&queue);
    assert!(queue.complete(next_send(&queue), Ok(answer(200, b"{}"))));
    let (result, mut exchange) = running.join().unwrap();
    assert_eq!(result.unwrap().status, 200);
    cancel.cancel();
    let second = spawn(move || {
        let result = exchange.exchange(&request("https://h"), within(Duration::from_secs(60)));
        result.unwrap().status
    });
    assert!(queue.complete(next_send(&queue), Ok(answer(201, b"{}"))));
    assert_eq!(second.join().unwrap(), 201);
}

#[test]
fn the_library_keeps_the_deadline() {
    let queue = HostQueue::new(BOUND);
    let (_cancel, running) = start_within(&queue, Duration::from_secs(2));
    let id = next_send(&queue);
    assert_eq!(status_of(running.join().unwrap()), status::TIMED_OUT);
    assert_eq!(next(&queue), HostEvent::Cancel { id });
    assert!(!queue.complete(id, Ok(answer(200, b"late"))));

    let (_cancel, running) = start_within(&queue, Duration::ZERO);
    assert_eq!(status_of(running.join().unwrap()), status::TIMED_OUT);
    assert_eq!(queue.next(), None);
}

#[test]
fn closing_ends_what_runs_and_what_comes() {
    let queue = HostQueue::new(BOUND);
    let (_c, shown) = start(&queue);
    let id = next_send(&queue);
    let (_d, unseen) = start(&queue);
    queue.clone().close();
    assert_eq!(status_of(shown.join().unwrap()), status::CLOSED);
    assert_eq!(status_of(unseen.join().unwrap()), status::CLOSED);
    assert_eq!(next(&queue), HostEvent::Cancel { id });
    assert_eq!(queue.next(), None);
    let (_e, later) = start(&queue);
    assert_eq!(status_of(later.join().unwrap()), status::CLOSED);
    assert_eq!(queue.next(), None);
}

#[test]
fn a_host_is_held_to_what_the_built_in_transport_promises() {
    let full = vec![b'x'; usize::try_from(BOUND).unwrap()];
    let over = [full.as_slice(), b"x"].concat();
    let cases = [
        (Ok(answer(200, &full)), status::OK),
        (Ok(answer(200, &over)), status::RESPONSE_TOO_LARGE),
        (Ok(answer(0, b"")), status::BAD_RESPONSE),
        (Ok(answer(99, b"")), status::BAD_RESPONSE),
        (Ok(answer(600, b"")), status::BAD_RESPONSE),
        (Err(Error::new(status::NETWORK, "")), status::NETWORK),
        (Err(Error::new(status::DNS, "")), status::DNS),
        (Err(Error::new(status::CONNECT, "")), status::CONNECT),
        (Err(Error::new(status::TLS, "")), status::TLS),
        (Err(Error::new(status::TIMED_OUT, "")), status::TIMED_OUT),
        (Err(Error::new(status::CANCELLED, "")), status::CANCELLED),
        // A host cannot log the player out, nor say that the library's disk is full.
        (Err(Error::new(status::SESSION_OVER, "")), status::NETWORK),
        (Err(Error::new(status::STORAGE_FULL, "")), status::NETWORK),
        (Err(Error::new(status::OK, "")), status::NETWORK),
        (Err(Error::new(12_345, "")), status::NETWORK),
    ];
    for (given, expected) in cases {
        let queue = HostQueue::new(BOUND);
        let (_cancel, running) = start(&queue);
        assert!(queue.complete(next_send(&queue), given));
        assert_eq!(status_of(running.join().unwrap()), expected);
    }
}

#[test]
fn every_flag_of_a_hosts_error_is_the_librarys_own() {
    let queue = HostQueue::new(BOUND);
    let (_cancel, running) = start(&queue);
    let mut error = Error::new(status::TLS, "the host's words");
    error.flags = u32::MAX;
    error.server_code = 211;
    assert!(queue.complete(next_send(&queue), Err(error)));
    let (result, _) = running.join().unwrap();
    assert_eq!(result.unwrap_err(), Error::new(status::TLS, "the host's words"));
}
