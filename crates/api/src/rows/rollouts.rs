//! Staged rollouts.

use crate::access::{ADMINISTERS, READS};
use crate::row::{Created, EndpointRow, NoBody, get, post};
use crate::{Items, NewRollout, Reason, Rollout, SortField};

rows! {
    /// The staged rollouts, the newest first.
    LIST: EndpointRow<0, NoBody, Items<Rollout>> =
        get("rollouts.list", "/rollouts", READS)
            .asks::<bool>("active", "Only those by which a policy counts for somebody.")
            .sorted_by(&[SortField::descending("id")]);

    /// Let a policy in its shadow stage count for a sample of people that grows.
    START: EndpointRow<0, NewRollout, Created<Rollout>> =
        post("rollouts.start", "/rollouts", ADMINISTERS)
            .example(r#"{"policy": "wiki-needs-managed-device", "percents": [5, 25, 100], "watch_seconds": 3600}"#);

    /// One staged rollout.
    SHOW: EndpointRow<1, NoBody, Rollout> =
        get("rollouts.show", "/rollouts/{id}", READS);

    /// Take the next step now, before its time.
    ADVANCE: EndpointRow<1, NoBody, Rollout> =
        post("rollouts.advance", "/rollouts/{id}/advance", ADMINISTERS);

    /// Take a rollout back: its policy counts for nobody.
    HALT: EndpointRow<1, Reason, Rollout> =
        post("rollouts.halt", "/rollouts/{id}/halt", ADMINISTERS)
            .example(r#"{"reason": "support is shut out"}"#);
}
