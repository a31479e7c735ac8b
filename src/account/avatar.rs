//! Pictures of people: taken apart to their pixels and made anew, so that nothing else that came with them stays.

use std::io::Cursor;
use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{
    DynamicImage, GenericImageView as _, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits, RgbaImage,
};
use url::Url;

use super::fields::Invalid;
use super::files::{self, Kind, NewFile};
use super::login::Origin;
use super::profile::{ProfileError, edit};
use super::throttle::{self, Act};
use crate::app::{App, aside};
use crate::core::ids::UserId;
use crate::core::user::{Avatar, User};

/// The largest upload, in bytes.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The most pixels that a picture may have on one side.
const MAX_SIDE: u32 = 8192;
/// The most pixels that a picture may have altogether.
const MAX_PIXELS: u64 = 24_000_000;
/// What the pixels may take, in bytes: four for each.
const MAX_ALLOCATION: u64 = 4 * MAX_PIXELS;
/// The longest side of a picture that is kept, in pixels.
const SIDE: u32 = 512;
/// Of 100.
const JPEG_QUALITY: u8 = 85;
/// The longest address of a picture elsewhere, in characters.
const MAX_URL: usize = 2048;

/// Counts that a person is about to upload a picture.
///
/// # Errors
/// [`ProfileError::Throttled`] and [`ProfileError::Store`].
pub fn count_upload(app: &Arc<App>, user: UserId, origin: &Origin) -> Result<(), ProfileError> {
    throttle::count(app, Act::Picture, Some(&user.to_string()), &origin.address)?.map_err(ProfileError::Throttled)
}

/// Makes an avatar of an upload: upright, square, 512 pixels wide at the most. Takes a while and some memory, so it
/// belongs under the bound on pictures.
///
/// # Errors
/// [`ProfileError::Invalid`] when it is none of the four formats, broken, or too large once decoded.
pub fn prepare(app: &App, bytes: &[u8]) -> Result<NewFile, ProfileError> {
    // A small file can take seconds: they are not taken from others.
    let made = aside(|| decode(bytes).map(encode)).map_err(|error| ProfileError::Failed(error.to_string()))?;
    let encoded = made.map_err(|error| {
        log::info!("event=avatar outcome=refused reason={:?}", error.to_string());
        ProfileError::Invalid(Invalid::one("file", refusal(&error)))
    })?;
    let (kind, bytes) = encoded.map_err(|error| ProfileError::Failed(error.to_string()))?;
    Ok(NewFile::new(app, kind, bytes))
}

fn refusal(error: &ImageError) -> (&'static str, &'static str) {
    match error {
        ImageError::Limits(_) => {
            ("The file may not be larger than 8192 by 8192 and 24 million pixels.", "field-picture-large")
        }
        _ => ("The file must be an image: JPEG, PNG, WebP or GIF.", "field-picture"),
    }
}

/// The pixels of a picture as its file shows them, cut and made small.
fn decode(bytes: &[u8]) -> Result<RgbaImage, ImageError> {
    // What the first bytes say, not what the caller says.
    let format = image::guess_format(bytes)?;
    if ![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif].contains(&format) {
        return Err(ImageError::Unsupported(image::error::ImageFormatHint::Exact(format).into()));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOCATION);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    // Judged by the header, before room is made for a single pixel.
    let (width, height) = decoder.dimensions();
    limits.check_dimensions(width, height)?;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImageError::Limits(image::error::LimitError::from_kind(
            image::error::LimitErrorKind::DimensionError,
        )));
    }
    limits.reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let whole = DynamicImage::from_decoder(decoder)?;
    // The middle stays the middle however the picture is turned, so it is turned when it is small.
    let mut small = DynamicImage::ImageRgba8(square(&whole));
    small.apply_orientation(orientation);
    Ok(small.into_rgba8())
}

/// The middle of a picture, as large as it fits, made small.
fn square(whole: &DynamicImage) -> RgbaImage {
    let (width, height) = whole.dimensions();
    let side = width.min(height);
    let middle = imageops::crop_imm(whole, (width - side) / 2, (height - side) / 2, side, side);
    let wanted = side.min(SIDE);
    imageops::resize(&*middle, wanted, wanted, FilterType::CatmullRom)
}

/// PNG for what one can see through, JPEG for the rest.
fn encode(picture: RgbaImage) -> Result<(Kind, Vec<u8>), ImageError> {
    let mut bytes = Cursor::new(Vec::new());
    let opaque = picture.pixels().all(|pixel| pixel.0.last() == Some(&u8::MAX));
    if opaque {
        let picture = DynamicImage::ImageRgba8(picture).into_rgb8();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
        return Ok((Kind::Jpeg, bytes.into_inner()));
    }
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok((Kind::Png, bytes.into_inner()))
}

/// Takes an upload as a person's avatar; the file of the one before is deleted.
///
/// # Errors
/// [`ProfileError`].
pub fn set_file(app: &Arc<App>, user: UserId, file: NewFile) -> Result<User, ProfileError> {
    let name = file.name.clone();
    file.write_to_folder(app)?;
    let kept = replace(app, user, Some(Avatar::File(name.clone())), Some(file));
    if kept.is_err() {
        files::delete_from_folder(app, &name);
    }
    kept
}

/// Takes a picture elsewhere as a person's avatar. It is never fetched by this server.
///
/// # Errors
/// [`ProfileError`].
pub fn set_external(app: &Arc<App>, user: UserId, url: Option<&str>) -> Result<User, ProfileError> {
    let mut invalid = Invalid::default();
    let text = invalid.required("url", url, MAX_URL);
    invalid.check().map_err(ProfileError::Invalid)?;
    let url = external(&text).ok_or_else(|| {
        ProfileError::Invalid(Invalid::one(
            "url",
            ("The url must be an http or https address, without a user.", "field-picture-url"),
        ))
    })?;
    replace(app, user, Some(Avatar::External(url)), None)
}

/// An address as it is kept: parsed and written anew.
fn external(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    // The parser lets pass what no address may hold (RFC 3986 section 2).
    let domain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let host = url.host_str().is_some_and(|host| host.starts_with('[') || host.bytes().all(domain));
    let rest = url.path().bytes().chain(url.query().unwrap_or_default().bytes());
    let rest = rest.chain(url.fragment().unwrap_or_default().bytes()).all(|b| !b"\"<>[\\]^`{|}".contains(&b));
    let plain = ["http", "https"].contains(&url.scheme())
        && host
        && rest
        && url.username().is_empty()
        && url.password().is_none();
    Some(url.as_str()).filter(|url| plain && url.len() <= MAX_URL).map(str::to_owned)
}

/// Leaves a person without an avatar; its file is deleted.
///
/// # Errors
/// [`ProfileError`].
pub fn remove(app: &Arc<App>, user: UserId) -> Result<User, ProfileError> {
    replace(app, user, None, None)
}

fn replace(app: &Arc<App>, user: UserId, avatar: Option<Avatar>, file: Option<NewFile>) -> Result<User, ProfileError> {
    let (user, older) = edit(app, user, move |cx, user| {
        if let Some(file) = &file {
            file.write_to_database(cx)?;
        }
        let older = match std::mem::replace(&mut user.avatar, avatar) {
            Some(Avatar::File(older)) => Some(older),
            Some(Avatar::External(_)) | None => None,
        };
        if let Some(older) = &older {
            files::delete_from_database(cx, older)?;
        }
        Ok(older)
    })?;
    if let Some(older) = older {
        files::delete_from_folder(app, &older);
    }
    Ok(user)
}
