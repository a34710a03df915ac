//! Identities: which accounts belong to whom, and what people decide about it.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, get, post};
use crate::{
    CorrelatedAccount, CorrelationRuleText, CorrelationState, IdentityLack, InventoryAccountState,
    InventoryIdentity, InventoryIdentityKind, Items, KnownInventoryIdentity, NewIdentityDecision, Reason,
    RecordedIdentityDecision, SearchText, SortField,
};
use countersign_names::SourceName;

query! {
    /// The identities to list. All given parameters must match.
    #[derive(Default)]
    IdentityFilter {
        /// Only identities of this kind.
        kind: Option<InventoryIdentityKind>,
        /// Only identities with an account in this state. Of `proposed` and `disputed`: only those that such an account may
        /// belong to.
        state: Option<InventoryAccountState>,
        /// Only identities that lack this.
        lacks: Option<IdentityLack>,
        /// Only identities with this text in their name, mail address, employee number, or the name or key of a node, in
        /// upper or lower case.
        q: Option<SearchText>,
    }
}

query! {
    /// An identity.
    IdentityPlace {
        /// The source of any of its records or accounts.
        source: SourceName,
        /// The key of that record or account in the source.
        key: String,
    }
}

query! {
    /// The accounts to list. All given parameters must match.
    #[derive(Default)]
    AccountFilter {
        /// Only accounts in this state; those that are proposed or disputed unless given.
        state: Option<InventoryAccountState>,
        /// Only accounts of this source.
        source: Option<SourceName>,
        /// Only accounts whose name or key contains this text, in upper or lower case.
        q: Option<SearchText>,
    }
}

rows! {
    /// List identities: people with their accounts, services and machines.
    LIST: EndpointRow<0, NoBody, Items<InventoryIdentity>, IdentityFilter> =
        get("inventory.identities", "/inventory/identities", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// Show an identity: its values with their sources, its records and accounts, and the accounts in question.
    SHOW: EndpointRow<0, NoBody, KnownInventoryIdentity, IdentityPlace> =
        get("inventory.identity", "/inventory/identity", READS);

    /// List the accounts about which a person should decide, with the evidence side by side; or those in another state.
    QUEUE: EndpointRow<0, NoBody, Items<CorrelatedAccount>, AccountFilter> =
        get("inventory.identity_queue", "/inventory/identities/queue", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// List the decisions about identities that hold.
    DECISIONS: EndpointRow<0, NoBody, Items<RecordedIdentityDecision>> =
        get("inventory.identity_decisions", "/inventory/identities/decisions", READS)
            .sorted_by(&[SortField::descending("at")]);

    /// Decide that an account belongs to an identity, that two nodes do not belong together, or that two identities are one.
    DECIDE: EndpointRow<0, NewIdentityDecision, Created<RecordedIdentityDecision>> =
        post("inventory.decide", "/inventory/identities/decisions", ADMINISTERS)
            .example(r#"{"ruling": "linked", "one": {"source": "cloud", "key": "arn:aws:iam::1:user/ada"}, "other": {"source": "people", "key": "17"}, "reason": "She confirmed it"}"#);

    /// Undo a decision about identities. The rules decide again, and older decisions hold as before.
    UNDO: EndpointRow<1, Reason, RecordedIdentityDecision> =
        post("inventory.undo_decision", "/inventory/identities/decisions/{decision}/undo", ADMINISTERS)
            .example(r#"{"reason": "It was somebody else"}"#);

    /// Show the rules by which accounts are correlated.
    RULES: EndpointRow<0, NoBody, CorrelationRuleText> =
        get("inventory.correlation_rules", "/inventory/identities/rules", READS);

    /// Show where correlation stands.
    CORRELATION: EndpointRow<0, NoBody, CorrelationState> =
        get("inventory.correlation", "/inventory/identities/correlation", READS);

    /// Ask for a correlation, also if nothing changed since the last one. It runs within seconds.
    CORRELATE: EndpointRow<0, NoBody, CorrelationState> =
        post("inventory.correlate", "/inventory/identities/correlation", ADMINISTERS);
}
