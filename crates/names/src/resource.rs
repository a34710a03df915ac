//! Resources: named parts of applications.

use crate::{ApplicationName, NameError, text_serde};
use std::sync::Arc;

/// Maximum length of a resource name in bytes, including the application and slashes.
const LONGEST: usize = 200;

/// A resource, written `application/part`; the route table maps hosts, methods and paths to it.
///
/// The part is a path of slugs (`wiki/pages`, `payroll/runs/approve`). Resources should be few enough to label by hand,
/// never one per URL: labels and policies could not keep up with an application.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceName {
    whole: Arc<str>,
    application: ApplicationName,
}

impl ResourceName {
    /// Creates the name of a part of `application`.
    ///
    /// # Errors
    /// If the part is not a path of slugs.
    pub fn new(application: &ApplicationName, part: &str) -> Result<Self, NameError> {
        format!("{application}/{part}").parse()
    }

    /// Returns the application of the resource.
    pub const fn application(&self) -> &ApplicationName {
        &self.application
    }

    /// Returns the whole name, including the application.
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// Returns the name within its application.
    pub fn part(&self) -> &str {
        self.whole.split_once('/').map_or("", |(_, part)| part)
    }
}

impl std::fmt::Display for ResourceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.whole)
    }
}

impl std::fmt::Debug for ResourceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.whole, f)
    }
}

impl std::str::FromStr for ResourceName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let refused = || {
            NameError::new(
                "a resource name",
                text,
                "write application/part, each part of lower-case letters, digits and inner hyphens",
            )
        };
        let mut parts = text.split('/');
        let application = parts.next().and_then(|first| first.parse().ok()).ok_or_else(refused)?;
        let mut has_part = false;
        for part in parts {
            // Every part follows the rule for names, so a resource has only one spelling.
            part.parse::<ApplicationName>().map_err(|_| refused())?;
            has_part = true;
        }
        if !has_part || text.len() > LONGEST {
            return Err(refused());
        }
        Ok(Self { whole: text.into(), application })
    }
}

text_serde!(ResourceName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_belongs_to_an_application() {
        let resource: ResourceName = "payroll/runs/approve".parse().unwrap();
        assert_eq!(resource.application().as_str(), "payroll");
        assert_eq!(resource.part(), "runs/approve");
        for bad in ["", "wiki", "wiki/", "/pages", "wiki//pages", "wiki/Pages", "wiki/..", "a/*"] {
            assert!(bad.parse::<ResourceName>().is_err(), "{bad:?} must not parse");
        }
    }
}
