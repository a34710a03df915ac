//! Every endpoint, one row each. The operation `people.list` is [`people::LIST`].
//!
//! The server's router binds its handlers to these rows, and its guard reads who may call them. The command line calls
//! them, and the OpenAPI document is generated from them.

/// Declares rows as documented constants. The documentation of each is its summary in the OpenAPI document.
macro_rules! rows {
    ($($(#[doc = $about:literal])+ $name:ident: $row:ty = $make:expr;)+) => {
        $(
            $(#[doc = $about])+
            pub static $name: $row = $make.about(concat!($($about),+));
        )+

        /// Every row of this subject.
        pub(super) fn all() -> Vec<crate::Endpoint> {
            vec![$($name.endpoint()),+]
        }
    };
}

pub mod applications;
pub mod content_labels;
pub mod credentials;
pub mod decisions;
pub mod devices;
pub mod evidence;
pub mod exceptions;
pub mod facts;
pub mod findings;
pub mod grants;
pub mod groups;
pub mod identities;
pub mod inventory;
pub mod inventory_access;
pub mod jobs;
pub mod journal;
pub mod keys;
pub mod labels;
pub mod links;
pub mod me;
pub mod networks;
pub mod openid_clients;
pub mod people;
pub mod plans;
pub mod policies;
pub mod projections;
pub mod proofs;
pub mod proposals;
pub mod providers;
pub mod query;
pub mod reach;
pub mod replays;
pub mod reviews;
pub mod roles;
pub mod rollouts;
pub mod schedules;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod shadow;
pub mod sources;
pub mod status;
pub mod tokens;
pub mod trends;
pub mod trusts;
pub mod upstreams;

use crate::Endpoint;

/// Every endpoint.
pub fn endpoints() -> Vec<Endpoint> {
    [
        me::all(),
        people::all(),
        credentials::all(),
        links::all(),
        providers::all(),
        openid_clients::all(),
        groups::all(),
        services::all(),
        tokens::all(),
        devices::all(),
        applications::all(),
        labels::all(),
        content_labels::all(),
        upstreams::all(),
        networks::all(),
        sources::all(),
        findings::all(),
        reviews::all(),
        roles::all(),
        inventory::all(),
        inventory_access::all(),
        identities::all(),
        sessions::all(),
        grants::all(),
        proposals::all(),
        exceptions::all(),
        policies::all(),
        settings::all(),
        reach::all(),
        keys::all(),
        decisions::all(),
        evidence::all(),
        query::all(),
        status::all(),
        trends::all(),
        journal::all(),
        facts::all(),
        projections::all(),
        replays::all(),
        plans::all(),
        proofs::all(),
        jobs::all(),
        schedules::all(),
        trusts::all(),
        shadow::all(),
        rollouts::all(),
    ]
    .concat()
}
