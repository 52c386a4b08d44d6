//! What the picker shows of a library, and that its sheet says it in both languages.

use super::progress::LoadModel;
use super::*;
use crate::content::{Locale, strings};
use crate::link::library::{Catalogue, GpuOffer, Memory};
use leptos::prelude::*;

fn offer(model: &str, title: &str, layers: usize) -> Offer {
    Offer {
        model: model.into(),
        title: title.into(),
        en: format!("{title} in English."),
        zh: format!("中文的 {title}。"),
        languages: vec!["en".into(), "xx".into()],
        licence: "MIT".into(),
        file_bytes: 352_824_413,
        config: serde_json::json!({
            "model_type": "gpt2", "n_layer": layers, "n_head": 12, "n_embd": 768, "vocab_size": 50257, "n_positions": 1024,
        }),
    }
}

fn library() -> Library {
    let models =
        vec![offer("distilbert/distilgpt2", "DistilGPT-2", 6), offer("class", "Class", 1), offer("a/big", "Big", 400)];
    let kept = |id: &str, whole| Stored {
        source: Source::Hub(id.into()),
        bytes: 100_000_000,
        total_bytes: 400_000_000,
        whole,
    };
    Library {
        catalogue: Catalogue { models },
        stored: vec![kept("x/mine", true), kept("a/big", false)],
        not_kept: None,
        device: Device {
            gpu: None,
            cpu_bytes: 1 << 30,
            room_bytes: Some(2_000_000_000),
            memory: Memory { used_bytes: 20_000_000, taken_bytes: 30_000_000 },
        },
    }
}

fn seen<'a>(library: &'a Library, story: &'a Source) -> Seen<'a> {
    Seen {
        library: Some(library),
        asked: None,
        open: Some((story, Precision::F16)),
        cpu_wanted: false,
        not_kept: None,
        in_bytes: false,
        on_cpu: false,
        loading: None,
        precision: Precision::F16,
        hub: "https://huggingface.co",
    }
}

fn state_of(model: &PickerModel, address: &str) -> State {
    model.card(&Source::from_address(address).unwrap()).unwrap().state
}

#[test]
fn every_model_stands_where_it_lies() {
    let (library, story) = (library(), Source::Site("story".into()));
    let model = derive(&seen(&library, &story));
    let names = |sources: &[Source]| sources.iter().map(|s| s.to_address().unwrap()).collect::<Vec<_>>();
    assert_eq!(names(&model.here), ["story", "poem", "class"]);
    assert_eq!(names(&model.hub_models), ["distilbert/distilgpt2", "a/big"]);
    assert_eq!(names(&model.stored), ["x/mine", "a/big"]);
    assert_eq!(state_of(&model, "story"), State::InUse);
    assert_eq!(state_of(&model, "poem"), State::Here);
    assert_eq!(state_of(&model, "distilbert/distilgpt2"), State::Elsewhere);
    assert_eq!(state_of(&model, "x/mine"), State::Whole { bytes: 100_000_000 });
    assert_eq!(state_of(&model, "a/big"), State::Partly { bytes: 100_000_000, total: 400_000_000 });
    let loading = Source::Hub("a/big".into());
    let model = derive(&Seen { loading: Some(&loading), ..seen(&library, &story) });
    assert_eq!(state_of(&model, "a/big"), State::Loading);
}

#[test]
fn before_the_library_is_there_the_embedded_models_are() {
    let model = derive(&Seen {
        library: None,
        asked: None,
        open: None,
        in_bytes: false,
        on_cpu: false,
        cpu_wanted: false,
        not_kept: None,
        loading: None,
        precision: Precision::F16,
        hub: "https://huggingface.co",
    });
    assert!(model.looking && model.hub_models.is_empty());
    assert_eq!(model.here.len(), 2);
}

#[test]
fn what_a_link_asks_for_stands_on_top_until_it_is_open() {
    let (library, story, asked) =
        (library(), Source::Site("story".into()), Source::Web("https://school.example/m/ours".into()));
    let model = derive(&Seen { asked: Some(&asked), ..seen(&library, &story) });
    assert_eq!(model.asked.as_ref(), Some(&asked));
    assert_eq!(model.host(&asked), "school.example");
    assert!(model.card(&asked).is_some());
    let model = derive(&Seen { asked: Some(&story), ..seen(&library, &story) });
    assert_eq!(model.asked, None);
}

