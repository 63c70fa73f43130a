//! Recognises the format of a file by its bytes, whatever its name is.

use crate::data::DataError;

/// A format that is not a table in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// What it is called, with its article.
    pub name: &'static str,
    /// What to do with a file that is not named as its format asks, or that cannot be read.
    advice: &'static str,
}

/// First bytes that show whether a file is text.
const PROBED: usize = 64;
/// What to do with a format that other programs read.
const CONVERT: &str = "convert it to CSV";
/// What to do with an image, and with a recording.
const TO_PNG: &str = "convert it to PNG";
const TO_WAV: &str = "convert it to WAV";
/// What to do with a document that has a table.
const SAVE: &str = "save the table as CSV";
/// What to do with a packed file.
const UNPACK: &str = "unpack it";

/// Endings of images and recordings in folders, and what they can be converted to.
pub(crate) const CONVERTIBLE: [(&str, &str); 14] = [
    ("bmp", "PNG"),
    ("gif", "PNG"),
    ("heic", "PNG"),
    ("pgm", "PNG"),
    ("ppm", "PNG"),
    ("tif", "PNG"),
    ("tiff", "PNG"),
    ("webp", "PNG"),
    ("aif", "WAV"),
    ("aiff", "WAV"),
    ("flac", "WAV"),
    ("m4a", "WAV"),
    ("mp3", "WAV"),
    ("ogg", "WAV"),
];

/// What to do with a sheet, and with an image.
const SHEET: &str = "save the sheet as CSV";
const FOLDER: &str = "put the images into a folder and name the folder";

const EXCEL: Format = Format::new("an Excel workbook", SHEET);
const OLD_EXCEL: Format = Format::new("an old Excel workbook", SHEET);
const OPEN_DOCUMENT: Format = Format::new("an OpenDocument spreadsheet", SHEET);
const NPY: Format = Format::new("a NumPy array", "give it a name that ends in .npy");
const NPZ: Format = Format::new("a NumPy archive", "give it a name that ends in .npz");
const PARQUET: Format = Format::new("a Parquet file", "give it a name that ends in .parquet");
const ARROW: Format = Format::new("an Arrow (Feather) file", CONVERT);
const WAV: Format = Format::new("a WAV file", "give it a name that ends in .wav");
pub(crate) const PNG: Format = Format::new("a PNG image", FOLDER);
pub(crate) const JPEG: Format = Format::new("a JPEG image", FOLDER);
const JSON: Format = Format::new("JSON", CONVERT);
const STATA: Format = Format::new("a Stata file", CONVERT);
const SPSS: Format = Format::new("an SPSS file", CONVERT);
const SAS: Format = Format::new("a SAS file", CONVERT);
const MATLAB: Format = Format::new(
    "a MATLAB file",
    "save the table with writetable or writematrix",
);

const PICKLE: Format = Format::new(
    "a Python pickle",
    "save the table with to_csv or numpy.save",
);
const R_DATA: Format = Format::new("R data", "save the table with write.csv");

