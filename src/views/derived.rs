//! What a number on the page is made of, where it is no single value of the run: its name in `data-derived`, by
//! which it can be computed again from the run's values. A value of the run itself has its address in
//! `data-cell`.

use super::tokens::hex;
use crate::analysis::tally::Group;
use crate::model::{Cell, GptConfig, Site, SiteName, Slice, TensorName};
use std::fmt;

/// `row` is a position. Names of sites are as everywhere: `block.1.out`.
#[derive(Clone, Debug, PartialEq)]
pub enum Derived {
    /// `length:block.1.out:3`: of a row of values.
    Length(SiteName, usize),
    /// `lengths:3`: of the river's stops at a position: entering, then after attention and after the MLP of
    /// each block.
    Lengths(usize),
    /// `added:block.0.out:block.1.mid:3`: how long the difference of two rows is, in lengths of the first.
    Added(SiteName, SiteName, usize),
    /// `cosine:block.0.out:block.1.attention.project:3`: of two rows.
    Cosine(SiteName, SiteName, usize),
    /// `mean:block.1.attention.weights:0,3:5:2`: of some heads' weights, reading 5, looking at 2.
    Mean { layer: usize, heads: Vec<usize>, query: usize, key: usize },
    /// `habit:previous:1:3`: how much head 3 of block 1 has of it, over the whole text.
    Habit { name: &'static str, layer: usize, head: usize },
    /// `chance:block.1.lens:3:17`: the softmax of all logits there, at this token.
    Chance(Cell),
    /// `rank:block.1.lens:3:17`: where this token stands among all, from 1.
    Rank(Cell),
    /// `below:logits:3:17`: how far its logit is from the largest one.
    Below(Cell),
    /// `exp:logits:3:17`: e to that.
    Exp(Cell),
    /// `bits:logits:3:17`: −log₂ of the chance.
    Bits(Cell),
    /// `others:logits:3:17,5`: the chances of all tokens but these, added up.
    Others(usize, Vec<u32>),
    /// `powers:logits:3:17,5`: the powers of e of all tokens but these, added up.
    Powers(usize, Vec<u32>),
    /// `times:norm_final:3:38*wte.weight[17, 38]`: a product, of values of the run and learned numbers.
    Times(Vec<String>),
    /// `products:logits:3:17:38,5`: what the products of a logit's other dimensions add up to.
    Products(Cell, Vec<usize>),
    /// `unexplained:logits:3:17`: what of a logit its products are not.
    Unexplained(Cell),
    /// `dot:block.1.attention.scores:2:3:1`: q·k, before it is made smaller.
    Dot(Cell),
    /// `scaled:…`: after that, be it allowed to be seen or not.
    Scaled(Cell),
    /// `scale`: what q·k is multiplied by.
    Scale,
    /// `top:block.1.attention.scores:2:3:1`: the largest score of the row.
    Top(Cell),
    /// `raised:…`: e to the power of this score minus that one.
    Raised(Cell),
    /// `sum:…`: the row's sum of these.
    Sum(Cell),
    /// `adds:1:725:3`: how long the vector is that neuron 725 of block 1 adds at position 3.
    Adds { layer: usize, neuron: usize, row: usize },
    /// `push:head:1:2:3:17`: what head 2 of block 1 adds to token 17's logit at position 3; `push:neuron:1:725:3:17`.
    Push(Pusher, u32),
    /// `lead:block.1.mlp.contract:3:17:5`: what a part puts into token 17's logit minus token 5's at position 3;
    /// `lead:learned:…` what the biases of the way out do, `lead:all:…` all together.
    Lead { of: Lead, row: usize, ids: [u32; 2] },
    /// `alike:17:5`: the cosine of two tokens, what all tokens have in common taken off.
    Alike(u32, u32),
    /// `alike:block.1.out:3:5`: the same of a vector of the run and a token.
    AlikeAt(SiteName, usize, u32),
    /// `positions:256`: the mean cosines of these first positions' vectors, of those next to each other and of those half
    /// as many apart.
    Positions(usize),
    /// `bin:h.0.attn.c_attn.weight:0-48:0-48:5/41`: how many learned numbers of a window lie in a part of their range.
    Bin { slice: Slice, bin: usize, of: usize },
    /// `token:E5 8A`: the id of the token that these bytes are.
    Token(Vec<u8>),
    /// `merge:E5+8A`: the place of this merge in the tokenizer's list, from 1.
    Merge([Vec<u8>; 2]),
    /// `code:几`: a character's number.
    Code(char),
    /// `id:3`: the token's number in the vocabulary.
    Id(usize),
    /// `text:bytes`: how many the text has.
    Text(&'static str),
    /// `part:Qkv:3`: how many numbers this part of the model has, in one block and divided by so many.
    Part(Group, usize),
    /// `parts:Qkv`: in all blocks; `parts:` of all parts.
    Parts(Option<Group>),
    /// `parameters:6:256:256:8192`: of a whole model of so many blocks, dimensions, positions and tokens.
    Parameters(GptConfig),
}

/// Who writes into the river, at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pusher {
    Head { layer: usize, head: usize, row: usize },
    Neuron { layer: usize, neuron: usize, row: usize },
}

/// Whose part of the difference of two logits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    Part(SiteName),
    Learned,
    All,
}

/// What a number is, for a reader who wants to find it again.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A value of the run.
    Cell(Cell),
    Made(Derived),
}

impl Told {
    pub fn cell(&self) -> Option<Cell> {
        match self {
            Self::Cell(cell) => Some(*cell),
            Self::Made(_) => None,
        }
    }
}

