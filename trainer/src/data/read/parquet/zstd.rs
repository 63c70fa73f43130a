//! Reads pages that are packed with zstd. The library unpacks them only with code in C, so it reads
//! them here as if they were not packed.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, RowGroupReader};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Bytes that are unpacked at once.
const STEP: usize = 1 << 20;
/// Longest page. A small damaged page could fill the memory.
const MAX_PAGE: usize = 1 << 30;

/// A file whose pages may be packed with zstd.
pub(crate) struct Reader {
    pub metadata: Arc<ParquetMetaData>,
    pub file: Arc<File>,
}

impl FileReader for Reader {
    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }

    fn num_row_groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    fn get_row_group(&self, index: usize) -> Result<Box<dyn RowGroupReader + '_>> {
        Ok(Box::new(Group {
            metadata: self.metadata.row_group(index),
            file: &self.file,
        }))
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>> {
        RowIter::from_file(projection, self)
    }
}

/// A group of rows.
struct Group<'a> {
    metadata: &'a RowGroupMetaData,
    file: &'a Arc<File>,
}

impl RowGroupReader for Group<'_> {
    fn metadata(&self) -> &RowGroupMetaData {
        self.metadata
    }

    fn num_columns(&self) -> usize {
        self.metadata.num_columns()
    }

    fn get_column_page_reader(&self, index: usize) -> Result<Box<dyn PageReader>> {
        let chunk = self.metadata.column(index);
        let rows = usize::try_from(self.metadata.num_rows())?;
        let file = Arc::clone(self.file);
        if !matches!(chunk.compression(), Compression::ZSTD(_)) {
            let pages = SerializedPageReader::new(file, chunk, rows, None)?;
            return Ok(Box::new(pages));
        }
        let builder = chunk.clone().into_builder();
        let plain = builder.set_compression(Compression::UNCOMPRESSED).build()?;
        let packed = SerializedPageReader::new(file, &plain, rows, None)?;
        Ok(Box::new(Pages { packed }))
    }

    fn get_column_bloom_filter(&self, _: usize) -> Option<&Sbbf> {
        None
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>> {
        RowIter::from_row_group(projection, self)
    }
}

/// Unpacks the pages of a column.
struct Pages {
    packed: SerializedPageReader<File>,
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(mut page) = self.packed.get_next_page()? else {
            return Ok(None);
        };
        let (buffer, plain) = match &mut page {
            Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => (buf, 0),
            Page::DataPageV2 {
                is_compressed: false,
                ..
            } => return Ok(Some(page)),
            // The levels at the start are not packed.
            Page::DataPageV2 {
                buf,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => (
                buf,
                *def_levels_byte_len as usize + *rep_levels_byte_len as usize,
            ),
        };
        let Some((levels, packed)) = buffer.split_at_checked(plain) else {
            return Err(ParquetError::General("a page is too short".to_owned()));
        };
        *buffer = unpack(levels.to_vec(), packed, MAX_PAGE)?.into();
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.packed.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.packed.skip_next_page()
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

/// Appends what `packed` contains to `bytes`, which may have `max` bytes afterwards.
fn unpack(mut bytes: Vec<u8>, mut packed: &[u8], max: usize) -> Result<Vec<u8>> {
    let broken = |error| ParquetError::General(format!("a page is damaged: {error}"));
    let mut decoder = FrameDecoder::new();
    while !packed.is_empty() {
        decoder.init(&mut packed).map_err(broken)?;
        let mut is_finished = false;
        while !is_finished {
            let step = BlockDecodingStrategy::UptoBytes(STEP);
            is_finished = decoder.decode_blocks(&mut packed, step).map_err(broken)?;
            bytes.extend(decoder.collect().unwrap_or_default());
            if bytes.len() > max {
                return Err(ParquetError::General("a page is too long".to_owned()));
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::unpack;

    #[test]
    fn frames_are_unpacked_one_after_another() {
        // A raw block.
        let frame = b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello";
        let both = [frame.as_slice(), frame].concat();
        let bytes = unpack(b"say ".to_vec(), &both, 14).expect("valid frames");
        assert_eq!(bytes, b"say hellohello");
        assert_eq!(unpack(Vec::new(), b"", 0).expect("nothing"), b"");
        for length in 1..frame.len() {
            assert!(
                unpack(Vec::new(), &frame[..length], 14).is_err(),
                "{length}"
            );
        }
    }

    #[test]
    fn a_page_that_would_fill_the_memory_is_refused() {
        // Sixty-four blocks, each of 2^17 zeros.
        let blocks = b"\x02\x00\x10\x00".repeat(64);
        let frame = [b"\x28\xb5\x2f\xfd\x00\x38".as_slice(), &blocks].concat();
        let error = unpack(Vec::new(), &frame, 1 << 22).expect_err("too long");
        assert!(error.to_string().ends_with("a page is too long"), "{error}");
    }
}
