//! The two inner loops that all the time goes to, and their choice of instructions.
//!
//! On x86 the same Rust is compiled a second time for AVX2 with fused multiply-add, chosen when the
//! program starts; in the browser it becomes 128-bit SIMD. Every sum runs in one fixed order.

#[cfg(target_arch = "wasm32")]
use std::arch::wasm32::{f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, v128};

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

/// Sixteen sums side by side, which stay in registers.
///
/// The page is compiled for size, where the compiler makes no vectors by itself: there they are four
/// registers of 128 bits, by name. Elsewhere an array does.
#[derive(Clone, Copy)]
pub struct Lanes(Registers);

#[cfg(not(target_arch = "wasm32"))]
type Registers = [f32; LANES];
#[cfg(target_arch = "wasm32")]
type Registers = [v128; LANES / 4];

#[cfg(not(target_arch = "wasm32"))]
impl Lanes {
    #[inline(always)]
    pub fn of(values: &[f32; LANES]) -> Self {
        Self(*values)
    }

    /// The same value in every lane.
    #[inline(always)]
    pub fn all(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    pub fn values(self) -> [f32; LANES] {
        self.0
    }

    /// `self + a · b`, lane by lane. Arrays and an index: what the compiler turns into registers.
    #[inline(always)]
    pub fn plus<const FMA: bool>(mut self, a: Self, b: Self) -> Self {
        for i in 0..LANES {
            self.0[i] = multiply_add::<FMA>(self.0[i], a.0[i], b.0[i]);
        }
        self
    }

    /// All lanes, added up pairwise.
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let eight: [f32; 8] = std::array::from_fn(|i| self.0[i] + self.0[i + 8]);
        let four: [f32; 4] = std::array::from_fn(|i| eight[i] + eight[i + 4]);
        (four[0] + four[2]) + (four[1] + four[3])
    }
}

#[cfg(target_arch = "wasm32")]
impl Lanes {
    #[inline(always)]
    pub fn of(values: &[f32; LANES]) -> Self {
        // SAFETY: the same bytes, and any are a value of either.
        Self(unsafe { std::mem::transmute::<[f32; LANES], Registers>(*values) })
    }

    #[inline(always)]
    pub fn all(value: f32) -> Self {
        let four = f32x4_splat(value);
        Self([four, four, four, four])
    }

    #[inline(always)]
    pub fn values(self) -> [f32; LANES] {
        // SAFETY: as above.
        unsafe { std::mem::transmute::<Registers, [f32; LANES]>(self.0) }
    }

    #[inline(always)]
    pub fn plus<const FMA: bool>(self, Self([a0, a1, a2, a3]): Self, Self([b0, b1, b2, b3]): Self) -> Self {
        let Self([s0, s1, s2, s3]) = self;
        let plus = |sum, a, b| f32x4_add(sum, f32x4_mul(a, b));
        Self([plus(s0, a0, b0), plus(s1, a1, b1), plus(s2, a2, b2), plus(s3, a3, b3)])
    }

    #[inline(always)]
    pub fn sum(self) -> f32 {
        let Self([s0, s1, s2, s3]) = self;
        let four = f32x4_add(f32x4_add(s0, s2), f32x4_add(s1, s3));
        let lane = [
            f32x4_extract_lane::<0>(four),
            f32x4_extract_lane::<1>(four),
            f32x4_extract_lane::<2>(four),
            f32x4_extract_lane::<3>(four),
        ];
        (lane[0] + lane[2]) + (lane[1] + lane[3])
    }
}

/// The sum of a product, over 16 lanes that are added up at the end.
#[inline(always)]
pub fn dot<const FMA: bool>(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = Lanes::all(0.0);
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        sums = sums.plus::<FMA>(Lanes::of(a), Lanes::of(b));
    }
    if !a_rest.is_empty() {
        let mut rest = [[0.0f32; LANES]; 2];
        rest[0][..a_rest.len()].copy_from_slice(a_rest);
        rest[1][..b_rest.len()].copy_from_slice(b_rest);
        sums = sums.plus::<FMA>(Lanes::of(&rest[0]), Lanes::of(&rest[1]));
    }
    sums.sum()
}
