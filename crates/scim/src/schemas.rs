//! The schemas of this server: users with the enterprise extension, and groups (RFC 7643, sections 4.1 to 4.3).
//!
//! Left out of the standard's: `password`, because this product has none, `ims`, `photos`, `entitlements`, `roles` and
//! `x509Certificates`, because nothing here reads them, and a member's `display`, which is that of the user. What a client says of these is not kept, and `/Schemas` says so by
//! not naming them.

use crate::attribute::{ScimAttribute, ScimMutability, ScimSchema, ScimValueKind};

const TYPE: ScimAttribute = ScimAttribute::text("type", "What kind of value it is, such as work or home.");
const PRIMARY: ScimAttribute =
    ScimAttribute::text("primary", "Whether it is the one to prefer. At most one value is.")
        .of_kind(ScimValueKind::Boolean);
const DISPLAY: ScimAttribute = ScimAttribute::text("display", "A name for people to read.");

/// The attributes that every resource has (RFC 7643, section 3.1).
pub(crate) const COMMON: &[ScimAttribute] = &[
    ScimAttribute {
        multi_valued: true,
        ..ScimAttribute::text("schemas", "The schemas that the resource uses.")
            .referring_to(&["uri"])
            .required()
            .always_returned()
    },
    ScimAttribute::text("id", "The identifier that this server gave it.")
        .case_exact()
        .with(ScimMutability::ReadOnly)
        .always_returned()
        .unique(),
    ScimAttribute::text("externalId", "The identifier that the client gave it.").case_exact(),
    ScimAttribute::text("meta", "What this server says about the resource.")
        .complex(&[
            ScimAttribute::text("resourceType", "The type of the resource.").case_exact(),
            ScimAttribute::text("created", "When it was created.").of_kind(ScimValueKind::DateTime),
            ScimAttribute::text("lastModified", "When it was changed last.").of_kind(ScimValueKind::DateTime),
            ScimAttribute::text("location", "Its address.").referring_to(&["uri"]),
            ScimAttribute::text("version", "Its version, as an ETag.").case_exact(),
        ])
        .with(ScimMutability::ReadOnly),
];

/// A user.
pub const USER_SCHEMA: ScimSchema = ScimSchema {
    id: "urn:ietf:params:scim:schemas:core:2.0:User",
    name: "User",
    description: "A person with an account",
    attributes: &[
        ScimAttribute::text("userName", "The name that the user signs in with.").required().unique(),
        ScimAttribute::text("name", "The parts of the user's name.").complex(&[
            ScimAttribute::text("formatted", "The whole name, as it is shown."),
            ScimAttribute::text("familyName", "The family name."),
            ScimAttribute::text("givenName", "The given name."),
            ScimAttribute::text("middleName", "The middle names."),
            ScimAttribute::text("honorificPrefix", "The title before the name."),
            ScimAttribute::text("honorificSuffix", "What follows the name."),
        ]),
        ScimAttribute::text("displayName", "The name that is shown for the user."),
        ScimAttribute::text("nickName", "The name that the user is called by."),
        ScimAttribute::text("profileUrl", "The address of a page about the user.")
            .referring_to(&["external"]),
        ScimAttribute::text("title", "The user's job."),
        ScimAttribute::text(
            "userType",
            "How the user relates to the organization, such as employee or contractor.",
        ),
        ScimAttribute::text("preferredLanguage", "The languages that the user prefers."),
        ScimAttribute::text("locale", "The user's locale."),
        ScimAttribute::text("timezone", "The user's time zone."),
        // Without it a user may: there is no user of whom it is not known.
        ScimAttribute::text("active", "Whether the user may sign in.")
            .of_kind(ScimValueKind::Boolean)
            .required(),
        // A user whose userName is an address needs no other, which the form of a schema cannot say.
        ScimAttribute::text("emails", "Mail addresses.")
            .complex(&[
                ScimAttribute::text("value", "The address.").required(),
                DISPLAY,
                TYPE.suggesting(&["work", "home", "other"]),
                PRIMARY,
            ])
            .several()
            .required(),
        ScimAttribute::text("phoneNumbers", "Telephone numbers.")
            .complex(&[
                ScimAttribute::text("value", "The number."),
                DISPLAY,
                TYPE.suggesting(&["work", "home", "mobile", "fax", "pager", "other"]),
                PRIMARY,
            ])
            .several(),
        ScimAttribute::text("addresses", "Postal addresses.")
            .complex(&[
                ScimAttribute::text("formatted", "The whole address."),
                ScimAttribute::text("streetAddress", "Street and number."),
                ScimAttribute::text("locality", "The town."),
                ScimAttribute::text("region", "The region."),
                ScimAttribute::text("postalCode", "The postal code."),
                ScimAttribute::text("country", "The country, as ISO 3166-1 writes it."),
                TYPE.suggesting(&["work", "home", "other"]),
                PRIMARY,
            ])
            .several(),
        ScimAttribute::text("groups", "The groups that the user is a member of.")
            .complex(&[
                ScimAttribute::text("value", "The group's identifier.")
                    .case_exact()
                    .with(ScimMutability::ReadOnly),
                ScimAttribute::text("$ref", "The group's address.")
                    .referring_to(&["Group"])
                    .with(ScimMutability::ReadOnly),
                ScimAttribute::text("display", "The group's name.").with(ScimMutability::ReadOnly),
                ScimAttribute::text("type", "Whether the user is a member directly or through a group.")
                    .suggesting(&["direct", "indirect"])
                    .with(ScimMutability::ReadOnly),
            ])
            .several()
            .with(ScimMutability::ReadOnly),
    ],
};

/// What an employer says about a user.
pub const ENTERPRISE_USER_SCHEMA: ScimSchema = ScimSchema {
    id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    name: "EnterpriseUser",
    description: "What an employer says about a user",
    attributes: &[
        ScimAttribute::text("employeeNumber", "The employee number."),
        ScimAttribute::text("costCenter", "The cost center."),
        ScimAttribute::text("organization", "The organization."),
        ScimAttribute::text("division", "The division."),
        ScimAttribute::text("department", "The department."),
        ScimAttribute::text("manager", "The user's manager.").complex(&[
            ScimAttribute::text("value", "The manager's identifier.").case_exact(),
            ScimAttribute::text("$ref", "The manager's address.").referring_to(&["User"]),
            ScimAttribute::text("displayName", "The manager's name.").with(ScimMutability::ReadOnly),
        ]),
    ],
};

/// A group.
pub const GROUP_SCHEMA: ScimSchema = ScimSchema {
    id: "urn:ietf:params:scim:schemas:core:2.0:Group",
    name: "Group",
    description: "A group of users and groups",
    attributes: &[
        ScimAttribute::text("displayName", "The name of the group.").required().unique(),
        ScimAttribute::text("members", "The members of the group.")
            .complex(&[
                ScimAttribute::text("value", "The member's identifier.")
                    .case_exact()
                    .with(ScimMutability::Immutable),
                ScimAttribute::text("$ref", "The member's address.")
                    .referring_to(&["User", "Group"])
                    .with(ScimMutability::Immutable),
                ScimAttribute::text("type", "Whether the member is a user or a group.")
                    .suggesting(&["User", "Group"])
                    .with(ScimMutability::Immutable),
            ])
            .several(),
    ],
};
