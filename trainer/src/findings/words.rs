//! Figures and names in sentences.

use super::statistics::Share;
use crate::text::{MAX_LISTED, listed};

/// Writes a share of rows: `96 %`, `0.4 %`.
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    match percent {
        0.0 => "0 %".to_owned(),
        tiny if tiny < 0.1 => "less than 0.1 %".to_owned(),
        few if few < 2.0 => format!("{few:.1} %"),
        nearly if nearly > 99.0 && nearly < 100.0 => format!("{nearly:.1} %"),
        some => format!("{some:.0} %"),
    }
}

/// Writes how many real rows: `none of the 600 real rows`, `0.4 % of the real rows`.
pub(super) fn of_real_rows(share: Share) -> String {
    match share.count {
        0 => format!("none of the {} real rows", share.of),
        _ => format!("{} of the real rows", percent(share.value())),
    }
}

/// Writes a number with three figures, or all of its integer part.
pub(super) fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-4..9).contains(&magnitude) {
        return format!("{value:.2e}");
    }
    let decimals = (2 - magnitude).max(0) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// Lists columns by position, runs of neighbours by their ends: `h00 … h07, h17 … h23`.
pub(super) fn spans(names: &[String], places: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &place in places {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == place => run.1 = place,
            _ => runs.push((place, place)),
        }
    }
    let text = |&(first, last): &(usize, usize)| match last - first {
        0 => vec![names[first].clone()],
        1 => vec![names[first].clone(), names[last].clone()],
        _ => vec![format!("{} … {}", names[first], names[last])],
    };
    listed(&runs.iter().flat_map(text).collect::<Vec<_>>(), MAX_LISTED)
}

/// Writes what else is off, as a sentence after another.
pub(super) fn also(others: &[String]) -> String {
    match others {
        [] => String::new(),
        _ => format!(" Also: {}.", listed(others, MAX_LISTED)),
    }
}

#[cfg(test)]
mod tests {
    use super::{number, percent, spans};

    #[test]
    fn figures_are_short() {
        assert_eq!(
            [0.0, 0.0004, 0.004, 0.25, 0.996, 1.0].map(percent),
            ["0 %", "less than 0.1 %", "0.4 %", "25 %", "99.6 %", "100 %"]
        );
        assert_eq!(
            [0.0, 12.0, 1234.5, 0.062_51, -6.543_21, 1e-7, 2.5e12].map(number),
            ["0", "12", "1234", "0.0625", "-6.54", "1.00e-7", "2.50e12"]
        );
    }

    #[test]
    fn neighbours_are_spans() {
        let names: Vec<String> = (0..30).map(|n| format!("h{n:02}")).collect();
        assert_eq!(
            spans(&names, &[0, 1, 2, 5, 6, 9]),
            "h00 … h02, h05, h06, h09"
        );
    }
}
