//! The pace of the link: at most one request under way and one waiting, and the newest takes the
//! waiting one's place. A fast typist never queues up work that nobody wants any more.
//!
//! In the worker, a text that is being typed goes before all other questions ([`Queue`]).
//!
//! In: requests offered, answers arrived. Out: what to send now, under which ticket. A pure state
//! machine: it sends nothing itself, and its clock is its tickets. Answers to anything but the
//! request under way are told apart as stale.

use std::collections::VecDeque;

/// Numbers that requests and their answers are matched by. Mailboxes on the same wire share one,
/// so that an answer belongs to one of them only.
#[derive(Clone, Debug, Default)]
pub struct Tickets {
    last: u64,
}

impl Tickets {
    /// A ticket never given before, larger than all before; the first is 1.
    pub fn draw(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

/// Whose turn it is in the worker: a model that has come is put in its place, then the text that is being typed is
/// looked at, then whatever else is asked is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    Install,
    Look,
    Ask,
}

/// What waits in the worker. Of one turn, what came first goes first.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    turns: [VecDeque<T>; 3],
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { turns: Default::default() }
    }
}

impl<T> Queue<T> {
    pub fn put(&mut self, turn: Turn, job: T) {
        self.turns[turn as usize].push_back(job);
    }

    /// Back to where it came from: it gave way to something of an earlier turn.
    pub fn put_back(&mut self, turn: Turn, job: T) {
        self.turns[turn as usize].push_front(job);
    }

    /// What comes next, in the order of the turns.
    pub fn take(&mut self) -> Option<T> {
        self.turns.iter_mut().find_map(VecDeque::pop_front)
    }

    /// Does anything of an earlier turn wait?
    pub fn waits_before(&self, turn: Turn) -> bool {
        self.turns[..turn as usize].iter().any(|jobs| !jobs.is_empty())
    }

    /// Forgets what waits in this turn and in later ones.
    pub fn forget_from(&mut self, turn: Turn) {
        self.turns[turn as usize..].iter_mut().for_each(VecDeque::clear);
    }
}

/// A request to be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent<T> {
    /// Comes back with the answer.
    pub ticket: u64,
    pub request: T,
}

/// What an arrived answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival<T> {
    /// To the request under way. `next` is what waited meanwhile, to be sent now.
    Current { next: Option<Sent<T>> },
    /// To a request that was given up, or to another mailbox's: nothing changed here.
    Stale,
}

/// A mailbox with room for one.
#[derive(Clone, Debug)]
pub struct Mailbox<T> {
    under_way: Option<u64>,
    waiting: Option<T>,
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        Self { under_way: None, waiting: None }
    }
}

impl<T> Mailbox<T> {
    /// Hands in a request: what is returned is to be sent now; otherwise it waits, in the place
    /// of the one that waited before.
    #[must_use = "what is returned is to be sent"]
    pub fn offer(&mut self, request: T, tickets: &mut Tickets) -> Option<Sent<T>> {
        self.waiting = Some(request);
        if self.is_idle() { self.next(tickets) } else { None }
    }

    /// An answer has arrived, or a failure that ends the request.
    #[must_use = "the next request is to be sent"]
    pub fn done(&mut self, ticket: u64, tickets: &mut Tickets) -> Arrival<T> {
        if self.under_way != Some(ticket) {
            return Arrival::Stale;
        }
        Arrival::Current { next: self.next(tickets) }
    }

    /// Forgets the request under way and the waiting one (the model was replaced): whatever still
    /// arrives for them is stale.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The ticket of the request under way.
    pub fn under_way(&self) -> Option<u64> {
        self.under_way
    }

    pub fn is_idle(&self) -> bool {
        self.under_way.is_none()
    }

