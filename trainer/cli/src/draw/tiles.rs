//! Rows of a table as small images, grey or in colour.

use std::ops::RangeInclusive;

use flowlet_trainer::data::layout::ImageSize;
use ndarray::{Array2, ArrayView2, Axis};

/// Images of one size. Each pixel of a grey image has an amount of ink, from 0 (background) to 255.
/// Each pixel of an image in colour has three amounts of light.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiles {
    size: ImageSize,
    ink: Array2<u8>,
}

impl Tiles {
    /// Makes an image of each row. The start of `range` (physical units) is background and its end
    /// full ink; values outside are clamped.
    ///
    /// # Panics
    /// If a row has neither one nor three values per pixel, or the range is empty.
    #[must_use]
    pub fn new(rows: ArrayView2<'_, f64>, size: ImageSize, range: &RangeInclusive<f64>) -> Self {
        let pixels = size.width * size.height;
        assert!(
            rows.ncols() == pixels || rows.ncols() == 3 * pixels,
            "one or three values per pixel"
        );
        assert!(range.start() < range.end(), "a range of values");
        let (low, span) = (*range.start(), range.end() - range.start());
        // Casting clamps to 0..=255.
        let ink = rows.mapv(|value| (255.0 * (value - low) / span).round() as u8);
        Self { size, ink }
    }

    /// Returns the images with ink and background exchanged.
    #[must_use]
    pub fn inverted(mut self) -> Self {
        self.ink.mapv_inplace(|ink| 255 - ink);
        self
    }

    /// Returns the first `most` images of each class, one `Tiles` per class.
    ///
    /// # Panics
    /// If the number of classes of rows is not the number of images.
    #[must_use]
    pub fn by_class(&self, of_row: &[u16], classes: usize, most: usize) -> Vec<Self> {
        assert_eq!(of_row.len(), self.len(), "a class for every image");
        let of_class = |class: usize| {
            let rows = (0..self.len()).filter(|&row| usize::from(of_row[row]) == class);
            rows.take(most).collect::<Vec<_>>()
        };
        let select = |rows: Vec<usize>| self.ink.select(Axis(0), &rows);
        (0..classes)
            .map(|class| Self {
                size: self.size,
                ink: select(of_class(class)),
            })
            .collect()
    }

    /// Returns the size of every image.
    #[must_use]
    pub fn size(&self) -> ImageSize {
        self.size
    }

    /// Returns the number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ink.nrows()
    }

    /// Returns whether there is no image.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the red, green and blue light of a pixel, if the images are in colour.
    ///
    /// # Panics
    /// If there is no such image, line or column.
    #[must_use]
    pub fn colour(&self, image: usize, x: usize, y: usize) -> Option<[u8; 3]> {
        let pixels = self.size.width * self.size.height;
        let at = y * self.size.width + x;
        let channel = |channel| self.ink[[image, channel * pixels + at]];
        (self.ink.ncols() > pixels).then(|| [0, 1, 2].map(channel))
    }

    /// Returns the ink of a pixel. Below the last line is background, so that lines can be drawn in
    /// pairs.
    ///
    /// # Panics
    /// If there is no such image or column.
    #[must_use]
    pub fn ink(&self, image: usize, x: usize, y: usize) -> u8 {
        if y < self.size.height {
            self.ink[[image, y * self.size.width + x]]
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::{ImageSize, Tiles};

    const SIZE: ImageSize = ImageSize {
        width: 2,
        height: 1,
    };

    #[test]
    fn values_become_ink_and_are_clamped() {
        let tiles = Tiles::new(array![[-1.0, 0.0], [1.0, 9.0]].view(), SIZE, &(-1.0..=1.0));
        let of = |image| {
            [
                tiles.ink(image, 0, 0),
                tiles.ink(image, 1, 0),
                tiles.ink(image, 0, 1),
            ]
        };
        assert_eq!((of(0), of(1)), ([0, 128, 0], [255, 255, 0]));
    }

    #[test]
    fn three_values_per_pixel_are_a_colour() {
        let rows = array![[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]];
        let tiles = Tiles::new(rows.view(), SIZE, &(0.0..=255.0));
        assert_eq!(tiles.colour(0, 1, 0), Some([1, 3, 5]));
        let grey = Tiles::new(array![[0.0, 1.0]].view(), SIZE, &(0.0..=255.0));
        assert_eq!(grey.colour(0, 1, 0), None);
    }

    #[test]
    fn classes_keep_their_first_images() {
        let rows = array![[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]];
        let tiles = |rows: ndarray::ArrayView2<'_, f64>| Tiles::new(rows, SIZE, &(0.0..=255.0));
        let split = tiles(rows.view()).by_class(&[1, 0, 1, 1], 3, 2);
        assert_eq!(split[0], tiles(array![[2.0, 3.0]].view()));
        assert_eq!(split[1], tiles(array![[0.0, 1.0], [4.0, 5.0]].view()));
        assert!(split[2].is_empty());
    }
}
