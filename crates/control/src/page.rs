//! One page of a list: its request, its items, and the cursor of the next page.
//!
//! A list is ordered by the sort key, in the requested direction, then by id, ascending. A cursor holds key and id of
//! the last item of its page, so the next page begins with what follows these, even if that item is gone by then.

use crate::input::QueryParameters;
use crate::{Control, Refusal};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_api::{
    CURSOR, EndpointRow, ItemLimit, Items, LARGEST_PAGE, NoBody, PageQuery, PageSize, SORT, SearchText,
    SortField, SortOrder, USUAL_PAGE,
};
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Ordering;
use uuid::Uuid;

/// A value that items are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SortKey<'a> {
    /// A number, or a moment in microseconds.
    #[serde(rename = "n")]
    Number(i64),
    /// A text, by its bytes.
    #[serde(rename = "t")]
    Text(Cow<'a, str>),
    /// An id, in two halves.
    #[serde(rename = "i")]
    Id(u64, u64),
}

impl<'a> SortKey<'a> {
    pub const fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    pub fn id(bits: Uuid) -> Self {
        let (high, low) = bits.as_u64_pair();
        Self::Id(high, low)
    }

    pub const fn moment(at: Timestamp) -> Self {
        Self::Number(at.as_micros())
    }
}

/// The place of an item in a list: its sort key, and an id that distinguishes it from others with the same key.
pub type Place<'a> = (SortKey<'a>, SortKey<'a>);

/// The request for a page.
#[derive(Debug)]
pub struct PageRequest {
    list: &'static str,
    sort: &'static str,
    order: SortOrder,
    limit: usize,
    after: Option<Place<'static>>,
}

/// The content of a cursor, before it is encoded.
#[derive(Serialize, Deserialize)]
struct PageCursor<'a> {
    list: Cow<'a, str>,
    sort: Cow<'a, str>,
    descending: bool,
    after: Place<'a>,
}

/// The name of the order of a list that has one.
const ONE_ORDER: &str = "";

/// The items of one page, in order.
#[derive(Debug)]
pub struct PageOf<T> {
    items: Vec<T>,
    next: Option<String>,
}

/// The parameters of a page, as every list has them.
pub struct PageParameters(PageQuery);

impl FromRequestParts<Control> for PageParameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self, Refusal> {
        QueryParameters::from_request_parts(parts, control).await.map(|QueryParameters(page)| Self(page))
    }
}

impl PageParameters {
    /// Returns the requested page of `row`'s list, with `usual` items unless `limit` says otherwise.
    pub fn of<const N: usize, T, Q>(
        self,
        row: &EndpointRow<N, NoBody, Items<T>, Q>,
        usual: usize,
    ) -> Result<PageRequest, Refusal> {
        let PageQuery { limit, sort, order, cursor } = self.0;
        let limit = limit.map_or(usual, |PageSize(limit)| most(limit));
        let sort = sort.map(|name| sort_field(row.sorts(), &name)).transpose()?;
        let cursor = cursor.map(|text| decode(&text, row.id())).transpose()?;
        let usual_field = row.sorts().first().copied();
        // A cursor holds the order of its list, so a client need not repeat it.
        let begun = match &cursor {
            Some(cursor) => Some(sort_field(row.sorts(), &cursor.sort)?),
            None => None,
        };
        let field = sort
            .or(begun)
            .or(usual_field)
            .ok_or_else(|| Refusal::invalid(SORT, "this list has one order"))?;
        let begun_in = cursor.as_ref().map(|cursor| direction(cursor.descending));
        let order = order.or(begun_in).unwrap_or(field.order);
        if begun.is_some_and(|begun| begun.name != field.name) || begun_in.is_some_and(|begun| begun != order)
        {
            return Err(Refusal::invalid(CURSOR, "the cursor is of a list in another order")
                .remedy("keep sort and order from page to page, or leave out cursor to begin again"));
        }
        Ok(PageRequest {
            list: row.id(),
            sort: field.name,
            order,
            limit,
            after: cursor.map(|cursor| cursor.after),
        })
    }

    /// As [`of`](Self::of), with the usual number of items.
    pub fn usual<const N: usize, T, Q>(
        self,
        row: &EndpointRow<N, NoBody, Items<T>, Q>,
    ) -> Result<PageRequest, Refusal> {
        self.of(row, USUAL_PAGE)
    }
}

/// Returns the number of items on a page, given its `limit`.
fn most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX).min(LARGEST_PAGE)
}

/// Returns where the previous page ended, in a list that is always sorted newest first: the moment and the id of its
/// last item. `list` is the id of its row.
pub fn newest_after(list: &str, cursor: Option<&str>) -> Result<Option<(Timestamp, Uuid)>, Refusal> {
    let Some(text) = cursor else { return Ok(None) };
    match decode(text, list)?.after {
        (SortKey::Number(at), SortKey::Id(high, low)) => {
            Ok(Some((Timestamp::from_micros(at), Uuid::from_u64_pair(high, low))))
        }
        _ => Err(foreign_cursor()),
    }
}

