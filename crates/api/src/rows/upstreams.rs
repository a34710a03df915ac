//! Upstreams of applications.

use crate::access::ADMINISTERS;
use crate::row::{EndpointRow, post};
use crate::{NewUpstreamCheck, UpstreamCheck};

rows! {
    /// Check from the server's machine whether an upstream answers.
    CHECK: EndpointRow<0, NewUpstreamCheck, UpstreamCheck> =
        post("upstreams.check", "/upstreams/check", ADMINISTERS)
            .example(r#"{"upstream": "http://127.0.0.1:3000", "host": "wiki.example.org"}"#);
}
