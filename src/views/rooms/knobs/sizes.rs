//! This model among those known by name: squares whose areas are numbers of parameters, all of one
//! scale, and a corner of them magnified and marked as such.

use crate::analysis::tally;
use crate::content::Strings;
use crate::model::GptConfig;
use crate::views::browser::width_of;
use crate::views::derived::Derived;
use crate::views::grid::tenth;
use crate::views::room::StageModel;
use leptos::html::Div;
use leptos::prelude::*;

/// A model in the comparison.
#[derive(Clone, Debug, PartialEq)]
struct Size {
    /// Nothing for this model, where it is not one of the known.
    name: Option<&'static str>,
    /// It is the model on the page.
    own: bool,
    config: GptConfig,
    count: u64,
}

/// Largest first; a known model that is this one stands once.
fn sizes(own: &GptConfig) -> Vec<Size> {
    let count = own.parameters();
    let known = tally::known().into_iter().map(|known| {
        let parameters = known.config.parameters();
        Size { name: Some(known.name), own: parameters == count, config: known.config, count: parameters }
    });
    let mut sizes: Vec<Size> = known.collect();
    if !sizes.iter().any(|size| size.own) {
        sizes.push(Size { name: None, own: true, config: own.clone(), count });
    }
    sizes.sort_by_key(|size| std::cmp::Reverse(size.count));
    sizes
}

/// A square's side where one of `largest` has `side`.
fn side(count: u64, largest: u64, side: f64) -> f64 {
    side * (count as f64 / largest as f64).sqrt()
}

/// How the picture lies on so many pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Lay {
    /// The largest model's square.
    large: f64,
    /// The magnified corner: left, top, side.
    inset: [f64; 3],
    width: f64,
    height: f64,
}

const TOP: f64 = 20.0;
const FOOT: f64 = 34.0;
const GAP: f64 = 56.0;

impl Lay {
    fn fit(room: f64) -> Self {
        let beside = room >= 620.0;
        if beside {
            let side = ((room - GAP - 4.0) / 2.0).min(360.0);
            Self {
                large: side,
                inset: [side + GAP, TOP, side],
                width: 2.0 * side + GAP + 2.0,
                height: side + TOP + FOOT,
            }
        } else {
            let side = (room - 4.0).clamp(200.0, 360.0);
            let inset = [0.0, side + 2.0 * TOP + GAP, side];
            Self { large: side, inset, width: side + 2.0, height: inset[1] + side + FOOT }
        }
    }
}

#[component]
pub fn Sizes(model: StageModel, strings: Signal<&'static Strings>) -> impl IntoView {
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 720.0);
    let all =
        Memo::new(move |_| model.info.with(|info| info.as_ref().map(|info| sizes(&info.config))).unwrap_or_default());
    let words = move || &strings.get().knobs;
    let lead = move || {
        all.with(|all| {
            let own = all.iter().find(|size| size.own)?;
            Some((words().sizes_lead)(&times(all.first()?.count, own.count, strings.get())))
        })
    };
    view! {
        <section class="sizes">
            <h3>{move || words().sizes_title}</h3>
            <p class="note">{lead}</p>
            <div class="sizes-picture" node_ref=room>
                {move || all.with(|all| picture(all, Lay::fit(width.get()), strings.get()))}
            </div>
            <div class="table-scroll" tabindex="0" role="group" aria-label=move || words().sizes_title>
                {move || all.with(|all| table(all, strings.get()))}
            </div>
            <p class="note">{move || words().sizes_source}</p>
        </section>
    }
}

/// How many times as many, to two digits or so.
fn times(count: u64, of: u64, strings: &Strings) -> String {
    let times = count as f64 / of.max(1) as f64;
    match times {
        t if t >= 1000.0 => strings.stage.count(((t / 100.0).round() * 100.0) as u64),
        t if t >= 10.0 => format!("{t:.0}"),
        t if t >= 0.1 => format!("{t:.1}"),
        t => format!("{t:.4}"),
    }
}

fn name(size: &Size, strings: &Strings) -> String {
    match (size.name, size.own) {
        (Some(name), true) => format!("{name} = {}", strings.knobs.this_model),
        (Some(name), false) => name.into(),
        (None, _) => strings.knobs.this_model.into(),
    }
}

