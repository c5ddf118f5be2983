using UnityEngine;

namespace Starfall
{
    /// <summary>Every text of the sample, in both languages.</summary>
    public sealed class Words
    {
        public static readonly Words English = new Words
        {
            Title = "Starfall Harbour",
            TapTap = "Log in with TapTap",
            Guest = "Play as guest",
            Busy = "One moment …",
            ChooseServer = "Choose a server",
            ChooseRole = "Choose your role",
            NewRole = "Name of a new role",
            Create = "Create",
            Back = "Back",
            Enter = "Enter",
            NoName = "Guest",
            OnThisDevice = "On this device only",
            Link = "Link to TapTap",
            Unlink = "Unlink TapTap",
            Switch = "Switch account",
            LogInToOther = "Log in to that player",
            Another = "Another TapTap account",
            Stay = "Stay as I am",
            BindingAsks = "TapTap asks to show the roles of {0}. Bind them?",
            BindingGuest = "You play as a guest: this account is lost with this device.",
            Agree = "Agree",
            Refuse = "Do not bind",
            Refused = "The login was refused.",
            Expired = "Nobody confirmed the login in time.",
            Unreachable = "The server cannot be reached. Please try again.",
            SessionOver = "Your login has ended. Please log in again.",
            AccountTaken = "This TapTap account has a player already.",
            LastWayIn = "That was the last way in: without a new link this account is lost "
                + "when you log out.",
            Other = "This did not work."
        };

        public static readonly Words Chinese = new Words
        {
            Title = "星落港",
            TapTap = "使用 TapTap 登录",
            Guest = "游客登录",
            Busy = "请稍候……",
            ChooseServer = "选择服务器",
            ChooseRole = "选择角色",
            NewRole = "新角色的名字",
            Create = "创建",
            Back = "返回",
            Enter = "进入游戏",
            NoName = "游客",
            OnThisDevice = "仅限本设备",
            Link = "绑定 TapTap",
            Unlink = "解除 TapTap 绑定",
            Switch = "切换账号",
            LogInToOther = "登录该角色",
            Another = "换一个 TapTap 账号",
            Stay = "保持现状",
            BindingAsks = "TapTap 请求展示 {0} 的游戏角色，是否绑定？",
            BindingGuest = "当前为游客账号：更换设备后将无法找回。",
            Agree = "同意",
            Refuse = "不绑定",
            Refused = "登录被拒绝。",
            Expired = "登录确认超时。",
            Unreachable = "无法连接服务器，请重试。",
            SessionOver = "登录已失效，请重新登录。",
            AccountTaken = "该 TapTap 账号已有角色。",
            LastWayIn = "这是最后一种登录方式：若不重新绑定，登出后将无法找回该账号。",
            Other = "操作失败。"
        };

        public static Words OfSystem
        {
            get
            {
                SystemLanguage language = Application.systemLanguage;
                bool isChinese = language == SystemLanguage.Chinese
                    || language == SystemLanguage.ChineseSimplified
                    || language == SystemLanguage.ChineseTraditional;
                return isChinese ? Chinese : English;
            }
        }

        public string Title { get; private set; }

        public string TapTap { get; private set; }

        public string Guest { get; private set; }

        public string Busy { get; private set; }

        public string ChooseServer { get; private set; }

        public string ChooseRole { get; private set; }

        public string NewRole { get; private set; }

        public string Create { get; private set; }

        public string Back { get; private set; }

        public string Enter { get; private set; }

        public string NoName { get; private set; }

        public string OnThisDevice { get; private set; }

        public string Link { get; private set; }

        public string Unlink { get; private set; }

        public string Switch { get; private set; }

        public string LogInToOther { get; private set; }

        public string Another { get; private set; }

        public string Stay { get; private set; }

        public string AccountTaken { get; private set; }

        public string BindingAsks { get; private set; }

        public string BindingGuest { get; private set; }

        public string Agree { get; private set; }

        public string Refuse { get; private set; }

        private string Refused { get; set; }

        private string Expired { get; set; }

        private string Unreachable { get; set; }

        private string SessionOver { get; set; }

        private string LastWayIn { get; set; }

        private string Other { get; set; }

        /// <summary>What to tell the player; null for nothing.</summary>
        public string Of(Problem problem)
        {
            switch (problem)
            {
                case Problem.None:
                    return null;
                case Problem.Refused:
                    return Refused;
                case Problem.Expired:
                    return Expired;
                case Problem.Unreachable:
                    return Unreachable;
                case Problem.SessionOver:
                    return SessionOver;
                case Problem.AccountTaken:
                    return AccountTaken;
                case Problem.LastWayIn:
                    return LastWayIn;
                default:
                    return Other;
            }
        }
    }
}