/// Where a learned number stands in the weights file: `h.2.attn.c_attn.weight[17, 42]`.
pub fn place(name: TensorName, row: usize, column: usize) -> String {
    let index = if name.is_matrix() { format!("{row}, {column}") } else { column.to_string() };
    format!("{}[{index}]", name.in_checkpoint())
}

fn listed<T: ToString>(numbers: &[T]) -> String {
    numbers.iter().map(T::to_string).collect::<Vec<_>>().join(",")
}

/// A token's logit at a position.
pub fn logit(position: usize, id: u32) -> Cell {
    Cell::new(SiteName::new(Site::Logits, 0), position, id as usize)
}

/// What enters a block.
pub fn entering(layer: usize) -> SiteName {
    layer.checked_sub(1).map_or(SiteName::new(Site::Embed, 0), |before| SiteName::new(Site::Out, before))
}

impl fmt::Display for Derived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(name, row) => write!(f, "length:{name}:{row}"),
            Self::Lengths(row) => write!(f, "lengths:{row}"),
            Self::Added(from, to, row) => write!(f, "added:{from}:{to}:{row}"),
            Self::Cosine(a, b, row) => write!(f, "cosine:{a}:{b}:{row}"),
            Self::Mean { layer, heads, query, key } => {
                write!(f, "mean:{}:{}:{query}:{key}", SiteName::new(Site::Weights, *layer), listed(heads))
            }
            Self::Habit { name, layer, head } => write!(f, "habit:{name}:{layer}:{head}"),
            Self::Chance(cell) => write!(f, "chance:{cell}"),
            Self::Rank(cell) => write!(f, "rank:{cell}"),
            Self::Below(cell) => write!(f, "below:{cell}"),
            Self::Exp(cell) => write!(f, "exp:{cell}"),
            Self::Bits(cell) => write!(f, "bits:{cell}"),
            Self::Others(row, ids) => write!(f, "others:logits:{row}:{}", listed(ids)),
            Self::Powers(row, ids) => write!(f, "powers:logits:{row}:{}", listed(ids)),
            Self::Times(factors) => write!(f, "times:{}", factors.join("*")),
            Self::Products(cell, dimensions) => write!(f, "products:{cell}:{}", listed(dimensions)),
            Self::Unexplained(cell) => write!(f, "unexplained:{cell}"),
            Self::Dot(cell) => write!(f, "dot:{cell}"),
            Self::Scaled(cell) => write!(f, "scaled:{cell}"),
            Self::Scale => f.write_str("scale"),
            Self::Top(cell) => write!(f, "top:{cell}"),
            Self::Raised(cell) => write!(f, "raised:{cell}"),
            Self::Sum(cell) => write!(f, "sum:{cell}"),
            Self::Adds { layer, neuron, row } => write!(f, "adds:{layer}:{neuron}:{row}"),
            Self::Push(Pusher::Head { layer, head, row }, id) => write!(f, "push:head:{layer}:{head}:{row}:{id}"),
            Self::Push(Pusher::Neuron { layer, neuron, row }, id) => {
                write!(f, "push:neuron:{layer}:{neuron}:{row}:{id}")
            }
            Self::Id(row) => write!(f, "id:{row}"),
            Self::Text(count) => write!(f, "text:{count}"),
            Self::Part(group, of) => write!(f, "part:{group:?}:{of}"),
            Self::Parts(Some(group)) => write!(f, "parts:{group:?}"),
            Self::Parts(None) => f.write_str("parts:"),
            Self::Lead { of, row, ids: [first, second] } => match of {
                Lead::Part(name) => write!(f, "lead:{name}:{row}:{first}:{second}"),
                Lead::Learned => write!(f, "lead:learned:{row}:{first}:{second}"),
                Lead::All => write!(f, "lead:all:{row}:{first}:{second}"),
            },
            Self::Alike(of, id) => write!(f, "alike:{of}:{id}"),
            Self::AlikeAt(name, row, id) => write!(f, "alike:{name}:{row}:{id}"),
            Self::Positions(count) => write!(f, "positions:{count}"),
            Self::Bin { slice: Slice { name, rows, columns }, bin, of } => {
                let (name, [top, bottom], [left, right]) =
                    (name.in_checkpoint(), [rows.start, rows.end], [columns.start, columns.end]);
                write!(f, "bin:{name}:{top}-{bottom}:{left}-{right}:{bin}/{of}")
            }
            Self::Token(bytes) => write!(f, "token:{}", hex(bytes)),
            Self::Merge([left, right]) => write!(f, "merge:{}+{}", hex(left), hex(right)),
            Self::Code(character) => write!(f, "code:{character}"),
            Self::Parameters(GptConfig { layers, width, positions, vocab, .. }) => {
                write!(f, "parameters:{layers}:{width}:{positions}:{vocab}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_computed_from_which_values() {
        let mean = Derived::Mean { layer: 1, heads: vec![0, 3], query: 5, key: 2 };
        assert_eq!(mean.to_string(), "mean:block.1.attention.weights:0,3:5:2");
        let added = Derived::Added(entering(0), SiteName::new(Site::Mid, 0), 3);
        assert_eq!(added.to_string(), "added:embed.sum:block.0.mid:3");
        assert_eq!(Derived::Length(entering(2), 3).to_string(), "length:block.1.out:3");
        assert_eq!(Derived::Chance(logit(3, 17)).to_string(), "chance:logits:3:17");
    }
}
