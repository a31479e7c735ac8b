//! Colours, and whether a text can be read in them.

/// The least contrast of a text to its ground (WCAG 2.2, level AA).
pub(super) const READABLE: f64 = 4.5;

/// Red, green and blue (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

const WHITE: Colour = Colour(0xff, 0xff, 0xff);
const BLACK: Colour = Colour(0, 0, 0);

impl Colour {
    /// Reads `#rrggbb`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let part = |at: usize| digits.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        Some(Self(part(0)?, part(2)?, part(4)?))
    }

    /// The contrast to another colour: 1 to 21.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// A fifth of the way to another colour.
    fn towards(self, other: Self) -> Self {
        let part = |from: u8, to: u8| u8::try_from((u16::from(from) * 4 + u16::from(to)) / 5).unwrap_or(u8::MAX);
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }

    /// The variables of the stylesheet that follow from an accent. Hovered, it stands out more; on it stands what can be
    /// read best.
    pub(super) fn variables(self, is_dark: bool) -> String {
        let hover = self.towards(if is_dark { WHITE } else { BLACK });
        let on = if self.contrast(WHITE) >= self.contrast(BLACK) { WHITE } else { BLACK };
        format!("--accent:{};--accent-hover:{};--on-accent:{}", self.hex(), hover.hex(), on.hex())
    }

    fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_compared() {
        assert_eq!(Colour::parse("#0B6169"), Some(Colour(0x0b, 0x61, 0x69)));
        for bad in ["", "0b6169", "#0b616", "#0b61690", "#0b61gg", "red", "#é6169"] {
            assert_eq!(Colour::parse(bad), None, "{bad:?}");
        }
        assert!((WHITE.contrast(BLACK) - 21.0).abs() < 0.01);
        assert!((Colour(0x76, 0x76, 0x76).contrast(WHITE) - 4.54).abs() < 0.01);
        assert_eq!(
            Colour(0x0b, 0x61, 0x69).variables(false),
            "--accent:#0b6169;--accent-hover:#084d54;--on-accent:#ffffff"
        );
    }
}
