//! The RIFF container of WAV files: integers of 1 to 4 bytes, and floats of 32 or 64 bits.

use super::super::files::sniff;
use super::super::rows::usable;

/// Shortest length that programs write if they cannot know it, because they write to a pipe. They
/// write 0, too.
const UNKNOWN: u32 = 0x7fff_f000;
const PCM: u16 = 1;
const FLOAT: u16 = 3;
/// The kind of sample follows in the header.
const EXTENSIBLE: u16 = 0xfffe;

/// Compressed formats by their numbers.
const COMPRESSED: [(u16, &str); 8] = [
    (0x02, "Microsoft ADPCM"),
    (0x06, "A-law"),
    (0x07, "µ-law"),
    (0x11, "IMA ADPCM"),
    (0x31, "GSM"),
    (0x50, "MPEG"),
    (0x55, "MP3"),
    (0xff, "AAC"),
];

/// How the samples are stored.
struct SampleLayout {
    float: bool,
    channels: usize,
    /// Bytes of a sample.
    width: usize,
    rate: u32,
}

/// A recording.
pub(crate) struct Recording {
    /// Moments per second.
    pub rate: u32,
    pub channels: usize,
    /// The channels of each moment, within ±1 if samples are integers.
    pub values: Vec<f64>,
}

/// Reads a recording.
pub(crate) fn recording(bytes: &[u8]) -> Result<Recording, String> {
    let (layout, data) = chunks(bytes)?;
    let sample = |sample: &[u8]| match *sample {
        [a, b, c, d] if layout.float => f32::from_le_bytes([a, b, c, d]).into(),
        [a, b, c, d, e, f, g, h] => f64::from_le_bytes([a, b, c, d, e, f, g, h]),
        // A single byte has no sign.
        [a] => integer([0, 0, 0, a ^ 0x80]),
        [a, b] => integer([0, 0, a, b]),
        [a, b, c] => integer([0, a, b, c]),
        [a, b, c, d] => integer([a, b, c, d]),
        _ => f64::NAN,
    };
    let moments = data.chunks_exact(layout.width * layout.channels);
    let samples = moments.flat_map(|moment| moment.chunks_exact(layout.width));
    let values: Vec<f64> = samples.map(sample).collect();
    let unusable = |&value: &f64| usable(value).is_none_or(f64::is_nan);
    if values.iter().any(unusable) {
        return Err("a sample is not finite or beyond ±1e36; correct it".to_owned());
    }
    Ok(Recording {
        rate: layout.rate,
        channels: layout.channels,
        values,
    })
}

impl Recording {
    /// Returns whether all channels are the same.
    pub fn is_mono(&self) -> bool {
        let is_same = |moment: &[f64]| moment.iter().all(|&value| value == moment[0]);
        self.values.chunks_exact(self.channels).all(is_same)
    }

    /// Returns the mean of the channels at each moment.
    pub fn mean(&self) -> Vec<f64> {
        let mean = |moment: &[f64]| moment.iter().sum::<f64>() / self.channels as f64;
        self.values.chunks_exact(self.channels).map(mean).collect()
    }
}

/// Scales an integer to ±1. If it has fewer bits than its bytes, they are the upper ones.
fn integer(bytes: [u8; 4]) -> f64 {
    f64::from(i32::from_le_bytes(bytes)) / 2f64.powi(31)
}

