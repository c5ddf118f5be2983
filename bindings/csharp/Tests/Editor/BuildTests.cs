using System;
using System.IO;
using NUnit.Framework;
using TdsAuth.Unity;
using UnityEngine;

namespace TdsAuth.Editor.Tests
{
    /// <summary>What builds change in the projects of the phones.</summary>
    public sealed class BuildTests
    {
        private const string Manifest =
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            + "<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\">\n"
            + "<application {0}><activity android:name=\"com.unity3d.player.UnityPlayerActivity\">"
            + "<intent-filter><action android:name=\"android.intent.action.MAIN\"/>"
            + "<category android:name=\"android.intent.category.LAUNCHER\"/></intent-filter>"
            + "</activity></application></manifest>";

        private const string Plist =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC "
            + "\"-//Apple//DTD PLIST 1.0//EN\" "
            + "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
            + "<plist version=\"1.0\"><dict><key>CFBundleName</key><string>a</string>"
            + "<key>CFBundleURLTypes</key><array><dict><key>CFBundleURLSchemes</key><array>"
            + "<string>own</string></array></dict></array></dict></plist>";

        private string folder;

        [TearDown]
        public void End()
        {
            if (folder != null)
            {
                Directory.Delete(folder, true);
                folder = null;
            }
        }

        [Test]
        public void TheManifestGetsPageSchemesAndBackupRules()
        {
            string once = Build(string.Empty, Settings());
            Has(once, "com.tdsauth.unity.TdsAuthWebView", 1);
            Has(once, "android:exported=\"false\"", 1);
            Has(once, "android:scheme=\"ttAbC\"", 1);
            Has(once, "android:scheme=\"ttabc\"", 1);
            Has(once, "android:scheme=\"starfall\"", 1);
            Has(once, "android:fullBackupContent=\"@xml/tdsauth_backup\"", 1);
            Has(once, "android:dataExtractionRules=\"@xml/tdsauth_data_extraction\"", 1);
            string rules = Path.Combine(Main(), "res", "xml", "tdsauth_backup.xml");
            Has(File.ReadAllText(rules), "<exclude domain=\"file\" path=\"tdsauth\"/>", 1);
            AndroidProject.Change(folder, Settings());
            Assert.AreEqual(once, File.ReadAllText(ManifestPath()));
        }

        [Test]
        public void RulesOfTheGamesOwnStay()
        {
            string text = Build("android:fullBackupContent=\"@xml/own\"", Settings());
            Has(text, "@xml/own", 1);
            Has(text, "tdsauth_backup", 0);
            Assert.IsFalse(Directory.Exists(Path.Combine(Main(), "res")));
        }

        [Test]
        public void WhatIsSwitchedOffIsLeftOut()
        {
            TdsSettings settings = Settings();
            settings.registerUrlSchemes = false;
            settings.excludeFromBackup = false;
            string text = Build(string.Empty, settings);
            Has(text, "android:scheme", 0);
            Has(text, "android:fullBackupContent", 0);
            Has(text, "com.tdsauth.unity.TdsAuthWebView", 1);
        }

        [Test]
        public void TheInfoPlistGetsSchemesBesideTheGamesOwn()
        {
            string path = Path.Combine(NewFolder(), "Info.plist");
            File.WriteAllText(path, Plist);
            InfoPlist.AddSchemes(path, UrlSchemes.Of(Settings()));
            string once = File.ReadAllText(path);
            Has(once, "<string>own</string>", 1);
            Has(once, "<string>ttAbC</string>", 1);
            Has(once, "<string>starfall</string>", 1);
            Has(once, "<key>CFBundleURLTypes</key>", 1);
            Has(once, "PropertyList-1.0.dtd\">", 1);
            InfoPlist.AddSchemes(path, UrlSchemes.Of(Settings()));
            Assert.AreEqual(once, File.ReadAllText(path));
        }

        [Test]
        public void ASchemeThatIsNoneIsAnError()
        {
            TdsSettings settings = Settings();
            settings.bindingScheme = "not a scheme";
            Assert.Throws<FormatException>(() => UrlSchemes.Of(settings));
        }

        private static TdsSettings Settings()
        {
            TdsSettings settings = ScriptableObject.CreateInstance<TdsSettings>();
            settings.tapTapClientId = "AbC";
            settings.bindingScheme = "starfall";
            return settings;
        }

        private static void Has(string text, string part, int times)
        {
            Assert.AreEqual(times, text.Split(new[] { part }, StringSplitOptions.None).Length - 1);
        }

        private string Build(string attributes, TdsSettings settings)
        {
            NewFolder();
            Directory.CreateDirectory(Main());
            File.WriteAllText(ManifestPath(), string.Format(Manifest, attributes));
            AndroidProject.Change(folder, settings);
            return File.ReadAllText(ManifestPath());
        }

        private string NewFolder()
        {
            folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(folder);
            return folder;
        }

        private string Main()
        {
            return Path.Combine(folder, "src", "main");
        }

        private string ManifestPath()
        {
            return Path.Combine(Main(), "AndroidManifest.xml");
        }
    }
}
