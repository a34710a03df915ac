//! People and what is theirs.

use crate::access::{ADMINISTERS, ANSWERS, OwnedBy, READS};
use crate::row::{Created, EndpointRow, NoBody, NoContent, OptionalBody, delete, get, post, put};
use crate::{
    Credential, Invitation, Items, NewInvitation, NewPerson, Person, PersonKind, Reason, Risk, SortField,
    Standing, words,
};

rows! {
    /// Everybody in the inventory.
    LIST: EndpointRow<0, NoBody, Items<Person>> =
        get("people.list", "/people", READS)
            .sorted_by(&[SortField::ascending("email"), SortField::ascending("name"), SortField::ascending("id")])
            .asks::<String>("q", "Whose name, address or an alias contains this, in any case.")
            .asks::<PersonKind>("kind", "Of this kind.")
            .asks::<Standing>("standing", "In this standing.")
            .asks::<words::GroupName>("group", "In this group, through any depth.");

    /// Add a person to the inventory.
    ADD: EndpointRow<0, NewPerson, Created<Person>> =
        post("people.add", "/people", ADMINISTERS)
            .example(r#"{"name": "Ada Lovelace", "email": "ada@example.org"}"#);

    /// One person.
    SHOW: EndpointRow<1, NoBody, Person> =
        get("people.show", "/people/{person}", READS.or_own(OwnedBy::PersonInPath));

    /// State what is known of a person from now on.
    CHANGE: EndpointRow<1, NewPerson, Person> =
        put("people.change", "/people/{person}", ADMINISTERS)
            .example(r#"{"name": "Ada King", "email": "ada@example.org", "kind": "contractor"}"#);

    /// Remove a person; their sessions, passkeys and grants end with them.
    REMOVE: EndpointRow<1, NoBody, NoContent> =
        delete("people.remove", "/people/{person}", ADMINISTERS);

    /// Let a person do nothing; their sessions end.
    SUSPEND: EndpointRow<1, Reason, Person> =
        post("people.suspend", "/people/{person}/suspend", ADMINISTERS)
            .example(r#"{"reason": "laptop stolen"}"#);

    /// Let a suspended person act again.
    RESTORE: EndpointRow<1, NoBody, Person> =
        post("people.restore", "/people/{person}/restore", ADMINISTERS);

    /// Invite a person to enrol a passkey; the invitations that they had are withdrawn.
    INVITE: EndpointRow<1, OptionalBody<NewInvitation>, Created<Invitation>> =
        post("people.invite", "/people/{person}/invitations", ADMINISTERS)
            .example(r#"{"purpose": "recover", "expires_in_seconds": 7200}"#);

    /// A person's passkeys.
    CREDENTIALS: EndpointRow<1, NoBody, Items<Credential>> =
        get("people.credentials", "/people/{person}/credentials", READS.or_own(OwnedBy::PersonInPath))
            .sorted_by(&[SortField::ascending("id")]);

    /// Vouch for a person: they stand on their own word from then on.
    CONFIRM: EndpointRow<1, Reason, Person> =
        post("people.confirm", "/people/{person}/confirm", ANSWERS)
            .example(r#"{"reason": "met her, she showed her passkey"}"#);

    /// State how risky a person looks, and why.
    RISK: EndpointRow<1, Risk, Person> =
        put("people.risk", "/people/{person}/risk", ADMINISTERS)
            .example(r#"{"level": "high", "reasons": ["credential found in a leak"]}"#);

    /// End every session of a person, everywhere.
    END_SESSIONS: EndpointRow<1, NoBody, NoContent> =
        delete("people.end_sessions", "/people/{person}/sessions", ADMINISTERS);
}
