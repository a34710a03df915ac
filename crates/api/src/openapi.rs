//! The OpenAPI document, generated from the table of endpoints.

use crate::access::{ControlResource, EndpointAccess, OwnedBy};
use crate::endpoint::{Endpoint, Method, Parameter, ParameterPlace};
use crate::export::{INCOMPLETE, LINES_MEDIA_TYPE};
use crate::outside;
use crate::paging::SORT;
use crate::problem::{PROBLEM_MEDIA_TYPE, Problem};
use crate::rows::endpoints;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ComponentsBuilder, ObjectBuilder, Ref, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, RefOr, Required, ResponseBuilder, Schema,
    ServerBuilder,
};

/// A type in the document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    name: fn() -> std::borrow::Cow<'static, str>,
    schema: fn() -> RefOr<Schema>,
    within: fn(&mut Vec<(String, RefOr<Schema>)>),
}

/// The body of an endpoint's answer.
#[derive(Clone)]
pub(crate) enum Body {
    Nothing,
    One(Shape),
    List(Shape),
    /// Server-sent events, each with one value.
    Events(Shape),
    Lines,
}

impl Shape {
    pub(crate) const fn of<T: ToSchema + 'static>() -> Self {
        Self { name: T::name, schema: T::schema, within: T::schemas }
    }

    /// The name among the components.
    fn name_in(&self, components: &mut BTreeMap<String, RefOr<Schema>>) -> String {
        self.refer(components);
        (self.name)().into_owned()
    }

    /// Returns a reference to the component. Plain types (a string, a number) are inlined.
    pub(crate) fn refer(&self, components: &mut BTreeMap<String, RefOr<Schema>>) -> RefOr<Schema> {
        let name = (self.name)();
        if name.chars().next().is_some_and(char::is_lowercase) || name == "String" {
            return (self.schema)();
        }
        let mut within = Vec::new();
        (self.within)(&mut within);
        components.extend(within);
        components.insert(name.to_string(), (self.schema)());
        RefOr::Ref(Ref::from_schema_name(name))
    }
}

/// Returns the document that `docs/openapi.json` holds.
pub fn openapi() -> OpenApi {
    let mut components = BTreeMap::new();
    let problem = Shape::of::<Problem>().refer(&mut components);
    let paths = endpoints().into_iter().fold(PathsBuilder::new(), |paths, endpoint| {
        let operation = operation(&endpoint, &problem, &mut components);
        let path = format!("{}{}", crate::PREFIX, endpoint.path.replace("{*", "{"));
        paths.path(path, PathItem::new(method(endpoint.method), operation))
    });
    let paths = outside::paths(paths, &mut components);
    let components = components
        .into_iter()
        .fold(ComponentsBuilder::new(), |all, (name, schema)| all.schema(name, schema))
        .security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Countersign")
                .version("1")
                .description(Some(
                    "The control plane. Policies decide every request. docs/api.md explains how to \
                     authenticate, and the errors.",
                ))
                .build(),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .paths(paths.build())
        .components(Some(components.build()))
        .security(Some([SecurityRequirement::new("token", Vec::<String>::new())]))
        .build()
}

const fn method(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::Get,
        Method::Post => HttpMethod::Post,
        Method::Put => HttpMethod::Put,
        Method::Delete => HttpMethod::Delete,
    }
}