    /// Is there anything newer than the request under way?
    pub fn has_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Sends what waits.
    fn next(&mut self, tickets: &mut Tickets) -> Option<Sent<T>> {
        let sent = self.waiting.take().map(|request| Sent { ticket: tickets.draw(), request });
        self.under_way = sent.as_ref().map(|s| s.ticket);
        sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_newest_takes_the_waiting_one_s_place() {
        let (mut mailbox, mut tickets) = (Mailbox::default(), Tickets::default());
        assert_eq!(mailbox.offer("a", &mut tickets), Some(Sent { ticket: 1, request: "a" }));
        assert_eq!((mailbox.offer("ab", &mut tickets), mailbox.offer("abc", &mut tickets)), (None, None));
        let next = Some(Sent { ticket: 2, request: "abc" });
        assert_eq!(mailbox.done(1, &mut tickets), Arrival::Current { next });
        assert_eq!(mailbox.done(1, &mut tickets), Arrival::Stale);
        assert_eq!(mailbox.done(2, &mut tickets), Arrival::Current { next: None });
        assert!(mailbox.is_idle());
    }

    #[test]
    fn an_answer_belongs_to_one_mailbox_only() {
        let (mut looks, mut asks, mut tickets) = (Mailbox::default(), Mailbox::default(), Tickets::default());
        let (look, ask) = (looks.offer('l', &mut tickets), asks.offer('a', &mut tickets));
        assert_eq!((look.map(|s| s.ticket), ask.map(|s| s.ticket)), (Some(1), Some(2)));
        assert_eq!(looks.done(2, &mut tickets), Arrival::Stale);
        assert_eq!(asks.done(2, &mut tickets), Arrival::Current { next: None });
    }

    #[test]
    fn what_is_typed_goes_before_what_else_is_asked() {
        let mut queue = Queue::default();
        queue.put(Turn::Ask, "grid");
        queue.put(Turn::Ask, "slices");
        assert!(!queue.waits_before(Turn::Ask));
        assert_eq!(queue.take(), Some("grid"));
        queue.put(Turn::Look, "text");
        assert!(queue.waits_before(Turn::Ask) && !queue.waits_before(Turn::Look));
        // The grid gives way, and is not overtaken by its equals.
        queue.put_back(Turn::Ask, "grid");
        queue.put(Turn::Look, "text, longer");
        queue.put(Turn::Install, "model");
        let order: Vec<_> = std::iter::from_fn(|| queue.take()).collect();
        assert_eq!(order, ["model", "text", "text, longer", "grid", "slices"]);
    }

    #[test]
    fn another_model_forgets_what_was_asked_of_the_old_one() {
        let mut queue = Queue::default();
        for (turn, job) in [(Turn::Ask, "ask"), (Turn::Look, "look"), (Turn::Install, "newer model")] {
            queue.put(turn, job);
        }
        queue.forget_from(Turn::Look);
        assert_eq!((queue.take(), queue.take()), (Some("newer model"), None));
    }

    #[derive(Clone, Debug)]
    enum Act {
        Offer,
        /// The answer to the request under way.
        Answer,
        /// An answer to some ticket, mostly another.
        Stray(u64),
        Clear,
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            5 => Just(Act::Offer),
            4 => Just(Act::Answer),
            1 => (0u64..40).prop_map(Act::Stray),
            1 => Just(Act::Clear),
        ];
        prop::collection::vec(act, 0..200)
    }

    /// A mailbox, the wire that it sends on, and what the two have seen.
    #[derive(Default)]
    struct Bench {
        mailbox: Mailbox<u32>,
        tickets: Tickets,
        wire: Option<Sent<u32>>,
        newest_sent: u32,
        last_ticket: u64,
    }

    impl Bench {
        fn sent(&mut self, sent: Option<Sent<u32>>, newest: u32) -> Result<(), TestCaseError> {
            let Some(sent) = sent else { return Ok(()) };
            prop_assert_eq!(self.wire, None, "two under way");
            prop_assert_eq!(sent.request, newest, "not the newest");
            prop_assert!(sent.ticket > self.last_ticket && sent.request > self.newest_sent);
            (self.wire, self.newest_sent, self.last_ticket) = (Some(sent), sent.request, sent.ticket);
            Ok(())
        }

        fn answer(&mut self, ticket: u64, newest: u32) -> Result<(), TestCaseError> {
            let current = self.wire.is_some_and(|s| s.ticket == ticket);
            match self.mailbox.done(ticket, &mut self.tickets) {
                Arrival::Stale => prop_assert!(!current),
                Arrival::Current { next } => {
                    prop_assert!(current);
                    self.wire = None;
                    self.sent(next, newest)?;
                }
            }
            Ok(())
        }
    }

    proptest! {
        #[test]
        fn one_at_a_time_newest_last_and_none_forgotten(acts in acts()) {
            let mut bench = Bench::default();
            let (mut offered, mut forgotten) = (0, 0);
            for act in acts {
                match act {
                    Act::Offer => {
                        offered += 1;
                        let free = bench.wire.is_none();
                        let sent = bench.mailbox.offer(offered, &mut bench.tickets);
                        prop_assert_eq!(sent.is_some(), free);
                        bench.sent(sent, offered)?;
                    }
                    Act::Answer => bench.answer(bench.wire.map_or(0, |s| s.ticket), offered)?,
                    Act::Stray(ticket) => bench.answer(ticket, offered)?,
                    Act::Clear => {
                        bench.mailbox.clear();
                        (bench.wire, forgotten) = (None, offered);
                    }
                }
                prop_assert_eq!(bench.mailbox.under_way(), bench.wire.map(|s| s.ticket));
                // What was offered last was sent, or waits: it is never lost.
                prop_assert_eq!(bench.mailbox.has_waiting(), bench.newest_sent.max(forgotten) < offered);
            }
            while let Some(current) = bench.wire {
                bench.answer(current.ticket, offered)?;
            }
            prop_assert!(bench.mailbox.is_idle() && bench.newest_sent.max(forgotten) == offered);
        }
    }
}
