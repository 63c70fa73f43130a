//! Lists of columns: names, ranges such as `x00..x15`, and wild cards such as `x*`.

use super::error::{names_hint, quoted};

/// Divides the ends of a range of columns.
const RANGE: &str = "..";
/// Any text in the name of a column.
const WILD: char = '*';

/// Returns whether each column is in a list of names, ranges and wild cards. `label` is the name of
/// the label, which is no column.
pub(crate) fn columns(
    list: &str,
    names: &[&str],
    label: Option<&str>,
) -> Result<Vec<bool>, String> {
    let mut chosen = vec![false; names.len()];
    for item in list
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
    {
        for column in matching(item, names, label)? {
            chosen[column] = true;
        }
    }
    Ok(chosen)
}

/// Returns whether an item that is no name may be a range or have wild cards.
pub(crate) fn is_pattern(item: &str) -> bool {
    item.contains(RANGE) || item.contains(WILD)
}

/// Returns the columns that an item names.
pub(crate) fn matching(
    item: &str,
    names: &[&str],
    label: Option<&str>,
) -> Result<Vec<usize>, String> {
    if let Some(column) = names.iter().position(|&name| name == item) {
        return Ok(vec![column]);
    }
    if let Some((first, last)) = item.split_once(RANGE) {
        let (first, last) = (
            position(first.trim(), names, label)?,
            position(last.trim(), names, label)?,
        );
        return match first <= last {
            true => Ok((first..=last).collect()),
            false => Err(format!(
                "the range {item} ends before it begins; turn it round"
            )),
        };
    }
    if !item.contains(WILD) {
        return position(item, names, label).map(|column| vec![column]);
    }
    let fits = |&column: &usize| is_like(item, names[column]);
    let all: Vec<usize> = (0..names.len()).filter(fits).collect();
    match all.is_empty() {
        true => Err(format!(
            "no column fits `{item}`; {}",
            names_hint(names, item, "columns")
        )),
        false => Ok(all),
    }
}

/// Returns the position of a name, or what to do because there is none.
pub(crate) fn position(wanted: &str, names: &[&str], label: Option<&str>) -> Result<usize, String> {
    if let Some(column) = names.iter().position(|&name| name == wanted) {
        return Ok(column);
    }
    if label == Some(wanted) {
        return Err(format!(
            "{} is the label, and no column; choose a class, or train without a label",
            quoted(wanted)
        ));
    }
    let hint = names_hint(names, wanted, "columns");
    Err(format!("there is no column {}; {hint}", quoted(wanted)))
}

/// Returns whether `name` is `pattern`, in which each wild card may be any text.
fn is_like(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split(WILD);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn wild_cards_stand_for_any_text() {
        for (pattern, name, fits) in [
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "ac", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c", false),
            ("*", "", true),
            ("b*", "abc", false),
        ] {
            assert_eq!(is_like(pattern, name), fits, "{pattern} {name}");
        }
    }
}
