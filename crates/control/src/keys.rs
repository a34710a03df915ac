//! The keys that sign assertions: their public parts for applications that verify assertions (RFC 7517), and their
//! rotation by administrators.
//!
//! The private parts are with the gates. Rotating a key makes its gate publish another one; retiring it invalidates
//! what it signed.

use crate::page::{PageParameters, SortKey};
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use countersign_api::{self as api, rows};
use countersign_facts::{AssertionKeyFact, Fact};
use countersign_names::Timestamp;
use countersign_world::{AssertionKey, World};
use std::sync::Arc;
use std::time::Duration;

/// How long a rotated key stays in the key set. It signs until the new key has been in the set for the cache time (60
/// seconds). An assertion is valid for 60 seconds, and verified with 30 seconds of leeway (docs/verify-assertion.md).
/// The rest is time for the gate to learn of the rotation.
pub const AFTERLIFE: Duration = Duration::from_secs(180);

/// `GET /.well-known/jwks.json`. Public: the keys are public, and an application must be able to fetch them before it
/// trusts any caller.
pub async fn jwks(State(control): State<Control>) -> impl IntoResponse {
    let (world, now) = (control.world(), control.now());
    let believed = world.assertion_keys().filter(|key| believed_until(key).is_none_or(|until| now < until));
    let keys: Vec<_> = believed.map(|key| &key.jwk).collect();
    let body = axum::Json(serde_json::json!({ "keys": keys }));
    // A short time, because caches must drop a retired key soon.
    ([(header::CACHE_CONTROL, "public, max-age=60")], body)
}

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
) -> Result<axum::Json<api::Items<api::AssertionKey>>, Refusal> {
    let page = page.usual(&rows::keys::LIST)?;
    let (world, now) = (control.world(), control.now());
    let found = page.select(world.assertion_keys(), |key, _| {
        (SortKey::moment(key.published_at), SortKey::text(&key.kid))
    });
    Ok(axum::Json(found.shown(|key| shown(key, now))))
}

pub async fn rotate(
    State(control): State<Control>,
    caller: Caller,
    Path(kid): Path<String>,
) -> Result<axum::Json<api::AssertionKey>, Refusal> {
    let asked = kid.clone();
    control
        .command(&caller, move |world, _| {
            known(world, &asked)?;
            Ok((vec![Fact::AssertionKey(AssertionKeyFact::Rotated { kid: asked.clone() })], ()))
        })
        .await?;
    let world = control.world();
    known(&world, &kid).map(|key| axum::Json(shown(key, control.now())))
}

pub async fn retire(
    State(control): State<Control>,
    caller: Caller,
    Path(kid): Path<String>,
) -> Result<StatusCode, Refusal> {
    control
        .command(&caller, move |world, _| {
            known(world, &kid)?;
            Ok((vec![Fact::AssertionKey(AssertionKeyFact::Retired { kid: kid.clone() })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn known<'a>(world: &'a World, kid: &str) -> Result<&'a Arc<AssertionKey>, Refusal> {
    world.assertion_key(kid).ok_or_else(|| Refusal::not_found("assertion key", kid).about_field("kid"))
}

fn believed_until(key: &AssertionKey) -> Option<Timestamp> {
    key.rotated_at.map(|at| at.plus(AFTERLIFE))
}

fn shown(key: &AssertionKey, now: Timestamp) -> api::AssertionKey {
    let believed_until = believed_until(key);
    api::AssertionKey {
        id: key.kid.clone(),
        state: match believed_until {
            None => api::KeyState::Signs,
            Some(until) if now < until => api::KeyState::Leaving,
            Some(_) => api::KeyState::Over,
        },
        published_at: key.published_at,
        rotated_at: key.rotated_at,
        believed_until,
    }
}
