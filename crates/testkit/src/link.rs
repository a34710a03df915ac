//! A network link that tests can disturb, between a client and a server that listens on a Unix socket.
//!
//! Each direction can be disturbed separately. Bytes are never changed: a link is slow, stalled or cut, and then works
//! again.

#![expect(clippy::expect_used, reason = "a test that cannot have its link stops here")]

use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The state of one direction of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Everything passes.
    Clear,
    /// Nothing passes, without an error: data in transit waits until the direction is clear.
    Stalled,
    /// Pieces up to this many bytes pass; a connection with a longer piece waits: some queries are answered and others
    /// are not.
    ShortOnly(usize),
    /// This many bytes pass, then a pause.
    Slow(usize, Duration),
    /// One piece in this many waits: the effect of lost and retransmitted packets on a stream.
    Lossy(u64, Duration),
}

/// A link to a server. Its connections are cut when it is dropped.
pub struct Link {
    address: SocketAddr,
    shared: Arc<SharedLink>,
}

struct SharedLink {
    state: Mutex<LinkStates>,
    changed: Condvar,
}

struct LinkStates {
    to_server: LinkState,
    to_client: LinkState,
    /// The current generation; connections of an earlier one are cut.
    age: u64,
    /// Number of pieces that passed a lossy direction.
    pieces: u64,
    over: bool,
}

#[derive(Clone, Copy)]
enum LinkSide {
    Client,
    Server,
}

impl Link {
    /// Creates a link to the server that listens on this socket.
    ///
    /// # Panics
    /// If no port is free.
    pub fn to(socket: PathBuf) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let state = LinkStates {
            to_server: LinkState::Clear,
            to_client: LinkState::Clear,
            age: 0,
            pieces: 0,
            over: false,
        };
        let shared = Arc::new(SharedLink { state: Mutex::new(state), changed: Condvar::new() });
        let serving = shared.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                if serving.state().over {
                    return;
                }
                // If the server is down, the client's connection is closed.
                let (Ok(client), Ok(server)) = (client, UnixStream::connect(&socket)) else { continue };
                carry(&serving, client, server);
            }
        });
        Self { address, shared }
    }

    /// Returns the address to which clients connect.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets the state of both directions.
    pub fn set(&self, both: LinkState) {
        self.set_each(both, both);
    }

    /// Sets the state of each direction.
    pub fn set_each(&self, to_server: LinkState, to_client: LinkState) {
        let mut state = self.shared.state();
        (state.to_server, state.to_client) = (to_server, to_client);
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Cuts all current connections.
    pub fn cut(&self) {
        self.shared.state().age += 1;
        self.shared.changed.notify_all();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.over = true;
        state.age += 1;
        drop(state);
        self.shared.changed.notify_all();
        // Wakes the accepting thread, so that it ends.
        drop(TcpStream::connect(self.address));
    }
}

impl SharedLink {
    fn state(&self) -> std::sync::MutexGuard<'_, LinkStates> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how many of these bytes may pass now; waits while none may. `None` if the connection was cut.
    fn may_pass(&self, side: LinkSide, age: u64, bytes: usize) -> Option<usize> {
        let mut state = self.state();
        loop {
            if state.age != age {
                return None;
            }
            let way = match side {
                LinkSide::Client => state.to_server,
                LinkSide::Server => state.to_client,
            };
            match way {
                LinkState::Clear => return Some(bytes),
                LinkState::ShortOnly(most) if bytes <= most => return Some(bytes),
                LinkState::Slow(piece, pause) => {
                    drop(state);
                    thread::sleep(pause);
                    return Some(piece.min(bytes));
                }
                LinkState::Lossy(one_in, pause) => {
                    state.pieces += 1;
                    let lost = state.pieces.is_multiple_of(one_in);
                    drop(state);
                    if lost {
                        thread::sleep(pause);
                    }
                    return Some(bytes);
                }
                LinkState::Stalled | LinkState::ShortOnly(_) => {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

fn carry(shared: &Arc<SharedLink>, client: TcpStream, server: UnixStream) {
    let _unset = client.set_nodelay(true);
    let age = shared.state().age;
    let (Ok(client_out), Ok(server_out)) = (client.try_clone(), server.try_clone()) else { return };
    let (Ok(client_end), Ok(server_end)) = (client.try_clone(), server.try_clone()) else { return };
    let ends = Arc::new((client_end, server_end));
    let (up, down) = (shared.clone(), shared.clone());
    let (up_ends, down_ends) = (ends.clone(), ends.clone());
    thread::spawn(move || pour(&up, LinkSide::Client, age, client, server_out, &up_ends));
    thread::spawn(move || pour(&down, LinkSide::Server, age, server, client_out, &down_ends));
    let watching = shared.clone();
    // Also cuts a connection that transfers no data.
    thread::spawn(move || {
        let mut state = watching.state();
        while state.age == age {
            state = watching.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        end(&ends);
    });
}

fn end(ends: &(TcpStream, UnixStream)) {
    let _gone = (ends.0.shutdown(Shutdown::Both), ends.1.shutdown(Shutdown::Both));
}

fn pour(
    shared: &SharedLink,
    side: LinkSide,
    age: u64,
    mut from: impl std::io::Read,
    mut to: impl std::io::Write,
    ends: &(TcpStream, UnixStream),
) {
    let mut buffer = vec![0; 64 << 10];
    'carrying: while let Ok(read @ 1..) = from.read(&mut buffer) {
        let mut rest = buffer.get(..read).unwrap_or_default();
        while !rest.is_empty() {
            let Some(now) = shared.may_pass(side, age, rest.len()) else { break 'carrying };
            let (piece, later) = rest.split_at(now.min(rest.len()));
            if to.write_all(piece).is_err() {
                break 'carrying;
            }
            rest = later;
        }
    }
    end(ends);
}
