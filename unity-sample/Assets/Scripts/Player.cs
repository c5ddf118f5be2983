using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using TdsAuth;
using TdsAuth.Unity;
using UnityEngine;

namespace Starfall
{
    /// <summary>Where a player stands, in the order in which it goes.</summary>
    public enum Stage
    {
        LogIn,
        ChooseServer,
        ChooseRole,
        InGame
    }

    /// <summary>What went wrong, as far as a player is concerned.</summary>
    public enum Problem
    {
        None,
        Refused,
        Expired,
        Unreachable,
        SessionOver,
        AccountTaken,
        LastWayIn,
        Other
    }

    /// <summary>
    /// Who plays: all there is to logging in, without drawing. One operation at a time;
    /// <see cref="IsBusy"/> while it runs.
    /// </summary>
    public sealed class Player
    {
        /// <summary>The game's servers; a real game asks for them.</summary>
        public static readonly string[] Servers = { "Harbour", "Sky Island" };

        private const string TapTap = "taptap";

        private readonly TdsClient client;
        private readonly RoleBook roles = new RoleBook();
        private TdsUser user;
        private string bindingLink;

        public Player(TdsClient client)
        {
            this.client = client;
            client.SessionOver += () => LeaveWith(Problem.SessionOver);
            client.UserChanged += isIn => Take(client.GetCurrentUser());
            Take(client.GetCurrentUser());
        }

        public Stage Stage { get; private set; }

        public Problem Problem { get; private set; }

        public bool IsBusy { get; private set; }

        public string Server { get; private set; }

        public Role Role { get; private set; }

        public string UserId
        {
            get { return user == null ? null : user.ObjectId; }
        }

        /// <summary>What TapTap asks for, until the player has answered; else null.</summary>
        public TdsBindingAsked Binding { get; private set; }

        /// <summary>The name to show: the account's, else the one at TapTap.</summary>
        public string Name
        {
            get
            {
                string nickname = user == null ? null : user.Nickname;
                return nickname ?? (IsLinked && Profile != null ? Profile.Name : null);
            }
        }

        /// <summary>Address of the picture; null if there is none.</summary>
        public string Avatar
        {
            get
            {
                string avatar = user == null ? null : user.Avatar;
                return avatar ?? (IsLinked && Profile != null ? Profile.Avatar : null);
            }
        }

        /// <summary>Whether TapTap is a way into this account.</summary>
        public bool IsLinked
        {
            get
            {
                var ways = user == null ? null : user.Get("authData") as Dictionary<string, object>;
                return ways != null && ways.ContainsKey(TapTap);
            }
        }

        private TdsTapTapProfile Profile
        {
            get { return client.TapTapProfile; }
        }

        /// <summary>The account of this device's guest.</summary>
        public Task PlayAsGuest()
        {
            return Do(async () => Take(await client.LoginAnonymously()));
        }

        /// <summary>With the page or the panel that the device has.</summary>
        public Task LogInWithTapTap()
        {
            return Do(async () => Take(await TdsTapTapLogin.LogIn(client)));
        }

        /// <summary>A login that TapTap answered while the game was not running.</summary>
        public Task TakeUp(Task<TdsTapTapAccount> resumed)
        {
            return Do(async () =>
            {
                await resumed;
                Take(client.GetCurrentUser());
            });
        }

        /// <summary>TapTap becomes a way into the account, which stays the same.</summary>
        public Task Link(bool another = false)
        {
            var options = new TdsTapTapLoginOptions { Fresh = another };
            return Do(async () => Keep(await TdsTapTapLogin.Link(client, user, options)));
        }

        /// <summary>
        /// After <see cref="Problem.AccountTaken"/>: plays on as the one whom TapTap knows. TapTap
        /// has just been asked, so the player is not.
        /// </summary>
        public Task LogInToTheOther()
        {
            return LogInWithTapTap();
        }

