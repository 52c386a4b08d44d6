//! Indices stand lower than their letters. How much lower is for the font to say, and where no font with a table for
//! mathematics is installed, browsers do not lower them at all: `xᵢ` would read as a product. Then the style sheet does.

/// Looks, once, whether this browser lowers an index, and tells the style sheet where it does not.
#[cfg(target_arch = "wasm32")]
pub fn lower() {
    use std::cell::Cell;
    thread_local!(static LOOKED: Cell<bool> = const { Cell::new(false) });
    if !LOOKED.replace(true) && index_is_lowered() == Some(false) {
        let root = web_sys::window().and_then(|w| w.document()).and_then(|d| d.document_element());
        let _ = root.map(|root| root.set_attribute("data-flat-math", ""));
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub fn lower() {}

#[cfg(target_arch = "wasm32")]
fn index_is_lowered() -> Option<bool> {
    let document = web_sys::window()?.document()?;
    let element = |name: &str, text: &str| {
        let element = document.create_element_ns(Some("http://www.w3.org/1998/Math/MathML"), name).ok()?;
        element.set_text_content(Some(text).filter(|text| !text.is_empty()));
        Some(element)
    };
    let [math, pair, letter, index] =
        [element("math", "")?, element("msub", "")?, element("mi", "n")?, element("mi", "c")?];
    pair.append_child(&letter).ok()?;
    pair.append_child(&index).ok()?;
    math.append_child(&pair).ok()?;
    document.body()?.append_child(&math).ok()?;
    let lower = index.get_bounding_client_rect().bottom() - letter.get_bounding_client_rect().bottom();
    math.remove();
    Some(lower >= 1.0)
}
