//! Layout of a table, by the names of its columns: an image, series, or independent numbers.
//!
//! Numbered columns (`t00`, `t01`, …) are a series. They are an image if they are numbered by line
//! and position (`p00` to `p07`, then `p10`). They are also an image if the name means a pixel and
//! the count is a square. Three such groups that are named `r`, `g` and `b` are an image in colour.
//! Categories are part of none of them.

use std::ops::Range;

use super::series::{Series, parts, series};

/// Names that mean a pixel, if the numbers do not show the lines of an image.
const PIXELS: [&str; 5] = ["p", "px", "pixel", "pixels", "v"];
/// Names of the channels of an image in colour, in order.
const COLOURS: [&str; 3] = ["r", "g", "b"];

/// Width and height of an image. A row of the table holds its pixels line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageSize {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
}

/// Layout of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// All columns are the pixels of one image, line by line.
    Image(ImageSize),
    /// All columns are the red, then the green, then the blue values of one image, line by line.
    ColourImage(ImageSize),
    /// Series, and the indices of the other columns.
    Series(Vec<Series>, Vec<usize>),
    /// Independent numbers.
    Numbers,
}

/// Returns the channel of a moment of a window: `ax` for `ax07`. It is the inverse of the names
/// that windows give their values.
#[must_use]
pub fn channel(moment: &str) -> &str {
    let (stem, _) = parts(moment);
    match (stem.strip_suffix("_t"), stem.strip_suffix('_')) {
        (Some(pixel), _) if means_pixel(pixel) => pixel,
        (_, Some(name)) if name.ends_with(|c: char| c.is_ascii_digit()) => name,
        _ => stem,
    }
}

impl Layout {
    /// Infers the layout from the columns' names and the indices of the values of category columns.
    #[must_use]
    pub fn of(columns: &[String], categories: &[Range<usize>]) -> Self {
        let series = series(columns, categories);
        if let [only] = &series[..]
            && only.columns.iter().copied().eq(0..columns.len())
            && let Some(shape) = image(means_pixel, &only.name, columns)
        {
            return Self::Image(shape);
        }
        if let Some(size) = colour_image(&series, columns) {
            return Self::ColourImage(size);
        }
        if series.is_empty() {
            return Self::Numbers;
        }
        let free = |place: &usize| !series.iter().any(|one| one.columns.contains(place));
        let rest = (0..columns.len()).filter(free).collect();
        Self::Series(series, rest)
    }
}

/// Returns whether numbered columns of this name are the pixels of a square image.
pub(super) fn means_pixel(name: &str) -> bool {
    let name = name.trim_end_matches(['_', '-', '.', ' ']);
    // R names the columns of any table `V1`, `V2`, …
    name != "V" && PIXELS.contains(&&*name.to_lowercase())
}

fn colour_image(series: &[Series], columns: &[String]) -> Option<ImageSize> {
    let [red, green, blue] = series else {
        return None;
    };
    let pixels = columns.len() / 3;
    let channels = [red, green, blue].into_iter().zip(COLOURS).enumerate();
    let size = |(at, (channel, name)): (usize, (&Series, &str))| {
        let own = at * pixels..(at + 1) * pixels;
        let is_own = channel.name == name && channel.columns.iter().copied().eq(own.clone());
        is_own
            .then(|| image(|name| COLOURS.contains(&name), name, &columns[own]))
            .flatten()
    };
    let sizes: Vec<ImageSize> = channels.map(size).collect::<Option<_>>()?;
    let is_complete = 3 * pixels == columns.len();
    (is_complete && sizes.iter().all(|size| *size == sizes[0])).then_some(sizes[0])
}

/// Returns the size of an image, whose pixels have names that begin with `stem`.
fn image(is_pixel: fn(&str) -> bool, stem: &str, columns: &[String]) -> Option<ImageSize> {
    let numbers: Vec<&str> = columns.iter().map(|name| parts(name).1).collect();
    // Items of a questionnaire are numbered like pixels, from 1.
    let may_be_pixels = numbers.first().is_some_and(|first| {
        let is_zero = first.bytes().all(|digit| digit == b'0');
        is_zero || is_pixel(stem)
    });
    let by_place = by_line_and_place(&numbers).filter(|_| may_be_pixels);
    by_place.or_else(|| {
        let side = columns.len().isqrt();
        let square = side * side == columns.len() && is_pixel(stem);
        square.then_some(ImageSize {
            width: side,
            height: side,
        })
    })
}

