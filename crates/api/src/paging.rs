//! How lists come in pages: the same for each of them.
//!
//! A page is asked for with `limit`, `sort` and `order`. Where there is more, `next` of the answer is what `cursor` of the next request
//! takes. A cursor holds the place of the last item in the order, not a number of items, so what is added or removed
//! meanwhile neither repeats nor hides any other item.

use serde::{Deserialize, Serialize};

/// How many items a page has when its `limit` is not given.
pub const USUAL_PAGE: usize = 1_000;
/// How many items a page has at most, whatever its `limit`.
pub const LARGEST_PAGE: usize = 10_000;

/// The query parameter for the number of items.
pub const LIMIT: &str = "limit";
/// The query parameter for the field that the list is sorted by.
pub const SORT: &str = "sort";
/// The query parameter for the direction.
pub const ORDER: &str = "order";
/// The query parameter that continues after an earlier page.
pub const CURSOR: &str = "cursor";

/// A list, or a page of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items<T> {
    /// What was asked for, in order.
    pub items: Vec<T>,
    /// The `cursor` of the next page; `None` at the end of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The direction in which a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    /// The smallest, the oldest or the first in the alphabet comes first.
    Ascending,
    /// The largest or the newest comes first.
    Descending,
}

impl SortOrder {
    /// As the query parameter `order` has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

/// A field that a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortField {
    /// Its name, as the query parameter `sort` has it.
    pub name: &'static str,
    /// The direction when `order` is not given.
    pub order: SortOrder,
}

impl SortField {
    /// A field whose smallest value comes first unless asked otherwise.
    pub(crate) const fn ascending(name: &'static str) -> Self {
        Self { name, order: SortOrder::Ascending }
    }

    /// A field whose largest value comes first unless asked otherwise.
    pub(crate) const fn descending(name: &'static str) -> Self {
        Self { name, order: SortOrder::Descending }
    }
}
