//! What a request to an application means, by the routes that the gate uses.

use super::{known, parts};
use crate::applications::http::routes_of_parts;
use crate::input::{Json, in_path};
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::{Path, State};
use countersign_api as api;
use countersign_names::{ApplicationName, ResourceName, Sensitivity};
use countersign_routes::{Ambiguous, CanonicalPath, Routes, is_forwarded};

pub async fn meaning(
    State(control): State<Control>,
    Path(application): Path<String>,
    Json(asked): Json<api::RequestToName>,
) -> JsonResult<api::RequestMeaning> {
    let name: ApplicationName = in_path("application", &application)?;
    let world = control.world();
    let application = world.application(name.as_str());
    let path = CanonicalPath::parse(asked.path.as_bytes()).map_err(refused)?;
    let routes = match &asked.parts {
        Some(tried) => routes_to_try(&name, tried)?,
        None => Routes::of(known(&world, &name)?).ok_or_else(|| unnamed(&name))?,
    };
    let found = routes.find(&asked.method, &path, asked.upgrade).map_err(refused)?;
    if !is_forwarded(asked.method.as_str()) {
        let why = format!("the gate does not pass on the method {}", asked.method);
        return Err(Refusal::invalid("method", why));
    }
    let meant = found.ok_or_else(|| unnamed(&name))?;
    // A label that was set later counts before those of any declaration.
    let label = match &asked.parts {
        Some(tried) => application
            .and_then(|known| known.labels.get(meant.resource).copied())
            .or_else(|| declared_label(tried, meant.resource)),
        None => application.and_then(|known| known.label(meant.resource)),
    };
    Ok(axum::Json(api::RequestMeaning {
        path: path.as_str().to_owned(),
        resource: meant.resource.clone(),
        action: meant.action,
        sensitivity: label.unwrap_or(Sensitivity::Restricted),
        labelled: label.is_some(),
    }))
}

/// Returns the routes of parts that are not declared. They are checked as a declaration is.
fn routes_to_try(name: &ApplicationName, tried: &api::PartsToTry) -> Result<Routes, Refusal> {
    let within = |refusal: Refusal| match refusal.problem().field.clone() {
        Some(field) => refusal.about_field(format!("parts.{field}")),
        None => refusal,
    };
    parts(name, &tried.resources).map_err(within)?;
    let routes = routes_of_parts("resources", &tried.resources).map_err(within)?;
    Ok(Routes::of_parts(name, routes.iter().map(|(part, routes)| (part.as_str(), routes.as_slice()))))
}

fn declared_label(tried: &api::PartsToTry, resource: &ResourceName) -> Option<Sensitivity> {
    let part = tried.resources.iter().find(|part| part.part == resource.part());
    part.and_then(|part| part.sensitivity).or(tried.sensitivity)
}

/// The gate refuses a request that applications read in different ways, so it means nothing.
fn refused(why: Ambiguous) -> Refusal {
    let field = if why == Ambiguous::Method { "method" } else { "path" };
    Refusal::invalid(field, format!("the gate refuses this request: {why}"))
}

fn unnamed(name: &ApplicationName) -> Refusal {
    Refusal::invalid("application", format!("{name} has no routes for HTTP requests"))
}
