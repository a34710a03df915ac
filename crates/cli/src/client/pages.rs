//! Fetches a list page by page, up to the wanted number of items.

use super::{Client, PATIENCE, ServerAnswer};
use crate::exit::Failure;
use crate::words;
use clap::Args;
use countersign_api::{EndpointRequest, Items, NoBody, PageQuery, PageSize, ResponseBody, SortOrder};
use serde_json::Value;

/// The field of some answers that says whether there is more.
const MORE: &str = "more";

/// The number of items, and their order.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct ListOptions {
    /// Maximum number of items
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// The field to sort by; for an unknown field, the error lists the known ones
    #[arg(long, value_name = "FIELD")]
    sort: Option<String>,
    /// The direction
    #[arg(long, value_name = "DIRECTION", value_parser = words::one_of::<SortOrder>(&["asc", "desc"]))]
    order: Option<SortOrder>,
}

impl ListOptions {
    /// Returns the options for the first items of a list, in its default order.
    pub(crate) fn at_most(limit: u32) -> Self {
        Self { limit: Some(limit), ..Self::default() }
    }
}

impl Client {
    /// Returns the options for a whole list.
    pub(crate) async fn all<T>(
        &self,
        request: EndpointRequest<NoBody, Items<T>>,
    ) -> Result<ServerAnswer<Items<T>>, Failure>
    where
        Items<T>: ResponseBody<Json = Items<T>>,
    {
        self.list(request, &ListOptions::default()).await
    }

    /// Fetches the wanted part of a list, as JSON in the form of one page.
    pub(crate) async fn list<T>(
        &self,
        request: EndpointRequest<NoBody, Items<T>>,
        options: &ListOptions,
    ) -> Result<ServerAnswer<Items<T>>, Failure>
    where
        Items<T>: ResponseBody<Json = Items<T>>,
    {
        let page = |left: Option<u32>, cursor| {
            let (sort, order) = (options.sort.clone(), options.order);
            request.clone().page(&PageQuery { limit: left.map(PageSize), sort, order, cursor })
        };
        self.pages(page, options.limit).await
    }

    /// Fetches up to `limit` items of an answer with pages, as JSON in the form of one page: everything else is the
    /// first page's, and whether there is more is the last one's. `request` returns the request for a page with up to so
    /// many items, which begins at a cursor.
    pub(crate) async fn pages<A: ResponseBody>(
        &self,
        request: impl Fn(Option<u32>, Option<String>) -> EndpointRequest<NoBody, A>,
        limit: Option<u32>,
    ) -> Result<ServerAnswer<A::Json>, Failure> {
        let mut left = limit;
        let mut whole = self.ask(&request(left, None), None, PATIENCE).await?;
        let mut next = take_next(&mut whole);
        left = left.map(|left| left.saturating_sub(length(&whole)));
        while let Some(cursor) = next.filter(|_| left != Some(0)) {
            let mut page = self.ask(&request(left, Some(cursor)), None, PATIENCE).await?;
            next = take_next(&mut page);
            left = left.map(|left| left.saturating_sub(length(&page)));
            if let (Some(Value::Array(items)), Some(Value::Array(more))) =
                (whole.get_mut("items"), page.get_mut("items"))
            {
                items.append(more);
            }
            if let (Some(more), Some(last)) = (whole.get_mut(MORE), page.get_mut(MORE)) {
                *more = last.take();
            }
        }
        Ok(whole)
    }
}

fn take_next(page: &mut Value) -> Option<String> {
    let next = page.as_object_mut()?.remove("next")?;
    next.as_str().map(str::to_owned)
}

fn length(page: &Value) -> u32 {
    let items = page.get("items").and_then(Value::as_array);
    items.map_or(0, |items| u32::try_from(items.len()).unwrap_or(u32::MAX))
}
