//! Sessions: commands and views. A revocation is a fact like any other, and every gate receives it at once.

use crate::input::{QueryParameters, in_path};
use crate::page::{PageParameters, SortKey};
use crate::{Caller, Control, Refusal, find, last_use};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_admission::ObservationKind;
use countersign_api::{self as api, rows};
use countersign_facts::{EndReason, Fact, SessionFact};
use countersign_names::SessionId;
use countersign_world::{Session, World};
use std::collections::BTreeSet;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::sessions::SessionFilter>,
) -> Result<axum::Json<api::Items<api::Session>>, Refusal> {
    let page = page.usual(&rows::sessions::LIST)?;
    let (world, now) = (control.world(), control.now());
    let person = asked.person.map(|person| find::person_in_field(&world, "person", &person.0)).transpose()?;
    let sessions: Vec<_> = match person {
        Some(person) => world.sessions_of(person.id).collect(),
        None => world.sessions().collect(),
    };
    // The world drops expired sessions when the next session begins; until then they are hidden here.
    let sessions = sessions.into_iter().filter(|session| now < session.expires_at);
    let found = page.select(sessions, |session, sort| {
        let at = if sort == "expires_at" { session.expires_at } else { session.started_at };
        (SortKey::moment(at), SortKey::id(session.id.bits()))
    });
    Ok(axum::Json(found.shown(|session| shown(&control, &world, session))))
}

pub async fn revoke(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let session: SessionId = in_path("id", &id)?;
    control
        .command(&caller, move |world, _| {
            world.session(session).ok_or_else(|| {
                Refusal::not_found("session", session)
                    .about_field("id")
                    .remedy("it may have ended already; `countersign session list` shows those that have not")
            })?;
            Ok((vec![Fact::Session(SessionFact::Ended { session, reason: EndReason::Revoked })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Converts a session to the API's form.
pub fn shown(control: &Control, world: &World, session: &Session) -> api::Session {
    let opened: BTreeSet<_> = session.opened.iter().map(|(application, _)| application.clone()).collect();
    api::Session {
        id: session.id,
        person: session.person,
        email: world.person(session.person).map_or_else(String::new, |person| person.about.email.clone()),
        started_at: session.started_at,
        proved_at: session.proved_at,
        credential: session.credential,
        assurance: session.assurance,
        address: session.address,
        expires_at: session.expires_at,
        applications: opened.into_iter().collect(),
        last_use: last_use(control, ObservationKind::SessionUse, session.id.bits()),
    }
}
