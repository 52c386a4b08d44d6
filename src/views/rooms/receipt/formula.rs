//! The kernels' formulas, typeset by the browser (MathML). The letters are those of the shaders' headers.

use crate::analysis::receipt::{Quantity, Receipt};
use crate::content::Strings;
use crate::model::{Activation, GptConfig, Kernel, Site};
use crate::views::number::precise;
use leptos::prelude::*;

type Math = AnyView;

fn i(name: &'static str) -> Math {
    view! { <mi>{name}</mi> }.into_any()
}

/// A letter in its hue: Q, K, V.
fn hue(name: &'static str, class: &'static str) -> Math {
    view! { <mi class=class>{name}</mi> }.into_any()
}

fn o(sign: &'static str) -> Math {
    view! { <mo>{sign}</mo> }.into_any()
}

fn n(number: impl Into<String>) -> Math {
    view! { <mn>{number.into()}</mn> }.into_any()
}

fn row<const N: usize>(parts: [Math; N]) -> Math {
    view! { <mrow>{parts.into_iter().collect_view()}</mrow> }.into_any()
}

fn over(above: Math, below: Math) -> Math {
    view! { <mfrac>{above}{below}</mfrac> }.into_any()
}

fn sub(base: Math, index: Math) -> Math {
    view! { <msub>{base}{index}</msub> }.into_any()
}

fn sup(base: Math, power: Math) -> Math {
    view! { <msup>{base}{power}</msup> }.into_any()
}

fn root(of: Math) -> Math {
    view! { <msqrt>{of}</msqrt> }.into_any()
}

fn sum(index: &'static str) -> Math {
    view! { <munder><mo>"∑"</mo><mi>{index}</mi></munder> }.into_any()
}

fn braced(inside: Math) -> Math {
    row([o("("), inside, o(")")])
}

fn line(inside: Math) -> AnyView {
    view! { <math display="block">{inside}</math> }.into_any()
}

/// The formulas of a receipt, one a step.
pub fn formulas(receipt: &Receipt, config: &GptConfig, strings: &Strings) -> AnyView {
    let site = receipt.cell.name.site;
    let of = |kernel: &Kernel| match (kernel, site) {
        (Kernel::LayerNorm, Site::Lens | Site::EmbedLens) => norm(true),
        (Kernel::LayerNorm, _) => norm(false),
        (Kernel::Embed, Site::PosEmbed) => row([i("x"), o("="), sub(i("P"), row([i("t"), o(","), i("c")]))]),
        (Kernel::Embed, _) => row([i("x"), o("="), sub(i("E"), row([i("id"), o(","), i("c")]))]),
        (Kernel::Add, _) => row([i("y"), o("="), i("a"), o("+"), i("b")]),
        (Kernel::Linear, _) => {
            let product = row([sub(i("x"), i("i")), o("⋅"), sub(i("W"), row([i("i"), o(","), i("j")]))]);
            row([sub(i("y"), i("j")), o("="), sum("i"), product, o("+"), sub(i("b"), i("j"))])
        }
        (Kernel::AttentionScores, _) => scores(receipt.cell.name.layer, config, strings),
        (Kernel::Softmax, _) => {
            let (name, share, _) = softmax_letters(receipt);
            row([share, o("="), over(raised(name), raised_sum(receipt))])
        }
        (Kernel::AttentionMix, _) => {
            let product = row([sub(hue("a", "hue-share"), i("k")), o("⋅"), sub(hue("v", "hue-value"), i("k"))]);
            row([i("z"), o("="), sum("k"), product])
        }
        (Kernel::Gelu, _) => gelu(receipt.activation),
        (Kernel::Unembed, _) => {
            let product = row([sub(i("n"), i("c")), o("⋅"), sub(i("E"), row([i("v"), o(","), i("c")]))]);
            let plus = has_bias(receipt).then(|| view! { <mo>"+"</mo><msub><mi>"b"</mi><mi>"v"</mi></msub> });
            row([i("logit"), o("="), sum("c"), product, plus.into_any()])
        }
    };
    receipt.kernels.iter().map(|kernel| line(of(kernel))).collect_view().into_any()
}

/// What the letters of these formulas stand for.
pub fn letters(receipt: &Receipt, strings: &Strings) -> AnyView {
    let meaning = |kernel| (strings.receipt.letters)(kernel, receipt.cell.name.site, receipt.is_chance());
    let letter = |(letter, meaning): &(&'static str, &'static str)| {
        view! { <div><dt>{*letter}</dt>" "<dd>{*meaning}</dd></div> }
    };
    // A dl's rows may be wrapped in divs alone.
    let all = receipt.kernels.iter().flat_map(|kernel| meaning(*kernel)).map(letter).collect_view();
    view! { <dl class="receipt-letters">{all}</dl> }.into_any()
}

