//! Every text of the page, in each language.

use crate::pages::Language;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) languages: &'static str,
    /// Around the game's name.
    pub(super) asks: (&'static str, &'static str),
    pub(super) by_taptap: &'static str,
    pub(super) or: &'static str,
    pub(super) name: &'static str,
    pub(super) password: &'static str,
    pub(super) log_in: &'static str,
    pub(super) guests: &'static str,
    pub(super) account: &'static str,
    pub(super) id: &'static str,
    /// Around the game's name.
    pub(super) roles: (&'static str, &'static str),
    pub(super) level: &'static str,
    pub(super) no_roles: &'static str,
    pub(super) told: &'static str,
    pub(super) caution: &'static str,
    pub(super) agree: &'static str,
    pub(super) refuse: &'static str,
    pub(super) other_account: &'static str,
    pub(super) refused: &'static str,
    pub(super) again: &'static str,
    pub(super) foreign: &'static str,
    pub(super) bad_form: &'static str,
    pub(super) no_cookie: &'static str,
    pub(super) gone: &'static str,
    pub(super) denied: &'static str,
    pub(super) not_confirmed: &'static str,
    pub(super) no_account: &'static str,
    pub(super) guest: &'static str,
    pub(super) banned: &'static str,
    pub(super) wrong_password: &'static str,
    pub(super) locked: &'static str,
    pub(super) too_often: &'static str,
    pub(super) down: &'static str,
}

/// In this language.
pub(super) fn of(language: Language) -> &'static Words {
    language.pick(&ZH_HANS, &EN)
}

static EN: Words = Words {
    title: "Bind your roles to TapTap",
    languages: "Language",
    asks: ("TapTap would like to show your roles in ", ". Log in to your game account first."),
    by_taptap: "Log in with TapTap",
    or: "or",
    name: "Username, e-mail or phone number",
    password: "Password",
    log_in: "Log in",
    guests: "Guests cannot log in here. If you play as a guest, link your account in the game \
             first.",
    account: "Your account",
    id: "ID",
    roles: ("Your roles in ", ""),
    level: "Level",
    no_roles: "This account has no roles yet, so there is nothing to bind.",
    told: "If you agree, TapTap is told these roles as they stand here, and nothing else about your \
           account. You choose and confirm the role at TapTap afterwards.",
    caution: "Agree only if you have just come here from TapTap yourself.",
    agree: "Agree and return to TapTap",
    refuse: "Refuse",
    other_account: "Use another account",
    refused: "You have refused. TapTap was told nothing, and you can close this page.",
    again: "Start again",
    foreign: "This address does not lead back to TapTap, so nothing was done. Open the page from \
              TapTap again.",
    bad_form: "What your browser sent cannot be read. Open the page from TapTap again.",
    no_cookie: "Your browser did not send back what this page gave it. Allow cookies for this page \
                and start again.",
    gone: "This page has expired or was used already. Open it from TapTap again.",
    denied: "You were not logged in: TapTap says that you did not allow it.",
    not_confirmed: "TapTap did not confirm your login. Try again.",
    no_account: "There is no account in this game for your TapTap account, and none was made. Log \
                 in to the game with TapTap first, or use another account here.",
    guest: "This is a guest’s account. Link it in the game first, then come back.",
    banned: "This account is banned.",
    wrong_password: "The name and the password do not match.",
    locked: "There were too many wrong passwords. Try again in 15 minutes.",
    too_often: "Too many logins were tried from your network. Wait a little and try again.",
    down: "The service is not available now. Try again later.",
};

static ZH_HANS: Words = Words {
    title: "绑定角色到 TapTap",
    languages: "语言",
    asks: ("TapTap 希望展示你在 ", " 中的角色。请先登录你的游戏账号。"),
    by_taptap: "使用 TapTap 登录",
    or: "或",
    name: "用户名、邮箱或手机号",
    password: "密码",
    log_in: "登录",
    guests: "游客无法在此登录。如果你以游客身份游玩，请先在游戏中绑定账号。",
    account: "你的账号",
    id: "编号",
    roles: ("你在 ", " 中的角色"),
    level: "等级",
    no_roles: "此账号还没有角色，暂时没有可以绑定的内容。",
    told: "同意后，TapTap 将获得以上角色信息，不会获得你账号的其他信息。\
           之后你将在 TapTap 选择并确认要绑定的角色。",
    caution: "请仅在你本人刚从 TapTap 打开此页面时同意。",
    agree: "同意并返回 TapTap",
    refuse: "拒绝",
    other_account: "换一个账号",
    refused: "你已拒绝。TapTap 没有获得任何信息，你可以关闭此页面。",
    again: "重新开始",
    foreign: "此地址无法返回 TapTap，因此没有执行任何操作。请从 TapTap 重新打开此页面。",
    bad_form: "无法读取浏览器发送的内容。请从 TapTap 重新打开此页面。",
    no_cookie: "浏览器没有带回此页面所需的信息。请允许此页面使用 Cookie，然后重新开始。",
    gone: "此页面已过期或已被使用。请从 TapTap 重新打开。",
    denied: "未能登录：你没有在 TapTap 允许此次登录。",
    not_confirmed: "TapTap 未能确认你的登录，请重试。",
    no_account: "你的 TapTap 账号在本游戏中没有对应的账号，也没有为你新建账号。\
                 请先在游戏中使用 TapTap 登录，或在此换一个账号。",
    guest: "这是游客账号。请先在游戏中绑定账号，然后再回来。",
    banned: "此账号已被封禁。",
    wrong_password: "账号与密码不匹配。",
    locked: "密码错误次数过多，请在 15 分钟后重试。",
    too_often: "你所在的网络尝试登录的次数过多，请稍后重试。",
    down: "服务暂时不可用，请稍后重试。",
};
