//! Staged rollouts.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, get, post};
use crate::{Items, NewRollout, Reason, Rollout, SortField};

query! {
    /// The rollouts to list.
    #[derive(Default)]
    RolloutFilter {
        /// Only rollouts that enforce a policy now.
        active: Option<bool>,
    }
}

rows! {
    /// List the staged rollouts, the newest first.
    LIST: EndpointRow<0, NoBody, Items<Rollout>, RolloutFilter> =
        get("rollouts.list", "/rollouts", READS)
            .sorted_by(&[SortField::descending("id")]);

    /// Enforce a policy in the shadow stage for a growing sample of people.
    START: EndpointRow<0, NewRollout, Created<Rollout>> =
        post("rollouts.start", "/rollouts", ADMINISTERS)
            .example(r#"{"policy": "wiki-needs-managed-device", "percents": [5, 25, 100], "watch_seconds": 3600}"#);

    /// Show a staged rollout.
    SHOW: EndpointRow<1, NoBody, Rollout> =
        get("rollouts.show", "/rollouts/{id}", READS);

    /// Begin the next step of a rollout early.
    ADVANCE: EndpointRow<1, NoBody, Rollout> =
        post("rollouts.advance", "/rollouts/{id}/advance", ADMINISTERS);

    /// Halt a rollout: it enforces its policy for nobody.
    HALT: EndpointRow<1, Reason, Rollout> =
        post("rollouts.halt", "/rollouts/{id}/halt", ADMINISTERS)
            .example(r#"{"reason": "support is shut out"}"#);
}
