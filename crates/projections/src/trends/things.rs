//! What counts in figures, and how facts change it. The rules are those of the world: a test compares the two.

use super::{DAYS, THINGS, TrendFigure, day_key, day_of, set_back};
use crate::register::named;
use crate::rows::RowSet;
use crate::table::{ColumnValue, ProjectedRow};
use countersign_facts::{
    ApplicationFact, ApplicationStage, CredentialFact, DeviceFact, ExceptionFact, Fact, GrantFact,
    InvitationFact, InvitationPurpose, JournalFact, PersonFact, SessionFact, Stated, TrustFact, TrustKey,
};
use countersign_names::{ApplicationName, CredentialId, InvitationId, PersonId, Timestamp};
use std::time::Duration;

/// A thing that counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CountedThing {
    pub(super) name: String,
    /// The person whose thing it is, with whom it goes.
    pub(super) person: String,
    /// The passkey or link with which a session began.
    pub(super) credential: String,
    /// Of a grant, its duration in seconds; of an invitation, 1 if it is for a recovery; of a person, 1 while suspended.
    pub(super) size: i64,
    /// When it ends by itself, in microseconds; 0 if it does not.
    pub(super) ends_at: i64,
    pub(super) counts: Vec<TrendFigure>,
    /// What it counts for after its end.
    pub(super) then_counts: Vec<TrendFigure>,
}

impl CountedThing {
    pub(super) fn new(name: impl ToString, counts: &[TrendFigure]) -> Self {
        Self { name: name.to_string(), counts: counts.to_vec(), ..Self::default() }
    }

    fn of(self, person: impl ToString) -> Self {
        Self { person: person.to_string(), ..self }
    }

    fn ending(self, at: Timestamp) -> Self {
        Self { ends_at: at.as_micros(), ..self }
    }

    pub(super) fn get(rows: &RowSet, name: &str) -> Option<Self> {
        read(rows.get(THINGS, &ColumnValue::text(name))?)
    }

    pub(super) fn having(rows: &RowSet, column: &str, value: &str) -> Vec<Self> {
        rows.having(THINGS, column, &ColumnValue::text(value)).filter_map(read).collect()
    }

    /// Puts the thing in the place of what had its name, at this moment.
    pub(super) fn put(self, rows: &mut RowSet, at: Timestamp) {
        Self::remove(rows, &self.name, at);
        self.count(rows, at, 1);
        rows.put(THINGS, self.row());
    }

    /// Removes the thing of this name, at this moment.
    pub(super) fn remove(rows: &mut RowSet, name: &str, at: Timestamp) {
        if let Some(known) = Self::get(rows, name) {
            known.count(rows, at, -1);
            rows.remove(THINGS, &ColumnValue::text(name));
        }
    }

    /// Counts the thing from this moment on (`change` is 1), or no longer (-1).
    pub(super) fn count(&self, rows: &mut RowSet, at: Timestamp, change: i64) {
        let today = day_of(at);
        if self.has_ended(at) {
            self.then_counts.iter().for_each(|figure| shift(rows, *figure, today, change));
            return;
        }
        self.counts.iter().for_each(|figure| shift(rows, *figure, today, change));
        if self.ends_at != 0 {
            let end = day_of(Timestamp::from_micros(self.ends_at));
            self.counts.iter().for_each(|figure| shift(rows, *figure, end, -change));
            self.then_counts.iter().for_each(|figure| shift(rows, *figure, end, change));
        }
    }

    /// Returns the thing with an end that is as far from `at` as the present one is from `held`.
    pub(super) fn with_the_rest_of_its_life(self, at: Timestamp, held: Timestamp) -> Self {
        let end = Timestamp::from_micros(self.ends_at);
        if end == Timestamp::MAX { self } else { self.ending(end.minus(held.since(at))) }
    }

    fn has_ended(&self, at: Timestamp) -> bool {
        self.ends_at != 0 && self.ends_at <= at.as_micros()
    }

    pub(super) fn row(&self) -> ProjectedRow {
        vec![
            ColumnValue::text(&self.name),
            ColumnValue::text(&self.person),
            ColumnValue::text(&self.credential),
            ColumnValue::Integer(self.size),
            ColumnValue::Integer(self.ends_at),
            joined(&self.counts),
            joined(&self.then_counts),
        ]
    }
}

fn joined(figures: &[TrendFigure]) -> ColumnValue {
    ColumnValue::Text(figures.iter().map(|figure| figure.as_str()).collect::<Vec<_>>().join(" "))
}

