//! Rows of a table as small grey images.

use std::ops::RangeInclusive;

use ndarray::{Array2, ArrayView2, Axis};

/// Width and height of an image, pixels; its row holds the pixels row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
}

/// Images of one shape, each pixel an intensity from 0 (background) to 255.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiles {
    shape: Shape,
    intensities: Array2<u8>,
}

impl Tiles {
    /// Makes an image of each row: the start of `range` (physical units) is background, its end full intensity, and
    /// whatever lies outside is clamped.
    ///
    /// # Panics
    /// When a row does not hold `width·height` values or the range is empty.
    #[must_use]
    pub fn new(rows: ArrayView2<'_, f32>, shape: Shape, range: &RangeInclusive<f32>) -> Self {
        assert_eq!(
            rows.ncols(),
            shape.width * shape.height,
            "one value a pixel"
        );
        assert!(range.start() < range.end(), "a range of intensities");
        let (low, span) = (*range.start(), range.end() - range.start());
        // Casting clamps to 0..=255.
        let intensities = rows.mapv(|value| (255.0 * (value - low) / span).round() as u8);
        Self { shape, intensities }
    }

    /// The first `most` images of each of `classes` classes, one `Tiles` a class.
    ///
    /// # Panics
    /// When there is not a class for every image.
    #[must_use]
    pub fn by_class(&self, of_row: &[u16], classes: usize, most: usize) -> Vec<Self> {
        assert_eq!(of_row.len(), self.len(), "a class for every image");
        let of_class = |class: usize| {
            let rows = (0..self.len()).filter(|&row| usize::from(of_row[row]) == class);
            rows.take(most).collect::<Vec<_>>()
        };
        let select = |rows: Vec<usize>| self.intensities.select(Axis(0), &rows);
        (0..classes)
            .map(|class| Self {
                shape: self.shape,
                intensities: select(of_class(class)),
            })
            .collect()
    }

    /// Shape of every image.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// How many images there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.intensities.nrows()
    }

    /// Whether there is no image.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Intensity of a pixel of an image; background below the last line, so that lines can be drawn in pairs.
    ///
    /// # Panics
    /// When there is no such image or place in a line.
    #[must_use]
    pub fn intensity(&self, image: usize, x: usize, y: usize) -> u8 {
        if y < self.shape.height {
            self.intensities[[image, y * self.shape.width + x]]
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::{Shape, Tiles};

    const SHAPE: Shape = Shape {
        width: 2,
        height: 1,
    };

    #[test]
    fn a_range_maps_to_intensities_and_clamps() {
        let tiles = Tiles::new(array![[-1.0, 0.0], [1.0, 9.0]].view(), SHAPE, &(-1.0..=1.0));
        let of = |image| {
            [
                tiles.intensity(image, 0, 0),
                tiles.intensity(image, 1, 0),
                tiles.intensity(image, 0, 1),
            ]
        };
        assert_eq!((of(0), of(1)), ([0, 128, 0], [255, 255, 0]));
    }

    #[test]
    fn classes_keep_their_first_images() {
        let rows = array![[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]];
        let tiles = |rows: ndarray::ArrayView2<'_, f32>| Tiles::new(rows, SHAPE, &(0.0..=255.0));
        let split = tiles(rows.view()).by_class(&[1, 0, 1, 1], 3, 2);
        assert_eq!(split[0], tiles(array![[2.0, 3.0]].view()));
        assert_eq!(split[1], tiles(array![[0.0, 1.0], [4.0, 5.0]].view()));
        assert!(split[2].is_empty());
    }
}
