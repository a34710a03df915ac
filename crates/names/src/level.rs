//! Ordered levels: sensitivity, risk and assurance. Policies compare their ranks as integers.

use crate::NameError;
use serde::{Deserialize, Serialize};

macro_rules! level {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $remedy:literal,
     { $($(#[$vdoc:meta])* $variant:ident = $rank:literal, $text:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$vdoc])* $variant = $rank,)+ }

        impl $name {
            /// Every level, lowest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the level as the integer that policies compare.
            pub const fn rank(self) -> i64 {
                self as i64
            }

            /// Returns the level's name.
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
    };
}

level!(
    /// The sensitivity of a resource. A resource without a label counts as `Restricted`.
    Sensitivity, "a sensitivity", "use public, internal, confidential or restricted",
    {
        /// For everyone.
        Public = 0, "public";
        /// For everyone in the organisation.
        Internal = 1, "internal";
        /// For people who need it.
        Confidential = 2, "confidential";
        /// For people who need it now, on a trusted device.
        Restricted = 3, "restricted";
    }
);

level!(
    /// The current risk level of a principal.
    RiskLevel, "a risk level", "use low, medium or high",
    {
        /// Nothing unusual.
        Low = 0, "low";
        /// Unusual: suitable for step-up.
        Medium = 1, "medium";
        /// Block access.
        High = 2, "high";
    }
);

level!(
    /// The assurance level of an authentication, after NIST SP 800-63B.
    Assurance, "an assurance level", "use aal1, aal2 or aal3",
    {
        /// A single factor.
        Aal1 = 1, "aal1";
        /// Two factors, such as a passkey with user verification.
        Aal2 = 2, "aal2";
        /// Two factors, with a key bound to hardware and never copied.
        Aal3 = 3, "aal3";
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_and_spelled_once() {
        assert!(Sensitivity::Public < Sensitivity::Restricted);
        assert_eq!(Assurance::Aal1.rank(), 1);
        for level in Sensitivity::ALL {
            assert_eq!(level.as_str().parse::<Sensitivity>().unwrap(), *level);
            assert_eq!(serde_json::to_string(level).unwrap(), format!("\"{level}\""));
        }
        for level in Assurance::ALL {
            assert_eq!(serde_json::to_string(level).unwrap(), format!("\"{level}\""));
        }
        assert!("Public".parse::<Sensitivity>().is_err());
    }
}
