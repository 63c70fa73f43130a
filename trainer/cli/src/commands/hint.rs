//! Names the options that help against an error of the library, which does not know them.

use flowlet_trainer::data::{Note, NoteKind};
use flowlet_trainer::device_columns::AlignError;
use flowlet_trainer::findings::{Finding, FindingKind};
use flowlet_trainer::{DataError, DataErrorKind, Decision, DecisionKind, Error};

/// Returns the message of an error, with the options that help.
pub(super) fn with_options(error: &Error) -> String {
    let hint = match error {
        Error::Distil { .. } => "--solver euler or --solver exponential",
        Error::Conditions => "--condition, --fill, --query",
        Error::ScoredConditions => "--condition",
        Error::Known => "--coupling, --reflow, --latent",
        Error::NoLatent => "--latent",
        Error::LatentOfClasses => "--label, --label-dropout, --latent",
        Error::OtherCheckpoint { .. } => "leave --resume out",
        Error::NoFit { .. } => "--columns or --drop",
        _ => return error.to_string(),
    };
    format!("{error} ({hint})")
}

/// Returns the message of an error of the data, with the options that help.
pub(super) fn with_data_options(error: &DataError) -> String {
    let column = shell_word(error.place.column.as_deref().unwrap_or("COLUMN"));
    let item = list_item(error.place.column.as_deref().unwrap_or("COLUMN"));
    let cell = token(error.place.cell.as_deref());
    let hint = match error.kind {
        DataErrorKind::Delimiter('\t') => "--delimiter tab".to_owned(),
        DataErrorKind::Delimiter(other) => format!("--delimiter '{other}'"),
        DataErrorKind::NumbersInHeader => "--no-header, or --header-line N".to_owned(),
        DataErrorKind::Header => "--header-line".to_owned(),
        DataErrorKind::Encoding => "--encoding".to_owned(),
        DataErrorKind::Name(position) => {
            let items = [&[format!(":{position}")], &error.place.other_columns[..]].concat();
            let items = items.join(",");
            format!("--drop {items}, or --no-header if the first line is a row")
        }
        DataErrorKind::Ragged => {
            "--header-line N for another header; --comment or --skip-footer for lines that are no \
             rows"
                .to_owned()
        }
        DataErrorKind::MissingValue => "--missing drop or --missing mean".to_owned(),
        DataErrorKind::MostlyMissing => format!("--drop {item} or --missing mean"),
        DataErrorKind::MissingName => {
            format!("--missing drop, --missing mean, or --category {item} if it is a name")
        }
        DataErrorKind::NotFinite => format!("--missing-value {cell} if it means a missing value"),
        DataErrorKind::NotANumber => {
            let names = format!("--category {item} if all are names");
            match error.place.cell {
                Some(_) => format!("--missing-value {cell} if it means a missing value, {names}"),
                None => names,
            }
        }
        DataErrorKind::NumberFormat => "--decimal, --thousands".to_owned(),
        DataErrorKind::TooFewComplete => "--missing mean".to_owned(),
        DataErrorKind::TooWide => "--columns, --drop or --window".to_owned(),
        DataErrorKind::WindowTooLong(longest) => format!("--window {longest} or --drop"),
        DataErrorKind::NoWindow => "--window, --stride".to_owned(),
        DataErrorKind::OtherColumns => "--columns or --drop".to_owned(),
        DataErrorKind::NoOrder => "--group".to_owned(),
        DataErrorKind::OneGroup => "--group".to_owned(),
        DataErrorKind::Dates => {
            format!("--drop {item}, or --category {item} if they are names")
        }
        DataErrorKind::TimeColumn => format!("--time {column} or --drop {item}"),
        DataErrorKind::UnusableColumn { may_be_label } => {
            let others = error.place.other_columns.iter().map(|name| list_item(name));
            let items: Vec<String> = [item].into_iter().chain(others).collect();
            let items = items.join(",");
            match may_be_label {
                true => format!("--drop {items}, or --label {column} if it names the class"),
                false => format!("--drop {items}"),
            }
        }
        DataErrorKind::NoLabel => "leave --label out".to_owned(),
        DataErrorKind::ImageSizes => "--size 16x16 scales them".to_owned(),
        DataErrorKind::ImageTooLarge(size) => format!("--size {}x{}", size.width, size.height),
        DataErrorKind::Lengths => "--window".to_owned(),
        DataErrorKind::ChooseArray => "--array".to_owned(),
        _ => return error.to_string(),
    };
    format!("{error} ({hint})")
}

