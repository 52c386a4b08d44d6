//! The numbers of figures that are pixels: as a table in the page, as a file, and in what is saved of a room.
//!
//! Each such figure makes a [`FigureTable`] of the model that it is painted from and [`offer`]s it for as long as it
//! stands. Nothing is made before somebody asks.

use super::browser::save;
use super::label::Label;
use super::number::figure;
use crate::content::StageStrings;
use crate::model::Cell;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One number of a figure, with its place in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub row: usize,
    pub column: usize,
    pub value: f32,
    /// Its address, where it is a value of the run.
    pub cell: Option<Cell>,
}

/// What a figure is painted from, row by row. A place where nothing stands has no entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FigureTable {
    pub title: String,
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    pub entries: Vec<Entry>,
}

impl FigureTable {
    /// `entry`: the number at a row and a column, if one stands there.
    pub fn new(
        title: String,
        rows: Vec<String>,
        columns: Vec<String>,
        entry: impl Fn(usize, usize) -> Option<(f32, Option<Cell>)>,
    ) -> Self {
        let places = (0..rows.len()).flat_map(|row| (0..columns.len()).map(move |column| (row, column)));
        let entry = |(row, column)| entry(row, column).map(|(value, cell)| Entry { row, column, value, cell });
        let entries = places.filter_map(entry).collect();
        Self { title, rows, columns, entries }
    }

    /// A line a row, a column a column, as the figure has them.
    pub fn csv(&self) -> String {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut cells = vec![String::new(); self.rows.len() * self.columns.len()];
        for Entry { row, column, value, .. } in &self.entries {
            cells[row * self.columns.len() + column] = value.to_string();
        }
        let head = self.columns.iter().map(|name| format!(",{}", quoted(name))).collect::<String>();
        let lines = self.rows.iter().zip(cells.chunks(self.columns.len().max(1)));
        let lines = lines.map(|(name, cells)| format!("{},{}\r\n", quoted(name), cells.join(",")));
        format!("{}{head}\r\n{}", quoted(&self.title), lines.collect::<String>())
    }
}

/// Names of tokens on a side of a table: their places from 0, and themselves.
pub fn tokens(labels: &[Label]) -> Vec<String> {
    labels.iter().enumerate().map(|(i, label)| format!("{i} {}", label.visible())).collect()
}

/// Names of so many numbered things: dimensions, positions.
pub fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|i| i.to_string()).collect()
}

type Offer = Arc<dyn Fn() -> Vec<FigureTable> + Send + Sync>;

/// The figures of the room. Given as context by the stage.
#[derive(Clone, Copy)]
pub struct Figures(StoredValue<BTreeMap<usize, Offer>>);

impl Figures {
    pub fn new() -> Self {
        Self(StoredValue::new(BTreeMap::new()))
    }

    /// What all figures that stand now are painted from, in the order in which they came.
    pub fn tables(self) -> Vec<FigureTable> {
        let offers: Vec<Offer> = self.0.with_value(|offers| offers.values().cloned().collect());
        untrack(|| offers.iter().flat_map(|offer| offer()).collect())
    }
}

impl Default for Figures {
    fn default() -> Self {
        Self::new()
    }
}

/// Offers a figure's tables for as long as it stands.
pub fn offer(tables: impl Fn() -> Vec<FigureTable> + Send + Sync + 'static) {
    let Some(Figures(figures)) = use_context::<Figures>() else { return };
    let place = figures.try_update_value(|offers| {
        let place = offers.last_key_value().map_or(0, |(last, _)| last + 1);
        offers.insert(place, Arc::new(tables));
        place
    });
    on_cleanup(move || {
        figures.try_update_value(|offers| place.and_then(|place| offers.remove(&place)));
    });
}

/// More cells than this make no table that anybody reads; the file has them.
const READABLE: usize = 4096;

/// A figure's numbers as a table that is folded until it is wanted, and as a file.
#[component]
pub fn FigureNumbers(
    table: Signal<Option<FigureTable>>,
    /// How many cells it will have: it is not made to be counted.
    cells: Signal<usize>,
    /// What the file is called.
    file: Signal<String>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let readable = move || cells.get() <= READABLE;
    let drawn = move || table.with(|t| t.as_ref().map(|t| drawn(t, strings.get())));
    let keep = move |_| {
        if let Some(table) = table.get_untracked() {
            save(&file.get_untracked(), &table.csv());
        }
    };
    view! {
        <div class="figure-numbers">
            <button type="button" class="quiet" title=move || strings.get().figure_csv on:click=keep>{move || strings.get().csv}</button>
            <details class="as-table" data-again prop:open=open class:none=move || !readable()>
                <summary on:click=move |event| {
                    event.prevent_default();
                    open.update(|open| *open = !*open);
                }>{move || strings.get().as_table}</summary>
                <Show when=move || open.get() && readable()>
                    <div class="wide" tabindex="0" role="group" aria-label=move || strings.get().as_table>{drawn}</div>
                </Show>
            </details>
        </div>
    }
}

fn drawn(table: &FigureTable, words: &'static StageStrings) -> AnyView {
    let columns = table.columns.len();
    let mut cells: Vec<Option<&Entry>> = vec![None; table.rows.len() * columns];
    table.entries.iter().for_each(|entry| cells[entry.row * columns + entry.column] = Some(entry));
    let cell = |entry: &Option<&Entry>| match entry {
        Some(Entry { value, cell, .. }) => {
            let address = cell.map(|cell| cell.to_string());
            view! { <td class="number" data-cell=address data-value=value.to_string()>{figure(*value, words)}</td> }
                .into_any()
        }
        None => view! { <td></td> }.into_any(),
    };
    let line = |(name, cells): (&String, &[Option<&Entry>])| {
        view! { <tr><th scope="row">{name.clone()}</th>{cells.iter().map(cell).collect_view()}</tr> }
    };
    let lines = table.rows.iter().zip(cells.chunks(columns.max(1))).map(line);
    let head = table.columns.iter().map(|name| view! { <th scope="col">{name.clone()}</th> });
    view! {
        <table>
            <caption class="unseen">{table.title.clone()}</caption>
            <thead><tr><td></td>{head.collect_view()}</tr></thead>
            <tbody>{lines.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> FigureTable {
        let names = |names: [&str; 2]| names.map(String::from).to_vec();
        let entry = |row, column| (column <= row).then_some(((row * 2 + column) as f32 / 8.0, None));
        FigureTable::new("a map".into(), names(["0 The", "1 \"King"]), names(["0 The", "1 \"King"]), entry)
    }

    #[test]
    fn a_file_has_every_number_at_its_place_and_none_where_none_stands() {
        let lines = ["\"a map\",\"0 The\",\"1 \"\"King\"", "\"0 The\",0,", "\"1 \"\"King\",0.25,0.375", ""];
        assert_eq!(table().csv(), lines.join("\r\n"));
        assert_eq!(FigureTable::default().csv(), "\"\"\r\n");
    }

    #[test]
    fn a_figure_is_offered_while_it_stands() {
        Owner::new().with(|| {
            let figures = Figures::new();
            provide_context(figures);
            let first = Owner::current().unwrap().child();
            first.with(|| offer(|| vec![table()]));
            offer(|| vec![FigureTable { title: "another".into(), ..FigureTable::default() }]);
            let titles = || figures.tables().into_iter().map(|t| t.title).collect::<Vec<_>>();
            assert_eq!(titles(), ["a map", "another"]);
            first.cleanup();
            assert_eq!(titles(), ["another"]);
        });
    }
}
