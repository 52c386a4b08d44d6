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

/// `sums += a · weights`, lane by lane. An array and an index: what the compiler keeps in registers.
#[inline(always)]
pub fn add_scaled<const FMA: bool>(sums: &mut [f32; LANES], a: f32, weights: &[f32; LANES]) {
    for i in 0..LANES {
        sums[i] = multiply_add::<FMA>(sums[i], a, weights[i]);
    }
}

/// The sum of a product, over 16 lanes that are added up pairwise at the end.
#[inline(always)]
pub fn dot<const FMA: bool>(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for i in 0..LANES {
            lanes[i] = multiply_add::<FMA>(lanes[i], a[i], b[i]);
        }
    }
    // Lane by lane with a constant index, so that the lanes stay in registers above.
    let mut rest = [[0.0f32; LANES]; 2];
    rest[0][..a_rest.len()].copy_from_slice(a_rest);
    rest[1][..b_rest.len()].copy_from_slice(b_rest);
    for i in 0..LANES {
        lanes[i] = multiply_add::<FMA>(lanes[i], rest[0][i], rest[1][i]);
    }
    let eight: [f32; 8] = std::array::from_fn(|i| lanes[i] + lanes[i + 8]);
    let four: [f32; 4] = std::array::from_fn(|i| eight[i] + eight[i + 4]);
    (four[0] + four[2]) + (four[1] + four[3])
}
