use super::{ElementType, NpyArray};

fn file(version: u8, header: &str, elements: &[u8]) -> Vec<u8> {
    let length = (header.len() as u32).to_le_bytes();
    let length = if version == 1 { &length[..2] } else { &length };
    [
        b"\x93NUMPY",
        &[version, 0][..],
        length,
        header.as_bytes(),
        elements,
    ]
    .concat()
}

fn values(kind: &str, elements: &[u8], count: usize) -> Vec<f64> {
    let header =
        format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({count},), }}   \n");
    let bytes = file(1, &header, elements);
    let array = NpyArray::new(bytes.as_slice()).expect("a header");
    assert_eq!(
        (array.shape.as_slice(), array.fortran),
        (&[count][..], false)
    );
    let ElementType::Number(number) = array.element_type else {
        panic!("{kind}: {:?}", array.element_type);
    };
    array
        .elements(number, count)
        .map(|element| element.expect("a value").value)
        .collect()
}

fn refused(bytes: &[u8]) -> String {
    NpyArray::new(bytes).err().expect("refused")
}

#[test]
fn numbers_of_every_size_and_order_of_bytes() {
    assert_eq!(values("<f2", &[0x00, 0x3c, 0x00, 0xc4], 2), [1.0, -4.0]);
    assert_eq!(values(">f2", &[0x3c, 0x00], 1), [1.0]);
    assert_eq!(values("<f4", &1.5f32.to_le_bytes(), 1), [1.5]);
    assert_eq!(values(">f4", &1.5f32.to_be_bytes(), 1), [1.5]);
    assert_eq!(values("<f8", &(-0.1f64).to_le_bytes(), 1), [-0.1]);
    assert_eq!(values(">f8", &(-0.1f64).to_be_bytes(), 1), [-0.1]);
    assert_eq!(values("|i1", &[0xff, 0x7f], 2), [-1.0, 127.0]);
    assert_eq!(values("<i2", &(-2i16).to_le_bytes(), 1), [-2.0]);
    assert_eq!(values(">i4", &(-70_000i32).to_be_bytes(), 1), [-70_000.0]);
    assert_eq!(values("<i8", &(-5_000_000_000i64).to_le_bytes(), 1), [-5e9]);
    assert_eq!(values("|u1", &[0xff], 1), [255.0]);
    assert_eq!(values(">u2", &[0xff, 0xfe], 1), [65_534.0]);
    assert_eq!(values("<u4", &[0xff; 4], 1), [4_294_967_295.0]);
    assert_eq!(values(">u8", &5_000_000_000u64.to_be_bytes(), 1), [5e9]);
    assert_eq!(values("|b1", &[1, 0], 2), [1.0, 0.0]);
}

#[test]
fn headers_as_others_write_them() {
    let shape = |version, header: &str| {
        let bytes = file(version, header, &[]);
        let array = NpyArray::new(bytes.as_slice()).expect("a header");
        let kind = match array.element_type {
            ElementType::Number(number) => panic!("{number:?}"),
            ElementType::Text(_) => "text".to_owned(),
            ElementType::Other(name) => name,
        };
        (array.shape, array.fortran, kind)
    };
    let python_2 = "{'shape': (3L, 4L), 'fortran_order': True, 'descr': '<c8'}\n";
    assert_eq!(shape(1, python_2), (vec![3, 4], true, "<c8".into()));
    let quotes = r#"{"descr":"<U5","fortran_order":False,"shape":()}"#;
    assert_eq!(shape(2, quotes), (vec![], false, "text".into()));
    let record =
        "{'descr': [('é', '<f4'), ('y', '<i2', (2,))], 'fortran_order': False, 'shape': (7,), }\n";
    assert_eq!(shape(3, record), (vec![7], false, "record".into()));
    let time = "{'descr': '<M8[s]', 'fortran_order': False, 'shape': (7,), }";
    assert_eq!(shape(1, time).2, "<M8[s]");
}

#[test]
fn what_is_not_an_array() {
    let whole = file(
        1,
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n",
        &[0; 4],
    );
    assert!(NpyArray::new(&whole[..whole.len() - 4]).is_ok());
    for end in 0..whole.len() - 4 {
        assert_eq!(
            refused(&whole[..end]),
            "the file ends within its header",
            "{end}"
        );
    }
    assert_eq!(
        refused(b"PK\x03\x04....."),
        "the file does not begin with `\\x93NUMPY`"
    );
    assert_eq!(
        refused(&file(4, "{}", &[])),
        "version 4 of the format is unknown"
    );
    assert_eq!(
        refused(b"\x93NUMPY\x02\x00\xff\xff\xff\xff"),
        "a header of 4294967295 bytes is too long"
    );
    let lacks = |header: &str, key: &str| {
        let words = refused(&file(1, header, &[]));
        assert!(words.contains(&format!("has no valid `{key}`")), "{words}");
    };
    lacks("{'descr': '<f4', 'fortran_order': False}", "shape");
    lacks(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "shape",
    );
    lacks(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "shape",
    );
    lacks(
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
        "fortran_order",
    );
    lacks(
        "{'descr': 4, 'fortran_order': False, 'shape': (1,)}",
        "descr",
    );
    lacks("{'descr': '<é', 'shape'", "shape");
}
