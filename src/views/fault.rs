//! What is wrong, in words, with what can be done about it at once.

use crate::content::Strings;
use crate::content::faults::host_of;
use crate::link::protocol::Fault;
use crate::link::source::{HUBS, Source};
use leptos::prelude::*;

/// What opening the model once more is called, where it can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// From the beginning.
    Anew,
    /// From where the connection broke.
    GoOn,
}

/// What is wrong, in words; `detail` is for the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TroubleModel {
    pub text: String,
    pub detail: String,
    pub again: Option<Again>,
    /// The address of a hub that may have what this one did not give.
    pub other_hub: Option<&'static str>,
}

/// `source` is what was to be opened, where that is what failed; `hub` the address in use.
pub fn derive(fault: &Fault, source: Option<&Source>, hub: &str, strings: &Strings) -> TroubleModel {
    TroubleModel {
        text: (strings.faults.sentence)(fault),
        detail: detail(fault),
        again: again(fault, source),
        other_hub: other_hub(fault, source, hub),
    }
}

/// Can opening the model once more help?
fn again(fault: &Fault, source: Option<&Source>) -> Option<Again> {
    // Files of the visitor's are given anew.
    if matches!(source, Some(Source::Files(_))) {
        return None;
    }
    match fault {
        Fault::Interrupted { kept: true, .. } => Some(Again::GoOn),
        Fault::Lost { .. } | Fault::Internal { .. } | Fault::NotHere { .. } | Fault::InUse { .. } => None,
        // The file would be the same.
        Fault::Config(_) | Fault::Tokenizer(_) | Fault::Sizes { .. } => None,
        _ => Some(Again::Anew),
    }
}

/// The next of the known hubs, where this one is out of reach.
fn other_hub(fault: &Fault, source: Option<&Source>, hub: &str) -> Option<&'static str> {
    let unreached = match fault {
        Fault::Unreachable { offline, .. } => !offline,
        Fault::Closed { .. } => true,
        Fault::Refused { status, .. } => *status == 429 || *status >= 500,
        _ => false,
    };
    let of_a_hub = matches!(source, Some(Source::Hub(_)));
    HUBS.into_iter().find(|other| unreached && of_a_hub && *other != hub)
}

/// What stands under "details", for a report: the fault in the words of the part that met it.
fn detail(fault: &Fault) -> String {
    match fault {
        Fault::Config(error) => error.to_string(),
        Fault::Tokenizer(error) => error.to_string(),
        Fault::Weights(error) => error.to_string(),
        Fault::Memory { detail, .. } | Fault::Lost { detail, .. } | Fault::Internal { detail } => detail.clone(),
        other => format!("{other:?}"),
    }
}

#[component]
pub fn Trouble(
    model: Signal<Option<TroubleModel>>,
    on_retry: Callback<()>,
    /// Goes to another hub, and tries there.
    on_hub: Callback<String>,
    on_close: Callback<()>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().faults;
    let banner = move || {
        model.get().map(|trouble| {
            let again = trouble.again.map(|again| {
                let label = move || if again == Again::GoOn { words().go_on } else { words().retry };
                view! { <button type="button" class="plain" data-testid="retry" on:click=move |_| on_retry.run(())>{label}</button> }
            });
            let hub = trouble.other_hub.map(|hub| {
                let go = move |_| on_hub.run(hub.to_owned());
                view! {
                    <button type="button" class="plain" data-testid="other-hub" on:click=go>
                        {move || (words().other_hub)(host_of(hub))}
                    </button>
                }
            });
            view! {
                <div class="trouble" data-testid="trouble">
                    <p>{trouble.text}</p>
                    <details><summary>{words().detail}</summary><code>{trouble.detail}</code></details>
                    {hub}
                    {again}
                    <button type="button" class="plain" data-testid="dismiss" on:click=move |_| on_close.run(())>
                        {words().dismiss}
                    </button>
                </div>
            }
        })
    };
    view! { <div role="alert">{banner}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Locale, strings};
    use crate::model::ConfigError;

    fn trouble(fault: &Fault, source: &Source) -> TroubleModel {
        derive(fault, Some(source), HUBS[0], strings(Locale::En))
    }

    #[test]
    fn another_hub_is_offered_where_one_is_out_of_reach() {
        let (hub, web) = (Source::Hub("a/b".into()), Source::Web("https://a.example/b".into()));
        let gone = |offline| Fault::Unreachable { host: "huggingface.co".into(), offline };
        assert_eq!(trouble(&gone(false), &hub).other_hub, Some(HUBS[1]));
        assert_eq!(trouble(&gone(true), &hub).other_hub, None);
        assert_eq!(trouble(&gone(false), &web).other_hub, None);
        let from_the_mirror = derive(&gone(false), Some(&hub), HUBS[1], strings(Locale::En));
        assert_eq!(from_the_mirror.other_hub, Some(HUBS[0]));
    }

    #[test]
    fn once_more_is_offered_where_it_can_help() {
        let hub = Source::Hub("a/b".into());
        let broken =
            |kept| Fault::Interrupted { file: "model.safetensors".into(), done_bytes: 1, total_bytes: 2, kept };
        assert_eq!(trouble(&broken(true), &hub).again, Some(Again::GoOn));
        assert_eq!(trouble(&broken(false), &hub).again, Some(Again::Anew));
        assert_eq!(trouble(&ConfigError::Family { found: "llama".into() }.into(), &hub).again, None);
        assert_eq!(trouble(&broken(true), &Source::Files("mine".into())).again, None);
        assert_eq!(trouble(&Fault::Lost { rebuilt: true, detail: String::new() }, &hub).again, None);
    }

    #[test]
    fn what_the_reader_said_is_kept_for_the_report() {
        let model = trouble(&ConfigError::Family { found: "llama".into() }.into(), &Source::Hub("a/b".into()));
        assert!(model.detail.contains("'llama'"), "{}", model.detail);
    }
}
