//! The rows that a fact about a figure reads and changes.

use super::things::{CountedThing, trust_name};
use super::{DAYS, THINGS, TrendFigure, day_of, days};
use crate::register::named;
use crate::rows::{RowSelection, RowSet};
use crate::table::ColumnValue;
use countersign_facts::{
    ApplicationFact, CredentialFact, DeviceFact, ExceptionFact, Fact, GrantFact, InvitationFact, JournalFact,
    PersonFact, SessionFact, Stated, TrustFact,
};
use countersign_names::Timestamp;

const PERSONAL: &[TrendFigure] = &[
    TrendFigure::People,
    TrendFigure::PeopleWithPasskeys,
    TrendFigure::Sessions,
    TrendFigure::GrantsRequested,
    TrendFigure::GrantsActive,
    TrendFigure::Exceptions,
];
const SIGNING_IN: &[TrendFigure] = &[TrendFigure::PeopleWithPasskeys, TrendFigure::Sessions];
const DEVICES: &[TrendFigure] = &[TrendFigure::Devices, TrendFigure::DevicesManaged];
const APPLICATIONS: &[TrendFigure] = &[TrendFigure::Applications, TrendFigure::ApplicationsEnforcing];
const SESSIONS: &[TrendFigure] = &[TrendFigure::Sessions];
const GRANTS: &[TrendFigure] = &[TrendFigure::GrantsRequested, TrendFigure::GrantsActive];
const EXCEPTIONS: &[TrendFigure] = &[TrendFigure::Exceptions];
const TRUSTS: &[TrendFigure] = &[
    TrendFigure::Trusts,
    TrendFigure::TrustsDiscovered,
    TrendFigure::TrustsOwned,
    TrendFigure::TrustsDocumented,
    TrendFigure::TrustsLapsed,
];

/// The things that a fact touches, and the figures and days that it can change.
#[derive(Default)]
pub(super) struct TouchedThings {
    names: Vec<String>,
    /// The person whose things it touches.
    person: Option<String>,
    /// The passkey whose sessions it touches, and whose person's passkeys are counted again.
    credential: Option<String>,
    figures: &'static [TrendFigure],
    days: Vec<i64>,
    /// Whether it touches everything, because time was set back.
    everything: bool,
}

impl TouchedThings {
    /// Returns `None` for a fact that changes no figure. Every subject is named, so that a new one has to be decided here.
    pub(super) fn of(stated: &Stated) -> Option<Self> {
        let touched = match &stated.fact {
            Fact::Person(fact) => of_person(fact)?,
            Fact::Credential(fact) => of_credential(fact)?,
            Fact::Invitation(fact) => match fact {
                InvitationFact::Issued { invitation, .. } | InvitationFact::Withdrawn { invitation } => {
                    Self::named(invitation.to_string(), &[])
                }
            },
            Fact::Device(fact) => match fact {
                DeviceFact::Registered { device, .. }
                | DeviceFact::Changed { device, .. }
                | DeviceFact::Removed { device } => Self::named(device.to_string(), DEVICES),
                DeviceFact::PostureReported { .. } => return None,
            },
            Fact::Application(fact) => match fact {
                ApplicationFact::Declared { application, .. }
                | ApplicationFact::Staged { application, .. }
                | ApplicationFact::Removed { application } => {
                    Self::named(format!("application {application}"), APPLICATIONS)
                }
            },
            Fact::Session(fact) => of_session(fact)?,
            Fact::Grant(fact) => of_grant(fact, stated.at),
            Fact::Exception(fact) => match fact {
                ExceptionFact::Opened { exception, expires_at, .. } => {
                    Self::named(exception.to_string(), EXCEPTIONS).ending(*expires_at)
                }
                ExceptionFact::Ended { exception, .. } => Self::named(exception.to_string(), EXCEPTIONS),
            },
            Fact::Trust(fact) => of_trust(fact),
            Fact::Journal(fact) => match fact {
                JournalFact::ClockAccepted(_) => Self { everything: true, ..Self::default() },
                JournalFact::HeadAccepted(_)
                | JournalFact::CheckpointTaken { .. }
                | JournalFact::Archived { .. }
                | JournalFact::ClockConfirmed(_) => return None,
            },
            // Members, policies and files have tables of their own.
            Fact::Group(_)
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
            | Fact::Evidence(_) => return None,
        };
        Some(touched.on(day_of(stated.at)))
    }

    fn named(name: String, figures: &'static [TrendFigure]) -> Self {
        Self { names: vec![name], figures, ..Self::default() }
    }

    fn on(mut self, day: i64) -> Self {
        self.days.push(day);
        self
    }

    fn ending(self, at: Timestamp) -> Self {
        self.on(day_of(at))
    }

