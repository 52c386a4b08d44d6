//! Numbers as a person reads them, in one place: so many digits that count, a true minus, powers of ten where a
//! number is very small or very large, and words where it is none. And a number in the page that is a way to its
//! receipt.

use super::derived::Told;
use crate::content::StageStrings;
use crate::model::Cell;
use leptos::prelude::*;

/// At a glance, in pictures and lists: three digits that count. `−12.3`, `0.0417`, `5.12·10⁻⁶`.
pub fn short(value: f32, words: &StageStrings) -> String {
    written(f64::from(value), 3, words)
}

/// To be compared, in tables: four digits that count. `−1.234`, `440.2`, `0.04140`.
pub fn figure(value: f32, words: &StageStrings) -> String {
    written(f64::from(value), 4, words)
}

/// To be checked, in receipts: so many digits that count, and no zeros that say nothing.
pub fn precise(value: f64, digits: usize, words: &StageStrings) -> String {
    let written = written(value, digits, words);
    let (number, power) = written.split_once('·').map_or((written.as_str(), None), |(n, power)| (n, Some(power)));
    let number = match number.contains('.') && value.is_finite() {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    };
    power.map_or(number.to_owned(), |power| format!("{number}·{power}"))
}

/// So many significant digits.
fn written(value: f64, digits: usize, words: &StageStrings) -> String {
    if value.is_nan() {
        return words.not_a_number.into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞".into() } else { "−∞".into() };
    }
    // Rounded first: 9.999 with three digits is 10.0.
    let scientific = format!("{value:.*e}", digits - 1);
    let (number, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let text = match power.parse().unwrap_or(0) {
        _ if value == 0.0 => "0".into(),
        power @ -4..7 => format!("{value:.*}", (digits as i32 - 1 - power).max(0) as usize),
        _ => format!("{number}·10{}", power.chars().map(raised).collect::<String>()),
    };
    text.replace('-', "−")
}

fn raised(c: char) -> char {
    match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
    }
}

/// The same with its sign always.
pub fn signed(value: f32, words: &StageStrings) -> String {
    let short = short(value, words);
    if value > 0.0 { format!("+{short}") } else { short }
}

/// A number in the page; a value of the run is a button that opens its receipt.
pub fn number(value: f32, told: Told, on_cell: Callback<Option<Cell>>, words: &StageStrings) -> AnyView {
    let text = short(value, words);
    match told {
        Told::Cell(cell) => view! {
            <button type="button" class="run-value" data-cell=cell.to_string() data-value=value.to_string()
                on:click=move |_| on_cell.run(Some(cell))>
                {text}
            </button>
        }
        .into_any(),
        Told::Made(derived) => view! {
            <data class="run-value" value=value.to_string() data-derived=derived.to_string() data-value=value.to_string()>{text}</data>
        }
        .into_any(),
    }
}

/// How many times the whole a share is: `60`, `2.1`, `0.49`.
pub fn times(share: f32, words: &StageStrings) -> String {
    match share {
        share if share.is_nan() => words.not_a_number.into(),
        share if share >= 9.95 => format!("{share:.0}"),
        share if share >= 0.995 => format!("{share:.1}"),
        share => format!("{share:.2}"),
    }
}

/// The same where it is at least twice; below that it reads better in percent.
pub fn multiple(share: f32, words: &StageStrings) -> Option<String> {
    (share >= 2.0).then(|| times(share, words))
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
            (5.12e-6, "5.12·10⁻⁶"),
            (9.999, "10.0"),
            (0.5, "0.500"),
            (f32::NEG_INFINITY, "−∞"),
            (f32::NAN, "not a number"),
        ];
        for (value, text) in cases {
            assert_eq!(short(value, &EN), text);
        }
        assert_eq!((signed(2.0, &EN), signed(-2.0, &EN)), ("+2.00".into(), "−2.00".into()));
    }

    #[test]
    fn tables_have_four_digits_and_receipts_no_idle_zeros() {
        let figures =
            [(0.031_23, "0.03123"), (-1.5, "−1.500"), (440.23, "440.2"), (-2e-6, "−2.000·10⁻⁶"), (2048.0, "2048")];
        for (value, text) in figures {
            assert_eq!(figure(value, &EN), text);
        }
        let receipts = [
            (-0.5, "−0.5"),
            (0.0, "0"),
            (8.1e-6, "8.1·10⁻⁶"),
            (-12_345_678.0, "−1.23457·10⁷"),
            (123_456.7, "123457"),
            (100.0, "100"),
            (f64::NEG_INFINITY, "−∞"),
            (f64::NAN, "not a number"),
        ];
        for (value, text) in receipts {
            assert_eq!(precise(value, 6, &EN), text);
        }
    }
}
