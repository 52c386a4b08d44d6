//! Where a model comes from: a folder of this site, a repository of a model hub, any folder of the
//! web, or files that the visitor gives.
//!
//! In: what somebody typed, or an address carries. Out: where its files lie. Nothing here fetches.

use serde::{Deserialize, Serialize};

/// The hub, and those that carry the same files for people who do not reach it. Each answers at
/// `{host}/{repository}/resolve/main/{file}`.
pub const HUBS: [&str; 2] = ["https://huggingface.co", "https://hf-mirror.com"];

/// The address of a hub that somebody typed, without a slash at the end.
pub fn hub_address(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let strange = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#');
    (!rest.is_empty() && !rest.contains(strange)).then(|| text.to_owned())
}

/// See the module's header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A folder of this site, by its name: `models/story`.
    Site(String),
    /// A repository of a hub: `openai-community/gpt2`.
    Hub(String),
    /// A folder of the web in the same layout: `https://school.example/models/ours`.
    Web(String),
    /// Files from the visitor's own disk, by the name of their folder.
    Files(String),
}

impl Source {
    /// What an address's `model=` says. Plain names are this site's: `story`.
    pub fn from_address(text: &str) -> Option<Self> {
        if let Some(id) = text.strip_prefix("hub:") {
            return repository(id).map(Self::Hub);
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Some(Self::Site(text.to_owned()));
        }
        Self::typed(text)
    }

    /// What a person typed or pasted: a repository's name, its page's address, or any folder's.
    pub fn typed(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_address = text.starts_with("https://") || text.starts_with("http://");
        // What follows in an address chooses a view of the page, not another folder.
        let text = if is_address { text.split(['?', '#']).next().unwrap_or(text) } else { text }.trim_end_matches('/');
        let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
            return repository(text).map(Self::Hub);
        };
        if rest.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return None;
        }
        // Somebody copied the address of a repository's page, or of a file in it.
        let on_hub = HUBS.iter().find_map(|hub| text.strip_prefix(hub)?.strip_prefix('/'));
        if let Some(path) = on_hub {
            let id: Vec<&str> =
                path.split('/').take_while(|part| !matches!(*part, "tree" | "blob" | "resolve")).collect();
            return repository(&id.join("/")).map(Self::Hub);
        }
        let folder = text.strip_suffix("/model.safetensors").or_else(|| text.strip_suffix("/config.json"));
        Some(Self::Web(folder.unwrap_or(text).trim_end_matches('/').to_owned()))
    }

    /// As an address carries it; files of a disk cannot be linked to.
    pub fn to_address(&self) -> Option<String> {
        match self {
            Self::Site(name) => Some(name.clone()),
            Self::Hub(id) if id.contains('/') => Some(id.clone()),
            Self::Hub(id) => Some(format!("hub:{id}")),
            Self::Web(folder) => Some(folder.clone()),
            Self::Files(_) => None,
        }
    }

    /// The folder's address. `site` is where this page lies, `hub` the hub's host, both without a slash at the end.
    pub fn folder(&self, site: &str, hub: &str) -> Option<String> {
        match self {
            Self::Site(name) => Some(format!("{site}/models/{name}")),
            Self::Hub(id) => Some(format!("{hub}/{id}/resolve/main")),
            Self::Web(folder) => Some(folder.clone()),
            Self::Files(_) => None,
        }
    }

    /// Short, for a list or a title: the last part.
    pub fn name(&self) -> &str {
        let (Self::Site(whole) | Self::Hub(whole) | Self::Web(whole) | Self::Files(whole)) = self;
        whole.rsplit('/').next().unwrap_or(whole)
    }

    /// Lies with somebody else: nothing of it is fetched before the visitor says so, and then it is
    /// kept on the device.
    pub fn elsewhere(&self) -> bool {
        matches!(self, Self::Hub(_) | Self::Web(_))
    }
}

/// A repository's name, `owner/name` or an old short one, made of what the hub allows.
fn repository(id: &str) -> Option<String> {
    let parts: Vec<&str> = id.split('/').collect();
    let good = |part: &&str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.len() <= 96
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    (parts.len() <= 2 && parts.iter().all(good)).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        let hub = |id: &str| Some(Source::Hub(id.into()));
        assert_eq!(Source::typed(" openai-community/gpt2 "), hub("openai-community/gpt2"));
        assert_eq!(Source::typed("gpt2"), hub("gpt2"));
        assert_eq!(Source::typed("https://huggingface.co/distilbert/distilgpt2"), hub("distilbert/distilgpt2"));
        assert_eq!(Source::typed("https://hf-mirror.com/a/b.c/tree/main"), hub("a/b.c"));
        assert_eq!(Source::typed("https://huggingface.co/a/b/blob/main/config.json"), hub("a/b"));
        let web = |at: &str| Some(Source::Web(at.into()));
        assert_eq!(Source::typed("https://school.example/m/ours/"), web("https://school.example/m/ours"));
        assert_eq!(Source::typed("http://localhost:9000/m/model.safetensors?x=1"), web("http://localhost:9000/m"));
        assert_eq!(Source::typed("https://huggingface.co/a/b?library=transformers"), hub("a/b"));
        assert_eq!(Source::typed("https://huggingface.co/a/b/#model-card"), hub("a/b"));
        assert_eq!(Source::typed("https://hf-mirror.com/a/b/blob/main/config.json?x=1#L3"), hub("a/b"));
        assert_eq!(Source::typed("https://school.example/m/ours/?sort=name"), web("https://school.example/m/ours"));
        assert_eq!(Source::typed("https://school.example/m/ours#top"), web("https://school.example/m/ours"));
        for wrong in [
            "",
            "a b",
            "../secret",
            "a/b/c",
            "https://",
            "https://x y",
            "https://?x",
            "a/b?c",
            "ftp:/x",
            ".git/config",
            "名字",
        ] {
            assert_eq!(Source::typed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_hub_s_address_is_an_address() {
        assert_eq!(hub_address(" https://hub.example/ "), Some("https://hub.example".into()));
        assert_eq!(hub_address("http://10.0.0.2:8000/hub"), Some("http://10.0.0.2:8000/hub".into()));
        for wrong in ["", "hub.example", "https://", "ftp://x", "https://a b", "javascript:alert(1)", "https://x?y"] {
            assert_eq!(hub_address(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_address_leads_back_to_the_source() {
        let all = [
            Source::Site("story".into()),
            Source::Hub("a/b".into()),
            Source::Hub("gpt2".into()),
            Source::Web("https://x.example/y".into()),
        ];
        for source in all {
            assert_eq!(Source::from_address(&source.to_address().unwrap()), Some(source));
        }
        assert_eq!(Source::from_address("../../secret"), None);
        assert_eq!(Source::from_address(""), None);
        assert_eq!(Source::Files("mine".into()).to_address(), None);
    }

    #[test]
    fn files_lie_where_each_kind_keeps_them() {
        let folder = |source: Source| source.folder("https://site.example/box", HUBS[1]).unwrap();
        assert_eq!(folder(Source::Site("story".into())), "https://site.example/box/models/story");
        assert_eq!(folder(Source::Hub("a/b".into())), "https://hf-mirror.com/a/b/resolve/main");
        assert_eq!(Source::Web("https://x.example/y".into()).name(), "y");
    }
}
