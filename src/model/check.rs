//! Macros for the errors of a `const fn`.

/// Returns `Err(field)` unless the condition holds. A macro, because a function costs code size.
macro_rules! check {
    ($valid:expr, $field:expr $(,)?) => {
        if !$valid {
            return Err($field);
        }
    };
}
pub(super) use check;

/// Returns the value of a result, or its error from the function. `?` is not allowed in a `const
/// fn`.
macro_rules! proceed {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return Err(error),
        }
    };
}
pub(super) use proceed;
