//! The two inner loops that all the time goes to, and their choice of instructions.
//!
//! On x86 the same Rust is compiled a second time for AVX2 with fused multiply-add, chosen when the
//! program starts; in the browser it becomes 128-bit SIMD. Every sum runs in one fixed order.

/// How many values are worked on side by side.
pub const LANES: usize = 16;

/// Calls `$name` compiled for the best instructions of this machine.
macro_rules! fastest {
    ($(#[$doc:meta])* pub fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)? = $inner:ident) => {
        $(#[$doc])*
        #[inline]
        pub fn $name($($arg: $type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
                #[target_feature(enable = "avx2,fma")]
                fn with_fma($($arg: $type),*) $(-> $result)? {
                    $inner::<true>($($arg),*)
                }
                // SAFETY: the line above made sure that this machine has these instructions.
                return unsafe { with_fma($($arg),*) };
            }
            $inner::<false>($($arg),*)
        }
    };
}
pub(crate) use fastest;

/// `sum + a · b`, in one rounding where the machine does that in one instruction.
#[inline(always)]
pub fn multiply_add<const FMA: bool>(sum: f32, a: f32, b: f32) -> f32 {
    if FMA { a.mul_add(b, sum) } else { sum + a * b }
}

/// The sum of a product, over 16 lanes that are added up pairwise at the end.
#[inline(always)]
pub fn dot<const FMA: bool>(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for ((sum, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *sum = multiply_add::<FMA>(*sum, *a, *b);
        }
    }
    for ((sum, a), b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *sum = multiply_add::<FMA>(*sum, *a, *b);
    }
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}
