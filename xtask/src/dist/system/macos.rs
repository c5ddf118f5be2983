//! macOS: a library for both processors, alone and as the bundle that Unity wants.

use std::fs;
use std::path::Path;

use super::{apple, copy, write};
use crate::dist::slice::Setting;
use crate::dist::target::Slice;
use crate::dist::tools::Tools;
use crate::workspace::Built;

/// `version` is replaced. The file within is the library itself: Unity opens it by its path, and
/// does not mind that it is no bundle by its kind.
const BUNDLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>CFBundleExecutable</key>
	<string>tdsauth</string>
	<key>CFBundleIdentifier</key>
	<string>com.tdsauth.tdsauth</string>
	<key>CFBundleInfoDictionaryVersion</key>
	<string>6.0</string>
	<key>CFBundleName</key>
	<string>tdsauth</string>
	<key>CFBundlePackageType</key>
	<string>BNDL</string>
	<key>CFBundleShortVersionString</key>
	<string>version</string>
	<key>CFBundleVersion</key>
	<string>version</string>
	<key>LSMinimumSystemVersion</key>
	<string>oldest</string>
</dict>
</plist>
"#;

/// Linked by LLVM's linker itself: no clang that knows Apple's SDK is there to stand before it.
pub(super) fn setting(tools: &Tools, slice: &Slice) -> Result<Setting, String> {
    let mut setting = apple::setting(tools, slice)?;
    let linker = format!("-Clinker={}", apple::LINKER);
    // Functions that came out alike are kept once, as on Linux.
    let flags = [&linker, "-Clinker-flavor=darwin-lld", "-Zunstable-options", ALIKE_ONCE];
    setting.link.extend(flags.map(str::to_owned));
    Ok(setting)
}

const ALIKE_ONCE: &str = "-Clink-arg=--icf=all";

pub(super) fn lay_out(tools: &Tools, built: &[Built], folder: &Path) -> Result<(), String> {
    let library = folder.join("libtdsauth.dylib");
    let mut join = tools.program("llvm-lipo-19");
    join.arg("-create").arg("-output").arg(&library);
    for slice in built {
        join.arg(slice.file("libtdsauth.dylib")?);
    }
    tools.run(&mut join)?;
    let contents = folder.join("tdsauth.bundle/Contents");
    fs::create_dir_all(contents.join("MacOS")).map_err(|error| error.to_string())?;
    copy(&library, &contents.join("MacOS/tdsauth"))?;
    let described = BUNDLE.replace("version<", concat!(env!("CARGO_PKG_VERSION"), "<"));
    let described = described.replace(">oldest<", &format!(">{}<", apple::MACOS.oldest));
    write(&contents.join("Info.plist"), &described)
}
