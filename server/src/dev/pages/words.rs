//! Every text of the pages, in each language.

use crate::dev::device::Status;
use crate::pages::Language;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) stand_in: &'static str,
    pub(super) languages: &'static str,
    /// What follows the game's name.
    pub(super) asks: &'static str,
    pub(super) wants: &'static str,
    pub(super) not_granted: &'static str,
    pub(super) log_in_as: &'static str,
    pub(super) allow: &'static str,
    pub(super) refuse: &'static str,
    pub(super) code_title: &'static str,
    pub(super) code_label: &'static str,
    pub(super) code_hint: &'static str,
    pub(super) go_on: &'static str,
    pub(super) your_code: &'static str,
    pub(super) request_refused: &'static str,
    pub(super) request_hint: &'static str,
    pub(super) unknown: &'static str,
    pub(super) expired: &'static str,
    pub(super) used: &'static str,
    pub(super) allowed: &'static str,
    pub(super) denied: &'static str,
    pub(super) offended: &'static str,
    pub(super) front: FrontWords,
    scopes: [&'static str; 6],
    states: [&'static str; 7],
}

/// The texts of the front page.
#[derive(Debug)]
pub(super) struct FrontWords {
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    pub(super) client_id: &'static str,
    pub(super) game: &'static str,
    pub(super) refresh: &'static str,
    pub(super) enter_code: &'static str,
    pub(super) users: &'static str,
    pub(super) sessions: &'static str,
    pub(super) logins: &'static str,
    pub(super) tokens: &'static str,
    pub(super) codes: &'static str,
    pub(super) pushed: &'static str,
    pub(super) pushed_more: [&'static str; 3],
    pub(super) requests: &'static str,
    pub(super) none: &'static str,
    pub(super) no_answer: &'static str,
    pub(super) created: &'static str,
    pub(super) of_user: &'static str,
    pub(super) seconds_left: &'static str,
    pub(super) browser: &'static str,
    pub(super) by_code: &'static str,
}

static EN: Words = Words {
    title: "TapTap login",
    stand_in: "This is not TapTap. It is a stand-in on a developer’s machine.",
    languages: "Language",
    asks: "asks you to log in with TapTap.",
    wants: "It will get:",
    not_granted: "(not a permission of TapTap; it will not be granted)",
    log_in_as: "Log in as",
    allow: "Allow",
    refuse: "Refuse",
    code_title: "Enter the code",
    code_label: "Code that the game shows",
    code_hint: "Five letters and digits. Upper and lower case mean the same.",
    go_on: "Continue",
    your_code: "Code:",
    request_refused: "The game’s request cannot be accepted",
    request_hint: "The game that opened this page has to be corrected. Error:",
    unknown: "There is no login with this code. Check it, or start again in the game.",
    expired: "This login has expired. Start again in the game.",
    used: "This login has been used already. Start again in the game if you need another one.",
    allowed: "You have allowed the login. You can return to the game.",
    denied: "You have refused the login. You can return to the game.",
    offended: "This login has failed: the game asked faster than it may.",
    front: FrontWords {
        title: "Development server",
        intro: "Accounts of this server, and the TapTap that it plays. Secrets are masked.",
        client_id: "TapTap client id:",
        game: "Game:",
        refresh: "Refresh",
        enter_code: "Enter the code of a game",
        users: "Users",
        sessions: "Sessions",
        logins: "TapTap logins",
        tokens: "TapTap tokens",
        codes: "Verification codes for players",
        pushed: "Roles that TapTap was told of",
        pushed_more: ["times", "statistics", "list records"],
        requests: "Last requests",
        none: "None yet.",
        no_answer: "The database does not answer.",
        created: "since",
        of_user: "of",
        seconds_left: "s left",
        browser: "in a browser",
        by_code: "by code",
    },
    scopes: [
        "your public profile: name, picture, and who you are in this game",
        "who you are in this game, and nothing else",
        "your friends who play this game",
        "your e-mail address",
        "your age group and the playing time that is left to you (anti-addiction)",
        "your age group (anti-addiction)",
    ],
    states: ["pending", "page opened", "allowed", "refused", "used", "expired", "failed"],
};

static ZH_HANS: Words = Words {
    title: "TapTap 登录",
    stand_in: "这不是 TapTap，而是开发者电脑上的模拟服务。",
    languages: "语言",
    asks: "请求使用 TapTap 登录。",
    wants: "它将获得：",
    not_granted: "（不是 TapTap 的权限，不会授予）",
    log_in_as: "选择登录账号",
    allow: "允许",
    refuse: "拒绝",
    code_title: "输入登录码",
    code_label: "游戏中显示的登录码",
    code_hint: "由五位字母和数字组成，不区分大小写。",
    go_on: "继续",
    your_code: "登录码：",
    request_refused: "无法接受游戏的请求",
    request_hint: "打开此页面的游戏需要修正。错误：",
    unknown: "没有与此登录码对应的登录请求。请检查登录码，或在游戏中重新开始。",
    expired: "此登录请求已过期，请在游戏中重新开始。",
    used: "此登录请求已被使用。如需再次登录，请在游戏中重新开始。",
    allowed: "你已允许登录，可以返回游戏了。",
    denied: "你已拒绝登录，可以返回游戏了。",
    offended: "此登录请求已失败：游戏的查询过于频繁。",
    front: FrontWords {
        title: "开发服务器",
        intro: "本服务器的账号，以及它所模拟的 TapTap。机密内容已隐藏。",
        client_id: "TapTap Client ID：",
        game: "游戏：",
        refresh: "刷新",
        enter_code: "输入游戏的登录码",
        users: "用户",
        sessions: "会话",
        logins: "TapTap 登录请求",
        tokens: "TapTap 令牌",
        codes: "发给玩家的验证码",
        pushed: "已推送给 TapTap 的角色",
        pushed_more: ["次", "项统计数据", "条列表数据"],
        requests: "最近的请求",
        none: "暂无。",
        no_answer: "数据库没有响应。",
        created: "创建于",
        of_user: "属于",
        seconds_left: "秒后过期",
        browser: "浏览器",
        by_code: "登录码",
    },
    scopes: [
        "你的公开信息：昵称、头像，以及你在本游戏中的身份",
        "你在本游戏中的身份，不含其他信息",
        "同样在玩本游戏的好友",
        "你的邮箱地址",
        "你的年龄段与剩余游戏时长（防沉迷）",
        "你的年龄段（防沉迷）",
    ],
    states: ["等待中", "页面已打开", "已允许", "已拒绝", "已使用", "已过期", "已失败"],
};

/// In this language.
pub(super) fn of(language: Language) -> &'static Words {
    language.pick(&ZH_HANS, &EN)
}

impl Words {
    /// What a scope gives away, if TapTap has it.
    pub(super) fn scope(&self, name: &str) -> Option<&'static str> {
        let [profile, basic, friends, email, compliance, compliance_basic] = self.scopes;
        Some(match name {
            "public_profile" => profile,
            "basic_info" => basic,
            "user_friends" => friends,
            "email" => email,
            "compliance" => compliance,
            "compliance_basic" => compliance_basic,
            _ => return None,
        })
    }

    /// How far a login is, in a word or two.
    pub(super) fn state(&self, status: &Status) -> &'static str {
        let [pending, scanned, allowed, denied, used, expired, offended] = self.states;
        match status {
            Status::Pending => pending,
            Status::Scanned => scanned,
            Status::Allowed(_) => allowed,
            Status::Denied => denied,
            Status::Used => used,
            Status::Expired => expired,
            Status::Offended => offended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev::scopes;

    #[test]
    fn every_scope_that_can_be_granted_has_its_words() {
        for name in scopes::KNOWN {
            assert_ne!(EN.scope(name).unwrap(), ZH_HANS.scope(name).unwrap());
        }
        assert_eq!(EN.scope("unheard_of"), None);
    }
}
