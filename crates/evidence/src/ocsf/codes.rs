//! The numbers of OCSF and the captions that belong to them. An event carries both, and they must agree.

use std::borrow::Cow;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $id:literal $caption:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// The number.
            pub const fn id(self) -> u32 {
                match self { $(Self::$variant => $id,)+ }
            }

            /// The caption that the schema gives the number.
            pub const fn caption(self) -> &'static str {
                match self { $(Self::$variant => $caption,)+ }
            }
        }
    };
}

codes!(
    /// The categories that we have events of.
    Category {
        /// Who may be somebody, and what they may do.
        Iam = 3 "Identity & Access Management",
        /// What goes over the network.
        Network = 4 "Network Activity",
        /// What applications are asked for.
        Application = 6 "Application Activity",
    }
);

codes!(
    /// The classes that we have events of.
    Class {
        /// Somebody signed in or out.
        Authentication = 3002 "Authentication",
        /// Somebody was given a privilege for a time.
        AuthorizeSession = 3003 "Authorize Session",
        /// A request to an application.
        HttpActivity = 4002 "HTTP Activity",
        /// A question to a decision point, or a request to the control plane.
        ApiActivity = 6003 "API Activity",
    }
);

impl Class {
    /// The category that the class is in.
    pub const fn category(self) -> Category {
        match self {
            Self::Authentication | Self::AuthorizeSession => Category::Iam,
            Self::HttpActivity => Category::Network,
            Self::ApiActivity => Category::Application,
        }
    }
}

codes!(
    /// How much an event asks for attention.
    Severity {
        /// None.
        Informational = 1 "Informational",
        /// To be looked at with others like it.
        Low = 2 "Low",
        /// To be looked at.
        Medium = 3 "Medium",
    }
);

codes!(
    /// What came of what was attempted.
    Status {
        /// Not known, or not yet.
        Unknown = 0 "Unknown",
        /// It went well.
        Success = 1 "Success",
        /// It did not.
        Failure = 2 "Failure",
        /// It ended in a way that is neither.
        Other = 99 "Other",
    }
);

codes!(
    /// What the enforcement point did.
    ActionTaken {
        /// It let it happen.
        Allowed = 1 "Allowed",
        /// It did not.
        Denied = 2 "Denied",
    }
);

codes!(
    /// What that meant for what was attempted.
    Disposition {
        /// It happened.
        Allowed = 1 "Allowed",
        /// It did not happen.
        Blocked = 2 "Blocked",
        /// It would have been blocked, and was only noticed.
        Detected = 15 "Detected",
        /// It was happening, and was ended.
        AccessRevoked = 24 "Access Revoked",
    }
);

codes!(
    /// How risky the principal looked.
    Risk {
        /// Nothing unusual.
        Low = 1 "Low",
        /// Something to look at.
        Medium = 2 "Medium",
        /// Stop.
        High = 3 "High",
    }
);

codes!(
    /// What kind of principal somebody is.
    UserType {
        /// Nobody who is known.
        Unknown = 0 "Unknown",
        /// A person.
        User = 1 "User",
        /// A service account.
        Service = 4 "Service",
    }
);

codes!(
    /// What kind of device something is. The inventory knows platforms in words only.
    DeviceType {
        /// Not known.
        Unknown = 0 "Unknown",
    }
);

codes!(
    /// By which protocol somebody proved who they are.
    AuthProtocol {
        /// One that the schema has no number for: passkeys are proved by WebAuthn.
        Other = 99 "WebAuthn",
    }
);

codes!(
    /// By which factor somebody proved who they are.
    AuthFactorType {
        /// A passkey.
        WebAuthn = 10 "WebAuthn",
    }
);

/// What was done, of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Its number.
    pub id: u32,
    /// The caption that the schema gives the number.
    pub caption: &'static str,
    /// What it is called where it happened: the caption, except where the schema has no number for it.
    pub name: Cow<'static, str>,
}

impl Activity {
    /// One that the schema has a number for.
    pub const fn known(id: u32, caption: &'static str) -> Self {
        Self { id, caption, name: Cow::Borrowed(caption) }
    }

    /// One that the schema has no number for.
    pub fn other(name: impl Into<Cow<'static, str>>) -> Self {
        Self { id: 99, caption: "Other", name: name.into() }
    }
}
