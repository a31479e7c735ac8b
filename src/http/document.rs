//! Documents that clients keep for a while, and ask for again only if they changed.

use actix_web::http::header::{self, ETag, EntityTag, IfNoneMatch};
use actix_web::web::Bytes;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// How long clients may keep a document, in seconds ([`crate::config::Keys::MAX_AGE`]): a new key is published for longer
/// before it signs.
const CACHE_CONTROL: &str = "public, max-age=300";

/// A JSON document as it is sent, with its tag (RFC 9110 section 8.8.3), which is the same on every node.
#[derive(Debug, Clone)]
pub struct Document {
    bytes: Bytes,
    tag: EntityTag,
}

impl Document {
    /// What is sent of this JSON.
    pub fn new(json: Vec<u8>) -> Self {
        let tag: String = URL_SAFE_NO_PAD.encode(digest(&SHA256, &json)).chars().take(22).collect();
        Self { bytes: json.into(), tag: EntityTag::new_strong(tag) }
    }

    /// The document, or that it has not changed (RFC 9110 section 13.1.2).
    pub fn answer(self, req: &HttpRequest) -> HttpResponse {
        let is_known = match req.get_header::<IfNoneMatch>() {
            Some(IfNoneMatch::Any) => true,
            Some(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.tag)),
            None => false,
        };
        let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer.insert_header((header::CACHE_CONTROL, CACHE_CONTROL)).insert_header(ETag(self.tag));
        if is_known {
            return answer.finish();
        }
        answer.insert_header((header::CONTENT_TYPE, "application/json")).body(self.bytes)
    }
}