/// Reads a thing. `None` if the row was altered and is not one that the fold makes.
pub(super) fn read(row: &ProjectedRow) -> Option<CountedThing> {
    let [name, person, credential, size, ends_at, counts, then_counts] = row.as_slice() else { return None };
    let text = |value: &ColumnValue| value.as_text().map(ToOwned::to_owned);
    let figures = |value: &ColumnValue| -> Option<Vec<TrendFigure>> {
        value.as_text()?.split(' ').filter(|word| !word.is_empty()).map(TrendFigure::of).collect()
    };
    Some(CountedThing {
        name: text(name)?,
        person: text(person)?,
        credential: text(credential)?,
        size: size.as_integer()?,
        ends_at: ends_at.as_integer()?,
        counts: figures(counts)?,
        then_counts: figures(then_counts)?,
    })
}

/// Changes a figure on a day.
pub(super) fn shift(rows: &mut RowSet, figure: TrendFigure, day: i64, change: i64) {
    let key = day_key(figure, day);
    let known = rows.get(DAYS, &key).and_then(|row| row.last()?.as_integer()).unwrap_or_default();
    let next = known.saturating_add(change);
    if next == 0 {
        rows.remove(DAYS, &key);
    } else {
        let (figure, day) = (ColumnValue::text(figure.as_str()), ColumnValue::Integer(day));
        rows.put(DAYS, vec![key, figure, day, ColumnValue::Integer(next)]);
    }
}

/// Returns the name of an entry of the register among the things.
pub(super) fn trust_name(key: &TrustKey) -> String {
    format!("trust {} {} {} {}", key.resource, key.action, key.cohort, key.item)
}

/// Folds in a fact. Facts that [`TouchedThings`](super::touched::TouchedThings) leaves out change nothing.
pub(super) fn fold(rows: &mut RowSet, stated: &Stated) {
    let at = stated.at;
    match &stated.fact {
        Fact::Person(fact) => person(rows, fact, at),
        Fact::Credential(fact) => credential(rows, fact, at),
        Fact::Invitation(InvitationFact::Issued { invitation, person, purpose, .. })
            if *purpose == InvitationPurpose::Recover =>
        {
            CountedThing { size: 1, ..CountedThing::new(invitation, &[]).of(person) }.put(rows, at);
        }
        Fact::Invitation(InvitationFact::Withdrawn { invitation }) => {
            CountedThing::remove(rows, &invitation.to_string(), at);
        }
        Fact::Device(DeviceFact::Registered { device, about } | DeviceFact::Changed { device, about }) => {
            let managed: &[_] = if about.managed { &[TrendFigure::DevicesManaged] } else { &[] };
            CountedThing::new(device, &[&[TrendFigure::Devices][..], managed].concat()).put(rows, at);
        }
        Fact::Device(DeviceFact::Removed { device }) => {
            CountedThing::remove(rows, &device.to_string(), at);
        }
        Fact::Application(fact) => application(rows, fact, at),
        Fact::Session(SessionFact::Started { session, about }) => {
            forget_ended(rows, &about.person.to_string(), at);
            let started = CountedThing::new(session, &[TrendFigure::Sessions]).of(about.person);
            let started = CountedThing { credential: about.credential.to_string(), ..started };
            started.ending(about.expires_at).put(rows, at);
        }
        Fact::Session(SessionFact::Federated { session, about }) => {
            forget_ended(rows, &about.person.to_string(), at);
            let started = CountedThing::new(session, &[TrendFigure::Sessions]).of(about.person);
            let started = CountedThing { credential: about.link.to_string(), ..started };
            started.ending(about.expires_at).put(rows, at);
        }
        Fact::Session(SessionFact::Ended { session, .. }) => {
            CountedThing::remove(rows, &session.to_string(), at);
        }
        Fact::Grant(fact) => grant(rows, fact, at),
        Fact::Exception(ExceptionFact::Opened { exception, scope, expires_at, .. }) => {
            let person = scope.person.map(|person| person.to_string()).unwrap_or_default();
            let opened = CountedThing::new(exception, &[TrendFigure::Exceptions]).of(person);
            opened.ending(*expires_at).put(rows, at);
        }
        Fact::Exception(ExceptionFact::Ended { exception, .. }) => {
            CountedThing::remove(rows, &exception.to_string(), at);
        }
        Fact::Trust(fact) => {
            named(fact).into_iter().for_each(|key| trust(rows, &trust_name(key), fact, at));
        }
        Fact::Journal(JournalFact::ClockAccepted(clock)) => set_back::fold(rows, at, clock.held),
        Fact::Invitation(InvitationFact::Issued { .. })
        | Fact::Device(DeviceFact::PostureReported { .. })
        | Fact::Session(
            SessionFact::SteppedUp { .. }
            | SessionFact::HandedOver { .. }
            | SessionFact::Opened { .. }
            | SessionFact::HandoverSpent { .. },
        )
        | Fact::Journal(_)
        | Fact::Group(_)
        | Fact::Service(_)
        | Fact::Resource(_)
        | Fact::Network(_)
        | Fact::Source(_)
        | Fact::Finding(_)
        | Fact::Review(_)
        | Fact::Identity(_)
        | Fact::Label(_)
        | Fact::Role(_)
        | Fact::Provider(_)
        | Fact::OpenIdClient(_)
        | Fact::Risk(_)
        | Fact::Command(_)
        | Fact::Policies(_)
        | Fact::Settings(_)
        | Fact::Rollout(_)
        | Fact::AssertionKey(_)
        | Fact::Evidence(_) => {}
    }
}