/// A search text, which matches in any case; `None` matches everything.
#[derive(Debug)]
pub struct Search(Option<String>);

impl From<Option<SearchText>> for Search {
    fn from(wanted: Option<SearchText>) -> Self {
        Self(wanted.map(|SearchText(text)| text.to_lowercase()))
    }
}

impl Search {
    /// Returns whether one of the texts contains the search text.
    pub fn finds(&self, texts: impl IntoIterator<Item = impl AsRef<str>>) -> bool {
        let Some(wanted) = &self.0 else { return true };
        texts.into_iter().any(|text| contains(text.as_ref(), wanted))
    }
}

/// Returns whether a text contains another, which is in lower case. Most names are ASCII and are compared in place: the
/// last byte already excludes most positions, so the whole is compared at few.
fn contains(text: &str, wanted: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(wanted);
    }
    let wanted = wanted.as_bytes();
    let Some(last) = wanted.last() else { return true };
    let mut windows = text.as_bytes().windows(wanted.len());
    windows.any(|window| {
        window.last().is_some_and(|byte| byte.to_ascii_lowercase() == *last)
            && window.eq_ignore_ascii_case(wanted)
    })
}

impl PageRequest {
    /// Returns the request for a page of a list that has one order, ascending; `list` is the id of its row. Without a
    /// limit the page is as large as a page can be.
    pub fn in_one_order(
        list: &'static str,
        limit: Option<ItemLimit>,
        cursor: Option<&str>,
    ) -> Result<Self, Refusal> {
        let limit = limit.map_or(LARGEST_PAGE, |ItemLimit(limit)| most(limit));
        let after = cursor.map(|text| decode(text, list)).transpose()?.map(|cursor| cursor.after);
        Ok(Self { list, sort: ONE_ORDER, order: SortOrder::Ascending, limit, after })
    }

    /// Name of the field that the list is sorted by.
    pub const fn sort(&self) -> &'static str {
        self.sort
    }

    pub const fn is_descending(&self) -> bool {
        matches!(self.order, SortOrder::Descending)
    }

    /// Maximum number of items on the page.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// The place at which the previous page ended.
    pub const fn after(&self) -> Option<&Place<'static>> {
        self.after.as_ref()
    }

    /// Returns whether an item at this place comes after the previous page.
    pub fn follows(&self, place: &Place<'_>) -> bool {
        self.after.as_ref().is_none_or(|after| self.compare(after, place).is_lt())
    }

    /// Selects the page from `items`, which are in any order. Compares most items once, with the last place of the page
    /// so far.
    pub fn select<'a, T>(
        &self,
        items: impl IntoIterator<Item = T>,
        place: impl Fn(&T, &'static str) -> Place<'a>,
    ) -> PageOf<T> {
        let mut kept: Vec<(Place<'a>, T)> = Vec::new();
        // The last place that can still be on the page, once more items than fit were seen.
        let mut last: Option<Place<'a>> = None;
        for item in items {
            let place = place(&item, self.sort);
            if !self.follows(&place) || last.as_ref().is_some_and(|last| self.compare(last, &place).is_lt()) {
                continue;
            }
            kept.push((place, item));
            if kept.len() > self.limit.saturating_mul(2) {
                last = self.cut(&mut kept);
            }
        }
        let more = last.is_some() || kept.len() > self.limit;
        self.cut(&mut kept);
        kept.sort_unstable_by(|(a, _), (b, _)| self.compare(a, b));
        let next = kept.last().filter(|_| more).map(|(place, _)| self.cursor(place));
        PageOf { items: kept.into_iter().map(|(_, item)| item).collect(), next }
    }

    /// Keeps the first items, as many as fit on the page; returns the last place among them if there were more.
    fn cut<'a, T>(&self, kept: &mut Vec<(Place<'a>, T)>) -> Option<Place<'a>> {
        let end = self.limit.checked_sub(1).filter(|_| kept.len() > self.limit)?;
        let (_, (last, _), _) = kept.select_nth_unstable_by(end, |(a, _), (b, _)| self.compare(a, b));
        let last = last.clone();
        kept.truncate(self.limit);
        Some(last)
    }

    /// Takes the page from `items`, which are sorted and begin after [`Self::after`]. Reads no more items than needed.
    pub fn first_of<'a, T>(
        &self,
        items: impl IntoIterator<Item = T>,
        place: impl Fn(&T, &'static str) -> Place<'a>,
    ) -> PageOf<T> {
        let mut items = items.into_iter();
        let page: Vec<T> = items.by_ref().take(self.limit).collect();
        let more = items.next().is_some();
        let next = page.last().filter(|_| more).map(|last| self.cursor(&place(last, self.sort)));
        PageOf { items: page, next }
    }

    /// Takes these items as the page. `rest` is the place after which the next one begins, if there may be more.
    pub fn until<T>(&self, items: Vec<T>, rest: Option<Place<'_>>) -> PageOf<T> {
        PageOf { items, next: rest.map(|place| self.cursor(&place)) }
    }

    fn compare(&self, (key, id): &Place<'_>, (other_key, other_id): &Place<'_>) -> Ordering {
        let by_key = key.cmp(other_key);
        let by_key = if self.is_descending() { by_key.reverse() } else { by_key };
        by_key.then_with(|| id.cmp(other_id))
    }

    fn cursor(&self, after: &Place<'_>) -> String {
        encode(self.list, self.sort, self.is_descending(), after.clone())
    }
}

