//! Header blocks of one HTTP/2 connection, one behind the other. What is refused ends the connection; what is followed
//! says the same about a block whose fields are all new, wherever in the table it lands.

use crate::Fields;
use countersign_gate_http::readers::{Block, Follower};

/// `x: a` and `:path: /#`, literal and with a place in the table.
const PLAIN: &[u8] = b"\x40\x01x\x01a";
const FRAGMENT: &[u8] = b"\x44\x02/#";

/// Follows header blocks until the bytes end. Returns whether none was refused.
pub fn header_block(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let mut follower = Follower::new();
    while !fields.is_empty() {
        if follower.follow(fields.bytes()).is_err() {
            return false;
        }
        assert_eq!(follower.follow(PLAIN), Ok(Block::default()));
        assert_eq!(follower.follow(FRAGMENT), Ok(Block { pseudo: true, fragment: true }));
    }
    true
}
