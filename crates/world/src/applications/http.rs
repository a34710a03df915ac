//! The hosts of HTTP applications, and the checks of a declaration's HTTP part.

use crate::contradiction::Contradiction;
use crate::maps::HashMap;
use countersign_facts::{Application, HttpApplication};
use countersign_names::ApplicationName;
use serde::{Deserialize, Serialize};

/// The application of each host.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hosts {
    #[serde(with = "crate::maps::pairs")]
    leads_to: HashMap<String, ApplicationName>,
}

impl Hosts {
    /// Returns the application of a host.
    pub fn get(&self, host: &str) -> Option<&ApplicationName> {
        self.leads_to.get(host)
    }

    /// Assigns the hosts of a declaration to this application.
    ///
    /// # Errors
    /// If another application has one of them.
    pub fn claim(&mut self, name: &ApplicationName, declared: &HttpApplication) -> Result<(), Contradiction> {
        for host in &declared.hosts {
            if let Some(other) = self.leads_to.get(host) {
                return Err(Contradiction::taken(
                    "hosts",
                    format!("{host} is already a host of the application {other}"),
                ));
            }
            self.leads_to.insert(host.clone(), name.clone());
        }
        Ok(())
    }

    /// Releases the hosts of a declaration.
    pub fn release(&mut self, declared: &HttpApplication) {
        for host in &declared.hosts {
            self.leads_to.remove(host);
        }
    }
}

/// Checks the HTTP part of a declaration by itself.
///
/// # Errors
/// If a host, a header or a route is invalid.
pub fn check(
    name: &ApplicationName,
    about: &Application,
    declared: &HttpApplication,
) -> Result<(), Contradiction> {
    if declared.hosts.is_empty() {
        return Err(Contradiction::impossible("hosts", format!("{name} has no host: name at least one")));
    }
    for host in &declared.hosts {
        let plausible =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
        if host.is_empty() || host.len() > 253 || !host.bytes().all(plausible) {
            return Err(Contradiction::impossible(
                "hosts",
                format!("{host:?} is not a host name in lower case without a port"),
            ));
        }
    }
    let header_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if declared.assertion_header.is_empty() || !declared.assertion_header.bytes().all(header_name) {
        return Err(Contradiction::impossible(
            "assertion_header",
            format!("{:?} is not a header name in lower case", declared.assertion_header),
        ));
    }
    for part in declared.routes.parts() {
        if !about.declares(part) {
            return Err(Contradiction::impossible(
                "resource.routes",
                format!("the routes name {part:?}, which is not a declared part: declare it"),
            ));
        }
        declared.routes.of(part).iter().try_for_each(|route| check_route_path(&route.path))?;
    }
    Ok(())
}

/// Checks the path pattern of a route.
///
/// # Errors
/// If no request can have such a path, or a wildcard stands where it has no meaning.
pub fn check_route_path(path: &str) -> Result<(), Contradiction> {
    let refused = |why: &str| {
        Err(Contradiction::impossible("resource.routes.path", format!("{path:?} is not a route path: {why}")))
    };
    let Some(rest) = path.strip_prefix('/') else { return refused("begin with /") };
    if path.contains(['?', '#', '%', '\\']) || path.chars().any(char::is_control) {
        return refused("write the plain path, without query, escapes or control characters");
    }
    let segments: Vec<&str> = rest.split('/').collect();
    for (place, segment) in segments.iter().enumerate() {
        let last = place + 1 == segments.len();
        match *segment {
            "." | ".." => return refused("leave out dot segments, which never reach an application"),
            "" if !last => return refused("leave out empty segments, which never reach an application"),
            "**" if !last => return refused("** matches the whole rest of a path: write it last"),
            "*" | "**" => {}
            other if other.contains('*') => {
                return refused("* matches one whole segment: write nothing else in the segment");
            }
            _ => {}
        }
    }
    Ok(())
}
