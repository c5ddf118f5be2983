//! What the pages say to a player, in both languages: what a test presses and waits for.

use crate::browser::chromium::Language;

/// One saying.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    english: &'static str,
    chinese: &'static str,
}

impl Words {
    const fn new(english: &'static str, chinese: &'static str) -> Self {
        Self { english, chinese }
    }

    /// In this language.
    pub(crate) fn of(self, language: Language) -> &'static str {
        language.pick(self.english, self.chinese)
    }
}

/// The button that lets the game in.
pub(crate) const ALLOW: Words = Words::new("Allow", "允许");
/// The button that does not.
pub(crate) const REFUSE: Words = Words::new("Refuse", "拒绝");
/// The library's own page at the end of a login in the browser.
pub(crate) const RETURN_TO_GAME: Words = Words::new("You can return to the game", "可以返回游戏了");

/// On every page, so that nobody takes it for the real one.
pub(super) const NOT_TAPTAP: Words = Words::new("This is not TapTap", "这不是 TapTap");
/// Who asks.
pub(super) const ASKS: Words =
    Words::new("Your game asks you to log in with TapTap", "Your game 请求使用 TapTap 登录");
/// For what.
pub(super) const PROFILE: Words = Words::new("your public profile", "你的公开信息");
/// After the button was pressed.
pub(super) const ALLOWED: Words = Words::new("You have allowed the login", "你已允许登录");
/// After the other button was pressed.
pub(super) const REFUSED: Words = Words::new("You have refused the login", "你已拒绝登录");
/// Too late.
pub(super) const EXPIRED: Words = Words::new("This login has expired", "此登录请求已过期");
/// A second time.
pub(super) const USED: Words = Words::new("This login has been used already", "此登录请求已被使用");
/// A code of no login.
pub(super) const UNKNOWN: Words =
    Words::new("There is no login with this code", "没有与此登录码对应的登录请求");
/// The page where a code is typed in.
pub(super) const ENTER_CODE: Words = Words::new("Enter the code", "输入登录码");
/// Its button.
pub(super) const CONTINUE: Words = Words::new("Continue", "继续");
/// A request that no game should make.
pub(super) const BAD_REQUEST: Words =
    Words::new("The game’s request cannot be accepted", "无法接受游戏的请求");
/// The front page.
pub(super) const FRONT: Words = Words::new("Development server", "开发服务器");
/// Its link to the page where a code is typed in.
pub(super) const ENTER_CODE_OF_GAME: Words =
    Words::new("Enter the code of a game", "输入游戏的登录码");
/// Its lists, before anything has happened.
pub(super) const NONE_YET: Words = Words::new("None yet.", "暂无。");
/// Its link to itself.
pub(super) const REFRESH: Words = Words::new("Refresh", "刷新");
/// A login that was used, in its list.
pub(super) const STATE_USED: Words = Words::new("used", "已使用");

/// The page for the web link, on each of its faces.
pub(super) const BOUND_TITLE: Words = Words::new("Bind your roles to TapTap", "绑定角色到 TapTap");
/// Why it asks who the player is.
pub(super) const LOG_IN_FIRST: Words =
    Words::new("Log in to your game account first", "请先登录你的游戏账号");
/// Its button for players of TapTap.
pub(super) const BY_TAPTAP: Words = Words::new("Log in with TapTap", "使用 TapTap 登录");
/// Its field for players with a name.
pub(super) const BY_PASSWORD: Words =
    Words::new("Username, e-mail or phone number", "用户名、邮箱或手机号");
/// After a wrong password.
pub(super) const WRONG_PASSWORD: Words =
    Words::new("The name and the password do not match", "账号与密码不匹配");
/// Once the player is known.
pub(super) const YOUR_ACCOUNT: Words = Words::new("Your account", "你的账号");
/// The button that leads back with a code.
pub(super) const AGREE: Words = Words::new("Agree and return to TapTap", "同意并返回 TapTap");
/// After the other one.
pub(super) const REFUSED_BINDING: Words = Words::new("You have refused", "你已拒绝");
/// The link for who is somebody else.
pub(super) const OTHER_ACCOUNT: Words = Words::new("Use another account", "换一个账号");
/// The link after a login that came to nothing.
pub(super) const START_AGAIN: Words = Words::new("Start again", "重新开始");
/// A player whom the game does not know.
pub(super) const NO_ACCOUNT: Words =
    Words::new("There is no account in this game", "在本游戏中没有对应的账号");
/// An account without roles.
pub(super) const NO_ROLES: Words = Words::new("This account has no roles yet", "此账号还没有角色");
/// A player who did not let TapTap tell.
pub(super) const DENIED: Words = Words::new("You were not logged in", "未能登录");
/// An address that leads elsewhere.
pub(super) const FOREIGN: Words =
    Words::new("This address does not lead back to TapTap", "此地址无法返回 TapTap");
/// A question that was answered.
pub(super) const GONE: Words =
    Words::new("This page has expired or was used already", "此页面已过期或已被使用");

/// The players who are there from the start.
pub(super) const PLAYERS: [&str; 3] = ["林小满", "梅 Mei", "Alex Carter"];

/// What stays as it is in the other language: names, and what a developer reads.
const SAME_IN_BOTH: [&str; 8] =
    ["林小满", "梅", "简体中文", "TapTap", "Mei", "Alex Carter", "English", "Your game"];

/// Whether `text` is in the language, all of it but names; the error shows what is not. `own` are
/// words that are the same in both here, such as a code.
pub(super) fn all_in(language: Language, text: &str, own: &[&str]) -> Result<(), String> {
    let mut rest = text.to_owned();
    for name in SAME_IN_BOTH.iter().chain(own) {
        rest = rest.replace(name, " ");
    }
    let foreign = |letter: char| match language {
        Language::English => ('\u{3000}'..='\u{9fff}').contains(&letter),
        Language::Chinese => letter.is_ascii_alphabetic(),
    };
    let found: Vec<&str> = rest.split_whitespace().filter(|word| word.contains(foreign)).collect();
    if found.is_empty() { Ok(()) } else { Err(format!("not in its language: {found:?}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_other_language_is_found() {
        assert_eq!(all_in(Language::English, "Log in as 林小满 Code: AB2CD", &[]), Ok(()));
        assert!(all_in(Language::English, "Log in 允许", &[]).is_err());
        assert_eq!(all_in(Language::Chinese, "登录码：AB2CD TapTap 登录", &["AB2CD"]), Ok(()));
        assert!(all_in(Language::Chinese, "允许 Allow", &[]).is_err());
    }
}
