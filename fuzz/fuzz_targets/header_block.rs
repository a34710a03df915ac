//! Header blocks of one HTTP/2 connection, one behind the other. What is refused ends the connection; what is followed
//! says the same about a block whose fields are all new, wherever in the table it lands.

#![no_main]

use countersign_gate_http::readers::{Block, Follower};
use libfuzzer_sys::fuzz_target;

/// `x: a` and `:path: /#`, literal and with a place in the table.
const PLAIN: &[u8] = b"\x40\x01x\x01a";
const FRAGMENT: &[u8] = b"\x44\x02/#";

fuzz_target!(|blocks: Vec<&[u8]>| {
    let mut follower = Follower::new();
    for block in blocks {
        if follower.follow(block).is_err() {
            return;
        }
        assert_eq!(follower.follow(PLAIN), Ok(Block::default()));
        assert_eq!(follower.follow(FRAGMENT), Ok(Block { pseudo: true, fragment: true }));
    }
});
