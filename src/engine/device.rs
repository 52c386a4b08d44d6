//! The one place that decides: the GPU, or the CPU and why.

use super::pause::{WAKE_MS, WORK_MS, patient};
use super::{CpuReason, EngineChoice, EngineError};
use std::sync::{Arc, Mutex};
use wgpu::{
    Device, DeviceDescriptor, ErrorFilter, Features, Instance, InstanceDescriptor, Limits, PowerPreference, Queue,
    RequestAdapterOptions,
};

/// A GPU that answers.
pub struct GpuDevice {
    pub device: Device,
    pub queue: Queue,
    /// What it is called, as far as the browser tells.
    pub adapter: String,
    /// It is a program that plays a GPU.
    pub software: bool,
    loss: Loss,
}

/// The first word of a loss or an error, once there is one; from then on "no error" means nothing.
#[derive(Clone, Default)]
struct Loss(Arc<Mutex<Option<String>>>);

impl Loss {
    fn note(&self, detail: String) {
        if let Ok(mut first) = self.0.lock() {
            first.get_or_insert(detail);
        }
    }

    fn check(&self) -> Result<(), EngineError> {
        let first = self.0.lock().map_or_else(|e| e.into_inner().clone(), |first| first.clone());
        first.map_or(Ok(()), |detail| Err(EngineError::Lost { detail }))
    }
}

impl Drop for GpuDevice {
    fn drop(&mut self) {
        // On the web a dropped buffer keeps its memory until the garbage collector comes by.
        self.device.destroy();
    }
}

impl GpuDevice {
    /// Is the device still there, and has it reported no error?
    pub fn check(&self) -> Result<(), EngineError> {
        self.loss.check()
    }

    /// Waits for work that was submitted. A device that does not answer counts as lost, from now on.
    pub async fn answered<T>(&self, answer: impl Future<Output = T>) -> Result<T, EngineError> {
        let answer = patient(WORK_MS, answer).await;
        if answer.is_none() {
            self.loss.note("no answer within a minute".into());
        }
        self.check()?;
        answer.ok_or_else(|| EngineError::Lost { detail: "no answer".into() })
    }

    /// Makes things on the device; running out of memory meanwhile becomes an error.
    pub async fn guarded<T>(&self, make: impl FnOnce() -> T) -> Result<T, EngineError> {
        let memory = self.device.push_error_scope(ErrorFilter::OutOfMemory);
        let validation = self.device.push_error_scope(ErrorFilter::Validation);
        let made = make();
        let (invalid, full) = (validation.pop(), memory.pop());
        let error = async {
            match invalid.await {
                Some(error) => Some(error),
                None => full.await,
            }
        };
        match self.answered(error).await? {
            None => Ok(made),
            Some(error) => Err(EngineError::Memory { detail: error.to_string() }),
        }
    }
}

/// What is known of an adapter before a device is asked for.
struct AdapterFacts {
    name: String,
    software: bool,
}

/// What the GPU that would be used grants.
pub struct Offer {
    pub name: String,
    pub largest_buffer: u64,
    pub largest_binding: u64,
}

/// The GPU that [`open`] would choose, without opening it.
pub async fn offer() -> Option<Offer> {
    let facts = facts().await.ok().filter(|facts| !facts.software)?;
    let instance = Instance::new(InstanceDescriptor::new_without_display_handle());
    let options = RequestAdapterOptions { power_preference: PowerPreference::HighPerformance, ..Default::default() };
    let limits = patient(WAKE_MS, instance.request_adapter(&options)).await?.ok()?.limits();
    Some(Offer {
        name: facts.name,
        largest_buffer: limits.max_buffer_size,
        largest_binding: limits.max_storage_buffer_binding_size,
    })
}

/// The GPU if `choice` and circumstances allow it, else the reason why not.
pub async fn open(choice: EngineChoice) -> Result<GpuDevice, CpuReason> {
    if choice == EngineChoice::Cpu {
        return Err(CpuReason::Asked);
    }
    let facts = facts().await?;
    let instance = Instance::new(InstanceDescriptor::new_without_display_handle());
    let options = RequestAdapterOptions { power_preference: PowerPreference::HighPerformance, ..Default::default() };
    let adapter = adapter(&instance, &options).await?;
    let info = adapter.get_info();
    let software = facts.software || info.device_type == wgpu::DeviceType::Cpu;
    let adapter_name = if facts.name.is_empty() { info.name } else { facts.name };
    if software && choice == EngineChoice::Auto {
        return Err(CpuReason::Software { adapter: adapter_name });
    }
    // More than the default where the adapter has it: fewer pieces. The default where it does not
    // keep its word.
    let offered = adapter.limits();
    let wanted = Limits {
        max_storage_buffer_binding_size: offered.max_storage_buffer_binding_size,
        max_buffer_size: offered.max_buffer_size,
        ..Limits::default()
    };
    let mut answer = request(&adapter, wanted).await;
    if answer.is_err() {
        // One request uses an adapter up: the second try needs a new one.
        answer = request(&self::adapter(&instance, &options).await?, Limits::default()).await;
    }
    let (device, queue) = answer.map_err(|detail| CpuReason::NoDevice { detail })?;
    let loss = Loss::default();
    let on_loss = loss.clone();
    device.set_device_lost_callback(move |reason, message| {
        if reason != wgpu::DeviceLostReason::Destroyed {
            on_loss.note(message);
        }
    });
    note_errors(&device, loss.clone());
    Ok(GpuDevice { device, queue, adapter: adapter_name, software, loss })
}

