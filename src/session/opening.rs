//! Which model is opened, where it computes, and how precisely: what the address's query asks.

use crate::content::route::{query_text, query_value};
use crate::engine::EngineChoice;
use crate::link::source::Source;
use crate::model::Precision;

/// Kinds of weights as an address writes them; what it does not say is 16 bits.
const WEIGHTS: [(&str, Precision); 2] = [("f32", Precision::F32), ("int8", Precision::Int8)];

/// As `?weights=` carries it; `None` for the default.
pub fn weights_in_address(precision: Precision) -> Option<&'static str> {
    WEIGHTS.into_iter().find(|(_, kind)| *kind == precision).map(|(name, _)| name)
}

/// What made the numbers on the page, as far as an address can say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// As in the address; `None` for files of the visitor's.
    pub model: Option<String>,
    /// The kind of weights that was asked for.
    pub precision: Precision,
}

/// What an opening of a model takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    pub source: Source,
    /// What to open instead should this one not be there: a default may be missing from a site, and
    /// a model from elsewhere comes only when the visitor says so.
    pub otherwise: Option<Source>,
    /// The visitor has picked it; an address only asks.
    pub picked: bool,
    pub engine: EngineChoice,
    pub precision: Precision,
}

impl Opening {
    /// As the address's query asks: `?model=story&engine=gpu&weights=f32`. By default a Chinese page
    /// opens the poems, if the site has them.
    pub fn from_address(search: &str, chinese: bool) -> Self {
        let site = |name: &str| Source::Site(name.to_owned());
        let default = site(if chinese { "poem" } else { "story" });
        let asked = query_text(search, "model").and_then(|text| Source::from_address(&text));
        let otherwise = match &asked {
            Some(source) if source.elsewhere() => Some(default.clone()),
            Some(_) => None,
            None => chinese.then(|| site("story")),
        };
        Self {
            source: asked.unwrap_or(default),
            otherwise,
            picked: false,
            engine: match query_value(search, "engine") {
                Some("gpu") => EngineChoice::Gpu,
                Some("cpu") => EngineChoice::Cpu,
                _ => EngineChoice::Auto,
            },
            precision: WEIGHTS
                .into_iter()
                .find(|(name, _)| query_value(search, "weights") == Some(name))
                .map_or(Precision::F16, |(_, kind)| kind),
        }
    }
}