/// Finds the layout and the bytes of the samples.
fn chunks(bytes: &[u8]) -> Result<(SampleLayout, &[u8]), String> {
    let cut_short = || "the file ends before its last value; copy it again".to_owned();
    // The other formats are for files of more than 4 GB.
    let is_wave = [b"RIFF", b"RF64", b"BW64"].map(|name| bytes.starts_with(name));
    if !is_wave.contains(&true) || bytes.get(8..12) != Some(b"WAVE") {
        return Err(match sniff::format(bytes) {
            Some(format) => format!("the file is {}, not a WAV file; replace it", format.name),
            None => "not a WAV file; replace it".to_owned(),
        });
    }
    let complete =
        u32_at(bytes, 4).is_some_and(|length| u64::from(length) + 8 == bytes.len() as u64);
    let mut rest = &bytes[12..];
    let mut layout = None;
    loop {
        let length = u32_at(rest, 4).ok_or_else(cut_short)?;
        let (name, body) = (&rest[..4], &rest[8..]);
        if name == b"data" {
            let layout: SampleLayout = layout.ok_or("the WAV file has no format; replace it")?;
            let unknown = (length == 0 && !complete) || length >= UNKNOWN;
            let data = match body.get(..length as usize) {
                Some(data) if length > 0 || !unknown => data,
                _ if unknown => body,
                _ => return Err(cut_short()),
            };
            return Ok((layout, data));
        }
        let chunk = body.get(..length as usize).ok_or_else(cut_short)?;
        if name == b"fmt " {
            layout = Some(format(chunk)?);
        }
        // Chunks begin at even bytes.
        let padded = (length as usize).saturating_add(length as usize % 2);
        rest = body.get(padded..).ok_or_else(cut_short)?;
    }
}

/// Reads the format chunk.
fn format(chunk: &[u8]) -> Result<SampleLayout, String> {
    let damaged = "the format of the WAV file is damaged; replace it";
    let field = |at| u16_at(chunk, at).ok_or(damaged);
    let kind = match field(0)? {
        EXTENSIBLE => field(24)?,
        kind => kind,
    };
    if let Some((_, name)) = COMPRESSED.iter().find(|(number, _)| *number == kind) {
        return Err(format!(
            "the samples are compressed ({name}); convert the file to PCM, for example: ffmpeg -i \
             in.wav -c:a pcm_s16le out.wav"
        ));
    }
    let (channels, block, bits) = (field(2)?, field(12)?, field(14)?);
    let width = block.checked_div(channels).unwrap_or(0);
    if width * channels != block || bits == 0 || bits.div_ceil(8) > width {
        return Err(damaged.to_owned());
    }
    match (kind, width) {
        (PCM, 1..=4) | (FLOAT, 4 | 8) => Ok(SampleLayout {
            float: kind == FLOAT,
            channels: channels.into(),
            width: width.into(),
            rate: u32_at(chunk, 4).ok_or(damaged)?,
        }),
        _ => Err(format!(
            "WAV format {kind} with {bits} bits is not supported; convert it to PCM of 16 bits"
        )),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let field = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*field))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*field))
}

#[cfg(test)]
mod tests {
    use super::{EXTENSIBLE, FLOAT, PCM, recording};

