using System;
using System.Runtime.CompilerServices;
using TdsAuth.Editor;
using TdsAuth.Unity;
using UnityEditor;
using UnityEngine;

namespace TdsAuth.Tests
{
    /// <summary>
    /// Script reloads: the whole package in a domain of its own, which goes away.
    /// </summary>
    internal static class ReloadTests
    {
        internal const string InDomain = "in-domain";

        private const string Told = "told";
        private const int Reloads = 100;

        internal static void Run(Tap tap)
        {
            tap.Run("100 script reloads in the middle of play leave nothing", Reload);
        }

        /// <summary>Plays, and stops in the middle: of a login, and of one at TapTap.</summary>
        internal static void PlayInDomain(string how)
        {
            RuntimeHelpers.RunClassConstructor(typeof(TdsEditorPump).TypeHandle);
            Device.Begin();
            Device.Play(TdsUnity.Client.LoginAnonymously());
            TdsTapTapLogin.LogIn(TdsUnity.Client);
            Device.Code();
            TdsUnity.NewClient(World.Options(World.NewFolder())).LoginAnonymously();
            if (how == Told)
            {
                AssemblyReloadEvents.StubReload();
            }
        }

        private static void Reload()
        {
            TdsStats before = TdsStats.OfLibrary();
            for (int i = 0; i < Reloads; i++)
            {
                // Every other one as by an editor that says nothing: the unload itself ends it.
                bool isTold = i % 2 == 0;
                AppDomain domain = AppDomain.CreateDomain("reload " + i);
                domain.ExecuteAssembly(
                    typeof(ReloadTests).Assembly.Location,
                    new[] { InDomain, isTold ? Told : "not told" });
                int left = isTold ? 0 : 2;
                Check.Equal(before.Clients + left, TdsStats.OfLibrary().Clients);
                AppDomain.Unload(domain);
                Check.Equal(before.Clients, TdsStats.OfLibrary().Clients);
            }
            World.Until(() => TdsStats.OfLibrary().Threads <= before.Threads, "the threads end");
            TdsStats after = TdsStats.OfLibrary();
            Check.Equal(before.LiveRequests, after.LiveRequests);
            Check.That(after.LiveObjects <= before.LiveObjects, "no object is left");
            Check.Equal(before.QueuedEvents, after.QueuedEvents);
        }
    }
}
