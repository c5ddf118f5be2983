//! A process killed at any moment of a save leaves the old state or the new one, and never costs
//! the guest id.

use crate::child;
use crate::folder::{APP, FILES, Folder, PROFILE};
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Child;
use std::time::Duration;
use tdsauth_core::session::{Recovered, Remembered, Store, Write};

const KILLS: u32 = 120;

/// The user of save `n`; large enough that a save takes several writes of the disk.
fn row(n: u64) -> Map<String, Value> {
    let row = json!({"objectId": n, "sessionToken": "t", "filler": "x".repeat(20_000)});
    row.as_object().unwrap().clone()
}

fn number(remembered: &Remembered) -> u64 {
    let user = remembered.user.as_ref();
    let number = user.and_then(|user| user["objectId"].as_u64()).unwrap_or(0);
    if let Some(user) = user {
        assert_eq!(user, &row(number), "one of the users that were saved, whole");
    }
    number
}

/// Says what it begins and what is done: the guest id, then saves for ever.
fn save_for_ever(root: &Path) -> ! {
    let (store, loaded) = Store::open(root, APP, PROFILE, None).unwrap();
    let mut n = number(&loaded.remembered);
    eprintln!("open");
    eprintln!("guest {}", store.guest_id().unwrap().0.expose());
    loop {
        n += 1;
        eprintln!("begin {n}");
        store
            .update(|remembered| {
                remembered.user = Some(row(n));
                Ok(((), Write::Save))
            })
            .unwrap();
        eprintln!("done {n}");
    }
}

/// What a killed child had said; a line cut short by the kill does not count.
#[derive(Default)]
struct Said {
    guest: Option<String>,
    begun: u64,
    done: u64,
}

/// Wine fails now and then to start a process that many others run beside ("Internal error"); it
/// was none of the child's doing, which did nothing yet.
fn started(name: &str, root: &Path) -> Child {
    const INTERNAL_ERROR: i32 = 1359;
    let start = || child::command(name, root).spawn();
    let again =
        |error: &std::io::Error| cfg!(windows) && error.raw_os_error() == Some(INTERNAL_ERROR);
    match start() {
        Err(error) if again(&error) => start().unwrap(),
        started => started.unwrap(),
    }
}

/// Starts a child, listens until it has said `count` lines with `word`, waits a little, and kills
/// it. The wait only spreads the moments of the kills; no outcome depends on it.
fn kill_in(name: &str, root: &Path, (word, count): (&str, u32), wait: Duration) -> Said {
    let mut child = started(name, root);
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut said = Said::default();
    let mut left = count;
    while left > 0 {
        assert!(said.listen(&mut lines, |line| left -= u32::from(line.starts_with(word))));
    }
    std::thread::sleep(wait);
    child.kill().unwrap();
    let ended = child.wait().unwrap();
    #[cfg(unix)]
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended), Some(9));
    assert!(!ended.success());
    while said.listen(&mut lines, |_| ()) {}
    said
}

impl Said {
    /// Hears one whole line; false when there is none any more.
    fn listen(&mut self, lines: &mut impl BufRead, mut each: impl FnMut(&str)) -> bool {
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let Some(line) = line.strip_suffix('\n') else { return false };
        match line.split_once(' ') {
            Some(("guest", id)) => self.guest = Some(id.to_owned()),
            Some(("begin", n)) => self.begun = n.parse().unwrap(),
            Some(("done", n)) => self.done = n.parse().unwrap(),
            _ => assert_eq!(line, "open"),
        }
        each(line);
        true
    }
}

/// Ever other waits, from none to about the time of a save.
fn spread(round: u32) -> Duration {
    Duration::from_micros(u64::from(round * 7_919 % 4_000))
}

#[test]
fn kills_while_saving_leave_the_old_state_or_the_new_one() {
    if let Some(root) = child::root() {
        save_for_ever(&root);
    }
    let name = "crash::kills_while_saving_leave_the_old_state_or_the_new_one";
    let folder = Folder::on_disk();
    let id = folder.store().guest_id().unwrap().0;
    let (mut last, mut in_a_save) = (0, 0);
    for round in 0..KILLS {
        let said = kill_in(name, folder.root(), ("begin", 1 + round % 3), spread(round));
        // No call in between that could repair anything.
        let (_, loaded) = folder.open().unwrap();
        let found = number(&loaded.remembered);
        let done = said.done.max(last);
        assert!((done..=said.begun).contains(&found), "{found}, {done} to {}", said.begun);
        assert_eq!(loaded.damage, None, "round {round}");
        assert_eq!(loaded.remembered.guest_id.as_ref(), Some(&id), "round {round}");
        assert_eq!(said.guest.as_deref(), Some(id.expose()), "round {round}");
        in_a_save += u32::from(said.begun > done);
        last = found;
    }
    assert!(in_a_save > 0);
    assert_eq!(folder.store().guest_id().unwrap().0, id);
    assert_eq!(folder.names(), ["guest", "lock", "state", "state.bak"]);
}

#[test]
fn kills_while_the_guest_is_made_never_make_a_second_one() {
    if let Some(root) = child::root() {
        save_for_ever(&root);
    }
    let name = "crash::kills_while_the_guest_is_made_never_make_a_second_one";
    for round in 0..KILLS {
        let folder = Folder::on_disk();
        // As soon as the id was handed out, and before.
        let word = if round % 2 == 0 { "guest" } else { "open" };
        let said = kill_in(name, folder.root(), (word, 1), spread(round));
        let (store, loaded) = folder.open().unwrap();
        let (id, _) = store.guest_id().unwrap();
        assert!(said.guest.is_none_or(|guest| guest == id.expose()), "round {round}");
        let found = loaded.remembered.guest_id;
        assert!(found.is_none_or(|found| found == id), "round {round}");
        assert_eq!(loaded.damage, None, "round {round}");
    }
}

#[test]
fn kills_while_a_damaged_file_is_repaired_lose_nothing() {
    if let Some(root) = child::root() {
        save_for_ever(&root);
    }
    let name = "crash::kills_while_a_damaged_file_is_repaired_lose_nothing";
    let folder = Folder::on_disk();
    let id = folder.store().guest_id().unwrap().0;
    let mut last = 0;
    for (round, file) in (0..KILLS / 2).zip(FILES.iter().cycle()) {
        folder.put(file, b"damaged");
        let said = kill_in(name, folder.root(), ("open", 1), spread(round));
        let (store, loaded) = folder.open().unwrap();
        let found = number(&loaded.remembered);
        let known = said.done.max(last)..=said.begun.max(last);
        assert!(known.contains(&found), "{found} is not in {known:?}");
        assert_eq!(loaded.remembered.guest_id.as_ref(), Some(&id), "round {round}");
        assert_ne!(loaded.damage, Some(Recovered::Nothing), "round {round}");
        assert_ne!(loaded.damage, Some(Recovered::GuestOnly), "round {round}");
        // One damaged file at a time: this one is repaired before the next.
        assert_eq!(store.guest_id().unwrap().0, id);
        last = found;
    }
    assert_eq!(folder.set_aside(), vec![b"damaged".to_vec(); (KILLS / 2) as usize]);
}
