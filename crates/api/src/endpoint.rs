//! One endpoint without the types of its row, for code that iterates over all endpoints.

use crate::access::EndpointAccess;
use crate::openapi::{Body, Shape};
use crate::paging::{PageQuery, SortField};
use crate::parameters::RequestQuery as _;
use crate::words;
use utoipa::ToSchema;

/// The methods that the API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads, and changes nothing.
    Get,
    /// Runs a command, or creates something that gets an id.
    Post,
    /// Replaces something as a whole.
    Put,
    /// Removes something.
    Delete,
}

/// The position of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterPlace {
    /// In the path.
    Path,
    /// In the query.
    Query,
}

/// A parameter of an endpoint.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// The position.
    pub place: ParameterPlace,
    /// The meaning.
    pub about: &'static str,
    /// Whether the parameter is required.
    pub required: bool,
    pub(crate) shape: Shape,
}

/// An example of a body as JSON, and a check that it is valid.
pub(crate) type BodyExample = (&'static str, fn(&str) -> Result<(), String>);

/// One endpoint.
#[derive(Clone)]
pub struct Endpoint {
    /// Its name in generated clients.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path after [`crate::PREFIX`], with its parameters in braces. A parameter that may contain slashes has a
    /// star: `{*part}`.
    pub path: &'static str,
    /// The tag in the OpenAPI document.
    pub tag: &'static str,
    /// The summary, in one sentence.
    pub summary: &'static str,
    /// Its parameters; those of the path come first.
    pub parameters: Vec<Parameter>,
    /// The status of a successful answer.
    pub status: u16,
    /// Who may call it.
    pub access: EndpointAccess,
    /// The fields by which its list can be sorted, the default first. Empty if the endpoint is no list.
    pub sorts: &'static [SortField],
    /// An example of its body as JSON, with a check that it is valid.
    pub(crate) example: Option<BodyExample>,
    pub(crate) body: Option<Shape>,
    /// Whether the body can be left out, because everything in it has a default.
    pub(crate) body_optional: bool,
    pub(crate) answer: Body,
}

impl Endpoint {
    pub(crate) fn new(
        method: Method,
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        access: EndpointAccess,
    ) -> Self {
        let tag = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let parameters =
            path.split('/').filter_map(parameter_name).map(|name| path_parameter(id, name)).collect();
        Self {
            id,
            method,
            path,
            tag,
            summary,
            parameters,
            status: 204,
            access,
            sorts: &[],
            example: None,
            body: None,
            body_optional: false,
            answer: Body::Nothing,
        }
    }

    pub(crate) fn takes<T: ToSchema + 'static>(mut self) -> Self {
        self.body = Some(Shape::of::<T>());
        self
    }

    pub(crate) fn may_take<T: ToSchema + 'static>(mut self) -> Self {
        self.body_optional = true;
        self.takes::<T>()
    }

    pub(crate) fn gives<T: ToSchema + 'static>(mut self) -> Self {
        self.status = 200;
        self.answer = Body::One(Shape::of::<T>());
        self
    }

    pub(crate) fn tells<T: ToSchema + 'static>(mut self) -> Self {
        self.status = 200;
        self.answer = Body::Events(Shape::of::<T>());
        self
    }

    pub(crate) fn makes<T: ToSchema + 'static>(mut self) -> Self {
        self.status = 201;
        self.answer = Body::One(Shape::of::<T>());
        self
    }

    pub(crate) fn lists<T: ToSchema + 'static>(mut self) -> Self {
        self.status = 200;
        self.answer = Body::List(Shape::of::<T>());
        self.parameters.extend(PageQuery::parameters());
        self
    }

    pub(crate) fn lines(mut self) -> Self {
        self.status = 200;
        self.answer = Body::Lines;
        self
    }

    /// Returns whether the endpoint has a body that cannot be left out.
    pub const fn needs_body(&self) -> bool {
        self.body.is_some() && !self.body_optional
    }

    /// Returns whether the example of its body is valid; `None` without an example.
    pub fn check_example(&self) -> Option<Result<(), String>> {
        self.example.map(|(json, check)| check(json))
    }
}

/// Returns the name of the parameter in a segment of a path.
pub(crate) fn parameter_name(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_prefix('*').unwrap_or(name))
}

fn path_parameter(endpoint: &str, name: &'static str) -> Parameter {
    let (about, shape) = match (name, endpoint.split('.').next().unwrap_or_default()) {
        ("person", _) => ("A person: their id, address or alias.", Shape::of::<String>()),
        ("group", _) => ("A group, by name.", Shape::of::<words::GroupName>()),
        ("member", _) => (
            "A person's id, address or alias, a service account's id, or `group:` and the name of a group.",
            Shape::of::<String>(),
        ),
        ("application", _) => ("An application, by name.", Shape::of::<words::ApplicationName>()),
        ("part", _) => ("A part of the application. It may contain slashes.", Shape::of::<String>()),
        ("kid", _) => ("A key's id, as in tokens and in the key set.", Shape::of::<String>()),
        ("sequence", _) => ("A fact's place in the journal: 1 for the first.", Shape::of::<u64>()),
        (_, "services") => ("A service account's id.", Shape::of::<words::ServiceId>()),
        (_, "tokens") => ("A token's id.", Shape::of::<words::TokenId>()),
        (_, "devices") => ("A device's id.", Shape::of::<words::DeviceId>()),
        (_, "sessions") => ("A session's id.", Shape::of::<words::SessionId>()),
        (_, "credentials") => ("A passkey's id.", Shape::of::<words::CredentialId>()),
        (_, "proposals") => ("A proposal's id.", Shape::of::<words::ProposalId>()),
        (_, "grants") => ("A grant's id.", Shape::of::<words::GrantId>()),
        (_, "jobs") => ("A long run's id.", Shape::of::<String>()),
        (_, "rollouts") => ("A rollout's id.", Shape::of::<words::RolloutId>()),
        (_, "exceptions") => ("An exception's id.", Shape::of::<words::ExceptionId>()),
        (_, "content_labels") => ("A label's id.", Shape::of::<words::LabelId>()),
        (_, "inventory") => ("The id of a decision about identities.", Shape::of::<words::LinkDecisionId>()),
        _ => ("A decision's id.", Shape::of::<words::DecisionId>()),
    };
    Parameter { name, place: ParameterPlace::Path, about, required: true, shape }
}

impl Method {
    /// Returns the name of the method in HTTP.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl Endpoint {
    /// Returns whether a request with this method, for this path after [`crate::PREFIX`], is for the endpoint.
    pub fn is_asked(&self, method: &str, path: &str) -> bool {
        let (mut template, mut segments) = (self.path.split('/'), path.split('/'));
        loop {
            match (template.next(), segments.next()) {
                (None, None) => return self.method.as_str() == method,
                (Some(shape), Some(segment)) => match parameter_name(shape) {
                    // It may hold slashes, and is the last.
                    Some(_) if shape.starts_with("{*") => return self.method.as_str() == method,
                    Some(_) if !segment.is_empty() => {}
                    None if shape == segment => {}
                    _ => return false,
                },
                _ => return false,
            }
        }
    }

    /// Returns the segment of a path that holds a parameter, still encoded.
    pub fn parameter_in<'a>(&self, path: &'a str, name: &str) -> Option<&'a str> {
        let mut segments = self.path.split('/').zip(path.split('/'));
        segments.find(|(shape, _)| parameter_name(shape) == Some(name)).map(|(_, segment)| segment)
    }
}
