//! The store alone, with a clock of the test's own: SQLite in memory and PostgreSQL.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Map;
use tdsauth_core::secret::Secret;

use sqlx::sqlite::SqliteConnectOptions;

use super::sqlite::{durable, pool};
use super::*;
use crate::accounts::{Filter, Identity, Proven};
use crate::credentials::Credentials;
use crate::ids::random_text;
use crate::objects::change::Change;
use crate::policy::Policy;

const START: i64 = 1_700_000_000_000;
const MINUTE: i64 = 60_000;
const MAX_BYTES: usize = 10_000;

/// Each of these on both.
macro_rules! on_both {
    ($($test:ident,)*) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(super::Place::Memory).await;
            })*
        }

        mod on_postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test(super::Place::postgres()).await;
            })*
        }
    };
}

mod binding;
mod passwords;
mod push;

on_both! {
    the_former_token_gets_the_new_one_for_ten_minutes,
    updated_at_grows_even_when_the_clock_does_not,
    sign_ins_at_once_make_one_account_of_one_identity,
    links_at_once_give_one_identity_to_one_account,
    a_session_that_ended_before_the_link_is_written_links_nothing,
    an_order_that_fails_spoils_no_other,
}

/// Where a store is.
enum Place {
    Memory,
    Folder(tempfile::TempDir),
    /// With the folder of its key.
    Postgres(Secret, tempfile::TempDir),
}

impl Place {
    fn folder() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    fn postgres() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::Postgres(private_postgres::shared().database().into(), folder)
    }

    async fn store(&self) -> Store {
        match self {
            Self::Memory => Store::open(None, &SealKey::new(None, None)).await,
            Self::Folder(folder) => {
                let folder = Some(folder.path());
                Store::open(folder, &SealKey::new(None, folder)).await
            }
            Self::Postgres(url, folder) => {
                Store::connect(url, &SealKey::new(None, Some(folder.path()))).await
            }
        }
        .unwrap()
    }
}

