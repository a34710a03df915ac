//! Binds a row of the API to the handler that serves it. A handler whose path parameters, query, body or answer differ
//! from its row does not compile.

use crate::input::{Json, OptionalJson, QueryParameters};
use crate::page::PageParameters;
use crate::{Caller, Connection, Control, Refusal};
use axum::Router;
use axum::extract::{Path, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use countersign_api::{
    Created, EndpointRow, EventStream, Method, NoBody, NoContent, OptionalBody, TextLines,
};

/// Rows with their handlers.
#[derive(Default)]
pub struct BoundRows {
    router: Router<Control>,
    ids: Vec<&'static str>,
}

impl BoundRows {
    /// Adds one row.
    #[must_use]
    pub fn bind<const N: usize, B, A, Q, H, T>(mut self, row: &EndpointRow<N, B, A, Q>, handler: H) -> Self
    where
        H: Handler<T, Control> + Serves<N, B, A, Q, T>,
        T: 'static,
    {
        let method = match row.method() {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Put => MethodFilter::PUT,
            Method::Delete => MethodFilter::DELETE,
        };
        self.ids.push(row.id());
        Self { router: self.router.route(row.path(), on(method, handler)), ids: self.ids }
    }

    /// Returns the ids of the rows, in the order in which they were bound.
    #[cfg(test)]
    pub fn ids(&self) -> &[&'static str] {
        &self.ids
    }

    pub fn into_router(self) -> Router<Control> {
        self.router
    }
}

/// A handler of a row with `N` path parameters, the query `Q`, the body `B` and the answer `A`; `T` is the tuple of its
/// extractors, as in axum.
#[diagnostic::on_unimplemented(
    message = "this handler does not serve its row",
    note = "compare its path parameters, its query, its body (Json, OptionalJson or none) and its answer with the types of the row"
)]
pub trait Serves<const N: usize, B, A, Q, T> {}

/// An extractor that reads a request with `N` path parameters and the query `Q` before its body.
pub trait ReadsHead<const N: usize, Q> {}

/// The last extractor, which reads the body `B` of a request with `N` path parameters and the query `Q`.
pub trait ReadsBody<const N: usize, B, Q> {}

impl<const N: usize, T, Q> ReadsBody<N, T, Q> for Json<T> {}
impl<const N: usize, T, Q> ReadsBody<N, OptionalBody<T>, Q> for OptionalJson<T> {}

/// An extractor of a head is the last one of a request without a body.
macro_rules! reads_head {
    ($($type:ty),+) => {
        $(
            impl<const N: usize, Q> ReadsHead<N, Q> for $type {}
            impl<const N: usize, Q> ReadsBody<N, NoBody, Q> for $type {}
        )+
    };
}

reads_head!(State<Control>, Caller, Connection, QueryParameters<Q>, PageParameters, HeaderMap);

impl<Q> ReadsHead<1, Q> for Path<String> {}
impl<Q> ReadsBody<1, NoBody, Q> for Path<String> {}
impl<Q> ReadsHead<2, Q> for Path<(String, String)> {}
impl<Q> ReadsBody<2, NoBody, Q> for Path<(String, String)> {}

/// A type that is converted to the answer `A`.
pub trait Gives<A> {}

impl<A, R: Gives<A>> Gives<A> for Result<R, Refusal> {}
impl<T> Gives<T> for axum::Json<T> {}
impl<T> Gives<Created<T>> for (StatusCode, axum::Json<T>) {}
impl Gives<NoContent> for StatusCode {}
impl<T> Gives<EventStream<T>> for Response {}
impl Gives<TextLines> for Response {}

macro_rules! serves {
    ($($head:ident),* ; $last:ident) => {
        impl<const N: usize, B, A, Q, F, R, Fut, M, $($head,)* $last> Serves<N, B, A, Q, (M, $($head,)* $last,)> for F
        where
            F: Fn($($head,)* $last) -> Fut,
            Fut: Future<Output = R>,
            R: Gives<A>,
            $($head: ReadsHead<N, Q>,)*
            $last: ReadsBody<N, B, Q>,
        {
        }
    };
}

serves!(; T1);
serves!(T1; T2);
serves!(T1, T2; T3);
serves!(T1, T2, T3; T4);
serves!(T1, T2, T3, T4; T5);
