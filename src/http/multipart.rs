//! Uploads: `multipart/form-data` (RFC 7578), of which one file is wanted.

use std::convert::Infallible;

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use multer::{Constraints, Multipart, SizeLimit};

use super::body::BodyError;
use super::context;
use crate::app::App;

/// What may stand around the file: other fields, headers, boundaries.
const AROUND: usize = 64 * 1024;
/// The most fields that are looked at.
const MAX_FIELDS: usize = 50;

/// Reads the file of a field; none when there is no such field, or nothing in it. It is of `max` bytes at the most.
///
/// # Errors
/// [`BodyError`].
pub async fn file(
    app: &App,
    req: &HttpRequest,
    payload: web::Payload,
    field: &str,
    max: usize,
) -> Result<Option<web::Bytes>, BodyError> {
    Ok(upload(app, req, payload, field, max).await?.file)
}

/// A form with a file.
#[derive(Debug, Default)]
pub struct Upload {
    /// The file; none when there is no such field, or nothing in it.
    pub file: Option<web::Bytes>,
    /// The CSRF token of the form, in the field `_token`.
    pub token: Option<String>,
}

/// As [`file`], with the CSRF token beside it.
///
/// # Errors
/// [`BodyError`].
pub async fn upload(
    app: &App,
    req: &HttpRequest,
    payload: web::Payload,
    field: &str,
    max: usize,
) -> Result<Upload, BodyError> {
    let Some(kind) = context::header_text(req, header::CONTENT_TYPE) else { return Err(BodyError::NotMultipart) };
    let boundary = multer::parse_boundary(kind).map_err(|_| BodyError::NotMultipart)?;
    let whole = payload.to_bytes_limited(max.saturating_add(AROUND));
    let bytes = match tokio::time::timeout(app.config.limits.request_timeout, whole).await {
        Err(_) => return Err(BodyError::Slow),
        Ok(Err(_)) => return Err(BodyError::TooLarge),
        Ok(Ok(Err(_))) => return Err(BodyError::Malformed),
        Ok(Ok(Ok(bytes))) => bytes,
    };
    let limit = SizeLimit::new().for_field(field, u64::try_from(max).unwrap_or(u64::MAX));
    let stream = futures_util::stream::once(std::future::ready(Ok::<_, Infallible>(bytes)));
    let mut parts = Multipart::with_constraints(stream, boundary, Constraints::new().size_limit(limit));
    let mut found = Upload::default();
    for _ in 0..MAX_FIELDS {
        let Some(part) = parts.next_field().await.map_err(refused)? else {
            found.file = found.file.filter(|bytes| !bytes.is_empty());
            return Ok(found);
        };
        if part.name() == Some(field) {
            found.file = Some(part.bytes().await.map_err(refused)?);
        } else if part.name() == Some("_token") {
            found.token = Some(part.text().await.map_err(refused)?);
        }
    }
    Err(BodyError::Malformed)
}

fn refused(error: multer::Error) -> BodyError {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => BodyError::TooLarge,
        _ => BodyError::Malformed,
    }
}
