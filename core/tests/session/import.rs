//! What the official C# SDK left behind is taken over, once, and stays where it is.

use crate::folder::{FILES, Folder, log_in, log_out, user};
use serde_json::{Map, Value, json};
use std::path::Path;
use tdsauth_core::error::status;
use tdsauth_core::secret::Secret;
use tdsauth_core::session::{Loaded, Recovered, Remembered, Store, Write};

const USER: &str = ".userdata";
const GUEST: &str = ".anonymousdata";
const GUEST_ROW: &[u8] = include_bytes!("../../../tests/fixtures/csharp-sdk/guest.userdata");
const TAPTAP_ROW: &[u8] = include_bytes!("../../../tests/fixtures/csharp-sdk/taptap.userdata");
const GUEST_ID: &[u8] = include_bytes!("../../../tests/fixtures/csharp-sdk/guest.anonymousdata");

/// The folder in which a game of the official SDK kept its files.
struct Official(tempfile::TempDir);

impl Official {
    fn new(user: Option<&[u8]>, guest: Option<&[u8]>) -> Self {
        let official = Self(tempfile::tempdir().unwrap());
        for (name, bytes) in [(USER, user), (GUEST, guest)] {
            if let Some(bytes) = bytes {
                official.put(name, bytes);
            }
        }
        official
    }

    fn guest() -> Self {
        Self::new(Some(GUEST_ROW), Some(GUEST_ID))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path().join(name), bytes).unwrap();
    }

    fn check_untouched(&self, user: &[u8], guest: &[u8]) {
        let mut names: Vec<_> = std::fs::read_dir(self.path()).unwrap().flatten().collect();
        names.sort_by_key(std::fs::DirEntry::file_name);
        let files: Vec<_> =
            names.iter().map(|entry| std::fs::read(entry.path()).unwrap()).collect();
        assert_eq!(files, [guest, user], "the two files as they were, and nothing else");
    }
}

fn row(json: Value) -> Option<Map<String, Value>> {
    json.as_object().cloned()
}

