//! Lines that name their values: `x:1,y:2` or `temp=21.5 hum=40`.

use super::super::cell::words::is_missing_marker;

/// Returns a table of lines that name the same values in the same order: `x:1,y:2` or
/// `temp=21.5 hum=40`.
///
/// Messages of the device, which name nothing, and a torn last line are left out and counted.
pub(crate) fn table_of_pairs(text: &str) -> Option<(String, usize)> {
    ['=', ':'].into_iter().find_map(|mark| {
        let mut table = String::new();
        let mut names = Vec::new();
        let (mut rows, mut skipped) = (0, 0);
        for line in text.split_inclusive('\n') {
            let is_torn = !line.ends_with('\n');
            let line = line.trim();
            if line.is_empty() {
                table.push('\n');
                continue;
            }
            let (of_line, values): (Vec<&str>, Vec<&str>) =
                pairs(line, mark).unwrap_or_default().into_iter().unzip();
            if of_line.is_empty() || !names.is_empty() && of_line != names {
                if line.contains(mark) && !(is_torn && rows > 1) {
                    return None;
                }
                skipped += 1;
                table.push('\n');
                continue;
            }
            names = of_line;
            table += &values.join("\t");
            table.push('\n');
            rows += 1;
        }
        // A single name may be that of a setting.
        let is_table = rows > 1 && names.len() > 1 && 4 * skipped <= rows;
        is_table.then(|| (format!("{}\n{table}", names.join("\t")), skipped))
    })
}

/// Returns the names and the values of a line, which begins with a name.
fn pairs(line: &str, mark: char) -> Option<Vec<(&str, &str)>> {
    let mut parts = line.split(mark);
    let mut name = parts.next()?.trim();
    let parts: Vec<&str> = parts.collect();
    let (last, inner) = parts.split_last()?;
    let mut pairs = Vec::new();
    for part in inner {
        let part = part.trim();
        let at = part.rfind([',', ';', '\t']).or_else(|| part.rfind(' '))?;
        let (value, next) = part.split_at(at);
        pairs.push((name, value));
        name = next[1..].trim();
    }
    pairs.push((name, last));
    let closed = |text: &str| -> bool { text.contains(['\t', '"', ':', '=', '{', '[']) };
    let is_name = |name: &str| name.starts_with(char::is_alphabetic) && !name.contains([',', ';']);
    for (name, value) in &mut pairs {
        *value = value.trim().trim_end_matches([',', ';', '|']).trim_end();
        let is_number = value.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        let is_value = is_number || is_missing_marker(value);
        if !is_name(name) || !is_value || closed(name) || closed(value) {
            return None;
        }
    }
    Some(pairs)
}

/// Returns whether all lines name the same value: `t=1 v=2`, or `t: 1, v: 2`.
pub(crate) fn share_a_name(lines: &[&str]) -> bool {
    ['=', ':'].into_iter().any(|mark| {
        let mut shared = names_before(lines[0], mark);
        for line in lines {
            let of_line = names_before(line, mark);
            shared.retain(|name| of_line.contains(name));
        }
        let is_number = |cell: &str| cell.trim().parse::<f64>().is_ok();
        let is_row = |line: &&str| line.split([',', ';', '\t', ' ']).any(is_number);
        // Names with a number in them are in the rows of tables too.
        !shared.is_empty() && (mark == '=' || shared.len() > 1 || !lines.iter().any(is_row))
    })
}

/// Returns the names that come before a mark and a value.
fn names_before(line: &str, mark: char) -> Vec<&str> {
    let is_name = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    let begins = |value: &str| value.starts_with(|c: char| "+-.\"0123456789".contains(c));
    let parts: Vec<&str> = line.split(mark).collect();
    let pairs = parts.windows(2).filter_map(|pair| {
        let name = pair[0].trim_end().rsplit(|c| !is_name(c)).next()?;
        let is_pair = name.starts_with(char::is_alphabetic) && begins(pair[1].trim_start());
        is_pair.then_some(name)
    });
    pairs.collect()
}
