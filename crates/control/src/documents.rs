//! Documents for people, such as the console's: each request is an access like any other, and reads the person's own
//! data (`countersign/self`). A person who may read that has the console too (ADR 0036).

use crate::{Connection, Control, Refusal, guard};
use axum::http::HeaderMap;
use countersign_admission::{Admitted, Who};
use countersign_api::ControlResource;
use countersign_names::Action;

impl Control {
    /// Admits a request for a document at `path`, and records the decision. The caller completes the access with the
    /// answer. Only a session counts: a token is for programs, which have the API.
    ///
    /// # Errors
    /// As for a request to the API: nobody is signed in (401), the policies refuse (403), too many requests (429), or
    /// nothing can be recorded (503).
    pub async fn admit_document(
        &self,
        headers: &HeaderMap,
        connection: Connection,
        path: &str,
    ) -> Result<Admitted, Refusal> {
        let snapshot = self.admission().snapshot();
        let session = (self.0.session_of)(snapshot.world(), headers, snapshot.at());
        let who = session.map_or(Who::Anonymous, Who::Session);
        self.throttle(who, connection.address).map_err(Refusal::too_many)?;
        let mut asked = guard::access_to(self, who, connection, ControlResource::Own.part(), Action::Read)?;
        path.clone_into(&mut asked.item);
        let admitted = self.admission().ask_on(&snapshot, asked).await;
        admitted.map_err(|refused| Refusal::from(&refused))
    }
}
