//! Limits the bytes of answers buffered for slow clients: a little for each, and a bound for all together.
//!
//! Bytes that were read from an application and are not sent yet cost memory, wherever they wait: in a channel, hyper's
//! buffers or the queues of HTTP/2. So each piece carries its share of the budget, and returns it when its last byte
//! was written to the socket. An answer always gets one piece, so that no answer starves when all clients are slow;
//! more only while there is room.

use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Maximum length of one piece in bytes.
pub const PIECE: usize = 16 * 1024;

/// The number of bytes per unit of the budget.
const UNIT: usize = 1024;

/// The budget of one answer in units: four pieces.
const AHEAD: u32 = 64;

/// The shared budget for everything beyond the first piece of each answer.
#[derive(Debug, Clone)]
pub struct Room(Arc<Semaphore>);

impl Room {
    /// Creates a budget of this many bytes.
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new((bytes / UNIT).min(Semaphore::MAX_PERMITS))))
    }

    /// Reserves a whole answer, if there is room for it at once.
    pub fn whole(&self, data: Bytes) -> Result<Bytes, Bytes> {
        if data.len() <= PIECE {
            return Ok(data);
        }
        match Arc::clone(&self.0).try_acquire_many_owned(units(data.len())) {
            Ok(all) => Ok(Bytes::from_owner(BudgetedBytes { data, _own: None, _all: Some(all) })),
            Err(_) => Err(data),
        }
    }
}

/// The budget of one answer.
#[derive(Debug)]
pub struct Window {
    own: Arc<Semaphore>,
    room: Room,
}

impl Window {
    /// Starts with nothing reserved.
    pub fn new(room: Room) -> Self {
        Self { own: Arc::new(Semaphore::new(AHEAD as usize)), room }
    }

    /// Reserves a piece, once there is room for it.
    pub async fn count(&self, data: Bytes) -> Bytes {
        let units = units(data.len()).min(AHEAD);
        let own = Arc::clone(&self.own).acquire_many_owned(units).await.ok();
        let all = Arc::clone(&self.room.0).try_acquire_many_owned(units).ok();
        if all.is_none() {
            // No room: this piece goes once it is the only one.
            let _others = self.own.acquire_many(AHEAD - units).await;
        }
        Bytes::from_owner(BudgetedBytes { data, _own: own, _all: all })
    }

    /// Waits until all reserved pieces are sent or dropped.
    pub async fn sent(&self) {
        let _all = self.own.acquire_many(AHEAD).await;
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

struct BudgetedBytes {
    data: Bytes,
    _own: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for BudgetedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece() -> Bytes {
        Bytes::from(vec![0; PIECE])
    }

    /// Returns the pieces that an unread answer holds.
    async fn held(window: &Window) -> Vec<Bytes> {
        let mut held = Vec::new();
        let waker = std::task::Waker::noop();
        loop {
            // Without a window only the machine's memory would limit it.
            assert!(held.len() < 64, "an answer that nobody takes goes on and on");
            let mut counting = std::pin::pin!(window.count(piece()));
            match counting.as_mut().poll(&mut std::task::Context::from_waker(waker)) {
                std::task::Poll::Ready(piece) => held.push(piece),
                std::task::Poll::Pending => return held,
            }
        }
    }

    #[tokio::test]
    async fn an_answer_holds_a_window_and_where_there_is_no_room_one_piece() {
        let room = Room::new(6 * PIECE);
        let (first, second, third) =
            (Window::new(room.clone()), Window::new(room.clone()), Window::new(room));
        let of_first = held(&first).await;
        let of_second = held(&second).await;
        assert_eq!((of_first.len(), of_second.len()), (4, 2));
        assert_eq!(held(&third).await.len(), 1, "whoever comes last is not left without");
        drop(of_first);
        assert_eq!(held(&third).await.len(), 4);
        first.sent().await;
        drop(of_second);
        second.sent().await;
    }

    #[test]
    fn a_whole_answer_is_one_while_there_is_room() {
        let room = Room::new(4 * PIECE);
        let first = room.whole(Bytes::from(vec![0; 3 * PIECE])).unwrap();
        assert!(room.whole(Bytes::from(vec![0; 2 * PIECE])).is_err());
        assert!(room.whole(piece()).is_ok(), "a piece always goes");
        drop(first);
        assert!(room.whole(Bytes::from(vec![0; 2 * PIECE])).is_ok());
    }
}
