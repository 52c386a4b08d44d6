//! The header of a `model.safetensors`, checked before anything is believed: a length, then JSON that says
//! of each tensor its type, its shape and where its bytes lie.
//!
//! Numbers are u64 and every product is checked, on 32-bit machines too; nothing is made as large as
//! a number says before that number is found to be true.

use super::{Damage, WeightsError, damaged};
use safetensors::Dtype;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A header longer than this is a lie: GPT-2 XL's has 50 KB.
const LONGEST: u64 = 16 << 20;

/// One tensor of the file, as its header has it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    /// As written: a type that nobody knows hurts only where the tensor is wanted.
    pub dtype: String,
    pub shape: Vec<u64>,
    /// Where its bytes begin, counted from the end of the header, and how many they are.
    pub start: u64,
    pub bytes: u64,
}

impl Entry {
    /// Its type, where that is known.
    pub fn known_dtype(&self) -> Option<Dtype> {
        let text: StrDeserializer<ValueError> = self.dtype.as_str().into_deserializer();
        Dtype::deserialize(text).ok()
    }
}

/// The JSON's length, which the first eight bytes of the file tell; `None` until they are there.
pub fn length(file: &[u8]) -> Result<Option<usize>, WeightsError> {
    let Some(length) = file.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)) else { return Ok(None) };
    if !(2..=LONGEST).contains(&length) {
        return Err(damaged(Damage::HeaderLength { bytes: length }));
    }
    Ok(Some(length as usize))
}

/// The tensors in the order of their bytes. They follow each other without holes, and each has as many bytes
/// as its shape and type need.
pub fn entries(json: &[u8]) -> Result<Vec<Entry>, WeightsError> {
    let Header(raw) = serde_json::from_slice(json).map_err(|e| damaged(Damage::Header { reason: e.to_string() }))?;
    let mut entries = Vec::with_capacity(raw.len());
    for (name, Raw { dtype, shape, data_offsets: [start, end] }) in raw {
        let Some(bytes) = end.checked_sub(start) else {
            return Err(damaged(Damage::Place { tensor: name, start, end, before: start }));
        };
        entries.push(Entry { name, dtype, shape, start, bytes });
    }
    entries.sort_by_key(|entry| (entry.start, entry.bytes));
    let mut end = 0;
    for entry in &entries {
        if entry.start != end {
            let place = (entry.name.clone(), entry.start, entry.start.saturating_add(entry.bytes));
            return Err(damaged(Damage::Place { tensor: place.0, start: place.1, end: place.2, before: end }));
        }
        end += entry.bytes;
        let Some(dtype) = entry.known_dtype() else { continue };
        let values = entry.shape.iter().try_fold(1u64, |product, side| product.checked_mul(*side));
        let bits = values.and_then(|values| values.checked_mul(dtype.bitsize() as u64));
        if bits != Some(entry.bytes.saturating_mul(8)) {
            let Entry { name, dtype, shape, bytes, .. } = entry.clone();
            let needed = bits.map(|bits| bits.div_ceil(8));
            return Err(damaged(Damage::Bytes { tensor: name, found: bytes, dtype, shape, needed }));
        }
    }
    Ok(entries)
}

#[derive(Deserialize)]
struct Raw {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

/// Every tensor's entry; a name that is there twice is an error, not overwritten.
struct Header(BTreeMap<String, Raw>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Header, M::Error> {
                let (mut names, mut tensors) = (BTreeSet::new(), BTreeMap::new());
                while let Some(name) = map.next_key::<String>()? {
                    if !names.insert(name.clone()) {
                        return Err(M::Error::custom(format_args!("'{name}' is there twice")));
                    }
                    if name == "__metadata__" {
                        map.next_value::<BTreeMap<String, String>>()?;
                    } else {
                        tensors.insert(name, map.next_value()?);
                    }
                }
                Ok(Header(tensors))
            }
        }
        deserializer.deserialize_map(Names)
    }
}
