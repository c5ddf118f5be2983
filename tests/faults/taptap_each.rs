//! Each exchange of TapTap's contract with each thing that can go wrong: for ever, and once.

use serde_json::json;

use crate::common::api;
use crate::taptap::{Call, Player, Scene, WRONGS, Wrong, each, ending};

/// The exchange goes wrong for ever: what makes it ends as said, after so many tries, and costs the
/// player nothing; then all is well, and the next attempt of the same client works.
fn suffers(call: Call, expected: fn(&Wrong) -> (i32, i32), tries: fn(&Wrong) -> usize) {
    each(&WRONGS, |scene, wrong| {
        let player = prepared(scene, wrong, call);
        let known = scene.known();
        let before = scene.calls(call);
        scene.for_ever(call, wrong);
        assert_eq!(ending(&player.does(call)), expected(wrong), "{wrong:?}");
        assert_eq!(scene.calls(call) - before, tries(wrong), "{wrong:?}");
        assert_eq!(scene.known(), known, "{wrong:?}: what is remembered is untouched");
        scene.heal();
        assert_eq!(player.does(call).status, api::OK, "after {wrong:?}");
    });
}

/// The exchange goes wrong once.
fn overcomes(call: Call, overcome: fn(&Wrong) -> bool) {
    each(&WRONGS, |scene, wrong| {
        let player = prepared(scene, wrong, call);
        scene.once(call, wrong);
        let first = player.does(call);
        assert_eq!(first.status == api::OK, overcome(wrong), "{wrong:?}: {first:?}");
        if !overcome(wrong) {
            assert_eq!(player.does(call).status, api::OK, "after {wrong:?}");
        }
    });
}

/// A player with what the exchange takes.
fn prepared<'a>(scene: &'a Scene, wrong: &Wrong, call: Call) -> Player<'a> {
    // What the service does to the token before a refreshed one is not known.
    scene.taptap.script(&json!({ "old_token": "good" }));
    let player = scene.open(wrong);
    let scopes = match call {
        Call::Device | Call::Exchange | Call::Poll => return player,
        Call::BasicInfo => "basic_info",
        Call::Refresh | Call::Profile | Call::Account => "public_profile",
    };
    assert_eq!(scene.open(&Wrong::Dropped).logs_in(api::WAY_REDIRECT, scopes).status, api::OK);
    // Its first use in a start of the game replaces the token.
    player.logs_in_silently(scopes);
    player
}

/// The connection was lost without a byte of an answer.
fn is_unanswered(wrong: &Wrong) -> bool {
    matches!(wrong, Wrong::Dropped | Wrong::Lost)
}

/// What may be over at the next try.
fn may_pass(wrong: &Wrong) -> bool {
    is_unanswered(wrong) || matches!(wrong, Wrong::Late | Wrong::Cut | Wrong::Ill | Wrong::Page)
}

fn once_more_if_unanswered(wrong: &Wrong) -> usize {
    if is_unanswered(wrong) { 2 } else { 1 }
}

#[test]
fn a_device_code_that_does_not_come() {
    suffers(Call::Device, Wrong::ending, once_more_if_unanswered);
    overcomes(Call::Device, is_unanswered);
}

#[test]
fn polls_that_all_go_wrong_end_when_the_code_does() {
    each(&WRONGS, |scene, wrong| {
        let player = scene.open(wrong);
        scene.taptap.script(&json!({ "expires_in": 2 }));
        scene.for_ever(Call::Poll, wrong);
        assert_eq!(ending(&player.does(Call::Poll)), (api::TAPTAP_EXPIRED, 0), "{wrong:?}");
        let polls = scene.calls(Call::Poll);
        assert!((1..=2).contains(&polls), "{wrong:?}: {polls}, and one a second is due");
        assert_eq!(scene.known().kid, Err(api::NONE));
        scene.heal();
        scene.taptap.script(&json!({ "expires_in": 300 }));
        assert_eq!(player.does(Call::Poll).status, api::OK, "after {wrong:?}");
    });
}

#[test]
fn a_poll_that_goes_wrong_is_one_of_many() {
    // A code is good for one token, and that one is lost then.
    overcomes(Call::Poll, |wrong| !matches!(wrong, Wrong::Lost));
}

#[test]
fn a_code_that_is_not_exchanged() {
    suffers(Call::Exchange, Wrong::ending, |_| 1);
    overcomes(Call::Exchange, |_| false);
}

#[test]
fn a_token_that_is_not_refreshed() {
    suffers(Call::Refresh, Wrong::ending, |_| 1);
    overcomes(Call::Refresh, |_| false);
}

fn three_if_it_may_pass(wrong: &Wrong) -> usize {
    if may_pass(wrong) { 3 } else { 1 }
}

#[test]
fn a_profile_that_does_not_come() {
    suffers(Call::Profile, Wrong::ending, three_if_it_may_pass);
    overcomes(Call::Profile, may_pass);
}

#[test]
fn basic_info_that_does_not_come() {
    suffers(Call::BasicInfo, Wrong::ending, three_if_it_may_pass);
    overcomes(Call::BasicInfo, may_pass);
}

#[test]
fn an_account_that_does_not_come() {
    suffers(Call::Account, Wrong::ending, once_more_if_unanswered);
    overcomes(Call::Account, is_unanswered);
}
