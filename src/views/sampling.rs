//! How the next token is drawn: the temperature, and what of the likeliest stays (top-k, top-p).
//!
//! In and out: the [`Ask`], which the address carries too. Each control is a slider whose right end, for the two
//! cuts, is off; an address may ask for a value between two of its stops.

use super::glossary::{glossary_of, marked};
use crate::analysis::ask::Ask;
use crate::content::StageStrings;
use crate::content::route::HOTTEST;
use leptos::prelude::*;

/// What top-k's slider stops at; after the last it is off.
const MOST: [usize; 17] = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 100, 200, 500, 1000];
/// Top-p's slider goes in steps of 5 %; the last is off.
const STEPS: usize = 20;

/// Where on its slider a k is: at the first stop that is no smaller.
fn stop_of(top_k: Option<usize>) -> usize {
    top_k.map_or(MOST.len(), |k| MOST.iter().position(|&stop| stop >= k).unwrap_or(MOST.len() - 1))
}

fn step_of(top_p: Option<f32>) -> usize {
    let cut = top_p.filter(|p| *p < 1.0);
    cut.map_or(STEPS, |p| ((f64::from(p) * STEPS as f64).round() as usize).clamp(1, STEPS - 1))
}

fn share_of(step: usize) -> Option<f32> {
    (step < STEPS).then_some(step as f32 / STEPS as f32)
}

/// What a slider shows.
struct Dial {
    name: &'static str,
    /// Its plain phrase and its term.
    words: fn(&'static StageStrings) -> [&'static str; 2],
    /// The slider's smallest, largest and step.
    range: [&'static str; 3],
    place: fn(&Ask) -> String,
    /// What is set, in words; `None` where it is off.
    said: fn(&Ask, &'static StageStrings) -> Option<String>,
    turn: fn(&mut Ask, f32),
}

const TEMPERATURE: Dial = Dial {
    name: "temperature",
    words: |words| [words.temperature, ""],
    range: ["0", "2", "0.05"],
    place: |ask| ask.temperature.to_string(),
    said: |ask, _| Some(format!("{:.2}", ask.temperature)),
    turn: |ask, t| ask.temperature = t.clamp(0.0, HOTTEST),
};

const TOP_K: Dial = Dial {
    name: "top-k",
    words: |words| words.top_k,
    range: ["0", "17", "1"],
    place: |ask| stop_of(ask.top_k).to_string(),
    said: |ask, words| ask.top_k.map(|k| (words.top_k_tokens)(&words.count(k))),
    turn: |ask, stop| ask.top_k = MOST.get(stop as usize).copied(),
};

const TOP_P: Dial = Dial {
    name: "top-p",
    words: |words| words.top_p,
    range: ["1", "20", "1"],
    place: |ask| step_of(ask.top_p).to_string(),
    said: |ask, words| ask.top_p.filter(|p| *p < 1.0).map(|p| words.percent(p)),
    turn: |ask, step| ask.top_p = share_of(step as usize),
};

/// See the module's header.
#[component]
pub fn Sampling(ask: RwSignal<Ask>, strings: Signal<&'static StageStrings>) -> impl IntoView {
    let untouched = move || ask.with(|a| a.temperature == 1.0 && a.top_k.is_none() && step_of(a.top_p) == STEPS);
    let temperature = move || {
        let words = strings.get();
        match ask.with(|a| a.temperature) {
            0.0 => words.temperature_zero,
            t if t < 1.0 => words.temperature_low,
            // What is cut away leaves other chances than the model's.
            1.0 if !untouched() => "",
            1.0 => words.temperature_one,
            _ => words.temperature_high,
        }
    };
    let reset = move |_| ask.update(|a| (a.temperature, a.top_k, a.top_p) = (1.0, None, None));
    view! {
        <div class="sampling" role="group" aria-label=move || strings.get().sampling>
            {[TEMPERATURE, TOP_K, TOP_P].map(|dial| view! { <Slider dial ask strings /> })}
            <p class="note">
                {temperature}" "
                <button type="button" class="link" class:none=untouched on:click=reset data-testid="sampling-back">
                    {move || strings.get().sampling_back}
                </button>
            </p>
        </div>
    }
}

#[component]
fn Slider(dial: Dial, ask: RwSignal<Ask>, strings: Signal<&'static StageStrings>) -> impl IntoView {
    let Dial { name, words, range: [min, max, step], place, said, turn } = dial;
    let said = Memo::new(move |_| ask.with(|a| said(a, strings.get())));
    let shown = move || said.get().unwrap_or_else(|| strings.get().sampling_off.into());
    let slide = move |event| {
        if let Ok(at) = event_target_value(&event).parse::<f32>() {
            ask.update(|a| turn(a, at));
        }
    };
    let title = move || {
        let words = words(strings.get());
        let term = (!words[1].is_empty()).then(|| marked(words[1], glossary_of(strings.get())));
        view! { <label for=name>{words[0]}</label> " " {term} }
    };
    view! {
        <div class="dial" class:off=move || said.with(Option::is_none)>
            <span class="dial-name">{title}</span>
            <output class="number" for=name>{shown}</output>
            <input type="range" id=name name=name min=min max=max step=step
                prop:value=move || ask.with(place) aria-valuetext=shown on:input=slide />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_says_what_is_asked_and_its_right_end_is_off() {
        for (stop, k) in MOST.into_iter().enumerate() {
            assert_eq!(stop_of(Some(k)), stop);
            let mut ask = Ask::default();
            (TOP_K.turn)(&mut ask, stop as f32);
            assert_eq!(ask.top_k, Some(k));
        }
        assert_eq!((stop_of(None), stop_of(Some(7)), stop_of(Some(99_999))), (MOST.len(), 6, MOST.len() - 1));
        assert_eq!(TOP_K.range[1], MOST.len().to_string());
        for step in 1..=STEPS {
            let mut ask = Ask::default();
            (TOP_P.turn)(&mut ask, step as f32);
            assert_eq!(step_of(ask.top_p), step);
            assert_eq!(ask.top_p.is_none(), step == STEPS);
        }
        assert_eq!((step_of(Some(1.0)), step_of(Some(0.999)), step_of(Some(0.001))), (STEPS, STEPS - 1, 1));
        assert_eq!(TOP_P.range[1], STEPS.to_string());
    }
}
