// What a game does with the link by which TapTap opens it to bind a role.
using System;
using System.Threading.Tasks;
using TdsAuth;

internal static class Binding
{
    // Answers the link that opened the game; asks the player, and opens what comes of it.
    internal static async Task BindRole(TdsClient client, string link)
    {
        try
        {
            // The page shows this.
            TdsBindingAsked asked = client.BindingBegin(link); // throws: no link of TapTap's
            if (!PlayerAgrees(asked))
            {
                Say("declined", "TDSAUTH_OK");
                return;
            }
            OpenUrl(await client.BindingConfirm(link)); // with the code in it: log it nowhere
            // Up to here.
            Say("agreed", "TDSAUTH_OK");
        }
        catch (TdsException failure)
        {
            bool ignored = failure.Status == TdsStatus.InvalidArgument;
            Say(ignored ? "ignored" : "failed", failure.StatusName);
        }
    }

    // Asks the player, who has not come here by an own wish: any page can open the game by a link.
    private static bool PlayerAgrees(TdsBindingAsked asked)
    {
        bool deep = asked.Way == TdsBindingWay.DeepLink;
        Console.WriteLine("Show your characters of this game on TapTap? (yes/no)");
        Console.WriteLine(asked.IsGuest
            ? "You play as a guest: this account is lost with this device."
            : "");
        Console.WriteLine("asks=" + (deep ? "TapTap's app" : "TapTap's page"));
        Console.WriteLine("host=" + asked.Host);
        Console.Out.Flush();
        return Console.In.ReadLine() == "yes";
    }

    // Has the system open an address. Here somebody reads it who plays the system.
    private static void OpenUrl(string url)
    {
        Console.WriteLine("open=" + url);
    }

    private static void Say(string outcome, string status)
    {
        Console.WriteLine("binding=" + outcome);
        Console.WriteLine("because=" + status);
    }
}
