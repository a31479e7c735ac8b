//! `[branding]`

use std::sync::Arc;

use aws_lc_rs::digest;
use email_address::EmailAddress;
use image::ImageFormat;
use url::Url;

use super::reader::Reader;
use colour::Colour;

mod colour;

/// The most bytes of a logo.
const MAX_LOGO: usize = 256 * 1024;
/// The most pixels of a side.
const MAX_SIDE: u32 = 1024;
const MAX_LINKS: usize = 6;
const MAX_LABEL: usize = 40;

/// How the pages look, beside `server.name`.
#[derive(Debug, Clone)]
pub struct Branding {
    /// The picture at the top of pages; none: the built-in one.
    pub logo: Option<Logo>,
    /// What the stylesheet says beside the built-in one; empty without colours of one's own.
    pub css: String,
    /// Tells this stylesheet from others, in its address; empty like it.
    pub css_tag: String,
    /// Links at the foot of every page: what they say, and where they lead.
    pub footer_links: Vec<(String, String)>,
    /// Where people find help.
    pub support_email: Option<String>,
}

/// A logo that was read at start.
#[derive(Debug, Clone)]
pub struct Logo {
    /// Its media type.
    pub kind: &'static str,
    /// The name of its file: other content, other name.
    pub file: String,
    /// What is in the file.
    pub bytes: Arc<[u8]>,
}

impl Branding {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let css = read_css(reader);
        Self {
            logo: read_logo(reader),
            css_tag: if css.is_empty() { String::new() } else { tag(css.as_bytes()) },
            css,
            footer_links: read_links(reader),
            support_email: read_support(reader),
        }
    }
}

/// A short name for content.
fn tag(content: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, content);
    hash.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn read_logo(reader: &mut Reader<'_>) -> Option<Logo> {
    let key = "branding.logo";
    let path = reader.text(key);
    if path.is_empty() {
        return None;
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            reader.report(key, format!("cannot be read: {error}"));
            return None;
        }
    };
    let logo = (bytes.len() <= MAX_LOGO).then(|| logo(bytes)).flatten();
    if logo.is_none() {
        reader.report(
            key,
            format!(
                "must be a PNG, WebP, JPEG or SVG of {} KiB and {MAX_SIDE} pixels a side at the most",
                MAX_LOGO / 1024
            ),
        );
    }
    logo
}

/// The kind of a picture goes by what is in it.
fn logo(bytes: Vec<u8>) -> Option<Logo> {
    let (kind, extension) = match image::guess_format(&bytes) {
        Ok(format) => {
            let mut reader = image::ImageReader::with_format(std::io::Cursor::new(&bytes), format);
            let mut limits = image::Limits::default();
            limits.max_image_width = Some(MAX_SIDE);
            limits.max_image_height = Some(MAX_SIDE);
            reader.limits(limits);
            reader.decode().ok()?;
            match format {
                ImageFormat::Png => ("image/png", "png"),
                ImageFormat::WebP => ("image/webp", "webp"),
                ImageFormat::Jpeg => ("image/jpeg", "jpg"),
                _ => return None,
            }
        }
        Err(_) => {
            let text = std::str::from_utf8(&bytes).ok()?;
            let starts = text.trim_start_matches('\u{feff}').trim_start();
            let is_svg = (starts.starts_with("<svg") || starts.starts_with("<?xml")) && text.contains("<svg");
            is_svg.then_some(("image/svg+xml", "svg"))?
        }
    };
    Some(Logo { kind, file: format!("logo-{}.{extension}", tag(&bytes)), bytes: bytes.into() })
}

/// The colours of the stylesheet that a text in the accent stands on, the hardest to read on first.
const LIGHT_GROUND: Colour = Colour(0xee, 0xf2, 0xf2);
const DARK_GROUND: Colour = Colour(0x1e, 0x29, 0x2a);

fn read_css(reader: &mut Reader<'_>) -> String {
    let light = read_colour(reader, "branding.accent", LIGHT_GROUND);
    let dark = read_colour(reader, "branding.accent_dark", DARK_GROUND);
    let light = light.map(|accent| format!(":root{{{}}}\n", accent.variables(false))).unwrap_or_default();
    let dark = dark.map(|accent| {
        let variables = accent.variables(true);
        format!("@media (prefers-color-scheme: dark){{:root{{{variables}}}}}\n")
    });
    match (light.is_empty(), dark) {
        // The built-in colour of the dark scheme would be outdone by what comes later.
        (false, None) => format!("@media (prefers-color-scheme: light){{{light}}}\n"),
        (_, dark) => format!("{light}{}", dark.unwrap_or_default()),
    }
}

/// A colour that can be read on the ground, with something that can be read on it (WCAG 2.2, success criterion 1.4.3).
fn read_colour(reader: &mut Reader<'_>, key: &str, ground: Colour) -> Option<Colour> {
    let text = reader.text(key);
    if text.is_empty() {
        return None;
    }
    let Some(colour) = Colour::parse(text) else {
        reader.refuse(key, "a colour such as #0b6169");
        return None;
    };
    let contrast = colour.contrast(ground);
    if contrast < colour::READABLE {
        let (is, wanted) = if ground == LIGHT_GROUND { ("light", "darker") } else { ("dark", "lighter") };
        reader.report(
            key,
            format!(
                "must be {wanted}: text in {text} has a contrast of {contrast:.1} to the {is} ground of the pages, and \
                 people need {} to read it",
                colour::READABLE
            ),
        );
        return None;
    }
    Some(colour)
}

fn read_links(reader: &mut Reader<'_>) -> Vec<(String, String)> {
    let key = "branding.footer_links";
    let given = reader.list(key);
    let links: Option<Vec<_>> = given.iter().map(|text| link(text)).collect();
    match links {
        Some(links) if links.len() <= MAX_LINKS => links,
        _ => {
            reader.refuse(
                key,
                &format!(
                    "up to {MAX_LINKS} texts such as \"Imprint https://example.com/imprint\": up to {MAX_LABEL} \
                     characters, a blank, an https URL"
                ),
            );
            Vec::new()
        }
    }
}

fn link(text: &str) -> Option<(String, String)> {
    let (label, address) = text.trim().rsplit_once(' ')?;
    let label = label.trim();
    let url = Url::parse(address).ok().filter(|url| url.scheme() == "https" && url.username().is_empty())?;
    let fits = (1..=MAX_LABEL).contains(&label.chars().count()) && !label.contains(char::is_control);
    fits.then(|| (label.to_owned(), url.to_string()))
}

fn read_support(reader: &mut Reader<'_>) -> Option<String> {
    let key = "branding.support_email";
    let text = reader.text(key);
    if text.is_empty() {
        return None;
    }
    // What stands in a link is kept to what needs no escaping there.
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"@.-_+".contains(&b));
    if !plain || !EmailAddress::is_valid(text) {
        reader.refuse(key, "an e-mail address");
        return None;
    }
    Some(text.to_owned())
}
