//! Reads layers from a safetensors file with the names of PyTorch: `0.weight`, outputs × inputs,
//! and `0.bias`.

use half::{bf16, f16};
use ndarray::{Array1, Array2};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

/// An `nn.Linear`.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// The name before `.weight`.
    pub name: String,
    /// Weights, outputs × inputs.
    pub weights: Array2<f64>,
    /// One bias per output; 0 if the file has none.
    pub bias: Array1<f64>,
}

/// Reads the layers called `names`, or all layers in the order of their numbers.
///
/// # Errors
/// What is wrong, and with which tensor.
pub fn read(bytes: &[u8], names: Option<&[String]>) -> Result<Vec<Linear>, String> {
    let file = SafeTensors::deserialize(bytes)
        .map_err(|error| format!("not a safetensors file: {error}"))?;
    let names = match names {
        Some(names) => names.to_vec(),
        None => found(&file)?,
    };
    names.into_iter().map(|name| linear(&file, name)).collect()
}

/// Returns the names of all layers. With other tensors in the file, they must be named instead.
fn found(file: &SafeTensors<'_>) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for name in file.names() {
        let (layer, kind) = name.rsplit_once('.').unwrap_or(("", name));
        let number = layer.rsplit('.').next().and_then(|n| n.parse().ok());
        match (kind, number) {
            ("weight", Some(number)) => names.push((number, layer.to_owned())),
            ("bias", Some(_)) if file.names().contains(&format!("{layer}.weight").as_str()) => {}
            _ => {
                return Err(format!(
                    "tensor `{name}` is not the weight or bias of a numbered layer; name the layers in the spec"
                ));
            }
        }
    }
    names.sort_unstable();
    if let Some(pair) = names
        .windows(2)
        .find(|pair: &&[(u32, _)]| pair[0].0 == pair[1].0)
    {
        let (one, other) = (&pair[0].1, &pair[1].1);
        return Err(format!(
            "the order of `{one}` and `{other}` is unclear; name the layers in the spec"
        ));
    }
    Ok(names.into_iter().map(|(_, name)| name).collect())
}

fn linear(file: &SafeTensors<'_>, name: String) -> Result<Linear, String> {
    let weight = format!("{name}.weight");
    let tensor = file.tensor(&weight).map_err(|_| {
        let mut there = file.names();
        there.sort_unstable();
        format!(
            "there is no tensor `{weight}`; the file has {}",
            there.join(", ")
        )
    })?;
    let &[rows, columns] = tensor.shape() else {
        let shape = tensor.shape();
        return Err(format!(
            "`{weight}` has shape {shape:?}; a Linear has [outputs, inputs]"
        ));
    };
    let weights = Array2::from_shape_vec((rows, columns), values(&tensor, &weight)?)
        .map_err(|error| format!("`{weight}`: {error}"))?;
    let bias = format!("{name}.bias");
    let bias = match file.tensor(&bias) {
        Ok(tensor) if tensor.shape() == [rows] => values(&tensor, &bias)?,
        Ok(tensor) => {
            let shape = tensor.shape();
            return Err(format!(
                "`{bias}` has shape {shape:?}; `{weight}` needs [{rows}]"
            ));
        }
        Err(_) => vec![0.0; rows],
    };
    Ok(Linear {
        name,
        weights,
        bias: bias.into(),
    })
}

/// Returns the numbers of a tensor.
fn values(tensor: &TensorView<'_>, name: &str) -> Result<Vec<f64>, String> {
    let data = tensor.data();
    let values: Vec<f64> = match tensor.dtype() {
        Dtype::F64 => each(data, f64::from_le_bytes),
        Dtype::F32 => each(data, |b| f32::from_le_bytes(b).into()),
        Dtype::F16 => each(data, |b| f16::from_le_bytes(b).into()),
        Dtype::BF16 => each(data, |b| bf16::from_le_bytes(b).into()),
        other => {
            return Err(format!(
                "`{name}` has the type {other:?}; save it as F32, F16, BF16 or F64"
            ));
        }
    };
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(values),
        Some(at) => Err(format!(
            "`{name}` has {} at index {at}; train again",
            values[at]
        )),
    }
}

fn each<const N: usize>(data: &[u8], value: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    data.as_chunks()
        .0
        .iter()
        .map(|&bytes| value(bytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(tensors: &[(&str, Dtype, &[usize], &[u8])]) -> Vec<u8> {
        let view = |&(name, dtype, shape, data): &(&str, Dtype, &[usize], &'static [u8])| {
            (
                name.to_owned(),
                TensorView::new(dtype, shape.to_vec(), data).unwrap(),
            )
        };
        let tensors: Vec<_> = tensors
            .iter()
            .map(|&(name, dtype, shape, data)| (name, dtype, shape, &*data.to_vec().leak()))
            .collect();
        safetensors::serialize(tensors.iter().map(view), None).unwrap()
    }

    #[test]
    fn layers_come_in_the_order_of_their_numbers_in_every_float() {
        // Each value is 1.5.
        let bytes = file(&[
            ("net.10.weight", Dtype::BF16, &[1, 1], &[0xc0, 0x3f]),
            ("net.2.weight", Dtype::F16, &[1, 1], &[0x00, 0x3e]),
            ("net.2.bias", Dtype::F32, &[1], &1.5f32.to_le_bytes()),
            ("net.0.weight", Dtype::F64, &[1, 1], &1.5f64.to_le_bytes()),
        ]);
        let layers = read(&bytes, None).unwrap();
        let names: Vec<_> = layers.iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(names, ["net.0", "net.2", "net.10"]);
        assert!(layers.iter().all(|layer| layer.weights[[0, 0]] == 1.5));
        assert_eq!(layers.iter().map(|l| l.bias[0]).sum::<f64>(), 1.5);
    }

    #[test]
    fn errors_say_what_is_wrong() {
        let nan = f32::NAN.to_le_bytes();
        let one = ("0.weight", Dtype::F32, &[1usize, 1][..], &[0u8; 4][..]);
        for (tensors, names, expected) in [
            (
                vec![one, ("0.bias", Dtype::F32, &[2], &[0; 8])],
                None,
                "`0.bias` has shape [2]; `0.weight` needs [1]",
            ),
            (
                vec![("0.weight", Dtype::F32, &[1], &[0; 4])],
                None,
                "`0.weight` has shape [1]; a Linear has",
            ),
            (
                vec![("0.weight", Dtype::I32, &[1, 1], &[0; 4])],
                None,
                "`0.weight` has the type I32",
            ),
            (
                vec![("0.weight", Dtype::F32, &[1, 1], &nan)],
                None,
                "`0.weight` has NaN at index 0",
            ),
            (
                vec![one, ("a.0.weight", Dtype::F32, &[1, 1], &[0; 4])],
                None,
                "the order of `0` and `a.0` is unclear",
            ),
            (
                vec![one, ("scale", Dtype::F32, &[1], &[0; 4])],
                None,
                "tensor `scale` is not the weight",
            ),
            (
                vec![one],
                Some(vec!["1".to_owned()]),
                "there is no tensor `1.weight`; the file has 0.weight",
            ),
        ] {
            let error = read(&file(&tensors), names.as_deref()).expect_err(expected);
            assert!(error.starts_with(expected), "{error}");
        }
        let error = read(b"PK", None).expect_err("no safetensors");
        assert!(error.starts_with("not a safetensors file"), "{error}");
    }
}
