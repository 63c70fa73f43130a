//! Units, currencies and types of values.

use super::words::is_among;

/// Units that are known not to be part of a name.
const KNOWN: &str = "% ‰ ppm ppb g kg mg µg μg t lb lbs oz m mm cm dm km µm μm nm in ft yd mi \" \
    s ms µs μs us ns min h hr hrs d days sec °C °F ° C F K degC degF deg rad mrad \
    V mV µV μV uV kV A mA µA μA uA nA W mW µW kW MW Wh kWh MWh mAh Ah VA J kJ MJ cal kcal N kN Nm \
    Pa hPa kPa MPa bar mbar psi mmHg inHg atm Torr Hz kHz MHz GHz rpm bpm dB dBm dBA \
    Ω ohm kΩ MΩ F nF pF µF uF H mH T mT G lx lux lm cd m/s km/h kph mph kn m/s² m/s2 m² m2 m³ m3 \
    l L ml mL dl cl L/min l/min l/h m³/h m3/h kg/m³ kg/m3 g/l g/L mg/l mg/L µg/m³ ug/m3 W/m² W/m2 \
    mol mmol pH B kB KB MB GB kbps Mbps px pt dpi k M G u µ μ n p";

/// Returns whether a text after digits is a unit that is known.
pub(crate) fn is_known(unit: &str) -> bool {
    is_currency(unit) || is_among(KNOWN, unit)
}

/// Returns whether a text next to digits is a currency.
pub(crate) fn is_currency(text: &str) -> bool {
    const CODES: [&str; 12] = [
        "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "AUD", "CAD", "US$", "R$", "Fr.",
    ];
    let is_sign = |c| {
        matches!(
            c,
            '$' | '¢' | '£' | '¤' | '¥' | '₹' | '฿' | '\u{20a0}'..='\u{20c0}'
        )
    };
    !text.is_empty() && text.chars().all(is_sign) || CODES.contains(&text)
}

/// Returns whether degrees with these letters have different signs: `°N` and `°S`.
pub(crate) fn are_opposite(unit: &str, other: &str) -> bool {
    let sides = [unit, other].map(|text| text.strip_prefix('°').unwrap_or(text).trim());
    matches!(sides, ["N", "S"] | ["E", "W"])
}

/// Returns whether a text after digits may be a unit.
pub(crate) fn is_suffix(text: &str) -> bool {
    const MAX_LENGTH: usize = 12;
    let is_first = |c: char| c.is_alphabetic() || "%‰°\"".contains(c);
    let is_other = |c: char| is_first(c) || "/·*^²³⁻¹ .".contains(c);
    // Digits are powers, as in m2 and kg/m3.
    let unpowered = text
        .replace("m2", "m")
        .replace("m3", "m")
        .replace("s2", "s");
    let mut chars = unpowered.chars();
    text.chars().count() <= MAX_LENGTH
        && (is_currency(text) || chars.next().is_some_and(is_first) && chars.all(is_other))
}

/// Returns whether a cell is a unit, or a type of value.
pub(crate) fn is_unit(cell: &str) -> bool {
    const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    let inner = |(open, close): (char, char)| cell.strip_prefix(open)?.strip_suffix(close);
    if BRACKETS.into_iter().any(|pair| inner(pair).is_some()) {
        return true;
    }
    let unit = |part: &str| {
        let part = part.trim_end_matches(|c: char| c.is_ascii_digit() || "^-²³⁻¹.".contains(c));
        part.is_empty() || is_known(part) || is_word(part)
    };
    is_word(cell)
        || cell == "-"
        || is_known(cell)
        || cell.split(['/', '*', '·', ' ', '_']).all(unit)
}

/// Returns whether a text is a unit in words, or a type of value.
fn is_word(text: &str) -> bool {
    const WORDS: &str = "volt volts millivolt millivolts amp amps ampere amperes second seconds \
        minute minutes hour hours day days millisecond milliseconds microseconds ohms hertz celsius \
        kelvin fahrenheit percent degree degrees deg degc meter meters metre metres gram grams \
        kilogram kilograms pascal pascals watt watts newton newtons newton-meter tesla gauss lux \
        count counts ratio unitless dimensionless sekunde sekunden stunde stunden grad prozent \
        ts rn smp avg min max std tot wvc med mom sample float float32 float64 double int int16 \
        int32 int64 integer string str text bool boolean date datetime timestamp number numeric real \
        sequence utc v a g ms us ns c f k rh";
    is_among(WORDS, &text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{are_opposite, is_currency, is_known, is_suffix, is_unit};

    #[test]
    fn units_are_told_from_other_texts() {
        for unit in ["%", "kg", "°C", "m/s²", "kg/m3", "€", "EUR"] {
            assert!(is_suffix(unit) && is_known(unit), "{unit}");
        }
        assert!(is_suffix("items") && !is_known("items"));
        for text in ["x1F", ":30", "-2", "h30", "(a)", "a long remark"] {
            assert!(!is_suffix(text), "{text}");
        }
        assert!(are_opposite("° N", "°S") && are_opposite("E", "W") && !are_opposite("m", "s"));
        assert!(!is_currency("") && !is_currency("kg"));
    }

    #[test]
    fn units_are_told_from_names() {
        for unit in [
            "V", "mV", "Deg C", "m/s^2", "(ms)", "[-]", "second", "Volt", "-", "kg/m3", "rad/s",
            "°C",
        ] {
            assert!(is_unit(unit), "{unit}");
        }
        for name in ["rec", "CH1", "x-axis", "Source", "temp", "battv", "label"] {
            assert!(!is_unit(name), "{name}");
        }
    }
}
