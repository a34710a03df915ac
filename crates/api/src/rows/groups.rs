//! Groups and their members.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, NoContent, delete, get, post, put};
use crate::{Group, Items, NewGroup, SearchText, SortField};

query! {
    /// The groups to list.
    #[derive(Default)]
    GroupFilter {
        /// Only groups whose name or purpose contains this text, in upper or lower case.
        q: Option<SearchText>,
    }
}

rows! {
    /// List groups.
    LIST: EndpointRow<0, NoBody, Items<Group>, GroupFilter> =
        get("groups.list", "/groups", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// Create a group.
    ADD: EndpointRow<0, NewGroup, Created<Group>> =
        post("groups.add", "/groups", ADMINISTERS)
            .example(r#"{"name": "editors", "purpose": "may change the wiki"}"#);

    /// Show a group.
    SHOW: EndpointRow<1, NoBody, Group> =
        get("groups.show", "/groups/{group}", READS);

    /// Remove a group. Its name is never used again.
    REMOVE: EndpointRow<1, NoBody, NoContent> =
        delete("groups.remove", "/groups/{group}", ADMINISTERS);

    /// Add a person, a service account or a group to a group.
    JOIN: EndpointRow<2, NoBody, Group> =
        put("groups.join", "/groups/{group}/members/{member}", ADMINISTERS);

    /// Remove a person, a service account or a group from a group.
    LEAVE: EndpointRow<2, NoBody, Group> =
        delete("groups.leave", "/groups/{group}/members/{member}", ADMINISTERS);
}
