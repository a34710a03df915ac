//! Every row with its types, for checks that hold for all of them.

use countersign_api::{EndpointRow, RequestBody, RequestQuery, ResponseBody, endpoints, rows};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A check of a row.
pub trait RowCheck {
    /// Checks one row.
    fn row<const N: usize, B, A, Q>(&mut self, row: &EndpointRow<N, B, A, Q>)
    where
        B: RequestBody<Json: DeserializeOwned>,
        A: ResponseBody<Json: Serialize>,
        Q: RequestQuery;
}

/// Runs a check on every row.
pub fn check_every_row(check: &mut impl RowCheck) {
    check.row(&rows::me::SHOW);
    check.row(&rows::people::LIST);
    check.row(&rows::people::ADD);
    check.row(&rows::people::SHOW);
    check.row(&rows::people::CHANGE);
    check.row(&rows::people::REMOVE);
    check.row(&rows::people::SUSPEND);
    check.row(&rows::people::RESTORE);
    check.row(&rows::people::INVITE);
    check.row(&rows::people::CREDENTIALS);
    check.row(&rows::people::LINKS);
    check.row(&rows::people::LINK);
    check.row(&rows::people::CONFIRM);
    check.row(&rows::people::RISK);
    check.row(&rows::people::END_SESSIONS);
    check.row(&rows::credentials::REMOVE);
    check.row(&rows::links::REMOVE);
    check.row(&rows::providers::LIST);
    check.row(&rows::providers::SHOW);
    check.row(&rows::providers::DECLARE);
    check.row(&rows::providers::WITHDRAW);
    check.row(&rows::openid_clients::LIST);
    check.row(&rows::openid_clients::SHOW);
    check.row(&rows::openid_clients::DECLARE);
    check.row(&rows::openid_clients::ISSUE_SECRET);
    check.row(&rows::openid_clients::WITHDRAW);
    check.row(&rows::groups::LIST);
    check.row(&rows::groups::ADD);
    check.row(&rows::groups::SHOW);
    check.row(&rows::groups::REMOVE);
    check.row(&rows::groups::JOIN);
    check.row(&rows::groups::LEAVE);
    check.row(&rows::services::LIST);
    check.row(&rows::services::ADD);
    check.row(&rows::services::SHOW);
    check.row(&rows::services::REMOVE);
    check.row(&rows::services::ISSUE_TOKEN);
    check.row(&rows::tokens::REVOKE);
    check.row(&rows::devices::LIST);
    check.row(&rows::devices::REGISTER);
    check.row(&rows::devices::SHOW);
    check.row(&rows::devices::CHANGE);
    check.row(&rows::devices::REMOVE);
    check.row(&rows::devices::REPORT);
    check.row(&rows::applications::LIST);
    check.row(&rows::applications::SHOW);
    check.row(&rows::applications::DECLARE);
    check.row(&rows::applications::MEANING);
    check.row(&rows::applications::REMOVE);
    check.row(&rows::applications::STAGE);
    check.row(&rows::labels::SET);
    check.row(&rows::content_labels::LIST);
    check.row(&rows::content_labels::COVERAGE);
    check.row(&rows::content_labels::SET);
    check.row(&rows::content_labels::PROPOSE);
    check.row(&rows::content_labels::SHOW);
    check.row(&rows::content_labels::CONFIRM);
    check.row(&rows::content_labels::DISMISS);
    check.row(&rows::content_labels::WITHDRAW);
    check.row(&rows::upstreams::CHECK);
    check.row(&rows::networks::LIST);
    check.row(&rows::sources::LIST);
    check.row(&rows::sources::SHOW);
    check.row(&rows::sources::DECLARE);
    check.row(&rows::sources::WITHDRAW);
    check.row(&rows::sources::LEAVERS);
    check.row(&rows::sources::CONFIRM_LEAVERS);
    check.row(&rows::sources::BEGIN_IMPORT);
    check.row(&rows::sources::TAKE_PAGE);
    check.row(&rows::sources::FINISH_IMPORT);
    check.row(&rows::sources::APPLY_IMPORT);
    check.row(&rows::sources::DROP_IMPORT);
    check.row(&rows::findings::LIST);
    check.row(&rows::findings::CAUSES);
    check.row(&rows::findings::EXPORT);
    check.row(&rows::findings::LOOK);
    check.row(&rows::findings::SETTINGS);
    check.row(&rows::findings::SHOW);
    check.row(&rows::findings::ACCEPT);
    check.row(&rows::findings::REOPEN);
    check.row(&rows::reviews::LIST);
    check.row(&rows::reviews::PREVIEW);
    check.row(&rows::reviews::OPEN);
    check.row(&rows::reviews::INBOX);
    check.row(&rows::reviews::SHOW);
    check.row(&rows::reviews::ITEMS);
    check.row(&rows::reviews::DECIDE);
    check.row(&rows::reviews::REASSIGN);
    check.row(&rows::reviews::CLOSE);
    check.row(&rows::reviews::REPORT);
    check.row(&rows::reviews::CHANGES);
    check.row(&rows::roles::LIST);
    check.row(&rows::roles::PROPOSE);
    check.row(&rows::roles::SEARCH);
    check.row(&rows::roles::EXPORT);
    check.row(&rows::roles::SHOW);
    check.row(&rows::roles::ACCEPT);
    check.row(&rows::roles::DISMISS);
    check.row(&rows::roles::RECONSIDER);
    check.row(&rows::inventory::LIST);
    check.row(&rows::inventory::SHOW);
    check.row(&rows::inventory::EDGES);
    check.row(&rows::inventory_access::SHOW);
    check.row(&rows::inventory_access::WHO_CAN);
    check.row(&rows::inventory_access::WHAT_CAN);
    check.row(&rows::inventory_access::PATH);
    check.row(&rows::inventory_access::TIER_ZERO);
    check.row(&rows::inventory_access::COMPROMISE);
    check.row(&rows::identities::LIST);
    check.row(&rows::identities::SHOW);
    check.row(&rows::identities::QUEUE);
    check.row(&rows::identities::DECISIONS);
    check.row(&rows::identities::DECIDE);
    check.row(&rows::identities::UNDO);
    check.row(&rows::identities::RULES);
    check.row(&rows::identities::CORRELATION);
    check.row(&rows::identities::CORRELATE);
    check.row(&rows::sessions::LIST);
    check.row(&rows::sessions::REVOKE);
    check.row(&rows::grants::LIST);
    check.row(&rows::grants::REQUEST);
    check.row(&rows::grants::SHOW);
    check.row(&rows::grants::APPROVE);
    check.row(&rows::grants::REFUSE);
    check.row(&rows::grants::REVOKE);
    check.row(&rows::proposals::LIST);
    check.row(&rows::proposals::SHOW);
    check.row(&rows::proposals::COUNTERSIGN);
    check.row(&rows::proposals::REFUSE);
    check.row(&rows::exceptions::LIST);
    check.row(&rows::exceptions::SHOW);
    check.row(&rows::exceptions::OPEN);
    check.row(&rows::exceptions::END);
    check.row(&rows::policies::SHOW);
    check.row(&rows::policies::PUBLISH);
    check.row(&rows::policies::FILES);
    check.row(&rows::policies::STARTER);
    check.row(&rows::policies::HISTORY);
    check.row(&rows::policies::ROLLBACK);
    check.row(&rows::policies::LINT);
    check.row(&rows::policies::CHECK);
    check.row(&rows::policies::TEST);
    check.row(&rows::policies::FORMAT);
    check.row(&rows::policies::VOCABULARY);
    check.row(&rows::settings::SHOW);
    check.row(&rows::reach::WHO);
    check.row(&rows::reach::WHAT);
    check.row(&rows::keys::LIST);
    check.row(&rows::keys::ROTATE);
    check.row(&rows::keys::RETIRE);
    check.row(&rows::decisions::LIST);
    check.row(&rows::decisions::FOLLOW);
    check.row(&rows::decisions::WHY);
    check.row(&rows::decisions::AGAIN);
    check.row(&rows::evidence::EXPORT);
    check.row(&rows::evidence::VERIFY);
    check.row(&rows::evidence::ANCHOR);
    check.row(&rows::evidence::COMPACT);
    check.row(&rows::evidence::RETAIN);
    check.row(&rows::query::ASK);
    check.row(&rows::query::TABLES);
    check.row(&rows::status::SHOW);
    check.row(&rows::trends::SHOW);
    check.row(&rows::journal::HEAD);
    check.row(&rows::journal::VERIFY);
    check.row(&rows::journal::ARCHIVE);
    check.row(&rows::facts::LIST);
    check.row(&rows::facts::SHOW);
    check.row(&rows::projections::LIST);
    check.row(&rows::projections::REBUILD);
    check.row(&rows::projections::VERIFY);
    check.row(&rows::replays::START);
    check.row(&rows::plans::START);
    check.row(&rows::proofs::START);
    check.row(&rows::jobs::LIST);
    check.row(&rows::jobs::SHOW);
    check.row(&rows::jobs::FOLLOW);
    check.row(&rows::jobs::STOP);
    check.row(&rows::schedules::LIST);
    check.row(&rows::trusts::LIST);
    check.row(&rows::trusts::FIGURES);
    check.row(&rows::trusts::OWN);
    check.row(&rows::trusts::DOCUMENT);
    check.row(&rows::shadow::START);
    check.row(&rows::rollouts::LIST);
    check.row(&rows::rollouts::START);
    check.row(&rows::rollouts::SHOW);
    check.row(&rows::rollouts::ADVANCE);
    check.row(&rows::rollouts::HALT);
}

/// A row that is missing above would be checked by nothing.
#[test]
fn no_row_is_left_out() {
    struct Ids(Vec<&'static str>);

    impl RowCheck for Ids {
        fn row<const N: usize, B, A, Q>(&mut self, row: &EndpointRow<N, B, A, Q>)
        where
            B: RequestBody<Json: DeserializeOwned>,
            A: ResponseBody<Json: Serialize>,
            Q: RequestQuery,
        {
            self.0.push(row.id());
        }
    }

    let mut ids = Ids(Vec::new());
    check_every_row(&mut ids);
    let expected: Vec<_> = endpoints().into_iter().map(|endpoint| endpoint.id).collect();
    assert_eq!(ids.0, expected);
}