fn person(rows: &mut RowSet, fact: &PersonFact, at: Timestamp) {
    match fact {
        PersonFact::Added { person, .. } => CountedThing::new(person, &[TrendFigure::People]).put(rows, at),
        PersonFact::Removed { person } => {
            let person = person.to_string();
            for thing in CountedThing::having(rows, "person", &person) {
                CountedThing::remove(rows, &thing.name, at);
            }
            CountedThing::remove(rows, &person, at);
        }
        PersonFact::Restored { person } => suspend(rows, *person, false),
        PersonFact::Suspended { person, .. } => {
            suspend(rows, *person, true);
            end_sessions(rows, &person.to_string(), at);
        }
        PersonFact::Changed { .. } | PersonFact::Confirmed { .. } | PersonFact::NoticesSeen { .. } => {}
    }
}

/// Removes a person's sessions.
fn end_sessions(rows: &mut RowSet, person: &str, at: Timestamp) {
    for thing in CountedThing::having(rows, "person", person) {
        if thing.counts.contains(&TrendFigure::Sessions) {
            CountedThing::remove(rows, &thing.name, at);
        }
    }
}

fn suspend(rows: &mut RowSet, person: PersonId, suspended: bool) {
    if let Some(known) = CountedThing::get(rows, &person.to_string()) {
        rows.put(THINGS, CountedThing { size: suspended.into(), ..known }.row());
    }
}

/// Returns whether a person is suspended; `None` if the person is unknown.
pub(super) fn is_suspended(rows: &RowSet, person: &ColumnValue) -> Option<bool> {
    Some(read(rows.get(THINGS, person)?)?.size == 1)
}

/// Removes a person's sessions and grants that have ended by themselves: they do not count any more.
fn forget_ended(rows: &mut RowSet, person: &str, at: Timestamp) {
    for thing in CountedThing::having(rows, "person", person) {
        if thing.has_ended(at) && thing.then_counts.is_empty() {
            CountedThing::remove(rows, &thing.name, at);
        }
    }
}

fn credential(rows: &mut RowSet, fact: &CredentialFact, at: Timestamp) {
    match fact {
        CredentialFact::Registered { credential, person, invitation, .. } => {
            if is_recovery(rows, *invitation, at) {
                for old in passkeys_of(rows, &person.to_string()) {
                    end_passkey(rows, &old, at);
                }
                end_sessions(rows, &person.to_string(), at);
            }
            CountedThing::new(credential, &[]).of(person).put(rows, at);
            count_passkeys(rows, *person, at);
        }
        CredentialFact::Removed { credential } => {
            let name = credential.to_string();
            let person = CountedThing::get(rows, &name).map(|known| known.person);
            end_passkey(rows, &name, at);
            if let Some(person) = person.and_then(|person| person.parse().ok()) {
                count_passkeys(rows, person, at);
            }
        }
        CredentialFact::Used { .. } => {}
    }
}

/// Returns whether an invitation is for a recovery, and uses it up.
fn is_recovery(rows: &mut RowSet, invitation: Option<InvitationId>, at: Timestamp) -> bool {
    let Some(name) = invitation.map(|invitation| invitation.to_string()) else { return false };
    let recovers = CountedThing::get(rows, &name).is_some_and(|known| known.size == 1);
    CountedThing::remove(rows, &name, at);
    recovers
}

