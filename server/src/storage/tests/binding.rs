//! What a binding under way leaves behind, on days that are moved.

use super::*;
use crate::binding::{Channel, Contact, Pace};

on_both! {
    nonces_end_and_are_cleared_away,
    sends_count_for_a_day_and_codes_last_five_minutes,
}

async fn nonces_end_and_are_cleared_away(place: Place) {
    let store = place.store().await;
    let spend =
        |nonce: &str, life, clear| store.order(SpendNonce { nonce: nonce.to_owned(), life, clear });
    assert!(spend("a", MINUTE, false).await.unwrap());
    assert!(!spend("a", MINUTE, true).await.unwrap());
    for _ in 0..2 {
        assert!(spend("b", -1, false).await.unwrap(), "it had ended");
    }
    let kept = async || {
        let mut reader = store.reader().await.unwrap();
        let nonces = query("SELECT nonce FROM binding_nonces ORDER BY nonce");
        let rows = nonces.rows(&mut reader.conn().unwrap()).await.unwrap();
        rows.iter().map(|row| row.get::<String>("nonce").unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(kept().await, ["a", "b"]);
    assert!(spend("c", MINUTE, true).await.unwrap());
    assert_eq!(kept().await, ["a", "c"]);
}

async fn sends_count_for_a_day_and_codes_last_five_minutes(place: Place) {
    let store = place.store().await;
    let user = made(&store, "me").await;
    let to = Contact::read(Channel::Uid, &user.id).unwrap();
    let begin = || {
        let pace = Pace { spacing: MINUTE, daily: 1, daily_of_all: 100 };
        store.order(BeginCode { to: to.clone(), account: None, code: Secret::new("000001"), pace })
    };
    let check =
        || store.order(CheckCode { to: to.clone(), account: None, code: Secret::new("000001") });
    let run = async |sql| {
        let mut reader = store.reader().await.unwrap();
        assert!(query(sql).run(&mut reader.conn().unwrap()).await.unwrap() > 0, "{sql}");
    };
    assert_eq!(begin().await.unwrap(), Begun::Send(user.id.clone()));
    run("UPDATE verification_sends SET next_at = next_at - 61000").await;
    assert_eq!(begin().await.unwrap(), Begun::NotNow, "one a day");
    run("UPDATE verification_sends SET since = since - 23 * 3600000").await;
    assert_eq!(begin().await.unwrap(), Begun::NotNow);
    run("UPDATE verification_sends SET since = since - 3600000").await;
    assert_eq!(begin().await.unwrap(), Begun::Send(user.id.clone()), "the next day");
    assert_eq!(begin().await.unwrap(), Begun::NotNow);

    run("UPDATE verification_codes SET expires_at = expires_at - 4 * 60000").await;
    assert_eq!(check().await.unwrap(), Checked::Right(user.id.clone()), "after four minutes");
    run("UPDATE verification_sends SET since = 0, next_at = 0").await;
    assert_eq!(begin().await.unwrap(), Begun::Send(user.id.clone()));
    run("UPDATE verification_codes SET expires_at = expires_at - 5 * 60000").await;
    assert_eq!(check().await.unwrap(), Checked::Over, "after five");
}