/// Returns the message of data that do not have the columns of a model, with the options that help.
/// `label` is the column that was named as the label.
pub(super) fn alignment_with_options(error: &AlignError, label: Option<&str>) -> String {
    match error {
        AlignError::Missing(column) if Some(column.as_str()) == label => format!(
            "column `{column}` was taken as the label, but the model has it among its values; \
             leave --label out"
        ),
        AlignError::Unknown(column) => format!("{error} (--drop {})", list_item(column)),
        _ => error.to_string(),
    }
}

/// Returns a note about the data, with the option that settles it.
pub(super) fn note_with_options(note: &Note) -> String {
    let column = shell_word(note.place.column.as_deref().unwrap_or("COLUMN"));
    let item = list_item(note.place.column.as_deref().unwrap_or("COLUMN"));
    let hint = match note.kind {
        NoteKind::NumberFormat => "--decimal and --thousands change it".to_owned(),
        NoteKind::Recurring => {
            let cell = token(note.place.cell.as_deref());
            format!("--missing-value {cell} if it means a missing value")
        }
        NoteKind::Category => format!("--category {item} if they are names"),
        NoteKind::Class => {
            format!("--label {column} takes it for them, --drop {item} leaves it out")
        }
        NoteKind::Dates => format!(
            "--drop {item} leaves them out, --time {column} takes them for windows, --category \
             {item} or a schema keeps them as names"
        ),
        NoteKind::Identifier => format!("--drop {item} leaves it out"),
        NoteKind::Encoding => "--encoding NAME changes it".to_owned(),
        NoteKind::Header => "--header-line N changes it".to_owned(),
        NoteKind::NoHeader => "--no-header confirms it, --header-line N changes it".to_owned(),
        NoteKind::Units => "--skip-after-header 0 keeps it".to_owned(),
        NoteKind::Comment => "--comment TEXT changes it".to_owned(),
        NoteKind::Footer => "--skip-footer 0 keeps it".to_owned(),
        NoteKind::Outlier => "--schema".to_owned(),
        NoteKind::Index => {
            format!("--columns {item},… to train on it, --time {column} if it has times")
        }
        NoteKind::UnreadArray => format!("--label {column} if it has the classes"),
        NoteKind::Channels => "--split-channels keeps them apart".to_owned(),
        NoteKind::Coloured => "--colour keeps red, green and blue".to_owned(),
        NoteKind::Transparent => "--background white".to_owned(),
        NoteKind::Gaps => "--gap".to_owned(),
        NoteKind::Time => "--group if a column names the recording".to_owned(),
        NoteKind::TimeAxis => format!("--time {column} or --drop {item}"),
        NoteKind::Group => format!("--group {column} or --drop {item}"),
        NoteKind::ShortRecordings => "--window".to_owned(),
        _ => return note.to_string(),
    };
    format!("{note} ({hint})")
}

/// Returns a decision, with the option that changes it.
pub(super) fn decision_with_option(decision: &Decision) -> String {
    let option = match decision.kind {
        DecisionKind::Series => "--schema: series = true or false",
        DecisionKind::Latent => "--latent",
        DecisionKind::FewValues => "--category keeps to them",
        DecisionKind::Curves => "--schema: curve = true or false",
        DecisionKind::Split => "--group, --validation",
        DecisionKind::Coupling => "--coupling",
        DecisionKind::Solver => "--solver",
        DecisionKind::Steps => "--steps",
        DecisionKind::Recalibration => "--no-recalibration",
        DecisionKind::LearningRate => "--learning-rate",
        DecisionKind::Calibration => "--calibrate",
        DecisionKind::Known => "--fill",
        DecisionKind::Conditions => "--condition",
        DecisionKind::Query => "--query",
        _ => "--schema",
    };
    format!("{decision} ({option})")
}

/// The text of a cell as a shell takes it. It may begin with a minus.
fn token(cell: Option<&str>) -> String {
    let Some(cell) = cell else {
        return "TOKEN".to_owned();
    };
    let rest = cell.trim_start_matches('-');
    match shell_word(rest) == rest {
        true => cell.to_owned(),
        false => format!("'{}'", cell.replace('\'', r"'\''")),
    }
}

