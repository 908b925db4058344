use super::decision::{Cited, Layer, LayerReport};
use crate::document::PolicyKind;
use crate::policy::{Policy, StatementRef};
use crate::request::Request;
use crate::truth::{Doubt, Doubts, Truth};

/// Looks through the statements of policies for those that are about a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'r> {
    pub(super) request: &'r Request,
    pub(super) has_boundary: &'r Truth,
}

impl Scan<'_> {
    pub(super) fn report<'p>(self, layer: Layer, policies: &[&'p Policy]) -> LayerReport<'p> {
        let (mut allows, mut denies) = (Vec::new(), Vec::new());
        for statement in policies.iter().flat_map(|policy| policy.statements()) {
            let Some(cited) = self.cite(statement) else {
                continue;
            };
            if statement.statement.allows() { allows.push(cited) } else { denies.push(cited) }
        }
        let any = |cited: &[Cited<'p>]| Truth::any(cited.iter().map(Cited::holds));
        LayerReport { layer, allow: any(&allows), deny: any(&denies), allows, denies }
    }

    fn cite(self, statement: StatementRef<'_>) -> Option<Cited<'_>> {
        let question = statement.statement.covers_question(self.request);
        if question.is_false() {
            return None;
        }
        let namings = statement.statement.namings(self.request, self.has_boundary);
        (!namings.is_empty()).then_some(Cited { statement, question, namings })
    }
}

impl<'p> LayerReport<'p> {
    /// A layer without policies.
    pub(super) fn fixed(layer: Layer, allow: Truth) -> Self {
        Self { layer, allow, deny: Truth::False, allows: Vec::new(), denies: Vec::new() }
    }

    /// The report if there may be other policies of the kind.
    pub(super) fn or_unseen(self, kind: PolicyKind) -> Self {
        let unseen = || Truth::doubt(Doubt::Unseen(kind));
        Self { allow: self.allow.or(unseen), deny: self.deny.or(unseen), ..self }
    }

    /// The statements on which these doubts bear.
    pub(super) fn doubtful(&self, on: &Doubts) -> impl Iterator<Item = StatementRef<'p>> {
        // Whether the layer binds the request may be the doubt.
        let deny_is_doubtful = matches!(&self.deny, Truth::Unknown(doubts) if !doubts.is_disjoint(on));
        let bears = move |cited: &Cited<'p>| match cited.holds() {
            Truth::Unknown(doubts) => !doubts.is_disjoint(on),
            Truth::True => deny_is_doubtful && !cited.statement.statement.allows(),
            Truth::False => false,
        };
        let cited = self.allows.iter().chain(&self.denies);
        cited.filter(move |cited| bears(cited)).map(|cited| cited.statement)
    }
}

/// The statements that certainly hold.
pub(super) fn certain<'c, 'p>(
    cited: &'c [Cited<'p>],
) -> impl Iterator<Item = StatementRef<'p>> + use<'c, 'p> {
    cited.iter().filter(|cited| cited.holds().is_true()).map(|cited| cited.statement)
}
