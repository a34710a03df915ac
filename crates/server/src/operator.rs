//! The operator's socket: a Unix socket in the data folder. A user who can open it controls the machine. This is the
//! only authority before the first administrator, and the way back in if policies have locked every administrator out.

use crate::serving;
use axum::Router;
use countersign_listen::{Door, Places, Spare};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

/// Listens at `path`, for this user only. Replaces a socket that an earlier process left, but not one that still
/// answers.
///
/// # Errors
/// If another process answers there, or the socket cannot be created.
pub fn bind(path: &Path) -> io::Result<UnixListener> {
    if std::os::unix::net::UnixStream::connect(path).is_ok() {
        let text = format!("another process answers at {}: stop that process first", path.display());
        return Err(io::Error::new(io::ErrorKind::AddrInUse, text));
    }
    match std::fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(path)?;
    // The folder is closed to other users already; this is a second protection.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Serves the API to the operator until `stop`, and requests under way for `grace` after it: an answer that is
/// generated while it is read lasts as long as the reader takes. File descriptors are reserved for this socket, so that
/// it works when the other listeners have used up the rest.
pub async fn serve(
    listener: UnixListener,
    api: Router,
    places: Places,
    stop: CancellationToken,
    grace: Duration,
) {
    let door = Door::new(listener, places);
    let door = match Spare::hold(serving::SPARE) {
        Ok(spare) => door.with_spare(spare),
        Err(error) => {
            tracing::warn!(%error, "this process cannot reserve file descriptors for the operator's socket");
            door
        }
    };
    serving::on_this_machine(api, grace).serve(door, stop).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    #[tokio::test]
    async fn the_socket_is_its_users_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        crate::keys::private_folder(&data).unwrap();
        let path = crate::operator_socket(&data);
        let _listener = bind(&path).unwrap();
        for (path, mode) in [(&data, 0o700), (&path, 0o600)] {
            let found = std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{}: {found:o}", path.display());
        }
    }

    #[tokio::test]
    async fn an_answer_that_nobody_takes_does_not_keep_the_process() {
        use std::io::{Read as _, Write as _};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countersign.sock");
        // More than fits between the two, so that it waits for the reader.
        let endless = || async { vec![b'x'; 64 << 20] };
        let api = Router::new().route("/", axum::routing::get(endless));
        let stop = CancellationToken::new();
        let grace = Duration::from_millis(200);
        let places = serving::ListenerPlaces::new(&crate::config::Limits::default()).operator;
        let serving = tokio::spawn(serve(bind(&path).unwrap(), api, places, stop.clone(), grace));
        let stalled = tokio::task::spawn_blocking(move || {
            let mut stream = UnixStream::connect(path).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
            stream.read_exact(&mut [0; 12]).unwrap();
            stream
        });
        let _stalled = stalled.await.unwrap();
        stop.cancel();
        tokio::time::timeout(Duration::from_secs(10), serving).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_socket_that_is_answered_is_not_taken_over_and_one_left_behind_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countersign.sock");
        let first = bind(&path).unwrap();
        let error = bind(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        assert!(error.to_string().contains("stop that process first"), "{error}");
        assert!(UnixStream::connect(&path).is_ok(), "the first goes on");
        drop(first);
        assert!(path.exists(), "a process that ends leaves its socket behind");
        let _second = bind(&path).unwrap();
        assert!(UnixStream::connect(&path).is_ok());
    }
}