/// Returns findings whose advice names the options that help.
pub(super) fn advised(findings: Vec<Finding>) -> Vec<Finding> {
    let advise = |finding: Finding| {
        let column = || shell_word(finding.columns.first().map_or("COLUMN", String::as_str));
        let hint = match finding.kind {
            FindingKind::Leak | FindingKind::Combination | FindingKind::Order => {
                "--hidden".to_owned()
            }
            FindingKind::Range => "--schema, --iterations".to_owned(),
            FindingKind::LimitShare | FindingKind::Shape | FindingKind::Recurring => {
                "--iterations, --hidden".to_owned()
            }
            FindingKind::CategoryShare => "--iterations, --label".to_owned(),
            FindingKind::Mean
            | FindingKind::Spread
            | FindingKind::Correlation
            | FindingKind::Roughness => "--iterations, --hidden, --steps".to_owned(),
            FindingKind::Class => "--iterations, --label-dropout".to_owned(),
            FindingKind::Copies => "--patience auto, --augment 0.1, --hidden".to_owned(),
            FindingKind::Baseline => "--iterations, --hidden".to_owned(),
            FindingKind::Overtrained => "--patience auto, --iterations".to_owned(),
            FindingKind::Outlier => "--schema".to_owned(),
            FindingKind::Constant => format!("--drop {}", column()),
            _ => return finding,
        };
        let advice = format!("{} ({hint})", finding.advice);
        Finding { advice, ..finding }
    };
    findings.into_iter().map(advise).collect()
}

/// A column name as a shell takes it after an option.
fn shell_word(name: &str) -> String {
    let is_plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || "_-.".contains(c));
    if is_plain && !name.starts_with('-') {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

/// A column name as a shell takes it in a list: in quotes if it has a comma.
fn list_item(name: &str) -> String {
    match name.contains(',') {
        true => shell_word(&format!("\"{name}\"")),
        false => shell_word(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowlet_trainer::Table;

    #[test]
    fn messages_name_the_options_that_help() {
        let hint = |text: &str| {
            let error = Table::parse_csv(text.as_bytes(), "a.csv").expect_err("refused");
            with_data_options(&error)
        };
        assert_eq!(
            hint("x,y\n1,2\n3,\n"),
            "a.csv, line 3, column `y`: the value is missing; fill it in, or drop the row \
             (--missing drop or --missing mean)"
        );
        assert!(hint("x,y\n1,ab-\n3,4\n").ends_with(
            "(--missing-value ab- if it means a missing value, --category y if all are names)"
        ));
        assert!(hint("when,x\n01/02/2024,2\n01/03/2024,5\n").ends_with(
            "write dates as 2024-01-31 (--drop when, or --category when if they are names)"
        ));
        let row = |row| format!("{row},{}\n", if row == 3 { "Logged" } else { "" });
        let rows: String = (0..40).map(row).collect();
        assert_eq!(
            hint(&format!("x,\"event, last\"\n{rows}").replace("Logged", "1")),
            "a.csv, line 2, column `event, last`: 39 of the 40 values are missing; leave the \
             column out, or fill them in (--drop '\"event, last\"' or --missing mean)"
        );
        let text = b",x\n2024-01-05,1\n2024-01-06,2\n";
        let table = Table::parse_csv(text, "a.csv").expect("a table");
        let note = note_with_options(&table.notes[0]);
        let options = "(--columns index,… to train on it, --time index if it has times)";
        assert!(note.ends_with(options), "{note}");
        assert_eq!(token(Some("-999")), "-999");
        assert_eq!(token(Some("#N/A")), "'#N/A'");
        assert_eq!(token(Some("--")), "--");
        let row = |row| format!("{row},day {}\n", row % 33);
        let rows: String = (0..34).map(row).collect();
        let message = hint(&format!("x,day kind\n{rows}"));
        let options = "(--drop 'day kind', or --label 'day kind' if it names the class)";
        assert!(message.ends_with(options), "{message}");
        let row = |row| format!("{row},a{row},b{row}\n");
        let rows: String = (0..34).map(row).collect();
        let message = hint(&format!("x,id,\"no, name\"\n{rows}"));
        assert!(message.ends_with("(--drop id,'\"no, name\"')"), "{message}");
        let message = hint("x,y,x,,x\n1,2,3,4,5\n");
        assert!(
            message.contains("(--drop :3,:4,:5, or --no-header"),
            "{message}"
        );
    }
}
