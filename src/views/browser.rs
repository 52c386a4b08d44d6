//! The few things that pictures ask of the browser: how wide a place is, pixels onto a canvas, a
//! file to save, a word to say. On native targets, where views are only rendered to HTML, they
//! give the widths of a plain desktop and do nothing else.

use leptos::html::{Canvas, Div, Input};
use leptos::prelude::*;

/// How many device pixels make a CSS pixel.
pub fn pixel_ratio() -> f64 {
    #[cfg(target_arch = "wasm32")]
    return web_sys::window().map_or(1.0, |w| w.device_pixel_ratio()).clamp(0.5, 4.0);
    #[cfg(not(target_arch = "wasm32"))]
    1.0
}

/// Shows the beginning of an element that scrolls by itself, or, where the page scrolls, of one that has passed below
/// `strip`, which stays at the page's top.
pub fn to_top(id: &str, strip: Option<&str>) {
    #[cfg(target_arch = "wasm32")]
    if let Some(element) = document().get_element_by_id(id) {
        element.set_scroll_top(0);
        let strip = strip.and_then(|strip| document().query_selector(strip).ok().flatten());
        if let (Some(strip), Some(window)) = (strip, web_sys::window()) {
            let above = strip.get_bounding_client_rect().bottom() - element.get_bounding_client_rect().top();
            if above > 0.0 {
                window.scroll_by_with_x_and_y(0.0, -above);
            }
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (id, strip);
}

/// Left and right together, in CSS pixels.
#[cfg(target_arch = "wasm32")]
fn padding(element: &web_sys::HtmlElement) -> f64 {
    let style = window().get_computed_style(element).ok().flatten();
    let side = |name| style.as_ref()?.get_property_value(name).ok()?.trim_end_matches("px").parse::<f64>().ok();
    ["padding-left", "padding-right"].into_iter().filter_map(side).sum::<f64>()
}

/// The inner width of an element in CSS pixels, kept up to date; `wide` until it is on the page.
pub fn width_of(element: NodeRef<Div>, wide: f64) -> ReadSignal<f64> {
    let (width, set_width) = signal(wide);
    #[cfg(target_arch = "wasm32")]
    Effect::new(move || {
        use wasm_bindgen::{JsCast, closure::Closure};
        let Some(element) = element.get() else { return };
        let measured = element.clone();
        let look = move || {
            let now = f64::from(measured.client_width()) - padding(&measured);
            let changed = width.try_get_untracked().is_some_and(|before| (now - before).abs() >= 1.0);
            if now > 0.0 && changed {
                set_width.set(now);
            }
        };
        look();
        let callback = Closure::<dyn FnMut()>::new(look);
        if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&element);
            let kept = StoredValue::new_local((observer, callback));
            on_cleanup(move || {
                kept.try_with_value(|(observer, _)| observer.disconnect());
            });
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (element, set_width);
    width
}

/// The height of the window in CSS pixels, kept up to date; `tall` off the browser.
pub fn window_height(tall: f64) -> ReadSignal<f64> {
    let (height, set_height) = signal(tall);
    #[cfg(target_arch = "wasm32")]
    {
        let look = move || {
            let inner = web_sys::window().and_then(|w| w.inner_height().ok()).and_then(|h| h.as_f64());
            if let Some(now) = inner.filter(|now| height.try_get_untracked().is_some_and(|before| before != *now)) {
                set_height.set(now);
            }
        };
        look();
        let handle = window_event_listener(leptos::ev::resize, move |_| look());
        on_cleanup(move || handle.remove());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = set_height;
    height
}

/// Keeps a place of a box that is pushed sideways in sight: `place` pixels from the left of what is
/// in it, the first `covered` of which lie under something that stays.
pub fn keep_in_sight(element: NodeRef<Div>, covered: f64, place: Signal<Option<f64>>) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move || {
        let (Some(element), Some(place)) = (element.get(), place.get()) else { return };
        let (left, width) = (f64::from(element.scroll_left()), f64::from(element.client_width()));
        // Where it can be seen already nothing moves.
        if place < left + covered || place > left + width - 16.0 {
            element.set_scroll_left((place - 0.7 * width) as i32);
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (element, covered, place);
}

/// Keeps a canvas painted: whenever what `paint` reads changes, its answer (width, height and RGBA
/// in device pixels) is put onto the canvas. Paints once a frame at most by the nature of effects.
pub fn keep_painted(canvas: NodeRef<Canvas>, paint: impl Fn() -> Option<super::paint::Pixels> + 'static) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move || {
        let Some(canvas) = canvas.get() else { return };
        let Some(pixels) = paint() else { return };
        put(&canvas, &pixels);
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (canvas, paint);
}

/// The same for a picture that takes long: `ask` reads what it is made of, and `paint` paints it in
/// a task of its own, after whatever else this change has caused.
pub fn keep_painted_later<T: 'static>(
    canvas: NodeRef<Canvas>,
    ask: impl Fn() -> Option<T> + 'static,
    paint: impl Fn(T) -> super::paint::Pixels + Copy + 'static,
) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        // What was not painted yet is out of date.
        before.flatten().inspect(TimeoutHandle::clear);
        let (canvas, asked) = (canvas.get()?, ask()?);
        set_timeout_with_handle(move || put(&canvas, &paint(asked)), std::time::Duration::ZERO).ok()
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (canvas, ask, paint);
}

#[cfg(target_arch = "wasm32")]
fn put(canvas: &web_sys::HtmlCanvasElement, pixels: &super::paint::Pixels) {
    use wasm_bindgen::{Clamped, JsCast};
    let (width, height) = (pixels.width as u32, pixels.height as u32);
    if canvas.width() != width {
        canvas.set_width(width);
    }
    if canvas.height() != height {
        canvas.set_height(height);
    }
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|c| c.dyn_into::<web_sys::CanvasRenderingContext2d>().ok());
    let image = web_sys::ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels.rgba), width, height);
    if let (Some(context), Ok(image)) = (context, image) {
        // A canvas without memory stays empty; the table beside it has the numbers.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// Gives the keyboard to an element.
pub fn focus(id: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let element = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
        let _ = element.map(|element| element.focus());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// Offers `text` as a file to save. A `data:` address needs no permission from the page's policy.
pub fn save(name: &str, text: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let Some(document) = web_sys::window().and_then(|w| w.document()) else { return };
        let Ok(anchor) = document.create_element("a") else { return };
        let address = format!("data:text/csv;charset=utf-8,{}", String::from(js_sys::encode_uri_component(text)));
        let given = [("href", address.as_str()), ("download", name)];
        if given.into_iter().all(|(key, value)| anchor.set_attribute(key, value).is_ok())
            && let Some(anchor) = anchor.dyn_ref::<web_sys::HtmlElement>()
        {
            anchor.click();
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (name, text);
}

/// Offers bytes as a file to save, of any size.
pub fn save_bytes(name: &str, kind: &str, bytes: &[u8]) {
    #[cfg(target_arch = "wasm32")]
    {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(kind);
        if let Ok(blob) = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
            save_blob(name, &blob);
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (name, kind, bytes);
}

#[cfg(target_arch = "wasm32")]
fn save_blob(name: &str, blob: &web_sys::Blob) {
    use wasm_bindgen::JsCast;
    let Ok(address) = web_sys::Url::create_object_url_with_blob(blob) else { return };
    if let Ok(anchor) = document().create_element("a")
        && anchor.set_attribute("href", &address).is_ok()
        && anchor.set_attribute("download", name).is_ok()
        && let Some(anchor) = anchor.dyn_ref::<web_sys::HtmlElement>()
    {
        anchor.click();
    }
    // The browser has begun to read it long before.
    set_timeout(move || drop(web_sys::Url::revoke_object_url(&address)), std::time::Duration::from_secs(60));
}

/// Offers an SVG as pixels, two for each of its own where that is not too many; says whether it went well.
pub fn save_png(name: &str, svg: &str, done: impl FnOnce(bool) + 'static) {
    #[cfg(target_arch = "wasm32")]
    {
        let (name, svg) = (name.to_owned(), svg.to_owned());
        wasm_bindgen_futures::spawn_local(async move { done(png(name, svg).await.is_ok()) });
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (name, svg, done);
}

#[cfg(target_arch = "wasm32")]
async fn png(name: String, svg: String) -> Result<(), wasm_bindgen::JsValue> {
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    /// What phones still paint.
    const MOST_PIXELS: f64 = 16e6;
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("image/svg+xml");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&svg.into()), &options)?;
    let address = web_sys::Url::create_object_url_with_blob(&blob)?;
    let image = web_sys::HtmlImageElement::new()?;
    image.set_src(&address);
    let ready = wasm_bindgen_futures::JsFuture::from(image.decode()).await;
    web_sys::Url::revoke_object_url(&address)?;
    ready?;
    let (width, height) = (f64::from(image.natural_width()), f64::from(image.natural_height()));
    let scale = (MOST_PIXELS / (width * height)).sqrt().min(2.0);
    let canvas = document().create_element("canvas")?.dyn_into::<web_sys::HtmlCanvasElement>()?;
    canvas.set_width((width * scale) as u32);
    canvas.set_height((height * scale) as u32);
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into::<web_sys::CanvasRenderingContext2d>()?;
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width * scale, height * scale)?;
    let keep = move |blob: Option<web_sys::Blob>| blob.iter().for_each(|blob| save_blob(&name, blob));
    canvas.to_blob(Closure::once_into_js(keep).unchecked_ref())
}

/// Puts `text` on the clipboard and says whether it is there: an old or careful browser refuses.
pub fn copy(text: &str, done: impl FnOnce(bool) + 'static) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        // On an insecure page there is none.
        let clipboard = web_sys::window()
            .and_then(|w| js_sys::Reflect::get(&w.navigator(), &"clipboard".into()).ok())
            .and_then(|clipboard| clipboard.dyn_into::<web_sys::Clipboard>().ok());
        let Some(clipboard) = clipboard else { return done(false) };
        let copied = clipboard.write_text(text);
        wasm_bindgen_futures::spawn_local(async move {
            done(wasm_bindgen_futures::JsFuture::from(copied).await.is_ok());
        });
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (text, done);
}

/// Puts the focus into a field and selects all that it holds.
pub fn focus_all(field: NodeRef<Input>) {
    #[cfg(target_arch = "wasm32")]
    if let Some(field) = field.get() {
        let _ = field.focus();
        field.select();
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = field;
}

/// Puts what is said into `heard` at most once a second: the first at once, then the latest.
pub fn announce(heard: RwSignal<String>) -> impl Fn(String) + Copy + Send + Sync + 'static {
    let waiting = StoredValue::new(None::<String>);
    let quiet = StoredValue::new(true);
    move |said: String| {
        if !quiet.get_value() {
            waiting.set_value(Some(said));
            return;
        }
        heard.set(said);
        #[cfg(target_arch = "wasm32")]
        {
            quiet.set_value(false);
            open_after_a_second(heard, waiting, quiet);
        }
        #[cfg(not(target_arch = "wasm32"))]
        let _ = waiting;
    }
}

#[cfg(target_arch = "wasm32")]
fn open_after_a_second(heard: RwSignal<String>, waiting: StoredValue<Option<String>>, quiet: StoredValue<bool>) {
    let again = move || match waiting.try_update_value(Option::take).flatten() {
        Some(said) => {
            heard.try_set(said);
            open_after_a_second(heard, waiting, quiet);
        }
        None => {
            quiet.try_update_value(|q| *q = true);
        }
    };
    set_timeout(again, std::time::Duration::from_secs(1));
}

/// What the clicked element, or one that it is in, says under that name: one listener for many small marks.
pub fn attribute_under(event: &leptos::ev::MouseEvent, name: &str) -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        element.closest(&format!("[{name}]")).ok().flatten()?.get_attribute(name)
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = (event, name);
        None
    }
}
