//! The twin rule, held without a GPU: every kernel has a shader and a CPU function of its name,
//! every shader validates, and its uniform is the Rust struct, field by field.

use glassbox::model::Kernel;
use glassbox::model::params as p;
use naga::{AddressSpace, ScalarKind, StorageAccess, TypeInner};
use std::mem::offset_of;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn stems(folder: &str, extension: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut stems: Vec<_> = entries
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == extension))
        .map(|p| p.file_stem().unwrap().to_str().unwrap().to_string())
        .collect();
    stems.sort();
    stems
}

fn module(shader: &str) -> naga::Module {
    let text = std::fs::read_to_string(root().join(format!("shaders/{shader}.wgsl"))).unwrap();
    let module =
        naga::front::wgsl::parse_str(&text).unwrap_or_else(|e| panic!("{shader}: {}", e.emit_to_string(&text)));
    // unpack2x16float is core WGSL; naga files it under a capability of its own.
    let capabilities = naga::valid::Capabilities::SHADER_FLOAT16_IN_FLOAT32;
    let mut validator = naga::valid::Validator::new(Default::default(), capabilities);
    validator.validate(&module).unwrap_or_else(|e| panic!("{shader}: {e:?}"));
    module
}

/// A kernel has one shader; `linear` has a second one for a few rows.
fn kernel_of(shader: &str) -> Kernel {
    let name = shader.strip_suffix("_row").unwrap_or(shader);
    Kernel::ALL.into_iter().find(|k| k.name() == name).unwrap_or_else(|| panic!("{shader}.wgsl has no kernel"))
}

#[test]
fn kernels_shaders_and_twins_have_the_same_names() {
    let mut names: Vec<_> = Kernel::ALL.iter().map(|k| k.name().to_string()).collect();
    names.sort();
    let shaders: Vec<_> = stems("shaders", "wgsl").into_iter().filter(|s| s != "linear_row").collect();
    assert_eq!(shaders, names);
    let helpers = ["mod", "vector"];
    let twins: Vec<_> = stems("src/engine/cpu", "rs").into_iter().filter(|s| !helpers.contains(&s.as_str())).collect();
    assert_eq!(twins, names);
    for name in names {
        let twin = std::fs::read_to_string(root().join(format!("src/engine/cpu/{name}.rs"))).unwrap();
        assert!(twin.contains(&format!("pub fn {name}(")), "{name}.rs has no function {name}");
        assert!(twin.contains(&format!("shaders/{name}.wgsl")), "{name}.rs does not name its shader");
    }
}

#[test]
fn every_shader_validates_and_names_its_twin() {
    for shader in stems("shaders", "wgsl") {
        module(&shader);
        let text = std::fs::read_to_string(root().join(format!("shaders/{shader}.wgsl"))).unwrap();
        let twin = format!("Twin: src/engine/cpu/{}.rs", kernel_of(&shader).name());
        assert!(text.contains(&twin), "{shader}.wgsl does not say {twin}");
    }
}

#[test]
fn bindings_are_params_then_reads_then_one_write() {
    for shader in stems("shaders", "wgsl") {
        let module = module(&shader);
        let mut spaces: Vec<_> = module
            .global_variables
            .iter()
            .filter_map(|(_, v)| v.binding.map(|b| (b.binding, v.space, v.name.clone())))
            .collect();
        spaces.sort_by_key(|(binding, ..)| *binding);
        let reads = kernel_of(&shader).reads();
        assert_eq!(spaces.len(), reads + 2, "{shader}");
        assert_eq!(spaces[0].1, AddressSpace::Uniform, "{shader}");
        for (binding, space, name) in &spaces[1..=reads] {
            let read = AddressSpace::Storage { access: StorageAccess::LOAD };
            assert_eq!(*space, read, "{shader}: binding {binding}, {name:?}");
        }
        let write = AddressSpace::Storage { access: StorageAccess::LOAD | StorageAccess::STORE };
        assert_eq!(spaces[reads + 1].1, write, "{shader}");
        assert_eq!(spaces[reads + 1].2.as_deref(), Some("write"), "{shader}");
    }
}

/// Name, offset and kind of every field of a Rust struct of params.
macro_rules! fields {
    ($struct:ty { $($field:ident: $kind:ident),* $(,)? }) => {
        (size_of::<$struct>(), vec![$((stringify!($field), offset_of!($struct, $field), ScalarKind::$kind)),*])
    };
}

fn rust_fields(kernel: Kernel) -> (usize, Vec<(&'static str, usize, ScalarKind)>) {
    match kernel {
        Kernel::Embed => {
            fields!(p::EmbedParams { first_row: Uint, rows: Uint, width: Uint, table_first: Uint, table_rows: Uint })
        }
        Kernel::LayerNorm => {
            fields!(p::LayerNormParams { read_row: Uint, write_row: Uint, rows: Uint, width: Uint, epsilon: Float })
        }
        Kernel::Linear => fields!(p::LinearParams { first_row: Uint, rows: Uint, inner: Uint, outer: Uint }),
        Kernel::AttentionScores | Kernel::Softmax | Kernel::AttentionMix => fields!(p::AttentionParams {
            first_row: Uint,
            rows: Uint,
            keys: Uint,
            heads: Uint,
            head_size: Uint,
            capacity: Uint,
            causal: Uint,
            scale: Float,
            masked: Float
        }),
        Kernel::Gelu => fields!(p::GeluParams { first: Uint, count: Uint, variant: Uint }),
        Kernel::Add => fields!(p::AddParams { first: Uint, count: Uint }),
        Kernel::Unembed => fields!(p::UnembedParams {
            rows: Uint,
            width: Uint,
            vocab: Uint,
            vocab_first: Uint,
            vocab_rows: Uint,
            biased: Uint
        }),
    }
}

#[test]
fn uniforms_are_the_rust_structs() {
    for shader in stems("shaders", "wgsl") {
        let module = module(&shader);
        let uniform = module.global_variables.iter().find(|(_, v)| v.space == AddressSpace::Uniform).unwrap().1;
        let TypeInner::Struct { members, span } = &module.types[uniform.ty].inner else { panic!("{shader}") };
        let (size, fields) = rust_fields(kernel_of(&shader));
        assert_eq!(*span as usize, size, "{shader}");
        let found: Vec<_> = members
            .iter()
            .map(|m| {
                let TypeInner::Scalar(scalar) = module.types[m.ty].inner else { panic!("{shader}") };
                (m.name.as_deref().unwrap(), m.offset as usize, scalar.kind)
            })
            .collect();
        assert_eq!(found, fields, "{shader}");
    }
}
