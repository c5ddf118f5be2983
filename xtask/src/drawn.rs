//! A QR code drawn with half blocks, two rows of modules in a line, light on dark.

/// Modules of light around a code, on each side.
const MARGIN: usize = 4;
/// Pixels of a module in the picture that is scanned.
const SCALE: usize = 4;

/// What a phone that is held to `lines` reads; the error is why it reads nothing.
pub(crate) fn text(lines: &[String]) -> Result<String, String> {
    let rows = rows(lines)?;
    let light = |x: usize, y: usize| rows.get(y).and_then(|row| row.get(x)).copied();
    // The last line has nothing below its first row.
    let (width, height) = (rows.first().map_or(0, Vec::len), rows.len().saturating_sub(1));
    let margin = |at: usize, size: usize| at < MARGIN || at >= size.saturating_sub(MARGIN);
    for (x, y) in (0..width * height).map(|at| (at % width, at / width)) {
        if (margin(x, width) || margin(y, height)) && light(x, y) != Some(true) {
            return Err("the code has no light margin".into());
        }
    }
    let pixel = |x: usize, y: usize| match light(x / SCALE, y / SCALE) {
        Some(true) => u8::MAX,
        _ => 0,
    };
    let size = (width * SCALE, height * SCALE);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(size.0, size.1, pixel);
    match picture.detect_grids().as_slice() {
        [code] => code.decode().map(|(_, text)| text).map_err(|error| error.to_string()),
        codes => Err(format!("{} QR codes are seen", codes.len())),
    }
}

/// Which modules are light, row by row.
fn rows(lines: &[String]) -> Result<Vec<Vec<bool>>, String> {
    let mut rows = Vec::new();
    for line in lines {
        let halves: Option<Vec<(bool, bool)>> = line.chars().map(halves).collect();
        let halves = halves.ok_or_else(|| format!("`{line}` is not of half blocks"))?;
        rows.push(halves.iter().map(|(upper, _)| *upper).collect());
        rows.push(halves.iter().map(|(_, lower)| *lower).collect());
    }
    Ok(rows)
}

fn halves(drawn: char) -> Option<(bool, bool)> {
    match drawn {
        '█' => Some((true, true)),
        '▀' => Some((true, false)),
        '▄' => Some((false, true)),
        ' ' => Some((false, false)),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The code of a text, drawn as a game should draw it.
    pub(crate) fn code(text: &str) -> Vec<String> {
        let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium).unwrap();
        let (first, end) = (-4, code.size() + 4);
        let light = |x, y| y < end && !code.get_module(x, y);
        let letter = |x, y| match (light(x, y), light(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        (first..end).step_by(2).map(|y| (first..end).map(|x| letter(x, y)).collect()).collect()
    }

    #[test]
    fn a_drawn_code_is_read() {
        for url in ["x", "http://127.0.0.1:65535/device?qrcode=1&user_code=ABCDE"] {
            assert_eq!(text(&code(url)).as_deref(), Ok(url));
        }
    }

    #[test]
    fn what_nobody_could_scan_is_an_error() {
        let code = code("http://127.0.0.1:65535/device");
        let fails = |lines: &[String], what: &str| {
            let why = text(lines).unwrap_err();
            assert!(why.contains(what), "{why}");
        };
        fails(&[], "0 QR codes");
        fails(code.get(1..).unwrap(), "margin");
        fails(&[vec!["text".to_owned()], code.clone()].concat(), "half blocks");
        let blank = |line: &String| "█".repeat(line.chars().count());
        fails(&code.iter().map(blank).collect::<Vec<_>>(), "0 QR codes");
        let (top, bottom) = code.split_at(code.len() / 2);
        let half: Vec<String> = top.iter().cloned().chain(bottom.iter().map(blank)).collect();
        assert!(text(&half).is_err());
    }
}
