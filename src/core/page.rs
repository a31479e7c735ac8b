//! Lists read page by page, by key rather than by number.

/// The most rows that one page may hold.
pub const MAX_PAGE: i64 = 200;

/// Which part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Rows after this key; the first rows when none.
    pub after: Option<String>,
    /// How many rows at the most: 1 to [`MAX_PAGE`].
    pub limit: i64,
}

impl Default for Page {
    fn default() -> Self {
        Self { after: None, limit: MAX_PAGE }
    }
}
