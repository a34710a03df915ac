//! Binds a row of the API to the handler that serves it. A handler whose path parameters, body or answer differ from
//! its row does not compile.

use crate::input::{Json, OptionalJson, QueryParameters};
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
    pub fn bind<const N: usize, B, A, H, T>(mut self, row: &EndpointRow<N, B, A>, handler: H) -> Self
    where
        H: Handler<T, Control> + Serves<N, B, A, T>,
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

/// A handler of a row with `N` path parameters, the body `B` and the answer `A`; `T` is the tuple of its extractors, as
/// in axum.
#[diagnostic::on_unimplemented(
    message = "this handler does not serve its row",
    note = "compare its path parameters, its body (Json, OptionalJson or none) and its answer with the types of the row"
)]
pub trait Serves<const N: usize, B, A, T> {}

/// An extractor that reads a request with `N` path parameters before its body.
pub trait ReadsHead<const N: usize> {}

impl<const N: usize> ReadsHead<N> for State<Control> {}
impl<const N: usize> ReadsHead<N> for Caller {}
impl<const N: usize> ReadsHead<N> for Connection {}
impl<const N: usize> ReadsHead<N> for QueryParameters {}
impl<const N: usize> ReadsHead<N> for HeaderMap {}
impl ReadsHead<1> for Path<String> {}
impl ReadsHead<2> for Path<(String, String)> {}

/// The last extractor, which reads the body `B` of a request with `N` path parameters.
pub trait ReadsBody<const N: usize, B> {}

impl<const N: usize, T> ReadsBody<N, T> for Json<T> {}
impl<const N: usize, T> ReadsBody<N, OptionalBody<T>> for OptionalJson<T> {}
impl<const N: usize, T: ReadsHead<N>> ReadsBody<N, NoBody> for T {}

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
        impl<const N: usize, B, A, F, R, Fut, M, $($head,)* $last> Serves<N, B, A, (M, $($head,)* $last,)> for F
        where
            F: Fn($($head,)* $last) -> Fut,
            Fut: Future<Output = R>,
            R: Gives<A>,
            $($head: ReadsHead<N>,)*
            $last: ReadsBody<N, B>,
        {
        }
    };
}

serves!(; T1);
serves!(T1; T2);
serves!(T1, T2; T3);
serves!(T1, T2, T3; T4);
serves!(T1, T2, T3, T4; T5);
