//! Who could reach what.

use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};
use crate::{ReachClass, WhatCan, WhoCan, words};

rows! {
    /// Who could do something with a resource: now, with more evidence, or not at all.
    WHO: EndpointRow<0, NoBody, WhoCan> =
        get("reach.who", "/reach/who", READS)
            .needs::<words::ResourceName>("resource", "The resource: an application and one of its parts.")
            .needs::<words::Action>("action", "The action.")
            .asks::<ReachClass>("class", "Only those of this class.")
            .asks::<words::Limit>("limit", "At most so many; none: every one.")
            .asks::<String>("address", "As if asked from this IP address; none: from nowhere in particular.")
            .asks::<String>("operation", "As if asked with this word; none: GET to read, download and connect, else POST.")
            .asks::<String>("item", "As if this item were asked for; none: `/`.");

    /// What a person could do with every resource: now, with more evidence, or not at all.
    WHAT: EndpointRow<0, NoBody, WhatCan> =
        get("reach.what", "/reach/what", READS)
            .needs::<String>("person", "The person: an id, address or alias.")
            .asks::<words::ApplicationName>("application", "Only of this application.")
            .asks::<words::Limit>("limit", "At most so many resources; none: every one.")
            .asks::<String>("address", "As if asked from this IP address; none: from nowhere in particular.")
            .asks::<String>("operation", "As if asked with this word; none: GET to read, download and connect, else POST.")
            .asks::<String>("item", "As if this item were asked for; none: `/`.");
}
