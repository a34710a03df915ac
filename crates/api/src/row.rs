//! One endpoint as a typed row: its name, its body and answer, and who may call it.
//!
//! The compiler checks the numbers and types of a row: the number of path parameters, the type of the body, the type of
//! the answer. [`Endpoint`] is the same without types, for code that iterates over all endpoints.

use crate::access::EndpointAccess;
use crate::endpoint::{Endpoint, Method};
use crate::paging::{Items, SortField};
use crate::parameters::{NoQuery, RequestQuery};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use utoipa::ToSchema;

/// An endpoint with `N` path parameters and the query `Q`, which takes a body `B` and answers with `A`.
#[derive(Debug)]
pub struct EndpointRow<const N: usize, B, A, Q = NoQuery> {
    id: &'static str,
    method: Method,
    path: &'static str,
    summary: &'static str,
    access: EndpointAccess,
    sorts: &'static [SortField],
    example: Option<&'static str>,
    types: PhantomData<fn(B, Q) -> A>,
}

/// The endpoint takes no body.
#[derive(Debug)]
pub enum NoBody {}

/// A body that can be left out, because everything in it has a default.
#[derive(Debug)]
pub struct OptionalBody<T>(PhantomData<T>);

/// The answer has no body: 204.
#[derive(Debug)]
pub enum NoContent {}

/// The answer is a created object: 201.
#[derive(Debug)]
pub struct Created<T>(PhantomData<T>);

/// The answer is server-sent events, each with one `T`.
#[derive(Debug)]
pub struct EventStream<T>(PhantomData<T>);

/// The answer is one object per line.
#[derive(Debug)]
pub enum TextLines {}

/// The body of a row: a type of the contract, [`OptionalBody`] of one, or [`NoBody`].
pub trait RequestBody {
    /// The JSON that a client sends.
    type Json: Serialize;

    /// Returns its description for the document.
    fn describe(endpoint: Endpoint) -> Endpoint;

    /// Checks that an example is a valid body.
    ///
    /// # Errors
    /// If it is not, with the reason.
    fn check(example: &str) -> Result<(), String>;
}

impl RequestBody for NoBody {
    type Json = ();

    fn describe(endpoint: Endpoint) -> Endpoint {
        endpoint
    }

    fn check(_: &str) -> Result<(), String> {
        Err("there is no body".to_owned())
    }
}

impl<T: ToSchema + Serialize + DeserializeOwned + 'static> RequestBody for T {
    type Json = T;

    fn describe(endpoint: Endpoint) -> Endpoint {
        endpoint.takes::<T>()
    }

    fn check(example: &str) -> Result<(), String> {
        serde_json::from_str::<T>(example).map(|_| ()).map_err(|error| error.to_string())
    }
}

impl<T: ToSchema + Serialize + DeserializeOwned + 'static> RequestBody for OptionalBody<T> {
    type Json = T;

    fn describe(endpoint: Endpoint) -> Endpoint {
        endpoint.may_take::<T>()
    }

    fn check(example: &str) -> Result<(), String> {
        T::check(example)
    }
}

/// The answer of a row: a type of the contract, a list of one, or one of the types of this module.
pub trait ResponseBody {
    /// The JSON that a client reads.
    type Json: DeserializeOwned;

    /// Whether it comes in pages, which a client follows to get all items.
    const PAGED: bool = false;

    /// Returns its description for the document.
    fn describe(endpoint: Endpoint) -> Endpoint;
}

impl ResponseBody for NoContent {
    type Json = ();

    fn describe(endpoint: Endpoint) -> Endpoint {
        endpoint
    }
}

impl<T: ToSchema + DeserializeOwned + 'static> ResponseBody for T {
    type Json = T;

    fn describe(endpoint: Endpoint) -> Endpoint {
        endpoint.gives::<T>()
    }
}

impl<T: ToSchema + DeserializeOwned + 'static> ResponseBody for Created<T> {
    type Json = T;

    fn describe(endpoint: Endpoint) -> Endpoint {
        endpoint.makes::<T>()
    }
}

impl<T: ToSchema + DeserializeOwned + 'static> ResponseBody for Items<T> {
    type Json = Self;

    const PAGED: bool = true;

    fn describe(endpoint: Endpoint) -> Endpoint {
        endpoint.lists::<T>()
    }
}

impl<T: ToSchema + DeserializeOwned + 'static> ResponseBody for EventStream<T> {
    type Json = T;

    fn describe(endpoint: Endpoint) -> Endpoint {
        endpoint.tells::<T>()
    }
}

impl ResponseBody for TextLines {
    type Json = ();

    fn describe(endpoint: Endpoint) -> Endpoint {
        endpoint.lines()
    }
}

macro_rules! methods {
    ($($name:ident $method:ident),+) => {
        $(
            pub(crate) const fn $name<const N: usize, B, A, Q>(
                id: &'static str,
                path: &'static str,
                access: EndpointAccess,
            ) -> EndpointRow<N, B, A, Q> {
                EndpointRow::new(Method::$method, id, path, access)
            }
        )+
    };
}

methods!(get Get, post Post, put Put, delete Delete);

impl<const N: usize, B, A, Q> EndpointRow<N, B, A, Q> {
    const fn new(method: Method, id: &'static str, path: &'static str, access: EndpointAccess) -> Self {
        assert!(parameters_in(path) == N, "the row does not have as many parameters as its path");
        Self { id, method, path, summary: "", access, sorts: &[], example: None, types: PhantomData }
    }

    /// Sets the summary: what the endpoint does, in one sentence.
    pub(crate) const fn about(mut self, summary: &'static str) -> Self {
        self.summary = summary.trim_ascii();
        self
    }

    /// Declares the answer to be a list in pages, sorted by one of these fields; the first is the default.
    pub(crate) const fn sorted_by(mut self, fields: &'static [SortField]) -> Self {
        self.sorts = fields;
        self
    }

    /// Returns the fields by which its list can be sorted, the default first; empty if it is no list.
    pub const fn sorts(&self) -> &'static [SortField] {
        self.sorts
    }

    /// Sets an example of its body, as JSON.
    pub(crate) const fn example(mut self, json: &'static str) -> Self {
        self.example = Some(json);
        self
    }

    /// Returns its name in the document: `people.list`.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Returns its method.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Returns its path after [`crate::PREFIX`], with its parameters in braces: `/people/{person}`. `{*part}` may
    /// contain slashes.
    pub const fn path(&self) -> &'static str {
        self.path
    }
}

impl<const N: usize, B: RequestBody, A: ResponseBody, Q: RequestQuery> EndpointRow<N, B, A, Q> {
    /// Returns the row without its types.
    pub fn endpoint(&self) -> Endpoint {
        let mut endpoint = Endpoint::new(self.method, self.id, self.path, self.summary, self.access);
        endpoint.example = self.example.map(|json| (json, B::check as fn(&str) -> Result<(), String>));
        endpoint.sorts = self.sorts;
        endpoint = A::describe(B::describe(endpoint));
        endpoint.parameters.extend(Q::parameters());
        endpoint
    }
}

/// Returns the number of parameters of a path.
const fn parameters_in(path: &str) -> usize {
    let (mut rest, mut found) = (path.as_bytes(), 0);
    while let [first, others @ ..] = rest {
        found += (*first == b'{') as usize;
        rest = others;
    }
    found
}
