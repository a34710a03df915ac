//! Access reviews: campaigns in which people decide which accesses stay.

use crate::access::{ADMINISTERS, ASKS_FOR_ONESELF, READS, READS_OWN};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, get, post};
use crate::{
    AccessReview, AccessReviewChanges, AccessReviewDetail, AccessReviewItem, AccessReviewItemState,
    AccessReviewPreview, AccessReviewState, AccessVerdictResult, Items, NewAccessReview, NewAccessVerdict,
    NewReviewer, PersonRef, ReviewReportFormat, SealedReviewReport, SearchText, SortField,
};
use countersign_names::SourceName;

query! {
    /// The access reviews to list.
    #[derive(Default)]
    AccessReviewFilter {
        /// Only those in this state.
        state: Option<AccessReviewState>,
    }
}

query! {
    /// The items to list. All given parameters must match.
    #[derive(Default)]
    AccessReviewItemFilter {
        /// Only items in this state.
        state: Option<AccessReviewItemState>,
        /// Only items that this person reviews now: an id, address or alias.
        reviewer: Option<PersonRef>,
        /// Only items with this text in the name of the person, the account or what it reaches.
        q: Option<SearchText>,
    }
}

query! {
    /// The items to list. All given parameters must match.
    #[derive(Default)]
    ReviewInboxFilter {
        /// Only items in this state. Without it, undecided ones.
        state: Option<AccessReviewItemState>,
        /// Only items with this text in the name of the person, the account or what it reaches.
        q: Option<SearchText>,
    }
}

query! {
    /// How the report is written.
    ReviewReportOptions {
        /// The format.
        format: ReviewReportFormat,
    }
}

query! {
    /// Where revoked accesses are to be taken away.
    ReviewChangesOptions {
        /// The source.
        source: SourceName,
    }
}

rows! {
    /// List access reviews, the newest first. Of closed ones, the last thousand.
    LIST: EndpointRow<0, NoBody, Items<AccessReview>, AccessReviewFilter> =
        get("reviews.list", "/reviews", READS)
            .sorted_by(&[SortField::descending("opened_at"), SortField::ascending("due_at")]);

    /// Preview an access review: how many items it would have, and who would review them.
    PREVIEW: EndpointRow<0, NewAccessReview, AccessReviewPreview> =
        post("reviews.preview", "/reviews/preview", ADMINISTERS)
            .example(r#"{"title": "Administrators", "scope": {"here": true, "privileged": true}, "reviewers": "person", "reviewer": "ada@example.com", "fallback": "bob@example.com", "due_at": "2027-01-15T00:00:00Z"}"#);

    /// Open an access review.
    OPEN: EndpointRow<0, NewAccessReview, Created<AccessReview>> =
        post("reviews.open", "/reviews", ADMINISTERS)
            .example(r#"{"title": "The cloud", "scope": {"source": "cloud"}, "reviewers": "owner", "fallback": "bob@example.com", "due_at": "2027-01-15T00:00:00Z"}"#);

    /// List what the caller is asked to review, in all open access reviews, those due first.
    INBOX: EndpointRow<0, NoBody, Items<AccessReviewItem>, ReviewInboxFilter> =
        get("me.reviews", "/me/reviews", READS_OWN).sorted_by(&[SortField::ascending("due_at")]);

    /// Show an access review and how its reviewers are doing.
    SHOW: EndpointRow<1, NoBody, AccessReviewDetail> = get("reviews.show", "/reviews/{id}", READS);

    /// List the items of an access review.
    ITEMS: EndpointRow<1, NoBody, Items<AccessReviewItem>, AccessReviewItemFilter> =
        get("reviews.items", "/reviews/{id}/items", READS).sorted_by(&[SortField::ascending("number")]);

    /// Decide items that the caller reviews. To revoke a membership in a group here ends it at once.
    DECIDE: EndpointRow<1, NewAccessVerdict, AccessVerdictResult> =
        post("me.decide_reviews", "/me/reviews/{id}/decide", ASKS_FOR_ONESELF)
            .example(r#"{"items": [3, 4], "verdict": "revoke", "reason": "she left the team"}"#);

    /// Give items to another reviewer.
    REASSIGN: EndpointRow<1, NewReviewer, AccessReviewDetail> =
        post("reviews.reassign", "/reviews/{id}/reassign", ADMINISTERS)
            .example(r#"{"items": [3], "reviewer": "ada@example.com", "reason": "Bob is away"}"#);

    /// Close an access review now, and seal its report.
    CLOSE: EndpointRow<1, NoBody, AccessReview> = post("reviews.close", "/reviews/{id}/close", ADMINISTERS);

    /// Export the sealed report, and say whether it is still the one that was sealed.
    REPORT: EndpointRow<1, NoBody, SealedReviewReport, ReviewReportOptions> =
        get("reviews.report", "/reviews/{id}/report", READS);

    /// Write down what takes the revoked accesses away in a source, for a person to apply.
    CHANGES: EndpointRow<1, NoBody, AccessReviewChanges, ReviewChangesOptions> =
        get("reviews.changes", "/reviews/{id}/changes", READS);
}