    pub(super) fn reads(&self) -> Vec<RowSelection> {
        if self.everything {
            return vec![RowSelection::All(DAYS), RowSelection::All(THINGS)];
        }
        let names = self.names.iter().map(ColumnValue::text).collect();
        let mut selections = vec![RowSelection::Keys(THINGS, names)];
        if let Some(person) = &self.person {
            selections.push(RowSelection::Having(THINGS, "person", ColumnValue::text(person)));
        }
        if let Some(credential) = &self.credential {
            selections.push(RowSelection::Having(THINGS, "credential", ColumnValue::text(credential)));
        }
        if !self.figures.is_empty() {
            selections.push(days(self.figures, &self.days));
        }
        selections
    }

    /// Returns what the things lead to: the days on which they would have ended, and the person of a passkey.
    pub(super) fn reads_further(&self, rows: &RowSet) -> Vec<RowSelection> {
        let mut selections = Vec::new();
        let mut things: Vec<CountedThing> =
            self.names.iter().filter_map(|name| CountedThing::get(rows, name)).collect();
        if let Some(credential) = &self.credential {
            let registered = things.iter().find(|thing| thing.name == *credential);
            if let Some(person) = registered.map(|thing| ColumnValue::text(&thing.person)) {
                selections.push(RowSelection::Keys(THINGS, vec![person.clone()]));
                selections.push(RowSelection::Having(THINGS, "person", person));
            }
            things.extend(CountedThing::having(rows, "credential", credential));
        }
        if let Some(person) = &self.person {
            things.extend(CountedThing::having(rows, "person", person));
        }
        let ending = things.iter().filter(|thing| thing.ends_at != 0);
        selections.extend(ending.flat_map(|thing| {
            let day = [day_of(Timestamp::from_micros(thing.ends_at))];
            [days(&thing.counts, &day), days(&thing.then_counts, &day)]
        }));
        selections
    }
}

fn of_person(fact: &PersonFact) -> Option<TouchedThings> {
    match fact {
        PersonFact::Added { person, .. } => Some(TouchedThings::named(person.to_string(), PERSONAL)),
        PersonFact::Removed { person } | PersonFact::Suspended { person, .. } => Some(TouchedThings {
            person: Some(person.to_string()),
            ..TouchedThings::named(person.to_string(), PERSONAL)
        }),
        PersonFact::Restored { person } => Some(TouchedThings::named(person.to_string(), &[])),
        PersonFact::Changed { .. } | PersonFact::Confirmed { .. } | PersonFact::NoticesSeen { .. } => None,
    }
}

fn of_credential(fact: &CredentialFact) -> Option<TouchedThings> {
    match fact {
        CredentialFact::Registered { credential, person, invitation, .. } => {
            let mut names = vec![credential.to_string(), person.to_string()];
            names.extend(invitation.map(|invitation| invitation.to_string()));
            let person = Some(person.to_string());
            Some(TouchedThings { names, person, figures: SIGNING_IN, ..TouchedThings::default() })
        }
        CredentialFact::Removed { credential } => Some(TouchedThings {
            credential: Some(credential.to_string()),
            ..TouchedThings::named(credential.to_string(), SIGNING_IN)
        }),
        CredentialFact::Used { .. } => None,
    }
}

fn of_session(fact: &SessionFact) -> Option<TouchedThings> {
    match fact {
        SessionFact::Started { session, about } => {
            let touched = TouchedThings {
                person: Some(about.person.to_string()),
                ..TouchedThings::named(session.to_string(), SESSIONS)
            };
            Some(touched.ending(about.expires_at))
        }
        SessionFact::Federated { session, about } => {
            let touched = TouchedThings {
                person: Some(about.person.to_string()),
                ..TouchedThings::named(session.to_string(), SESSIONS)
            };
            Some(touched.ending(about.expires_at))
        }
        SessionFact::Ended { session, .. } => Some(TouchedThings::named(session.to_string(), SESSIONS)),
        SessionFact::SteppedUp { .. }
        | SessionFact::HandedOver { .. }
        | SessionFact::Opened { .. }
        | SessionFact::HandoverSpent { .. } => None,
    }
}

fn of_grant(fact: &GrantFact, at: Timestamp) -> TouchedThings {
    match fact {
        // It ends after as many seconds as were requested, which is within a day, or earlier.
        GrantFact::Approved { grant, expires_at } => TouchedThings::named(grant.to_string(), GRANTS)
            .on(day_of(at).saturating_add(1))
            .ending(*expires_at),
        GrantFact::Requested { grant, .. }
        | GrantFact::Refused { grant, .. }
        | GrantFact::Revoked { grant, .. } => TouchedThings::named(grant.to_string(), GRANTS),
    }
}

fn of_trust(fact: &TrustFact) -> TouchedThings {
    let names = named(fact).into_iter().map(trust_name).collect();
    let touched = TouchedThings { names, figures: TRUSTS, ..TouchedThings::default() };
    match fact {
        TrustFact::Documented { expires_at, .. } => touched.ending(*expires_at),
        TrustFact::Found { .. } | TrustFact::Eliminated { .. } | TrustFact::Owned { .. } => touched,
    }
}
