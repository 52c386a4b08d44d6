//! What a receipt has to read: which steps made the value, which rows of the run and which learned numbers
//! they took.

use crate::model::{Cell, GptConfig, Kernel, LensPoint, Part, Program, Site, SiteName, Slice, Slot, Step, TensorName};
use crate::trace::{Rows, Tap};

/// Is there such a value in a model of this shape, given a text that is long enough?
pub fn exists(cell: Cell, config: &GptConfig) -> bool {
    let Cell { name, head, row, column } = cell;
    let heads = if name.site.is_map() { config.heads } else { 1 };
    let layers = if name.site.per_layer() { config.layers } else { 1 };
    name.layer < layers
        && head < heads
        && row < config.positions
        && column < name.site.row_width(config, config.positions)
}

/// The steps that made the value. Logits start from the final norm, which the run keeps; lenses inside
/// the model from the river, through a norm of their own.
pub fn steps(cell: Cell, config: &GptConfig) -> Vec<Step> {
    let rows = cell.row..cell.row + 1;
    let lens = |site, layer| {
        Program::lens(config, &[LensPoint { river: SiteName::new(site, layer), rows: rows.clone() }]).steps
    };
    match cell.name.site {
        Site::EmbedLens => lens(Site::Embed, 0),
        Site::Lens => lens(Site::Out, cell.name.layer),
        Site::Logits => {
            let mut steps = lens(Site::Out, config.layers - 1).split_off(1);
            steps.iter_mut().for_each(|step| step.reads[0] = Slot::Site(SiteName::new(Site::NormF, 0)));
            steps
        }
        _ => {
            let steps = Program::forward(config, rows.clone(), rows.end).steps;
            steps.into_iter().filter(|step| step.write == Slot::Site(cell.name)).collect()
        }
    }
}

/// Which head a value belongs to; 0 where it belongs to none.
pub(super) fn head_of(cell: Cell, config: &GptConfig) -> usize {
    match cell.name.site {
        Site::Mix => cell.column / config.head_size(),
        _ => cell.head,
    }
}

/// What a receipt reads of the run: the value's own row, and those that it is made of.
pub fn taps(cell: Cell, config: &GptConfig) -> Vec<Tap> {
    if !exists(cell, config) {
        return Vec::new();
    }
    let row = |name: SiteName, row| Tap {
        name,
        head: name.site.is_map().then(|| head_of(cell, config)),
        rows: Rows::One(row),
    };
    let mut taps = vec![row(cell.name, cell.row)];
    for step in steps(cell, config) {
        for slot in &step.reads {
            let Slot::Site(name) = *slot else { continue };
            match step.kernel {
                Kernel::AttentionScores => taps.extend([row(name, cell.row), row(name, cell.column)]),
                // The values of all tokens that are looked at.
                Kernel::AttentionMix if name.site == Site::Qkv => taps.push(Tap::all(name.site, name.layer)),
                _ => taps.push(row(name, cell.row)),
            }
        }
    }
    taps
}

/// Which learned numbers a receipt takes; `ids` are the text's tokens.
pub fn slices(cell: Cell, config: &GptConfig, ids: &[u32]) -> Vec<Slice> {
    if !exists(cell, config) {
        return Vec::new();
    }
    let steps = steps(cell, config);
    let read = |step: &Step| -> Vec<Slice> {
        let tensors = step.reads.iter().filter_map(|slot| match slot {
            Slot::Weight(name) => Some(*name),
            _ => None,
        });
        tensors.filter_map(|name| slice(step.kernel, name, cell, config, ids)).collect()
    };
    steps.iter().flat_map(read).collect()
}

/// The part of a tensor that goes into one value.
pub(super) fn slice(kernel: Kernel, name: TensorName, cell: Cell, config: &GptConfig, ids: &[u32]) -> Option<Slice> {
    let [rows, columns] = name.shape(config);
    let one = |i: usize| i..i + 1;
    let (rows, columns) = match kernel {
        Kernel::Embed if name.part == Part::TokenTable => (one(*ids.get(cell.row)? as usize), one(cell.column)),
        Kernel::Embed => (one(cell.row), one(cell.column)),
        // A norm that is not kept is needed whole.
        Kernel::LayerNorm if cell.name.site.on_demand() => (0..rows, 0..columns),
        Kernel::Unembed if name.part != Part::HeadBias => (one(cell.column), 0..columns),
        _ => (0..rows, one(cell.column)),
    };
    Some(Slice { name, rows, columns })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> GptConfig {
        GptConfig::from_json(r#"{"n_layer":2,"n_head":2,"n_embd":6,"vocab_size":9,"n_positions":8}"#).unwrap()
    }

    fn cell(text: &str) -> Cell {
        Cell::parse(text).unwrap()
    }

    #[test]
    fn one_value_takes_one_column_of_its_matrix() {
        let slices = slices(cell("block.1.mlp.expand:3:20"), &config(), &[1, 2, 3, 4]);
        assert_eq!(
            slices,
            [Slice::new(Part::ExpandWeight, 1, 0..6, 20..21), Slice::new(Part::ExpandBias, 1, 0..1, 20..21)]
        );
    }

    #[test]
    fn a_logit_takes_one_row_of_the_table_and_a_lens_the_last_norm_too() {
        let logit = slices(cell("logits:3:7"), &config(), &[]);
        let table = [Slice::new(Part::TokenTable, 0, 7..8, 0..6), Slice::new(Part::HeadBias, 0, 0..1, 7..8)];
        assert_eq!(logit, table);
        let lens = slices(cell("block.0.lens:3:7"), &config(), &[]);
        let norm = [Slice::new(Part::NormFGain, 0, 0..1, 0..6), Slice::new(Part::NormFBias, 0, 0..1, 0..6)];
        assert_eq!(lens, [norm, table].concat());
    }

    #[test]
    fn a_score_reads_its_query_s_row_and_its_key_s() {
        let taps = taps(cell("block.1.attention.scores:1:5:2"), &config());
        let own = Tap { name: SiteName::new(Site::Scores, 1), head: Some(1), rows: Rows::One(5) };
        assert_eq!(taps, [own, Tap::at(Site::Qkv, 1, 5), Tap::at(Site::Qkv, 1, 2)]);
    }

    #[test]
    fn what_no_such_model_has_is_not_asked() {
        for far in ["block.2.mid:0:0", "mid:0:0", "block.0.mid:8:0", "block.0.mid:0:6", "logits:0:9"] {
            let Some(cell) = Cell::parse(far) else { continue };
            assert!(taps(cell, &config()).is_empty() && slices(cell, &config(), &[0]).is_empty(), "{far}");
        }
        assert!(!exists(cell("block.0.attention.weights:2:0:0"), &config()));
        // A token that the text has not.
        assert!(slices(cell("embed.token:4:0"), &config(), &[1, 2]).is_empty());
    }
}
