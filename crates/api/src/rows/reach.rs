//! Who could reach what.

use crate::access::{OwnedBy, READS};
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, get};
use crate::{ItemLimit, PersonRef, ReachClass, WhatCan, WhoCan};
use countersign_names::{Action, ApplicationName, ResourceName};
use std::net::IpAddr;

query! {
    /// A question about who could do something.
    WhoCanQuestion {
        /// The resource: an application and one of its parts.
        resource: ResourceName,
        /// The action.
        action: Action,
        /// Only principals of this class.
        class: Option<ReachClass>,
        /// Maximum number of principals on the page: never more than 10,000, which is the default.
        limit: Option<ItemLimit>,
        /// Continue after an earlier page: its `next`.
        cursor: Option<String>,
        /// The IP address to assume. Default: none.
        address: Option<IpAddr>,
        /// The operation to assume. Default: GET to read, download and connect, otherwise POST.
        operation: Option<String>,
        /// The item to assume. Default: `/`.
        item: Option<String>,
    }
}

query! {
    /// Which access is asked about.
    WhatCanQuestion {
        /// The person: an id, address or alias.
        person: PersonRef,
        /// Only resources of this application.
        application: Option<ApplicationName>,
        /// Maximum number of resources on the page: never more than 10,000, which is the default.
        limit: Option<ItemLimit>,
        /// Continue after an earlier page: its `next`.
        cursor: Option<String>,
        /// The IP address to assume. Default: none.
        address: Option<IpAddr>,
        /// The operation to assume. Default: GET to read, download and connect, otherwise POST.
        operation: Option<String>,
        /// The item to assume. Default: `/`.
        item: Option<String>,
    }
}

rows! {
    /// Show who could perform an action on a resource: now, with more evidence, or not at all.
    WHO: EndpointRow<0, NoBody, WhoCan, WhoCanQuestion> =
        get("reach.who", "/reach/who", READS);

    /// Show what a person could do with every resource: now, with more evidence, or not at all.
    WHAT: EndpointRow<0, NoBody, WhatCan, WhatCanQuestion> =
        get("reach.what", "/reach/what", READS.or_own(OwnedBy::PersonInQuery));
}
