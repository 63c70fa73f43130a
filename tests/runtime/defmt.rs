//! Public types implement `defmt::Format`. What a log shows is not tested: that needs firmware and
//! a probe.

use defmt::Format;
use flowlet::format::{Field, Header, Hidden, ModelError};
use flowlet::{
    Column, ColumnKind, ColumnNames, Decimal, Fixed, Model, ModelSize, Sample, Sampler,
    SamplerError, Samples, Solver, fixed,
};

const fn logged<T: Format>() {}

const _: () = {
    logged::<Model<'_>>();
    logged::<ColumnNames<'_>>();
    logged::<Column>();
    logged::<ColumnKind>();
    logged::<ModelSize>();
    logged::<Solver>();
    logged::<flowlet::Time>();
    logged::<flowlet::Guidance>();
    logged::<Sampler<'_, 2, 64>>();
    logged::<Sampler<'_, 2, 64, 3>>();
    logged::<Sample<'_>>();
    logged::<Samples<'_, 2, 64>>();
    logged::<flowlet::Scorer<'_, 2, 64>>();
    logged::<flowlet::Score<'_>>();
    logged::<flowlet::Contributions<'_>>();
    logged::<flowlet::Ranks>();
    logged::<flowlet::Standardised>();
    logged::<flowlet::format::ScoreRecord>();
    logged::<flowlet::format::Section>();
    logged::<Decimal>();
    logged::<Fixed>();
    logged::<fixed::Scale>();
    logged::<Header>();
    logged::<Hidden>();
    logged::<ModelError>();
    logged::<Field>();
    logged::<SamplerError>();
    logged::<flowlet::Error>();
    logged::<flowlet::Kernel>();
    logged::<flowlet::Columns<'_>>();
    logged::<flowlet::ColumnValue<'_>>();
    logged::<flowlet::Value<'_>>();
    logged::<flowlet::Values<'_>>();
    logged::<flowlet::HiddenLayers<'_>>();
    logged::<flowlet::Proportions<'_>>();
    logged::<flowlet::Times<'_>>();
    logged::<flowlet::Variances<'_>>();
    logged::<flowlet::noise::FromFn<fn() -> u32>>();
    logged::<flowlet::noise::TryFromFn<fn() -> Result<u32, ()>>>();
    logged::<flowlet::noise::SourceFailed>();
    #[cfg(feature = "stats")]
    logged::<flowlet::Stats>();
};