/// Returns the cursor after an item of a list that is always sorted newest first.
pub fn newest_cursor(list: &str, (at, id): (Timestamp, Uuid)) -> String {
    encode(list, "at", true, (SortKey::moment(at), SortKey::id(id)))
}

fn encode(list: &str, sort: &str, descending: bool, after: Place<'_>) -> String {
    let cursor = PageCursor { list: Cow::Borrowed(list), sort: Cow::Borrowed(sort), descending, after };
    // Strings and numbers always serialize.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap_or_default())
}

impl<T> PageOf<T> {
    /// Returns the items and the cursor of the next page.
    pub fn into_parts(self) -> (Vec<T>, Option<String>) {
        (self.items, self.next)
    }

    /// Converts the page to the answer.
    pub fn shown<U>(self, show: impl FnMut(T) -> U) -> Items<U> {
        Items { items: self.items.into_iter().map(show).collect(), next: self.next }
    }
}

const fn direction(descending: bool) -> SortOrder {
    if descending { SortOrder::Descending } else { SortOrder::Ascending }
}

fn sort_field(fields: &'static [SortField], name: &str) -> Result<SortField, Refusal> {
    fields.iter().find(|field| field.name == name).copied().ok_or_else(|| {
        let names: Vec<_> = fields.iter().map(|field| field.name).collect();
        Refusal::invalid(SORT, format!("this list cannot be sorted by {name:?}"))
            .remedy(format!("use one of: {}", names.join(", ")))
    })
}

fn decode(text: &str, list: &str) -> Result<PageCursor<'static>, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let cursor = bytes.and_then(|bytes| serde_json::from_slice::<PageCursor<'_>>(&bytes).ok());
    cursor.filter(|cursor| cursor.list == list).ok_or_else(foreign_cursor)
}

/// Returns the refusal of a cursor that this list did not issue.
pub fn foreign_cursor() -> Refusal {
    Refusal::invalid(CURSOR, "the cursor is not one of this list")
        .remedy("give `next` of the page before, as it was, or leave out cursor to begin again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_any_case_and_alphabet() {
        let finds = |wanted: &str, text: &str| Search(Some(wanted.to_lowercase())).finds([text]);
        assert!(finds("LOVE", "Ada Lovelace"));
        assert!(finds("é", "RENÉ"));
        assert!(finds("ren", "RENÉ"));
        assert!(!finds("é", "Rene"));
        assert!(!finds("lovelace of london", "lovelace"));
        assert!(Search(None).finds(["anything"]));
        assert!(!finds("lovelace", "love"), "it is longer than the text");
        assert!(finds("c", "abc") && finds("a", "ABC") && finds("abc", "aBc"), "at either end");
    }

    #[test]
    fn a_page_of_many_in_any_order_is_the_first_of_them_sorted() {
        let request = |limit, order, after| PageRequest { list: "l", sort: "n", order, limit, after };
        let numbers: Vec<i64> = (0..1000).map(|n| (n * 379) % 1000).collect();
        let place = |n: &i64, _: &'static str| (SortKey::Number(n / 3), SortKey::Number(*n));
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            let whole = request(5000, order, None).select(numbers.clone(), place);
            assert_eq!((whole.items.len(), &whole.next), (1000, &None));
            for limit in [1, 7, 499, 999, 1000] {
                let first = request(limit, order, None).select(numbers.clone(), place);
                assert_eq!(Some(first.items.as_slice()), whole.items.get(..limit), "{limit}");
                assert_eq!(first.next.is_some(), limit < 1000, "{limit}");
                let after = first.items.last().map(|last| place(last, "n"));
                let rest = request(limit, order, after).select(numbers.clone(), place);
                let end = (2 * limit).min(1000);
                assert_eq!(Some(rest.items.as_slice()), whole.items.get(limit..end), "{limit}");
            }
        }
    }
}
