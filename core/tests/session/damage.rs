//! Damaged files: found at every bit and every length, set aside, reported, and their content
//! brought back from wherever it survives.

use crate::folder::{FILES, Folder, log_in, log_out, user};
use std::ops::Range;
use tdsauth_core::secret::Secret;
use tdsauth_core::session::{Loaded, Recovered, Remembered, Store, Write};

/// What a sweep starts from: the three files of a guest who is logged in.
struct Sample {
    folder: Folder,
    id: Secret,
    files: [Vec<u8>; 3],
}

impl Sample {
    fn new() -> Self {
        let (folder, id) = Folder::logged_in();
        let files = FILES.map(|name| folder.bytes(name));
        Self { folder, id, files }
    }

    fn original(&self, name: &str) -> &[u8] {
        &self.files[FILES.iter().position(|file| *file == name).unwrap()]
    }

    /// The three files as they were, nothing else.
    fn reset(&self) {
        for name in self.folder.names() {
            self.folder.remove(&name);
        }
        for (name, bytes) in FILES.iter().zip(&self.files) {
            self.folder.put(name, bytes);
        }
    }

    /// Where the guest record stands in `bytes`, with the line feeds around it.
    fn record(&self, bytes: &[u8]) -> Range<usize> {
        let text = std::str::from_utf8(bytes).unwrap();
        let start = text.find(&format!("\nguest {}", self.id.expose())).unwrap();
        start..start + 1 + text[start + 1..].find('\n').unwrap() + 1
    }

    fn intact(&self) -> Remembered {
        Remembered {
            generation: 2,
            guest_id: Some(self.id.clone()),
            user: Some(user("first")),
            ..Remembered::default()
        }
    }
}

