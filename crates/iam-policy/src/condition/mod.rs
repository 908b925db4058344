//! Conditions: operators, values and how they compare.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition" and "Condition operators".

mod decimal;
mod instant;
mod operator;
mod test;

pub use decimal::Decimal;
pub use instant::Instant;
pub use operator::{Comparison, Family, Operator, Quantifier, Relation, UnknownOperator};
pub use test::{BoolValue, Test, Values};
