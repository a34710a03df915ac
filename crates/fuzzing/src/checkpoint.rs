//! The bytes of a checkpoint, which are parsed before their digest is compared. What is accepted is a world that can be
//! written, and reads back as the same bytes.

use countersign_world::World;

/// Reads the bytes as a world. Returns whether they are one.
pub fn checkpoint(bytes: &[u8]) -> bool {
    let world = match World::from_checkpoint(bytes) {
        Ok(world) => world,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return false;
        }
    };
    let written = world.to_checkpoint().expect("what was read can be written");
    let again = World::from_checkpoint(&written).expect("what was written can be read");
    assert_eq!(again.seq(), world.seq());
    assert_eq!(
        again.to_checkpoint().expect("what was read can be written"),
        written,
        "one world, one spelling"
    );
    true
}
