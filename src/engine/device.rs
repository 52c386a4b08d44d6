//! The one place that decides: the GPU, or the CPU and why.

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
    /// Set once the device is gone; from then on "no error" means nothing.
    lost: Arc<Mutex<Option<String>>>,
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
        let lost = self.lost.lock().map_or_else(|e| e.into_inner().clone(), |l| l.clone());
        lost.map_or(Ok(()), |detail| Err(EngineError::Lost { detail }))
    }

    /// Makes things on the device; running out of memory meanwhile becomes an error.
    pub async fn guarded<T>(&self, make: impl FnOnce() -> T) -> Result<T, EngineError> {
        let memory = self.device.push_error_scope(ErrorFilter::OutOfMemory);
        let validation = self.device.push_error_scope(ErrorFilter::Validation);
        let made = make();
        let (invalid, full) = (validation.pop(), memory.pop());
        let error = match invalid.await {
            Some(error) => Some(error),
            None => full.await,
        };
        self.check()?;
        match error {
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

/// The GPU if `choice` and circumstances allow it, else the reason why not.
pub async fn open(choice: EngineChoice) -> Result<GpuDevice, CpuReason> {
    if choice == EngineChoice::Cpu {
        return Err(CpuReason::Asked);
    }
    let facts = facts().await?;
    let instance = Instance::new(InstanceDescriptor::new_without_display_handle());
    let options = RequestAdapterOptions { power_preference: PowerPreference::HighPerformance, ..Default::default() };
    let adapter = instance.request_adapter(&options).await.map_err(|_| CpuReason::NoAdapter)?;
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
        let again = instance.request_adapter(&options).await.map_err(|_| CpuReason::NoAdapter)?;
        answer = request(&again, Limits::default()).await;
    }
    let (device, queue) = answer.map_err(|detail| CpuReason::NoDevice { detail })?;
    let lost = Arc::new(Mutex::new(None));
    watch(&device, &lost);
    Ok(GpuDevice { device, queue, adapter: adapter_name, software, lost })
}

async fn request(adapter: &wgpu::Adapter, required_limits: Limits) -> Result<(Device, Queue), String> {
    let descriptor = DeviceDescriptor {
        label: Some("glassbox"),
        required_features: Features::empty(),
        required_limits,
        ..Default::default()
    };
    adapter.request_device(&descriptor).await.map_err(|e| e.to_string())
}

/// Notes the first word of loss or error.
fn watch(device: &Device, lost: &Arc<Mutex<Option<String>>>) {
    let note = |lost: &Arc<Mutex<Option<String>>>| {
        let lost = lost.clone();
        move |detail: String| {
            if let Ok(mut lost) = lost.lock() {
                lost.get_or_insert(detail);
            }
        }
    };
    let on_loss = note(lost);
    device.set_device_lost_callback(move |reason, message| {
        if reason != wgpu::DeviceLostReason::Destroyed {
            on_loss(message);
        }
    });
    let on_error = note(lost);
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| on_error(error.to_string())));
}

#[cfg(not(target_arch = "wasm32"))]
async fn facts() -> Result<AdapterFacts, CpuReason> {
    Ok(AdapterFacts { name: String::new(), software: false })
}

/// Asks the browser itself: wgpu tells neither an adapter's name nor whether it is a program.
#[cfg(target_arch = "wasm32")]
async fn facts() -> Result<AdapterFacts, CpuReason> {
    use js_sys::{Function, Promise, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    let get = |of: &JsValue, key: &str| Reflect::get(of, &key.into()).unwrap_or(JsValue::UNDEFINED);
    let global: JsValue = js_sys::global().into();
    let gpu = get(&get(&global, "navigator"), "gpu");
    if gpu.is_undefined() || gpu.is_null() {
        let secure = get(&global, "isSecureContext").is_truthy();
        return Err(if secure { CpuReason::NoWebGpu } else { CpuReason::Insecure });
    }
    let request: Function = get(&gpu, "requestAdapter").dyn_into().map_err(|_| CpuReason::NoWebGpu)?;
    let promise: Promise = request.call0(&gpu).and_then(JsCast::dyn_into).map_err(|_| CpuReason::NoAdapter)?;
    let adapter = wasm_bindgen_futures::JsFuture::from(promise).await.map_err(|_| CpuReason::NoAdapter)?;
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
