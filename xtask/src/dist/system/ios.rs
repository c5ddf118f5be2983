//! iOS: static libraries for device and simulator, alone and as an XCFramework, and what Apple asks
//! about privacy.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::apple::platform;
use super::{apple, copy, functions, hidden, write};
use crate::dist::slice::Setting;
use crate::dist::target::{Slice, Target};
use crate::dist::tools::Tools;
use crate::workspace::Built;

/// The same as the Unity package's: it is about the library.
const PRIVACY: &str =
    include_str!("../../../../bindings/csharp/Runtime/Plugins/iOS/PrivacyInfo.xcprivacy");
const LIBRARY: &str = "libtdsauth.a";
const FRAMEWORK: &str = "tdsauth.xcframework";

/// A folder of the XCFramework.
struct Part {
    name: &'static str,
    processors: &'static [&'static str],
    /// What tells the simulator from the device.
    variant: Option<&'static str>,
}

const DEVICE: Part = Part { name: "ios-arm64", processors: &["arm64"], variant: None };
const SIMULATOR: Part = Part {
    name: "ios-arm64_x86_64-simulator",
    processors: &["arm64", "x86_64"],
    variant: Some("simulator"),
};
const PARTS: [Part; 2] = [DEVICE, SIMULATOR];

/// Nothing is linked: an app does that.
pub(super) fn setting(tools: &Tools, slice: &Slice) -> Result<Setting, String> {
    apple::setting(tools, slice)
}

pub(super) fn lay_out(
    tools: &Tools,
    root: &Path,
    target: &Target,
    built: &[Built],
    folder: &Path,
) -> Result<(), String> {
    let kept: BTreeSet<String> = functions(root)?.into_iter().collect();
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut closed_ones: [Vec<PathBuf>; 2] = [Vec::new(), Vec::new()];
    let [device, simulator] = &mut closed_ones;
    for (slice, built) in target.slices.iter().zip(built) {
        let place = scratch.path().join(slice.triple);
        let archive = closed(tools, built.file(LIBRARY)?, &kept, &place)?;
        let simulated = platform(slice).name.ends_with("simulator");
        if simulated { simulator.push(archive) } else { device.push(archive) }
    }
    for (part, archives) in PARTS.iter().zip(&closed_ones) {
        let part = folder.join(FRAMEWORK).join(part.name);
        headers(root, &part.join("Headers"))?;
        let mut lipo = tools.program("llvm-lipo-19");
        let made = part.join(LIBRARY);
        match archives.as_slice() {
            [single] => copy(single, &made)?,
            several => {
                lipo.arg("-create").args(several).arg("-output").arg(&made);
                tools.run(&mut lipo)?;
            }
        }
        write(&part.join("PrivacyInfo.xcprivacy"), PRIVACY)?;
    }
    copy(&folder.join(FRAMEWORK).join(DEVICE.name).join(LIBRARY), &folder.join(LIBRARY))?;
    write(&folder.join(FRAMEWORK).join("Info.plist"), &framework())?;
    write(&folder.join("PrivacyInfo.xcprivacy"), PRIVACY)
}

/// The archive, in which only the functions of the header can be seen.
fn closed(
    tools: &Tools,
    archive: &Path,
    kept: &BTreeSet<String>,
    place: &Path,
) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", place.display());
    fs::create_dir_all(place).map_err(failed)?;
    let (names, closed) = (place.join("names"), place.join(LIBRARY));
    let open = fs::read(archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    write(&names, &hidden::renamed(&open, kept)?)?;
    let mut rename = tools.program("llvm-objcopy-19");
    rename.arg("--strip-debug").arg(format!("--redefine-syms={}", names.display()));
    // Left over from optimising at link time.
    rename.args(["--remove-section=__LLVM,__bitcode", "--remove-section=__LLVM,__cmdline"]);
    tools.run(rename.arg(archive).arg(&closed))?;
    let mut bytes = fs::read(&closed).map_err(failed)?;
    hidden::hide_all(&mut bytes, kept)?;
    fs::write(&closed, bytes).map_err(failed)?;
    Ok(closed)
}

fn headers(root: &Path, folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder.join("tdsauth")).map_err(|error| error.to_string())?;
    copy(&root.join(crate::header::HEADER), &folder.join("tdsauth.h"))?;
    let wrapper = root.join("bindings/cpp/include/tdsauth");
    let files =
        fs::read_dir(&wrapper).map_err(|error| format!("{}: {error}", wrapper.display()))?;
    for file in files {
        let file = file.map_err(|error| error.to_string())?;
        copy(&file.path(), &folder.join("tdsauth").join(file.file_name()))?;
    }
    Ok(())
}

/// The list of its parts, as `xcodebuild -create-xcframework` writes it.
fn framework() -> String {
    let parts: String = PARTS.iter().map(described).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>AvailableLibraries</key>
	<array>
{parts}	</array>
	<key>CFBundlePackageType</key>
	<string>XFWK</string>
	<key>XCFrameworkFormatVersion</key>
	<string>1.0</string>
</dict>
</plist>
"#
    )
}

fn described(part: &Part) -> String {
    let Part { name, processors, variant } = part;
    let processors: String =
        processors.iter().map(|name| format!("\t\t\t\t<string>{name}</string>\n")).collect();
    let variant = variant.map_or(String::new(), |is| {
        format!("\t\t\t<key>SupportedPlatformVariant</key>\n\t\t\t<string>{is}</string>\n")
    });
    format!(
        "\t\t<dict>\n\t\t\t<key>BinaryPath</key>\n\t\t\t<string>{LIBRARY}</string>\n\
         \t\t\t<key>HeadersPath</key>\n\t\t\t<string>Headers</string>\n\
         \t\t\t<key>LibraryIdentifier</key>\n\t\t\t<string>{name}</string>\n\
         \t\t\t<key>LibraryPath</key>\n\t\t\t<string>{LIBRARY}</string>\n\
         \t\t\t<key>SupportedArchitectures</key>\n\t\t\t<array>\n{processors}\t\t\t</array>\n\
         \t\t\t<key>SupportedPlatform</key>\n\t\t\t<string>ios</string>\n{variant}\t\t</dict>\n"
    )
}
