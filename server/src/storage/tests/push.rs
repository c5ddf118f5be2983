//! The outbox, with the hours in it moved: leases, what changes meanwhile, and who is suspected.

use super::*;
use crate::binding::Role;
use crate::push::{Datum, Kind};

on_both! {
    a_lease_that_ended_settles_nothing,
    what_changes_while_it_is_sent_is_sent_again,
    a_batch_that_fails_twice_is_halved,
    what_is_cleared_in_the_preview_does_not_come_back,
}

/// A store with these bound roles, the first of which waits for nothing.
async fn with_roles(place: &Place, ids: &[&str]) -> Store {
    let store = place.store().await;
    let user = made(&store, "me").await;
    let role = |id: &&str| Role {
        role_id: (*id).to_owned(),
        account: user.id.clone(),
        nickname: "Mia".to_owned(),
        display_role_id: None,
        level: Some("1".to_owned()),
        profession: None,
        zone: None,
        server: None,
    };
    let roles: Vec<_> = ids.iter().map(role).collect();
    assert_eq!(store.order(PutRoles { roles }).await.unwrap(), Ok(()));
    for id in ids {
        let (role_id, bound, said_at) = ((*id).to_owned(), true, 1);
        assert!(store.order(Notify { role_id, bound, said_at, table: true }).await.unwrap());
    }
    store
}

/// Whatever was to be waited for is over.
async fn later(store: &Store) {
    let mut reader = store.reader().await.unwrap();
    for sql in
        ["UPDATE push_outbox SET due_at = 0", "UPDATE push_state SET free_at = 0, paused_until = 0"]
    {
        query(sql).run(&mut reader.conn().unwrap()).await.unwrap();
    }
}

/// The roles, or records, that `lease` gets.
async fn claim(store: &Store, lease: &str) -> Vec<String> {
    let (lease, hold) = (lease.to_owned(), MINUTE);
    let order = ClaimPush { lease, roles: 50, rate: 50, hold, table: true };
    match store.order(order).await.unwrap() {
        Claimed::Now(claim) => claim.rows.into_iter().map(|row| row.role_id + &row.item).collect(),
        Claimed::Later(_) | Claimed::Nothing => Vec::new(),
    }
}

async fn settle(store: &Store, lease: &str, verdict: Verdict) {
    let lease = lease.to_owned();
    store.order(SettlePush { lease, verdict }).await.unwrap();
}

async fn changed(store: &Store, role_id: &str) {
    let data = vec![Datum::profile(role_id.to_owned())];
    assert!(store.order(Hand { data, test_mode: false }).await.unwrap().is_empty());
}

fn failed(suspect: bool) -> Verdict {
    Verdict::Failed { reason: "x".to_owned(), suspect }
}

async fn a_lease_that_ended_settles_nothing(place: Place) {
    let store = with_roles(&place, &["a"]).await;
    assert_eq!(claim(&store, "one").await, ["a"]);
    let state = "UPDATE push_state SET free_at = 0";
    let mut reader = store.reader().await.unwrap();
    query(state).run(&mut reader.conn().unwrap()).await.unwrap();
    drop(reader);
    assert!(claim(&store, "two").await.is_empty(), "it is another's");
    later(&store).await;
    assert_eq!(claim(&store, "two").await, ["a"]);
    settle(&store, "one", Verdict::Done).await;
    settle(&store, "one", failed(true)).await;
    assert_eq!(store.outbox(9).await.unwrap().waiting, 1, "two has it");
    settle(&store, "two", Verdict::Done).await;
    assert_eq!(store.outbox(9).await.unwrap().waiting, 0);
}

async fn what_changes_while_it_is_sent_is_sent_again(place: Place) {
    let store = with_roles(&place, &["a"]).await;
    for verdict in [Verdict::Done, Verdict::Refused("no".to_owned())] {
        assert_eq!(claim(&store, "one").await, ["a"]);
        changed(&store, "a").await;
        later_but_for_leases(&store).await;
        assert!(claim(&store, "two").await.is_empty(), "not by two at once");
        settle(&store, "one", verdict).await;
        assert_eq!(store.outbox(9).await.unwrap().parked, 0, "that was of before");
        later(&store).await;
    }
    assert_eq!(claim(&store, "three").await, ["a"]);
    settle(&store, "three", Verdict::Refused("no".to_owned())).await;
    assert_eq!(store.outbox(9).await.unwrap().parked, 1);
    changed(&store, "a").await;
    later(&store).await;
    assert_eq!(claim(&store, "four").await, ["a"]);
    // Unbound meanwhile: there is nothing left to be settled.
    let (role_id, bound, said_at) = ("a".to_owned(), false, 2);
    assert!(store.order(Notify { role_id, bound, said_at, table: true }).await.unwrap());
    settle(&store, "four", failed(false)).await;
    assert_eq!(store.outbox(9).await.unwrap().waiting, 0);
}

async fn later_but_for_leases(store: &Store) {
    let mut reader = store.reader().await.unwrap();
    let state = "UPDATE push_state SET free_at = 0, paused_until = 0";
    query(state).run(&mut reader.conn().unwrap()).await.unwrap();
}

async fn a_batch_that_fails_twice_is_halved(place: Place) {
    let store = with_roles(&place, &["a", "b", "c", "d"]).await;
    for _ in 0..2 {
        assert_eq!(claim(&store, "one").await, ["a", "b", "c", "d"]);
        settle(&store, "one", failed(true)).await;
        assert!(claim(&store, "one").await.is_empty(), "there is a pause");
        later(&store).await;
    }
    let mut halves = [claim(&store, "one").await, Vec::new()];
    later_but_for_leases(&store).await;
    halves[1] = claim(&store, "two").await;
    halves.sort();
    assert_eq!(halves, [["a", "b"], ["c", "d"]]);
    // Nobody was refused, and who is not there is not the cause.
    for lease in ["one", "two"] {
        settle(&store, lease, failed(false)).await;
    }
    later(&store).await;
    assert_eq!(claim(&store, "one").await.len(), 2);
    settle(&store, "one", Verdict::Done).await;
    let left = store.outbox(9).await.unwrap();
    assert_eq!((left.waiting, left.parked, left.rows[0].tries), (2, 0, 3));
}

async fn what_is_cleared_in_the_preview_does_not_come_back(place: Place) {
    let store = with_roles(&place, &[]).await;
    let hand = async |kind: Kind, item: &str| {
        let (role_id, item) = ("a".to_owned(), item.to_owned());
        let (form, payload) = ("t".to_owned(), "[]".to_owned());
        let data = vec![Datum { role_id, kind, form, item, payload }];
        store.order(Hand { data, test_mode: true }).await.unwrap();
    };
    hand(Kind::List, "1").await;
    assert_eq!(claim(&store, "one").await, ["a1"]);
    hand(Kind::List, "2").await;
    hand(Kind::Clear, "").await;
    hand(Kind::List, "3").await;
    later_but_for_leases(&store).await;
    assert!(claim(&store, "two").await.is_empty(), "1 is under way, 2 gone, 3 comes after");
    settle(&store, "one", failed(false)).await;
    later(&store).await;
    assert_eq!(claim(&store, "two").await, ["a"], "all of it is cleared");
    settle(&store, "two", Verdict::Done).await;
    later(&store).await;
    assert_eq!(claim(&store, "three").await, ["a3"]);
}
