//! What the pixels must and must not say.

use super::*;
use proptest::prelude::*;

const SCALE: strip::Scale = strip::Scale { limit: 1.0, clipped: 0 };

/// A map whose rows each sum to one, and a hole in the future that must never be read.
fn weights(tokens: usize) -> Vec<f32> {
    let mut map = vec![f32::INFINITY; tokens * tokens];
    for q in 0..tokens {
        for k in 0..=q {
            map[q * tokens + k] = if k == 0 { 1.0 - 0.4 * q.min(1) as f32 } else { 0.4 / q as f32 };
        }
    }
    map
}

#[test]
fn no_number_is_loud_in_maps_strips_and_thumbnails() {
    for theme in [Theme::Light, Theme::Dark] {
        let brush = Brush::new(theme, Scale::Root, 1.0);
        let mut map = weights(8);
        map[5 * 8 + 2] = f32::NAN;
        for side in [4, 8, 64, 240] {
            let pixels = brush.map(&map, 8, Grid { cells: 8, side });
            let loud = pixels.rgba.chunks_exact(4).filter(|p| p[..3] == NOT_A_NUMBER).count();
            assert!(loud > 0, "side {side}");
        }
        let grid = StripGrid { columns: 2, cell_width: 3, cell_height: 3, gap: 0 };
        assert_eq!(strip(&[0.0, f32::NAN], grid, SCALE, theme).at(4, 1), NOT_A_NUMBER);
    }
}

#[test]
fn masked_is_hatched_and_zero_is_plain() {
    for filled in [false, true] {
        let brush = Brush::new(Theme::Light, Scale::Root, 1.0).filled(filled);
        let count = |cell, colour: Rgb| {
            let pixels = brush.sample(cell, 12);
            (0..144).filter(|i| pixels.at(i % 12, i / 12) == colour).count()
        };
        assert_eq!(count(Cell::Share(0.0), Palette::LIGHT.paper), 144);
        assert_eq!(count(Cell::Masked, Palette::LIGHT.masked), 24);
    }
}

#[test]
fn the_square_root_shows_what_the_linear_scale_hides() {
    let dark = |scale| {
        let pixels = Brush::new(Theme::Light, scale, 1.0).sample(Cell::Share(0.02), 40);
        pixels.rgba.chunks_exact(4).filter(|p| p[..3] != Palette::LIGHT.paper).count()
    };
    assert!(dark(Scale::Root) > 4 * dark(Scale::Linear));
}

#[test]
fn a_value_beyond_the_scale_is_notched_and_one_at_the_scale_is_whole() {
    let grid = StripGrid { columns: 3, cell_width: 8, cell_height: 8, gap: 2 };
    let pixels = strip(&[-2.0, 1.0, 0.0, 1.5], grid, SCALE, Theme::Light);
    let corner = |cell: usize| pixels.at(cell % 3 * 8 + 7, cell / 3 * 10);
    let (paper, negative, positive) = (Palette::LIGHT.paper, Palette::LIGHT.negative, Palette::LIGHT.positive);
    assert_eq!((corner(0), corner(1), corner(2), corner(3)), (paper, positive, paper, paper));
    assert_eq!((pixels.at(1, 6), pixels.at(9, 6)), (negative, positive));
    assert_eq!(pixels.height, 18);
}

proptest! {
    #[test]
    fn every_cell_lies_on_whole_pixels_and_is_found_again(cells in 1usize..300, room in 1usize..2000, most in 12usize..90) {
        let grid = Grid::fit(cells, room, most);
        prop_assert_eq!(grid.edge(cells), grid.side);
        prop_assert!(grid.side <= room.max(1) || grid.side == most * cells);
        for i in (0..cells).filter(|_| grid.side >= cells) {
            prop_assert!(grid.edge(i) <= grid.edge(i + 1));
            if grid.edge(i) < grid.edge(i + 1) {
                let middle = (grid.edge(i) as f64 + 0.5) / grid.side as f64;
                prop_assert_eq!(grid.cell_at(middle), i);
            }
        }
    }

    /// The masked half is hatched at every size, and never depends on what the numbers there are.
    #[test]
    fn the_future_is_never_painted_from_numbers(tokens in 2usize..40, side in 1usize..300) {
        let brush = Brush::new(Theme::Dark, Scale::Root, 1.0);
        let grid = Grid { cells: tokens, side };
        let map = weights(tokens);
        let mut other = map.clone();
        for q in 0..tokens {
            other[q * tokens + q + 1..(q + 1) * tokens].fill(0.0);
        }
        prop_assert_eq!(brush.map(&map, tokens, grid), brush.map(&other, tokens, grid));
        let pixels = brush.map(&map, tokens, grid);
        let edge = |i: usize| if side < tokens { i } else { grid.edge(i) };
        for y in 0..edge(1) {
            for x in edge(1)..side {
                let hatched = pixels.at(x, y) == Palette::DARK.masked;
                prop_assert_eq!(hatched, (x + y) % 6 == 0);
            }
        }
    }
}

#[test]
fn a_table_is_signed_hatched_where_masked_and_loud_where_no_number() {
    let values = [1.0, f32::NEG_INFINITY, -1.0, 0.0];
    let table = |values: &'static [f32], causal| Table { values, columns: 2, causal, scale: SCALE };
    let grids = |side| [Grid { cells: 2, side }, Grid { cells: 2, side }];
    let pixels = Table { values: &values, ..table(&[], true) }.paint(grids(10), Theme::Light, 1.0);
    let (palette, near) = (Palette::LIGHT, |a: Rgb, b: Rgb| (0..3).all(|k| a[k].abs_diff(b[k]) <= 1));
    assert!(near(pixels.at(2, 2), palette.positive) && near(pixels.at(2, 8), palette.negative));
    assert!(near(pixels.at(8, 8), palette.paper));
    let masked: Vec<Rgb> = (5..10).flat_map(|x| (0..5).map(move |y| (x, y))).map(|(x, y)| pixels.at(x, y)).collect();
    assert!(masked.iter().all(|c| [palette.masked, palette.paper].contains(c)) && masked.contains(&palette.masked));
    // Fewer pixels than cells: the furthest from zero stays, and a hole is seen.
    let long: Vec<f32> = (0..64).map(|i| if i == 9 { -1.0 } else { 0.1 }).collect();
    let small = Table { values: &long, columns: 8, causal: false, scale: SCALE }.paint(grids(4), Theme::Light, 1.0);
    assert!(near(small.at(0, 0), palette.negative));
    let holed = Table { values: &[0.0, f32::NAN, 0.0, 0.0], ..table(&[], false) }.paint(grids(9), Theme::Dark, 1.0);
    assert!(holed.rgba.chunks_exact(4).any(|p| p[..3] == NOT_A_NUMBER));
}