/// Repairs what there is to repair. A sweep does this with a new store each time: one that has just
/// had the lock lets others go first.
fn keep(store: &Store) -> Loaded {
    store.update(|_| Ok(((), Write::Keep))).unwrap().1
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

/// `name` holds `wrong`, the other two are intact: nothing is lost, and `wrong` is set aside.
fn check_recovered(sample: &Sample, name: &str, wrong: &[u8], case: &str) {
    sample.reset();
    sample.folder.put(name, wrong);
    let (store, loaded) = sample.folder.open().unwrap();
    assert_eq!(loaded.damage, Some(Recovered::Everything), "{case}");
    assert_eq!(loaded.remembered, sample.intact(), "{case}");
    assert_eq!(sample.folder.bytes(name), wrong, "opening repairs nothing: {case}");

    let loaded = keep(&store);
    assert_eq!(loaded.damage, Some(Recovered::Everything), "{case}");
    assert_eq!(loaded.remembered, sample.intact(), "{case}");
    assert_eq!(sample.folder.set_aside(), [wrong], "{case}");
    for file in FILES {
        assert_eq!(sample.folder.bytes(file), sample.original(file), "{file}, {case}");
    }
    assert_eq!(keep(&sample.folder.store()).damage, None, "{case}");
}

#[test]
fn one_flipped_bit_anywhere_loses_nothing_while_the_copies_are_good() {
    let sample = Sample::new();
    for name in FILES {
        let original = sample.original(name).to_vec();
        for bit in 0..8 * original.len() {
            check_recovered(&sample, name, &flipped(&original, bit), &format!("{name} bit {bit}"));
        }
    }
}

#[test]
fn a_cut_at_any_length_loses_nothing_while_the_copies_are_good() {
    let sample = Sample::new();
    for name in FILES {
        let original = sample.original(name).to_vec();
        for length in 0..original.len() {
            let case = format!("{name} cut at {length}");
            check_recovered(&sample, name, &original[..length], &case);
        }
    }
}

/// `wrong` is the only file: the user is gone, never another one, and the guest id is the old one
/// if `whole` says that its record is untouched.
fn check_alone(sample: &Sample, name: &str, wrong: &[u8], whole: bool, case: &str) {
    sample.reset();
    for file in FILES {
        sample.folder.remove(file);
    }
    sample.folder.put(name, wrong);
    let (store, loaded) = sample.folder.open().unwrap();
    let (found, made) = (loaded.remembered, keep(&store).remembered.guest_id);
    assert_eq!(found.user, None, "{case}");
    assert_eq!(found.guest_id, made, "{case}");
    let expected = match (whole, name) {
        // There was nothing in it but the id.
        (true, "guest") => Recovered::Everything,
        (true, _) => Recovered::GuestOnly,
        (false, _) => Recovered::Nothing,
    };
    assert_eq!(loaded.damage, Some(expected), "{case}");
    assert_eq!(found.guest_id, whole.then(|| sample.id.clone()), "{case}");

    let (id, _) = sample.folder.store().guest_id().unwrap();
    assert_eq!(id == sample.id, whole, "{case}");
    assert_eq!(id.expose().len(), 32, "{case}");
    assert_eq!(sample.folder.set_aside(), [wrong], "{case}");
    let (_, again) = sample.folder.open().unwrap();
    assert_eq!((again.damage, again.remembered.guest_id), (None, Some(id)), "{case}");
}

#[test]
fn one_flipped_bit_in_the_only_file_left_costs_at_most_the_session() {
    let sample = Sample::new();
    for name in FILES {
        let original = sample.original(name).to_vec();
        let record = sample.record(&original);
        for bit in 0..8 * original.len() {
            let whole = !record.contains(&(bit / 8));
            let wrong = flipped(&original, bit);
            check_alone(&sample, name, &wrong, whole, &format!("{name} bit {bit}"));
        }
    }
}

#[test]
fn a_cut_of_the_only_file_left_costs_at_most_the_session() {
    let sample = Sample::new();
    for name in FILES {
        let original = sample.original(name).to_vec();
        // The line feed that ends the record may be gone.
        let end = sample.record(&original).end - 1;
        for length in 0..original.len() {
            let (wrong, case) = (&original[..length], format!("{name} cut at {length}"));
            check_alone(&sample, name, wrong, length >= end, &case);
        }
    }
}

#[test]
fn all_files_damaged_at_once_keep_the_guest_id_and_all_are_set_aside() {
    let sample = Sample::new();
    let wrong = FILES.map(|name| flipped(sample.original(name), 8 * 20));
    for (name, bytes) in FILES.iter().zip(&wrong) {
        sample.folder.put(name, bytes);
    }
    let (store, loaded) = sample.folder.open().unwrap();
    assert_eq!(loaded.damage, Some(Recovered::GuestOnly));
    assert_eq!(store.guest_id().unwrap().0, sample.id);
    let mut aside = sample.folder.set_aside();
    aside.sort();
    let mut wrong = wrong.to_vec();
    wrong.sort();
    assert_eq!(aside, wrong);
}

#[test]
fn a_lost_state_never_repeats_a_generation_number() {
    let sample = Sample::new();
    let store = sample.folder.store();
    for name in ["state", "state.bak"] {
        sample.folder.put(name, b"no state");
    }
    let after = log_in(&store, "second").remembered.generation;
    assert!(after > 1_000_000_000, "{after}");
    assert_eq!(log_out(&store).remembered.generation, after + 1);
}

#[test]
fn files_set_aside_are_never_replaced_and_never_deleted() {
    let sample = Sample::new();
    let store = sample.folder.store();
    let wrong: Vec<Vec<u8>> = (0..20).map(|n| format!("damage {n:02}").into_bytes()).collect();
    for bytes in &wrong {
        sample.folder.put("guest", bytes);
        assert_eq!(keep(&store).damage, Some(Recovered::Everything));
    }
    log_out(&store);
    let mut aside = sample.folder.set_aside();
    aside.sort();
    assert_eq!(aside, wrong);
}

#[test]
fn a_damage_repaired_by_a_call_that_failed_is_reported_by_the_next() {
    let sample = Sample::new();
    let store = sample.folder.store();
    sample.folder.put("state", b"");
    let error = tdsauth_core::error::Error::argument("no");
    assert!(store.update::<()>(|_| Err(error)).is_err());
    assert_eq!(sample.folder.bytes("state"), sample.original("state"));
    assert_eq!(keep(&store).damage, Some(Recovered::Everything));
    assert_eq!(keep(&store).damage, None);
}

#[test]
fn a_file_far_too_large_is_damage_and_is_not_read_whole() {
    let sample = Sample::new();
    let file = std::fs::File::create(sample.folder.file("state")).unwrap();
    // Sparse: a terabyte that takes no room, and would take all memory if it were read.
    file.set_len(1 << 40).unwrap();
    let (store, loaded) = sample.folder.open().unwrap();
    assert_eq!(loaded.damage, Some(Recovered::Everything));
    assert_eq!(keep(&store).remembered, sample.intact());
}

#[test]
fn a_missing_or_older_copy_is_written_again_without_a_report() {
    let sample = Sample::new();
    let store = sample.folder.store();
    for name in FILES {
        sample.folder.remove(name);
        let loaded = keep(&store);
        assert_eq!((loaded.damage, loaded.remembered), (None, sample.intact()), "{name}");
        assert_eq!(sample.folder.bytes(name), sample.original(name), "{name}");
    }
    // As a process leaves it that dies between the two renames: the state is one save ahead.
    log_in(&store, "second");
    let newer = sample.folder.bytes("state");
    for name in ["state", "state.bak"] {
        sample.folder.put(name, sample.original(name));
        let loaded = keep(&store);
        assert_eq!(loaded.damage, None, "{name}");
        assert_eq!(loaded.remembered.user, Some(user("second")), "{name} is behind");
        assert_eq!(sample.folder.bytes(name), newer, "{name}");
    }
}

#[test]
fn a_file_of_another_kind_or_shape_is_damage() {
    let sample = Sample::new();
    let guest = sample.original("guest").to_vec();
    check_recovered(&sample, "state", &guest, "a guest file as state");
    let state = sample.original("state").to_vec();
    check_recovered(&sample, "guest", &state, "a state file as guest");
    for payload in [
        "",
        "guest\n",
        "guest\n[]",
        "guest\n{}",
        "guest\n{\"generation\":-1}",
        "guest x 0000000000000000\n{\"generation\":1}",
        "{\"generation\":1}",
        "guest\n{\"generation\":1,\"user\":[]}",
        "guest\n{\"generation\":1} x",
    ] {
        let bytes = crate::folder::sealed("state", 1, payload.as_bytes());
        check_recovered(&sample, "state", &bytes, payload);
    }
}