fn picture(all: &[Size], lay: Lay, strings: &'static Strings) -> Option<AnyView> {
    let words = &strings.knobs;
    let [largest, second] = [all.first()?, all.get(1)?];
    let [inset_x, inset_y, inset] = lay.inset;
    // All squares share their lower right corner, here and in the inset.
    let square = move |size: &Size, scale: u64, large: f64, right: f64, bottom: f64| {
        let side = side(size.count, scale, large);
        let class = if size.own { "size size-own" } else { "size" };
        view! { <rect class=class x=right - side y=bottom - side width=side height=side
        data-derived=Derived::Parameters(size.config.clone()).to_string() data-value=size.count /> }
    };
    let bottom = TOP + lay.large;
    let corner = side(second.count, largest.count, lay.large);
    let magnified = inset / corner;
    let (inset_right, inset_bottom) = (inset_x + inset, inset_y + inset);
    // A name fits where the square shows a strip of some height above the next one, and is wide enough.
    let labels = all[1..].iter().enumerate().filter_map(|(i, size)| {
        let own_side = side(size.count, second.count, inset);
        let next = all.get(i + 2).map_or(0.0, |next| side(next.count, second.count, inset));
        let (x, y) = (inset_right - own_side + 7.0, inset_bottom - own_side + 16.0);
        (own_side - next >= 34.0 && own_side >= 70.0).then(|| {
            view! {
                <text class="size-name" x=tenth(x) y=tenth(y)>{name(size, strings)}</text>
                <text class="axis" x=tenth(x) y=tenth(y + 15.0)>{(words.amount)(size.count)}</text>
            }
        })
    });
    let own = all.iter().find(|size| size.own && size.count < second.count);
    let outside = own.map(|size| {
        let own_side = side(size.count, second.count, inset);
        let x = tenth(inset_right - own_side / 2.0);
        view! {
            <line class="size-lead" x1=x x2=x y1=tenth(inset_bottom - own_side / 2.0) y2=tenth(inset_bottom + 14.0) />
            <text class="size-name" x=tenth(inset_right) y=tenth(inset_bottom + 28.0) text-anchor="end">
                {format!("{}{}{}", name(size, strings), strings.stage.colon, (words.amount)(size.count))}
            </text>
        }
    });
    let stacked = inset_x == 0.0;
    let ends =
        if stacked { [(lay.large - corner, 0.0), (lay.large, inset)] } else { [(lay.large, 0.0), (lay.large, inset)] };
    let rays = ends.map(|(x, along)| {
        let from = if stacked {
            bottom
        } else if along == 0.0 {
            bottom - corner
        } else {
            bottom
        };
        let to = if stacked { (along, inset_y) } else { (inset_x, inset_y + along) };
        view! { <line class="size-ray" x1=tenth(x) y1=tenth(from) x2=tenth(to.0) y2=tenth(to.1) /> }
    });
    Some(view! {
        <svg class="sizes-svg" viewBox=format!("-1 0 {} {}", tenth(lay.width), tenth(lay.height)) width=tenth(lay.width)
            role="img" aria-label=words.sizes_figure>
            <text class="axis-word" x="0" y="13">{words.true_scale}</text>
            {all.iter().map(|size| square(size, largest.count, lay.large, lay.large, bottom)).collect_view()}
            <text class="size-name" x="9" y=TOP + 20.0>{name(largest, strings)}</text>
            <text class="axis" x="9" y=TOP + 36.0>{(words.amount)(largest.count)}</text>
            {rays}
            <text class="axis-word size-caption" x=inset_x y=inset_y - 7.0>{(words.magnified)(&format!("{magnified:.0}"))}</text>
            {all[1..].iter().map(|size| square(size, second.count, inset, inset_right, inset_bottom)).collect_view()}
            <rect class="size-inset" x=inset_x y=inset_y width=inset height=inset />
            {labels.collect_view()}
            {outside}
        </svg>
    }
    .into_any())
}

fn table(all: &[Size], strings: &'static Strings) -> AnyView {
    let words = &strings.knobs;
    let own = all.iter().find(|size| size.own).map_or(1, |size| size.count);
    let [model, shape, parameters, factor] = words.sizes_table;
    let row = |size: &Size| {
        let GptConfig { layers, heads, width, .. } = size.config;
        let shape = (words.shape)(layers, heads, &strings.stage.count(width));
        view! {
            <tr class:own=size.own data-testid="size" data-derived=Derived::Parameters(size.config.clone()).to_string() data-value=size.count>
                <th scope="row">{name(size, strings)}<span class="shape-below">{shape.clone()}</span></th>
                <td class="arithmetic">{shape.clone()}</td>
                <td class="number">{strings.stage.count(size.count)}</td>
                <td class="number faint">{if size.own { "1".into() } else { times(size.count, own, strings) }}</td>
            </tr>
        }
    };
    view! {
        <table class="counts-table">
            <thead><tr><th scope="col">{model}</th><th scope="col" class="arithmetic">{shape}</th>
                <th scope="col" class="number">{parameters}</th><th scope="col" class="number">{factor}</th></tr></thead>
            <tbody>{all.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_true_to_scale() {
        let small =
            GptConfig::from_json(r#"{"n_layer":6,"n_head":8,"n_embd":256,"vocab_size":8192,"n_positions":256}"#);
        let all = sizes(&small.unwrap());
        assert_eq!(all.len(), 6);
        assert!(all[5].own && all[5].name.is_none());
        for size in &all {
            let side = side(size.count, all[0].count, 360.0);
            let area = side * side / (360.0 * 360.0);
            assert!((area - size.count as f64 / all[0].count as f64).abs() < 1e-12);
        }
    }

    #[test]
    fn a_model_that_is_known_stands_once() {
        let all = sizes(&tally::known()[0].config);
        assert_eq!(all.len(), 5);
        assert_eq!(all.iter().filter(|size| size.own).map(|size| size.name).collect::<Vec<_>>(), [Some("GPT-2 small")]);
    }

    #[test]
    fn the_picture_fits_its_room() {
        for room in [320.0, 600.0, 720.0, 1200.0] {
            assert!(Lay::fit(room).width <= room);
        }
    }
}
