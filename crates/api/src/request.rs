//! A request to an endpoint, as a client makes it. Each name that a user typed stays within its own segment.

use crate::endpoint::{Method, parameter_name};
use crate::paging::{Items, PageQuery};
use crate::parameters::RequestQuery;
use crate::row::EndpointRow;
use std::marker::PhantomData;

/// A request to an endpoint that takes a body `B` and answers with `A`: its method and target.
#[derive(Debug)]
pub struct EndpointRequest<B, A> {
    method: Method,
    target: String,
    asked: bool,
    types: PhantomData<fn(B) -> A>,
}

impl<B, A> Clone for EndpointRequest<B, A> {
    fn clone(&self) -> Self {
        Self { method: self.method, target: self.target.clone(), asked: self.asked, types: PhantomData }
    }
}

impl<const N: usize, B, A, Q: RequestQuery> EndpointRow<N, B, A, Q> {
    /// Returns a request to this endpoint with these path parameters, in their order, and an empty query.
    pub fn to(&self, parameters: [&str; N]) -> EndpointRequest<B, A>
    where
        Q: Default,
    {
        self.ask(parameters, &Q::default())
    }

    /// Returns a request to this endpoint with these path parameters, in their order, and this query.
    pub fn ask(&self, parameters: [&str; N], query: &Q) -> EndpointRequest<B, A> {
        let mut target = crate::PREFIX.to_owned();
        let mut parameters = parameters.into_iter();
        for shape in self.path().split('/').skip(1) {
            match parameter_name(shape) {
                None => {
                    target.push('/');
                    target.push_str(shape);
                }
                // A row has as many parameters as its path: the compiler counted them.
                Some(_) => {
                    let text = parameters.next().unwrap_or_default();
                    let splits = shape.starts_with("{*");
                    for segment in text.split(|character| splits && character == '/') {
                        target.push('/');
                        encode(segment, &mut target);
                    }
                }
            }
        }
        EndpointRequest { method: self.method(), target, asked: false, types: PhantomData }.with(query)
    }
}

impl<B, A> EndpointRequest<B, A> {
    /// Adds the parameters of a query.
    fn with(mut self, query: &impl RequestQuery) -> Self {
        query.write(|name, value| {
            self.target.push(if self.asked { '&' } else { '?' });
            self.asked = true;
            self.target.push_str(name);
            self.target.push('=');
            encode(&value, &mut self.target);
        });
        self
    }

    /// Returns its method.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Returns its path and query.
    pub fn target(&self) -> &str {
        &self.target
    }
}

impl<B, T> EndpointRequest<B, Items<T>> {
    /// Adds the page and the order of the list.
    #[must_use]
    pub fn page(self, page: &PageQuery) -> Self {
        self.with(page)
    }
}

/// Percent-encodes all characters except those that RFC 3986 calls unreserved, so that a name never becomes structure.
fn encode(text: &str, out: &mut String) {
    // `.` and `..` are unreserved letter by letter and structure as a whole.
    let dots = text == "." || text == "..";
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => out.push(char::from(byte)),
            b'.' if !dots => out.push('.'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}