#[test]
fn a_model_is_measured_against_the_device() {
    let library = library();
    let config = library.catalogue.models[0].shape().unwrap();
    let parameters = config.parameters();
    assert_eq!(fit(&config, Precision::F16, &library.device), Fit::Cpu { needed: 4 * parameters });
    let small = Device { cpu_bytes: 1000, ..library.device.clone() };
    assert_eq!(fit(&config, Precision::F16, &small), Fit::CpuTooBig { needed: 4 * parameters, most: 1000 });
    let gpu =
        |largest_buffer| Device { gpu: Some(GpuOffer { largest_buffer, ..GpuOffer::default() }), ..small.clone() };
    assert_eq!(fit(&config, Precision::F16, &gpu(1 << 31)), Fit::Gpu { needed: 2 * parameters });
    assert_eq!(
        fit(&config, Precision::F32, &gpu(1 << 28)),
        Fit::GpuPerhaps { needed: 4 * parameters, largest: 1 << 28 }
    );
}

#[test]
fn other_weights_are_offered_for_what_is_open_on_a_graphics_card_alone() {
    let (library, story) = (library(), Source::Site("story".into()));
    let other = Seen { precision: Precision::F32, ..seen(&library, &story) };
    assert_eq!(derive(&other).again, Some(story.clone()));
    assert_eq!(derive(&Seen { on_cpu: true, ..other }).again, None);
    assert_eq!(derive(&seen(&library, &story)).again, None);
    // What came in 8 bits is not offered in 16.
    let bytes = Seen { open: Some((&story, Precision::Int8)), in_bytes: true, ..seen(&library, &story) };
    assert_eq!(derive(&bytes).again, None);
    assert_eq!(derive(&Seen { in_bytes: false, ..bytes.clone() }).again, Some(story.clone()));
    assert_eq!(derive(&Seen { precision: Precision::F32, ..bytes }).again, Some(story.clone()));
}

fn sheet(locale: Locale, model: PickerModel, load: Option<LoadModel>) -> String {
    fn nothing<T: 'static>() -> Callback<T> {
        Callback::new(|_| ())
    }
    Owner::new().with(|| {
        let actions = PickerActions {
            on_open: nothing(),
            on_files: nothing(),
            on_remove: nothing(),
            on_cancel: nothing(),
            on_precision: nothing(),
            on_hub: nothing(),
            on_close: nothing(),
            on_retry: nothing(),
            on_other_hub: nothing(),
            on_dismiss: nothing(),
        };
        let strings = Signal::stored(strings(locale));
        view! {
            <PickerSheet open=Signal::stored(true) model=Signal::stored(model) load=Signal::stored(load) can_cancel=Signal::stored(true)
                trouble=Signal::stored(None) left=RwSignal::new(None) dragging=Signal::stored(false) actions strings />
        }
        .to_html()
    })
}

#[test]
fn the_sheet_says_it_all_in_both_languages() {
    let (library, story, asked) =
        (library(), Source::Site("story".into()), Source::Hub("distilbert/distilgpt2".into()));
    for locale in Locale::ALL {
        let words = &strings(locale).models;
        let model = derive(&Seen { asked: Some(&asked), ..seen(&library, &story) });
        let html = sheet(locale, model, None);
        let line = if locale == Locale::Zh { "中文的 DistilGPT-2。" } else { "DistilGPT-2 in English." };
        let asked = (words.asked)("DistilGPT-2", "huggingface.co", Some("353 MB"));
        let said = [
            line,
            &asked,
            &(words.load)("353 MB"),
            words.in_use,
            words.go_on,
            &(words.remove)("100 MB"),
            &(words.room)("2.00 GB"),
            &(words.memory)("20.0 MB", "30.0 MB"),
            "81,912,576",
            (words.kind)(Precision::F32).name,
            "folder-input",
            "files-input",
        ];
        for said in said {
            assert!(html.contains(said), "{locale:?}: no {said:?}");
        }
        // A language that has no name here goes by its tag.
        assert!(html.contains("xx"));
        assert!(html.contains(&(words.cpu_too_big)(
            &crate::content::amounts::megabytes(4 * library.catalogue.models[2].shape().unwrap().parameters()),
            "1.07 GB"
        )));
    }
}

#[test]
fn what_a_catalogue_says_is_only_text() {
    let mut library = library();
    library.catalogue.models[0].title = "<img src=x onerror=alert(1)>".into();
    let story = Source::Site("story".into());
    assert!(!sheet(Locale::En, derive(&seen(&library, &story)), None).contains("<img src=x"));
}