fn operation(
    endpoint: &Endpoint,
    problem: &RefOr<Schema>,
    components: &mut BTreeMap<String, RefOr<Schema>>,
) -> OperationBuilder {
    let answer = match &endpoint.answer {
        Body::Nothing => ResponseBuilder::new().description("Done."),
        Body::One(shape) => json(ResponseBuilder::new().description("Done."), shape.refer(components)),
        Body::Events(shape) => {
            // What comes is text; the shape of the events' data has its place among the components.
            let shape = shape.name_in(components);
            ResponseBuilder::new()
                .description(format!("Server-sent events. The data of each is a {shape} as JSON."))
                .content("text/event-stream", text())
        }
        Body::List(shape) => {
            let list = ArrayBuilder::new().items(shape.refer(components));
            let next = ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("The `cursor` of the next page. Absent at the end of the list."));
            let object =
                ObjectBuilder::new().schema_type(Type::Object).property("items", list).property("next", next);
            let object = RefOr::T(Schema::from(object.required("items").build()));
            json(ResponseBuilder::new().description("The requested data."), object)
        }
        Body::Lines => {
            let about = format!(
                "One object per line. The trailer `{INCOMPLETE}` names what could not be read; to a client without \
                 `TE: trailers` such an answer breaks off."
            );
            ResponseBuilder::new().description(about).content(LINES_MEDIA_TYPE, text())
        }
    };
    let refused = ContentBuilder::new().schema(Some(problem.clone())).build();
    let refused = ResponseBuilder::new()
        .description("The problem, and the remedy.")
        .content(PROBLEM_MEDIA_TYPE, refused);
    let mut operation = OperationBuilder::new()
        .operation_id(Some(endpoint.id))
        .tag(endpoint.tag)
        .summary(Some(endpoint.summary))
        .description(Some(access_in_words(&endpoint.access)))
        .extensions(Some(
            ExtensionsBuilder::new()
                .add("x-countersign-access", serde_json::Value::Object(access(&endpoint.access)))
                .build(),
        ))
        .response(endpoint.status.to_string(), answer.build())
        .response("default", refused.build());
    for asked in &endpoint.parameters {
        let parameter = parameter(asked, components);
        operation = operation.parameter(match asked.name {
            SORT if !endpoint.sorts.is_empty() => parameter.schema(Some(sort_fields(endpoint))),
            _ => parameter,
        });
    }
    if let Some(shape) = &endpoint.body {
        let example = endpoint.example.and_then(|(json, _)| serde_json::from_str(json).ok());
        let content = ContentBuilder::new().schema(Some(shape.refer(components))).example(example).build();
        let body = RequestBodyBuilder::new().content("application/json", content);
        let required = if endpoint.body_optional { Required::False } else { Required::True };
        operation = operation.request_body(Some(body.required(Some(required)).build()));
    }
    operation
}

/// Returns the schema of the parameter `sort`.
fn sort_fields(endpoint: &Endpoint) -> RefOr<Schema> {
    let names: Vec<&str> = endpoint.sorts.iter().map(|field| field.name).collect();
    let usual = names.first().map(|name| (*name).into());
    RefOr::T(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).default(usual).into())
}

/// Returns the access rule for programs: a resource and an action, and those for the caller's own data.
fn access(access: &EndpointAccess) -> serde_json::Map<String, serde_json::Value> {
    let name = |resource: ControlResource| format!("countersign/{}", resource.part());
    let shown =
        [("resource", Some(name(access.resource))), ("action", Some(access.action.as_str().to_owned()))];
    let own = ("own", access.own.map(|_| name(ControlResource::Own)));
    shown.into_iter().chain([own]).filter_map(|(key, text)| Some((key.to_owned(), text?.into()))).collect()
}

/// Returns the access rule as text for people.
fn access_in_words(access: &EndpointAccess) -> String {
    let (action, part) = (access.action.as_str(), access.resource.part());
    let own = match access.own {
        None => "",
        Some(OwnedBy::PersonInPath | OwnedBy::PersonInQuery | OwnedBy::OwnerInQuery) => {
            " For the caller's own data: `countersign/self`."
        }
        Some(OwnedBy::PersonOfGrant) => " For the caller's own grant: `countersign/self`.",
        Some(OwnedBy::ApplicationInQuery | OwnedBy::ApplicationOfLabel) => {
            " For the caller's own application: `countersign/self`."
        }
    };
    format!("Requires `{action}` on `countersign/{part}`.{own}")
}

/// Returns the content of a problem document.
pub(crate) fn problem_response(components: &mut BTreeMap<String, RefOr<Schema>>) -> utoipa::openapi::Content {
    ContentBuilder::new().schema(Some(Shape::of::<Problem>().refer(components))).build()
}

/// Returns content without a JSON schema.
pub(crate) fn text() -> utoipa::openapi::Content {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    ContentBuilder::new().schema(Some(RefOr::T(Schema::from(text)))).build()
}

pub(crate) fn json(response: ResponseBuilder, schema: RefOr<Schema>) -> ResponseBuilder {
    response.content("application/json", ContentBuilder::new().schema(Some(schema)).build())
}

fn parameter(asked: &Parameter, components: &mut BTreeMap<String, RefOr<Schema>>) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(asked.name)
        .parameter_in(match asked.place {
            ParameterPlace::Path => ParameterIn::Path,
            ParameterPlace::Query => ParameterIn::Query,
        })
        .required(if asked.required { Required::True } else { Required::False })
        .description(Some(asked.about))
        .schema(Some(asked.shape.refer(components)))
}
