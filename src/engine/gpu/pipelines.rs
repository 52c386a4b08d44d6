//! Shaders become pipelines, once. The WGSL files are whole and used as they are; the one choice,
//! the bits of a weight, is a pipeline constant of theirs.

use crate::model::params::{
    AddParams, AttentionParams, EmbedParams, GeluParams, LayerNormParams, LinearParams, UnembedParams,
};
use crate::model::{Kernel, Precision};
use std::collections::HashMap;
use wgpu::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, BindGroupLayout, BindGroupLayoutDescriptor, BindGroupLayoutEntry,
    BindingType, Buffer, BufferBinding, BufferBindingType, BufferSize, ComputePipeline, ComputePipelineDescriptor,
    Device, PipelineCompilationOptions, PipelineLayoutDescriptor, ShaderModuleDescriptor, ShaderSource, ShaderStages,
};

/// Uniforms lie this far apart: the alignment that every device can do.
pub const PARAMS_STRIDE: usize = 256;

/// A shader file: a kernel's, or its variant for a few rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shader {
    pub kernel: Kernel,
    row: bool,
}

impl Shader {
    /// The shader to use for a kernel.
    pub fn of(kernel: Kernel, few_rows: bool) -> Self {
        Self { kernel, row: few_rows && kernel == Kernel::Linear }
    }

    /// Is the variant that takes one position at a time.
    pub fn is_row(self) -> bool {
        self.row
    }

    /// All shader files.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<_> = Kernel::ALL.iter().map(|k| Self::of(*k, false)).collect();
        all.push(Self::of(Kernel::Linear, true));
        all
    }

    /// The file's text.
    pub fn source(self) -> &'static str {
        match (self.kernel, self.row) {
            (Kernel::Embed, _) => include_str!("../../../shaders/embed.wgsl"),
            (Kernel::LayerNorm, _) => include_str!("../../../shaders/layer_norm.wgsl"),
            (Kernel::Linear, false) => include_str!("../../../shaders/linear.wgsl"),
            (Kernel::Linear, true) => include_str!("../../../shaders/linear_row.wgsl"),
            (Kernel::AttentionScores, _) => include_str!("../../../shaders/attention_scores.wgsl"),
            (Kernel::Softmax, _) => include_str!("../../../shaders/softmax.wgsl"),
            (Kernel::AttentionMix, _) => include_str!("../../../shaders/attention_mix.wgsl"),
            (Kernel::Gelu, _) => include_str!("../../../shaders/gelu.wgsl"),
            (Kernel::Add, _) => include_str!("../../../shaders/add.wgsl"),
            (Kernel::Unembed, _) => include_str!("../../../shaders/unembed.wgsl"),
        }
    }

    fn reads_matrix(self) -> bool {
        matches!(self.kernel, Kernel::Embed | Kernel::Linear | Kernel::Unembed)
    }

    fn params_bytes(self) -> usize {
        match self.kernel {
            Kernel::Embed => size_of::<EmbedParams>(),
            Kernel::LayerNorm => size_of::<LayerNormParams>(),
            Kernel::Linear => size_of::<LinearParams>(),
            Kernel::AttentionScores | Kernel::Softmax | Kernel::AttentionMix => size_of::<AttentionParams>(),
            Kernel::Gelu => size_of::<GeluParams>(),
            Kernel::Add => size_of::<AddParams>(),
            Kernel::Unembed => size_of::<UnembedParams>(),
        }
    }
}

/// Every shader's pipeline and the layout of its bindings.
pub struct Pipelines {
    made: HashMap<Shader, (ComputePipeline, BindGroupLayout)>,
}

impl Pipelines {
    /// Makes them all.
    pub fn new(device: &Device, precision: Precision) -> Self {
        let make = |shader: Shader| (shader, make(device, shader, precision));
        Self { made: Shader::all().into_iter().map(make).collect() }
    }

    pub fn pipeline(&self, shader: Shader) -> &ComputePipeline {
        &self.made[&shader].0
    }

    /// Params, then reads, then exactly one write.
    pub fn bind_group(&self, device: &Device, shader: Shader, params: &Buffer, buffers: &[&Buffer]) -> BindGroup {
        let uniform = BufferBinding { buffer: params, offset: 0, size: BufferSize::new(shader.params_bytes() as u64) };
        let mut entries = vec![BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Buffer(uniform) }];
        entries.extend(
            buffers
                .iter()
                .enumerate()
                .map(|(i, buffer)| BindGroupEntry { binding: i as u32 + 1, resource: buffer.as_entire_binding() }),
        );
        device.create_bind_group(&BindGroupDescriptor {
            label: Some(shader.kernel.name()),
            layout: &self.made[&shader].1,
            entries: &entries,
        })
    }
}

fn make(device: &Device, shader: Shader, precision: Precision) -> (ComputePipeline, BindGroupLayout) {
    let label = Some(shader.kernel.name());
    let binding = |index: usize, ty, has_dynamic_offset, min_binding_size| BindGroupLayoutEntry {
        binding: index as u32,
        visibility: ShaderStages::COMPUTE,
        ty: BindingType::Buffer { ty, has_dynamic_offset, min_binding_size },
        count: None,
    };
    let reads = shader.kernel.reads();
    let mut entries = vec![binding(0, BufferBindingType::Uniform, true, BufferSize::new(shader.params_bytes() as u64))];
    entries.extend((1..=reads).map(|i| binding(i, BufferBindingType::Storage { read_only: true }, false, None)));
    entries.push(binding(reads + 1, BufferBindingType::Storage { read_only: false }, false, None));
    let layout = device.create_bind_group_layout(&BindGroupLayoutDescriptor { label, entries: &entries });
    let pipeline_layout = device.create_pipeline_layout(&PipelineLayoutDescriptor {
        label,
        bind_group_layouts: &[Some(&layout)],
        immediate_size: 0,
    });
    let module = device
        .create_shader_module(ShaderModuleDescriptor { label, source: ShaderSource::Wgsl(shader.source().into()) });
    let bits = [("BITS", precision.bits() as f64)];
    let constants: &[(&str, f64)] = if shader.reads_matrix() { &bits } else { &[] };
    let pipeline = device.create_compute_pipeline(&ComputePipelineDescriptor {
        label,
        layout: Some(&pipeline_layout),
        module: &module,
        entry_point: Some("main"),
        compilation_options: PipelineCompilationOptions { constants, ..Default::default() },
        cache: None,
    });
    (pipeline, layout)
}
