//! Projections: tables beside the journal that people read.

use crate::access::{ADMINISTERS, READS};
use crate::row::{Created, EndpointRow, NoBody, OptionalBody, get, post};
use crate::{
    Items, Job, NewProjectionVerification, ProjectionRebuild, ProjectionReport, ProjectionStatus, SortField,
};

rows! {
    /// List the projections of the journal and how far each is.
    LIST: EndpointRow<0, NoBody, Items<ProjectionStatus>> =
        get("projections.list", "/projections", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// Rebuild a projection from the journal. A dry run folds it again and lists the rows that differ.
    REBUILD: EndpointRow<1, OptionalBody<ProjectionRebuild>, ProjectionReport> =
        post("projections.rebuild", "/projections/{name}/rebuild", ADMINISTERS)
            .example(r#"{"dry_run": true}"#);

    /// Compare every row of the projections with a new fold of the journal.
    VERIFY: EndpointRow<0, OptionalBody<NewProjectionVerification>, Created<Job>> =
        post("projections.verify", "/projections/verify", READS)
            .example(r#"{"name": "register"}"#);
}
