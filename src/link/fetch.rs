//! Files of a model over the network, whole or as a stream.

use super::protocol::Fault;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response, WorkerGlobalScope};

/// A file that has begun to arrive.
pub struct Download {
    file: String,
    reader: ReadableStreamDefaultReader,
    /// As the server says; 0 where it does not.
    pub total_bytes: u64,
}

impl Download {
    /// Asks for a file; `Ok(None)` where the server does not have it.
    pub async fn start(folder: &str, file: &str) -> Result<Option<Self>, Fault> {
        let url = format!("{}/{file}", folder.trim_end_matches('/'));
        let global: WorkerGlobalScope = js_sys::global().unchecked_into();
        let answer = JsFuture::from(global.fetch_with_str(&url)).await;
        let response: Response = answer.and_then(JsCast::dyn_into).map_err(|e| failed(&url, &e))?;
        if response.status() == 404 {
            return Ok(None);
        }
        if !response.ok() {
            return Err(Fault::Fetch { file: url, detail: format!("HTTP {}", response.status()) });
        }
        let length = response.headers().get("content-length").ok().flatten();
        // A compressed answer's length is not the file's.
        let encoded = response.headers().get("content-encoding").ok().flatten().is_some();
        let total_bytes = length.filter(|_| !encoded).and_then(|l| l.parse().ok()).unwrap_or(0);
        let body = response.body().ok_or_else(|| failed(&url, &"the answer is empty".into()))?;
        let reader = body.get_reader().dyn_into().map_err(|e| failed(&url, &e))?;
        Ok(Some(Self { file: url, reader, total_bytes }))
    }

    /// Asks for a file that must be there.
    pub async fn needed(folder: &str, file: &str) -> Result<Self, Fault> {
        let missing = || Fault::Fetch { file: format!("{folder}/{file}"), detail: "HTTP 404".into() };
        Self::start(folder, file).await?.ok_or_else(missing)
    }

    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let chunk = JsFuture::from(self.reader.read()).await.map_err(|e| failed(&self.file, &e))?;
        let get = |key: &str| Reflect::get(&chunk, &key.into()).unwrap_or(JsValue::UNDEFINED);
        if get("done").is_truthy() {
            return Ok(None);
        }
        let bytes: Uint8Array = get("value").dyn_into().map_err(|e| failed(&self.file, &e))?;
        Ok(Some(bytes.to_vec()))
    }

    /// The whole file, up to a size that no honest one reaches.
    async fn whole(mut self, most_bytes: usize) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.next().await? {
            bytes.extend(chunk);
            if bytes.len() > most_bytes {
                return Err(Fault::Model {
                    file: self.file,
                    detail: format!("it is larger than {} MB", most_bytes >> 20),
                });
            }
        }
        Ok(bytes)
    }
}

/// No honest configuration or tokenizer is larger.
const SMALL_BYTES: usize = 64 << 20;

/// A small file, whole; `Ok(None)` where the server does not have it.
pub async fn small_file(folder: &str, file: &str) -> Result<Option<Vec<u8>>, Fault> {
    match Download::start(folder, file).await? {
        Some(download) => Ok(Some(download.whole(SMALL_BYTES).await?)),
        None => Ok(None),
    }
}

/// A small file that must be there.
pub async fn needed_file(folder: &str, file: &str) -> Result<Vec<u8>, Fault> {
    Download::needed(folder, file).await?.whole(SMALL_BYTES).await
}

fn failed(file: &str, error: &JsValue) -> Fault {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|m| m.as_string());
    Fault::Fetch { file: file.into(), detail: message.unwrap_or_else(|| format!("{error:?}")) }
}
