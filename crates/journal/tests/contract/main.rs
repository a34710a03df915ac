//! One contract for every store: the cases listed here run against a SQLite file and against a real PostgreSQL server.
//! Cases of one store alone (a lock file, an outage) are in `sqlite.rs` and `postgres.rs`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod append;
mod archive;
mod follow;
mod postgres;
mod read;
mod sqlite;
mod stage;
mod tamper;

use stage::Stage;
use std::pin::Pin;

type Case = for<'a> fn(&'a Stage<'_>) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Names each case once: as a test of its own on SQLite, and in the list that runs on one PostgreSQL server.
macro_rules! contract {
    ($($room:ident :: $case:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$room::$case(&super::Stage::sqlite()).await;
            })*
        }

        const CASES: &[(&str, Case)] = &[$((stringify!($case), |stage| Box::pin($room::$case(stage)))),*];
    };
}

contract![
    append::an_empty_journal_begins_at_genesis,
    append::what_was_appended_is_there_after_opening_again,
    append::an_append_to_an_old_head_conflicts_and_changes_nothing,
    append::an_append_to_a_head_that_never_was_conflicts,
    append::of_two_racing_appends_exactly_one_gets_in,
    append::racing_appenders_that_retry_make_one_total_order,
    append::an_append_that_nobody_waits_for_still_happens,
    append::asking_again_after_a_lost_answer_is_safe,
    append::a_batch_that_no_journal_takes_changes_nothing,
    append::the_largest_batch_is_taken,
    append::a_reader_cannot_append,
    append::sql_cannot_change_an_entry,
    read::pages_give_every_entry_in_order,
    read::a_page_ends_when_it_holds_enough,
    read::a_gap_is_not_read_over,
    read::an_altered_entry_is_not_believed,
    follow::an_append_wakes_a_follower,
    follow::a_follower_from_the_past_is_woken_at_once,
    follow::a_follower_that_does_not_get_further_does_not_spin,
    follow::closing_ends_the_wait,
    archive::what_left_the_store_is_read_and_verified_with_the_rest,
    archive::only_what_is_archived_leaves_the_store,
    archive::an_archive_is_not_believed,
    archive::a_row_that_came_back_is_found,
    archive::a_journal_from_before_archives_is_brought_up_to_date,
    tamper::every_tampering_is_found_and_named,
    tamper::a_removed_tail_is_found_by_the_anchor_alone,
    tamper::a_chain_that_was_written_anew_is_found_by_the_anchor_alone,
    tamper::a_whole_journal_verifies_against_every_head_it_had,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let server = countersign_testkit::Postgres::start();
    for (name, case) in CASES {
        eprintln!("on PostgreSQL: {name}");
        case(&Stage::postgres(&server)).await;
    }
}
