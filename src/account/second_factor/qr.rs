//! A QR code as a drawing that needs no script, no style and no other file.

use qrcode::{Color, QrCode};

/// A QR code: a path of squares in an SVG of `side` by `side`, with the blank edge that readers want around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// The side, in squares.
    pub side: usize,
    /// The dark squares, for the attribute `d` of a path.
    pub path: String,
}

/// The blank edge, in squares (ISO/IEC 18004).
const EDGE: usize = 4;

impl Qr {
    /// Draws a text; none when it is too long.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QrCode::new(text).ok()?;
        let width = code.width();
        let dark = code.into_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
        let path = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + EDGE, at / width + EDGE)).collect();
        Some(Self { side: width + 2 * EDGE, path })
    }
}
