//! QR codes: a text as black and white squares that any engine can draw.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use crate::error::{Error, Result};

/// The longest text, in bytes: what the largest code holds at error correction M. A text of digits,
/// or of capitals and digits, may be longer.
pub const MAX_TEXT: usize = 2331;

/// A square of modules, without the four modules of light border that a reader wants around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Modules in each row and in each column: 21 to 177.
    pub side: u32,
    /// `side` times `side`, row by row from the top left; 1 is dark, 0 is light.
    pub modules: Vec<u8>,
}

/// Encodes `text` at error correction M, in the smallest code that holds it.
///
/// # Errors
/// `INVALID_ARGUMENT`: no text, or one that is too long.
pub fn encode(text: &str) -> Result<Code> {
    if text.is_empty() {
        return Err(Error::argument("there is no text to encode"));
    }
    let segments = QrSegment::make_segments(text);
    // M and not the best that fits: what the contract says is what is drawn.
    let (least, most) = (Version::MIN, Version::MAX);
    let code =
        QrCode::encode_segments_advanced(&segments, QrCodeEcc::Medium, least, most, None, false)
            .map_err(|_| Error::argument("the text is too long for a QR code"))?;
    let row = 0..code.size();
    let modules = row.clone().flat_map(|y| row.clone().map(move |x| (x, y)));
    let modules = modules.map(|(x, y)| u8::from(code.get_module(x, y))).collect();
    Ok(Code { side: code.size().unsigned_abs(), modules })
}
