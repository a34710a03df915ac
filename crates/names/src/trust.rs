//! The words of proofs: what of an access's evidence can be taken away, and of whom it is asked together.

use crate::NameError;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $remedy:literal,
     { $($(#[$vdoc:meta])* $variant:ident = $text:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All of them, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name in facts, in answers to programs and on the command line.
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
    /// An item of the evidence that an access came with, which a proof takes away or makes worse.
    EvidenceItem, "an item of evidence",
    "use device, compliance, phishing-resistance, freshness, risk, place, grant or exception",
    {
        /// A device that proved its key. Taken away: no device.
        Device = "device";
        /// That the device passed its checks. Made worse: it failed every one.
        Compliance = "compliance";
        /// That the proof of who it is cannot be phished. Made worse: a one-time code.
        PhishingResistance = "phishing-resistance";
        /// That who it is was proved lately. Made worse: a hundred years ago.
        Freshness = "freshness";
        /// That whoever asks does not look risky. Made worse: high risk.
        Risk = "risk";
        /// Where the request came from. Made worse: a place that no policy names.
        Place = "place";
        /// A just-in-time grant. Taken away: none.
        Grant = "grant";
        /// An exception to a guardrail. Taken away: none.
        Exception = "exception";
    }
);

words!(
    /// Whom accesses are taken together for: people by the terms on which they are here, and what is no person.
    Cohort, "a cohort", "use employee, contractor, vendor, service or anonymous",
    {
        /// Employed people.
        Employee = "employee";
        /// People under a contract.
        Contractor = "contractor";
        /// People of somebody who supplies us.
        Vendor = "vendor";
        /// Service accounts.
        Service = "service";
        /// Nobody in particular.
        Anonymous = "anonymous";
    }
);

impl EvidenceItem {
    /// Whether an access that does not depend on it rests on *implicit trust*. A grant or an exception is leave that somebody
    /// gave: to do without one is no trust, and whether it was needed is told of itself.
    pub const fn is_trusted(self) -> bool {
        !matches!(self, Self::Grant | Self::Exception)
    }
}
