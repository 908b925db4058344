//! Conditions: operators, values and how they compare.

mod operator;

pub use operator::{Comparison, Family, Operator, Quantifier, Relation, UnknownOperator};
