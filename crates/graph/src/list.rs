//! Parts of lists.

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPart {
    /// Number of items that are left out at the beginning.
    pub skip: usize,
    /// Maximum number of items.
    pub limit: usize,
}

impl ListPart {
    /// Returns the first items.
    pub const fn first(limit: usize) -> Self {
        Self { skip: 0, limit }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialList<T> {
    /// The items, in a lasting order.
    pub items: Vec<T>,
    /// Number of items that follow these.
    pub left: usize,
}

impl<T> PartialList<T> {
    /// Takes a part of the items, and makes only those.
    pub(crate) fn of<I>(items: &[I], part: ListPart, make: impl FnMut(&I) -> T) -> Self {
        let after = items.get(part.skip..).unwrap_or_default();
        let items: Vec<T> = after.iter().take(part.limit).map(make).collect();
        Self { left: after.len() - items.len(), items }
    }
}
