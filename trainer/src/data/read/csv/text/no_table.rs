//! Texts that are no tables: each line has the names or the numbers of its values.

use super::pairs::share_a_name;
use crate::data::read::files::sniff::Format;

/// First lines that show the format.
const PROBED: usize = 20;

/// Returns the format of a text whose lines are no rows of a table.
pub(crate) fn format(text: &str) -> Option<Format> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let lines: Vec<&str> = lines.take(PROBED).collect();
    let are_all = |is: fn(&str) -> bool| lines.iter().all(|line| is(line));
    let (name, advice) = match () {
        () if has_variables(text) => (
            "an Octave file with several variables",
            "save one variable per file",
        ),
        () if lines.len() < 2 => return None,
        () if are_all(is_nmea) => (
            "a list of NMEA sentences",
            "convert it to CSV with a column for each value",
        ),
        () if are_all(is_frame) => (
            "a log of CAN frames",
            "decode it to CSV with a column for each signal",
        ),
        () if is_libsvm(&lines) => (
            "in the format of libsvm",
            "convert it to CSV with a column for each index",
        ),
        () if lines.iter().any(|line| is_sql(line)) => (
            "an SQL dump",
            "load it into a database and export the table as CSV",
        ),
        () if are_all(|line| line.ends_with("\\\\")) => ("a LaTeX table", "convert it to CSV"),
        () if share_a_name(&lines) => (
            "a list of names and values on each line",
            "write the names once, as a header, and rows of values below it",
        ),
        () => return None,
    };
    Some(Format::new(name, advice))
}

/// Returns whether each line has a number, and then ascending indices with a value each: `1 3:0.5`.
fn is_libsvm(lines: &[&str]) -> bool {
    let pairs = |line: &str| -> Option<Vec<(u32, String)>> {
        let mut words = line.split_ascii_whitespace();
        words.next()?.parse::<f64>().ok()?;
        let pair = |word: &str| {
            let (index, value) = word.split_once(':')?;
            let index = if index == "qid" { "0" } else { index };
            value.parse::<f64>().ok()?;
            Some((index.parse().ok()?, value.to_owned()))
        };
        words.map(pair).collect()
    };
    let pairs: Option<Vec<Vec<(u32, String)>>> = lines.iter().map(|line| pairs(line)).collect();
    let Some(pairs) = pairs else {
        return false;
    };
    let ascend = |line: &Vec<(u32, String)>| line.windows(2).all(|pair| pair[0].0 < pair[1].0);
    // 12:30 is a time.
    let is_minute = |value: &String| value.len() == 2 && value.as_str() < "60";
    let mut values = pairs.iter().flatten().map(|(_, value)| value);
    pairs.iter().all(ascend) && values.any(|value| !is_minute(value))
}

/// Returns whether Octave saved several variables in a text.
fn has_variables(text: &str) -> bool {
    let names = || text.lines().filter(|line| line.starts_with("# name: "));
    text.starts_with("# Created by Octave") && names().nth(1).is_some()
}

/// Returns whether a line is a sentence of a receiver of satellites: `$GPGGA,…*47`.
fn is_nmea(line: &str) -> bool {
    let word = line
        .strip_prefix(['$', '!'])
        .and_then(|line| line.split(',').next());
    word.is_some_and(|word| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// Returns whether a line is a frame as `candump -L` writes it: `(1677628800.1) can0 123#01FF`.
fn is_frame(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    matches!(words[..], [time, _, frame, ..] if time.starts_with('(') && frame.contains('#'))
}

/// Returns whether a line makes or fills a table of a database.
fn is_sql(line: &str) -> bool {
    let line = line.to_ascii_uppercase();
    ["CREATE TABLE ", "INSERT INTO "]
        .iter()
        .any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn lines_with_names_or_indices_are_no_rows() {
        for text in [
            "1 3:0.5 7:1\n-1 1:0.25 7:1\n+1 2:0.5\n",
            "# a comment\n2.5 qid:1 1:0.5\n1 qid:1 1:3 2:4\n",
            "t=1 v=2\nt=2 v=3.5\n",
            "12:00:00 INFO temp=21.5 hum=40\n12:00:10 WARN temp = 21.6\n",
            "weather,place=oslo temp=82 1465839830100400200\nweather,place=rome temp=90 14658398301\n",
            "temp: 21.5, hum: 40\ntemp: 21.6, hum: 41\n",
            "temp:21.5\ntemp:22\n",
            "-- a dump\nCREATE TABLE t (x int);\ninsert into t values (1);\n",
            "x & y \\\\\n1 & 2 \\\\\n",
            "# Created by Octave 6\n# name: A\n1 2\n\n# name: B\n1 2\n",
            "$GPGGA,1,4807.038,N*47\n$GNRMC,2,A*6A\n",
            "(1677628800.1) can0 123#01FF\n(1677628800.2) can0 1A#00\n",
        ] {
            assert!(format(text).is_some(), "{text}");
        }
    }

    #[test]
    fn tables_are_no_lists() {
        for text in [
            "x,y\n1,2\n3,4\n",
            "1 12:30 13:45\n2 12:40 13:50\n",
            "rate=10\ngain=2\nx,y\n1,2\n",
            "name,x\na=1,2\nb=2,3\n",
            "dev:5,1.2,3\ndev:6,1.3,4\n",
            "2024-05-31T12:30:00,1\n2024-05-31T12:31:00,2\n",
            "12:30,1\n12:31,2\n",
            "t=1 v=2\n",
        ] {
            assert_eq!(format(text), None, "{text}");
        }
    }
}
