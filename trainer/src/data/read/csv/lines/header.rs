//! Finds the header among the first lines.

use super::super::cell::Look;
use super::super::cell::words::{is_axis, is_setting_word};
use super::super::records::shape::Shape;
use super::super::records::{Delimiter, Record, Syntax};
use super::known::{Known, json_columns};
use super::signs::{all_differ, counts, is_like_others, is_units};
use crate::data::read::options::ReadOptions;

/// The header and the first row among the first records.
pub(crate) struct Found<'a> {
    pub header: Option<Record<'a>>,
    /// Position of the first row.
    pub first: usize,
    /// Positions of rows below the header that have no numbers.
    pub units: Vec<usize>,
}

impl<'a> Found<'a> {
    fn without_units(header: Option<Record<'a>>, first: usize) -> Self {
        Self {
            header,
            first,
            units: Vec::new(),
        }
    }
}

/// Finds the header and the first row among the first records.
pub(crate) fn find<'a>(
    probed: &[Record<'a>],
    shape: &Shape,
    known: Option<Known>,
    options: &ReadOptions,
) -> Found<'a> {
    let looks = HeaderSearch { shape, options };
    let lines: Vec<usize> = (0..probed.len())
        .filter(|&at| !shape.is_comment_line(&probed[at]))
        .collect();
    if options.header_line.is_some() {
        let header = probed.first().map(|record| looks.stripped(record));
        return looks.below(probed, header, 0);
    }
    if known == Some(Known::Tektronix) {
        return Found::without_units(None, 0);
    }
    let is_row = |&&at: &&usize| looks.is_row(&probed[at]);
    let first = lines.iter().find(is_row).copied();
    if options.no_header {
        let first = first.or(lines.iter().copied().find(|&at| looks.is_wide(&probed[at])));
        let first = first.or(lines.first().copied()).unwrap_or(0);
        return Found::without_units(None, first);
    }
    let Some(first) = first else {
        // No column has numbers.
        let header = lines.iter().copied().find(|&at| looks.is_wide(&probed[at]));
        let at = header.or(lines.first().copied()).unwrap_or(0);
        if is_like_others(&probed[at.min(probed.len())..]) {
            return Found::without_units(None, at);
        }
        return Found::without_units(probed.get(at).cloned(), at + 1);
    };
    let above: Vec<usize> = lines.iter().copied().filter(|&at| at < first).collect();
    if above.is_empty() && counts(&probed[first].cells) {
        return looks.below(probed, Some(probed[first].clone()), first);
    }
    match looks.choose(probed, &above, known) {
        Some(at) => looks.below(probed, Some(probed[at].clone()), at),
        // A title has a single cell.
        None if above.is_empty()
            || shape.used() > 1 && above.iter().all(|&at| probed[at].cells.len() == 1) =>
        {
            Found::without_units(looks.comment_header(&probed[..first]), first)
        }
        None if above.iter().any(|&at| looks.begins_like_row(&probed[at])) => {
            // Some text among the numbers of the first row is reported when it is read.
            let first = above.iter().find(|&&at| looks.begins_like_row(&probed[at]));
            let first = first.copied().unwrap_or_default();
            Found::without_units(looks.comment_header(&probed[..first]), first)
        }
        // The line above the first row is a header with too few names or too many.
        None => looks.below(
            probed,
            above.last().map(|&at| probed[at].clone()),
            above[above.len() - 1],
        ),
    }
}

struct HeaderSearch<'s> {
    shape: &'s Shape,
    options: &'s ReadOptions,
}

