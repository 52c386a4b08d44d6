//! Files that a visitor gives: which of them belong to a model, out of a folder, a choice of files or
//! what was dropped on the page.

/// What is read of a model.
pub const KNOWN: [&str; 8] = [
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "examples.json",
];

/// Weights in forms that are not read: their presence tells what to do.
const TELLING: [&str; 7] = [
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
    "tf_model.h5",
    "flax_model.msgpack",
    "model.gguf",
    "ckpt.pt",
];

/// What a folder of loose files is called.
const LOOSE: &str = "files";

/// Files of a visitor's, ready to be opened.
pub struct Given {
    /// Their folder.
    pub name: String,
    /// The browser's `File`s.
    #[cfg(target_arch = "wasm32")]
    pub files: js_sys::Array,
}

/// Which of the files are taken, by their places in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    pub taken: Vec<usize>,
    /// Names of the others, as they are called in their folder.
    pub left: Vec<String>,
}

/// Chooses by paths like `mine/config.json`: of two files with one name that in the outer folder.
pub fn choose(paths: &[String]) -> Choice {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).count();
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut choice = Choice::default();
    for (at, path) in paths.iter().enumerate() {
        let name = last(path);
        let outer = |other: &String| last(other) == name && parts(other) < parts(path);
        let wanted = (KNOWN.contains(&&*name) || TELLING.contains(&&*name)) && !paths.iter().any(outer);
        if wanted {
            choice.taken.push(at);
        }
        // Hidden files are the system's own.
        if (!wanted || TELLING.contains(&&*name)) && !name.starts_with('.') {
            choice.left.push(path.split_once('/').map_or(&**path, |(_, rest)| rest).to_owned());
        }
    }
    let folder = choice.taken.first().and_then(|&at| paths[at].rsplit('/').nth(1));
    choice.name = folder.filter(|name| !name.is_empty()).unwrap_or(LOOSE).to_owned();
    choice
}

/// The first few names, and how many more there are.
pub fn listed(names: &[String], and: &str) -> String {
    const MOST: usize = 8;
    let shown = names[..names.len().min(MOST)].join(and);
    if names.len() > MOST { format!("{shown} … (+{})", names.len() - MOST) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_model_s_files_are_taken_and_the_rest_is_named() {
        let given =
            ["mine/config.json", "mine/README.md", "mine/model.safetensors", "mine/.DS_Store", "mine/vocab.txt"];
        let choice = choose(&paths(&given));
        assert_eq!(choice, Choice { name: "mine".into(), taken: vec![0, 2, 4], left: vec!["README.md".into()] });
    }

    #[test]
    fn of_two_files_of_one_name_the_outer_counts() {
        let choice = choose(&paths(&["m/onnx/config.json", "m/config.json", "m/onnx/tokenizer.json"]));
        assert_eq!((choice.taken, choice.left), (vec![1, 2], vec!["onnx/config.json".to_owned()]));
    }

    #[test]
    fn weights_that_are_not_read_go_along_and_are_named() {
        let choice = choose(&paths(&["m/config.json", "m/pytorch_model.bin"]));
        assert_eq!((choice.taken, choice.left), (vec![0, 1], vec!["pytorch_model.bin".to_owned()]));
    }

    #[test]
    fn loose_files_and_strange_ones() {
        let loose = choose(&paths(&["config.json", "model.safetensors"]));
        assert_eq!((&*loose.name, loose.taken.len()), ("files", 2));
        let strange = choose(&paths(&["holiday.jpg", "letter.doc"]));
        assert_eq!((strange.taken.len(), strange.left.len()), (0, 2));
        assert_eq!(choose(&[]), Choice { name: "files".into(), ..Choice::default() });
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..11).map(|i| i.to_string()).collect();
        assert_eq!(listed(&names, ", "), "0, 1, 2, 3, 4, 5, 6, 7 … (+3)");
        assert_eq!(listed(&names[..2], "、"), "0、1");
    }
}
