using UnityEngine;

namespace TdsAuth.Unity
{
    /// <summary>The panel's texts.</summary>
    internal sealed class TdsWords
    {
        internal static readonly TdsWords English = new TdsWords
        {
            Scan = "Scan this code with the TapTap app",
            Scanned = "Scanned. Please confirm on your phone.",
            InBrowser = "Please confirm on the page in your browser.",
            GoodFor = "Good for {0} s",
            Expired = "This code has expired.",
            TypeIn = "or open {0}\nand type in {1}",
            NewCode = "New code",
            UseBrowser = "Use the browser instead",
            Cancel = "Cancel"
        };

        internal static readonly TdsWords Chinese = new TdsWords
        {
            Scan = "请使用 TapTap 客户端扫描二维码",
            Scanned = "已扫码，请在手机上确认登录。",
            InBrowser = "请在浏览器页面中确认登录。",
            GoodFor = "剩余时间 {0} 秒",
            Expired = "二维码已过期。",
            TypeIn = "或打开 {0}\n并输入 {1}",
            NewCode = "刷新二维码",
            UseBrowser = "改用浏览器登录",
            Cancel = "取消"
        };

        internal static TdsWords OfSystem
        {
            get
            {
                switch (Application.systemLanguage)
                {
                    case SystemLanguage.Chinese:
                    case SystemLanguage.ChineseSimplified:
                    case SystemLanguage.ChineseTraditional:
                        return Chinese;
                    default:
                        return English;
                }
            }
        }

        internal string Scan { get; private set; }

        internal string Scanned { get; private set; }

        internal string InBrowser { get; private set; }

        internal string GoodFor { get; private set; }

        internal string Expired { get; private set; }

        internal string TypeIn { get; private set; }

        internal string NewCode { get; private set; }

        internal string UseBrowser { get; private set; }

        internal string Cancel { get; private set; }
    }
}
