//! The Passport dialect (CONTRACT section 1).
