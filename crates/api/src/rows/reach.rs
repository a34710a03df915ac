//! Who could reach what.

use crate::access::{OwnedBy, READS};
use crate::row::{EndpointRow, NoBody, get};
use crate::{CURSOR, LIMIT, ReachClass, WhatCan, WhoCan, words};

rows! {
    /// Show who could perform an action on a resource: now, with more evidence, or not at all.
    WHO: EndpointRow<0, NoBody, WhoCan> =
        get("reach.who", "/reach/who", READS)
            .needs::<words::ResourceName>("resource", "The resource: an application and one of its parts.")
            .needs::<words::Action>("action", "The action.")
            .asks::<ReachClass>("class", "Only principals of this class.")
            .asks::<words::Limit>(LIMIT, "Maximum number of principals on the page: never more than 10,000, which is the default.")
            .asks::<String>(CURSOR, "Continue after an earlier page: its `next`.")
            .asks::<String>("address", "The IP address to assume. Default: none.")
            .asks::<String>("operation", "The operation to assume. Default: GET to read, download and connect, otherwise POST.")
            .asks::<String>("item", "The item to assume. Default: `/`.");

    /// Show what a person could do with every resource: now, with more evidence, or not at all.
    WHAT: EndpointRow<0, NoBody, WhatCan> =
        get("reach.what", "/reach/what", READS.or_own(OwnedBy::PersonInQuery))
            .needs::<String>("person", "The person: an id, address or alias.")
            .asks::<words::ApplicationName>("application", "Only resources of this application.")
            .asks::<words::Limit>(LIMIT, "Maximum number of resources on the page: never more than 10,000, which is the default.")
            .asks::<String>(CURSOR, "Continue after an earlier page: its `next`.")
            .asks::<String>("address", "The IP address to assume. Default: none.")
            .asks::<String>("operation", "The operation to assume. Default: GET to read, download and connect, otherwise POST.")
            .asks::<String>("item", "The item to assume. Default: `/`.");
}
