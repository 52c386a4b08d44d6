//! Draws a [`Tree`]: bytes above, streams that flow together, pieces below.

use super::tree::{Joint, Look, PIECE, Stream, Tile, Tree};
use crate::content::Strings;
use crate::views::derived::Derived;
use crate::views::grid::tenth;
use crate::views::label::Part;
use crate::views::tokens::hex;
use leptos::prelude::*;

/// How a leaf is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    /// What it shows, and its byte.
    Letters,
    /// Its byte and all its bits.
    Bits,
}

/// `on_step`: the merge with this number was chosen.
pub fn figure(
    tree: &Tree,
    look: Look,
    leaves: Leaves,
    name: String,
    on_step: Callback<usize>,
    strings: &'static Strings,
) -> AnyView {
    let size = format!("0 0 {} {}", tenth(tree.width), tenth(tree.height));
    let streams = tree.streams.iter().map(stream).collect_view();
    let ranks = tree.joints.iter().map(|joint| rank(joint, look, strings)).collect_view();
    let joints = tree.joints.iter().map(|one| joint(one, on_step)).collect_view();
    let tops = tree.leaves.iter().map(|tile| leaf(tile, look, leaves)).collect_view();
    let floor = tree.floor;
    let pieces = tree.pieces.iter().map(|tile| piece(tile, floor)).collect_view();
    let head = (!tree.joints.is_empty()).then(|| {
        view! { <text class="place-head" x=tenth(look.gutter - 10.0) y="22" text-anchor="end">{"№"}</text> }
    });
    view! {
        <svg class="merging" viewBox=size width=tenth(tree.width) height=tenth(tree.height) role="img" aria-label=name>
            {head}
            {streams}
            {ranks}
            {tops}
            {joints}
            {pieces}
        </svg>
    }
    .into_any()
}

fn stream(stream: &Stream) -> impl IntoView + use<> {
    view! { <path class="stream" class:now=stream.now d=stream.path.clone() stroke-width=tenth(stream.width) pathLength="1" /> }
}

/// Its place in the list, on the left.
fn rank(joint: &Joint, look: Look, strings: &'static Strings) -> impl IntoView + use<> {
    let number = joint.rank as usize + 1;
    view! {
        <text class="place" class:now=joint.now x=tenth(look.gutter - 10.0) y=tenth(joint.y) text-anchor="end"
            dominant-baseline="central" data-derived=Derived::Merge(joint.pair.clone()).to_string() data-value=number data-step=joint.step>
            {strings.stage.count(number)}
        </text>
    }
}

fn joint(joint: &Joint, on_step: Callback<usize>) -> impl IntoView + use<> {
    let step = joint.step;
    view! {
        <g class="joint" class:now=joint.now data-step=step on:click=move |_| on_step.run(step)>
            <rect x=tenth(joint.x - joint.width / 2.0) y=tenth(joint.y - 10.0) width=tenth(joint.width) height="20" rx="10" />
            <text x=tenth(joint.x) y=tenth(joint.y) text-anchor="middle" dominant-baseline="central">{joint.label.svg()}</text>
        </g>
    }
}

fn leaf(tile: &Tile, look: Look, leaves: Leaves) -> AnyView {
    let middle = tenth(tile.x + tile.width / 2.0);
    let plate = view! { <rect x=tenth(tile.x) y="2" width=tenth(tile.width) height=tenth(look.leaf) rx="3" /> };
    if leaves == Leaves::Bits
        && let [byte] = tile.bytes[..]
    {
        return view! {
            <g class="leaf" data-byte=byte>
                {plate}
                <text class="leaf-byte" x=middle y="20" text-anchor="middle" dominant-baseline="central">{hex(&[byte])}</text>
                {bits(byte, tile.x + tile.width / 2.0)}
            </g>
        }
        .into_any();
    }
    // What is no text shows its bytes alone.
    let text = tile.label.parts.iter().any(|part| matches!(part, Part::Text(_))) || tile.bytes[0] < 0x80;
    let small = text.then(|| {
        view! { <text class="leaf-hex" x=middle y="31" text-anchor="middle" dominant-baseline="central">{hex(&tile.bytes)}</text> }
    });
    let (class, y) = if text { ("leaf-text", 16.0) } else { ("leaf-byte", 21.0) };
    view! {
        <g class="leaf" data-hex=hex(&tile.bytes)>
            {plate}
            <text class=class x=middle y=tenth(y) text-anchor="middle" dominant-baseline="central">{tile.label.svg()}</text>
            {small}
        </g>
    }
    .into_any()
}

/// How many bits of a byte only say how the bytes of a character belong together
/// (UTF-8, RFC 3629): all ones up to and with the first zero, none in a byte that is a character.
pub fn header(byte: u8) -> usize {
    match byte.leading_ones() as usize {
        0 => 0,
        ones => ones + 1,
    }
}

/// Eight bits, those of the header framed.
fn bits(byte: u8, middle: f64) -> impl IntoView + use<> {
    const BIT: f64 = 9.0;
    let framed = header(byte);
    let pattern = format!("{byte:08b}");
    let gap = if framed > 0 { 5.0 } else { 0.0 };
    let left = middle - (8.0 * BIT + gap) / 2.0;
    let frame = (framed > 0).then(|| {
        view! { <rect class="bits-frame" x=tenth(left - 2.0) y="30" width=tenth(framed as f64 * BIT + 4.0) height="18" rx="2" /> }
    });
    let one = move |(at, bit): (usize, char)| {
        let x = left + (at as f64 + 0.5) * BIT + if at >= framed { gap } else { 0.0 };
        let class = if at < framed { "bit bit-frame" } else { "bit" };
        view! { <text class=class x=tenth(x) y="39.5" text-anchor="middle" dominant-baseline="central">{bit.to_string()}</text> }
    };
    view! { {frame}{pattern.char_indices().map(one).collect_view()} }
}

fn piece(tile: &Tile, floor: f64) -> impl IntoView + use<> {
    let middle = tenth(tile.x + tile.width / 2.0);
    let number = tile.id.map(|id| {
        view! { <text class="piece-id" x=middle y=tenth(floor + PIECE + 12.0) text-anchor="middle" dominant-baseline="central"
            data-derived=Derived::Token(tile.bytes.clone()).to_string() data-value=id>{id}</text> }
    });
    let class = if tile.label.parts.iter().any(|part| matches!(part, Part::Text(_))) {
        "piece-text"
    } else {
        "piece-text piece-bytes"
    };
    view! {
        <g class="piece" class:token=tile.id.is_some() data-hex=hex(&tile.bytes)>
            <rect x=tenth(tile.x) y=tenth(floor) width=tenth(tile.width) height=PIECE rx="3" />
            <text class=class x=middle y=tenth(floor + PIECE / 2.0) text-anchor="middle" dominant-baseline="central">{tile.label.svg()}</text>
            {number}
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_bits_and_the_others_make_up_the_character() {
        for c in ['é', '字', '🦙', '\u{10ffff}', '\u{80}', 'a'] {
            let mut room = [0; 4];
            let bytes = c.encode_utf8(&mut room).bytes();
            let bits: String = bytes.map(|byte| format!("{byte:08b}")[header(byte)..].to_owned()).collect();
            assert_eq!(u32::from_str_radix(&bits, 2), Ok(u32::from(c)), "{c}");
        }
    }
}
