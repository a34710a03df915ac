//! What people look up, as tables beside the journal.

use crate::access::{ADMINISTERS, READS};
use crate::row::{EndpointRow, NoBody, OptionalBody, get, post};
use crate::{Items, ProjectionRebuild, ProjectionReport, ProjectionStatus, SortField};

rows! {
    /// How far each projection of the journal is.
    LIST: EndpointRow<0, NoBody, Items<ProjectionStatus>> =
        get("projections.list", "/projections", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// Build a projection anew from the journal; as a dry run, fold it again and tell which rows differ.
    REBUILD: EndpointRow<1, OptionalBody<ProjectionRebuild>, ProjectionReport> =
        post("projections.rebuild", "/projections/{name}/rebuild", ADMINISTERS)
            .example(r#"{"dry_run": true}"#);
}
