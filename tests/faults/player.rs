//! A player on one machine, who logged in (or did not yet) before the server fell ill.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::common::api;
use crate::common::client::{Client, Setup, eventually, stats_of};
use crate::common::{folder, server};

/// One test at a time: the count of threads is the whole library's.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What an operation has to end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) status: i32,
    pub(crate) http_status: i32,
}

/// An ending without an answer.
pub(crate) fn unanswered(status: i32) -> Ending {
    Ending { status, http_status: 0 }
}

/// An ending by an answer of this HTTP status.
pub(crate) fn answered(status: i32, http_status: i32) -> Ending {
    Ending { status, http_status }
}

/// Submits something; gives the request.
type Operation = fn(&Client) -> u64;

/// A player with a folder of their own; no thread of the library may be left when they go.
pub(crate) struct Player {
    pub(crate) folder: tempfile::TempDir,
    /// Id and session token of the login that went well.
    known: Option<(String, String)>,
    _turn: MutexGuard<'static, ()>,
}

impl Player {
    /// Who never reached the server before.
    pub(crate) fn newcomer() -> Self {
        Self { folder: folder(), known: None, _turn: turn() }
    }

    /// Who is logged in.
    pub(crate) fn logged_in() -> Self {
        let mut player = Self::newcomer();
        player.log_in_well();
        player
    }

    /// The options of a client of this player against `url`.
    pub(crate) fn setup(&self, url: &str) -> Setup {
        let mut setup = Setup::new(server::shared(), self.folder.path());
        setup.server_url = url.to_owned();
        setup
    }

    /// Logs in against the real server. The account is always the same.
    pub(crate) fn log_in_well(&mut self) {
        let client = Setup::new(server::shared(), self.folder.path()).open();
        let user = client.guest();
        let now = (user.id(), user.token());
        let before = self.known.get_or_insert_with(|| now.clone());
        assert_eq!(*before, now, "the same account, the same session");
    }

    /// The files of the folder and what is in them; of the lock only that it is there.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push((path.clone(), std::fs::read(&path).expect("a file")));
                }
            }
        }
        found.sort();
        found
    }

    /// Runs each operation against the ill server, which must end as said and change nothing;
    /// then the real server is there again.
    pub(crate) fn suffers(&mut self, setup: &Setup, expected: Ending) {
        let mut operations: Vec<Operation> = vec![Client::login_anonymously];
        if self.known.is_some() {
            // "Cannot tell" is no "no", and no reason to log anybody out.
            operations.push(|client| client.is_authenticated(0));
            operations.push(|client| client.refresh_session_token(0));
        } else {
            operations.push(|client| client.login_with_session_token("0123456789abcdefghij"));
        }
        self.suffers_in(setup, expected, &operations);
    }

    /// As [`Player::suffers`], where other operations could do with the answer.
    pub(crate) fn fails_to_log_in(&mut self, setup: &Setup, expected: Ending) {
        self.suffers_in(setup, expected, &[Client::login_anonymously]);
    }

    fn suffers_in(&mut self, setup: &Setup, expected: Ending, operations: &[Operation]) {
        if self.known.is_none() {
            // Making the guest id is the one thing that happens without an answer.
            self.attempt(setup, expected, Client::login_anonymously);
        }
        let files = self.files();
        for operation in operations {
            self.attempt(setup, expected, *operation);
        }
        assert_eq!(self.files(), files, "what is remembered is untouched");
        self.nothing_is_left();
        self.log_in_well();
    }

    /// One operation of a client that lives as long.
    fn attempt(&self, setup: &Setup, expected: Ending, submit: Operation) {
        let client = setup.open();
        self.is_as_before(&client);
        let request = submit(&client);
        let event = client.finish(request);
        let ending = Ending { status: event.status, http_status: event.http_status };
        let words = crate::common::client::message(request);
        assert_eq!(ending, expected, "{words}");
        assert_eq!(event.objects, 0);
        assert_eq!(api::api().tdsauth_request_release(request), api::OK);
        assert!(!words.is_empty());
        self.is_as_before(&client);
        assert!(client.poll().is_none(), "nothing else is said");
    }

    /// Who is logged in is who was.
    fn is_as_before(&self, client: &Client) {
        let now = client.current_user().map(|user| (user.id(), user.token()));
        assert_eq!(now, self.known);
    }

    /// As [`nothing_is_left`].
    pub(crate) fn nothing_is_left(&self) {
        nothing_is_left();
    }
}

/// Every thread of the library ends with its client, whatever it was waiting for.
pub(crate) fn nothing_is_left() {
    eventually(|| {
        let stats = stats_of(0);
        let left = [stats.clients, stats.threads, stats.live_requests, stats.http_running];
        (left == [0; 4]).then_some(())
    });
}
