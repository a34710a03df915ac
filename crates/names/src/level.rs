//! Ordered levels: how sensitive, how sure, how risky. Policies compare their ranks as whole numbers.

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

            /// The level as the whole number that policies compare.
            pub const fn rank(self) -> i64 {
                self as i64
            }

            /// The level's name.
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
    /// How sensitive a resource is. A resource without a label counts as `Restricted`.
    Sensitivity, "a sensitivity", "use public, internal, confidential or restricted",
    {
        /// Anyone may know it.
        Public = 0, "public";
        /// For those who work here.
        Internal = 1, "internal";
        /// For those who need it.
        Confidential = 2, "confidential";
        /// For those who need it now, on a device we trust.
        Restricted = 3, "restricted";
    }
);

level!(
    /// How risky a principal looks right now.
    RiskLevel, "a risk level", "use low, medium or high",
    {
        /// Nothing unusual.
        Low = 0, "low";
        /// Something to look at; step-up territory.
        Medium = 1, "medium";
        /// Stop.
        High = 2, "high";
    }
);

level!(
    /// Authenticator assurance, after NIST SP 800-63B: 1 a single factor, 2 two factors (a passkey with user
    /// verification), 3 two factors with a key bound to hardware.
    Assurance, "an assurance level", "use aal1, aal2 or aal3",
    {
        /// A single factor.
        Aal1 = 1, "aal1";
        /// Two factors; a passkey with user verification.
        Aal2 = 2, "aal2";
        /// Two factors, the key bound to hardware and not copied.
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