async fn adapter(instance: &Instance, options: &RequestAdapterOptions<'_, '_>) -> Result<wgpu::Adapter, CpuReason> {
    let answer = patient(WAKE_MS, instance.request_adapter(options)).await;
    answer.and_then(Result::ok).ok_or(CpuReason::NoAdapter)
}

async fn request(adapter: &wgpu::Adapter, required_limits: Limits) -> Result<(Device, Queue), String> {
    let descriptor = DeviceDescriptor {
        label: Some("glassbox"),
        required_features: Features::empty(),
        required_limits,
        ..Default::default()
    };
    let answer = patient(WAKE_MS, adapter.request_device(&descriptor)).await;
    answer.ok_or("it does not answer")?.map_err(|e| e.to_string())
}

/// An error that no scope waits for leaves things undone that others rely on: the device counts as lost.
#[cfg(not(target_arch = "wasm32"))]
fn note_errors(device: &Device, loss: Loss) {
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| loss.note(error.to_string())));
}

/// An error that no scope waits for leaves things undone that others rely on: the device counts as lost. The browser
/// tells it here, since wgpu panics at any that is neither invalid use nor want of memory, such as a shader that a
/// driver cannot compile.
#[cfg(target_arch = "wasm32")]
fn note_errors(device: &Device, loss: Loss) {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    let Some(device) = device.as_webgpu() else { return };
    let heard = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        let error = get(&event, "error");
        let word = |of, key| get(of, key).as_string().unwrap_or_default();
        loss.note(format!("{}: {}", word(&get(&error, "constructor"), "name"), word(&error, "message")));
    });
    let device: &web_sys::EventTarget = device.unchecked_ref();
    // Every event target takes listeners.
    let _ = device.add_event_listener_with_callback("uncapturederror", heard.as_ref().unchecked_ref());
    // It may be called as long as the browser knows the device, which nobody tells us.
    heard.forget();
}

#[cfg(target_arch = "wasm32")]
fn get(of: &wasm_bindgen::JsValue, key: &str) -> wasm_bindgen::JsValue {
    js_sys::Reflect::get(of, &key.into()).unwrap_or(wasm_bindgen::JsValue::UNDEFINED)
}

#[cfg(not(target_arch = "wasm32"))]
async fn facts() -> Result<AdapterFacts, CpuReason> {
    Ok(AdapterFacts { name: String::new(), software: false })
}

/// Asks the browser itself: wgpu tells neither an adapter's name nor whether it is a program.
#[cfg(target_arch = "wasm32")]
async fn facts() -> Result<AdapterFacts, CpuReason> {
    use js_sys::{Function, Promise};
    use wasm_bindgen::{JsCast, JsValue};
    let global: JsValue = js_sys::global().into();
    let gpu = get(&get(&global, "navigator"), "gpu");
    if gpu.is_undefined() || gpu.is_null() {
        let secure = get(&global, "isSecureContext").is_truthy();
        return Err(if secure { CpuReason::NoWebGpu } else { CpuReason::Insecure });
    }
    let request: Function = get(&gpu, "requestAdapter").dyn_into().map_err(|_| CpuReason::NoWebGpu)?;
    let promise: Promise = request.call0(&gpu).and_then(JsCast::dyn_into).map_err(|_| CpuReason::NoAdapter)?;
    let answer = patient(WAKE_MS, wasm_bindgen_futures::JsFuture::from(promise)).await;
    let adapter = answer.and_then(Result::ok).ok_or(CpuReason::NoAdapter)?;
    if adapter.is_null() || adapter.is_undefined() {
        return Err(CpuReason::NoAdapter);
    }
    let info = get(&adapter, "info");
    let word = |key: &str| get(&info, key).as_string().unwrap_or_default();
    let (vendor, architecture, description) = (word("vendor"), word("architecture"), word("description"));
    let fallback = get(&info, "isFallbackAdapter").is_truthy() || get(&adapter, "isFallbackAdapter").is_truthy();
    let software = fallback || architecture == "swiftshader";
    let name = if description.is_empty() { format!("{vendor} {architecture}").trim().to_string() } else { description };
    Ok(AdapterFacts { name, software })
}
