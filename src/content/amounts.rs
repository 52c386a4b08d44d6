//! Numbers as people read them, the same in both languages.

/// 1234567 → `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `23.6 MB`, `1.52 GB`, in thousands as downloads count them.
pub fn megabytes(bytes: u64) -> String {
    let (number, unit) = parts(bytes, bytes);
    format!("{number} {unit}")
}

/// `120 of 353 MB` has one unit, the whole's: the two numbers and it.
pub fn out_of(done: u64, total: u64) -> (String, String, &'static str) {
    let (whole, unit) = parts(total, total);
    (parts(done, total).0, whole, unit)
}

/// `bytes` in the unit and with the places that suit an amount of `like`.
fn parts(bytes: u64, like: u64) -> (String, &'static str) {
    let (bytes, like) = (bytes as f64, like as f64);
    match like {
        _ if like >= 999.5e6 => (format!("{:.2}", bytes / 1e9), "GB"),
        _ if like >= 99.95e6 => (format!("{:.0}", bytes / 1e6), "MB"),
        _ if like >= 99.95e3 => (format!("{:.1}", bytes / 1e6), "MB"),
        _ => (format!("{:.0}", bytes / 1e3), "kB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(["0", "999", "1,000", "12,345,678"].map(String::from), [0, 999, 1000, 12_345_678].map(grouped));
        let written = [400, 264_432, 23_640_000, 99_960_000, 548_105_171, 1_519_984_962].map(megabytes);
        assert_eq!(written, ["0 kB", "0.3 MB", "23.6 MB", "100 MB", "548 MB", "1.52 GB"]);
    }

    #[test]
    fn a_part_has_the_unit_of_its_whole() {
        let written = |done, total| {
            let (done, total, unit) = out_of(done, total);
            format!("{done} of {total} {unit}")
        };
        assert_eq!(written(120_000_000, 352_824_413), "120 of 353 MB");
        assert_eq!(written(400_000_000, 1_519_984_962), "0.40 of 1.52 GB");
        assert_eq!(written(1_000, 13_810_920), "0.0 of 13.8 MB");
    }
}
