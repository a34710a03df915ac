//! How descriptors are shared out.

use countersign_listen::{RequestedConnections, Shares};
use proptest::prelude::*;

/// Descriptors that stay for everything that is no connection.
const KEPT: usize = 256;

fn all(shares: Shares) -> usize {
    shares.front + shares.upstream + shares.decision_point + shares.metrics
}

#[test]
fn descriptors_are_left_whatever_is_asked_for() {
    let asked = RequestedConnections { front: 10_000, decision_point: 2_048, metrics: 64 };
    for limit in [64, 256, 1_024, 4_096, 20_000, 65_536, 1 << 20] {
        let shares = Shares::of(limit, asked);
        assert!(all(shares) <= limit.saturating_sub(KEPT).max(limit / 2) + 4, "{limit}: {shares:?}");
        assert!(shares.front > 0 && shares.decision_point > 0 && shares.metrics > 0, "{limit}: {shares:?}");
        assert_eq!(shares.cut, limit < 22_112 + KEPT, "{limit}: {shares:?}");
    }
    assert_eq!(Shares::of(65_536, asked).front, 10_000);
}

#[test]
fn a_share_is_cut_in_proportion_and_only_if_it_must_be() {
    let asked = RequestedConnections { front: 1_000, decision_point: 400, metrics: 100 };
    // 2,500 in all.
    for (limit, expected) in [
        (2_756, [1_000, 1_000, 400, 100]),
        (2_755, [999, 999, 399, 99]),
        (1_506, [500, 500, 200, 50]),
        (506, [101, 101, 40, 10]),
        (2, [1, 1, 1, 1]),
        (0, [1, 1, 1, 1]),
    ] {
        let shares = Shares::of(limit, asked);
        let found = [shares.front, shares.upstream, shares.decision_point, shares.metrics];
        assert_eq!((found, shares.cut), (expected, limit < 2_756), "{limit}");
    }
}

/// A very large number, as one writes it to have no limit, gives as much as there is.
#[test]
fn a_number_beyond_all_bounds_is_a_share_like_any_other() {
    for front in [1 << 40, usize::MAX / 2, usize::MAX] {
        let asked = RequestedConnections { front, decision_point: 2_048, metrics: 64 };
        let shares = Shares::of(65_536, asked);
        assert!(shares.cut && shares.front > 32_000, "{front}: {shares:?}");
        assert!(all(shares) <= 65_536 - KEPT + 4, "{front}: {shares:?}");
    }
}

proptest! {
    #[test]
    fn no_share_is_larger_than_asked_for_nor_all_together_than_the_limit(
        limit in prop_oneof![0_usize..5_000, any::<usize>()],
        front in prop_oneof![1_usize..50_000, any::<usize>()],
        decision_point in prop_oneof![1_usize..50_000, any::<usize>()],
        metrics in 1_usize..1_000,
        more in 0_usize..1_000_000,
    ) {
        let asked = RequestedConnections { front: front.max(1), decision_point: decision_point.max(1), metrics };
        let shares = Shares::of(limit, asked);
        prop_assert_eq!(shares.front, shares.upstream);
        prop_assert!((1..=asked.front).contains(&shares.front));
        prop_assert!((1..=asked.decision_point).contains(&shares.decision_point));
        prop_assert!((1..=metrics).contains(&shares.metrics));
        let together = all(shares) as u128;
        prop_assert!(together <= limit.saturating_sub(KEPT).max(limit / 2) as u128 + 4);
        prop_assert_eq!(
            shares.cut,
            (shares.front, shares.decision_point, shares.metrics) != (asked.front, decision_point.max(1), metrics)
        );
        // Whoever asks for more gets no fewer.
        let wider = RequestedConnections { front: asked.front.saturating_add(more), ..asked };
        prop_assert!(Shares::of(limit, wider).front >= shares.front);
    }
}
