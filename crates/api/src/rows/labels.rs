//! The sensitivity of parts of applications.

use crate::access::ADMINISTERS;
use crate::row::{EndpointRow, put};
use crate::{Application, Label};

rows! {
    /// Set or remove the label of a part of an application.
    SET: EndpointRow<2, Label, Application> =
        put("labels.set", "/labels/{application}/{*part}", ADMINISTERS)
            .example(r#"{"sensitivity": "confidential"}"#);
}
