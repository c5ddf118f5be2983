//! A QR code drawn with half blocks, two rows of modules in a line, light on dark.

/// Modules of light around a code, on each side.
const QUIET: usize = 4;

/// Looks whether `lines` are a whole code with its light frame; gives its version, 1 to 40.
pub(crate) fn version(lines: &[String]) -> Result<usize, String> {
    let mut rows: Vec<Vec<bool>> = Vec::new();
    for line in lines {
        let halves: Option<Vec<(bool, bool)>> = line.chars().map(halves).collect();
        let halves = halves.ok_or_else(|| format!("`{line}` is not of half blocks"))?;
        rows.push(halves.iter().map(|(upper, _)| *upper).collect());
        rows.push(halves.iter().map(|(_, lower)| *lower).collect());
    }
    // Where nothing is drawn nothing is light: an odd number of rows ends in a dark one.
    if rows.last().is_some_and(|row| row.iter().all(|light| !light)) {
        rows.pop();
    }
    let light = |x: usize, y: usize| rows.get(y).and_then(|row| row.get(x)).copied();
    let side = rows.len().checked_sub(2 * QUIET).ok_or("no code is drawn")?;
    if !(21..=177).contains(&side) || side % 4 != 1 {
        return Err(format!("a code of {side} modules"));
    }
    if rows.iter().any(|row| row.len() != rows.len()) {
        return Err("the code is not square".into());
    }
    let whole = rows.len();
    let frame = |at: usize| at < QUIET || at >= whole - QUIET;
    if (0..whole * whole)
        .map(|at| (at % whole, at / whole))
        .any(|(x, y)| (frame(x) || frame(y)) && light(x, y) != Some(true))
    {
        return Err("the code has no light frame".into());
    }
    // The three squares that a camera looks for.
    for (left, top) in [(QUIET, QUIET), (whole - QUIET - 7, QUIET), (QUIET, whole - QUIET - 7)] {
        for (x, y) in (0..49_usize).map(|at| (at % 7, at / 7)) {
            let ring = x.abs_diff(3).max(y.abs_diff(3));
            if light(left + x, top + y) != Some(ring == 2) {
                return Err("a corner of the code is not as it should be".into());
            }
        }
    }
    Ok((side - 17) / 4)
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

    /// What stands where a code of version 1 would.
    pub(crate) fn code() -> Vec<String> {
        let light = |x: usize, y: usize| {
            let (Some(x), Some(y)) = (x.checked_sub(QUIET), y.checked_sub(QUIET)) else {
                return true;
            };
            let near = |at: usize| if at < 8 { Some(at) } else { at.checked_sub(14) };
            match (near(x), near(y)) {
                _ if x >= 21 || y >= 21 => true,
                _ if x >= 8 && y >= 8 => (x + y) % 3 == 0,
                (Some(x), Some(y)) => x.abs_diff(3).max(y.abs_diff(3)) == 2 || x == 7 || y == 7,
                _ => x % 2 == 0,
            }
        };
        let letter = |x, y| match (light(x, y), y + 1 < 29 && light(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        (0..29).step_by(2).map(|y| (0..29).map(|x| letter(x, y)).collect()).collect()
    }

    #[test]
    fn a_code_is_known_by_its_frame_and_corners() {
        let code = code();
        assert_eq!(version(&code), Ok(1));
        let without = |lines: &[String], what: &str| {
            let why = version(lines).unwrap_err();
            assert!(why.contains(what), "{why}");
        };
        without(&[], "no code");
        without(code.get(2..).unwrap(), "modules");
        let mut cut = code.clone();
        cut[3].pop();
        without(&cut, "square");
        let inverted = code.iter().map(|line| {
            let other = |c| if c == '█' { ' ' } else { '█' };
            line.chars().map(other).collect::<String>()
        });
        assert!(version(&inverted.collect::<Vec<_>>()).is_err());
        let mut corner = code.clone();
        corner[3] = corner[3].replace(' ', "▀");
        without(&corner, "corner");
        let mut other = code;
        other[0] = "text".into();
        without(&other, "half blocks");
    }
}
