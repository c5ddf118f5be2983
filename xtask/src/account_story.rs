//! The story of an account that outgrows its guest: linked to WeChat, found again on another device,
//! given a name, taken away from everybody else, unlinked.

use std::path::Path;
use std::process::Command;

use crate::game::Game;
use crate::server::Server;
use crate::story::line;
use crate::workspace::new_folder;

/// What the game makes of the player's nickname.
const NICKNAME: &str = "塔拉 Tara";

/// Plays the story with `game` against `server`. `folder` gets one folder for each device; `openid`
/// is the player in WeChat, whom no account of the server has yet.
pub(crate) fn tell(
    server: &Server,
    game: &Command,
    folder: &Path,
    openid: &str,
) -> Result<(), String> {
    let device = |name: &str| {
        let own = new_folder(folder, name)?;
        Ok::<_, String>(Game::new(game, |command| {
            server.tell(command);
            command.env("TDSAUTH_TEST_DIR", own).env("TDSAUTH_TEST_OPENID", openid);
        }))
    };
    let (phone, tablet, stranger) = (device("phone")?, device("tablet")?, device("stranger")?);

    let said = phone.play("again")?;
    said.expect("new", "yes")?;
    let id = said.value("user")?.to_owned();
    line("a guest on the phone", &format!("a new account, {id}"));
    let said = phone.play("link")?;
    said.expect("linked", "yes")?;
    said.expect("user", &id)?;
    line("link WeChat", &format!("the same account, {id}, and a guest no longer"));

    let said = tablet.play("wechat")?;
    said.expect("new", "no")?;
    said.expect("user", &id)?;
    line("WeChat on a tablet", &format!("the account is found again, {id}"));
    let said = tablet.play("nickname")?;
    said.expect("nickname", NICKNAME)?;
    let said = phone.play("fetch")?;
    said.expect("user", &id)?;
    said.expect("nickname", NICKNAME)?;
    line("the nickname", &format!("set on the tablet, read on the phone: {NICKNAME}"));

    tablet.play("others")?.expect("user", &id)?;
    phone.play("resume")?.expect("valid", "no")?;
    tablet.play("resume")?.expect("valid", "yes")?;
    line("a new session token", "the phone is logged out, the tablet goes on");

    let said = tablet.play("unlink")?;
    said.expect("it_was_the_last", "yes")?;
    said.expect("user", &id)?;
    line("unlink WeChat", "done, and the game knows that it was the last way in");
    let said = stranger.play("wechat")?;
    said.expect("new", "yes")?;
    if said.value("user")? == id {
        return Err("WeChat still leads to the account it was unlinked from".into());
    }
    line("WeChat once more", "a new account: the player in WeChat is free again");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process;
    use crate::story::tests::idle_server;

    /// A game that says what it should, but for what a test has put in front.
    const GAME: &str = "id=0123456789abcdef01234567; n='塔拉 Tara'; d=$(basename $TDSAUTH_TEST_DIR)\n\
        case $d-$1 in\n\
        phone-again) echo new=yes; echo user=$id;;\n\
        phone-link) echo linked=yes; echo user=${linked:-$id};;\n\
        tablet-wechat) echo new=${second:-no}; echo user=$id;;\n\
        tablet-nickname) echo nickname=$n;;\n\
        phone-fetch) echo user=$id; echo nickname=${fetched:-$n};;\n\
        tablet-others) echo user=$id;;\n\
        phone-resume) echo valid=${phone:-no};;\n\
        tablet-resume) echo valid=${tablet:-yes};;\n\
        tablet-unlink) echo it_was_the_last=${last:-yes}; echo user=$id;;\n\
        stranger-wechat) echo new=yes; echo user=${free:-76543210};;\n\
        esac\n";

    fn told_with(lie: &str) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let program = idle_server(folder.path(), "http://127.0.0.1:1");
        let server = Server::start(&program, folder.path(), "127.0.0.1:0").unwrap();
        let mut game = process::program("sh");
        game.args(["-c", &format!("{lie}\n{GAME}"), "game"]);
        tell(&server, &game, folder.path(), "openid")
    }

    #[test]
    fn a_true_story_is_told_to_its_end() {
        assert_eq!(told_with(""), Ok(()));
    }

    #[test]
    fn a_story_with_one_lie_fails() {
        for (lie, found) in [
            ("linked=76543210", "user is 76543210"),
            ("second=yes", "new is yes"),
            ("fetched=Lin", "nickname is Lin"),
            ("phone=yes", "valid is yes"),
            ("tablet=no", "valid is no"),
            ("last=no", "it_was_the_last is no"),
            ("free=0123456789abcdef01234567", "still leads to the account"),
            ("exit 1", "chapter again"),
        ] {
            let why = told_with(lie).unwrap_err();
            assert!(why.contains(found), "{lie}: {why}");
        }
    }
}
