//! When something was last used, as this process observed it or heard of it from others.

use crate::Control;
use countersign_admission::ObservationKind;
use countersign_api::LastUse;
use uuid::Uuid;

/// Returns the last use of the subject with these bits.
pub fn last_use(control: &Control, kind: ObservationKind, subject: Uuid) -> Option<LastUse> {
    let newest = control.admission().observations().get(kind, subject)?;
    Some(LastUse { at: newest.at, by: newest.by.to_string() })
}
