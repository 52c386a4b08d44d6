//! A number as a person reads it: few digits, a true minus, never more exact than it is wide.

/// `−1.234`, `12.35`, `123.5`, `0.041`, `2.3·10⁻⁵`; `not_a_number` where it is none.
pub fn figure(value: f32, not_a_number: &str) -> String {
    if value.is_nan() {
        return not_a_number.into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞".into() } else { "−∞".into() };
    }
    let size = value.abs();
    let text = match size {
        0.0 => return "0".into(),
        s if s < 0.001 => return scientific(value),
        s if s < 10.0 => format!("{value:.3}"),
        s if s < 100.0 => format!("{value:.2}"),
        s if s < 1e5 => format!("{value:.1}"),
        _ => return scientific(value),
    };
    text.replace('-', "−")
}

fn scientific(value: f32) -> String {
    let text = format!("{value:.1e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let raised = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => char::from_u32(0x2070 + c.to_digit(10).unwrap_or(0)).unwrap_or(c),
    };
    format!("{}·10{}", digits.replace('-', "−"), power.chars().map(raised).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn figures_read_well() {
        let cases = [
            (-1.2341, "−1.234"),
            (12.346, "12.35"),
            (-123.46, "−123.5"),
            (0.0414, "0.041"),
            (2.31e-5, "2.3·10⁻⁵"),
            (-4.0e12, "−4.0·10¹²"),
            (0.0, "0"),
            (-0.0, "0"),
            (f32::NEG_INFINITY, "−∞"),
            (f32::NAN, "not a number"),
        ];
        for (value, text) in cases {
            assert_eq!(figure(value, "not a number"), text);
        }
    }
}