    /// A file whose samples have `width` bytes and `bits` valid bits, in one channel.
    fn file(kind: u16, width: u16, bits: u16, lengths: [u32; 2], data: &[u8]) -> Vec<u8> {
        let extension = match kind {
            EXTENSIBLE => {
                let mut extension = [22_u16, bits, 0, 0, PCM].map(u16::to_le_bytes).concat();
                extension.extend(*b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
                extension
            }
            _ => Vec::new(),
        };
        let shown = if kind == EXTENSIBLE { 8 * width } else { bits };
        let mut bytes = b"RIFF".to_vec();
        bytes.extend(lengths[0].to_le_bytes());
        // The chunk of three bytes is padded.
        bytes.extend(b"WAVEnote\x03\0\0\0abc\0fmt ");
        bytes.extend((16 + extension.len() as u32).to_le_bytes());
        bytes.extend([kind, 1].map(u16::to_le_bytes).concat());
        bytes.extend(
            [8000, 8000 * u32::from(width)]
                .map(u32::to_le_bytes)
                .concat(),
        );
        bytes.extend([width, shown].map(u16::to_le_bytes).concat());
        bytes.extend(extension);
        bytes.extend(b"data");
        bytes.extend(lengths[1].to_le_bytes());
        bytes.extend(data);
        bytes
    }

    fn moments(bytes: &[u8]) -> Result<Vec<f64>, String> {
        recording(bytes).map(|recording| recording.values)
    }

    fn known(kind: u16, width: u16, bits: u16, data: &[u8]) -> Result<Vec<f64>, String> {
        moments(&file(kind, width, bits, [0, data.len() as u32], data))
    }

    #[test]
    fn integers_of_any_width_are_within_one() {
        let left = [0x4000_0000, -0x8000_0000, 0x0000_0100].map(i32::to_le_bytes);
        let values = vec![0.5, -1.0, 2f64.powi(-23)];
        assert_eq!(known(EXTENSIBLE, 4, 24, &left.concat()), Ok(values.clone()));
        assert_eq!(known(PCM, 4, 24, &left.concat()), Ok(values.clone()));
        let three: Vec<u8> = left.iter().flat_map(|value| value[1..].to_vec()).collect();
        assert_eq!(known(PCM, 3, 24, &three), Ok(values));
        let twelve = [0x4000, -0x8000, 0x0010].map(i16::to_le_bytes).concat();
        let values = vec![0.5, -1.0, 2f64.powi(-11)];
        assert_eq!(known(EXTENSIBLE, 2, 12, &twelve), Ok(values.clone()));
        assert_eq!(known(PCM, 2, 12, &twelve), Ok(values));
        assert_eq!(known(PCM, 1, 8, &[0, 128, 192]), Ok(vec![-1.0, 0.0, 0.5]));
    }

    #[test]
    fn floats_have_32_or_64_bits() {
        let double = [0.1, -1.5].map(f64::to_le_bytes).concat();
        assert_eq!(known(FLOAT, 8, 64, &double), Ok(vec![0.1, -1.5]));
        let single = [0.5, -1.5].map(f32::to_le_bytes).concat();
        assert_eq!(known(FLOAT, 4, 32, &single), Ok(vec![0.5, -1.5]));
        let message = "a sample is not finite or beyond ±1e36; correct it";
        for value in [1e300, 1e37, f64::NAN] {
            let bytes = value.to_le_bytes();
            assert_eq!(known(FLOAT, 8, 64, &bytes), Err(message.to_owned()));
        }
    }

    #[test]
    fn a_recording_of_unknown_length_goes_to_the_end_of_the_file() {
        // The last byte belongs to a sample that was not written completely.
        let data = [0, 0x40, 0, 0xc0, 7];
        for length in [0, 0x7fff_f000, u32::MAX] {
            let bytes = file(PCM, 2, 16, [length, length], &data);
            assert_eq!(moments(&bytes), Ok(vec![0.5, -0.5]));
        }
        let mut large = file(PCM, 2, 16, [u32::MAX; 2], &data);
        large[..4].copy_from_slice(b"RF64");
        assert_eq!(moments(&large), Ok(vec![0.5, -0.5]));
        // The length of the whole file tells that a recording is empty.
        let empty = file(PCM, 2, 16, [56, 0], b"LIST\0\0\0\0");
        assert_eq!(moments(&empty), Ok(Vec::new()));
    }

    #[test]
    fn damaged_files_are_refused() {
        let message = "the file ends before its last value; copy it again";
        let short = file(PCM, 2, 16, [0, 4], &[0, 0]);
        assert_eq!(moments(&short), Err(message.to_owned()));
        let whole = file(PCM, 2, 16, [0, 2], &[0, 0]);
        for length in 0..whole.len() {
            let result = moments(&whole[..length]);
            assert!(result.is_err(), "{length} bytes: {result:?}");
        }
        let message = "the samples are compressed (µ-law); convert the file to PCM, for example: \
                       ffmpeg -i in.wav -c:a pcm_s16le out.wav";
        assert_eq!(known(7, 1, 8, &[0]), Err(message.to_owned()));
        let message = "WAV format 9 with 8 bits is not supported; convert it to PCM of 16 bits";
        assert_eq!(known(9, 1, 8, &[0]), Err(message.to_owned()));
        let message = "the file is a FLAC file, not a WAV file; replace it";
        assert_eq!(moments(b"fLaC\0\0\0\x22"), Err(message.to_owned()));
        let message = "the format of the WAV file is damaged; replace it";
        assert_eq!(known(PCM, 1, 16, &[0]), Err(message.to_owned()));
        assert_eq!(known(PCM, 0, 0, &[0]), Err(message.to_owned()));
    }
}
