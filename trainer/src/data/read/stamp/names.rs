//! Names of months, weekdays and time zones.

/// Months in English.
const MONTHS: &str = "january february march april may june july august september october november \
                      december";

/// Months in German, Dutch, Danish, Swedish, French, Spanish, Italian and Portuguese, and short.
const MONTHS_ELSEWHERE: [&str; 12] = [
    "januar jänner januari janvier janv enero ene gennaio gen janeiro",
    "februar februari février févr fév febrero febbraio fevereiro fev",
    "märz mär mrz maart mrt marts mars marzo março",
    "avril avr abril abr aprile",
    "mai mei maj mayo maggio mag maio",
    "juni juin junio giugno giu junho",
    "juli juillet juil julio luglio lug julho",
    "augustus augusti août aoû agosto ago",
    "septembre sept septiembre settembre set setembro",
    "oktober okt octobre octubre ottobre ott outubro out",
    "novembre noviembre novembro",
    "dezember dez december décembre déc diciembre dic dicembre dezembro",
];

/// Weekdays in English.
pub(crate) const WEEKDAYS: &str = "monday tuesday wednesday thursday friday saturday sunday";

/// Time zones, and the hours by which they are ahead of UTC. Of several meanings, the commonest is
/// taken: a file has one of them, so that its steps in time are right.
const ZONES: [(&str, f64); 27] = [
    ("Z", 0.0),
    ("UTC", 0.0),
    ("UT", 0.0),
    ("GMT", 0.0),
    ("WET", 0.0),
    ("WEST", 1.0),
    ("BST", 1.0),
    ("CET", 1.0),
    ("MEZ", 1.0),
    ("CEST", 2.0),
    ("MESZ", 2.0),
    ("EET", 2.0),
    ("EEST", 3.0),
    ("MSK", 3.0),
    ("JST", 9.0),
    ("KST", 9.0),
    ("EST", -5.0),
    ("EDT", -4.0),
    ("MST", -7.0),
    ("MDT", -6.0),
    ("PST", -8.0),
    ("PDT", -7.0),
    ("CST", -6.0),
    ("CDT", -5.0),
    ("IST", 5.5),
    ("AEST", 10.0),
    ("AEDT", 11.0),
];

/// Returns the position of a name, which may be shortened to three letters or more.
pub(crate) fn named(word: &str, names: &str) -> Option<usize> {
    let word = word.to_ascii_lowercase();
    names.split(' ').position(|name| {
        word == name || word.len() >= 3 && word.len() < 5 && name.starts_with(&word)
    })
}

/// Returns the position of a month, in English or as it is called elsewhere.
pub(crate) fn month_named(word: &str) -> Option<usize> {
    let lower = word.to_lowercase();
    let is_it = |names: &str| names.split(' ').any(|name| name == lower);
    let elsewhere = || MONTHS_ELSEWHERE.iter().position(|names| is_it(names));
    named(word, MONTHS).or_else(elsewhere)
}

/// Returns the hours by which a time zone is ahead of UTC.
pub(crate) fn zone_named(zone: &str) -> Option<f64> {
    let found = ZONES.iter().find(|(name, _)| *name == zone);
    found.map(|&(_, hours)| hours)
}
