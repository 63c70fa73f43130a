//! Public types can be logged. What a log shows needs a linked firmware and a probe; that each type is taken does not.

use defmt::Format;
use flowlet::format::{Field, Head, Hidden, ModelError};
use flowlet::{
    Columns, Fixed, Kind, Model, Sample, Sampler, SamplerError, Samples, Size, Solver, Trajectory,
    Unit, fixed,
};

const fn logged<T: Format>() {}

const _: () = {
    logged::<Model<'_>>();
    logged::<Columns<'_>>();
    logged::<Unit>();
    logged::<Kind>();
    logged::<Size>();
    logged::<Solver>();
    logged::<Sampler<'_, 2, 64>>();
    logged::<Sampler<'_, 2, 64, 3>>();
    logged::<Trajectory<'_, '_, 2, 64>>();
    logged::<Sample<'_>>();
    logged::<Samples<'_, 2, 64>>();
    logged::<Fixed>();
    logged::<fixed::Scale>();
    logged::<Head>();
    logged::<Hidden>();
    logged::<ModelError>();
    logged::<Field>();
    logged::<SamplerError>();
    #[cfg(feature = "stats")]
    logged::<flowlet::Stats>();
};
