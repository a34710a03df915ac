//! Pages of lists: the same for every list.
//!
//! `limit`, `sort` and `order` select a page. If there is more, the answer's `next` is the `cursor` of the next
//! request. A cursor holds the position of the last item in the order, not a number of items, so items that are added
//! or removed meanwhile neither repeat nor hide another.

use crate::parameters::{PageSize, query};
use serde::{Deserialize, Serialize};

/// Default number of items on a page.
pub const USUAL_PAGE: usize = 1_000;
/// Maximum number of items on a page, whatever its `limit`.
pub const LARGEST_PAGE: usize = 10_000;

/// The query parameter for the number of items.
pub const LIMIT: &str = "limit";
/// The query parameter for the field that the list is sorted by.
pub const SORT: &str = "sort";
/// The query parameter for the direction.
pub const ORDER: &str = "order";
/// The query parameter that continues after an earlier page.
pub const CURSOR: &str = "cursor";

query! {
    /// The page of a list, and its order.
    #[derive(Default)]
    PageQuery {
        /// Maximum number of items: 1,000 unless given, and never more than 10,000.
        limit: Option<PageSize>,
        /// The field to sort by.
        sort: Option<String>,
        /// The direction.
        order: Option<SortOrder>,
        /// Continue after an earlier page: its `next`.
        cursor: Option<String>,
    }
}

/// A list, or one page of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The `cursor` of the next page; absent at the end of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The direction of a sorted list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    /// The smallest, the oldest or the first in the alphabet comes first.
    Ascending,
    /// The largest or the newest comes first.
    Descending,
}

impl SortOrder {
    /// Returns the value of the query parameter `order`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

/// A field by which a list can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortField {
    /// The value of the query parameter `sort`.
    pub name: &'static str,
    /// The direction if `order` is not given.
    pub order: SortOrder,
}

impl SortField {
    /// Returns a field whose smallest value comes first by default.
    pub(crate) const fn ascending(name: &'static str) -> Self {
        Self { name, order: SortOrder::Ascending }
    }

    /// Returns a field whose largest value comes first by default.
    pub(crate) const fn descending(name: &'static str) -> Self {
        Self { name, order: SortOrder::Descending }
    }
}
