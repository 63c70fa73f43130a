//! Files of loggers and instruments that are known by their first lines.

/// A kind of file with lines above the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Campbell Scientific's text files: TOA5 with units and kinds of values below the header.
    Campbell,
    /// Campbell Scientific's binary files.
    CampbellBinary,
    LabView,
    Oscilloscope,
    /// An oscilloscope's export with settings to the left of the first rows.
    Tektronix,
    Hobo,
}

impl Known {
    /// Returns the kind of a text.
    pub fn of(text: &str) -> Option<Self> {
        let first = text.lines().next().unwrap_or_default();
        let first = first.trim_start_matches('"');
        let starts = |of: &[&str]| of.iter().any(|&start| first.starts_with(start));
        match () {
            () if starts(&["TOA5", "TOACI1"]) => Some(Self::Campbell),
            () if starts(&["TOB1", "TOB2", "TOB3", "CSIXML"]) => Some(Self::CampbellBinary),
            () if starts(&["LabVIEW Measurement"]) => Some(Self::LabView),
            () if starts(&["Plot Title:"]) => Some(Self::Hobo),
            () if is_side_by_side(first) => Some(Self::Tektronix),
            () if is_oscilloscope(text) => Some(Self::Oscilloscope),
            () => None,
        }
    }

    /// Returns what the file is called, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Self::Campbell => "a Campbell logger file (TOA5)",
            Self::CampbellBinary => "a binary Campbell logger file",
            Self::LabView => "a LabVIEW measurement file",
            Self::Oscilloscope | Self::Tektronix => "an oscilloscope's export",
            Self::Hobo => "a HOBO logger file",
        }
    }

    /// Returns why the file cannot be read, if so.
    pub fn refusal(self) -> Option<&'static str> {
        let message = "the file is a Campbell logger file in a binary format (TOB); convert it to \
                       TOA5 or CSV with CardConvert or LoggerNet";
        (self == Self::CampbellBinary).then_some(message)
    }
}

/// Returns the delimiter that a LabVIEW measurement file names.
pub(crate) fn separator(text: &str) -> Option<u8> {
    let mut lines = text.lines().take(32).map(str::trim_end);
    match lines.find_map(|line| line.strip_prefix("Separator"))? {
        "\tTab" => Some(b'\t'),
        ",Comma" => Some(b','),
        _ => None,
    }
}

/// Returns the names of the columns in the JSON above a recording of OpenSignals.
pub(crate) fn json_columns(text: &str) -> Option<&str> {
    let (_, columns) = text.split_once("\"column\": [")?;
    columns.split_once(']').map(|(names, _)| names)
}

/// Returns whether the first line has a setting, and then a time and a voltage.
fn is_side_by_side(first: &str) -> bool {
    let cells: Vec<&str> = first.split(',').map(str::trim).collect();
    let is_number = |column: usize| {
        cells
            .get(column)
            .is_some_and(|cell| cell.parse::<f64>().is_ok())
    };
    cells[0].trim_matches('"') == "Record Length" && is_number(3) && is_number(4)
}

/// Returns the source of the signal, which an oscilloscope names.
pub(crate) fn source(text: &str) -> Option<&str> {
    let mut lines = text.lines().take(32);
    let line = lines.find(|line| line.trim_start_matches('"').starts_with("Source"))?;
    let cell = line.split(',').nth(1)?;
    Some(cell.trim_matches(['"', ' '])).filter(|source| !source.is_empty())
}

/// Returns whether a column of a HOBO logger has what happened to the logger, in few rows.
pub(crate) fn is_event(name: &str) -> bool {
    const EVENTS: [&str; 9] = [
        "Bad Battery",
        "Button ",
        "Coupler ",
        "End Of File",
        "Good Battery",
        "Host Connect",
        "Sensor Fail",
        "Started",
        "Stopped",
    ];
    EVENTS.iter().any(|event| name.starts_with(event))
}

/// Returns whether the first lines name what oscilloscopes set.
fn is_oscilloscope(text: &str) -> bool {
    const KEYS: [&str; 12] = [
        "model",
        "record length",
        "sample interval",
        "sample rate",
        "vertical units",
        "waveform type",
        "horizontal units",
        "probe attenuation",
        "trigger",
        "firmware version",
        "x-axis",
        "source",
    ];
    let keys = text.lines().take(40).map(|line| line.to_lowercase());
    let is_key = |line: &String| {
        let key = line.split([',', ';', '\t', ':']).next().unwrap_or_default();
        KEYS.iter()
            .any(|known| key.trim_matches(['"', ' ']).starts_with(known))
    };
    let first = text.lines().next().unwrap_or_default();
    first.starts_with("X,CH") || first.starts_with("x-axis,") || keys.filter(is_key).count() >= 2
}
