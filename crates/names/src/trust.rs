//! The vocabulary of proofs: the items of evidence that a proof removes, and the cohorts by which it groups accesses.

use crate::NameError;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $remedy:literal,
     { $($(#[$vdoc:meta])* $variant:ident = $text:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All values, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the name in facts, in the API and on the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(NameError::new($expected, text, $remedy)),
                }
            }
        }

        crate::text_serde!($name);
    };
}

words!(
    /// An item of an access's evidence, which a proof removes or weakens.
    EvidenceItem, "an item of evidence",
    "use device, compliance, phishing-resistance, freshness, risk, place, grant or exception",
    {
        /// A device that proved its key. Removed: no device.
        Device = "device";
        /// That the device passed its checks. Weakened: every check failed.
        Compliance = "compliance";
        /// That the authentication cannot be phished. Weakened: a one-time code.
        PhishingResistance = "phishing-resistance";
        /// That the authentication is recent. Weakened: a hundred years old.
        Freshness = "freshness";
        /// That the principal does not look risky. Weakened: high risk.
        Risk = "risk";
        /// The place of the request. Weakened: a place that no policy names.
        Place = "place";
        /// A just-in-time grant. Removed: none.
        Grant = "grant";
        /// An exception to a guardrail. Removed: none.
        Exception = "exception";
    }
);

words!(
    /// The groups of principals by which accesses are counted: people by their relation to the organisation, and
    /// others.
    Cohort, "a cohort", "use employee, contractor, vendor, service or anonymous",
    {
        /// Employees.
        Employee = "employee";
        /// Contractors.
        Contractor = "contractor";
        /// People of a supplier.
        Vendor = "vendor";
        /// Service accounts.
        Service = "service";
        /// The anonymous principal.
        Anonymous = "anonymous";
    }
);

impl EvidenceItem {
    /// Returns whether an access that does not depend on this item rests on *implicit trust*. A grant or an exception
    /// is an explicit permission: an access without one rests on no trust, and proofs report separately whether it was
    /// needed.
    pub const fn is_trusted(self) -> bool {
        !matches!(self, Self::Grant | Self::Exception)
    }
}
