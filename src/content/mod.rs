//! Every word that the page says, in both languages, and the addresses of its places ([`route`]).
//!
//! One typed struct of strings a language: a missing key does not compile, and a test finds empty
//! or untranslated ones. Sentences with numbers in them are functions, so that each language puts
//! the number where it belongs.

pub mod all_heads;
pub mod amounts;
pub mod block;
pub mod context;
pub mod export;
pub mod faults;
pub mod glossary;
pub mod head;
pub mod keys;
pub mod knobs;
pub mod letters;
pub mod mlp;
pub mod models;
pub mod receipt;
pub mod river;
pub mod route;
pub mod share;
pub mod shell;
pub mod spelling;
pub mod stage;
pub mod story;
pub mod unembedding;

pub use all_heads::AllHeadsStrings;
pub use block::BlockStrings;
pub use context::ContextStrings;
pub use export::ExportStrings;
pub use faults::FaultStrings;
pub use glossary::{GlossaryStrings, TermName};
pub use head::HeadStrings;
pub use keys::KeyStrings;
pub use knobs::KnobsStrings;
pub use mlp::MlpStrings;
pub use models::ModelsStrings;
pub use receipt::ReceiptStrings;
pub use river::RiverStrings;
pub use route::{Floor, Room, Route};
pub use share::ShareStrings;
pub use shell::ShellStrings;
pub use spelling::SpellingStrings;
pub use stage::StageStrings;
pub use story::StoryStrings;
pub use unembedding::UnembeddingStrings;

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    #[default]
    En,
    Zh,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// As the URL and the browser's storage carry it.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// As the `lang` attribute carries it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }

    /// What the language calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Zh => "中文",
        }
    }

    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }

    /// Reads a language tag as browsers give it (`zh-TW`, `en_GB`); any Chinese is Chinese.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|locale| locale.code() == primary)
    }
}

/// All strings of one language: the page's frame, its pictures, its rooms.
#[derive(Debug)]
pub struct Strings {
    pub locale: Locale,
    pub shell: ShellStrings,
    pub stage: StageStrings,
    pub all_heads: AllHeadsStrings,
    pub block: BlockStrings,
    pub context: ContextStrings,
    pub export: ExportStrings,
    pub faults: FaultStrings,
    pub glossary: GlossaryStrings,
    pub head: HeadStrings,
    pub keys: KeyStrings,
    pub knobs: KnobsStrings,
    pub mlp: MlpStrings,
    pub models: ModelsStrings,
    pub receipt: ReceiptStrings,
    pub river: RiverStrings,
    pub share: ShareStrings,
    pub spelling: SpellingStrings,
    pub story: StoryStrings,
    pub unembedding: UnembeddingStrings,
}

static EN: Strings = Strings {
    locale: Locale::En,
    shell: shell::EN,
    stage: stage::EN,
    all_heads: all_heads::EN,
    block: block::EN,
    context: context::EN,
    export: export::EN,
    faults: faults::EN,
    glossary: glossary::EN,
    head: head::EN,
    keys: keys::EN,
    knobs: knobs::EN,
    mlp: mlp::EN,
    models: models::EN,
    receipt: receipt::EN,
    river: river::EN,
    share: share::EN,
    spelling: spelling::EN,
    story: story::EN,
    unembedding: unembedding::EN,
};
static ZH: Strings = Strings {
    locale: Locale::Zh,
    shell: shell::ZH,
    stage: stage::ZH,
    all_heads: all_heads::ZH,
    block: block::ZH,
    context: context::ZH,
    export: export::ZH,
    faults: faults::ZH,
    glossary: glossary::ZH,
    head: head::ZH,
    keys: keys::ZH,
    knobs: knobs::ZH,
    mlp: mlp::ZH,
    models: models::ZH,
    receipt: receipt::ZH,
    river: river::ZH,
    share: share::ZH,
    spelling: spelling::ZH,
    story: story::ZH,
    unembedding: unembedding::ZH,
};

/// The strings of the language with this tag; the first language for an unknown one.
pub fn strings_of(tag: &str) -> &'static Strings {
    strings(Locale::parse(tag).unwrap_or_default())
}

pub fn strings(locale: Locale) -> &'static Strings {
    match locale {
        Locale::En => &EN,
        Locale::Zh => &ZH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_s_language_tag_is_understood() {
        assert_eq!(Locale::parse("zh-TW"), Some(Locale::Zh));
        assert_eq!(Locale::parse("ZH_hans"), Some(Locale::Zh));
        assert_eq!(Locale::parse("en-GB"), Some(Locale::En));
        assert_eq!(Locale::parse("fr"), None);
        assert_eq!(Locale::parse(""), None);
    }
}
