//! An addition to the stream: how long the vectors are, and how the addend lies to the stream.

use super::model::Sum;
use crate::content::Strings;
use crate::model::{Site, SiteName};
use crate::views::derived::{Derived, entering};
use crate::views::grid::tenth;
use crate::views::number::{multiple, short};
use leptos::prelude::*;

/// Cosines from which on a vector lies partly along another, and along it.
const PARTLY: f32 = 0.2;
const ALONG: f32 = 0.7;

/// Which of the five words for an angle; `None` where it is no number.
pub fn angle(cosine: f32) -> Option<usize> {
    match cosine {
        c if c.is_nan() => None,
        c if c <= -ALONG => Some(0),
        c if c <= -PARTLY => Some(1),
        c if c < PARTLY => Some(2),
        c if c < ALONG => Some(3),
        _ => Some(4),
    }
}

/// A part of the stream's length, or how many times it is.
fn amount(share: f32, strings: &Strings) -> String {
    let words = &strings.block;
    multiple(share, &strings.stage)
        .map_or_else(|| (words.share_of)(&strings.stage.percent(share)), |number| (words.times_of)(&number))
}

/// The sentence and three bars.
pub fn draw(sum: Sum, site: Site, layer: usize, position: usize, strings: &'static Strings) -> AnyView {
    let (words, stage) = (&strings.block, &strings.stage);
    let attention = site == Site::Mid;
    let said = match angle(sum.cosine).filter(|_| sum.share().is_finite()) {
        Some(angle) => {
            let say = if attention { words.attention_sum } else { words.mlp_sum };
            say(&amount(sum.share(), strings), words.angles[angle], &short(sum.cosine, stage))
        }
        None => words.sum_unknown.into(),
    };
    let adds = if attention { words.attention_adds } else { words.mlp_adds };
    let name = |site| SiteName::new(site, layer);
    let [before, added] = match attention {
        true => [entering(layer), name(Site::Project)],
        false => [name(Site::Mid), name(Site::Contract)],
    };
    let lengths = [(words.before, before, sum.before), (adds, added, sum.added), (words.after, name(site), sum.after)];
    let most = lengths.iter().map(|(.., length)| *length).filter(|v| v.is_finite()).fold(0.0, f32::max);
    let bar = |(i, (name, of, length)): (usize, (&'static str, SiteName, f32))| {
        let share = if most > 0.0 && length.is_finite() { f64::from(length / most) } else { 0.0 };
        let class = if i == 1 { "block-bar added" } else { "block-bar" };
        view! {
            <dt>{name}</dt>
            <dd>
                <svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 8">
                    <rect class=class x="0" y="0" width=tenth(100.0 * share) height="8" />
                </svg>
                <data class="number" value=length.to_string() data-derived=Derived::Length(of, position).to_string()
                    data-value=length.to_string()>{short(length, stage)}</data>
            </dd>
        }
    };
    view! {
        <p class="sentence sentence-small" data-derived=Derived::Cosine(before, added, position).to_string()
            data-value=sum.cosine.to_string()>{said}</p>
        <p class="unseen">{words.lengths}</p>
        <dl class="block-lengths">{lengths.into_iter().enumerate().map(bar).collect_view()}</dl>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Locale, strings};

    #[test]
    fn an_angle_has_a_word_unless_it_is_no_number() {
        assert_eq!([-1.0, -0.3, 0.05, 0.3, 1.0].map(angle), [0, 1, 2, 3, 4].map(Some));
        assert_eq!(angle(f32::NAN), None);
        let sum = Sum { before: 10.0, added: f32::NAN, after: 3.0, cosine: f32::NAN };
        let html = Owner::new().with(|| draw(sum, Site::Mid, 1, 3, strings(Locale::En)).to_html());
        assert!(html.contains("not a number") && html.contains("data-value=\"NaN\""), "{html}");
        let sum = Sum { before: 10.0, added: 3.8, after: 11.0, cosine: 0.01 };
        let html = Owner::new().with(|| draw(sum, Site::Out, 1, 3, strings(Locale::En)).to_html());
        assert!(html.contains("38\u{202f}%") && html.contains("right angles"), "{html}");
        assert!(html.contains("data-derived=\"cosine:block.1.mid:block.1.mlp.contract:3\""), "{html}");
    }
}
