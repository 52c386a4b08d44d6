//! `www/models/catalogue.json`: every model that it offers can be opened, and is described in both languages.

use glassbox::link::library::{Catalogue, Offer};
use glassbox::link::source::Source;
use std::path::{Path, PathBuf};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models")
}

fn catalogue() -> Catalogue {
    let text = std::fs::read_to_string(models().join("catalogue.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// What is wrong with an offer.
fn complaint(offer: &Offer, folder: &Path) -> Option<String> {
    let Some(source) = offer.source() else { return Some("its source cannot be read".into()) };
    if source.to_address().as_deref() != Some(&offer.model) {
        return Some(format!("it would be written {:?}", source.to_address()));
    }
    let Some(shape) = offer.shape() else { return Some("its shape cannot be read".into()) };
    if offer.title.trim().is_empty() || offer.licence.trim().is_empty() || offer.languages.is_empty() {
        return Some("it has no title, licence or language".into());
    }
    if !offer.en.ends_with('.') || chinese(&offer.en) || !offer.zh.ends_with('。') || !chinese(&offer.zh) {
        return Some("its line is no sentence in both languages".into());
    }
    // In 16 bits at least, in 32 and with masks at most.
    let parameters = shape.parameters();
    if !(2 * parameters..6 * parameters).contains(&offer.file_bytes) {
        return Some(format!("{} bytes for {parameters} parameters", offer.file_bytes));
    }
    match source {
        Source::Site(name) => {
            let size = std::fs::metadata(folder.join(&name).join("model.safetensors")).map(|file| file.len());
            let config = std::fs::read_to_string(folder.join(&name).join("config.json")).unwrap_or_default();
            let same = glassbox::model::GptConfig::from_json(&config).is_ok_and(|config| config == shape);
            (size.ok() != Some(offer.file_bytes) || !same).then(|| "its folder says otherwise".into())
        }
        _ => None,
    }
}

#[test]
fn every_offer_can_be_opened_and_is_described() {
    let catalogue = catalogue();
    assert!(catalogue.models.len() >= 3);
    for offer in &catalogue.models {
        assert_eq!(complaint(offer, &models()), None, "{}", offer.model);
    }
    let mut names: Vec<_> = catalogue.models.iter().map(|offer| &offer.model).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), catalogue.models.len(), "a model is offered twice");
    for name in ["story", "poem", "distilbert/distilgpt2", "openai-community/gpt2", "openai-community/gpt2-medium"] {
        assert!(catalogue.models.iter().any(|offer| offer.model == name), "{name}");
    }
}

#[test]
fn a_wrong_offer_is_noticed() {
    let good = catalogue().models[0].clone();
    let wrong = [
        Offer { model: "../../secret".into(), ..good.clone() },
        Offer { model: "gone".into(), ..good.clone() },
        Offer { file_bytes: good.file_bytes + 1, ..good.clone() },
        Offer { zh: good.en.clone(), ..good.clone() },
        Offer { config: serde_json::json!({ "model_type": "llama" }), ..good.clone() },
        Offer { languages: vec![], ..good },
    ];
    for offer in wrong {
        assert!(complaint(&offer, &models()).is_some(), "{offer:?}");
    }
}
