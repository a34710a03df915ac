//! The front page's lists: the applications that a user may open, and the latest decisions about that user.

use countersign_admission::Admission;
use countersign_authn::{ApplicationLink, Authn, DecisionLine, Home, Recent};
use countersign_decide::{Effect, Request, Who};
use countersign_evidence::{Query, Store};
use countersign_names::{Action, PersonId, Principal, ResourceName, SessionId, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Maximum number of decisions on the page.
const SHOWN: usize = 12;

/// How far back the page searches for them.
const SPAN: Duration = Duration::from_secs(24 * 3600);

/// The sources of the front page.
pub struct FrontPage {
    /// Makes the decisions.
    pub admission: Admission,
    /// The recorded decisions.
    pub store: Store,
    /// Knows the addresses of applications.
    pub authn: Arc<Authn>,
}

impl Home for FrontPage {
    /// Evaluates a visit to the first page of each application. Nothing is recorded, because no request was made.
    fn applications(&self, _person: PersonId, session: SessionId) -> Vec<ApplicationLink> {
        let world = self.admission.world();
        let policies = self.admission.policies();
        let now = self.admission.now();
        let mut links: Vec<ApplicationLink> = world
            .applications()
            .filter(|application| application.name.as_str() != crate::bootstrap::CONTROL)
            .filter_map(|application| {
                let request = Request {
                    who: Who::Session(session),
                    key: None,
                    application: application.name.clone(),
                    resource: ResourceName::new(&application.name, "other").ok()?,
                    action: Action::Read,
                    operation: "GET".to_owned(),
                    item: "/".to_owned(),
                    tags: BTreeMap::new(),
                    content_type: None,
                    address: None,
                    idle: 0,
                    posture_confirmed_at: None,
                };
                let answer = countersign_decide::decide(&world, &policies, &request, now);
                let note = match answer.decision().effect {
                    Effect::Allow => application.sensitivity().to_string(),
                    Effect::Deny => {
                        let remedies: Vec<_> =
                            answer.decision().remedies.iter().map(ToString::to_string).collect();
                        format!("{}, denied to you here: {}", application.sensitivity(), remedies.join(" "))
                    }
                };
                let host = application.about.http()?.hosts.first()?;
                let url = self.authn.config().application_url(host, "/");
                Some(ApplicationLink { title: application.about.title.clone(), url, note })
            })
            .collect();
        links.sort_by(|one, other| one.title.cmp(&other.title));
        let url = countersign_console::PATH.to_owned();
        let note = "your account, and what you may see and decide".to_owned();
        links.insert(0, ApplicationLink { title: "Console".to_owned(), url, note });
        links
    }

    fn decisions(&self, person: PersonId) -> Recent<'_> {
        let store = self.store.clone();
        let now = self.admission.now();
        Box::pin(async move {
            let since = Timestamp::from_micros(now.as_micros().saturating_sub(micros(SPAN)));
            let query =
                Query { principal: Some(Principal::Person(person)), limit: SHOWN, since, ..Query::default() };
            // Reading files blocks, and must not delay other requests on this thread.
            let listed = tokio::task::spawn_blocking(move || store.list(&query)).await;
            listed.map(|listing| listing.rows.iter().map(line).collect()).unwrap_or_default()
        })
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

fn line(row: &countersign_evidence::Row) -> DecisionLine {
    let decided = &row.decided;
    DecisionLine {
        at: decided.at,
        what: format!("{} {} {}", decided.operation, decided.application, decided.item),
        allowed: decided.effect == countersign_evidence::Effect::Allow,
        url: None,
    }
}
