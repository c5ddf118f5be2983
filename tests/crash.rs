//! Killed at any moment: the account stays the same, and there is only ever one.
//!
//! The players are processes of their own: this test binary again, told to run `one_player` only.

#![cfg(all(unix, feature = "tls"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::result_large_err,
    reason = "a test that finds something else than it expects shall end"
)]

mod common;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::account::taptap_auth_data;
use common::api::{self, AuthDataOptions, Plain, api};
use common::client::{Setup, accepted, eventually};
use common::proxy::{Exchange, Fate, Proxy};
use common::server::{self, Server};
use common::taptap::TapTap;
use common::{build, folder};

/// What a player's process is told by its environment.
const STORY: &str = "TDSAUTH_TEST_STORY";

/// A player in a process of its own, which prints what it sees.
fn player(setup: &Setup, story: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("own path"));
    command
        .args(["--exact", "one_player", "--nocapture"])
        .env(STORY, story)
        .env(build::LIBRARY, build::library())
        .env("TDSAUTH_TEST_URL", &setup.server_url)
        .env("TDSAUTH_TEST_APP_ID", &setup.app_id)
        .env("TDSAUTH_TEST_APP_KEY", &setup.app_key)
        .env("TDSAUTH_TEST_DIR", &setup.storage_path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// The lines that a player printed, each after its mark.
fn said(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output);
    text.lines().filter_map(|line| line.split_once("player: ")).map(|(_, l)| l.to_owned()).collect()
}

/// Runs a player to its end and gives what it said.
fn play(setup: &Setup, story: &str) -> Vec<String> {
    let output = player(setup, story).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    said(&output.stdout)
}

/// The player's side; alone, a guest's login and restart against the server of this process.
#[test]
fn one_player() {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let story = variable(STORY);
    // A player that is killed could not remove a folder of its own.
    let own = story.is_empty().then(folder);
    let setup = if let Some(own) = &own {
        Setup::new(server::shared(), own.path())
    } else {
        let server = Server {
            url: variable("TDSAUTH_TEST_URL"),
            app_id: variable("TDSAUTH_TEST_APP_ID"),
            app_key: variable("TDSAUTH_TEST_APP_KEY"),
            master_key: String::new(),
            taptap_client_id: String::new(),
        };
        Setup::new(&server, Path::new(&variable("TDSAUTH_TEST_DIR")))
    };
    let client = setup.open();
    match story.as_str() {
        "who am I" => {
            let id = client.current_user().map_or_else(|| "nobody".to_owned(), |user| user.id());
            println!("\nplayer: {id}");
        }
        "link" => {
            println!("\nplayer: {}", client.guest().id());
            client.succeed(client.associate("taptap", &variable("TDSAUTH_TEST_DATA")));
            println!("\nplayer: linked");
        }
        "delete" => {
            println!("\nplayer: {}", client.guest().id());
            client.succeed(client.delete_user(0));
            println!("\nplayer: deleted");
        }
        "log in and out for ever" => loop {
            println!("\nplayer: {}", client.guest().id());
            client.succeed(client.logout(false));
        },
        _ => {
            let user = client.guest();
            println!("\nplayer: {}", user.id());
            assert_eq!(setup.open().current_user().expect("on disk").id(), user.id());
        }
    }
}

/// Lets a player live for `life`, then kills it.
fn kill_after(mut player: Child, life: Duration) -> Vec<String> {
    std::thread::sleep(life);
    player.kill().expect("kill -9");
    said(&player.wait_with_output().expect("its output").stdout)
}

#[test]
fn killed_at_any_moment_of_a_guest_login_the_account_stays_one() {
    let folder = folder();
    let proxy = Proxy::start(&server::shared().url, |_, _| Fate::Pass);
    let mut setup = Setup::new(server::shared(), folder.path());
    setup.server_url.clone_from(&proxy.url);
    let mut ids = Vec::new();
    // The moments are spread over a whole run, from before the library is loaded to far beyond the
    // first login; a life is a moment to die at, nothing waits for it.
    for life in (0..40).map(|n| Duration::from_millis(4 * n)) {
        let child = player(&setup, "log in and out for ever").spawn().expect("it runs");
        ids.extend(kill_after(child, life));
    }
    ids.extend(play(&setup, "log in"));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(proxy.accounts(), 1, "made on the server");
    // A temporary file may be left half-written; what is read never is.
    let files = files_below(folder.path());
    let damaged = |name: &str| {
        ["state", "state.bak", "guest"].iter().any(|it| name.starts_with(&format!("{it}.damaged-")))
    };
    assert!(!files.iter().any(|name| damaged(name)), "{files:?}");
}

