//! One thread, kept to one processor, on which load is made and the upstream answers.

use crate::run::Outcome;
use rustix::thread::{CpuSet, sched_setaffinity};
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// The thread. Dropped, it ends, and everything that runs on it.
pub struct Core {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Core {
    /// Start it on one processor; on any, if none is named.
    ///
    /// # Errors
    /// When there is no thread, or no runtime, to be had.
    pub fn start(processor: Option<usize>) -> Outcome<Self> {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("load".to_owned()).spawn(move || {
            pin(processor);
            // The pacer spins by yielding; sockets must be looked at each time that it does.
            match Builder::new_current_thread().enable_all().event_interval(16).build() {
                Ok(runtime) => {
                    let _ = tell.send(Ok(runtime.handle().clone()));
                    let _ = runtime.block_on(stopped);
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        })?;
        let handle = told.recv()??;
        Ok(Self { handle, stop: Some(stop), thread: Some(thread) })
    }

    /// Begin this there; what comes of it can be waited for.
    pub fn begin<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> mpsc::Receiver<T> {
        let (tell, told) = mpsc::channel();
        self.handle.spawn(async move {
            let _ = tell.send(work.await);
        });
        told
    }

    /// Do this there, and wait for what comes of it.
    ///
    /// # Errors
    /// When it panicked.
    pub fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Outcome<T> {
        Ok(self.begin(work).recv()?)
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Keep this thread to a processor. On a machine that has no such one it stays where it is, which the report shows by
/// the number of its cores.
fn pin(processor: Option<usize>) {
    if let Some(processor) = processor {
        let mut set = CpuSet::new();
        set.set(processor);
        let _ = sched_setaffinity(None, &set);
    }
}
