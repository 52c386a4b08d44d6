//! A number in a text or a table: short, with a true minus, and, where it is a value of the run, a way to
//! its receipt.

use crate::content::StageStrings;
use crate::model::Cell;
use leptos::prelude::*;

/// Three digits that count, whatever the size: `−12.3`, `0.0417`, `5.1·10⁻⁶`.
pub fn short(value: f32, words: &StageStrings) -> String {
    if value.is_nan() {
        return words.not_a_number.into();
    }
    let (sign, size) = (if value < 0.0 { "−" } else { "" }, f64::from(value.abs()));
    if size.is_infinite() {
        return format!("{sign}∞");
    }
    match size {
        0.0 => "0".into(),
        99.95.. => format!("{sign}{size:.0}"),
        9.995.. => format!("{sign}{size:.1}"),
        0.9995.. => format!("{sign}{size:.2}"),
        0.09995.. => format!("{sign}{size:.3}"),
        0.00095.. => format!("{sign}{size:.4}"),
        _ => {
            let written = format!("{size:.1e}");
            let (digits, power) = written.split_once('e').unwrap_or((&written, "0"));
            let raised = power.chars().map(|c| match c {
                '-' => '⁻',
                c => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(c.to_digit(10).unwrap_or(0) as usize).unwrap_or(c),
            });
            format!("{sign}{digits}·10{}", raised.collect::<String>())
        }
    }
}

/// The same with its sign always.
pub fn signed(value: f32, words: &StageStrings) -> String {
    let short = short(value, words);
    if value > 0.0 { format!("+{short}") } else { short }
}

/// A number in the page; with an address, a button that opens the receipt.
pub fn number(value: f32, cell: Option<Cell>, on_cell: Callback<Option<Cell>>, words: &StageStrings) -> AnyView {
    let text = short(value, words);
    match cell {
        Some(cell) => view! {
            <button type="button" class="run-value" data-cell=cell.to_string() data-value=value.to_string()
                on:click=move |_| on_cell.run(Some(cell))>
                {text}
            </button>
        }
        .into_any(),
        None => view! { <data class="run-value" value=value.to_string() data-value=value.to_string()>{text}</data> }
            .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::stage::EN;

    #[test]
    fn numbers_are_short_and_true_to_their_size() {
        let cases = [
            (-12.345, "−12.3"),
            (0.041_72, "0.0417"),
            (0.0, "0"),
            (-0.0, "0"),
            (3.0, "3.00"),
            (1234.4, "1234"),
            (5.12e-6, "5.1·10⁻⁶"),
            (0.5, "0.500"),
            (f32::NEG_INFINITY, "−∞"),
            (f32::NAN, "not a number"),
        ];
        for (value, text) in cases {
            assert_eq!(short(value, &EN), text);
        }
        assert_eq!((signed(2.0, &EN), signed(-2.0, &EN)), ("+2.00".into(), "−2.00".into()));
    }
}
