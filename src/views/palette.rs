//! The colours that canvases are painted with: the channels of `www/style/tokens.css`, in Rust.
//!
//! Canvas pixels cannot read custom properties cheaply, so the same values stand here; a test below
//! reads the style sheet and fails when the two differ. Ramps are mixed in OKLab, where equal steps
//! look equal (Björn Ottosson 2020, "A perceptual color space for image processing").

/// Light page or dark page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    #[default]
    Light,
    Dark,
}

/// Red, green, blue, each 0…255.
pub type Rgb = [u8; 3];

/// A value that is no number is painted in this, which is in no channel and in neither theme.
pub const NOT_A_NUMBER: Rgb = [0xb6, 0xff, 0x00];

/// One theme's channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    pub paper: Rgb,
    pub ink: Rgb,
    pub hairline: Rgb,
    pub negative: Rgb,
    pub positive: Rgb,
    pub attention: Rgb,
    pub masked: Rgb,
}

impl Palette {
    pub const LIGHT: Self = Self {
        paper: [0xfc, 0xfb, 0xf8],
        ink: [0x1d, 0x1c, 0x1a],
        hairline: [0xde, 0xda, 0xd0],
        negative: [0x1f, 0x5f, 0xbf],
        positive: [0xb9, 0x54, 0x0b],
        attention: [0x6a, 0x3c, 0xc8],
        masked: [0x8f, 0x8a, 0x7e],
    };

    pub const DARK: Self = Self {
        paper: [0x12, 0x13, 0x16],
        ink: [0xec, 0xe9, 0xe2],
        hairline: [0x30, 0x34, 0x3a],
        negative: [0x6a, 0xa5, 0xff],
        positive: [0xff, 0x9b, 0x4e],
        attention: [0xb7, 0x98, 0xff],
        masked: [0x6b, 0x70, 0x79],
    };

    pub fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &Self::LIGHT,
            Theme::Dark => &Self::DARK,
        }
    }
}

/// 256 colours from one to another, in steps that look equal.
pub struct Ramp([Rgb; 256]);

impl Ramp {
    pub fn new(from: Rgb, to: Rgb) -> Self {
        let (a, b) = (to_oklab(from), to_oklab(to));
        Self(std::array::from_fn(|i| {
            let t = i as f32 / 255.0;
            from_oklab(std::array::from_fn(|k| a[k] + (b[k] - a[k]) * t))
        }))
    }

    /// The colour at `t`, 0…1; what lies outside is taken as the nearer end.
    pub fn at(&self, t: f32) -> Rgb {
        self.0[(t.clamp(0.0, 1.0) * 255.0 + 0.5) as usize]
    }
}

fn to_oklab(rgb: Rgb) -> [f32; 3] {
    let linear = rgb.map(|v| {
        let v = f32::from(v) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    });
    let [r, g, b] = linear;
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn from_oklab([lightness, a, b]: [f32; 3]) -> Rgb {
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    let linear = [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ];
    linear.map(|v| {
        let v = v.clamp(0.0, 1.0);
        let v = if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
        (v * 255.0 + 0.5) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pair of colours of `--name: light-dark(#…, #…)` in the style sheet.
    fn pair(css: &str, name: &str) -> [Rgb; 2] {
        let start = css.find(&format!("--{name}:")).unwrap_or_else(|| panic!("tokens.css has no --{name}"));
        let line = css[start..].split(';').next().unwrap();
        let colours: Vec<Rgb> = line
            .split('#')
            .skip(1)
            .map(|hex| std::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()))
            .collect();
        [colours[0], colours[1]]
    }

    #[test]
    fn the_canvas_and_the_style_sheet_agree() {
        let css = include_str!("../../www/style/tokens.css");
        let (l, d) = (Palette::LIGHT, Palette::DARK);
        let channels = [
            ("paper", l.paper, d.paper),
            ("ink", l.ink, d.ink),
            ("hairline", l.hairline, d.hairline),
            ("negative", l.negative, d.negative),
            ("positive", l.positive, d.positive),
            ("attention", l.attention, d.attention),
            ("masked", l.masked, d.masked),
        ];
        for (name, light, dark) in channels {
            assert_eq!(pair(css, name), [light, dark], "--{name}");
        }
    }

    #[test]
    fn a_ramp_starts_and_ends_at_its_colours_and_never_turns_back() {
        for palette in [Palette::LIGHT, Palette::DARK] {
            for end in [palette.attention, palette.negative, palette.positive] {
                let ramp = Ramp::new(palette.paper, end);
                for (found, wanted) in [(ramp.at(-1.0), palette.paper), (ramp.at(2.0), end)] {
                    assert!((0..3).all(|k| found[k].abs_diff(wanted[k]) <= 1), "{found:?} {wanted:?}");
                }
                let lightness = |t: f32| to_oklab(ramp.at(t))[0];
                let rises = lightness(1.0) > lightness(0.0);
                for i in 0..32 {
                    let step = lightness((i + 1) as f32 / 32.0) - lightness(i as f32 / 32.0);
                    assert!((step > 0.0) == rises, "{i}: {step}");
                }
            }
        }
    }
}
