//! Schedules connections fairly by address when there is more work than processors.
//!
//! An asynchronous runtime runs tasks in the order in which they became ready. If one address sends a thousand requests
//! at once, it is served a thousand times before the next person is. Here addresses take turns: while more tasks are
//! ready than there are processors, each address is served once before any is served again. A single active address
//! gets all processors.
//!
//! This is round-robin scheduling (as of queues in Nagle, RFC 970, section 4), with a poll of a task in place of a
//! packet.

use crate::places::Neighbour;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::num::NonZero;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

/// The scheduler that all connections of a process share. Clones are handles to the same one.
#[derive(Debug, Clone)]
pub(crate) struct Turns(Arc<Mutex<Queues>>);

#[derive(Debug)]
struct Queues {
    /// Polls that may begin at once. While this is not zero, nothing waits.
    free: usize,
    /// The addresses with waiting tasks, in the order in which they are served.
    round: VecDeque<Neighbour>,
    /// The waiting tasks of each address in `round`; the queues are never empty.
    waiting: HashMap<Neighbour, VecDeque<Arc<Mutex<Ticket>>>>,
}

/// The state of one task. Changing it also requires the lock of the queues.
#[derive(Debug, Default)]
enum Ticket {
    /// The task requests nothing.
    #[default]
    Idle,
    /// The task waits in the queue of its address.
    Waiting(Waker),
    /// The task has its turn, and was woken for it.
    Granted,
}

impl Ticket {
    /// Gives a waiting task its turn, and returns how to wake it; `None` if the task was removed.
    fn grant(&mut self) -> Option<Waker> {
        let Self::Waiting(waker) = std::mem::take(self) else { return None };
        *self = Self::Granted;
        Some(waker)
    }
}

/// All listeners of a process share its processors, so they share this scheduler.
static OF_THIS_PROCESS: LazyLock<Turns> =
    LazyLock::new(|| Turns::new(std::thread::available_parallelism().map_or(1, NonZero::get)));

impl Turns {
    /// Returns the scheduler for the processors that this process may use.
    pub(crate) fn of_this_process() -> Self {
        OF_THIS_PROCESS.clone()
    }

    /// Creates a scheduler that allows as many concurrent polls as `processors`, at least one.
    fn new(processors: usize) -> Self {
        let (round, waiting) = Default::default();
        Self(Arc::new(Mutex::new(Queues { free: processors.max(1), round, waiting })))
    }

    /// Returns whether this task may be polled now. If not, it waits, and is woken when it may.
    fn ask(&self, neighbour: Neighbour, ticket: &Arc<Mutex<Ticket>>, waker: &Waker) -> bool {
        let mut queues = self.0.lock();
        let mut state = ticket.lock();
        match &mut *state {
            Ticket::Granted => {
                *state = Ticket::Idle;
                true
            }
            Ticket::Waiting(last) => {
                last.clone_from(waker);
                false
            }
            Ticket::Idle if queues.free > 0 => {
                queues.free -= 1;
                true
            }
            Ticket::Idle => {
                *state = Ticket::Waiting(waker.clone());
                drop(state);
                queues.enqueue(neighbour, Arc::clone(ticket));
                false
            }
        }
    }

    /// Ends a poll: the next address has its turn.
    fn give_back(&self) {
        let mut queues = self.0.lock();
        let next = queues.grant();
        drop(queues);
        if let Some(next) = next {
            next.wake();
        }
    }

    /// Removes a task that ends, whether it waits or not.
    fn leave(&self, ticket: &Mutex<Ticket>) {
        let queues = self.0.lock();
        let state = std::mem::take(&mut *ticket.lock());
        drop(queues);
        if matches!(state, Ticket::Granted) {
            self.give_back();
        }
    }
}

impl Queues {
    fn enqueue(&mut self, neighbour: Neighbour, ticket: Arc<Mutex<Ticket>>) {
        let queue = self.waiting.entry(neighbour).or_default();
        if queue.is_empty() {
            self.round.push_back(neighbour);
        }
        queue.push_back(ticket);
    }

    /// Passes a turn that has ended to the next address.
    fn grant(&mut self) -> Option<Waker> {
        while let Some(neighbour) = self.round.pop_front() {
            let Some(queue) = self.waiting.get_mut(&neighbour) else { continue };
            // Tasks that were removed while they waited do not cost their address its turn.
            let next = std::iter::from_fn(|| queue.pop_front()).find_map(|ticket| ticket.lock().grant());
            if queue.is_empty() {
                self.waiting.remove(&neighbour);
            } else {
                self.round.push_back(neighbour);
            }
            if next.is_some() {
                return next;
            }
        }
        self.free += 1;
        None
    }
}

/// A task of a connection, polled when its address has its turn.
///
/// A turn lasts for one poll, so a task that waits (for its client, an application, a record) blocks nobody. Do not
/// wrap a task inside it again: the inner poll would wait for the outer one.
#[derive(Debug)]
pub struct InTurn<F> {
    task: Pin<Box<F>>,
    at: Option<(Turns, Neighbour, Arc<Mutex<Ticket>>)>,
}

