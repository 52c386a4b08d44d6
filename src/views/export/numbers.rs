//! The numbers of a room, each with its address and its words, as CSV and as JSON.

use super::About;
use crate::views::figures::{Entry, FigureTable};
use serde_json::{Value, json};
use std::collections::HashSet;

/// A number on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its address in the run, or else what its element says of itself.
    pub cell: String,
    pub label: String,
    /// As the page carries it, not rounded.
    pub value: String,
}

/// What stands in the page, and then what its pictures are painted from; each address once. A picture whose numbers
/// are too many is named without them.
pub fn with_figures(mut numbers: Vec<Number>, tables: &[FigureTable]) -> Vec<Number> {
    let mut there: HashSet<String> = numbers.iter().map(|number| number.cell.clone()).collect();
    for table in tables {
        if table.entries.is_empty() {
            numbers.push(Number { cell: String::new(), label: table.title.clone(), value: String::new() });
        }
        for Entry { row, column, value, cell } in &table.entries {
            let address = cell.map(|cell| cell.to_string());
            if address.as_ref().is_some_and(|address| !there.insert(address.clone())) {
                continue;
            }
            let cell = address.unwrap_or_else(|| format!("row={row} column={column}"));
            let said = [&table.title, &table.rows[*row], &table.columns[*column]];
            let label = said.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
            numbers.push(Number { cell, label, value: value.to_string() });
        }
    }
    numbers
}

/// A line a number; before them, what made them, in lines without a cell.
pub fn csv(about: &About, numbers: &[Number]) -> String {
    let quoted = |text: &str| match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    let line =
        |cell: &str, label: &str, value: &str| format!("{},{},{}\r\n", quoted(cell), quoted(label), quoted(value));
    let fields = about.fields().map(|(name, value)| line("", name, value)).concat();
    let numbers: String = numbers.iter().map(|n| line(&n.cell, &n.label, &n.value)).collect();
    format!("cell,label,value\r\n{fields}{numbers}")
}

/// The same as JSON. What is no finite number stays a string, since JSON has no word for it.
pub fn json(about: &About, numbers: &[Number]) -> String {
    let mut all: serde_json::Map<String, Value> =
        about.fields().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    all.insert("knob".into(), about.knob.clone().into());
    let value = |text: &str| match text.parse::<f64>() {
        Ok(number) if number.is_finite() => json!(number),
        _ => json!(text),
    };
    let number = |n: &Number| json!({"cell": n.cell, "label": n.label, "value": value(&n.value)});
    all.insert("numbers".into(), numbers.iter().map(number).collect());
    format!("{:#}\n", Value::Object(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cell;
    use crate::views::figures::numbered;

    fn about() -> About {
        About {
            title: "Block 3 of 6".into(),
            address: "http://localhost/#/block-2".into(),
            text: "The \"King\",\nsaid".into(),
            model: "story".into(),
            engine: "cpu (NoWebGpu), F32 weights".into(),
            precision: "F32".into(),
            knob: None,
        }
    }

    fn number(cell: &str, label: &str, value: &str) -> Number {
        Number { cell: cell.into(), label: label.into(), value: value.into() }
    }

    #[test]
    fn a_table_carries_every_number_as_the_page_has_it() {
        let numbers = [number("block.2.mid:3:7", "0.12, about", "0.12345678"), number("", "x", "NaN")];
        let csv = csv(&about(), &numbers);
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines[0], "cell,label,value");
        assert_eq!(lines[2], ",text,\"The \"\"King\"\",\nsaid\"");
        assert_eq!(lines[8], "block.2.mid:3:7,\"0.12, about\",0.12345678");
        assert_eq!(lines[9], ",x,NaN");
    }

    #[test]
    fn json_keeps_what_is_no_number_visible() {
        let numbers = [number("a", "b", "0.25"), number("a", "b", "NaN"), number("a", "b", "-inf")];
        let read: Value = serde_json::from_str(&json(&about(), &numbers)).unwrap();
        assert_eq!(read["knob"], Value::Null);
        assert_eq!(read["model"], "story");
        let values: Vec<&Value> = read["numbers"].as_array().unwrap().iter().map(|n| &n["value"]).collect();
        assert_eq!(values, [&json!(0.25), &json!("NaN"), &json!("-inf")]);
    }

    #[test]
    fn a_picture_s_numbers_follow_those_of_the_page_and_none_comes_twice() {
        let cell = |text| Cell::parse(text);
        let names = |count| numbered(count);
        let entry = |row: usize, column: usize| {
            let address = cell(["logits:0:0", "logits:0:1"][column]).filter(|_| row == 0);
            Some((0.5 + column as f32, address))
        };
        let tables = [
            FigureTable::new("map".into(), names(2), names(2), entry),
            FigureTable { title: "too many".into(), ..FigureTable::default() },
        ];
        let all = with_figures(vec![number("logits:0:0", "first", "0.5")], &tables);
        let wanted = [
            number("logits:0:0", "first", "0.5"),
            number("logits:0:1", "map · 0 · 1", "1.5"),
            number("row=1 column=0", "map · 1 · 0", "0.5"),
            number("row=1 column=1", "map · 1 · 1", "1.5"),
            number("", "too many", ""),
        ];
        assert_eq!(all, wanted);
    }
}
