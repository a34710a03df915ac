//! How sensitive parts of applications are.

use crate::access::ADMINISTERS;
use crate::row::{EndpointRow, put};
use crate::{Application, Label};

rows! {
    /// Say how sensitive a part of an application is, or take that back.
    SET: EndpointRow<2, Label, Application> =
        put("labels.set", "/labels/{application}/{*part}", ADMINISTERS)
            .example(r#"{"sensitivity": "confidential"}"#);
}
