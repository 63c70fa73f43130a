//! Scales the channels of an image: each new pixel is the mean of the area that it covers.

use crate::data::layout::ImageSize;

/// Scales one channel, which has its values line by line.
pub(crate) fn scale(values: &[f64], from: ImageSize, to: ImageSize) -> Vec<f64> {
    if from == to {
        return values.to_vec();
    }
    let across = shares(from.width, to.width);
    let down = shares(from.height, to.height);
    let lines = values.chunks_exact(from.width.max(1));
    let narrow: Vec<f64> = lines.flat_map(|line| mean(&across, |x| line[x])).collect();
    let columns: Vec<Vec<f64>> = (0..to.width)
        .map(|x| mean(&down, |y| narrow[y * to.width + x]).collect())
        .collect();
    let places = (0..to.height).flat_map(|y| (0..to.width).map(move |x| (x, y)));
    places.map(|(x, y)| columns[x][y]).collect()
}

/// Returns, for each of `to` intervals that divide `from` values evenly, the values that it covers
/// and their shares of it.
fn shares(from: usize, to: usize) -> Vec<Vec<(usize, f64)>> {
    // In units of 1 / to of a value, all ends are integers.
    let interval = |at: usize| {
        let (start, end) = (at * from, (at + 1) * from);
        let covered = start / to..end.div_ceil(to);
        let share = |value: usize| {
            let overlap = end.min((value + 1) * to) - start.max(value * to);
            (value, overlap as f64 / from as f64)
        };
        covered.map(share).collect()
    };
    (0..to).map(interval).collect()
}

fn mean(shares: &[Vec<(usize, f64)>], value: impl Fn(usize) -> f64) -> impl Iterator<Item = f64> {
    let sum = move |covered: &Vec<(usize, f64)>| {
        let parts = covered.iter().map(|&(at, share)| share * value(at));
        parts.sum()
    };
    shares.iter().map(sum)
}

#[cfg(test)]
mod tests {
    use super::{ImageSize, scale};

    fn size(width: usize, height: usize) -> ImageSize {
        ImageSize { width, height }
    }

    #[test]
    fn a_pixel_is_the_mean_of_its_area() {
        let values = [0.0, 2.0, 4.0, 10.0, 12.0, 14.0];
        let half = scale(&values, size(3, 2), size(1, 2));
        assert_eq!(half, [2.0, 12.0]);
        // The middle value belongs to both halves.
        let uneven = scale(&values[..3], size(3, 1), size(2, 1));
        let expected = [2.0 / 3.0, 10.0 / 3.0];
        assert!(
            uneven
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-12)
        );
        let larger = scale(&[1.0, 3.0], size(2, 1), size(4, 2));
        assert_eq!(larger, [1.0, 1.0, 3.0, 3.0, 1.0, 1.0, 3.0, 3.0]);
        assert_eq!(scale(&values, size(3, 2), size(3, 2)), values);
    }
}