/// Returns the names of a person's passkeys.
fn passkeys_of(rows: &RowSet, person: &str) -> Vec<String> {
    let prefix = format!("{}_", CredentialId::PREFIX);
    let names = CountedThing::having(rows, "person", person).into_iter().map(|thing| thing.name);
    names.filter(|name| name.starts_with(&prefix)).collect()
}

/// Removes a passkey and the sessions that it began.
fn end_passkey(rows: &mut RowSet, name: &str, at: Timestamp) {
    for thing in CountedThing::having(rows, "credential", name) {
        CountedThing::remove(rows, &thing.name, at);
    }
    CountedThing::remove(rows, name, at);
}

fn count_passkeys(rows: &mut RowSet, person: PersonId, at: Timestamp) {
    let name = person.to_string();
    let Some(known) = CountedThing::get(rows, &name) else { return };
    let mut counts = vec![TrendFigure::People];
    if !passkeys_of(rows, &name).is_empty() {
        counts.push(TrendFigure::PeopleWithPasskeys);
    }
    if known.counts != counts {
        // The one figure that changed; the person counts as before.
        let change = if counts.len() > known.counts.len() { 1 } else { -1 };
        shift(rows, TrendFigure::PeopleWithPasskeys, day_of(at), change);
        rows.put(THINGS, CountedThing { counts, ..known }.row());
    }
}

fn application(rows: &mut RowSet, fact: &ApplicationFact, at: Timestamp) {
    let name = |application: &ApplicationName| format!("application {application}");
    let staged = |application: &ApplicationName, stage: ApplicationStage| {
        let enforcing: &[_] = match stage {
            ApplicationStage::Enforce => &[TrendFigure::ApplicationsEnforcing],
            ApplicationStage::Observe => &[],
        };
        CountedThing::new(name(application), &[&[TrendFigure::Applications][..], enforcing].concat())
    };
    match fact {
        ApplicationFact::Declared { application, about } => staged(application, about.stage).put(rows, at),
        ApplicationFact::Staged { application, stage } => {
            if CountedThing::get(rows, &name(application)).is_some() {
                staged(application, *stage).put(rows, at);
            }
        }
        ApplicationFact::Removed { application } => CountedThing::remove(rows, &name(application), at),
    }
}

fn grant(rows: &mut RowSet, fact: &GrantFact, at: Timestamp) {
    match fact {
        GrantFact::Requested { grant, person, seconds, .. } => {
            let requested = CountedThing::new(grant, &[TrendFigure::GrantsRequested]).of(person);
            CountedThing { size: i64::from(*seconds), ..requested }.put(rows, at);
        }
        GrantFact::Approved { grant, expires_at } => {
            let Some(asked) = CountedThing::get(rows, &grant.to_string()) else { return };
            let latest = at.plus(Duration::from_secs(asked.size.unsigned_abs()));
            let active = CountedThing { counts: vec![TrendFigure::GrantsActive], ..asked };
            active.ending((*expires_at).min(latest)).put(rows, at);
        }
        GrantFact::Refused { grant, .. } | GrantFact::Revoked { grant, .. } => {
            CountedThing::remove(rows, &grant.to_string(), at);
        }
    }
}

/// Changes an entry of the register. Only a finding changes one that is missing or eliminated, and it changes no other.
fn trust(rows: &mut RowSet, name: &str, fact: &TrustFact, at: Timestamp) {
    let is_live = CountedThing::get(rows, name).is_some();
    let entry = |state| CountedThing::new(name, &[TrendFigure::Trusts, state]);
    match fact {
        TrustFact::Found { .. } if !is_live => entry(TrendFigure::TrustsDiscovered).put(rows, at),
        TrustFact::Eliminated { .. } => CountedThing::remove(rows, name, at),
        TrustFact::Owned { .. } if is_live => entry(TrendFigure::TrustsOwned).put(rows, at),
        TrustFact::Documented { expires_at, .. } if is_live => {
            let then_counts = vec![TrendFigure::Trusts, TrendFigure::TrustsLapsed];
            let documented = CountedThing { then_counts, ..entry(TrendFigure::TrustsDocumented) };
            documented.ending(*expires_at).put(rows, at);
        }
        TrustFact::Found { .. } | TrustFact::Owned { .. } | TrustFact::Documented { .. } => {}
    }
}
