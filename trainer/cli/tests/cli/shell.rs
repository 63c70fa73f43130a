//! Completions, manual pages, help texts, and `--quiet`.

use crate::place::{Place, TINY};

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn shells_get_their_completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(place.done(&format!("completions {shell}")));
        for word in ["emulate", "guidance"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // The other shells complete options, not values.
        let values = ["bash", "zsh", "fish"].contains(&shell);
        assert!(!values || script.contains("mps3-an547"), "{shell}");
    }
}

#[test]
fn each_command_has_a_manual_page() {
    let place = Place::new();
    let page = text(place.done("man"));
    assert!(
        page.contains(".TH flowlet 1") && page.contains("flowlet\\-emulate(1)"),
        "{page}"
    );
    std::fs::create_dir(place.path("pages")).expect("made");
    place.done("man pages");
    for command in ["train", "sample", "emulate", "export", "man"] {
        let page = text(place.get(&format!("pages/flowlet-{command}.1")));
        assert!(
            page.contains(&format!(".TH flowlet\\-{command} 1"))
                || page.contains(&format!(".TH flowlet-{command} 1")),
            "{page}"
        );
    }
    assert!(place.path("pages/flowlet.1").is_file());
    assert_eq!(
        place.refused("man nowhere"),
        "nowhere: no such folder; create it first"
    );
}

#[test]
fn every_command_has_examples() {
    let place = Place::new();
    let help = text(place.done("--help"));
    let commands = help.split("Commands:\n").nth(1).expect("commands");
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let names: Vec<&str> = commands
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names.into_iter().filter(|&name| name != "help") {
        let help = text(place.done(&format!("{name} --help")));
        assert!(help.contains("Example"), "{name}: {help}");
        assert!(!help.contains('\u{1b}'), "colours are for terminals");
    }
}

#[test]
fn quiet_is_quiet() {
    let place = Place::with_model();
    for line in [
        format!("train data.csv -o again.flow --label kind -q --checkpoint-every 1ms {TINY}"),
        "eval model.flow data.csv --label kind -q".to_owned(),
        "export model.flow --rust -q".to_owned(),
        "sample model.flow -n 2 -o - -q".to_owned(),
    ] {
        assert!(place.run(&line).stderr.is_empty(), "{line}");
    }
    let train = format!("train data.csv -o again.flow --label kind -q {TINY}");
    assert!(place.done(&train).is_empty(), "no card");
    assert!(!place.done(&format!("{train} --json")).is_empty());
    assert!(!place.done("inspect model.flow -q").is_empty());
    assert!(
        place
            .refused("inspect nowhere.flow -q")
            .contains("no such file")
    );
}

/// Help has colours on a terminal, unless `NO_COLOR` is set. `script` makes a terminal.
#[test]
#[cfg(target_os = "linux")]
fn no_color_is_honoured_on_a_terminal() {
    let place = Place::new();
    let on_terminal = |no_color: bool| {
        let mut command = std::process::Command::new("script");
        let line = format!("{} train --help", env!("CARGO_BIN_EXE_flowlet"));
        command
            .args(["-qec", &line, "/dev/null"])
            .env("TERM", "xterm-256color");
        command
            .env_remove("NO_COLOR")
            .env_remove("CI")
            .stdin(std::process::Stdio::null());
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let output = command.current_dir(place.path(".")).output();
        output
            .ok()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (Some(coloured), Some(plain)) = (on_terminal(false), on_terminal(true)) else {
        eprintln!("no `script` here: not tried");
        return;
    };
    assert!(
        coloured.contains("Usage") && coloured.contains("\u{1b}["),
        "{coloured}"
    );
    assert!(
        plain.contains("Usage") && !plain.contains("\u{1b}["),
        "{plain}"
    );
}
