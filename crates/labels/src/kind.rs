//! What a recogniser's label is, and how sensitive.

use crate::Recogniser;
use countersign_names::{LabelKind, Sensitivity};

impl Recogniser {
    /// Returns the label of what it recognises.
    pub const fn kind(self) -> LabelKind {
        match self {
            Self::PaymentCard | Self::Iban => LabelKind::Payment,
            Self::PrivateKey
            | Self::AwsKey
            | Self::GithubToken
            | Self::SlackToken
            | Self::StripeKey
            | Self::GoogleKey
            | Self::WebToken
            | Self::ConnectionPassword
            | Self::CredentialColumn => LabelKind::Credentials,
            Self::HealthColumn => LabelKind::Health,
            _ => LabelKind::Personal,
        }
    }

    /// Returns how sensitive that is. Mail addresses and telephone numbers are in many places for good reasons; a number that
    /// a state gives, a card, a state of health and a secret harm whoever they are about, or everybody.
    pub const fn sensitivity(self) -> Sensitivity {
        match self {
            Self::MailAddress | Self::PhoneNumber | Self::PersonalColumn => Sensitivity::Confidential,
            _ => Sensitivity::Restricted,
        }
    }
}
