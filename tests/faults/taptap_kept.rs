//! What is kept of TapTap while things go wrong: a token serves as long as it can.

use serde_json::json;

use crate::common::api;
use crate::common::client::accepted;
use crate::taptap::{Call, WRONGS, Wrong, each, ending};

#[test]
fn a_token_that_cannot_be_refreshed_logs_the_player_in_all_the_same() {
    each(&WRONGS, |scene, wrong| {
        scene.taptap.script(&json!({ "old_token": "good" }));
        assert_eq!(scene.open(wrong).logs_in(api::WAY_REDIRECT, "").status, api::OK);
        let before = scene.known();
        scene.for_ever(Call::Refresh, wrong);
        scene.open(wrong).logs_in_silently("");
        assert_eq!(scene.calls(Call::Refresh), 1, "{wrong:?}: once in a start of the game");
        assert_eq!(scene.known(), before, "{wrong:?}");
    });
}

#[test]
fn a_refreshed_token_that_was_lost_is_asked_of_the_player_again() {
    each(&[Wrong::Lost], |scene, wrong| {
        scene.taptap.script(&json!({ "old_token": "dead" }));
        assert_eq!(scene.open(wrong).logs_in(api::WAY_REDIRECT, "").status, api::OK);
        let player = scene.open(wrong);
        scene.once(Call::Refresh, wrong);
        assert_eq!(ending(&player.does(Call::Refresh)), wrong.ending());
        drop(player);

        let player = scene.open(wrong);
        let event = player.plays(player.client.taptap_login(&Default::default()));
        assert_eq!((event.status, event.value), (api::OK, 1), "the player took part");
        assert_eq!(player.client.next_event().kind, api::EVENT_TAPTAP_SESSION_OVER);
    });
}

#[test]
fn a_login_without_a_profile_is_finished_by_the_next_one() {
    let ways = [api::WAY_QR, api::WAY_BROWSER, api::WAY_REDIRECT];
    let cases: Vec<_> = WRONGS.iter().zip(ways.into_iter().cycle()).collect();
    each(&cases, |scene, (wrong, way)| {
        let player = scene.open(wrong);
        scene.for_ever(Call::Profile, wrong);
        assert_eq!(ending(&player.logs_in(*way, "")), wrong.ending(), "{wrong:?}");
        assert!(scene.known().kid.is_ok(), "{wrong:?}: TapTap gives a token once");
        scene.heal();
        player.logs_in_silently("");
        assert!(scene.known().name.is_ok(), "after {wrong:?}");
    });
}

#[test]
fn a_token_from_elsewhere_is_taken_over_with_its_profile_or_not_at_all() {
    each(&WRONGS, |scene, wrong| {
        let player = scene.open(wrong);
        assert_eq!(player.logs_in(api::WAY_REDIRECT, "").status, api::OK);
        let first = scene.known();
        let text = |text: &Result<String, i32>| text.clone().expect("a text");
        let token = json!({ "kid": text(&first.kid), "mac_key": text(&first.mac_key) }).to_string();
        assert_eq!(player.logs_in(api::WAY_REDIRECT, "").status, api::OK);
        let second = scene.known();
        assert_ne!(first.kid, second.kid);

        let import = || accepted(player.client.taptap_import_token(&token));
        scene.for_ever(Call::Profile, wrong);
        assert_eq!(ending(&player.plays(import())), wrong.ending(), "{wrong:?}");
        assert_eq!(scene.known(), second, "{wrong:?}");
        scene.heal();
        assert_eq!(player.plays(import()).status, api::OK, "after {wrong:?}");
        assert_eq!(scene.known(), first, "after {wrong:?}");
    });
}

#[test]
fn a_login_without_an_account_is_finished_by_the_next_one() {
    each(&WRONGS, |scene, wrong| {
        let player = scene.open(wrong);
        scene.for_ever(Call::Account, wrong);
        assert_eq!(ending(&player.does(Call::Account)), wrong.ending(), "{wrong:?}");
        let known = scene.known();
        assert!(known.name.is_ok() && known.user.is_none(), "{wrong:?}: {known:?}");
        let asked = scene.calls(Call::Device);
        scene.heal();
        let event = player.does(Call::Account);
        assert_eq!((event.kind, event.status), (api::EVENT_LOGIN, api::OK), "after {wrong:?}");
        assert_eq!(scene.calls(Call::Device), asked, "the player was asked once");
        assert!(scene.known().user.is_some());
    });
}
