//! Admission with the decision left out: what the gate is compiled against to be its own floor.
//!
//! One question is asked of the real thing at the start. Its permit then stands for every request: nothing is looked up,
//! asked, watched or recorded. The types are the real ones, so that the gate's source compiles as it is; that source has
//! no switch for this, and must never have one. Only the bench builds this crate, and nothing that ships depends on it.
//!
//! It must not know what is asked: whatever that is, it does the same.

use countersign_world::{Application, World};
use std::ops::Deref;
use std::sync::Arc;

// Everything else is the real thing; what is defined below stands before what comes from here.
pub use real::*;

use countersign_names::{DecisionId, Timestamp};

// Under the real one's name, for the gate's source.
pub use EndlessAccess as OngoingAccess;

/// The way to the one permit. Clones are handles to the same.
#[derive(Clone)]
pub struct Admission(Arc<One>);

struct One {
    real: real::Admission,
    admitted: real::Admitted,
}

/// Always yes.
pub struct Admitted {
    permit: Permit,
    ongoing: EndlessAccess,
}

/// An access that goes on for ever.
pub struct EndlessAccess {
    one: Arc<One>,
    request: Request,
}

impl Admission {
    /// Ask the real thing once; what it says yes to stands for everything from then on.
    ///
    /// # Errors
    /// When it says no.
    pub async fn of_one_answer(real: real::Admission, request: Request) -> Result<Self, Refused> {
        let admitted = real.ask(request).await?;
        Ok(Self(Arc::new(One { real, admitted })))
    }

    /// As the real thing.
    pub fn snapshot(&self) -> Snapshot {
        self.0.real.snapshot()
    }

    /// As the real thing.
    pub fn observations(&self) -> &Observations {
        self.0.real.observations()
    }

    /// As [`Admission::ask_on`].
    ///
    /// # Errors
    /// As there.
    pub async fn ask(&self, request: Request) -> Result<Admitted, Refused> {
        self.ask_on(&self.snapshot(), request).await
    }

    /// Yes.
    ///
    /// # Errors
    /// Never, since the one answer was yes; the gate's source expects that it might.
    pub async fn ask_on(&self, snapshot: &Snapshot, request: Request) -> Result<Admitted, Refused> {
        match self.0.admitted.answer().permit() {
            Some(permit) => {
                Ok(Admitted { permit, ongoing: EndlessAccess { one: Arc::clone(&self.0), request } })
            }
            None => Err(self.turn_away(snapshot, request, reserved::NO_PERMIT).await),
        }
    }

    /// As the real thing: nothing that is measured is turned away.
    pub async fn turn_away(&self, snapshot: &Snapshot, request: Request, reason: &'static str) -> Refused {
        self.0.real.turn_away(snapshot, request, reason).await
    }

    /// The world, for the routes.
    pub fn world(&self) -> Arc<World> {
        self.0.real.world()
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.real.now()
    }
}

impl Admitted {
    /// As the real thing.
    pub fn spend(self) -> (Permit, EndlessAccess) {
        (self.permit, self.ongoing)
    }

    /// The permit, to look at.
    pub const fn permit(&self) -> &Permit {
        &self.permit
    }

    /// What came of it is recorded nowhere.
    pub fn complete(self, _: Completion) {}
}

impl Deref for Admitted {
    type Target = EndlessAccess;

    fn deref(&self) -> &EndlessAccess {
        &self.ongoing
    }
}

impl EndlessAccess {
    /// The one decision.
    pub fn id(&self) -> DecisionId {
        self.one.admitted.id()
    }

    /// What was asked.
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// The application of the one answer.
    pub fn application(&self) -> &Arc<Application> {
        self.one.admitted.application()
    }

    /// What was decided, once.
    pub fn decision(&self) -> Arc<Decision> {
        self.one.admitted.decision()
    }

    /// The one answer.
    pub fn answer(&self) -> Arc<countersign_decide::Answer> {
        self.one.admitted.answer()
    }

    /// Bytes moved, which is nothing to anybody here.
    pub const fn touch(&self) {}

    /// Always.
    ///
    /// # Errors
    /// Never; the gate's source expects that it might.
    pub const fn may_pass(&self) -> Result<(), Refused> {
        Ok(())
    }

    /// Never.
    pub async fn revoked(&self) -> Refused {
        std::future::pending().await
    }

    /// What came of it is recorded nowhere.
    pub fn complete(self, _: Completion) {}
}