impl<F: Future> InTurn<F> {
    pub(crate) fn new(task: F, at: Option<(Turns, Neighbour)>) -> Self {
        let at = at.map(|(turns, neighbour)| (turns, neighbour, Arc::default()));
        Self { task: Box::pin(task), at }
    }
}

impl<F: Future> Future for InTurn<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let Some((turns, neighbour, ticket)) = &this.at else { return this.task.as_mut().poll(context) };
        if !turns.ask(*neighbour, ticket, context.waker()) {
            return Poll::Pending;
        }
        let _turn = GivenBack(turns);
        this.task.as_mut().poll(context)
    }
}

impl<F> Drop for InTurn<F> {
    fn drop(&mut self) {
        if let Some((turns, _, ticket)) = &self.at {
            turns.leave(ticket);
        }
    }
}

/// Returns the turn even if the poll panics.
struct GivenBack<'a>(&'a Turns);

impl Drop for GivenBack<'_> {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    /// Counts how often it is woken.
    #[derive(Default)]
    struct Bell(AtomicUsize);

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    struct Task {
        name: &'static str,
        bell: Arc<Bell>,
        inner: InTurn<Box<dyn Future<Output = ()> + Unpin>>,
    }

    impl Task {
        fn poll(&mut self) -> Poll<()> {
            let waker = Waker::from(Arc::clone(&self.bell));
            Pin::new(&mut self.inner).poll(&mut Context::from_waker(&waker))
        }

        fn is_woken(&self) -> bool {
            self.bell.0.load(Ordering::Relaxed) > 0
        }
    }

    fn at(turns: &Turns, address: &str) -> Option<(Turns, Neighbour)> {
        Some((turns.clone(), Neighbour::from(address.parse::<IpAddr>().unwrap())))
    }

    fn task(turns: &Turns, name: &'static str, address: &str) -> Task {
        let inner: Box<dyn Future<Output = ()> + Unpin> = Box::new(std::future::ready(()));
        Task { name, bell: Arc::default(), inner: InTurn::new(inner, at(turns, address)) }
    }

    /// Lets these tasks wait in this order while the only turn is taken; returns the order in which they get their
    /// turns.
    fn order_of(turns: &Turns, mut tasks: Vec<Task>) -> Vec<&'static str> {
        for task in &mut tasks {
            assert!(task.poll().is_pending());
            // Asking again changes nothing.
            assert!(task.poll().is_pending());
        }
        let mut order = Vec::new();
        turns.give_back();
        while let Some(next) = tasks.iter().position(Task::is_woken) {
            let mut task = tasks.remove(next);
            assert!(tasks.iter().all(|other| !other.is_woken()), "two at once");
            assert!(task.poll().is_ready());
            order.push(task.name);
        }
        assert!(tasks.is_empty(), "{} were forgotten", tasks.len());
        order
    }

    fn taken() -> Turns {
        let turns = Turns::new(1);
        assert!(turns.ask(at(&turns, "192.0.2.9").unwrap().1, &Arc::default(), Waker::noop()));
        turns
    }

    #[test]
    fn an_address_with_much_to_do_lets_others_in_between() {
        let turns = taken();
        let crowd = ["c1", "c2", "c3"].map(|name| task(&turns, name, "192.0.2.1"));
        let others = [task(&turns, "a", "192.0.2.2"), task(&turns, "b", "192.0.2.3")];
        let order = order_of(&turns, crowd.into_iter().chain(others).collect());
        assert_eq!(order, ["c1", "a", "b", "c2", "c3"]);
    }

    #[test]
    fn neighbours_of_one_network_share_a_turn() {
        let turns = taken();
        let addresses = [("a", "2001:db8::1"), ("b", "2001:db8::2"), ("c", "2001:db8:0:1::1")];
        let tasks = addresses.map(|(name, address)| task(&turns, name, address));
        assert_eq!(order_of(&turns, tasks.into()), ["a", "c", "b"]);
    }

    #[test]
    fn one_address_alone_has_all_processors() {
        let turns = Turns::new(2);
        let one = at(&turns, "192.0.2.1").unwrap().1;
        let ask = || turns.ask(one, &Arc::default(), Waker::noop());
        assert_eq!([ask(), ask(), ask()], [true, true, false]);
    }

    #[test]
    fn one_that_leaves_gives_its_turn_on() {
        let turns = taken();
        let mut tasks: Vec<Task> =
            ["a", "b", "c"].map(|name| task(&turns, name, "192.0.2.1")).into_iter().collect();
        for task in &mut tasks {
            assert!(task.poll().is_pending());
        }
        // The second leaves while it waits, the first just after it got its turn.
        tasks.remove(1);
        turns.give_back();
        assert!(tasks[0].is_woken());
        tasks.remove(0);
        assert!(tasks[0].is_woken());
        assert!(tasks[0].poll().is_ready());
        assert_eq!(turns.0.lock().free, 1);
    }

    #[test]
    fn one_that_left_does_not_cost_its_neighbours_their_turn() {
        let turns = taken();
        let mut gone = ["g1", "g2", "g3"].map(|name| task(&turns, name, "192.0.2.1"));
        assert!(gone.iter_mut().all(|task| task.poll().is_pending()));
        let one = task(&turns, "one", "192.0.2.1");
        let others = ["o1", "o2", "o3"].map(|name| task(&turns, name, "192.0.2.2"));
        let mut tasks: Vec<Task> = [one].into_iter().chain(others).collect();
        assert!(tasks.iter_mut().all(|task| task.poll().is_pending()));
        drop(gone);
        assert_eq!(order_of(&turns, tasks), ["one", "o1", "o2", "o3"]);
    }

    /// Tasks that wait, by address, and who had a turn since when.
    struct Waiting {
        turns: Turns,
        tasks: Vec<(u8, Arc<Mutex<Ticket>>, Arc<Bell>)>,
        /// For each address that waits: the addresses that had a turn since it began.
        passed_by: HashMap<u8, Vec<u8>>,
    }

    impl Waiting {
        fn neighbour(address: u8) -> Neighbour {
            Neighbour::from(IpAddr::from([192, 0, 2, address]))
        }

        /// Asks for a turn; returns whether it is granted at once.
        fn ask(&mut self, address: u8) -> bool {
            let (ticket, bell) = (Arc::default(), Arc::<Bell>::default());
            let waker = Waker::from(Arc::clone(&bell));
            if self.turns.ask(Self::neighbour(address), &ticket, &waker) {
                return true;
            }
            self.tasks.push((address, ticket, bell));
            self.passed_by.entry(address).or_default();
            false
        }

        fn leave(&mut self, at: usize) {
            let (address, ticket, _) = self.tasks.remove(at);
            self.turns.leave(&ticket);
            if self.tasks.iter().all(|(other, ..)| *other != address) {
                self.passed_by.remove(&address);
            }
        }

        /// Ends a poll; returns whether another one begins.
        fn give_back(&mut self) -> bool {
            self.turns.give_back();
            let woken: Vec<usize> =
                (0..self.tasks.len()).filter(|at| self.tasks[*at].2.0.load(Ordering::Relaxed) > 0).collect();
            let [at] = woken[..] else {
                assert!(woken.is_empty() && self.tasks.is_empty(), "{} of {}", woken.len(), self.tasks.len());
                return false;
            };
            let (address, ticket, _) = self.tasks.remove(at);
            assert!(self.tasks[..at].iter().all(|(other, ..)| *other != address), "in order");
            assert!(self.turns.ask(Self::neighbour(address), &ticket, Waker::noop()));
            self.passed_by.remove(&address);
            for (waits, passed_by) in &mut self.passed_by {
                assert!(!passed_by.contains(&address), "{address} twice before {waits}");
                passed_by.push(address);
            }
            if self.tasks.iter().any(|(other, ..)| *other == address) {
                self.passed_by.insert(address, Vec::new());
            }
            true
        }
    }

    proptest::proptest! {
        /// Each address has its turn before another has two, and no turn is lost, while tasks come and go.
        #[test]
        fn no_address_has_two_turns_while_another_waits_for_one(
            processors in 1_usize..3,
            steps in proptest::collection::vec((0_u8..4, 0_u8..4, 0_usize..100), 1..300),
        ) {
            let turns = Turns::new(processors);
            let mut waiting = Waiting { turns: turns.clone(), tasks: vec![], passed_by: HashMap::new() };
            let mut running = 0;
            for (step, address, at) in steps {
                match step {
                    0 | 1 => {
                        let free = running < processors;
                        assert_eq!(waiting.ask(address), free);
                        running += usize::from(free);
                    }
                    2 if !waiting.tasks.is_empty() => waiting.leave(at % waiting.tasks.len()),
                    _ if running > 0 => running -= usize::from(!waiting.give_back()),
                    _ => {}
                }
            }
            while running > 0 {
                running -= usize::from(!waiting.give_back());
            }
            let queues = turns.0.lock();
            assert_eq!(queues.free, processors);
            assert!(queues.round.is_empty() && queues.waiting.is_empty(), "nothing is left behind");
        }
    }

    #[test]
    fn a_poll_that_panics_gives_its_turn_back() {
        let turns = Turns::new(1);
        let mut broken = InTurn::new(async { panic!("broken") }, at(&turns, "192.0.2.1"));
        let poll = std::panic::AssertUnwindSafe(|| {
            Pin::new(&mut broken).poll(&mut Context::from_waker(Waker::noop()))
        });
        std::panic::catch_unwind(poll).unwrap_err();
        assert!(task(&turns, "next", "192.0.2.2").poll().is_ready());
    }
}
