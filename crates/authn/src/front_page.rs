//! The front page of the sign-in host: the person's own passkeys, sessions, applications, decisions and notices.

use crate::pages::{DecisionRow, HomePage, Line, PasskeyLine, SessionLine, moment};
use crate::router::Desk;
use crate::{ApplicationLink, DecisionLine, notices};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use countersign_names::Timestamp;
use countersign_world::{Credential, Session, World};
use http::HeaderMap;
use std::collections::BTreeSet;

pub async fn front_page(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    let Some(session) = desk.authn.session_here(&headers) else {
        return Redirect::to("/sign-in").into_response();
    };
    let world = desk.authn.world();
    let Some(person) = world.person(session.person) else { return Redirect::to("/sign-in").into_response() };
    let decisions = desk.home.decisions(person.id).await;
    let page = HomePage {
        name: person.about.name.clone(),
        email: person.about.email.clone(),
        expires_at: moment(session.expires_at),
        proved: proved(&session),
        passkeys: passkeys(&world, &session),
        sessions: sessions(&world, &session, desk.authn.now()),
        applications: desk.home.applications(person.id, session.id).into_iter().map(Line::from).collect(),
        decisions: decisions.into_iter().map(DecisionRow::from).collect(),
        notices: notices::lines(&world, person, desk.authn.now()),
        noticed_up_to: world.notices_of(person.id).last().map_or(0, |newest| newest.seq),
        advice: notices::advice(&world, person, desk.authn.now()),
    };
    desk.pages.page("home.html", &page)
}

fn proved(session: &Session) -> String {
    if session.proved_at == Session::UNKNOWN_PROOF {
        "Your provider does not say when you last proved there that it is you.".to_owned()
    } else {
        format!("You last proved that it is you at {}.", moment(session.proved_at))
    }
}

fn passkeys(world: &World, asking: &Session) -> Vec<PasskeyLine> {
    let mut theirs: Vec<&Credential> = world.credentials_of(asking.person).map(AsRef::as_ref).collect();
    theirs.sort_by_key(|known| (known.registered_at, known.id));
    theirs
        .into_iter()
        .map(|known| PasskeyLine {
            id: known.id.to_string(),
            name: known.name.clone(),
            registered_at: moment(known.registered_at),
            here: known.id == asking.credential || known.id == asking.begun_by,
        })
        .collect()
}

fn sessions(world: &World, asking: &Session, now: Timestamp) -> Vec<SessionLine> {
    let mut theirs: Vec<&Session> =
        world.sessions_of(asking.person).map(AsRef::as_ref).filter(|known| now < known.expires_at).collect();
    theirs.sort_by_key(|known| (known.id != asking.id, std::cmp::Reverse(known.started_at)));
    theirs
        .into_iter()
        .map(|known| {
            let opened: BTreeSet<&str> = known.opened.iter().map(|(name, _)| name.as_str()).collect();
            SessionLine {
                id: known.id.to_string(),
                started_at: moment(known.started_at),
                expires_at: moment(known.expires_at),
                address: known.address.map(|address| address.to_string()).unwrap_or_default(),
                applications: opened.into_iter().map(str::to_owned).collect(),
                here: known.id == asking.id,
            }
        })
        .collect()
}

impl From<ApplicationLink> for Line {
    fn from(link: ApplicationLink) -> Self {
        Self { title: link.title, url: link.url, note: link.note }
    }
}

impl From<DecisionLine> for DecisionRow {
    fn from(line: DecisionLine) -> Self {
        Self { at: moment(line.at), what: line.what, allowed: line.allowed, url: line.url }
    }
}
