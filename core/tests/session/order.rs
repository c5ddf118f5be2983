//! What the store asks of the system, in which order: what a power cut leaves rests on it, and no
//! test can cut the power.
#![cfg(target_os = "linux")]

use crate::child;
use crate::folder::{APP, Folder, PROFILE, log_in};
use std::path::Path;
use std::process::Command;
use tdsauth_core::session::Store;

const CALLS: &str = "trace=openat,openat2,fsync,fdatasync,rename,renameat,renameat2,flock,write,\
    unlink,unlinkat";

/// Runs the test `name` as a child on `folder` and gives what it asked of the system there: one
/// list for each mark that it said, from that mark to the next. Fails where nothing can be traced:
/// left out in silence, it would count as passed.
fn trace(name: &str, folder: &Folder) -> Vec<Vec<String>> {
    let place = tempfile::tempdir().unwrap();
    let log = place.path().join("trace");
    let wrapper = ["strace", "-f", "-y", "-e", CALLS, "-o", log.to_str().unwrap()];
    let trial = Command::new(wrapper[0]).args(&wrapper[1..]).arg("true").output();
    assert!(
        trial.is_ok_and(|output| output.status.success()),
        "this test needs strace, and the right to trace (Debian's package strace)"
    );
    let program = std::env::current_exe().unwrap();
    child::run(child::wrapped(&wrapper, &program, name, folder.root()));
    let log = std::fs::read_to_string(&log).unwrap();
    let mut sections = Vec::new();
    for line in log.lines() {
        if line.contains("\"mark") {
            sections.push(Vec::new());
        } else if let (Some(section), Some(deed)) = (sections.last_mut(), deed(line, folder.root()))
        {
            section.push(deed);
        }
    }
    sections
}

/// One line of the trace in short: the deed and the names of the files.
fn deed(line: &str, root: &Path) -> Option<String> {
    let line = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let (call, arguments) = line.split_once('(')?;
    let root = root.to_str().unwrap();
    if !arguments.contains(root) {
        return None;
    }
    // Names stand in quotes where they are asked for, and in angle brackets behind descriptors.
    let paths: Vec<&str> = arguments
        .split(['"', '<', '>'])
        .filter_map(|part| part.strip_prefix(root))
        .map(|path| path.rsplit_once('/').map_or("root", |(_, name)| name))
        .collect();
    let word = match call {
        "openat" | "openat2" if !arguments.contains("O_CREAT") => return None,
        "openat" | "openat2" if arguments.contains("O_EXCL") => {
            assert!(arguments.contains("O_NOFOLLOW") && arguments.contains(", 0600"), "{line}");
            "create"
        }
        "openat" | "openat2" => {
            assert_eq!(paths[0], "lock", "{line}");
            assert!(arguments.contains("O_NOFOLLOW") && arguments.contains(", 0600"), "{line}");
            return None;
        }
        "fsync" | "fdatasync" => "flush",
        "flock" if arguments.contains("LOCK_UN") => "free",
        "flock" => "take",
        "write" => "write",
        "rename" | "renameat" | "renameat2" => "rename",
        other => other,
    };
    assert!(line.contains(" = "), "{line}");
    // The last name of an open call is that of the descriptor it gave.
    let paths = if word == "create" { &paths[..1] } else { &paths[..] };
    Some(format!("{word} {}", paths.join(" ")))
}

fn mark() {
    eprintln!("mark");
}

#[test]
fn opening_writes_flushes_and_locks_nothing_and_a_save_is_flushed_before_it_shows() {
    if let Some(root) = child::root() {
        mark();
        let (store, _) = Store::open(&root, APP, PROFILE, None).unwrap();
        store.read().unwrap();
        mark();
        store.guest_id().unwrap();
        mark();
        log_in(&store, "first");
        mark();
        return child::done();
    }
    let name =
        "order::opening_writes_flushes_and_locks_nothing_and_a_save_is_flushed_before_it_shows";
    let folder = Folder::new();
    let sections = trace(name, &folder);
    let [open, guest, save, _] = &sections[..] else { panic!("{sections:?}") };
    assert_eq!(open, &Vec::<String>::new());
    let prepare =
        |name: &str| ["create", "write", "flush"].map(|word| format!("{word} {name}.tmp"));
    let show = |name: &str| format!("rename {name}.tmp {name}");

    let mut expected = vec!["take lock".to_owned()];
    expected.extend(["guest", "state", "state.bak"].into_iter().flat_map(prepare));
    expected.extend(["guest", "state", "state.bak"].map(show));
    expected.extend([format!("flush {PROFILE}"), format!("flush {APP}"), "flush root".to_owned()]);
    expected.extend(["free lock".to_owned(), format!("flush {PROFILE}")]);
    assert_eq!(guest, &expected);

    let mut expected = vec!["take lock".to_owned()];
    expected.extend(["state", "state.bak"].into_iter().flat_map(prepare));
    expected.extend(["state", "state.bak"].map(show));
    expected.extend([format!("flush {PROFILE}"), "free lock".to_owned()]);
    assert_eq!(save, &expected);
}
