//! What the page asks of a run, less what it has of that run already.
//!
//! In: looks (a text, places, a knob) and the pictures that answer them. Out: the places whose values are lacking, and
//! pictures that are whole again. Another floor of the same run costs what is only there: the logits of every floor's
//! guess, by far the most, are computed and read back once a text.

use super::mailbox::{Arrival, Mailbox, Sent, Tickets};
use crate::engine::RunReport;
use crate::model::Knob;
use crate::trace::{Layout, Tap, Trace};
use std::sync::Arc;

/// What does the network make of this text, at these places?
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    pub text: String,
    pub taps: Vec<Tap>,
    pub knob: Option<Knob>,
}

/// A run as the page shows it, and what the engine said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub trace: Arc<Trace>,
    pub report: RunReport,
}

/// One look under way, the newest waiting behind it, and the last picture, as long as the engine that made it is there.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    mailbox: Mailbox<Look>,
    /// The whole look that the worker has; it was asked for what was lacking.
    under_way: Option<Look>,
    held: Option<Picture>,
}

impl Looks {
    pub fn is_idle(&self) -> bool {
        self.mailbox.is_idle()
    }

    /// The picture of a look of which nothing is lacking, unless an older look is under way. Else what is to be sent now,
    /// if it need not wait.
    pub fn want(&mut self, look: Look, tickets: &mut Tickets) -> Result<Picture, Option<Sent<Look>>> {
        if self.is_idle()
            && let Some(picture) = self.whole(&look)
        {
            self.held = Some(picture.clone());
            return Ok(picture);
        }
        let next = self.mailbox.offer(look, tickets);
        Err(self.sent(next))
    }

    /// The whole picture that an answer completes, and what is to be sent now; nothing where the answer is to a look that
    /// was given up.
    pub fn answered(
        &mut self,
        (ticket, report): (u64, RunReport),
        answer: Trace,
        tickets: &mut Tickets,
    ) -> Option<(Picture, Option<Sent<Look>>)> {
        let Arrival::Current { next } = self.mailbox.done(ticket, tickets) else { return None };
        let look = self.under_way.take()?;
        let picture = Picture { trace: self.complete(&look, answer), report };
        self.held = Some(picture.clone());
        Some((picture, self.sent(next)))
    }

    /// What is to be sent now that the look under way has failed; nothing where that was not this ticket's.
    pub fn failed(&mut self, ticket: u64, tickets: &mut Tickets) -> Option<Option<Sent<Look>>> {
        let Arrival::Current { next } = self.mailbox.done(ticket, tickets) else { return None };
        // What the worker's run is now is not known.
        (self.under_way, self.held) = (None, None);
        Some(self.sent(next))
    }

    /// Another engine has come: its numbers stand beside no other's, and it is asked anew for everything.
    pub fn begin_anew(&mut self) {
        *self = Self::default();
    }

    /// A look as the worker gets it: less what is held.
    fn sent(&mut self, next: Option<Sent<Look>>) -> Option<Sent<Look>> {
        let Sent { ticket, request } = next?;
        let taps = self.lacking(&request);
        self.under_way = Some(request.clone());
        Some(Sent { ticket, request: Look { taps, ..request } })
    }

    fn lacking(&self, look: &Look) -> Vec<Tap> {
        match self.of(look) {
            Some(Picture { trace, .. }) => {
                look.taps.iter().copied().filter(|tap| !trace.has(&layout(&[*tap], trace))).collect()
            }
            None => look.taps.clone(),
        }
    }

    fn whole(&self, look: &Look) -> Option<Picture> {
        let Picture { trace, report } = self.of(look)?;
        let trace = Arc::new(trace.gathered(layout(&look.taps, trace), trace)?);
        Some(Picture { trace, report: *report })
    }

    /// From what was lacking and what is held. The answer alone, where that is not all: it is true, and views say of what
    /// they lack that it is on the way.
    fn complete(&self, look: &Look, answer: Trace) -> Arc<Trace> {
        let held = self.of(look).map(|held| &held.trace);
        let held = held.filter(|held| held.text == answer.text && held.config == answer.config);
        let whole = held.and_then(|held| answer.gathered(layout(&look.taps, held), held));
        Arc::new(whole.unwrap_or(answer))
    }

    /// What is held, if it is of this text, read to its end, with this knob turned.
    fn of(&self, look: &Look) -> Option<&Picture> {
        self.held.as_ref().filter(|held| held.trace.text.read == look.text && held.trace.knob == look.knob)
    }
}

