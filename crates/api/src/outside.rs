//! The paths outside `/api/v1` in the document: the decision points for third-party programs, and public documents.
//! They are no endpoints of the table, because other standards define them.

use crate::authzen::{
    ActionSearch, DecisionPointMetadata, Evaluation, EvaluationAnswer, Evaluations, EvaluationsAnswer,
    FoundActions, FoundEntities, KeySet, ResourceSearch, SubjectSearch,
};
use crate::openapi::{Shape, json, problem_response, text};
use std::collections::BTreeMap;
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, PathItem, RefOr, Required, ResponseBuilder, Schema};

type Components = BTreeMap<String, RefOr<Schema>>;

pub(crate) fn paths(paths: PathsBuilder, components: &mut Components) -> PathsBuilder {
    let answer = Shape::of::<EvaluationAnswer>().refer(components);
    let single = evaluation(
        ("access.evaluate", "Evaluate one access."),
        &Shape::of::<Evaluation>(),
        answer,
        components,
    );
    let evaluations = evaluation_of_many(components);
    let entities = Shape::of::<FoundEntities>().refer(components);
    let actions = Shape::of::<FoundActions>().refer(components);
    let search_subjects = evaluation(
        ("access.search_subjects", "Search who may do something."),
        &Shape::of::<SubjectSearch>(),
        entities.clone(),
        components,
    );
    let search_resources = evaluation(
        ("access.search_resources", "Search what a subject may do something to."),
        &Shape::of::<ResourceSearch>(),
        entities,
        components,
    );
    let search_actions = evaluation(
        ("access.search_actions", "Search what a subject may do."),
        &Shape::of::<ActionSearch>(),
        actions,
        components,
    );
    let metadata = document(
        ("access.metadata", "Show the metadata of the AuthZEN decision point.", "access"),
        &Shape::of::<DecisionPointMetadata>(),
        components,
    );
    let keys = document(
        ("keys.set", "Show the public keys of assertions.", "keys"),
        &Shape::of::<KeySet>(),
        components,
    );
    paths
        .path("/access/v1/evaluation", PathItem::new(HttpMethod::Post, single))
        .path("/access/v1/evaluations", PathItem::new(HttpMethod::Post, evaluations))
        .path("/access/v1/search/subject", PathItem::new(HttpMethod::Post, search_subjects))
        .path("/access/v1/search/resource", PathItem::new(HttpMethod::Post, search_resources))
        .path("/access/v1/search/action", PathItem::new(HttpMethod::Post, search_actions))
        .path("/.well-known/authzen-configuration", PathItem::new(HttpMethod::Get, metadata))
        .path("/.well-known/jwks.json", PathItem::new(HttpMethod::Get, keys))
        .path("/forward-auth/{proxy}", PathItem::new(HttpMethod::Get, forward_auth()))
}

fn evaluation(
    (id, summary): (&str, &str),
    takes: &Shape,
    gives: RefOr<Schema>,
    components: &mut Components,
) -> OperationBuilder {
    let question = ContentBuilder::new().schema(Some(takes.refer(components))).build();
    let question = RequestBodyBuilder::new().content("application/json", question);
    let answer = json(ResponseBuilder::new().description("The answer; a denial is an answer too."), gives);
    // An error is a sentence, as the standard has it.
    let error = ResponseBuilder::new()
        .description("Why the evaluation failed, as a JSON string; a problem document for an unknown path.")
        .content("application/json", text())
        .content(crate::PROBLEM_MEDIA_TYPE, problem_response(components));
    OperationBuilder::new()
        .operation_id(Some(id))
        .tag("access")
        .summary(Some(summary))
        .request_body(Some(question.required(Some(Required::True)).build()))
        .response("200", answer.build())
        .response("default", error.build())
}

/// A request without `evaluations` is one evaluation, and gets one answer, as the standard requires.
fn evaluation_of_many(components: &mut Components) -> OperationBuilder {
    let many = Shape::of::<EvaluationsAnswer>().refer(components);
    let one = Shape::of::<EvaluationAnswer>().refer(components);
    let answer = OneOfBuilder::new().item(many).item(one).build();
    evaluation(
        ("access.evaluate_many", "Evaluate several accesses at once."),
        &Shape::of::<Evaluations>(),
        RefOr::T(Schema::from(answer)),
        components,
    )
}

fn document(
    (id, summary, tag): (&str, &str, &str),
    gives: &Shape,
    components: &mut Components,
) -> OperationBuilder {
    let answer = json(ResponseBuilder::new().description("The document."), gives.refer(components));
    let nobody = SecurityRequirement::default();
    OperationBuilder::new()
        .operation_id(Some(id))
        .tag(tag)
        .summary(Some(summary))
        .security(nobody)
        .response("200", answer.build())
        .response("default", refused(components).build())
}

fn refused(components: &mut Components) -> ResponseBuilder {
    ResponseBuilder::new()
        .description("The problem, and the remedy.")
        .content(crate::PROBLEM_MEDIA_TYPE, problem_response(components))
}

/// The requests of proxies. docs/forward-auth.md lists the headers that each sends. A refusal is a page or a problem
/// document, depending on what the proxy's client accepts.
fn forward_auth() -> Operation {
    let names = [
        "nginx",
        "caddy",
        "traefik",
        "nginx-with-certificates",
        "caddy-with-certificates",
        "traefik-with-certificates",
    ];
    let proxy = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
    let proxy = ParameterBuilder::new()
        .name("proxy")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(
            "The kind of proxy, which determines the headers that are read: docs/forward-auth.md.",
        ))
        .schema(Some(RefOr::T(Schema::from(proxy.build()))));
    // A page or a problem, as whoever asked the proxy reads.
    let answer = |about: &str| {
        let problem = ObjectBuilder::new().schema_type(Type::Object).build();
        let problem = ContentBuilder::new().schema(Some(RefOr::T(Schema::from(problem)))).build();
        ResponseBuilder::new()
            .description(about)
            .content("text/html", text())
            .content("text/plain", text())
            .content(crate::PROBLEM_MEDIA_TYPE, problem)
            .build()
    };
    OperationBuilder::new()
        .operation_id(Some("access.forward_auth"))
        .tag("access")
        .summary(Some("Evaluate a request for a proxy."))
        .parameter(proxy)
        .response(
            "200",
            ResponseBuilder::new().description("Allowed. The headers are for the application.").build(),
        )
        .response(
            "302",
            ResponseBuilder::new().description("Not signed in: redirect to this location.").build(),
        )
        .response("401", answer("Nobody is signed in."))
        .response("403", answer("Denied, or the request does not have the form of this kind of proxy."))
        .response("default", answer("It may not."))
        .build()
}
