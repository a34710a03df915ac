//! An authorization, an exchange and a refresh as an access to the client's application.

use crate::OpenIdProvider;
use countersign_admission::{Completion, Ended, Refused, Request, Snapshot, Who};
use countersign_facts::Digest;
use countersign_names::{Action, ApplicationName, ResourceName, SessionId};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The part of an application that signing in to it is an access to: what no route names, as its front page.
const PART: &str = "other";

/// Who asks, from which device and place.
pub struct AskedAccess {
    pub session: SessionId,
    pub key: Option<Digest>,
    pub address: Option<IpAddr>,
}

impl OpenIdProvider {
    /// Decides whether the session may use the application, as the front page of the application would be decided, and
    /// records it.
    pub async fn decide(
        &self,
        snapshot: &Snapshot,
        application: &ApplicationName,
        asked: &AskedAccess,
    ) -> Result<(), Box<Refused>> {
        let Ok(resource) = ResourceName::new(application, PART) else {
            // The part is a constant of this file, and a name.
            unreachable!("{PART} is a part")
        };
        let request = Request {
            who: Who::Session(asked.session),
            key: asked.key,
            application: application.clone(),
            resource,
            action: Action::Read,
            operation: "GET".to_owned(),
            item: "/".to_owned(),
            tags: BTreeMap::new(),
            content_type: None,
            address: asked.address,
            // Admission knows how long the session has been idle.
            idle: 0,
            posture_confirmed_at: None,
        };
        let admitted = self.admission.ask_on(snapshot, request).await.map_err(Box::new)?;
        admitted.complete(Completion { status: 200, bytes_in: 0, bytes_out: 0, ended: Ended::Finished });
        Ok(())
    }
}