#[test]
fn killed_while_the_answer_is_on_its_way_the_next_login_gets_that_account() {
    let folder = folder();
    let proxy = Proxy::start(&server::shared().url, |n, _| match n {
        0 => Fate::Silence,
        1 => Fate::KeepAnswer,
        _ => Fate::Pass,
    });
    let mut setup = Setup::new(server::shared(), folder.path());
    setup.server_url.clone_from(&proxy.url);
    // Once the server never hears of it, once it has made the account.
    for (number, status) in [(0, 0), (1, 201)] {
        let mut child = player(&setup, "log in").spawn().expect("it runs");
        eventually(|| proxy.record().get(number).filter(|it| it.status == status).map(|_| ()));
        child.kill().expect("kill -9");
        let output = child.wait_with_output().expect("its output");
        assert_eq!(said(&output.stdout), [""; 0], "it never heard who it is");
    }
    assert_eq!(play(&setup, "who am I"), ["nobody"]);
    let ids = play(&setup, "log in");
    assert_eq!((ids.len(), proxy.accounts()), (1, 1));
    let sent: Vec<String> = proxy.record().into_iter().map(|exchange| exchange.body).collect();
    assert!(sent.iter().all(|body| *body == sent[0]), "the same guest id each time: {sent:?}");
}

#[test]
fn killed_at_any_step_of_a_link_the_account_is_there_and_the_guests_are_not_doubled() {
    let (taptap, elsewhere) = (TapTap::start(), folder());
    let phone = taptap.setup(elsewhere.path()).open();
    phone.taptap_player(&taptap);
    let data = taptap_auth_data(&phone);
    // Once the server never hears of the link, once it has made it.
    for (fate, linked) in [(Fate::Silence, false), (Fate::KeepAnswer, true)] {
        let folder = folder();
        let proxy = Proxy::start(taptap.url(), move |_, exchange| {
            if exchange.line.starts_with("PUT ") { fate.clone() } else { Fate::Pass }
        });
        let mut setup = taptap.setup(folder.path());
        setup.server_url.clone_from(&proxy.url);
        let mut link = player(&setup, "link");
        let id = kill_at(link.env("TDSAUTH_TEST_DATA", &data), &proxy, "PUT ", linked);
        assert_eq!(only_guest(&setup) == id, !linked);
        assert_eq!(guests_made(&proxy), 1 + usize::from(linked));
        if linked {
            let client = setup.open();
            let known = AuthDataOptions { fail_on_not_exist: 1, ..AuthDataOptions::init() };
            let login = client.try_login_with_auth_data("taptap", &data, Some(&known));
            client.succeed(accepted(login));
            assert_eq!(client.current_user().expect("the player").id(), id);
        }
    }
}

#[test]
fn killed_at_any_step_of_a_deletion_the_account_is_whole_or_gone() {
    // Once the server never hears of it, once it has deleted the account.
    for (fate, deleted) in [(Fate::Silence, false), (Fate::KeepAnswer, true)] {
        let (folder, elsewhere) = (folder(), folder());
        let proxy = Proxy::start(&server::shared().url, move |_, exchange| {
            if exchange.line.starts_with("DELETE ") { fate.clone() } else { Fate::Pass }
        });
        let mut setup = Setup::new(server::shared(), folder.path());
        setup.server_url.clone_from(&proxy.url);
        let id = kill_at(&mut player(&setup, "delete"), &proxy, "DELETE ", deleted);
        let token = setup.open().current_user().expect("nobody told it otherwise").token();

        let guest = only_guest(&setup);
        assert_eq!(guest == id, !deleted, "{guest} was {id}");
        assert_eq!(guests_made(&proxy), 1 + usize::from(deleted));
        let deletions = proxy.record().iter().filter(|it| it.line.starts_with("DELETE ")).count();
        assert_eq!(deletions, 1, "nobody asked for it a second time");
        let other = Setup::new(server::shared(), elsewhere.path()).open();
        let status = other.finish(other.login_with_session_token(&token)).status;
        assert_eq!(status, if deleted { api::SESSION_OVER } else { api::OK });
    }
}