/// What softmax is taken of, what it makes, and what it runs over: attention's scores, or all logits.
fn softmax_letters(receipt: &Receipt) -> (&'static str, Math, &'static str) {
    match receipt.is_chance() {
        true => ("logit", hue("p", "hue-chance"), "v"),
        false => ("s", hue("a", "hue-share"), "k"),
    }
}

fn raised(name: &'static str) -> Math {
    sup(i("e"), row([i(name), o("−"), sub(i(name), i("max"))]))
}

fn raised_sum(receipt: &Receipt) -> Math {
    let (name, _, index) = softmax_letters(receipt);
    row([sum(index), sup(i("e"), row([sub(i(name), i(index)), o("−"), sub(i(name), i("max"))]))])
}

fn has_bias(receipt: &Receipt) -> bool {
    receipt.terms.iter().any(|term| term.of == crate::analysis::receipt::Of::Bias)
}

fn norm(indexed: bool) -> Math {
    let at = |letter| if indexed { sub(i(letter), i("c")) } else { i(letter) };
    let spread = root(row([sup(i("σ"), n("2")), o("+"), i("ε")]));
    let normal = over(row([at("x"), o("−"), i("μ")]), spread);
    row([if indexed { at("n") } else { i("y") }, o("="), normal, o("⋅"), at("g"), o("+"), at("b")])
}

fn scores(layer: usize, config: &GptConfig, strings: &Strings) -> Math {
    let product = row([sub(hue("q", "hue-query"), i("d")), o("⋅"), sub(hue("k", "hue-key"), i("d"))]);
    let dot = row([sum("d"), product]);
    let block = || n((layer + 1).to_string());
    let below = match (config.scale_by_head_size, config.scale_by_layer) {
        (true, false) => Some(root(i("D"))),
        (true, true) => Some(row([root(i("D")), o("⋅"), block()])),
        (false, true) => Some(block()),
        (false, false) => None,
    };
    let scale = below.map(|below| over(n("1"), below));
    let size = precise(config.head_size() as f64, 6, &strings.stage);
    let where_ = config.scale_by_head_size.then(|| {
        view! { <mspace width="2em" /><mi>"D"</mi><mo>"="</mo><mn>{size}</mn> }
    });
    row([i("s"), o("="), scale.into_any(), dot, where_.into_any()])
}

fn gelu(activation: Activation) -> Math {
    let gate = match activation {
        Activation::GeluTanh => {
            let cube = row([n("0.044715"), o("⋅"), sup(i("x"), n("3"))]);
            let inside = row([root(over(n("2"), i("π"))), braced(row([i("x"), o("+"), cube]))]);
            row([i("tanh"), braced(inside)])
        }
        Activation::GeluErf => row([i("erf"), braced(over(i("x"), root(n("2"))))]),
    };
    let bracket = braced(row([n("1"), o("+"), gate]));
    row([i("y"), o("="), over(n("1"), n("2")), i("x"), bracket])
}

/// What a quantity is called in the formulas.
pub fn symbol(quantity: Quantity, receipt: &Receipt) -> AnyView {
    let gate = match receipt.activation {
        Activation::GeluTanh => "tanh",
        Activation::GeluErf => "erf",
    };
    let symbol = match quantity {
        Quantity::Mean => i("μ"),
        Quantity::Variance => sup(i("σ"), n("2")),
        Quantity::Epsilon => i("ε"),
        Quantity::Deviation => root(row([sup(i("σ"), n("2")), o("+"), i("ε")])),
        Quantity::Normal => over(row([i("x"), o("−"), i("μ")]), root(row([sup(i("σ"), n("2")), o("+"), i("ε")]))),
        Quantity::Normed => sub(i("n"), i("c")),
        Quantity::Largest => sub(i("s"), i("max")),
        Quantity::LargestLogit => sub(i("logit"), i("max")),
        Quantity::Exponential => raised(softmax_letters(receipt).0),
        Quantity::Total => raised_sum(receipt),
        Quantity::Inside => i("u"),
        Quantity::Gate => row([i(gate), braced(i("u"))]),
    };
    view! { <math>{symbol}</math> }.into_any()
}
