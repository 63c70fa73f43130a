//! Writes samples as WAV files of 32-bit floats, with one channel per series.

use ndarray::ArrayView1;

use super::FormatError;
use crate::data::series::Series;
use crate::generate::Generated;

/// Bytes of a value.
const WIDTH: usize = 4;
/// Number of the format of floats.
const FLOAT: u16 = 3;

/// Refuses columns that are not channels of equal length.
pub(super) fn check(series: &[Series], rest: &[usize]) -> Result<(), FormatError> {
    let first = &series[0].columns;
    let equal = series.iter().all(|one| one.columns.len() == first.len());
    match equal && rest.is_empty() {
        true => Ok(()),
        false => Err(FormatError::NoMedia),
    }
}

/// Returns the recordings of the samples.
pub(super) fn files(
    series: &[Series],
    generated: &Generated,
    rate: u32,
) -> Vec<(Vec<u8>, &'static str)> {
    let recording = |row: ArrayView1<'_, f64>| {
        let moments = 0..series[0].columns.len();
        let values = moments.flat_map(|at| series.iter().map(move |one| row[one.columns[at]]));
        (file(values, series.len() as u16, rate), "wav")
    };
    generated.values.outer_iter().map(recording).collect()
}

fn file(values: impl Iterator<Item = f64>, channels: u16, rate: u32) -> Vec<u8> {
    let data: Vec<u8> = values
        .flat_map(|value| (value as f32).to_le_bytes())
        .collect();
    let block = channels * WIDTH as u16;
    let moments = data.len() as u32 / u32::from(block);
    let chunk = |name: &[u8; 4], body: &[u8]| {
        let length = (body.len() as u32).to_le_bytes();
        [name.as_slice(), &length, body].concat()
    };
    let format = [
        [FLOAT, channels].map(u16::to_le_bytes).concat(),
        [rate, rate * u32::from(block)]
            .map(u32::to_le_bytes)
            .concat(),
        // No extension follows.
        [block, 8 * WIDTH as u16, 0].map(u16::to_le_bytes).concat(),
    ];
    let body = [
        b"WAVE".to_vec(),
        chunk(b"fmt ", &format.concat()),
        chunk(b"fact", &moments.to_le_bytes()),
        chunk(b"data", &data),
    ];
    chunk(b"RIFF", &body.concat())
}