        /// <summary>TapTap is a way in no longer.</summary>
        public Task Unlink()
        {
            return Do(async () =>
            {
                bool wasLast = await user.DisassociateAuthData(TapTap);
                Keep(client.GetCurrentUser());
                Problem = wasLast ? Problem.LastWayIn : Problem.None;
            });
        }

        /// <summary>
        /// Always before another account: TapTap's login goes with it, so that nothing of this
        /// player is left for the next one.
        /// </summary>
        public Task SwitchAccount()
        {
            return Do(async () =>
            {
                await client.Logout();
                Take(null);
            });
        }

        public void ChooseServer(string server)
        {
            Server = server;
            Stage = Stage.ChooseRole;
        }

        /// <summary>Back to the servers.</summary>
        public void LeaveServer()
        {
            Stage = Stage.ChooseServer;
        }

        public List<Role> Roles()
        {
            return roles.On(Server);
        }

        public void CreateRole(string name)
        {
            Enter(roles.Add(Server, name));
        }

        public void Enter(Role role)
        {
            Role = role;
            Stage = Stage.InGame;
        }

        public void Dismiss()
        {
            Problem = Problem.None;
        }

        /// <summary>
        /// A link that the system opened the game with. If it is TapTap's, asking to bind roles,
        /// the player is asked, at once or after the login; any other is left alone.
        /// </summary>
        public void TakeLink(string link)
        {
            bindingLink = link;
            Binding = null;
            Ask();
        }

        /// <summary>The player agreed: a code is made, and TapTap is opened with it.</summary>
        public Task Agree()
        {
            string link = bindingLink;
            return Do(async () =>
            {
                string address = await client.BindingConfirm(link);
                RefuseBinding();
                Application.OpenURL(address);
            });
        }

        /// <summary>The player did not: nothing was made, nobody is told.</summary>
        public void RefuseBinding()
        {
            bindingLink = null;
            Binding = null;
        }

        private void Ask()
        {
            if (bindingLink == null || user == null)
            {
                return;
            }
            try
            {
                Binding = client.BindingBegin(bindingLink);
            }
            catch (TdsException)
            {
                // Some other link, or a forged one: anybody can open the game with one.
                RefuseBinding();
            }
        }

        private void Take(TdsUser now)
        {
            if (user != null && now != null && user.ObjectId == now.ObjectId)
            {
                Keep(now);
                return;
            }
            user = now;
            Server = null;
            Role = null;
            Stage = now == null ? Stage.LogIn : Stage.ChooseServer;
            roles.Open(now);
            // The question names the account: another one is asked anew.
            Binding = null;
            Ask();
        }

        /// <summary>The same account, of which more is known: the player stays in place.</summary>
        private void Keep(TdsUser now)
        {
            user = now;
        }

        private void LeaveWith(Problem problem)
        {
            Take(null);
            Problem = problem;
        }

        private async Task Do(Func<Task> operation)
        {
            if (IsBusy)
            {
                return;
            }
            IsBusy = true;
            Problem = Problem.None;
            try
            {
                await operation();
            }
            catch (OperationCanceledException)
            {
                // The player closed the login: nothing to say.
            }
            catch (TdsException failure)
            {
                Problem = Of(failure);
                // For the developer; it never holds a secret.
                Debug.LogWarning(failure.StatusName + ": " + failure.Message);
            }
            finally
            {
                IsBusy = false;
            }
        }

        private static Problem Of(TdsException failure)
        {
            switch (failure.Status)
            {
                case TdsStatus.TapTapDenied:
                    return Problem.Refused;
                case TdsStatus.TapTapExpired:
                    return Problem.Expired;
                case TdsStatus.TapTapNoPendingLogin:
                    // The link that started the game answered a login that is long over.
                    return Problem.None;
                case TdsStatus.AlreadyAssociated:
                    return Problem.AccountTaken;
                default:
                    if (failure.SessionOver)
                    {
                        return Problem.SessionOver;
                    }
                    return failure.Retryable ? Problem.Unreachable : Problem.Other;
            }
        }
    }
}
