//! A logit opened: the normed vector times the token's vector, the largest products first.

use super::model::{Opened, UnembeddingModel};
use super::table::signed_bar;
use super::{StepNumber, marks};
use crate::analysis::vectors::Product;
use crate::content::Strings;
use crate::link::protocol::ModelInfo;
use crate::model::{Cell, Site, SiteName};
use crate::views::derived::{Derived, Told, logit, place};
use crate::views::number::figure;
use crate::views::room::StageActions;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn DotProduct(
    model: Signal<Option<UnembeddingModel>>,
    opened: Signal<Option<Opened>>,
    /// The token that shall be opened.
    open: Signal<Option<u32>>,
    info: Signal<Option<Arc<ModelInfo>>>,
    on_open: Callback<u32>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().unembedding;
    let count = move || model.with(|m| strings.get().stage.count(m.as_ref().map_or(0, |m| m.vocabulary)));
    let tied = move || info.with(|info| info.as_ref().is_none_or(|info| info.config.tied));
    let chips = move || {
        let labels = model.with(|m| m.as_ref().map(|m| m.all().map(|way| way.label.clone()).collect::<Vec<_>>()));
        let chip = |label: crate::views::label::Label| {
            let id = label.id;
            view! {
                <button type="button" class="plain chip-word" aria-pressed=move || (open.get() == Some(id)).to_string()
                    on:click=move |_| on_open.run(id)>{label.clipped(14.0).html()}</button>
            }
        };
        labels.unwrap_or_default().into_iter().map(chip).collect_view()
    };
    let waiting = move || opened.with(Option::is_none);
    view! {
        <li>
            <StepNumber number=3 />
            <h4>{move || marks(strings.get(), [words().norm_title]).draw(words().dot_title)}</h4>
            <p class="note">{move || marks(strings.get(), [words().norm_title, words().dot_title]).draw(&(words().dot_text)(&count()))}</p>
            <p class="note">{move || if tied() { words().dot_tied } else { words().dot_untied }}</p>
            <div class="unembed-choose" role="group" aria-label=move || words().dot_choose>
                <span class="soft">{move || words().dot_choose}</span>
                {chips}
            </div>
            <p class="note" class:none=move || !waiting()>{move || words().dot_waiting}</p>
            {move || opened.with(|o| o.as_ref().map(|o| products(o, actions, strings.get())))}
        </li>
    }
}

fn products(opened: &Opened, actions: StageActions, strings: &'static Strings) -> AnyView {
    let words = &strings.unembedding;
    let [a, b] = words.dot_table;
    // The bars compare the products; what all the others come to is another matter, and has none.
    let products = opened.dot.largest.iter().map(|p| p.product);
    let [low, high] = products.fold([0f32, 0.0], |[low, high], v| [low.min(v), high.max(v)]);
    let row = opened.row;
    let (table, id) = (opened.table, opened.label.id);
    let logit = logit(row, id);
    let lines = opened.dot.largest.iter().map(|&Product { dimension, left, right, product }| {
        let cell = Cell::new(SiteName::new(Site::NormF, 0), row, dimension);
        let place = place(table, id as usize, dimension);
        let product_of = Derived::Times(vec![cell.to_string(), place.clone()]);
        view! {
            <tr data-testid="product" data-dimension=dimension data-derived=product_of.to_string() data-value=product.to_string()>
                <th scope="row" class="number faint">{dimension}</th>
                <td class="number">
                    <button type="button" class="link" data-cell=cell.to_string() data-value=left.to_string()
                        on:click=move |_| actions.on_cell.run(Some(cell))>{figure(left, &strings.stage)}</button>
                </td>
                <td class="number"><span class="learned" title=words.learned data-learned=place data-value=right.to_string()>{figure(right, &strings.stage)}</span></td>
                <td class="unembed-bars">{signed_bar(product, low, high)}</td>
                <td class="number">{figure(product, &strings.stage)}</td>
            </tr>
        }
    });
    let shown = opened.dot.largest.iter().map(|product| product.dimension).collect();
    let total = |name: String, value: f32, class: &'static str, told: Told| {
        let (cell, derived) = match told {
            Told::Cell(cell) => (Some(cell.to_string()), None),
            Told::Made(derived) => (None, Some(derived.to_string())),
        };
        view! {
            <tr class=class data-cell=cell data-derived=derived data-value=value.to_string()>
                <th scope="row" colspan="4">{name}</th>
                <td class="number">{figure(value, &strings.stage)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" tabindex="0" role="group" aria-label=format!("{a}{}{b}", opened.label.name())>
            <table class="unembed-table unembed-products" data-id=opened.label.id>
                <caption>{a}<em class="tok" translate="no">{opened.label.name()}</em>{b}</caption>
                <thead><tr>
                    <th scope="col" class="number">{words.dimension}</th>
                    <th scope="col" class="number">{words.of_vector}</th>
                    <th scope="col" class="number">"× "{words.of_token}</th>
                    <th scope="col" colspan="2">"= "{words.product}</th>
                </tr></thead>
                <tbody>
                    {lines.collect_view()}
                    {(opened.dot.others > 0).then(|| total((words.others)(opened.dot.others), opened.dot.rest, "unembed-rest", Told::Made(Derived::Products(logit, shown))))}
                    {opened.left_over().map(|rest| total(words.left_over.into(), rest, "unembed-rest", Told::Made(Derived::Unexplained(logit))))}
                    {total(words.sum.into(), opened.logit, "unembed-sum", Told::Cell(logit))}
                </tbody>
            </table>
        </div>
        <button type="button" class="plain" data-cell=logit.to_string() on:click=move |_| actions.on_cell.run(Some(logit))>
            {words.receipt}
        </button>
    }
    .into_any()
}
