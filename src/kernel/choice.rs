//! Names of the kernels, and the stack that they take.

/// Largest number of inputs of a layer for kernels whose stack depends on it.
pub(super) const MAX_COLUMNS: usize = 512;

/// Code for the hot loops. `build.rs` chooses it for the target; all give the same bits.
///
/// ```
/// # #[cfg(target_arch = "x86_64")]
/// assert_eq!(flowlet::Kernel::CURRENT, flowlet::Kernel::Portable);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Kernel {
    /// Rust, for all other targets.
    Portable,
    /// Assembly for Cortex-M0, M0+ and M1.
    Armv6m,
    /// Assembly for Cortex-M3.
    Armv7m,
    /// Assembly for Cortex-M4, M7, M33 and M35P.
    Armv7em,
    /// Assembly for Cortex-M52, M55 and M85.
    Mve,
    /// Assembly for 32-bit RISC-V with multiplication.
    Rv32im,
}

impl Kernel {
    /// All kernels.
    ///
    /// ```
    /// use flowlet::Kernel;
    /// assert!(Kernel::ALL.contains(&Kernel::CURRENT));
    /// ```
    pub const ALL: [Self; 6] = [
        Self::Portable,
        Self::Armv6m,
        Self::Armv7m,
        Self::Armv7em,
        Self::Mve,
        Self::Rv32im,
    ];

    /// Kernel of this target.
    pub const CURRENT: Self = if cfg!(flowlet_kernel = "armv6m") {
        Self::Armv6m
    } else if cfg!(flowlet_kernel = "armv7m") {
        Self::Armv7m
    } else if cfg!(flowlet_kernel = "armv7em") {
        Self::Armv7em
    } else if cfg!(flowlet_kernel = "mve") {
        Self::Mve
    } else if cfg!(flowlet_kernel = "rv32im") {
        Self::Rv32im
    } else {
        Self::Portable
    };

    /// Returns the kernel's name.
    ///
    /// ```
    /// assert_eq!(flowlet::Kernel::Armv7em.name(), "armv7em");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Armv6m => "armv6m",
            Self::Armv7m => "armv7m",
            Self::Armv7em => "armv7em",
            Self::Mve => "mve",
            Self::Rv32im => "rv32im",
        }
    }

    /// Returns the most bytes of stack that functions of a [`Sampler`](crate::Sampler) with `batch`
    /// slots take for a model whose dimension and width are at most `columns`, on a 32-bit target.
    /// [`Model::parse`](crate::Model::parse) takes no more. The sampler itself and the generator
    /// are not included.
    ///
    /// The kernel for Armv6-M needs a word per input, that for three samples on Armv7E-M six bytes.
    /// Layers with more than 512 inputs run in other code there, which needs less.
    ///
    /// This holds for optimised builds. Unoptimised code takes about 3 KB more, and makes copies of
    /// a sampler while it moves it. `[profile.dev.package.flowlet] opt-level = 2` in the firmware's
    /// `Cargo.toml` saves 1 KB of that; `[profile.dev] opt-level = 1` saves all.
    ///
    /// ```
    /// use flowlet::Kernel;
    /// assert!(Kernel::Armv6m.stack_bytes(1024, 1) > Kernel::Armv6m.stack_bytes(64, 1));
    /// ```
    #[must_use]
    pub const fn stack_bytes(self, columns: usize, batch: usize) -> usize {
        let columns = if columns < MAX_COLUMNS {
            columns
        } else {
            MAX_COLUMNS
        };
        match (self, batch) {
            (Self::Portable, ..=1) => 850,
            (Self::Portable, _) => 980,
            (Self::Armv6m, ..=1) => 1080 + 23 * columns / 5,
            (Self::Armv6m, _) => 1160 + 23 * columns / 5,
            (Self::Armv7m, ..=1) => 800,
            (Self::Armv7m, _) => 940,
            (Self::Armv7em, ..=1) => 800,
            (Self::Armv7em, 2) => 970,
            (Self::Armv7em, _) => 1460 + 6 * columns,
            (Self::Mve, ..=1) => 860,
            (Self::Mve, _) => 1280,
            (Self::Rv32im, ..=1) => 740,
            (Self::Rv32im, _) => 860,
        }
    }
}
