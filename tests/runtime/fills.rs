//! Random sections that fill in rows, with extreme integers that keep every bound of the format.

use flowlet::ColumnKind;
use flowlet::encode::{Condition, QuantisedFill, QuantisedLayer, QuantisedModel, QuantisedQuery};
use flowlet::format::{MIN_STEP, SEGMENTS, Section};

use crate::models::{
    Draw, Shape, end_in_category, end_in_circle, random_column, random_layer, random_model,
};

/// Returns a random model and its random section, which has masks, conditions or queries.
pub fn random_filled(draw: &mut Draw) -> (QuantisedModel, QuantisedFill) {
    let mut model = random_model(&Shape::random(draw), draw);
    let fill = random_fill(&model, draw);
    set(&mut model, &fill);
    (model, fill)
}

/// Gives the model this section.
pub fn set(model: &mut QuantisedModel, fill: &QuantisedFill) {
    let content = fill.to_bytes().expect("few names without newlines");
    model.sections = vec![(Section::Fill, content)];
}

/// Gives the model a column of each kind and everything that fills in rows.
pub fn fillable(model: &mut QuantisedModel) {
    end_in_category(model);
    let last = model.columns.len() - 1;
    model.columns.swap(last - 1, 1);
    model.columns.swap(last, 2);
    end_in_circle(model);
    with_everything(model);
}

/// Gives the model a section with masks, conditions and at least one gain. Its first layer becomes
/// conditioned.
pub fn with_everything(model: &mut QuantisedModel) {
    let mut draw = Draw::new(68);
    let first = &mut model.net.layers[0];
    if !model.net.hidden[0].conditioned {
        model.net.hidden[0].conditioned = true;
        let classes = model.classes.as_ref();
        let classes = classes.map_or(0, |of| of.names.len() + usize::from(of.null_class));
        first.biases = first.biases.repeat((1 << model.net.time_log2) + 1);
        first.class_biases = vec![100; classes * first.scales.len()];
    }
    let fill = loop {
        let mut fill = random_fill(model, &mut draw);
        fill.predicts = true;
        let has_gain = fill.queries.iter().any(|query| !query.gains.is_empty());
        if fill.masked && !fill.conditions.is_empty() && has_gain {
            break fill;
        }
    };
    set(model, &fill);
}

/// Returns a section for `model`, whose columns may be of several dimensions.
pub fn random_fill(model: &QuantisedModel, draw: &mut Draw) -> QuantisedFill {
    let (dim, first) = (model.columns.len(), model.net.hidden[0]);
    let mut fill = QuantisedFill {
        predicts: draw.within(0, 1) == 1,
        spread: draw.within(0, 32_767) as u16,
        ..QuantisedFill::default()
    };
    if first.conditioned {
        fill.masked = draw.within(0, 1) == 1;
        let condition = |index| Condition {
            name: format!("o{index}"),
            column: random_column(draw),
        };
        let count = (0..10 - dim as i64 / 2).take(3).count();
        fill.conditions = (0..count).map(condition).collect();
        let inputs = fill.conditions.len() + if fill.masked { dim } else { 0 };
        fill.frac = draw.within(4, 10) as u8;
        fill.segment = SEGMENTS[draw.within(0, 3) as usize];
        let shape = (first.width.into(), inputs, 0, 0);
        let layer = random_layer(shape, fill.segment, 1 << (4 + fill.frac), draw);
        fill.layer = (inputs > 0).then_some(layer);
    }
    let queries = if dim > 1 { draw.within(0, 3) } else { 0 };
    for index in 0..queries {
        fill.queries.push(random_query(index, &fill, model, draw));
    }
    fill
}

fn random_query(
    index: i64,
    fill: &QuantisedFill,
    model: &QuantisedModel,
    draw: &mut Draw,
) -> QuantisedQuery {
    let dim = model.columns.len();
    let mut known: Vec<bool> = (0..dim).map(|_| draw.within(0, 1) == 1).collect();
    let at = draw.within(0, dim as i64 - 1) as usize;
    (known[at], known[(at + 1) % dim]) = (true, false);
    for (index, column) in model.columns.iter().enumerate() {
        if matches!(
            column.kind,
            ColumnKind::NextCategory | ColumnKind::NextCircular
        ) {
            known[index] = known[index - 1];
        }
    }
    if !known.contains(&true) || !known.contains(&false) {
        return random_query(index, fill, model, draw);
    }
    let has_gain = !fill.masked || draw.within(0, 1) == 1;
    let mut times: Vec<u16> = (0..draw.within(i64::from(has_gain), 6))
        .map(|_| draw.within(0, 32_765) as u16)
        .collect();
    times.sort_unstable();
    if let Some(first) = times.first_mut() {
        *first = 0;
    }
    times.dedup_by(|next, time| *next - *time < MIN_STEP);
    let frac = draw.within(4, 10) as u8;
    let segment = SEGMENTS[draw.within(0, 3) as usize];
    let count = known.iter().filter(|&&known| known).count();
    let shape = (dim - count, count, 0, 0);
    let mut gain = |_| random_layer(shape, segment, 1 << (4 + frac), draw);
    let gains: Vec<QuantisedLayer> = match has_gain {
        true => times.iter().map(&mut gain).collect(),
        false => Vec::new(),
    };
    QuantisedQuery {
        name: format!("q{index}"),
        known,
        spread: draw.within(0, 32_767) as u16,
        times,
        frac,
        segment,
        gains,
    }
}