impl HeaderSearch<'_> {
    fn is_wide(&self, record: &Record<'_>) -> bool {
        record.cells.len() == self.shape.width()
    }

    /// Returns whether a record has a value in some column of numbers, and no text in any. The only
    /// value of a column may be in the first row.
    fn is_row(&self, record: &Record<'_>) -> bool {
        let looks = self.shape.looks.iter().enumerate();
        let mut looks = looks.map(|(at, &column)| (Look::of(record.cell(at)), column));
        let is_only = |&(cell, column): &(Look, Look)| {
            column == Look::Missing && matches!(cell, Look::Number | Look::Time)
        };
        let has_value = self.has_value(record) || looks.clone().any(|look| is_only(&look));
        let fits = |look: (Look, Look)| look.0.fits(look.1) || is_only(&look);
        self.is_wide(record) && has_value && looks.all(fits)
    }

    /// Returns whether a record has a value in some column of numbers or times. Missing values
    /// count if there is nothing else.
    fn has_value(&self, record: &Record<'_>) -> bool {
        let looks: Vec<(Look, Look)> = record
            .texts()
            .map(Look::of)
            .zip(self.shape.looks.iter().copied())
            .collect();
        let is_value = |&(cell, column): &(Look, Look)| {
            cell == column && matches!(cell, Look::Number | Look::Time)
        };
        let all_missing =
            looks.iter().all(|&(cell, _)| cell == Look::Missing) && record.present() > 0;
        // In a table of names, `unknown` may be one.
        let has_names = looks.iter().all(|&(_, column)| column == Look::Text);
        looks.iter().any(is_value) || all_missing && !has_names
    }

    /// Returns whether a record may have one name per column.
    fn is_compatible(&self, record: &Record<'_>) -> bool {
        let (count, used) = (record.cells.len(), self.shape.used());
        let is_wide = count == self.shape.width() || count == used || record.filled() == used;
        // LabVIEW and Rigol name more columns than there are.
        let has_more = count > used
            && ["Comment", "Increment"].contains(&record.cell(record.filled().saturating_sub(1)));
        is_wide || has_more || self.has_less(record)
    }

    /// Returns whether a record has one cell less than there are columns, as a header of R has.
    fn has_less(&self, record: &Record<'_>) -> bool {
        let used = self.shape.used();
        used > 2 && record.cells.len() + 1 == used
    }

    /// Chooses the header among the lines above the first row.
    fn choose(
        &self,
        probed: &[Record<'_>],
        above: &[usize],
        known: Option<Known>,
    ) -> Option<usize> {
        if known == Some(Known::Campbell) && above.len() > 1 {
            return Some(above[1]);
        }
        let candidates = self.candidates(probed, above);
        let candidates = self.without_settings(probed, candidates);
        let candidates = self.as_long_as_rows(probed, candidates);
        self.above_units(probed, &candidates)
    }

    /// Returns the lines of the last part above the rows that may have a name per column. A blank
    /// line or an end of settings parts the table from what is above.
    fn candidates(&self, probed: &[Record<'_>], above: &[usize]) -> Vec<usize> {
        let used = self.shape.used();
        let is_full = |record: &Record<'_>| {
            let present = record.present();
            2 * present > used || used == 2 && record.cell(0).is_empty() && present == 1
        };
        let is_setting = |record: &Record<'_>| used == 1 && record.text.contains([':', '=']);
        let is_candidate = |&at: &usize| {
            let record = &probed[at];
            self.is_compatible(record)
                && is_full(record)
                && !is_setting(record)
                && !self.begins_like_row(record)
        };
        let end = above
            .iter()
            .rposition(|&at| probed[at].text.starts_with("***"));
        let above = &above[end.map_or(0, |at| at + 1)..];
        let blank = above.iter().rposition(|&at| probed[at].after_blank);
        let from = |first: usize| above[first..].iter().copied().filter(is_candidate);
        let below_blank: Vec<usize> = from(blank.unwrap_or(0)).collect();
        match below_blank.is_empty() {
            true => from(0).collect(),
            false => below_blank,
        }
    }

    /// Leaves out settings such as `Operator,me`, and in tables of at most two columns those with
    /// values such as `Rate,100`, if there are names too.
    fn without_settings(&self, probed: &[Record<'_>], mut candidates: Vec<usize>) -> Vec<usize> {
        let used = self.shape.used();
        let is_setting = |&at: &usize| is_setting_word(probed[at].cell(0));
        if candidates.iter().any(|at| !is_setting(at)) {
            candidates.retain(|at| !is_setting(at));
        }
        if used > 2 {
            return candidates;
        }
        let is_named = |&at: &usize| {
            let record = &probed[at];
            !self.has_numbers(record) && (!is_units(record, used) || is_axis(record.cell(0)))
        };
        let is_value = |record: &Record<'_>| {
            let has_time = record.texts().any(|cell| Look::of(cell) == Look::Time);
            has_time || self.has_numbers(record) && !is_axis(record.cell(0))
        };
        if let Some(named) = candidates.iter().copied().rfind(is_named) {
            candidates.retain(|at| *at >= named || !is_value(&probed[*at]));
        }
        // Below names, a line with a value is a row or a setting.
        let has_value = |&at: &usize| self.has_value(&probed[at]);
        let named = candidates.iter().copied().find(|at| !has_value(at));
        candidates.retain(|at| named.is_none_or(|named| *at <= named) || !has_value(at));
        candidates
    }

    /// Leaves out lines with fewer names than there are columns, if there are others. Settings
    /// above a table of three columns also have one cell less.
    fn as_long_as_rows(&self, probed: &[Record<'_>], mut candidates: Vec<usize>) -> Vec<usize> {
        let used = self.shape.used();
        let is_long = |&at: &usize| probed[at].filled() >= used && !is_units(&probed[at], used);
        if candidates.iter().any(is_long) {
            candidates.retain(|at| probed[*at].filled() >= used || self.has_less(&probed[*at]));
        }
        if candidates.iter().any(|&at| !self.has_less(&probed[at])) {
            candidates.retain(|&at| !self.has_less(&probed[at]));
        }
        candidates
    }

    /// Chooses the names among candidates, of which the last ones may be units.
    fn above_units(&self, probed: &[Record<'_>], candidates: &[usize]) -> Option<usize> {
        let used = self.shape.used();
        let has_names = |&&at: &&usize| {
            let mut texts = probed[at].texts().filter(|cell| !cell.is_empty());
            !self.has_numbers(&probed[at]) && all_differ(&mut texts)
        };
        let units = candidates
            .iter()
            .rev()
            .take_while(|&&at| is_units(&probed[at], used))
            .count();
        let (names, units) = candidates.split_at(candidates.len() - units);
        match (names, units) {
            ([], _) => candidates.first().copied(),
            ([.., last], [first, ..])
                if used <= 2 && names.len() > 1 && !is_axis(probed[*last].cell(0)) =>
            {
                Some(*first)
            }
            ([.., last], _) if used <= 2 => {
                Some(names.iter().rev().find(has_names).copied().unwrap_or(*last))
            }
            _ => names.iter().find(has_names).or(names.first()).copied(),
        }
    }

    /// Returns whether a record has a value in the first column of numbers or times.
    fn begins_like_row(&self, record: &Record<'_>) -> bool {
        let mut looks = self.shape.looks.iter().copied().enumerate();
        let first = looks.find(|(_, look)| matches!(look, Look::Number | Look::Time));
        first.is_some_and(|(column, look)| Look::of(record.cell(column)) == look)
    }

    fn has_numbers(&self, record: &Record<'_>) -> bool {
        let cells = record.texts().take(self.shape.used());
        cells
            .map(Look::of)
            .any(|look| matches!(look, Look::Number | Look::Time))
    }

    /// Returns whether all cells of a record that are not empty are in columns that are known to
    /// have names.
    fn has_only_names(&self, header: Option<&Record<'_>>, record: &Record<'_>) -> bool {
        let has_names = |column: &str| {
            let options = self.options;
            let known = options
                .categories
                .iter()
                .chain(&options.inferred_categories);
            known.chain(&options.label).any(|known| known == column)
        };
        let cells = header
            .into_iter()
            .flat_map(Record::texts)
            .zip(record.texts());
        let mut cells = cells.filter(|(_, cell)| !cell.is_empty()).peekable();
        cells.peek().is_some() && cells.all(|(column, _)| has_names(column))
    }

    /// Passes the units below the header at `at`.
    fn below<'a>(&self, probed: &[Record<'a>], header: Option<Record<'a>>, at: usize) -> Found<'a> {
        let has_columns_of_numbers = self.shape.looks.contains(&Look::Number);
        let mut found = Found::without_units(header, at + 1);
        while let Some(record) = probed.get(found.first) {
            let is_comment = self.shape.is_comment_line(record);
            let header = found.header.as_ref();
            let is_long = header.is_some_and(|header| header.filled() == record.filled());
            let is_units = has_columns_of_numbers
                && (is_long || self.is_compatible(record))
                && !self.has_numbers(record)
                && !self.has_value(record)
                && !self.is_row(record)
                && !self.has_only_names(header, record);
            match (is_comment, is_units) {
                (false, false) => break,
                (false, true) if record.present() > 0 => found.units.push(found.first),
                _ => {}
            }
            found.first += 1;
        }
        // A file without rows has no units either.
        if found.first == probed.len() {
            found.first = found.units.first().copied().unwrap_or(found.first);
            found.units.clear();
        }
        found
    }

    /// Returns the header without a mark of comments.
    fn stripped<'a>(&self, record: &Record<'a>) -> Record<'a> {
        match self.shape.is_comment_line(record) {
            true => self.divided(record).unwrap_or_else(|| record.clone()),
            false => record.clone(),
        }
    }

    /// Returns the names in the last comment above the rows that has as many as there are columns.
    fn comment_header<'a>(&self, above: &[Record<'a>]) -> Option<Record<'a>> {
        let mut comments = above
            .iter()
            .rev()
            .filter(|record| self.shape.is_comment_line(record));
        comments.find_map(|record| self.divided(record))
    }

    /// Returns a comment as a record of names, with the delimiter of the file or with another one.
    fn divided<'a>(&self, record: &Record<'a>) -> Option<Record<'a>> {
        let comment = self.shape.comment.chars().next()?;
        let text = record.text.trim_start().trim_start_matches(comment);
        let text = match text.trim_start().starts_with('{') {
            true => json_columns(text)?,
            false => text,
        };
        let others = [b',', b'\t', b';', b' '].map(Delimiter::new);
        let delimiters = std::iter::once(self.shape.syntax.delimiter).chain(others);
        let fits = |delimiter| {
            let syntax = Syntax {
                delimiter,
                ..self.shape.syntax
            };
            let header = record.part(text, syntax)?;
            let has_names = !self.has_numbers(&header) || counts(&header.cells);
            (header.cells.len() == self.shape.used() && has_names).then_some(header)
        };
        delimiters.into_iter().find_map(fits)
    }
}
