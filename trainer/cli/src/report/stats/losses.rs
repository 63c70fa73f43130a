//! Losses of a training, read from its run folder.

/// Losses of one phase.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseLosses {
    /// `training`, `reflow 1` or `distillation`.
    pub name: String,
    /// Optimiser step, loss of the batch, and validation loss if it was computed.
    pub points: Vec<(f64, f64, Option<f64>)>,
}

/// Reads the phases of `losses.csv`, in order.
///
/// # Errors
/// A message that names the wrong line.
pub fn parse(text: &str) -> Result<Vec<PhaseLosses>, String> {
    let mut phases: Vec<PhaseLosses> = Vec::new();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for row in reader.deserialize::<(String, f64, f64, f64, Option<f64>)>() {
        let (name, step, _, loss, validation) = row.map_err(|error| error.to_string())?;
        let point = (step, loss, validation);
        match phases.last_mut() {
            Some(phase) if phase.name == name => phase.points.push(point),
            _ => phases.push(PhaseLosses {
                name,
                points: vec![point],
            }),
        }
    }
    match phases.is_empty() {
        true => Err("the file has no losses".to_owned()),
        false => Ok(phases),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn phases_follow_one_another() {
        let text = "phase,step,of,loss,validation\ntraining,2,4,0.5,\ntraining,4,4,0.4,0.45\ndistillation,1,2,0.01,\n";
        let phases = parse(text).expect("losses");
        assert_eq!(phases.len(), 2);
        assert_eq!(phases[0].points, [(2.0, 0.5, None), (4.0, 0.4, Some(0.45))]);
        assert_eq!(phases[1].name, "distillation");
    }

    #[test]
    fn other_text_is_refused() {
        assert!(parse("phase,step,of,loss,validation\n").is_err());
        let fault = parse("phase,step,of,loss,validation\ntraining,x,4,1,\n").expect_err("refused");
        assert!(
            fault.contains("line: 2") || fault.contains("line 2"),
            "{fault}"
        );
    }
}
