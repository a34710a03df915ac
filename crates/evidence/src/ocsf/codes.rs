//! The numbers of OCSF and their captions. An event carries both, and they must agree.

use std::borrow::Cow;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $id:literal $caption:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Returns the number.
            pub const fn id(self) -> u32 {
                match self { $(Self::$variant => $id,)+ }
            }

            /// Returns the caption that the schema defines for the number.
            pub const fn caption(self) -> &'static str {
                match self { $(Self::$variant => $caption,)+ }
            }
        }
    };
}

codes!(
    /// The categories of our events.
    Category {
        /// Identities and their privileges.
        Iam = 3 "Identity & Access Management",
        /// Network traffic.
        Network = 4 "Network Activity",
        /// Requests to applications.
        Application = 6 "Application Activity",
    }
);

codes!(
    /// The classes of our events.
    Class {
        /// A sign-in or a sign-out.
        Authentication = 3002 "Authentication",
        /// A temporary privilege was granted.
        AuthorizeSession = 3003 "Authorize Session",
        /// A request to an application.
        HttpActivity = 4002 "HTTP Activity",
        /// A question to a decision point, or a request to the control plane.
        ApiActivity = 6003 "API Activity",
    }
);

impl Class {
    /// Returns the category of the class.
    pub const fn category(self) -> Category {
        match self {
            Self::Authentication | Self::AuthorizeSession => Category::Iam,
            Self::HttpActivity => Category::Network,
            Self::ApiActivity => Category::Application,
        }
    }
}

codes!(
    /// How much attention an event needs.
    Severity {
        /// None.
        Informational = 1 "Informational",
        /// To be reviewed together with similar events.
        Low = 2 "Low",
        /// To be reviewed.
        Medium = 3 "Medium",
    }
);

codes!(
    /// The result of what was attempted.
    Status {
        /// Unknown, or not known yet.
        Unknown = 0 "Unknown",
        /// It succeeded.
        Success = 1 "Success",
        /// It failed.
        Failure = 2 "Failure",
        /// It ended in a way that is neither success nor failure.
        Other = 99 "Other",
    }
);

codes!(
    /// The action of the enforcement point.
    ActionTaken {
        /// It allowed the access.
        Allowed = 1 "Allowed",
        /// It denied the access.
        Denied = 2 "Denied",
    }
);

codes!(
    /// The effect of the action on what was attempted.
    Disposition {
        /// It happened.
        Allowed = 1 "Allowed",
        /// It did not happen.
        Blocked = 2 "Blocked",
        /// It would have been blocked, and was only recorded.
        Detected = 15 "Detected",
        /// It was in progress, and was ended.
        AccessRevoked = 24 "Access Revoked",
    }
);

codes!(
    /// The risk level of the principal.
    Risk {
        /// Nothing unusual.
        Low = 1 "Low",
        /// Something to review.
        Medium = 2 "Medium",
        /// Access must stop.
        High = 3 "High",
    }
);

codes!(
    /// The type of a principal.
    UserType {
        /// An unknown principal.
        Unknown = 0 "Unknown",
        /// A person.
        User = 1 "User",
        /// A service account.
        Service = 4 "Service",
    }
);

codes!(
    /// The type of a device. The inventory stores platforms as text only.
    DeviceType {
        /// Unknown.
        Unknown = 0 "Unknown",
    }
);

codes!(
    /// The authentication protocol.
    AuthProtocol {
        /// OpenID Connect.
        OpenId = 4 "OpenID",
        /// A protocol without a number in the schema: passkeys use WebAuthn.
        Other = 99 "WebAuthn",
    }
);

codes!(
    /// The type of an authentication factor.
    AuthFactorType {
        /// A passkey.
        WebAuthn = 10 "WebAuthn",
    }
);

/// The activity of an event within its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The number.
    pub id: u32,
    /// The caption that the schema defines for the number.
    pub caption: &'static str,
    /// The name: the caption, except if the schema has no number for the activity.
    pub name: Cow<'static, str>,
}

impl Activity {
    /// Creates an activity that has a number in the schema.
    pub const fn known(id: u32, caption: &'static str) -> Self {
        Self { id, caption, name: Cow::Borrowed(caption) }
    }

    /// Creates an activity that has no number in the schema.
    pub fn other(name: impl Into<Cow<'static, str>>) -> Self {
        Self { id: 99, caption: "Other", name: name.into() }
    }
}
