//! Recognises the format of a file by its bytes, whatever its name is.

use crate::data::DataError;

/// A format that is not a table in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Excel,
    OldExcel,
    OpenDocument,
    Npy,
    Npz,
    Parquet,
    Arrow,
    Wav,
    Png,
    Jpeg,
    Json,
    /// Any other format: what it is called with its article, and what to do.
    Other(&'static str, &'static str),
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

const STATA: Format = Format::Other("a Stata file", CONVERT);
const SPSS: Format = Format::Other("an SPSS file", CONVERT);
const SAS: Format = Format::Other("a SAS file", CONVERT);
const MATLAB: Format = Format::Other(
    "a MATLAB file",
    "save the table with writetable or writematrix",
);

const PICKLE: Format = Format::Other(
    "a Python pickle",
    "save the table with to_csv or numpy.save",
);
const R_DATA: Format = Format::Other("R data", "save the table with write.csv");

/// First bytes of binary formats.
const BINARY: &[(&[u8], Format)] = &[
    (b"\x93NUMPY", Format::Npy),
    (b"PAR1", Format::Parquet),
    (b"ARROW1", Format::Arrow),
    (b"FEA1", Format::Arrow),
    (b"\x89PNG\r\n", Format::Png),
    (b"\xff\xd8\xff", Format::Jpeg),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format::OldExcel),
    (b"\x89HDF\r\n", Format::Other("an HDF5 file", CONVERT)),
    (b"CDF\x01", Format::Other("a netCDF file", CONVERT)),
    (b"CDF\x02", Format::Other("a netCDF file", CONVERT)),
    (
        b"TDSm",
        Format::Other("a LabVIEW TDMS file", "export it as CSV"),
    ),
    (b"Obj\x01", Format::Other("an Avro file", CONVERT)),
    (b"ORC", Format::Other("an ORC file", CONVERT)),
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
    (b"fLaC", Format::Other("a FLAC file", TO_WAV)),
    (b"OggS", Format::Other("an Ogg file", TO_WAV)),
    (b"ID3", Format::Other("an MP3 file", TO_WAV)),
    (b"\xff\xfb", Format::Other("an MP3 file", TO_WAV)),
    (b"\xff\xf3", Format::Other("an MP3 file", TO_WAV)),
    (b"FORM", Format::Other("an AIFF file", TO_WAV)),
    (b"BM", Format::Other("a BMP image", TO_PNG)),
    (b"GIF8", Format::Other("a GIF image", TO_PNG)),
    (b"II*\0", Format::Other("a TIFF image", TO_PNG)),
    (b"MM\0*", Format::Other("a TIFF image", TO_PNG)),
    (b"\x1f\x8b", Format::Other("a gzip archive", UNPACK)),
    (b"BZh", Format::Other("a bzip2 archive", UNPACK)),
    (b"\xfd7zXZ", Format::Other("an xz archive", UNPACK)),
    (b"\x28\xb5\x2f\xfd", Format::Other("a zstd archive", UNPACK)),
    (
        b"7z\xbc\xaf\x27\x1c",
        Format::Other("a 7-Zip archive", UNPACK),
    ),
    (b"Rar!", Format::Other("a RAR archive", UNPACK)),
];

/// First bytes of formats that begin with text.
const TEXT: &[(&[u8], Format)] = &[
    (b"MATLAB 5.0 MAT", MATLAB),
    (b"MATLAB 7.3 MAT", MATLAB),
    (
        b"SQLite format 3\0",
        Format::Other("an SQLite database", SAVE),
    ),
    (b"%PDF-", Format::Other("a PDF document", SAVE)),
    (
        b"{\\rtf",
        Format::Other("an RTF document", "save it as plain text"),
    ),
    (b"<stata_dta>", STATA),
    (b"$FL2@(#)", SPSS),
    (b"$FL3@(#)", SPSS),
    (b"ASCII SPSS PORT FILE", SPSS),
    (b"HEADER RECORD*******", SAS),
    (b"##TITLE=", Format::Other("a JCAMP-DX spectrum", CONVERT)),
    (b"# .PCD", Format::Other("a point cloud (PCD)", CONVERT)),
    (b"ply\n", Format::Other("a point cloud (PLY)", CONVERT)),
    (b"ply\r\n", Format::Other("a point cloud (PLY)", CONVERT)),
    (
        b"version https://git-lfs",
        Format::Other(
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
        return Some(Format::Wav);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(Format::Other("a WebP image", TO_PNG));
    }
    if bytes.get(4..8) == Some(b"ftyp") && is_binary {
        return Some(Format::Other(
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
        return Some(Format::Other("an HDF5 file", CONVERT));
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(Format::Other("a tar archive", UNPACK));
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
        () if has(b"xl/workbook") || has(b"xl/worksheets") => Format::Excel,
        () if has(b"opendocument.spreadsheet") => Format::OpenDocument,
        () if has(b"word/document") => Format::Other("a Word document", SAVE),
        () if has(b"Index/Document.iwa") => Format::Other("a Numbers document", SAVE),
        () if has(b".npy") => Format::Npz,
        () => Format::Other("a ZIP archive", UNPACK),
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
        () if is_json => Some(Format::Json),
        () if starts("<!doctype html") || starts("<html") || starts("<table") => {
            // Some web sites call such a table an Excel workbook.
            Some(Format::Other("a web page", SAVE))
        }
        () if starts("<?xml") || starts("<!--") => Some(Format::Other("an XML file", CONVERT)),
        () => None,
    }
}

impl Format {
    /// Returns what the format is called, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Self::Excel => "an Excel workbook",
            Self::OldExcel => "an old Excel workbook",
            Self::OpenDocument => "an OpenDocument spreadsheet",
            Self::Npy => "a NumPy array",
            Self::Npz => "a NumPy archive",
            Self::Parquet => "a Parquet file",
            Self::Arrow => "an Arrow (Feather) file",
            Self::Wav => "a WAV file",
            Self::Png => "a PNG image",
            Self::Jpeg => "a JPEG image",
            Self::Json => "JSON",
            Self::Other(name, _) => name,
        }
    }

    /// Returns the ending of the names of tables in this format.
    pub fn ending(self) -> Option<&'static str> {
        match self {
            Self::Npy => Some("npy"),
            Self::Npz => Some("npz"),
            Self::Parquet => Some("parquet"),
            _ => None,
        }
    }

    /// Returns what to do with a file that is not named as its format asks, or that cannot be read.
    fn advice(self) -> &'static str {
        match self {
            Self::Excel | Self::OldExcel | Self::OpenDocument => "save the sheet as CSV",
            Self::Npy => "give it a name that ends in .npy",
            Self::Npz => "give it a name that ends in .npz",
            Self::Parquet => "give it a name that ends in .parquet",
            Self::Wav => "give it a name that ends in .wav",
            Self::Png | Self::Jpeg => "put the images into a folder and name the folder",
            Self::Arrow | Self::Json => CONVERT,
            Self::Other(_, advice) => advice,
        }
    }

    /// The error of a file in this format among text files.
    pub fn error(self, file: &str) -> DataError {
        let message = format!("the file is {}; {}", self.name(), self.advice());
        DataError::in_file(file, message)
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, format};

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
            let found = format(bytes).map(Format::name);
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