fn order(guest: &str, now: i64) -> SignInOrder {
    let identity = Identity {
        platform: "anonymous".into(),
        value: Secret::new(guest),
        data: Secret::new(format!(r#"{{"id":"{guest}"}}"#)),
    };
    let new_user = NewUser {
        id: random_text(24).unwrap(),
        username: random_text(25).unwrap(),
        session_token: Secret::new(random_text(25).unwrap()),
        fields: "{}".into(),
        own: OwnFields::default(),
        credentials: Credentials::default(),
    };
    let proven = vec![Proven { identity, union: None, grant: None }];
    SignInOrder { proven, new_user: Some(new_user), max_bytes: MAX_BYTES, now }
}

async fn made(store: &Store, guest: &str) -> User {
    match store.order(order(guest, START)).await.unwrap() {
        SignedIn::Created(user) => user,
        other => panic!("{other:?}"),
    }
}

async fn refresh(store: &Store, user: &User, session: &Secret, now: i64) -> Option<Secret> {
    let order = Refresh {
        id: user.id.clone(),
        authority: Authority::Session(session.clone()),
        new_token: Secret::new(random_text(25).unwrap()),
        now,
    };
    match store.order(order).await.unwrap() {
        Refreshed::Done { token, .. } => Some(token),
        Refreshed::Refused => None,
        Refreshed::Nobody => panic!("nobody"),
    }
}

async fn the_former_token_gets_the_new_one_for_ten_minutes(place: Place) {
    let store = place.store().await;
    let user = made(&store, "guest").await;
    let old = user.session_token.clone();
    let new = refresh(&store, &user, &old, START).await.unwrap();
    assert!(new != old);
    for late in [0, 1, 10 * MINUTE, -1, -10 * MINUTE] {
        assert!(refresh(&store, &user, &old, START + late).await.as_ref() == Some(&new));
    }
    // Nor does a clock that was set back make an old token good again.
    for late in [10 * MINUTE + 1, -10 * MINUTE - 1] {
        assert!(refresh(&store, &user, &old, START + late).await.is_none());
    }
    assert!(store.user_by_token(old.expose()).await.unwrap().is_none());
    assert!(store.user_by_token(new.expose()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_commit_is_on_the_disk_and_keys_refer_to_what_exists() {
    let folder = tempfile::tempdir().unwrap();
    let options = durable(SqliteConnectOptions::new().filename(folder.path().join("x.db")));
    let database = pool(1).connect_with(options).await.unwrap();
    let mode: String =
        sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&database).await.unwrap();
    assert_eq!(mode, "wal");
    for (pragma, value) in [("PRAGMA synchronous", 2_i64), ("PRAGMA foreign_keys", 1)] {
        let set: i64 = sqlx::query_scalar(pragma).fetch_one(&database).await.unwrap();
        assert_eq!(set, value, "{pragma}");
    }
    database.close().await;
}

async fn updated_at_grows_even_when_the_clock_does_not(place: Place) {
    let store = place.store().await;
    let user = made(&store, "guest").await;
    let mut last = user.updated_at;
    for now in [START, START, START - MINUTE, START + 5] {
        let SignedIn::Known(again) = store.order(order("guest", now)).await.unwrap() else {
            panic!("not known");
        };
        assert!(again.updated_at > last);
        assert_eq!(again.created_at, START);
        last = again.updated_at;
    }
}

async fn sign_ins_at_once_make_one_account_of_one_identity(place: Place) {
    let store = Arc::new(place.store().await);
    // SQLite: all are queued before the writer runs, for this test's runtime has one thread.
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.order(order("one", START)).await.unwrap() })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        created += usize::from(matches!(task.await.unwrap(), SignedIn::Created(_)));
    }
    assert_eq!(created, 1);
}

fn link(user: &User, authority: Authority, player: &str) -> Save {
    let identity = Identity {
        platform: "taptap".into(),
        value: Secret::new(player),
        data: Secret::new(format!(r#"{{"openid":"{player}"}}"#)),
    };
    let proven = vec![Proven { identity, union: None, grant: None }];
    Save { proven, ..nothing(user, authority) }
}

/// A save that changes nothing.
fn nothing(user: &User, authority: Authority) -> Save {
    Save {
        id: user.id.clone(),
        authority,
        condition: Filter::default(),
        unlink: BTreeSet::new(),
        proven: Vec::new(),
        told: Map::new(),
        fields: Map::new(),
        own: Change::default(),
        policy: Policy::Production,
        credentials: Credentials::default(),
        replace_password: false,
        max_bytes: MAX_BYTES,
        now: START,
    }
}

async fn links_at_once_give_one_identity_to_one_account(place: Place) {
    let store = Arc::new(place.store().await);
    let mut tasks = Vec::new();
    for i in 0..64 {
        let user = made(&store, &format!("guest {i}")).await;
        let authority = Authority::Session(user.session_token.clone());
        let (store, order) = (Arc::clone(&store), link(&user, authority, "player"));
        tasks.push(async move { (user, store.order(order).await.unwrap()) });
    }
    // SQLite: all are queued before the writer runs, for this test's runtime has one thread.
    let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut linked = 0;
    for task in tasks {
        let (user, outcome) = task.await.unwrap();
        let now = store.user_by_id(&user.id).await.unwrap().unwrap();
        let platforms: Vec<_> = now.auth_data.keys().map(String::as_str).collect();
        if matches!(outcome, Saved::Taken) {
            assert_eq!((platforms, now.updated_at), (vec!["anonymous"], user.updated_at));
        } else {
            linked += 1;
            let Saved::Done(saved) = outcome else { panic!("{outcome:?}") };
            assert_eq!(saved.updated_at, now.updated_at);
            assert_eq!(platforms, ["taptap"]);
            assert!(now.updated_at > user.updated_at);
        }
    }
    assert_eq!(linked, 1);
}

async fn a_session_that_ended_before_the_link_is_written_links_nothing(place: Place) {
    let store = place.store().await;
    let user = made(&store, "guest").await;
    let old = user.session_token.clone();
    refresh(&store, &user, &old, START).await.unwrap();
    let refused = store.order(link(&user, Authority::Session(old), "player")).await.unwrap();
    assert!(matches!(refused, Saved::Refused));
    let now = store.user_by_id(&user.id).await.unwrap().unwrap();
    assert!(now.auth_data.contains_key("anonymous") && now.auth_data.len() == 1);
    let nobody = User { id: "0".repeat(24), ..user.clone() };
    let outcome = store.order(link(&nobody, Authority::Master, "player")).await.unwrap();
    assert!(matches!(outcome, Saved::Nobody));
    let linked = store.order(link(&user, Authority::Master, "player")).await.unwrap();
    assert!(matches!(linked, Saved::Done(_)));
}

async fn an_order_that_fails_spoils_no_other(place: Place) {
    let store = Arc::new(place.store().await);
    let taken = made(&store, "taken").await;
    let tasks: Vec<_> = (0..10)
        .map(|i| {
            let store = Arc::clone(&store);
            let mut order = order(&format!("guest {i}"), START);
            if i == 5 {
                // Cannot be stored: the username is somebody else's.
                order.new_user.as_mut().unwrap().username = taken.username.clone();
            }
            tokio::spawn(async move { store.order(order).await })
        })
        .collect();
    for (i, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap().is_err(), i == 5, "order {i}");
    }
    // Nothing of the failed one is left.
    let retried = store.order(order("guest 5", START)).await.unwrap();
    assert!(matches!(retried, SignedIn::Created(_)));
}

#[tokio::test]
async fn closing_a_file_finishes_what_was_ordered() {
    closing_finishes_what_was_ordered_and_refuses_the_rest(Place::folder()).await;
}

mod closing_on_postgres {
    #[tokio::test]
    async fn finishes_what_was_ordered() {
        let place = super::Place::postgres();
        super::closing_finishes_what_was_ordered_and_refuses_the_rest(place).await;
    }
}

async fn closing_finishes_what_was_ordered_and_refuses_the_rest(place: Place) {
    let store = Arc::new(place.store().await);
    let tasks: Vec<_> = (0..300)
        .map(|i| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.order(order(&i.to_string(), START)).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut kept = Vec::new();
    for (i, task) in tasks.into_iter().enumerate() {
        if task.await.unwrap().is_ok() {
            kept.push(i);
        }
    }
    assert!(!kept.is_empty());
    assert!(store.order(order("late", START)).await.is_err());
    assert!(store.user_by_id("x").await.is_err());

    let again = place.store().await;
    for i in kept {
        let known = again.order(order(&i.to_string(), START)).await.unwrap();
        assert!(matches!(known, SignedIn::Known(_)), "{i}");
    }
    again.close().await;
}