fn guest_row() -> Option<Map<String, Value>> {
    row(json!({
        "objectId": "5f0a1b2c3d4e5f6a7b8c9d0e", "createdAt": "2021-03-04T05:06:07.890Z",
        "updatedAt": "2021-03-04T05:06:07.900Z", "username": "k9mjnl7zq9mjbc7expspsxlls",
        "sessionToken": "anmlwi96s381m6ca7o7266pzf", "emailVerified": false,
        "mobilePhoneVerified": false, "authData": {"anonymous": {"id": text(GUEST_ID)}},
    }))
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn id(bytes: &[u8]) -> Option<Secret> {
    Some(Secret::new(text(bytes)))
}

fn keep(store: &Store) -> Loaded {
    store.update(|_| Ok(((), Write::Keep))).unwrap().1
}

fn problems(store: &Store) -> Vec<String> {
    store.import_problems().iter().map(ToString::to_string).collect()
}

#[test]
fn a_guest_is_taken_over_in_the_first_frame_and_nothing_is_written() {
    let (folder, official) = (Folder::new(), Official::guest());
    for _ in 0..2 {
        let (store, loaded) = folder.import(official.path()).unwrap();
        assert_eq!(loaded.damage, None);
        let expected =
            Remembered { guest_id: id(GUEST_ID), user: guest_row(), ..Remembered::default() };
        assert!(loaded.remembered == expected, "{:?}", loaded.remembered.user);
        assert_eq!(store.read().unwrap().remembered, expected);
        assert_eq!(problems(&store), Vec::<String>::new());
        assert_eq!(folder.names(), Vec::<String>::new(), "until the first update");
    }
    official.check_untouched(GUEST_ROW, GUEST_ID);
}

#[test]
fn each_kind_of_value_is_taken_over_as_the_server_sent_it() {
    let official = Official::new(Some(TAPTAP_ROW), None);
    let (_, loaded) = Folder::new().import(official.path()).unwrap();
    let expected = row(json!({
        "objectId": "60a1b2c3d4e5f6a7b8c9d0e1", "createdAt": "2021-05-17T00:00:00.000Z",
        "updatedAt": "2022-01-02T03:04:05.006Z", "username": "t0ymk5lq2fpf4uwsmg2ylrlcs",
        "sessionToken": "pgk9e8orv8l9coak1rjht1avt", "emailVerified": false,
        "mobilePhoneVerified": false, "nickname": "林小满 \"Xiǎo\" 🎮",
        "avatar": "https://img.example/a.png?x=1&y=2", "shortId": "a1b2c3", "level": 12,
        "score": 3_000_000_000_u64, "rate": 0.5, "vip": true, "clan": null,
        "born": {"__type": "Date", "iso": "1999-12-31T16:00:00.000Z"},
        "tags": ["a", 1, {"b": []}],
        "friend": {"__type": "Pointer", "className": "_User",
                   "objectId": "5f0a1b2c3d4e5f6a7b8c9d0e"},
        "authData": {
            "taptap": {"kid": "1/fixture-kid", "access_token": "1/fixture-kid",
                       "token_type": "mac", "mac_key": "fixture-mac-key",
                       "mac_algorithm": "hmac-sha-1", "openid": "fixture-openid==",
                       "name": "林小满", "avatar": "https://img.example/a.png",
                       "unionid": "fixture-unionid=="},
            "anonymous": {"id": text(GUEST_ID)},
        },
    }));
    assert_eq!(loaded.remembered.user, expected);
    // No file of its own: the guest's row has it too.
    assert_eq!(loaded.remembered.guest_id, id(GUEST_ID));
}

#[test]
fn a_guest_id_is_taken_byte_for_byte() {
    let odd = [
        "1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED".to_owned(),
        "游客一号".to_owned(),
        "x".repeat(400),
        "塔".repeat(341),
        // What the official SDK read it also sent: without these, it would be another guest.
        "\u{feff}1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed".to_owned(),
        "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed\r\n".to_owned(),
        " \t\u{7f}\u{85}\"\\%41 ".to_owned(),
    ];
    for id in &odd {
        let (folder, official) = (Folder::new(), Official::new(None, Some(id.as_bytes())));
        let (store, loaded) = folder.import(official.path()).unwrap();
        let expected = Secret::new(id.as_str());
        assert_eq!(loaded.remembered.guest_id.as_ref(), Some(&expected), "{id:?}");
        assert_eq!((loaded.remembered.user, problems(&store).len()), (None, 0));
        assert_eq!(store.guest_id().unwrap().0, expected, "{id:?}");
        assert_eq!(folder.store().guest_id().unwrap().0, expected, "durable: {id:?}");
        for name in ["state", "state.bak"] {
            folder.put(name, b"damaged");
        }
        assert_eq!(folder.store().guest_id().unwrap().0, expected, "each copy has it: {id:?}");
    }
}

#[test]
fn the_first_update_makes_it_durable_and_ends_the_import() {
    type Update = fn(&Store);
    let updates: [(Update, bool); 4] = [
        (|store| drop(keep(store)), true),
        (|store| drop(store.guest_id().unwrap()), true),
        (|store| assert!(store.update::<()>(|_| Err(failure())).is_err()), true),
        (|store| drop(log_out(store)), false),
    ];
    for (n, (update, logged_in)) in updates.into_iter().enumerate() {
        let (folder, official) = (Folder::new(), Official::guest());
        update(&folder.import(official.path()).unwrap().0);
        official.check_untouched(GUEST_ROW, GUEST_ID);
        assert_eq!(folder.names(), ["guest", "lock", "state", "state.bak"]);
        // Other files there now are nobody's business, and none are as good.
        official.put(USER, TAPTAP_ROW);
        official.put(GUEST, b"somebody else");
        for from in [official.path(), Path::new("/nowhere")] {
            let (store, loaded) = folder.import(from).unwrap();
            let expected = if logged_in { guest_row() } else { None };
            assert_eq!(loaded.remembered.user, expected, "case {n}");
            assert_eq!(loaded.remembered.guest_id, id(GUEST_ID), "case {n}");
            assert!(loaded.remembered.generation > 0);
            assert_eq!((loaded.damage, problems(&store).len()), (None, 0));
        }
    }
}

fn failure() -> tdsauth_core::error::Error {
    tdsauth_core::error::Error::argument("no")
}

#[test]
fn a_login_on_what_was_taken_over_keeps_its_guest() {
    let (folder, official) = (Folder::new(), Official::guest());
    let (store, _) = folder.import(official.path()).unwrap();
    log_in(&store, "other");
    let (_, loaded) = folder.import(official.path()).unwrap();
    assert_eq!(loaded.remembered.user, Some(user("other")));
    assert_eq!(loaded.remembered.guest_id, id(GUEST_ID));
}

#[test]
fn a_folder_with_any_file_of_ours_imports_nothing() {
    let official = Official::guest();
    let (sample, own) = Folder::logged_in();
    for name in FILES {
        let folder = Folder::new();
        drop(folder.store());
        folder.put(name, &sample.bytes(name));
        let (_, loaded) = folder.import(official.path()).unwrap();
        assert_eq!(loaded.remembered.guest_id.as_ref(), Some(&own), "{name}");
        assert_ne!(loaded.remembered.user, guest_row(), "{name}");
    }
    for name in ["state", "state.bak", "guest", "state.damaged-1", "guest.damaged-1"] {
        let folder = Folder::new();
        drop(folder.store());
        folder.put(name, b"damaged beyond hope");
        let (store, loaded) = folder.import(official.path()).unwrap();
        assert_eq!((loaded.remembered.user, loaded.remembered.guest_id), (None, None), "{name}");
        let reported = (!name.contains("damaged")).then_some(Recovered::Nothing);
        assert_eq!(loaded.damage, reported, "{name}");
        assert_ne!(store.guest_id().unwrap().0, id(GUEST_ID).unwrap(), "{name}");
    }
    // What a killed process left of its first save is no file of ours yet.
    let folder = Folder::new();
    drop(folder.store());
    for name in ["state.tmp", "state.bak.tmp", "guest.tmp", "guest.tmp.damaged-1", "lock"] {
        folder.put(name, b"half a fi");
    }
    let (_, loaded) = folder.import(official.path()).unwrap();
    assert_eq!((loaded.remembered.user, loaded.damage), (guest_row(), None));
}

/// What comes of a `.userdata` that is wrong: the guest id is there all the same, once from its own
/// file, and the damage is said.
fn check_damaged(wrong: &[u8], case: &str) {
    let (folder, official) = (Folder::new(), Official::new(Some(wrong), Some(GUEST_ID)));
    let (store, loaded) = folder.import(official.path()).unwrap();
    assert_eq!(loaded.remembered.user, None, "{case}");
    assert_eq!(loaded.remembered.guest_id, id(GUEST_ID), "{case}");
    assert_eq!(loaded.damage, None, "nothing of ours is damaged: {case}");
    let [problem] = store.import_problems() else { panic!("{case}: {:?}", problems(&store)) };
    assert_eq!(problem.status, status::STORAGE_DAMAGED, "{case}");
    assert_eq!(store.guest_id().unwrap().0, id(GUEST_ID).unwrap(), "{case}");
    official.check_untouched(wrong, GUEST_ID);
}

#[test]
fn a_userdata_cut_at_any_length_costs_the_login_and_not_the_guest() {
    for length in 0..GUEST_ROW.len() {
        check_damaged(&GUEST_ROW[..length], &format!("cut at {length}"));
    }
}

#[test]
fn a_flipped_bit_costs_at_most_the_login() {
    for bit in 0..8 * GUEST_ROW.len() {
        let mut wrong = GUEST_ROW.to_vec();
        wrong[bit / 8] ^= 1 << (bit % 8);
        let (folder, official) = (Folder::new(), Official::new(Some(&wrong), Some(GUEST_ID)));
        let (store, loaded) = folder.import(official.path()).unwrap();
        assert_eq!(loaded.remembered.guest_id, id(GUEST_ID), "bit {bit}");
        let problems = store.import_problems().len();
        // There is no checksum: a flip inside a text is another text.
        assert_eq!(loaded.remembered.user.is_some(), problems == 0, "bit {bit}");
        keep(&store);
        let (_, again) = folder.import(official.path()).unwrap();
        assert_eq!(again.remembered.user, loaded.remembered.user, "bit {bit}");
        assert_eq!(again.remembered.guest_id, id(GUEST_ID), "bit {bit}");
        official.check_untouched(&wrong, GUEST_ID);
    }
}

#[test]
fn files_that_are_none_are_said_and_the_other_one_counts() {
    let long = vec![b'x'; 64 * 1024 + 1];
    for (n, wrong) in
        [&b""[..], b"\0\0\0\0", b"\xff\xfe", &long, &[b'x'; 1025]].into_iter().enumerate()
    {
        check_damaged(wrong, &format!("case {n}"));
        // A lost guest id comes back out of the guest's own row.
        let (folder, official) = (Folder::new(), Official::new(Some(GUEST_ROW), Some(wrong)));
        let (store, loaded) = folder.import(official.path()).unwrap();
        assert_eq!(loaded.remembered.user, guest_row(), "case {n}");
        assert_eq!(loaded.remembered.guest_id, id(GUEST_ID), "case {n}");
        assert_eq!(problems(&store).len(), 1, "case {n}");
        // Both: a new player, and both are said.
        let (folder, official) = (Folder::new(), Official::new(Some(wrong), Some(wrong)));
        let (store, loaded) = folder.import(official.path()).unwrap();
        assert!(loaded.remembered == Remembered::default(), "case {n}");
        assert_eq!(problems(&store).len(), 2, "case {n}");
        assert_eq!(store.guest_id().unwrap().0.expose().len(), 32, "case {n}");
        official.check_untouched(wrong, wrong);
    }
}

#[test]
fn no_file_no_folder_no_import() {
    let empty = Official::new(None, None);
    let missing = empty.path().join("missing");
    for from in [empty.path(), &missing] {
        let (folder, from) = (Folder::new(), from.to_owned());
        let (store, loaded) = folder.import(&from).unwrap();
        assert!(loaded.remembered == Remembered::default() && problems(&store).is_empty());
        keep(&store);
        assert_eq!(folder.names(), ["lock"], "nothing to make durable");
    }
}

#[test]
fn what_is_said_of_a_damaged_file_holds_nothing_of_it() {
    let wrong = text(GUEST_ROW).replace("_User", "Other");
    let official = Official::new(Some(wrong.as_bytes()), None);
    let (store, _) = Folder::new().import(official.path()).unwrap();
    let said = format!("{:?} {:?}", store.import_problems(), problems(&store));
    assert!(said.contains(USER) && !said.contains("anmlwi96s381m6ca7o7266pzf"), "{said}");
}

#[cfg(unix)]
#[test]
fn links_are_refused_and_what_is_no_file_is_passed_over() {
    use std::os::unix::fs::symlink;
    for name in [USER, GUEST] {
        let official = Official::new(None, None);
        let target = official.path().join("elsewhere");
        std::fs::write(&target, GUEST_ID).unwrap();
        symlink(&target, official.path().join(name)).unwrap();
        let error = Folder::new().import(official.path()).err().unwrap();
        assert_eq!(error.status, status::STORAGE_PERMISSION, "{name}");
    }
    let official = Official::new(None, None);
    std::fs::create_dir(official.path().join(GUEST)).unwrap();
    // Reading it as a file would wait for a writer for ever.
    let pipe = official.path().join(USER);
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    let (store, loaded) = Folder::new().import(official.path()).unwrap();
    assert!(loaded.remembered == Remembered::default());
    assert_eq!(problems(&store).len(), 2);
    // The folder itself is the game's: it may be a link.
    let (official, link) = (Official::guest(), pipe.with_file_name("link"));
    symlink(official.path(), &link).unwrap();
    assert_eq!(Folder::new().import(&link).unwrap().1.remembered.user, guest_row());
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_now_is_an_error_and_no_new_guest() {
    let official = Official::guest();
    let folder = Folder::new();
    // Where a folder should be, a file: nothing below it can be read.
    let error = folder.import(&official.path().join(USER)).err().unwrap();
    assert_eq!(error.status, status::STORAGE);
    assert_eq!(folder.names(), Vec::<String>::new());
    // Once there is something of ours, nobody looks there.
    folder.store().guest_id().unwrap();
    folder.import(&official.path().join(USER)).unwrap();
}

/// Takes over, under the lock, and logs in; in a child that is killed on the way.
#[cfg(target_os = "linux")]
fn take_over(root: &Path) {
    use crate::folder::{APP, PROFILE};
    let (store, _) = Store::open(root, APP, PROFILE, Some(&beside(root))).unwrap();
    store.guest_id().unwrap();
    log_in(&store, "first");
}

#[cfg(target_os = "linux")]
fn beside(root: &Path) -> std::path::PathBuf {
    root.join("official")
}

/// Runs [`take_over`] in a child that is killed when it makes `call` for the `nth` time. Gives
/// whether it was.
#[cfg(target_os = "linux")]
fn killed_at(call: &str, nth: usize, name: &str, root: &Path) -> bool {
    let (trace, inject) =
        (format!("trace={call}"), format!("inject={call}:signal=KILL:when={nth}"));
    let wrapper = ["strace", "-f", "-o", "/dev/null", "-e", &trace, "-e", &inject];
    let program = std::env::current_exe().unwrap();
    let output = crate::child::wrapped(&wrapper, &program, name, root).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.success(), said.contains("child done"), "{said}");
    !output.status.success()
}

#[cfg(target_os = "linux")]
#[test]
fn opening_locks_flushes_and_renames_nothing() {
    if let Some(root) = crate::child::root() {
        use crate::folder::{APP, PROFILE};
        let (_, loaded) = Store::open(&root, APP, PROFILE, Some(&beside(&root))).unwrap();
        assert_eq!(loaded.remembered.user, guest_row());
        return crate::child::done();
    }
    let folder = Folder::new();
    std::fs::create_dir(beside(folder.root())).unwrap();
    std::fs::write(beside(folder.root()).join(USER), GUEST_ROW).unwrap();
    let name = "import::opening_locks_flushes_and_renames_nothing";
    for call in ["flock", "fsync", "rename"] {
        assert!(!killed_at(call, 1, name, folder.root()), "no {call} at all");
    }
}

/// A child is killed at the `nth` time of `call`, perhaps another one `then`; nothing is lost.
/// Gives whether the first one was killed, and did not get that far.
#[cfg(target_os = "linux")]
fn check_kill(call: &str, nth: usize, then: Option<&str>, files: usize, name: &str) -> bool {
    let folder = Folder::new();
    let official = beside(folder.root());
    std::fs::create_dir(&official).unwrap();
    let files = [(1, USER, TAPTAP_ROW), (2, GUEST, GUEST_ID)].map(|(bit, name, bytes)| {
        let file = official.join(name);
        if files & bit != 0 {
            std::fs::write(&file, bytes).unwrap();
        }
        (std::fs::read(&file).ok(), file)
    });
    let first = folder.import(&official).unwrap().1.remembered;
    let killed = killed_at(call, nth, name, folder.root());
    if let Some(then) = then {
        killed_at(then, 1 + nth % 5, name, folder.root());
    }
    let (_, loaded) = folder.import(&official).unwrap();
    let (case, now) = (format!("killed at {call} {nth}, {then:?}"), loaded.remembered);
    let done = now.user == Some(user("first"));
    assert!(done || (killed && now.user == first.user), "{case}");
    assert_eq!(now.guest_id, first.guest_id, "{case}");
    assert_eq!(loaded.damage, None, "{case}");
    for (bytes, file) in files {
        assert_eq!(std::fs::read(&file).ok(), bytes, "{case}");
    }
    killed
}

#[cfg(target_os = "linux")]
#[test]
fn a_kill_at_any_step_of_the_take_over_loses_neither_the_user_nor_the_guest() {
    if let Some(root) = crate::child::root() {
        take_over(&root);
        return crate::child::done();
    }
    let name = "import::a_kill_at_any_step_of_the_take_over_loses_neither_the_user_nor_the_guest";
    // A login at least: two flushed files, two renamed ones, the folder; and the take-over twice
    // that and the guest's file.
    for (call, least) in [("flock", 4), ("fsync", 12), ("rename", 7)] {
        // Whether a second kill follows, and which of the two files there are.
        for (then, files) in [(None, 3), (Some("rename"), 3), (Some("fsync"), 1), (None, 2)] {
            let mut nth = 1;
            while check_kill(call, nth, then, files, name) {
                nth += 1;
            }
            assert!(nth > least, "{call} {nth}");
        }
    }
}

#[test]
fn several_clients_take_over_one_player_and_none_sees_a_half() {
    use std::sync::Barrier;
    for round in 0..60 {
        let (folder, official) = (Folder::new(), Official::guest());
        let barrier = Barrier::new(4);
        std::thread::scope(|scope| {
            for n in 0..4 {
                let (folder, official, barrier) = (&folder, &official, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let (store, loaded) = folder.import(official.path()).unwrap();
                    assert_eq!(loaded.remembered.user, guest_row(), "round {round}");
                    assert_eq!(loaded.remembered.guest_id, id(GUEST_ID), "round {round}");
                    if n > 0 {
                        let kept = keep(&store).remembered;
                        assert_eq!((kept.generation, kept.user), (1, guest_row()));
                    }
                });
            }
        });
        let (_, loaded) = folder.import(official.path()).unwrap();
        assert_eq!((loaded.remembered.generation, loaded.damage), (1, None));
    }
}

#[test]
fn a_logout_by_one_client_is_seen_by_another_that_took_over_too() {
    let (folder, official) = (Folder::new(), Official::guest());
    let (one, _) = folder.import(official.path()).unwrap();
    let (other, _) = folder.import(official.path()).unwrap();
    log_out(&one);
    let seen = other.read().unwrap().remembered;
    assert_eq!((seen.user, seen.guest_id), (None, id(GUEST_ID)));
    assert_eq!(keep(&other).remembered.user, None, "it is not imported again");
}
