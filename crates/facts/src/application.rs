//! Applications, their named parts and their labels, as facts state them.
//!
//! An application has one part that is common to all protocols, and one for the protocol that it speaks. Decisions read
//! only the first. Only the protocol's gate, its routes and its declaration read the second.

mod flat;
mod http;

use crate::application::flat::FlatApplication;
use countersign_names::{Action, Sensitivity};
pub use http::{HttpApplication, Method, PartRoutes, RequestHeader, Route, Upstream};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The declaration of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "FlatApplication", into = "FlatApplication")]
pub struct Application {
    /// The title that people see.
    pub title: String,
    /// The team or person who is responsible for it, as free text.
    pub owner: String,
    /// Whether refusals are enforced or only recorded.
    pub stage: ApplicationStage,
    /// The label of every resource without a label of its own. `None` counts as restricted.
    pub sensitivity: Option<Sensitivity>,
    /// Its named parts, in the order in which the protocol's rules for them are tried. A request that matches none of
    /// them belongs to the part `other`.
    pub resources: Vec<Resource>,
    /// The action names that an AuthZEN client of this application uses, each with our action.
    pub operations: BTreeMap<String, Action>,
    /// How the gate reaches it, and which requests match which part.
    pub protocol: ApplicationProtocol,
}

/// The protocol that an application speaks, with the settings that only this protocol has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplicationProtocol {
    /// HTTP and WebSocket.
    Http(HttpApplication),
}

impl Application {
    /// Returns the HTTP settings, or `None` if it speaks another protocol.
    pub const fn http(&self) -> Option<&HttpApplication> {
        match &self.protocol {
            ApplicationProtocol::Http(http) => Some(http),
        }
    }

    /// Returns whether a part of this name is declared.
    pub fn declares(&self, part: &str) -> bool {
        self.resources.iter().any(|resource| resource.part == part)
    }
}

/// Whether an application's refusals are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStage {
    /// Requests are decided and recorded, but denied requests pass. For an application that is being introduced.
    Observe,
    /// Requests are decided and recorded, and denied requests are refused.
    Enforce,
}

/// A named part of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its name within the application (`pages`, `runs/approve`).
    pub part: String,
    /// Its label. `None` takes the application's label.
    pub sensitivity: Option<Sensitivity>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Has every optional field, a part without routes, and parts whose order is not alphabetical.
    const FLAT: &str = r#"{"title":"Wiki","owner":"Knowledge","hosts":["w.example","wiki.localhost"],"upstream":"http://127.0.0.1:3000","stage":"observe","sensitivity":"internal","resources":[{"part":"pages","sensitivity":null,"routes":[{"methods":["GET"],"path":"/**","action":"read"},{"path":"/**"}]},{"part":"live","sensitivity":null,"routes":[]},{"part":"admin","sensitivity":"restricted","routes":[{"path":"/admin/**"}]}],"assertion_header":"x-who","download_types":["application/pdf"],"operations":{"can_read":"read"},"request_headers":["destination"]}"#;

    #[test]
    fn a_declaration_comes_apart_and_is_written_as_it_was() {
        let application: Application = serde_json::from_str(FLAT).unwrap();
        let parts: Vec<&str> = application.resources.iter().map(|resource| &*resource.part).collect();
        assert_eq!(parts, ["pages", "live", "admin"], "their order is that in which routes are tried");
        let http = application.http().unwrap();
        assert_eq!(http.routes.parts().collect::<Vec<_>>(), ["admin", "pages"]);
        assert_eq!(["pages", "live", "admin", "x"].map(|part| http.routes.of(part).len()), [2, 0, 1, 0]);
        assert_eq!(serde_json::to_string(&application).unwrap(), FLAT);
    }

    #[test]
    fn what_is_missing_of_it_is_named() {
        for field in ["title", "owner", "hosts", "upstream", "stage", "resources", "assertion_header"] {
            let mut fields: serde_json::Value = serde_json::from_str(FLAT).unwrap();
            fields.as_object_mut().unwrap().remove(field);
            let error = serde_json::from_value::<Application>(fields).unwrap_err().to_string();
            assert!(error.contains(&format!("missing field `{field}`")), "{error}");
        }
    }
}
