//! A picture of a screen: read from Xvfb, cut, compared, searched for a QR code, kept as PNG.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// How much lighter or darker, of 255, ink is than what it is written on.
const CLEARLY: u8 = 70;

/// A place on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    /// From the left.
    pub(crate) x: usize,
    /// From the top.
    pub(crate) y: usize,
    /// Pixels across.
    pub(crate) width: usize,
    /// Pixels down.
    pub(crate) height: usize,
}

/// Red, green and blue of each pixel, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Reads the X window dump that Xvfb keeps: 32 bits a pixel.
    pub(crate) fn from_xwd(dump: &[u8]) -> Result<Self, String> {
        let field = |at: usize| -> Result<usize, String> {
            let bytes = dump.get(at * 4..at * 4 + 4).ok_or("the dump is cut short")?;
            Ok(bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
        };
        let (header, version, width, height) = (field(0)?, field(1)?, field(4)?, field(5)?);
        let (msb_first, bits, line, colors) = (field(7)?, field(11)?, field(12)?, field(19)?);
        if version != 7 || bits != 32 {
            return Err(format!("a dump of version {version} with {bits} bits a pixel"));
        }
        let start = header + colors * 12;
        let mut pixels = Vec::with_capacity(width * height);
        for row in 0..height {
            let from = start + row * line;
            let row = dump.get(from..from + width * 4).ok_or("the dump is cut short")?;
            pixels.extend(
                row.as_chunks::<4>()
                    .0
                    .iter()
                    .map(|[a, b, c, d]| if msb_first == 1 { [*b, *c, *d] } else { [*c, *b, *a] }),
            );
        }
        Ok(Self { width, height, pixels })
    }

    /// The part of it that lies in `area`.
    pub(crate) fn cut(&self, area: Area) -> Result<Self, String> {
        let mut pixels = Vec::with_capacity(area.width * area.height);
        for row in area.y..area.y + area.height {
            let from = row * self.width + area.x;
            let inside = row < self.height && area.x + area.width <= self.width;
            let row = self.pixels.get(from..from + area.width).filter(|_| inside);
            pixels.extend(row.ok_or_else(|| format!("{area:?} is not on the screen"))?);
        }
        Ok(Self { width: area.width, height: area.height, pixels })
    }

    /// Where something can be read or seen: for each pixel whether it is clearly lighter or darker
    /// than what there is most of.
    pub(crate) fn ink(&self) -> Vec<bool> {
        let mut counts = BTreeMap::new();
        for pixel in &self.pixels {
            *counts.entry(brightness(*pixel)).or_insert(0_usize) += 1;
        }
        let ground =
            counts.iter().max_by_key(|(_, count)| **count).map_or(0, |(ground, _)| *ground);
        self.pixels.iter().map(|pixel| brightness(*pixel).abs_diff(ground) > CLEARLY).collect()
    }

    /// What the one QR code in it says. The error is why nobody could scan it.
    pub(crate) fn qr_text(&self) -> Result<String, String> {
        let light = |x: usize, y: usize| {
            brightness(self.pixels.get(y * self.width + x).copied().unwrap_or_default())
        };
        let mut scanned =
            rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, light);
        match scanned.detect_grids().as_slice() {
            [code] => code.decode().map(|(_, text)| text).map_err(|error| error.to_string()),
            codes => Err(format!("{} QR codes are seen", codes.len())),
        }
    }

    /// Keeps it as a PNG file.
    pub(crate) fn save(&self, path: &Path) -> Result<(), String> {
        let failed = |error: String| format!("{}: {error}", path.display());
        let file = File::create(path).map_err(|error| failed(error.to_string()))?;
        let size = |side: usize| u32::try_from(side).map_err(|error| failed(error.to_string()));
        let mut encoder =
            png::Encoder::new(BufWriter::new(file), size(self.width)?, size(self.height)?);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().map_err(|error| failed(error.to_string()))?;
        let data = writer.write_image_data(self.pixels.as_flattened());
        data.and_then(|()| writer.finish()).map_err(|error| failed(error.to_string()))
    }
}

fn brightness([r, g, b]: [u8; 3]) -> u8 {
    u8::try_from((u16::from(r) + u16::from(g) + u16::from(b)) / 3).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dump of two by two pixels, with one colour entry and a padded line.
    fn dump(msb_first: u8) -> Vec<u8> {
        let mut fields = [0_u32; 25];
        for (at, value) in [(0, 100), (1, 7), (4, 2), (5, 2), (7, msb_first.into()), (11, 32)] {
            fields[at] = value;
        }
        (fields[12], fields[19]) = (12, 1);
        let mut dump: Vec<u8> = fields.iter().flat_map(|field| field.to_be_bytes()).collect();
        dump.extend([0; 12]);
        let pixel = if msb_first == 1 { [0, 1, 2, 3] } else { [3, 2, 1, 0] };
        for row in 0..2 {
            dump.extend(pixel);
            dump.extend([row; 8]);
        }
        dump
    }

    #[test]
    fn a_dump_is_read_in_either_order_of_bytes() {
        for msb_first in [0, 1] {
            let picture = Picture::from_xwd(&dump(msb_first)).unwrap();
            assert_eq!(picture.pixels, [[1, 2, 3], [0, 0, 0], [1, 2, 3], [1, 1, 1]]);
        }
        let whole = dump(0);
        assert!(Picture::from_xwd(&whole[..whole.len() - 9]).is_err());
    }

    #[test]
    fn a_part_is_cut_out_and_nothing_beyond_the_edge() {
        let picture = Picture::from_xwd(&dump(0)).unwrap();
        let right = Area { x: 1, y: 0, width: 1, height: 2 };
        assert_eq!(picture.cut(right).unwrap().pixels, [[0, 0, 0], [1, 1, 1]]);
        assert!(picture.cut(Area { width: 2, ..right }).is_err());
        assert!(picture.cut(Area { y: 1, ..right }).is_err());
    }

    #[test]
    fn ink_is_what_can_be_told_from_the_ground() {
        let pixels = vec![[20; 3], [20; 3], [25; 3], [200; 3]];
        let picture = Picture { width: 2, height: 2, pixels };
        assert_eq!(picture.ink(), [false, false, false, true]);
    }

    #[test]
    fn a_picture_without_a_code_says_so() {
        let blank = Picture { width: 40, height: 40, pixels: vec![[255; 3]; 1600] };
        assert_eq!(blank.qr_text(), Err("0 QR codes are seen".into()));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("blank.png");
        blank.save(&file).unwrap();
        assert!(std::fs::read(file).unwrap().starts_with(b"\x89PNG"));
    }
}
