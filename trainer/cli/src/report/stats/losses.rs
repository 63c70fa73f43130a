//! The losses of a training, as its run folder keeps them.

/// Losses of one phase.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// `training`, `reflow 1`, `distilling`.
    pub name: String,
    /// Step, loss of the batch, and loss of rows held out where it was taken.
    pub points: Vec<(f64, f64, Option<f64>)>,
}

/// The phases of `losses.csv`, in order.
///
/// # Errors
/// What is wrong with the text, with the line.
pub fn parse(text: &str) -> Result<Vec<Phase>, String> {
    let mut phases: Vec<Phase> = Vec::new();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for row in reader.deserialize::<(String, f64, f64, f64, Option<f64>)>() {
        let (name, step, _, loss, held_out) = row.map_err(|error| error.to_string())?;
        let point = (step, loss, held_out);
        match phases.last_mut() {
            Some(phase) if phase.name == name => phase.points.push(point),
            _ => phases.push(Phase {
                name,
                points: vec![point],
            }),
        }
    }
    match phases.is_empty() {
        true => Err("there is no loss in it".to_owned()),
        false => Ok(phases),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn phases_follow_one_another() {
        let text = "phase,step,of,loss,held_out\ntraining,2,4,0.5,\ntraining,4,4,0.4,0.45\ndistilling,1,2,0.01,\n";
        let phases = parse(text).expect("losses");
        assert_eq!(phases.len(), 2);
        assert_eq!(phases[0].points, [(2.0, 0.5, None), (4.0, 0.4, Some(0.45))]);
        assert_eq!(phases[1].name, "distilling");
    }

    #[test]
    fn what_is_no_loss_is_refused() {
        assert!(parse("phase,step,of,loss,held_out\n").is_err());
        let fault = parse("phase,step,of,loss,held_out\ntraining,x,4,1,\n").expect_err("refused");
        assert!(
            fault.contains("line: 2") || fault.contains("line 2"),
            "{fault}"
        );
    }
}
