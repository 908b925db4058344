//! What policies compare requests with: texts with wildcards and variables, actions, resources, principals.
//!
//! Patterns are data. They match, and other tools can look into them.

mod action;
mod arn;
mod principal;
mod resource;
mod text;

pub use action::ActionPattern;
pub use arn::ArnPattern;
pub use principal::{Naming, PrincipalPattern};
pub use resource::{ResourceMatch, ResourcePattern};
pub use text::{Match, Piece, Resolved, Syntax, Template, Text, Variable};