/// Returns the size if each number is that of a line and that of a position, with as many digits
/// each, in order.
fn by_line_and_place(numbers: &[&str]) -> Option<ImageSize> {
    let digits = numbers.first()?.len();
    if digits % 2 == 1 || numbers.iter().any(|number| number.len() != digits) {
        return None;
    }
    let pair = |number: &&str| -> Option<(usize, usize)> {
        let (line, place) = number.split_at(digits / 2);
        Some((line.parse().ok()?, place.parse().ok()?))
    };
    let pairs: Vec<(usize, usize)> = numbers.iter().map(pair).collect::<Option<_>>()?;
    let ((first, left), (last, right)) = (*pairs.first()?, *pairs.last()?);
    let (lines, places): (Range<usize>, Range<usize>) = (first..last + 1, left..right + 1);
    let wanted = lines
        .clone()
        .flat_map(|line| places.clone().map(move |place| (line, place)));
    // Ten positions per line would be the plain numbers of a series.
    let distinct =
        lines.len() > 1 && places.len() > 1 && places.len() != 10usize.pow(digits as u32 / 2);
    (distinct && wanted.eq(pairs)).then_some(ImageSize {
        width: places.len(),
        height: lines.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::{ImageSize, Layout, channel};

    fn of(names: impl IntoIterator<Item = String>) -> Layout {
        Layout::of(&names.into_iter().collect::<Vec<_>>(), &[])
    }

    #[test]
    fn a_channel_is_found_by_the_name_of_a_moment() {
        for (moment, name) in [
            ("ax07", "ax"),
            ("v2_00", "v2"),
            ("v_t00", "v"),
            ("a_b_3", "a_b_"),
        ] {
            assert_eq!(channel(moment), name);
        }
    }

    #[test]
    fn images_are_recognised_by_their_numbers() {
        let grid = |lines: usize, places: usize| {
            (0..lines).flat_map(move |line| (0..places).map(move |at| format!("p{line}{at}")))
        };
        let image = |width, height| Layout::Image(ImageSize { width, height });
        assert_eq!(of(grid(8, 8)), image(8, 8));
        assert_eq!(of(grid(3, 5)), image(5, 3));
        let numbered = |stem: &'static str, count| (0..count).map(move |n| format!("{stem}{n}"));
        assert_eq!(of(numbered("pixel_", 784)), image(28, 28));
        assert!(matches!(of(numbered("t", 64)), Layout::Series(..)));
        assert!(matches!(of(numbered("p", 60)), Layout::Series(..)));
        assert_eq!(of(numbered("v", 16)), image(4, 4));
        assert!(matches!(of(numbered("V", 16)), Layout::Series(..)));
        let items = (1..7).flat_map(|line| (1..3).map(move |place| (line, place)));
        let items = |stem: &'static str| {
            let items = items.clone();
            items.map(move |(line, place)| format!("{stem}{line}{place}"))
        };
        assert_eq!(of(items("p")), image(2, 6));
        assert!(matches!(of(items("J")), Layout::Series(..)));
        let two_digits = (0..100).map(|n| format!("t{n:02}"));
        assert!(matches!(of(two_digits), Layout::Series(..)));
    }

    #[test]
    fn three_channels_are_an_image_in_colour() {
        let channel = |name: &'static str, count| (0..count).map(move |at| format!("{name}{at}"));
        let all =
            |names: [&'static str; 3]| names.into_iter().flat_map(move |name| channel(name, 9));
        let size = ImageSize {
            width: 3,
            height: 3,
        };
        assert_eq!(of(all(["r", "g", "b"])), Layout::ColourImage(size));
        assert!(matches!(of(all(["r", "b", "g"])), Layout::Series(..)));
        assert!(matches!(of(all(["x", "y", "z"])), Layout::Series(..)));
        let more = all(["r", "g", "b"]).chain(["label".to_owned()]);
        assert!(matches!(of(more), Layout::Series(..)));
        let uneven = channel("r", 9)
            .chain(channel("g", 16))
            .chain(channel("b", 9));
        assert!(matches!(of(uneven), Layout::Series(..)));
    }

    #[test]
    fn numbered_columns_are_series_and_others_are_not() {
        let names = (0..8).map(|n| format!("x{n}")).chain(["mass".to_owned()]);
        let names = names.chain((0..9).map(|n| format!("y{n}")));
        let Layout::Series(series, rest) = of(names) else {
            panic!("series");
        };
        assert_eq!(series.len(), 2);
        assert_eq!((series[1].name.as_str(), series[1].columns.len()), ("y", 9));
        assert_eq!(rest, [8]);
        let categories = (0..9).map(|n| format!("kind={n}")).collect::<Vec<_>>();
        assert_eq!(
            Layout::of(&categories, std::slice::from_ref(&(0..9))),
            Layout::Numbers
        );
        assert_eq!(of(["x1", "x2", "y"].map(str::to_owned)), Layout::Numbers);
    }
}
