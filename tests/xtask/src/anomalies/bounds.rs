//! Bounds of the figures.

use super::{Figures, Group, means};
use flowlet_trainer::detectors::DetectorKind;

/// Least mean AUROC of the model minus that of each detector.
const AHEAD: [(DetectorKind, f64); 6] = [
    (DetectorKind::Neighbours, -0.005),
    (DetectorKind::KMeans, 0.01),
    (DetectorKind::Mixture, 0.01),
    (DetectorKind::Forest, 0.03),
    (DetectorKind::Mahalanobis, 0.03),
    (DetectorKind::Autoencoder, 0.03),
];
/// Least AUROC of any case minus that of the first detector.
const WORST: f64 = -0.10;
/// Least AUROC of faults in heartbeats.
const ECG: f64 = 0.87;
/// AUROC of the int8 models minus that of their float networks, mean over cases.
const ROUNDING: [f64; 2] = [-0.002, 0.002];
/// False alarms at the nominal 5 %, means over cases.
const FALSE_ALARMS: [f64; 2] = [0.03, 0.07];

/// A figure, its bounds and whether it keeps them.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub name: String,
    pub figure: f64,
    pub limits: [f64; 2],
}

impl Bound {
    pub fn holds(&self) -> bool {
        (self.limits[0]..=self.limits[1]).contains(&self.figure)
    }
}

/// Returns the bounds of all cases.
pub(super) fn all(figures: &Figures) -> Vec<Bound> {
    let mut all = of_rows(figures);
    all.extend(figures.alarms.iter().map(|alarms| Bound {
        name: format!("false alarms at 5 % ({})", alarms.name),
        figure: alarms.mean(),
        limits: FALSE_ALARMS,
    }));
    all
}

/// Returns the bounds of data sets with anomalies.
fn of_rows(Figures { rows, .. }: &Figures) -> Vec<Bound> {
    let means = means(rows);
    let Some((_, mean)) = means.last() else {
        return Vec::new();
    };
    let at_least = |name: String, figure: f64, least: f64| Bound {
        name,
        figure,
        limits: [least, f64::INFINITY],
    };
    let mut all: Vec<Bound> = AHEAD
        .iter()
        .zip(&mean.detectors)
        .map(|((kind, least), area)| {
            let name = format!("mean AUROC minus that of {kind}");
            at_least(name, mean.auroc - area, *least)
        })
        .collect();
    let behind = rows
        .iter()
        .map(|row| (row.auroc - row.detectors[0], &row.name));
    if let Some((figure, name)) = behind.min_by(|a, b| a.0.total_cmp(&b.0)) {
        let name = format!("worst AUROC minus that of {} ({name})", AHEAD[0].0);
        all.push(at_least(name, figure, WORST));
    }
    if let Some((_, ecg)) = means.iter().find(|(group, _)| *group == Some(Group::Ecg)) {
        all.push(at_least(
            "AUROC of faults in ecg".to_owned(),
            ecg.auroc,
            ECG,
        ));
    }
    all.push(Bound {
        name: "mean AUROC of int8 minus that of float".to_owned(),
        figure: mean.rounding,
        limits: ROUNDING,
    });
    all.push(Bound {
        name: "mean share of false alarms at 5 %".to_owned(),
        figure: mean.false_alarms,
        limits: FALSE_ALARMS,
    });
    all
}

/// Returns the number of bounds that are not kept.
pub(super) fn exceeded(figures: &Figures) -> usize {
    all(figures).iter().filter(|bound| !bound.holds()).count()
}

#[cfg(test)]
mod tests {
    use super::{all, exceeded};
    use crate::anomalies::{Alarms, Figures, Group, Row};

    #[test]
    fn a_model_that_is_behind_exceeds_the_bounds() {
        let figures = |auroc: f64, rounding: f64, share: f64| Figures {
            rows: vec![Row {
                group: Group::Ecg,
                name: "ecg".to_owned(),
                calibration: 100,
                auroc,
                rounding,
                average_precision: 0.5,
                false_alarms: share,
                detectors: vec![0.9, 0.9, 0.9, 0.9, 0.9, 0.9],
            }],
            alarms: vec![Alarms {
                name: "motor".to_owned(),
                calibration: 320,
                fresh: 6000,
                shares: vec![share, share],
            }],
        };
        assert_eq!(exceeded(&figures(0.95, 0.001, 0.05)), 0);
        let worse = figures(0.7, -0.003, 0.08);
        assert_eq!(exceeded(&worse), all(&worse).len());
    }
}
