//! Any row of calls, restarts and mishaps against a model of what must be remembered.

use crate::folder::{FILES, Folder, log_out, sealed};
use proptest::prelude::*;
use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;
use tdsauth_core::session::{Recovered, Write};

#[derive(Clone, Debug)]
enum Step {
    GuestId,
    LogIn(Map<String, Value>),
    LogOut,
    Restart,
    /// One file loses its end, gets a flipped bit, or is deleted; a save follows before the next.
    Cut(usize, prop::sample::Index),
    Flip(usize, prop::sample::Index),
    Delete(usize),
    Leftover(usize, Vec<u8>),
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no such number", |f| f.is_finite())
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            row_of(inner).prop_map(Value::Object),
        ]
    })
}

fn row_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map(any::<String>(), value, 0..4)
        .prop_map(|fields| fields.into_iter().collect())
}

fn step() -> impl Strategy<Value = Step> {
    let (file, place) = (0..FILES.len(), any::<prop::sample::Index>);
    prop_oneof![
        Just(Step::GuestId),
        row_of(json()).prop_map(Step::LogIn),
        Just(Step::LogOut),
        Just(Step::Restart),
        (file.clone(), place()).prop_map(|(file, at)| Step::Cut(file, at)),
        (file.clone(), place()).prop_map(|(file, at)| Step::Flip(file, at)),
        file.clone().prop_map(Step::Delete),
        (file, any::<Vec<u8>>()).prop_map(|(file, bytes)| Step::Leftover(file, bytes)),
    ]
}

/// Changes one file that is there; gives whether that is damage, which a deletion is not.
fn mishap(folder: &Folder, step: &Step) -> bool {
    let (Step::Cut(file, _) | Step::Flip(file, _) | Step::Delete(file) | Step::Leftover(file, _)) =
        step
    else {
        return false;
    };
    let name = FILES[*file];
    if let Step::Leftover(_, bytes) = step {
        folder.put(&format!("{name}.tmp"), bytes);
        return false;
    }
    if !folder.file(name).exists() {
        return false;
    }
    let mut bytes = folder.bytes(name);
    match step {
        Step::Cut(_, at) => bytes.truncate(at.index(bytes.len())),
        Step::Flip(_, at) => {
            let bit = at.index(8 * bytes.len());
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        _ => {
            folder.remove(name);
            return false;
        }
    }
    folder.put(name, &bytes);
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_was_saved_is_what_is_read(steps in prop::collection::vec(step(), 1..24)) {
        let folder = Folder::new();
        let mut store = folder.store();
        let mut id: Option<Secret> = None;
        let mut user: Option<Map<String, Value>> = None;
        let mut generation = 0;
        for step in steps {
            let hurt = mishap(&folder, &step);
            match &step {
                Step::GuestId => {
                    let (found, _) = store.guest_id().unwrap();
                    generation += u64::from(id.is_none());
                    prop_assert_eq!(id.get_or_insert(found.clone()), &found);
                }
                Step::LogIn(row) => {
                    user = Some(row.clone());
                    store.update(|remembered| {
                        remembered.user = Some(row.clone());
                        Ok(((), Write::Save))
                    }).unwrap();
                    generation += 1;
                }
                Step::LogOut => {
                    user = None;
                    log_out(&store);
                    generation += 1;
                }
                _ => store = folder.store(),
            }
            for loaded in [
                store.read().unwrap(),
                folder.store().update(|_| Ok(((), Write::Keep))).unwrap().1,
            ] {
                prop_assert_eq!(loaded.damage, hurt.then_some(Recovered::Everything));
                prop_assert_eq!(&loaded.remembered.user, &user);
                prop_assert_eq!(&loaded.remembered.guest_id, &id);
                prop_assert_eq!(loaded.remembered.generation, generation);
            }
            prop_assert_eq!(store.read().unwrap().damage, None);
        }
    }

    #[test]
    fn noise_in_the_files_is_damage_and_makes_nobody_a_user(
        noise in prop::collection::vec((any::<Vec<u8>>(), any::<bool>(), json()), 3),
    ) {
        let folder = Folder::new();
        drop(folder.store());
        let mut wrong = Vec::new();
        for (name, (mut bytes, whole, value)) in FILES.iter().zip(noise) {
            // Not only noise, but also what has a right checksum and a wrong content.
            if whole {
                bytes = [b"guest\n", value.to_string().as_bytes()].concat();
                bytes = sealed(name.trim_end_matches(".bak"), 1, &bytes);
            }
            folder.put(name, &bytes);
            wrong.push(bytes);
        }
        let (store, loaded) = folder.open().unwrap();
        prop_assert_eq!(loaded.damage, Some(Recovered::Nothing));
        prop_assert!(loaded.remembered.user.is_none() && loaded.remembered.guest_id.is_none());
        let (id, _) = store.guest_id().unwrap();
        prop_assert_eq!(folder.open().unwrap().1.remembered.guest_id, Some(id));
        let mut aside = folder.set_aside();
        aside.sort();
        wrong.sort();
        prop_assert_eq!(aside, wrong);
    }
}
