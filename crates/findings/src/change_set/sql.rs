//! SQL of PostgreSQL.

use super::quoting::sql_identifier;
use super::{STRANGE, SafeChange, Unwritten};

pub(super) fn write(change: &SafeChange<'_>) -> Result<String, Unwritten> {
    match change {
        SafeChange::Disable(account) => {
            let role = sql_identifier(&account.name).ok_or(STRANGE)?;
            Ok(format!("ALTER ROLE {role} NOLOGIN;\n"))
        }
        SafeChange::Leave { account, group } => {
            let member = sql_identifier(&account.name).ok_or(STRANGE)?;
            let group = sql_identifier(&group.name).ok_or(STRANGE)?;
            Ok(format!("REVOKE {group} FROM {member};\n"))
        }
        SafeChange::Delete { .. } => Err("a role has no credential that could be deleted alone"),
    }
}