/// Kills a player who waits for the answer to a request that the server has carried out, or never
/// heard of; gives who it was before.
fn kill_at(player: &mut Command, proxy: &Proxy, method: &str, carried_out: bool) -> String {
    let mut child = player.spawn().expect("it runs");
    let sent = |it: &Exchange| it.line.starts_with(method) && (it.status == 200) == carried_out;
    eventually(|| proxy.record().iter().any(sent).then_some(()));
    child.kill().expect("kill -9");
    let output = child.wait_with_output().expect("its output");
    let mut lines = said(&output.stdout);
    assert_eq!(lines.len(), 1, "it never heard the answer: {lines:?}");
    lines.remove(0)
}

/// Who plays as a guest from now on: at each start the same.
fn only_guest(setup: &Setup) -> String {
    let mut guests: Vec<String> = (0..3).flat_map(|_| play(setup, "log in")).collect();
    guests.dedup();
    assert_eq!(guests.len(), 1, "{guests:?}");
    guests.remove(0)
}

/// How many accounts were made, each by a guest id of its own.
fn guests_made(proxy: &Proxy) -> usize {
    let record = proxy.record();
    let mut made: Vec<_> = record.iter().filter(|it| it.status == 201).map(|it| &it.body).collect();
    made.sort();
    made.dedup();
    assert_eq!(made.len(), proxy.accounts(), "a guest id that was given up came back: {made:?}");
    made.len()
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    files
}

#[test]
fn killed_right_after_the_login_the_player_is_still_logged_in() {
    let folder = folder();
    let setup = Setup::new(server::shared(), folder.path());
    let mut child = player(&setup, "log in").spawn().expect("it runs");
    // Dies the moment it has said who it is, before it can do anything more.
    let mut output = std::io::BufReader::new(child.stdout.take().expect("its output"));
    let id = loop {
        let mut line = String::new();
        let read = std::io::BufRead::read_line(&mut output, &mut line).expect("a line");
        assert!(read > 0, "it ended without a word");
        if let Some((_, id)) = line.trim_end().split_once("player: ") {
            break id.to_owned();
        }
    };
    child.kill().expect("kill -9");
    child.wait().expect("it is gone");
    // With the network cut.
    let cut = Setup { server_url: "http://127.0.0.1:1".to_owned(), ..setup };
    assert_eq!(play(&cut, "who am I"), [id]);
}

#[test]
fn processes_that_share_a_folder_make_one_account() {
    let folder = folder();
    let proxy = Proxy::start(&server::shared().url, |_, _| Fate::Pass);
    let mut setup = Setup::new(server::shared(), folder.path());
    setup.server_url.clone_from(&proxy.url);
    let players: Vec<Child> =
        (0..4).map(|_| player(&setup, "log in").spawn().expect("it runs")).collect();
    let mut ids = Vec::new();
    for player in players {
        let output = player.wait_with_output().expect("its output");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        ids.extend(said(&output.stdout));
    }
    assert_eq!(ids.len(), 4, "{ids:?}");
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(proxy.accounts(), 1);
}

#[test]
fn a_process_hears_of_what_another_did_to_its_folder() {
    let folder = folder();
    let setup = Setup::new(server::shared(), folder.path());
    let client = setup.open();
    let ids = play(&setup, "log in");
    assert_eq!(api().tdsauth_client_set_app_state(client.0, 1), api::OK);
    let event = client.next_event();
    assert_eq!((event.kind, event.value, event.request), (api::EVENT_USER_CHANGED, 1, 0));
    assert_eq!(client.current_user().expect("the other's login").id(), ids[0]);
}

/// Guards against a proxy of the machine's environment carrying session tokens.
#[test]
fn the_environment_names_no_proxy() {
    let folder = folder();
    let setup = Setup::new(server::shared(), folder.path());
    let mut player = player(&setup, "log in");
    for name in ["http_proxy", "https_proxy", "all_proxy"] {
        player.env(name, "http://127.0.0.1:1").env(name.to_uppercase(), "http://127.0.0.1:1");
    }
    player.env_remove("no_proxy").env_remove("NO_PROXY");
    let output = player.output().expect("it runs");
    assert_eq!(said(&output.stdout).len(), 1, "{}", String::from_utf8_lossy(&output.stdout));
}
