//! How a receipt speaks of values: their names with the text's own tokens in them, and numbers as people read
//! them.

use crate::content::receipt::{Letter, Named, ReceiptStrings};
use crate::model::{Cell, GptConfig, Site};
use crate::tokens::Vocabulary;
use crate::trace::Trace;
use crate::views::label::{Label, labels};
use leptos::prelude::*;
use std::sync::Arc;

/// What names are made of: the tokens of the receipt's own trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    pub config: GptConfig,
    pub labels: Arc<Vec<Label>>,
    pub vocabulary: Arc<Vocabulary>,
}

impl Names {
    pub fn of(trace: &Trace, vocabulary: Arc<Vocabulary>) -> Self {
        Self { config: trace.config.clone(), labels: Arc::new(labels(&trace.text)), vocabulary }
    }

    /// The token at a position; its number where the text is shorter.
    pub fn token(&self, position: usize) -> String {
        self.labels.get(position).map_or_else(|| format!("#{}", position + 1), Label::name)
    }

    /// The token that stands for `{key}`: the one that is read, or the one whose logit it is.
    fn key(&self, cell: Cell) -> String {
        match cell.name.site {
            site if site.on_demand() => Label::of(&self.vocabulary, cell.column as u32).name(),
            _ => self.token(cell.column),
        }
    }

    fn fill(&self, template: &str, cell: Cell) -> String {
        template.replace("{row}", &self.token(cell.row)).replace("{key}", &self.key(cell))
    }

    /// The sentence as plain text.
    pub fn sentence(&self, cell: Cell, words: &ReceiptStrings) -> String {
        self.fill(&(words.sentence)(named(cell, &self.config)), cell)
    }

    pub fn short(&self, cell: Cell, words: &ReceiptStrings) -> String {
        (words.short)(named(cell, &self.config))
    }

    /// A sentence with its tokens set as tokens.
    pub fn html(&self, template: &str, cell: Cell) -> AnyView {
        let token = |name: String| view! { <em class="tok" translate="no">{name}</em> };
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some(at) = rest.find('{') {
            let (before, marked) = rest.split_at(at);
            let end = marked.find('}').map_or(marked.len(), |end| end + 1);
            let name = if &marked[..end] == "{row}" { self.token(cell.row) } else { self.key(cell) };
            parts.push(view! { {before.to_owned()}{token(name)} }.into_any());
            rest = &marked[end..];
        }
        parts.push(rest.to_owned().into_any());
        parts.collect_view().into_any()
    }
}

/// Which value a cell is, in the terms of heads and their dimensions.
pub fn named(cell: Cell, config: &GptConfig) -> Named {
    let (width, size) = (config.width, config.head_size());
    let (head, letter, dimension) = match cell.name.site {
        Site::Qkv => {
            let letter = [Letter::Query, Letter::Key, Letter::Value].get(cell.column / width).copied();
            (cell.column % width / size, letter, cell.column % size)
        }
        Site::Mix => (cell.column / size, None, cell.column % size),
        _ => (cell.head, None, cell.column),
    };
    Named { site: cell.name.site, layer: cell.name.layer, head, letter, dimension }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Locale, strings};
    use crate::tokens::Text;
    use crate::trace::Layout;

    #[test]
    fn every_value_has_a_sentence_in_every_language() {
        let json = r#"{"n_layer":2,"n_head":2,"n_embd":6,"vocab_size":9,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let layout = Layout::new(&[], &config, 3);
        let trace = Trace { text: Text::from_ids(&[1, 2, 3]), config, layout, knob: None, values: Vec::new() };
        let names = Names::of(&trace, Arc::new(Vocabulary::new(["a", "b", " dog", "d"])));
        for site in Site::ALL {
            let name = crate::model::SiteName::new(site, 1);
            let cell = Cell { name, head: usize::from(site.is_map()), row: 1, column: 2 };
            let said = Locale::ALL.map(|locale| names.sentence(cell, &strings(locale).receipt));
            assert!(said[0] != said[1] && !said.concat().contains(['{', '}']), "{said:?}");
        }
        let key = Cell::parse("block.1.qkv:0:10").unwrap();
        assert_eq!(named(key, &names.config).letter, Some(Letter::Key));
        assert_eq!((named(key, &names.config).head, named(key, &names.config).dimension), (1, 1));
        let logit = Cell::parse("logits:0:2").unwrap();
        assert!(names.sentence(logit, &strings(Locale::En).receipt).contains("dog"));
    }
}
