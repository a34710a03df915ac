//! Protected applications.

use crate::access::{ADMINISTERS, READS};
use crate::row::{EndpointRow, NoBody, NoContent, delete, get, post, put};
use crate::{Application, Declaration, Items, SortField, StageChange};

rows! {
    /// Every application.
    LIST: EndpointRow<0, NoBody, Items<Application>> =
        get("applications.list", "/applications", READS)
            .sorted_by(&[SortField::ascending("name")])
            .asks::<String>("q", "Whose name, title or a host contains this, in any case.");

    /// One application.
    SHOW: EndpointRow<1, NoBody, Application> =
        get("applications.show", "/applications/{application}", READS);

    /// Declare an application, or declare it again: the whole.
    DECLARE: EndpointRow<1, Declaration, Application> =
        put("applications.declare", "/applications/{application}", ADMINISTERS)
            .example(r#"{"title": "Wiki", "owner": "team-docs", "hosts": ["wiki.example.org"], "upstream": "http://127.0.0.1:3000"}"#);

    /// Protect an application no more: it is not reachable any more, and its name is never taken again.
    REMOVE: EndpointRow<1, NoBody, NoContent> =
        delete("applications.remove", "/applications/{application}", ADMINISTERS);

    /// Move an application's stage.
    STAGE: EndpointRow<1, StageChange, Application> =
        post("applications.stage", "/applications/{application}/stage", ADMINISTERS)
            .example(r#"{"stage": "enforce"}"#);
}
