//! Passwords, names and locks, with a clock of the test's own.

use super::*;
use crate::credentials::Change;

on_both! {
    seven_failures_within_a_quarter_of_an_hour_lock_for_a_quarter_of_an_hour,
    old_failures_are_forgotten_and_locks_are_not,
    a_password_is_kept_with_the_parameters_of_today_once_it_is_known,
    a_password_that_was_changed_meanwhile_is_a_wrong_one,
    a_name_given_away_meanwhile_lets_nobody_in,
    another_address_is_not_verified,
}

fn name(text: &str) -> Name {
    Name::Username(text.into())
}

/// A user of this name and hash of a password.
async fn signed_up(store: &Store, username: &str, hash: &str) -> User {
    let mut new_user = order("", START).new_user.unwrap();
    new_user.credentials.names.username = Some(username.into());
    new_user.credentials.hash = Some(Secret::new(hash));
    store.order(SignUp { new_user, max_bytes: MAX_BYTES, now: START }).await.unwrap().unwrap()
}

async fn fail(store: &Store, username: &str, now: i64) -> LoggedIn {
    store.order(LogInOrder { name: name(username), right: None, now }).await.unwrap()
}

/// A login with the password behind this hash.
async fn succeed(store: &Store, user: &User, hash: &str, renewed: Option<&str>) -> LoggedIn {
    let renewed = renewed.map(Secret::new);
    let right = Right { id: user.id.clone(), hash: Secret::new(hash), renewed };
    let order = LogInOrder { name: name(&user.username), right: Some(right), now: START };
    store.order(order).await.unwrap()
}

async fn set(store: &Store, user: &User, credentials: Credentials) -> User {
    let order = Save { credentials, ..nothing(user, Authority::Master) };
    match store.order(order).await.unwrap() {
        Saved::Done(user) => user,
        other => panic!("{other:?}"),
    }
}

async fn is_locked(store: &Store, username: &str, now: i64) -> bool {
    store.before_login(&name(username), now).await.unwrap().is_none()
}

async fn seven_failures_within_a_quarter_of_an_hour_lock_for_a_quarter_of_an_hour(place: Place) {
    let store = place.store().await;
    // One each two and a half minutes are six in a quarter of an hour.
    for n in 0..20 {
        let now = START + n * 5 * MINUTE / 2;
        assert!(matches!(fail(&store, "slow", now).await, LoggedIn::Wrong), "{n}");
    }
    // The seventh comes within it, though not one of two windows that follow each other is full.
    let times = [0, 12, 13, 14, 14, 14, 14].map(|minutes| START + minutes * MINUTE);
    for now in times {
        assert!(!is_locked(&store, "fast", now).await);
        assert!(matches!(fail(&store, "fast", now).await, LoggedIn::Wrong));
    }
    let locked = START + 14 * MINUTE;
    // Also for an order that is older than the lock and done after it.
    for (now, is) in [(-MINUTE, true), (0, true), (15 * MINUTE - 1, true), (15 * MINUTE, false)] {
        assert_eq!(is_locked(&store, "fast", locked + now).await, is, "{now}");
    }
    // What is tried meanwhile does not make it longer.
    assert!(matches!(fail(&store, "fast", locked + 14 * MINUTE).await, LoggedIn::Locked));
    assert!(!is_locked(&store, "fast", locked + 15 * MINUTE).await);
    // Nor does a clock that is set back.
    assert!(!is_locked(&store, "fast", locked - 60 * MINUTE).await);
    for n in 0..6 {
        let now = locked + 15 * MINUTE + n;
        assert!(matches!(fail(&store, "fast", now).await, LoggedIn::Wrong));
        assert!(!is_locked(&store, "fast", now).await, "it counts from the start");
    }
}

async fn old_failures_are_forgotten_and_locks_are_not(place: Place) {
    let store = place.store().await;
    for _ in 0..7 {
        fail(&store, "ada", START).await;
    }
    fail(&store, "old", START - MINUTE).await;
    store.order(ForgetFailures { now: START + 15 * MINUTE - 1 }).await.unwrap();
    assert!(is_locked(&store, "ada", START + 15 * MINUTE - 1).await);
    let left = async || {
        let mut reader = store.reader().await.unwrap();
        let count = query("SELECT count(*) AS n FROM login_failures");
        count.value::<i64>("n", &mut reader.conn().unwrap()).await.unwrap()
    };
    assert_eq!(left().await, Some(1));
    store.order(ForgetFailures { now: START + 15 * MINUTE + 1 }).await.unwrap();
    assert_eq!(left().await, Some(0));
}

async fn a_password_is_kept_with_the_parameters_of_today_once_it_is_known(place: Place) {
    let store = place.store().await;
    let user = signed_up(&store, "ada", "old").await;
    assert!(matches!(succeed(&store, &user, "old", Some("new")).await, LoggedIn::Done(_)));
    let found = store.before_login(&name("ada"), START).await.unwrap().flatten().unwrap();
    assert!(found.hash == Some(Secret::new("new")));
    assert_eq!(store.user_by_id(&user.id).await.unwrap().unwrap().updated_at, START);
}

async fn a_password_that_was_changed_meanwhile_is_a_wrong_one(place: Place) {
    let store = place.store().await;
    let user = signed_up(&store, "ada", "old").await;
    let change = |right: &str| ChangePassword {
        id: user.id.clone(),
        authority: Authority::Session(user.session_token.clone()),
        hashes: Some(Hashes { old: Secret::new(right), new: Secret::new("new") }),
        new_token: None,
        now: START,
    };
    let done = store.order(change("old")).await.unwrap();
    assert!(matches!(done, PasswordChanged::Done { .. }));
    assert!(matches!(succeed(&store, &user, "old", None).await, LoggedIn::Wrong));
    assert!(matches!(store.order(change("old")).await.unwrap(), PasswordChanged::Wrong));
    assert!(matches!(succeed(&store, &user, "new", None).await, LoggedIn::Done(_)));
}

async fn a_name_given_away_meanwhile_lets_nobody_in(place: Place) {
    let store = place.store().await;
    let user = signed_up(&store, "ada", "hash").await;
    let mut other = Credentials::default();
    other.names.username = Some("ada2".into());
    assert_eq!(set(&store, &user, other).await.username, "ada2");
    signed_up(&store, "ada", "hash").await;
    assert!(matches!(succeed(&store, &user, "hash", None).await, LoggedIn::Wrong));
}

async fn another_address_is_not_verified(place: Place) {
    let store = place.store().await;
    let user = signed_up(&store, "ada", "hash").await;
    let verified = async |email: &str, phone: &str| {
        let mut credentials = Credentials::default();
        credentials.names.email = Change::Set(email.into());
        credentials.names.phone = Change::Set(phone.into());
        let user = set(&store, &user, credentials).await;
        (user.email_verified, user.mobile_phone_verified)
    };
    assert_eq!(verified("a@b.c", "12345").await, (false, false));
    store.order(Verified).await.unwrap();
    assert_eq!(verified("A@b.c", "12345").await, (true, true), "the same address");
    assert_eq!(verified("a@b.d", "12346").await, (false, false));
}

/// Everybody's addresses are verified.
struct Verified;

impl Order for Verified {
    type Out = ();

    async fn run(&self, db: &mut Conn<'_>) -> Result<()> {
        let all = "UPDATE users SET email_verified = true, mobile_phone_verified = true";
        query(all).run(db).await.map(drop)
    }
}
