//! People and their passkeys and sessions.

use crate::access::{ADMINISTERS, ANSWERS, OwnedBy, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, NoContent, OptionalBody, delete, get, post, put};
use crate::{
    Credential, Invitation, Items, NewInvitation, NewPerson, NewPersonLink, Person, PersonKind, PersonLink,
    Reason, Risk, SearchText, SortField, Standing,
};
use countersign_names::GroupName;

query! {
    /// The people to list. All given parameters must match.
    #[derive(Default)]
    PersonFilter {
        /// Only people whose name, address or alias contains this text, in upper or lower case.
        q: Option<SearchText>,
        /// Only those of this kind.
        kind: Option<PersonKind>,
        /// Only those with this standing.
        standing: Option<Standing>,
        /// Only those in this group, through any depth.
        group: Option<GroupName>,
    }
}

rows! {
    /// List people.
    LIST: EndpointRow<0, NoBody, Items<Person>, PersonFilter> =
        get("people.list", "/people", READS)
            .sorted_by(&[SortField::ascending("email"), SortField::ascending("name"), SortField::ascending("id")]);

    /// Add a person to the inventory.
    ADD: EndpointRow<0, NewPerson, Created<Person>> =
        post("people.add", "/people", ADMINISTERS)
            .example(r#"{"name": "Ada Lovelace", "email": "ada@example.org"}"#);

    /// Show a person.
    SHOW: EndpointRow<1, NoBody, Person> =
        get("people.show", "/people/{person}", READS.or_own(OwnedBy::PersonInPath));

    /// Replace the properties of a person.
    CHANGE: EndpointRow<1, NewPerson, Person> =
        put("people.change", "/people/{person}", ADMINISTERS)
            .example(r#"{"name": "Ada King", "email": "ada@example.org", "kind": "contractor"}"#);

    /// Remove a person and end their sessions, passkeys and grants.
    REMOVE: EndpointRow<1, NoBody, NoContent> =
        delete("people.remove", "/people/{person}", ADMINISTERS);

    /// Suspend a person: they can do nothing, and their sessions end.
    SUSPEND: EndpointRow<1, Reason, Person> =
        post("people.suspend", "/people/{person}/suspend", ADMINISTERS)
            .example(r#"{"reason": "laptop stolen"}"#);

    /// Restore a suspended person.
    RESTORE: EndpointRow<1, NoBody, Person> =
        post("people.restore", "/people/{person}/restore", ADMINISTERS);

    /// Invite a person to enrol a passkey. Their earlier invitations are withdrawn.
    INVITE: EndpointRow<1, OptionalBody<NewInvitation>, Created<Invitation>> =
        post("people.invite", "/people/{person}/invitations", ADMINISTERS)
            .example(r#"{"purpose": "recover", "expires_in_seconds": 7200}"#);

    /// List a person's passkeys.
    CREDENTIALS: EndpointRow<1, NoBody, Items<Credential>> =
        get("people.credentials", "/people/{person}/credentials", READS.or_own(OwnedBy::PersonInPath))
            .sorted_by(&[SortField::ascending("id")]);

    /// List a person's accounts at OpenID providers.
    LINKS: EndpointRow<1, NoBody, Items<PersonLink>> =
        get("people.links", "/people/{person}/links", READS.or_own(OwnedBy::PersonInPath))
            .sorted_by(&[SortField::ascending("id")]);

    /// Link an account at an OpenID provider to a person, who can sign in with it from then on.
    LINK: EndpointRow<1, NewPersonLink, Created<PersonLink>> =
        post("people.link", "/people/{person}/links", ADMINISTERS)
            .example(r#"{"provider": "okta", "subject": "00u1a2b3"}"#);

    /// Confirm a person's identity: until the next invitation or recovery, only the person vouches for themselves.
    CONFIRM: EndpointRow<1, Reason, Person> =
        post("people.confirm", "/people/{person}/confirm", ANSWERS)
            .example(r#"{"reason": "met her, she showed her passkey"}"#);

    /// State the risk of a person, with reasons.
    RISK: EndpointRow<1, Risk, Person> =
        put("people.risk", "/people/{person}/risk", ADMINISTERS)
            .example(r#"{"level": "high", "reasons": ["credential found in a leak"]}"#);

    /// End every session of a person.
    END_SESSIONS: EndpointRow<1, NoBody, NoContent> =
        delete("people.end_sessions", "/people/{person}/sessions", ADMINISTERS);
}
