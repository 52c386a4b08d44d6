//! The numbers of the unembedding's floor: each likely token's way from its logit to its chance.
//!
//! In: a trace with the last block's output, the final norm and the logits of a position. Softmax is
//! taken over the whole vocabulary, in f64.

use crate::analysis::probability::Distribution;
use crate::analysis::vectors::{self, Dot};
use crate::model::{Site, TensorName};
use crate::tokens::Vocabulary;
use crate::trace::Trace;
use crate::views::label::{Label, labels};
use crate::views::strip::{self, StripModel};

/// How many tokens are shown one by one.
pub const SHOWN: usize = 8;
/// How many products of a dot product are shown one by one.
pub const PRODUCTS: usize = 8;

/// One token's way from its logit to its chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    pub label: Label,
    /// From 1.
    pub rank: usize,
    pub logit: f32,
    /// The logit minus the largest one: 0 or less.
    pub below: f32,
    /// e to that.
    pub exp: f32,
    /// Divided by the sum over the vocabulary.
    pub chance: f32,
}

/// All that are not shown, together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rest {
    pub count: usize,
    pub exp: f32,
    pub chance: f32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct UnembeddingModel {
    /// The position that is read.
    pub row: usize,
    /// T.
    pub tokens: usize,
    /// V.
    pub vocabulary: usize,
    /// The token at that position.
    pub here: Label,
    /// The likeliest, likeliest first.
    pub ways: Vec<Way>,
    /// What the text goes on with, and how surprising that was: −log₂ of its chance.
    pub came: Option<Way>,
    pub surprise_bits: f32,
    pub rest: Rest,
    /// The sum of all V powers of e.
    pub sum: f32,
    pub out: StripModel,
    pub out_length: f32,
    pub normed: StripModel,
    pub normed_length: f32,
}

impl UnembeddingModel {
    /// The rows of the table: the likeliest, and what came where it is none of them.
    pub fn all(&self) -> impl Iterator<Item = &Way> {
        self.ways.iter().chain(self.came.iter().filter(|came| came.rank > self.ways.len()))
    }

    /// The way of a token among them, else of the likeliest.
    pub fn way(&self, id: Option<u32>) -> Option<&Way> {
        self.all().find(|way| Some(way.label.id) == id).or(self.ways.first())
    }

    /// All chances added up: 1, if nothing is wrong.
    pub fn whole(&self) -> f32 {
        let shown: f64 = self.all().map(|way| f64::from(way.chance)).sum();
        (shown + f64::from(self.rest.chance)) as f32
    }

    /// From where to where the logits' bars run: 0 is always on the scale.
    pub fn scale(&self) -> [f32; 2] {
        self.all().fold([0.0, 0.0], |[low, high], way| [low.min(way.logit), high.max(way.logit)])
    }
}

/// `None` where the trace lacks what is asked.
pub fn derive(trace: &Trace, vocabulary: &Vocabulary, row: usize) -> Option<UnembeddingModel> {
    let logits = trace.row(Site::Logits, 0, row)?;
    let out = trace.row(Site::Out, trace.config.layers.checked_sub(1)?, row)?;
    let normed = trace.row(Site::NormF, 0, row)?;
    let distribution = Distribution::new(logits, 1.0);
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let below = |id: usize| f64::from(logits[id]) - f64::from(most);
    let sum: f64 = (0..logits.len()).map(|id| below(id).exp()).sum();
    let way = |id: u32, rank: usize| Way {
        label: Label::of(vocabulary, id),
        rank,
        logit: logits[id as usize],
        below: below(id as usize) as f32,
        exp: below(id as usize).exp() as f32,
        chance: (below(id as usize).exp() / sum) as f32,
    };
    let next = trace.text.ids().get(row + 1).copied().filter(|&id| (id as usize) < logits.len());
    let came = next.and_then(|id| Some(way(id, distribution.rank_of(id)?)));
    let mut model = UnembeddingModel {
        row,
        tokens: trace.tokens(),
        vocabulary: logits.len(),
        here: labels(&trace.text).into_iter().nth(row)?,
        ways: distribution.top(SHOWN).iter().zip(1..).map(|(chance, rank)| way(chance.id, rank)).collect(),
        // From the logit itself: a chance that is too small for a number still has its surprise.
        surprise_bits: next.map_or(0.0, |id| ((sum.ln() - below(id as usize)) / std::f64::consts::LN_2) as f32),
        came,
        rest: Rest { count: 0, exp: 0.0, chance: 0.0 },
        sum: sum as f32,
        out: strip::derive(out),
        out_length: vectors::length(out),
        normed: strip::derive(normed),
        normed_length: vectors::length(normed),
    };
    let shown: Vec<u32> = model.all().map(|way| way.label.id).collect();
    // Added up, not what is missing to the whole.
    let others = (0..logits.len()).filter(|&id| !shown.contains(&(id as u32)));
    let exp: f64 = others.map(|id| below(id).exp()).sum();
    model.rest = Rest { count: logits.len() - shown.len(), exp: exp as f32, chance: (exp / sum) as f32 };
    Some(model)
}

