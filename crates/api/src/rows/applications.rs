//! Protected applications.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, NoContent, delete, get, post, put};
use crate::{
    Application, Declaration, Items, RequestMeaning, RequestToName, SearchText, SortField, StageChange,
};

query! {
    /// The applications to list.
    #[derive(Default)]
    ApplicationFilter {
        /// Only applications whose name, title or host contains this text, in upper or lower case.
        q: Option<SearchText>,
    }
}

query! {
    /// How an application is declared.
    #[derive(Default)]
    DeclareOptions {
        /// True to refuse if there is an application of this name already.
        new: Option<bool>,
        /// True to check only, and show what would be declared.
        dry_run: Option<bool>,
        /// Refuse unless the declaration has this version: nobody changed it since it was read.
        expected_version: Option<String>,
    }
}

rows! {
    /// List applications.
    LIST: EndpointRow<0, NoBody, Items<Application>, ApplicationFilter> =
        get("applications.list", "/applications", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// Show an application.
    SHOW: EndpointRow<1, NoBody, Application> =
        get("applications.show", "/applications/{application}", READS);

    /// Declare an application, or replace its declaration.
    DECLARE: EndpointRow<1, Declaration, Application, DeclareOptions> =
        put("applications.declare", "/applications/{application}", ADMINISTERS)
            .example(r#"{"title": "Wiki", "owner": "team-docs", "hosts": ["wiki.example.org"], "upstream": "http://127.0.0.1:3000"}"#);

    /// Say what a request to an application means: which part, and which action. Nothing is sent to the application.
    MEANING: EndpointRow<1, RequestToName, RequestMeaning> =
        post("applications.meaning", "/applications/{application}/meaning", READS)
            .example(r#"{"method": "POST", "path": "/admin/users", "parts": {"resources": [{"part": "admin", "routes": [{"path": "/admin/**", "action": "administer"}]}]}}"#);

    /// Remove an application. Nobody can reach it afterwards, and its name is never used again.
    REMOVE: EndpointRow<1, NoBody, NoContent> =
        delete("applications.remove", "/applications/{application}", ADMINISTERS);

    /// Change the stage of an application.
    STAGE: EndpointRow<1, StageChange, Application> =
        post("applications.stage", "/applications/{application}/stage", ADMINISTERS)
            .example(r#"{"stage": "enforce"}"#);
}
