// The plugin's rules for UnrealBuildTool, asked for each platform, and what they add to an Android
// package. Speaks TAP. Argument: the folder of the plugin.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml;
using UnrealBuildTool;

internal static class Program
{
    private static int run;
    private static int failed;

    private static void Ok(bool holds, string name)
    {
        run++;
        if (!holds) failed++;
        Console.WriteLine("{0}ok {1} - {2}", holds ? "" : "not ", run, name);
    }

    private static int Main(string[] arguments)
    {
        string plugin = arguments[0];
        Module();
        foreach (KeyValuePair<UnrealTargetPlatform, string[]> each in Expected) Library(each.Key, each.Value);
        Refused();
        Package(Path.Combine(plugin, "Source", "ThirdParty", "TdsAuthLibrary"));
        Console.WriteLine("1..{0}", run);
        return failed == 0 ? 0 : 1;
    }

    // Below lib/: what is linked, in order.
    private static readonly Dictionary<UnrealTargetPlatform, string[]> Expected =
        new Dictionary<UnrealTargetPlatform, string[]>
        {
            { UnrealTargetPlatform.Win64, new[] { "Win64/tdsauth.dll.lib" } },
            { UnrealTargetPlatform.Linux, new[] { "Linux/libtdsauth.so" } },
            { UnrealTargetPlatform.LinuxArm64, new[] { "LinuxArm64/libtdsauth.so" } },
            { UnrealTargetPlatform.Mac, new[] { "Mac/libtdsauth.dylib" } },
            { UnrealTargetPlatform.IOS, new[] { "IOS/libtdsauth.a" } },
            { UnrealTargetPlatform.Android, new[] { "Android/arm64-v8a/libtdsauth.so",
                "Android/armeabi-v7a/libtdsauth.so", "Android/x86_64/libtdsauth.so" } },
        };

    private static ReadOnlyTargetRules On(UnrealTargetPlatform platform)
    {
        return new ReadOnlyTargetRules { Platform = platform };
    }

    private static void Module()
    {
        var rules = new TdsAuth(On(UnrealTargetPlatform.Linux));
        Ok(!rules.bEnableExceptions && !rules.bUseRTTI, "the module needs no exceptions and no RTTI");
        Ok(rules.PrivateDependencyModuleNames.Contains("TdsAuthLibrary")
            && !rules.PublicDependencyModuleNames.Contains("TdsAuthLibrary"),
            "a game's own files do not see the library");
    }

    // An empty file for each that a release has, in a folder of its own.
    private static string Laid(IEnumerable<string> files)
    {
        string folder = Path.Combine(Environment.GetEnvironmentVariable("TDSAUTH_TEST_DIR"),
            Guid.NewGuid().ToString("N"));
        foreach (string file in files)
        {
            string path = Path.Combine(folder, "lib", file);
            Directory.CreateDirectory(Path.GetDirectoryName(path));
            File.WriteAllBytes(path, new byte[0]);
        }
        return folder;
    }

    private static void Library(UnrealTargetPlatform platform, string[] linked)
    {
        var files = new List<string>(linked);
        if (platform == UnrealTargetPlatform.Linux || platform == UnrealTargetPlatform.LinuxArm64)
        {
            files.Add(platform + "/libtdsauth.so.0");
        }
        string folder = Laid(files);
        ModuleRules.Folder = folder;
        var rules = new TdsAuthLibrary(On(platform));
        Ok(rules.Type == ModuleType.External
            && rules.PublicSystemIncludePaths.Single() == Path.Combine(folder, "include"),
            platform + ": the library is not built, its headers are found");
        Ok(rules.PublicAdditionalLibraries.SequenceEqual(
            linked.Select(file => Path.Combine(folder, "lib", file))), platform + ": what is linked");
        List<string> staged = rules.RuntimeDependencies.Paths;
        switch (platform)
        {
            case UnrealTargetPlatform.Win64:
                Ok(rules.PublicDelayLoadDLLs.Single() == "tdsauth.dll" && staged.Single()
                    == "$(PluginDir)/Binaries/ThirdParty/TdsAuthLibrary/Win64/tdsauth.dll",
                    "Win64: the DLL is loaded late, and comes along");
                break;
            case UnrealTargetPlatform.Linux:
            case UnrealTargetPlatform.LinuxArm64:
                Ok(staged.Single().EndsWith("/libtdsauth.so.0")
                    && rules.PublicRuntimeLibraryPaths.Single() == Path.GetDirectoryName(staged.Single()),
                    platform + ": the loader finds what comes along");
                break;
            case UnrealTargetPlatform.Mac:
                Ok(staged.SequenceEqual(rules.PublicAdditionalLibraries), "Mac: the library comes along");
                break;
            case UnrealTargetPlatform.IOS:
                Ok(staged.Count == 0, "IOS: nothing comes along, all is in the program");
                break;
            case UnrealTargetPlatform.Android:
                KeyValuePair<string, string> receipt = rules.AdditionalPropertiesForReceipt.All.Single();
                Ok(receipt.Key == "AndroidPlugin"
                    && receipt.Value == Path.Combine(folder, "TdsAuthLibrary_Android_UPL.xml"),
                    "Android: the package is told");
                break;
        }
        File.Delete(Path.Combine(folder, "lib", files.Last()));
        Ok(Why(platform).Contains("cargo xtask dist"), platform + ": a missing library is told in words");
    }

    private static void Refused()
    {
        Ok(Why(UnrealTargetPlatform.HoloLens).Contains("HoloLens"), "a platform without a library is refused");
    }

    private static string Why(UnrealTargetPlatform platform)
    {
        try
        {
            new TdsAuthLibrary(On(platform));
            return "";
        }
        catch (BuildException refused)
        {
            return refused.Message;
        }
    }

    private static void Package(string library)
    {
        var package = new XmlDocument();
        package.Load(Path.Combine(library, "TdsAuthLibrary_Android_UPL.xml"));
        XmlElement root = package.DocumentElement;
        Ok(root.Name == "root", "the additions to an Android package are XML");
        var copy = (XmlElement)root.SelectSingleNode("resourceCopies/copyFile");
        Ok(copy.GetAttribute("src") == "$S(PluginDir)/lib/Android/$S(Architecture)/libtdsauth.so"
            && copy.GetAttribute("dst") == "$S(BuildDir)/libs/$S(Architecture)/libtdsauth.so",
            "each ABI has its own library");
        Ok(root.SelectSingleNode("proguardAdditions/insert").InnerText.Trim()
            == "-keep class com.tdsauth.** { *; }", "what is called by name is kept");
        Ok(((XmlElement)root.SelectSingleNode("soLoadLibrary/loadLibrary")).GetAttribute("name") == "tdsauth",
            "it is loaded by its name");
        XmlNodeList permissions = root.SelectNodes("androidManifestUpdates/addPermission");
        Ok(permissions.Count == 1
            && permissions[0].Attributes[0].Value == "android.permission.INTERNET",
            "no permission but the network's");
    }
}