/// First bytes of binary formats.
const BINARY: &[(&[u8], Format)] = &[
    (b"\x93NUMPY", NPY),
    (b"PAR1", PARQUET),
    (b"ARROW1", ARROW),
    (b"FEA1", ARROW),
    (b"\x89PNG\r\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_EXCEL),
    (b"\x89HDF\r\n", Format::new("an HDF5 file", CONVERT)),
    (b"CDF\x01", Format::new("a netCDF file", CONVERT)),
    (b"CDF\x02", Format::new("a netCDF file", CONVERT)),
    (
        b"TDSm",
        Format::new("a LabVIEW TDMS file", "export it as CSV"),
    ),
    (b"Obj\x01", Format::new("an Avro file", CONVERT)),
    (b"ORC", Format::new("an ORC file", CONVERT)),
    (b"n\x01\x01\0", STATA),
    (b"n\x02\x01\0", STATA),
    (b"q\x01\x01\0", STATA),
    (b"q\x02\x01\0", STATA),
    (b"r\x01\x01\0", STATA),
    (b"r\x02\x01\0", STATA),
    (b"s\x01\x01\0", STATA),
    (b"s\x02\x01\0", STATA),
    (b"RDX", R_DATA),
    (b"X\n\0\0\0", R_DATA),
    (b"\x80\x02", PICKLE),
    (b"\x80\x03", PICKLE),
    (b"\x80\x04", PICKLE),
    (b"\x80\x05", PICKLE),
    (b"fLaC", Format::new("a FLAC file", TO_WAV)),
    (b"OggS", Format::new("an Ogg file", TO_WAV)),
    (b"ID3", Format::new("an MP3 file", TO_WAV)),
    (b"\xff\xfb", Format::new("an MP3 file", TO_WAV)),
    (b"\xff\xf3", Format::new("an MP3 file", TO_WAV)),
    (b"FORM", Format::new("an AIFF file", TO_WAV)),
    (b"BM", Format::new("a BMP image", TO_PNG)),
    (b"GIF8", Format::new("a GIF image", TO_PNG)),
    (b"II*\0", Format::new("a TIFF image", TO_PNG)),
    (b"MM\0*", Format::new("a TIFF image", TO_PNG)),
    (b"\x1f\x8b", Format::new("a gzip archive", UNPACK)),
    (b"BZh", Format::new("a bzip2 archive", UNPACK)),
    (b"\xfd7zXZ", Format::new("an xz archive", UNPACK)),
    (b"\x28\xb5\x2f\xfd", Format::new("a zstd archive", UNPACK)),
    (
        b"7z\xbc\xaf\x27\x1c",
        Format::new("a 7-Zip archive", UNPACK),
    ),
    (b"Rar!", Format::new("a RAR archive", UNPACK)),
];

/// First bytes of formats that begin with text.
const TEXT: &[(&[u8], Format)] = &[
    (b"MATLAB 5.0 MAT", MATLAB),
    (b"MATLAB 7.3 MAT", MATLAB),
    (
        b"SQLite format 3\0",
        Format::new("an SQLite database", SAVE),
    ),
    (b"%PDF-", Format::new("a PDF document", SAVE)),
    (
        b"{\\rtf",
        Format::new("an RTF document", "save it as plain text"),
    ),
    (b"<stata_dta>", STATA),
    (b"$FL2@(#)", SPSS),
    (b"$FL3@(#)", SPSS),
    (b"ASCII SPSS PORT FILE", SPSS),
    (b"HEADER RECORD*******", SAS),
    (b"##TITLE=", Format::new("a JCAMP-DX spectrum", CONVERT)),
    (b"# .PCD", Format::new("a point cloud (PCD)", CONVERT)),
    (b"ply\n", Format::new("a point cloud (PLY)", CONVERT)),
    (b"ply\r\n", Format::new("a point cloud (PLY)", CONVERT)),
    (
        b"version https://git-lfs",
        Format::new(
            "a Git LFS pointer, not the file itself",
            "run `git lfs pull`",
        ),
    ),
];

/// Returns the format of a file that is not a table in text. The whole file is best, because the
/// content of a ZIP archive is listed at its end.
pub(crate) fn format(bytes: &[u8]) -> Option<Format> {
    // A header such as `PAR1,PAR2` is text.
    let is_text = |&byte: &u8| byte >= b' ' || byte.is_ascii_whitespace();
    let is_binary = !bytes.iter().take(PROBED).all(is_text);
    let binary = BINARY.iter().filter(|_| is_binary);
    let mut known = binary.chain(TEXT);
    let starts = known.find(|(start, _)| bytes.starts_with(start));
    if let Some(&(_, format)) = starts {
        return Some(format);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE") {
        return Some(WAV);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(Format::new("a WebP image", TO_PNG));
    }
    if bytes.get(4..8) == Some(b"ftyp") && is_binary {
        return Some(Format::new(
            "an MP4, M4A or HEIC file",
            "convert it to WAV or PNG",
        ));
    }
    if bytes.get(12..20) == Some(b"\xc2\xea\x81\x60\xb3\x14\x11\xcf") {
        return Some(SAS);
    }
    if is_old_matlab(bytes) {
        return Some(MATLAB);
    }
    // Data of a user come before the signature.
    if bytes.get(512..518) == Some(b"\x89HDF\r\n") {
        return Some(Format::new("an HDF5 file", CONVERT));
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(Format::new("a tar archive", UNPACK));
    }
    match bytes.starts_with(b"PK\x03\x04") {
        true => Some(archive(bytes)),
        false => markup(bytes),
    }
}

/// Returns whether this is the header of a matrix in the MATLAB 4 format: type, rows, columns,
/// whether it is complex, the length of its name, and the name.
fn is_old_matlab(bytes: &[u8]) -> bool {
    let number = |at: usize| {
        let bytes = bytes.get(4 * at..4 * at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    let [Some(kind), Some(_), Some(_), Some(complex), Some(length)] = [0, 1, 2, 3, 4].map(number)
    else {
        return false;
    };
    let name = bytes
        .get(20..20 + length.min(64) as usize)
        .unwrap_or_default();
    let is_name = name.strip_suffix(&[0]).is_some_and(|name| {
        !name.is_empty()
            && name
                .iter()
                .all(|&byte| byte == b'_' || byte.is_ascii_alphanumeric())
    });
    kind <= 52 && complex <= 1 && is_name
}

/// Returns what a ZIP archive holds.
fn archive(bytes: &[u8]) -> Format {
    let has = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    match () {
        () if has(b"xl/workbook") || has(b"xl/worksheets") => EXCEL,
        () if has(b"opendocument.spreadsheet") => OPEN_DOCUMENT,
        () if has(b"word/document") => Format::new("a Word document", SAVE),
        () if has(b"Index/Document.iwa") => Format::new("a Numbers document", SAVE),
        () if has(b".npy") => NPZ,
        () => Format::new("a ZIP archive", UNPACK),
    }
}

/// Returns the format of a text with marks in it, such as JSON.
fn markup(bytes: &[u8]) -> Option<Format> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = text.trim_ascii();
    let start = text[..text.len().min(64)].to_ascii_lowercase();
    let inside = start.get(1..).unwrap_or_default().trim_ascii_start();
    let next = inside.first().copied().unwrap_or_default();
    let is_json = match (start.first(), text.last()) {
        (Some(b'{'), Some(b'}')) => next == b'"' || next == b'}',
        (Some(b'['), Some(b']')) => b"[{\"-".contains(&next) || next.is_ascii_digit(),
        _ => false,
    };
    let starts = |with: &str| start.starts_with(with.as_bytes());
    match () {
        () if is_json => Some(JSON),
        () if starts("<!doctype html") || starts("<html") || starts("<table") => {
            // Some web sites call such a table an Excel workbook.
            Some(Format::new("a web page", SAVE))
        }
        () if starts("<?xml") || starts("<!--") => Some(Format::new("an XML file", CONVERT)),
        () => None,
    }
}

impl Format {
    /// Describes a format.
    pub const fn new(name: &'static str, advice: &'static str) -> Self {
        Self { name, advice }
    }

    /// Returns the ending of the names of tables in this format.
    pub fn ending(self) -> Option<&'static str> {
        match self {
            NPY => Some("npy"),
            NPZ => Some("npz"),
            PARQUET => Some("parquet"),
            _ => None,
        }
    }

    /// The error of a file in this format among text files.
    pub fn error(self, file: &str) -> DataError {
        let message = format!("the file is {}; {}", self.name, self.advice);
        DataError::in_file(file, message)
    }
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn formats_are_known_by_their_bytes() {
        let zip = |name: &str| format!("PK\x03\x04\x14\0\0\0\x08\0{name}PK\x01\x02{name}");
        for (bytes, name) in [
            (zip("xl/workbook.xml").as_bytes(), "an Excel workbook"),
            (zip("word/document.xml").as_bytes(), "a Word document"),
            (zip("x.npy").as_bytes(), "a NumPy archive"),
            (zip("rows.csv").as_bytes(), "a ZIP archive"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0",
                "an old Excel workbook",
            ),
            (b"RIFF\x10\0\0\0WAVEfmt ", "a WAV file"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
            (b"FORM\0\0\x10\0AIFF", "an AIFF file"),
            (b"\0\0\0\x20ftypM4A ", "an MP4, M4A or HEIC file"),
            (b"\x93NUMPY\x01\0", "a NumPy array"),
            (b"PAR1\x15\x04", "a Parquet file"),
            (b"SQLite format 3\0\x10", "an SQLite database"),
            (b"MATLAB 5.0 MAT-file, Platform", "a MATLAB file"),
            (b"<stata_dta><header>", "a Stata file"),
            (b"s\x02\x01\0\x05\0", "a Stata file"),
            (b"$FL2@(#) SPSS DATA FILE", "an SPSS file"),
            (b"HEADER RECORD*******LIBRARY HEADER", "a SAS file"),
            (
                b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd",
                "a SAS file",
            ),
            (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
            (
                b"\0\0\0\0\x05\0\0\0\x01\0\0\0\0\0\0\0\x02\0\0\0x\0\0\0",
                "a MATLAB file",
            ),
            (b" [{\"x\": 1}]\n", "JSON"),
            (b"{\"x\": [1, 2]}\n{\"x\": [3, 4]}\n", "JSON"),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?>", "an XML file"),
            (b"\n<!DOCTYPE html><html>", "a web page"),
        ] {
            let found = format(bytes).map(|format| format.name);
            assert_eq!(found, Some(name), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn tables_in_text_have_no_other_format() {
        for text in [
            "x,y\n1,2\n",
            "[V],[A]\n1,2\n",
            "[Header]\nrate=10\n[Data]\n1\n",
            "{unit}\n1\n",
            "ID3,x\n1,2\n",
            "PAR1,PAR2\n1,2\n",
            "MATLABx,y\n1,2\n",
            "FORM,BMI\n1,2\n",
            "BMI,x\n1,2\n",
            "",
        ] {
            assert_eq!(format(text.as_bytes()), None, "{text}");
        }
    }
}
