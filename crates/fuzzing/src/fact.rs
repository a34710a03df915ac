//! Payloads of a journal, with a zero byte between them, folded into a world. What parses is written back to what parses to the same; a
//! fact that contradicts leaves the world as it was; what was folded can be replayed.

use countersign_facts::Stated;
use countersign_world::World;

/// Folds the bytes as payloads. Returns whether the world took one.
pub fn fact(input: &[u8]) -> bool {
    let (mut world, mut replayed) = (World::empty(), World::empty());
    for payload in input.split(|byte| *byte == 0).take(64) {
        let Ok(stated) = Stated::from_bytes(payload) else { continue };
        let written = stated.to_bytes().expect("a fact can be written");
        let read = Stated::from_bytes(&written).expect("a written fact can be read");
        assert_eq!(read, stated, "a fact means what it meant");
        let before = world.seq();
        match world.apply(&stated) {
            Ok(()) => {
                assert_eq!(world.seq(), before + 1);
                replayed.replay(&stated).expect("what was taken can be replayed");
            }
            Err(contradiction) => {
                assert_eq!(world.seq(), before, "a contradiction changes nothing");
                assert!(!contradiction.to_string().is_empty());
            }
        }
    }
    assert_eq!(replayed.seq(), world.seq());
    world.seq() > 0
}