fn layout(taps: &[Tap], trace: &Trace) -> Layout {
    Layout::new(taps, &trace.config, trace.tokens())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GptConfig, Site};
    use crate::tokens::{Text, Token};

    /// Values that say where they are from: the taps' order, and who answered.
    fn answer(look: &Look, taps: &[Tap], from: f32) -> Trace {
        let json = r#"{"n_layer":2,"n_head":2,"n_embd":4,"vocab_size":5,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let tokens = (0..look.text.len()).map(|i| Token { id: 0, start: i, end: i + 1 }).collect();
        let text = Text { read: look.text.clone(), tokens, ..Text::default() };
        let layout = Layout::new(taps, &config, look.text.len());
        let values = (0..layout.len()).map(|i| from + i as f32).collect();
        Trace { text, config, layout, knob: look.knob, values }
    }

    fn look(text: &str, taps: &[Tap]) -> Look {
        Look { text: text.into(), taps: taps.to_vec(), knob: None }
    }

    const GUESS: Tap = Tap { name: crate::model::SiteName { site: Site::Logits, layer: 0 }, ..LAST };
    const LAST: Tap =
        Tap { name: crate::model::SiteName { site: Site::Out, layer: 1 }, head: None, rows: crate::trace::Rows::Last };

    /// Wants a look that has to be sent, and answers it.
    fn seen(looks: &mut Looks, tickets: &mut Tickets, look: &Look, from: f32) -> (Vec<Tap>, Arc<Trace>) {
        let Err(Some(sent)) = looks.want(look.clone(), tickets) else { panic!("{look:?} is not sent") };
        let taps = sent.request.taps;
        let told = (sent.ticket, RunReport { tokens: look.text.len(), ..RunReport::default() });
        let (picture, next) = looks.answered(told, answer(look, &taps, from), tickets).unwrap();
        assert!(next.is_none());
        assert_eq!(picture.report, told.1);
        (taps, picture.trace)
    }

    #[test]
    fn another_floor_asks_for_what_is_only_there_and_is_as_if_all_had_been_asked() {
        let (mut looks, mut tickets, river) = (Looks::default(), Tickets::default(), Tap::all(Site::Mid, 0));
        let first = look("abc", &[GUESS, Tap::all(Site::Out, 0)]);
        assert_eq!(seen(&mut looks, &mut tickets, &first, 0.0).0, first.taps);

        let second = look("abc", &[GUESS, river, Tap::at(Site::Out, 0, 1)]);
        let (asked, whole) = seen(&mut looks, &mut tickets, &second, 100.0);
        assert_eq!(asked, [river]);
        assert_eq!(whole.layout, Layout::new(&second.taps, &whole.config, 3));
        assert_eq!(whole.row(Site::Logits, 0, 2), Some(&[0.0, 1.0, 2.0, 3.0, 4.0][..]));
        assert_eq!(whole.row(Site::Out, 0, 1), Some(&[9.0, 10.0, 11.0, 12.0][..]));
        assert_eq!(whole.row(Site::Mid, 0, 0), Some(&[100.0, 101.0, 102.0, 103.0][..]));
        assert_eq!(whole.row(Site::Out, 0, 0), None);
    }

    #[test]
    fn what_lacks_nothing_is_answered_at_once_and_one_map_of_all_is_no_other_question() {
        let (mut looks, mut tickets) = (Looks::default(), Tickets::default());
        let maps = look("ab", &[GUESS, Tap::all(Site::Weights, 1)]);
        seen(&mut looks, &mut tickets, &maps, 0.0);
        let one = look("ab", &[Tap::head(Site::Weights, 1, 1), GUESS]);
        let picture = looks.want(one, &mut tickets).unwrap();
        assert_eq!(picture.trace.map(Site::Weights, 1, 1), Some(&[9.0, 10.0, 11.0, 12.0][..]));
        assert_eq!(picture.report.tokens, 2);
        // Only what was asked last is kept.
        assert_eq!(seen(&mut looks, &mut tickets, &maps, 0.0).0, [Tap::all(Site::Weights, 1)]);
    }

    #[test]
    fn another_text_another_knob_and_another_engine_are_asked_for_everything() {
        let (mut looks, mut tickets) = (Looks::default(), Tickets::default());
        let first = look("abc", &[GUESS]);
        let knob = Some(Knob::Head { layer: 0, head: 0, scale: 0.0 });
        for other in [look("abd", &[GUESS]), look("abcd", &[GUESS]), Look { knob, ..first.clone() }] {
            seen(&mut looks, &mut tickets, &first, 0.0);
            assert_eq!(seen(&mut looks, &mut tickets, &other, 0.0).0, [GUESS], "{other:?}");
        }
        seen(&mut looks, &mut tickets, &first, 0.0);
        looks.begin_anew();
        assert_eq!(seen(&mut looks, &mut tickets, &first, 0.0).0, [GUESS]);
    }

    #[test]
    fn what_waits_behind_a_look_is_sent_after_it_less_what_came() {
        let (mut looks, mut tickets) = (Looks::default(), Tickets::default());
        let (first, second) = (look("abc", &[GUESS]), look("abc", &[GUESS, LAST]));
        let sent = looks.want(first.clone(), &mut tickets).unwrap_err().unwrap();
        assert_eq!(looks.want(second, &mut tickets), Err(None));
        let told = (sent.ticket, RunReport::default());
        let (_, next) = looks.answered(told, answer(&first, &[GUESS], 0.0), &mut tickets).unwrap();
        assert_eq!(next.unwrap().request.taps, [LAST]);
        // A second answer to the first look is nobody's.
        assert!(looks.answered(told, answer(&first, &[GUESS], 0.0), &mut tickets).is_none());
    }

    #[test]
    fn after_a_failure_the_look_that_waited_is_asked_for_everything_and_its_answer_counts() {
        let (mut looks, mut tickets) = (Looks::default(), Tickets::default());
        let (first, second) = (look("abc", &[GUESS]), look("abc", &[GUESS, LAST]));
        seen(&mut looks, &mut tickets, &first, 0.0);
        let failing = looks.want(look("abcd", &[GUESS]), &mut tickets).unwrap_err().unwrap();
        assert_eq!(looks.want(second.clone(), &mut tickets), Err(None));
        let next = looks.failed(failing.ticket, &mut tickets).unwrap().unwrap();
        assert_eq!(next.request.taps, [GUESS, LAST]);
        assert!(looks.failed(failing.ticket, &mut tickets).is_none() && !looks.is_idle());
        let told = (next.ticket, RunReport::default());
        assert!(looks.answered(told, answer(&second, &second.taps, 5.0), &mut tickets).is_some());
        assert!(looks.is_idle());
    }
}
