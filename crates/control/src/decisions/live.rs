//! Decisions as they fall, as server-sent events.
//!
//! The stream reads the records of this process's folder again every second. A decision may be written a little after one
//! that fell later, so each reading goes back some seconds and leaves out what was sent.

use super::{place, query, shown};
use crate::input::QueryParameters;
use crate::lasting::Lasting;
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use countersign_api::rows::decisions::{DecisionFilter, DecisionStreamFilter};
use countersign_api::{self as api};
use countersign_evidence::{Query, Row};
use countersign_facts::Actor;
use countersign_names::{DecisionId, Timestamp};
use futures_util::{Stream, stream};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How often the records are read.
const PACE: Duration = Duration::from_secs(1);

/// How far back a reading goes: longer than a record takes from its decision to the folder.
const OVERLAP: Duration = Duration::from_secs(10);

/// Maximum number of decisions in one event.
const MOST: usize = 200;

/// Maximum number of streams that one process serves, since each costs a reading every second.
const MOST_STREAMS: usize = 32;

/// Maximum number of streams of one caller, so that the open pages of one person leave places for others. The operator,
/// who holds the machine, is not limited.
const MOST_OF_A_CALLER: usize = 8;

/// The callers of the streams that one process serves, each as often as they have streams.
#[derive(Debug, Clone, Default)]
pub struct LiveStreams(Arc<Mutex<Vec<Actor>>>);

impl LiveStreams {
    fn enter(&self, caller: Caller) -> Result<StreamPlace, Refusal> {
        let caller = caller.actor();
        let mut served = self.0.lock();
        let own = served.iter().filter(|actor| **actor == caller).count();
        if caller != Actor::Operator && own >= MOST_OF_A_CALLER {
            return Err(Refusal::unavailable(format!("you are watching decisions in {own} places already"))
                .remedy("close a page that watches them, or list decisions instead"));
        }
        if served.len() >= MOST_STREAMS {
            return Err(Refusal::unavailable(
                "as many people as this process serves are watching decisions already",
            )
            .remedy("close a page that watches them, or list decisions instead"));
        }
        served.push(caller.clone());
        drop(served);
        Ok(StreamPlace { streams: self.clone(), caller })
    }
}

/// The place of one stream, which is free again once this is dropped.
struct StreamPlace {
    streams: LiveStreams,
    caller: Actor,
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut served = self.streams.0.lock();
        if let Some(place) = served.iter().position(|actor| *actor == self.caller) {
            served.swap_remove(place);
        }
    }
}

pub async fn follow(
    State(control): State<Control>,
    caller: Caller,
    QueryParameters(asked): QueryParameters<DecisionStreamFilter>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let place = control.live_streams().enter(caller)?;
    let DecisionStreamFilter { application, person, effect, action, device } = asked;
    let asked = DecisionFilter { application, person, effect, action, device, ..DecisionFilter::default() };
    let query = Query { limit: MOST, ..query(&control.world(), asked)? };
    let mut ids = headers.get_all("last-event-id").iter();
    let from = match (ids.next(), ids.next()) {
        (None, _) => SentDecisions::from(control.now()),
        (Some(id), None) => resumed(&control, id.to_str().ok()).await?,
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid("Last-Event-ID", "the header is there twice").remedy("send it once"));
        }
    };
    let events = Sse::new(events(DecisionFollower { control, query, sent: from, _place: place }))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    let mut response = events.into_response();
    response.extensions_mut().insert(Lasting);
    Ok(response)
}

/// Returns where a stream resumes: after the last decision that the client has.
async fn resumed(control: &Control, id: Option<&str>) -> Result<SentDecisions, Refusal> {
    let id: DecisionId = id.and_then(|id| id.parse().ok()).ok_or_else(|| {
        Refusal::invalid("Last-Event-ID", "it is not the id of a decision").remedy("leave the header out")
    })?;
    let store = control.store().clone();
    let found = tokio::task::spawn_blocking(move || store.look_up(id)).await;
    let row = found.ok().and_then(|found| found.row);
    // A record that is gone is older than anything that is kept: the stream begins now.
    Ok(row.map_or_else(|| SentDecisions::from(control.now()), |row| SentDecisions::up_to(&row)))
}

struct DecisionFollower {
    control: Control,
    query: Query,
    sent: SentDecisions,
    _place: StreamPlace,
}

/// What was sent: nothing before `since`, and of what fell since then these.
struct SentDecisions {
    since: Timestamp,
    ids: BTreeMap<DecisionId, Timestamp>,
}

impl SentDecisions {
    const fn from(since: Timestamp) -> Self {
        Self { since, ids: BTreeMap::new() }
    }

    fn up_to(row: &Row) -> Self {
        Self { since: row.decided.at, ids: BTreeMap::from([(row.decided.id, row.decided.at)]) }
    }

    /// Returns what of these rows is new, oldest first, and remembers it. `now` bounds what has to be remembered.
    fn fresh(&mut self, mut rows: Vec<Row>, now: Timestamp) -> Vec<Row> {
        rows.retain(|row| row.decided.at >= self.since && !self.ids.contains_key(&row.decided.id));
        rows.sort_by_key(place);
        self.ids.extend(rows.iter().map(|row| (row.decided.id, row.decided.at)));
        let overlap = i64::try_from(OVERLAP.as_micros()).unwrap_or(i64::MAX);
        self.since = self.since.max(Timestamp::from_micros(now.as_micros().saturating_sub(overlap)));
        let since = self.since;
        self.ids.retain(|_, at| *at >= since);
        rows
    }
}

fn events(from: DecisionFollower) -> impl Stream<Item = Result<Event, axum::Error>> + Send {
    stream::unfold(from, |mut following| async move {
        loop {
            let (store, now) = (following.control.store().clone(), following.control.now());
            let query = Query { since: following.sent.since, ..following.query.clone() };
            // The stream ends if the reading panics; the client then connects again.
            let listed = tokio::task::spawn_blocking(move || store.list(&query)).await.ok()?;
            let full = listed.rows.len() >= MOST;
            let rows = following.sent.fresh(listed.rows, now);
            if let Some(last) = rows.last() {
                let id = last.decided.id.to_string();
                let world = following.control.world();
                let items = rows.iter().map(|row| shown(&world, row)).collect();
                let event = Event::default().event("decisions").id(id);
                return Some((event.json_data(api::DecisionBatch { items, gap: full }), following));
            }
            tokio::time::sleep(PACE).await;
        }
    })
}
