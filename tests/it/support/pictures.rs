//! Pictures, whole, broken and hostile, made on the spot.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{
    DynamicImage, ExtendedColorType, GrayImage, ImageEncoder as _, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage,
};

/// What is red on its left half and blue on its right one.
pub fn two_halves(width: u32, height: u32) -> DynamicImage {
    let colour = |x| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| colour(x)))
}

/// What one can see through in its middle.
pub fn with_hole(side: u32) -> DynamicImage {
    let hole = |x: u32, y: u32| x.abs_diff(side / 2) < side / 4 && y.abs_diff(side / 2) < side / 4;
    DynamicImage::ImageRgba8(RgbaImage::from_fn(side, side, |x, y| Rgba([0, 128, 0, if hole(x, y) { 0 } else { 255 }])))
}

/// The file of a picture.
pub fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("encoded");
    bytes.into_inner()
}

/// The text that [`with_exif`] hides where a camera puts the place.
pub const PLACE: &str = "44.7866N 20.4489E";

/// A JPEG file with EXIF data: how it is to be turned, and where it was taken.
pub fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut entry = tag.to_le_bytes().to_vec();
        entry.extend(kind.to_le_bytes());
        entry.extend(count.to_le_bytes());
        entry.extend(value.to_le_bytes());
        entry
    };
    exif.extend(2_u16.to_le_bytes());
    exif.extend(entry(0x0112, 3, 1, orientation.into()));
    exif.extend(entry(0x8825, 4, 1, 38));
    exif.extend(0_u32.to_le_bytes());
    // At 38: the place.
    exif.extend(1_u16.to_le_bytes());
    exif.extend(entry(0x0012, 2, PLACE.len() as u32 + 1, 56));
    exif.extend(0_u32.to_le_bytes());
    exif.extend(PLACE.as_bytes());
    exif.push(0);
    let mut made = jpeg[..2].to_vec();
    made.extend([0xff, 0xe1]);
    made.extend((exif.len() as u16 + 2).to_be_bytes());
    made.extend(exif);
    made.extend(&jpeg[2..]);
    made
}

/// The beginning of a PNG file, with what follows.
pub fn png(width: u32, height: u32, chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut made = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = width.to_be_bytes().to_vec();
    head.extend(height.to_be_bytes());
    head.extend([8, 0, 0, 0, 0]);
    let mut push = |name: &[u8; 4], data: &[u8]| {
        made.extend((data.len() as u32).to_be_bytes());
        let checked = [name.as_slice(), data].concat();
        made.extend(&checked);
        made.extend(crc32(&checked).to_be_bytes());
    };
    push(b"IHDR", &head);
    for (name, data) in chunks {
        push(name, data);
    }
    push(b"IEND", &[]);
    made
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// Few bytes of zlib that become 16 million.
pub fn deep_zlib() -> Vec<u8> {
    let (side, mut bytes) = (4000, Vec::new());
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::NoFilter);
    encoder.write_image(GrayImage::new(side, side).as_raw(), side, side, ExtendedColorType::L8).expect("encoded");
    let mut zlib = Vec::new();
    let mut rest = &bytes[8..];
    while let Some((head, body)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if &head[4..] == b"IDAT" {
            zlib.extend(&body[..length]);
        }
        rest = &body[length + 4..];
    }
    zlib
}