/// A token's logit, opened: the products that it is the sum of.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub label: Label,
    pub row: usize,
    /// Where the token's vector was learned.
    pub table: TensorName,
    pub dot: Dot,
    pub logit: f32,
}

impl Opened {
    /// `vector` is the token's row of the table.
    pub fn of(model: &UnembeddingModel, id: u32, table: TensorName, vector: &[f32]) -> Option<Self> {
        let way = model.way(Some(id)).filter(|way| way.label.id == id)?;
        let dot = vectors::opened(&model.normed.values, vector, PRODUCTS);
        Some(Self { label: way.label.clone(), row: model.row, table, dot, logit: way.logit })
    }

    /// What the products do not explain: a learned bias, or more than rounding ever makes.
    pub fn left_over(&self) -> Option<f32> {
        let rest = (f64::from(self.logit) - f64::from(self.dot.sum)) as f32;
        let small = 1e-3 * (f64::from(self.logit).abs() + 1.0);
        // Not "larger": what is no number is left over too.
        let explained = f64::from(rest).abs() <= small;
        (!explained).then_some(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GptConfig;
    use crate::tokens::{Text, Token};
    use crate::trace::{Layout, Tap};

    const WORDS: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

    /// Three tokens "a", "l", "b"; logits of position 0 are 12, 11, … 1.
    fn trace() -> Trace {
        let json = r#"{"n_layer":2,"n_head":1,"n_embd":4,"vocab_size":12,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let taps = [Tap::at(Site::Out, 1, 0), Tap::at(Site::NormF, 0, 0), Tap::at(Site::Logits, 0, 0)];
        let layout = Layout::new(&taps, &config, 3);
        let mut values = vec![3.0, 0.0, -4.0, 0.0, /* norm */ 1.0, -2.0, 0.5, 0.0];
        values.extend((0..12).map(|i| 12.0 - i as f32));
        let tokens = [0, 11, 1].iter().zip(0..).map(|(&id, start)| Token { id, start, end: start + 1 }).collect();
        let text = Text { read: "alb".into(), tokens, ..Text::default() };
        Trace { text, config, layout, knob: None, values }
    }

    fn derived() -> UnembeddingModel {
        derive(&trace(), &Vocabulary::new(WORDS), 0).unwrap()
    }

    fn close(actual: f32, expected: f64) {
        assert!((f64::from(actual) - expected).abs() <= 1e-6 * (1.0 + expected.abs()), "{actual} {expected}");
    }

    #[test]
    fn each_step_is_its_definition_and_all_chances_are_the_whole() {
        let model = derived();
        let sum: f64 = (0..12).map(|i| (-f64::from(i)).exp()).sum();
        for (i, way) in model.ways.iter().enumerate() {
            assert_eq!((way.rank, way.logit, way.below), (i + 1, 12.0 - i as f32, -(i as f32)));
            close(way.exp, (-(i as f64)).exp());
            close(way.chance, (-(i as f64)).exp() / sum);
        }
        close(model.sum, sum);
        // Eight likeliest and what came are shown; three others are not.
        assert_eq!((model.all().count(), model.rest.count), (9, 3));
        let whole: f64 = model.all().map(|way| f64::from(way.chance)).sum();
        close(model.rest.chance, 1.0 - whole);
        close(model.whole(), 1.0);
        assert_eq!(model.scale(), [0.0, 12.0]);
    }

    #[test]
    fn what_came_has_its_rank_and_its_surprise() {
        let model = derived();
        let came = model.came.as_ref().unwrap();
        assert_eq!((came.label.visible().as_str(), came.rank), ("l", 12));
        close(model.surprise_bits, -f64::from(came.chance).log2());
        assert_eq!(model.way(Some(11)), Some(came));
        assert_eq!(model.way(Some(9)).unwrap().label.id, 0);
        assert_eq!(derive(&trace(), &Vocabulary::new(WORDS), 1), None);
    }

    const TABLE: TensorName = TensorName { part: crate::model::Part::TokenTable, layer: 0 };

    #[test]
    fn an_opened_logit_says_what_its_products_leave_over() {
        let model = derived();
        let whole = Opened::of(&model, 0, TABLE, &[12.0, 0.0, 0.0, 7.0]).unwrap();
        assert_eq!((whole.dot.sum, whole.left_over()), (12.0, None));
        let biased = Opened::of(&model, 0, TABLE, &[10.0, 0.0, 0.0, 7.0]).unwrap();
        assert_eq!(biased.left_over(), Some(2.0));
        assert!(Opened::of(&model, 0, TABLE, &[f32::NAN; 4]).unwrap().left_over().unwrap().is_nan());
        assert_eq!(Opened::of(&model, 9, TABLE, &[0.0; 4]), None);
    }

    #[test]
    fn no_number_stays_no_number() {
        let mut trace = trace();
        *trace.values.last_mut().unwrap() = f32::NAN;
        let model = derive(&trace, &Vocabulary::new(WORDS), 0).unwrap();
        assert!(model.sum.is_nan() && model.ways[0].chance.is_nan() && model.surprise_bits.is_nan());
    }
}
