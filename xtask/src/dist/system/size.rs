//! How large a slice is, and how much a static library adds to a program.

use std::fs;
use std::path::{Path, PathBuf};

use object::read::macho::{FatArch as _, MachOFatFile32};

use super::{apple, functions, write};
use crate::dist::target::{Library, Slice, System};
use crate::dist::tools::Tools;

/// Bytes of the file of a slice that is loaded.
pub(crate) fn size(library: &Library, slice: &Slice) -> Result<u64, String> {
    let name = library.target.files.first().ok_or("the target has no file")?;
    let path = library.folder.join(name);
    let failed = |why: String| format!("{}: {why}", path.display());
    let bytes = fs::read(&path).map_err(|error| failed(error.to_string()))?;
    if library.target.system != System::MacOs {
        return u64::try_from(bytes.len()).map_err(|error| failed(error.to_string()));
    }
    let fat = MachOFatFile32::parse(&*bytes).map_err(|error| failed(error.to_string()))?;
    let wanted = match apple::arch(slice) {
        "arm64" => object::Architecture::Aarch64,
        _ => object::Architecture::X86_64,
    };
    let part = fat.arches().iter().find(|part| part.architecture() == wanted);
    part.map(|part| part.size().into()).ok_or_else(|| failed(format!("no {}", slice.triple)))
}

/// Bytes by which a stripped program is larger that uses every function of the static library than
/// one that uses none. An undefined symbol is an error here.
pub(crate) fn adds(
    tools: &Tools,
    root: &Path,
    library: &Library,
    slice: &Slice,
) -> Result<u64, String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let archive = match apple::platform(slice).name {
        "ios-simulator" => "tdsauth.xcframework/ios-arm64_x86_64-simulator/libtdsauth.a",
        _ => "libtdsauth.a",
    };
    let archive = library.folder.join(archive);
    let functions = functions(root)?;
    let link = Link { tools, slice, folder: scratch.path() };
    let without = link.program("without", &[], None)?;
    let with = link.program("with", &functions, Some(&archive))?;
    Ok(with.saturating_sub(without))
}

struct Link<'a> {
    tools: &'a Tools,
    slice: &'a Slice,
    folder: &'a Path,
}

impl Link<'_> {
    /// The size of a program that knows the addresses of `functions`.
    fn program(
        &self,
        name: &str,
        functions: &[String],
        archive: Option<&Path>,
    ) -> Result<u64, String> {
        let source = self.folder.join(format!("{name}.c"));
        write(&source, &code(functions))?;
        let program = self.folder.join(name);
        if self.slice.triple.contains("apple") {
            self.apple(&source, archive, &program)?;
        } else {
            self.linux(&source, archive, &program)?;
        }
        let mut strip = self.tools.program("llvm-strip-19");
        self.tools.run(strip.arg(&program))?;
        let size = fs::metadata(&program).map_err(|error| error.to_string())?.len();
        Ok(size)
    }

    fn linux(&self, source: &Path, archive: Option<&Path>, program: &Path) -> Result<(), String> {
        let processor = self.slice.triple.split('-').next().unwrap_or_default();
        let mut link = self.tools.program("zig");
        link.args(["cc", "-target", &format!("{processor}-linux-gnu.2.17"), "-Os"]);
        link.arg(source).args(archive).args(["-Wl,--gc-sections", "-lunwind", "-o"]).arg(program);
        self.tools.run(&mut link).map(|_| ())
    }

    fn apple(&self, source: &Path, archive: Option<&Path>, program: &Path) -> Result<(), String> {
        let platform = apple::platform(self.slice);
        let arch = apple::arch(self.slice);
        let object: PathBuf = source.with_extension("o");
        let (system, variant) = platform.name.split_once('-').unwrap_or((platform.name, ""));
        let target = format!("--target={arch}-apple-{system}{}-{variant}", platform.oldest);
        let mut compile = self.tools.program("clang-19");
        compile.args([target.trim_end_matches('-'), "-Os", "-c", "-o"]).arg(&object).arg(source);
        self.tools.run(&mut compile)?;
        let mut link = self.tools.program(apple::LINKER);
        link.args(["-arch", arch, "-platform_version", platform.name, platform.oldest, "17.0"]);
        link.arg("-syslibroot").arg(apple::sdk(self.tools, platform)?);
        link.args(["-dead_strip", "-o"]).arg(program).arg(object).args(archive).arg("-lSystem");
        self.tools.run(&mut link).map(|_| ())
    }
}

fn code(functions: &[String]) -> String {
    let declared: String = functions.iter().map(|name| format!("void {name}(void);\n")).collect();
    let listed: String = functions.iter().map(|name| format!("    {name},\n")).collect();
    format!(
        "{declared}void (*const volatile all[])(void) = {{\n{listed}    0,\n}};\n\
         int main(int count, char **words) {{ return words != 0 && all[count - 1] == 0; }}\n"
    )
}
