//! From sets of actions to few patterns.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::glob::{literal_head, matches};
use super::{Action, ActionSet, Catalogue, Service};

/// Words of a name at whose borders a wildcard may stand; what follows counts as one word.
const MOST_WORDS: usize = 12;

pub(super) fn shrink(catalogue: &Catalogue, set: &ActionSet) -> Vec<String> {
    let mut patterns = Vec::new();
    for service in catalogue.services() {
        shrink_service(service, set, &mut patterns);
    }
    patterns.sort_unstable();
    patterns
}

fn shrink_service(service: Service<'_>, set: &ActionSet, patterns: &mut Vec<String>) {
    let (wanted, outside): (Vec<Action<'_>>, Vec<Action<'_>>) =
        service.actions().partition(|action| set.contains(action.id()));
    if wanted.is_empty() {
        return;
    }
    if outside.is_empty() {
        patterns.push(format!("{}:*", service.prefix()));
        return;
    }
    let candidates = candidates(&wanted, &outside);
    let (chosen, alone) = cover(&candidates, wanted.len());
    patterns.extend(chosen.iter().map(|chosen| format!("{}:{}", service.prefix(), chosen.pattern)));
    patterns.extend(alone.filter_map(|at| wanted.get(at)).map(Action::to_string));
}

/// A pattern that matches at least two of the wanted actions and no other.
struct Candidate {
    pattern: String,
    /// Places in the list of wanted actions, ascending.
    covers: Vec<usize>,
}

/// Actions are sorted by name, here as everywhere.
fn candidates(wanted: &[Action<'_>], outside: &[Action<'_>]) -> Vec<Candidate> {
    // A pattern that an outside name would give as well matches that name: no need to try it.
    let spoilt: BTreeSet<String> =
        outside.iter().flat_map(|action| patterns_of(action.lower_name(), action.name())).collect();
    let mut counted: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for action in wanted {
        for pattern in patterns_of(action.name(), action.name()) {
            let lower = pattern.to_ascii_lowercase();
            if !spoilt.contains(&lower) {
                counted.entry(lower).or_insert((pattern, 0)).1 += 1;
            }
        }
    }
    let mut candidates = Vec::new();
    for (lower, (pattern, count)) in counted {
        // Patterns with a literal head are cheap to try; they may match more names than those that gave them.
        let worth_trying = count > 1 || !lower.starts_with('*');
        if !worth_trying || !matching(&lower, outside).is_empty() {
            continue;
        }
        let covers = matching(&lower, wanted);
        if covers.len() > 1 {
            candidates.push(Candidate { pattern, covers });
        }
    }
    candidates
}

/// The places of the actions that a pattern in lower case matches.
fn matching(pattern: &str, actions: &[Action<'_>]) -> Vec<usize> {
    let (head, tail) = literal_head(pattern);
    let first = actions.partition_point(|action| action.lower_name() < head);
    actions
        .iter()
        .enumerate()
        .skip(first)
        .map_while(|(at, action)| Some((at, action.lower_name().strip_prefix(head)?)))
        .filter(|(_, rest)| matches(tail, rest))
        .map(|(at, _)| at)
        .collect()
}

/// All patterns with wildcards at the word borders of `spelled` that match it: `Get*`, `GetTags*`, `*Tags`, `*Object*`, `Get*Tags`.
/// The text is taken from `name`, which is the same in this or another case.
fn patterns_of(name: &str, spelled: &str) -> BTreeSet<String> {
    let mut borders = borders(spelled);
    borders.push(spelled.len());
    let mut patterns = BTreeSet::new();
    for (at, &from) in borders.iter().enumerate() {
        let (Some(before), Some(after)) = (name.get(..from), name.get(from..)) else { continue };
        patterns.insert(format!("*{after}"));
        for &to in borders.iter().skip(at) {
            let (Some(within), Some(behind)) = (name.get(from..to), name.get(to..)) else { continue };
            patterns.insert(format!("{before}*{behind}"));
            if from < to {
                patterns.insert(format!("*{within}*"));
            }
        }
    }
    patterns
}

/// Where a word ends and the next begins: `Get|Object`, `Describe|DB|Clusters`, `Put|IPv4|Set`.
fn borders(name: &str) -> Vec<usize> {
    let bytes = name.as_bytes();
    let triples = bytes.iter().zip(bytes.iter().skip(1)).enumerate();
    triples
        .filter(|(at, (before, here))| {
            let next_is_small = bytes.get(at + 2).is_some_and(u8::is_ascii_lowercase);
            let starts_word = here.is_ascii_uppercase() && (!before.is_ascii_uppercase() || next_is_small);
            starts_word || matches!(before, b'-' | b'_' | b'.')
        })
        .map(|(at, _)| at + 1)
        .take(MOST_WORDS - 1)
        .collect()
}

/// Greedy cover: always the pattern that covers most of what is left. What no pattern covers together with something else
/// stays alone.
fn cover(candidates: &[Candidate], wanted: usize) -> (Vec<&Candidate>, impl Iterator<Item = usize>) {
    let mut times = vec![0_u32; wanted];
    // Gains only ever fall, so that a gain that is still true at the top of the heap is the largest. Among equals the
    // narrowest pattern wins, because it admits least of what AWS adds later, then the first by name.
    let mut heap: BinaryHeap<(usize, usize, Reverse<usize>)> = candidates
        .iter()
        .enumerate()
        .map(|(at, it)| (it.covers.len(), narrowness(&it.pattern), Reverse(at)))
        .collect();
    let mut chosen = Vec::new();
    while let Some((gain, narrowness, Reverse(at))) = heap.pop() {
        let Some(candidate) = candidates.get(at) else { continue };
        let now = candidate.covers.iter().filter(|&&it| times.get(it) == Some(&0)).count();
        if now < 2 {
            continue;
        }
        if now < gain {
            heap.push((now, narrowness, Reverse(at)));
            continue;
        }
        add(&mut times, candidate, 1);
        chosen.push(candidate);
    }
    // An early choice may be covered by later ones.
    chosen.retain(|candidate| {
        let needed = candidate.covers.iter().any(|&it| times.get(it) == Some(&1));
        if !needed {
            add(&mut times, candidate, -1);
        }
        needed
    });
    let alone = times.into_iter().enumerate().filter(|(_, times)| *times == 0).map(|(at, _)| at);
    (chosen, alone)
}

/// The more literal characters the narrower; of the same text that with fewer stars.
fn narrowness(pattern: &str) -> usize {
    let stars = pattern.matches('*').count();
    4 * (pattern.len() - stars) + 4 - stars.min(4)
}

fn add(times: &mut [u32], candidate: &Candidate, change: i32) {
    for &at in &candidate.covers {
        if let Some(times) = times.get_mut(at) {
            *times = times.saturating_add_signed(change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Draft;
    use super::super::DraftAction;
    use super::*;

    #[test]
    fn words_end_where_people_see_it() {
        for (name, words) in [
            ("GetObject", "Get Object"),
            ("DescribeDBClusters", "Describe DB Clusters"),
            ("GetV2Model", "Get V2 Model"),
            ("ListIPSets", "List IP Sets"),
            ("invoke", "invoke"),
            ("AssociateViaAWSService-EventsAndStates", "Associate Via AWS Service- Events And States"),
            ("", ""),
        ] {
            let mut cut = name.to_owned();
            for &at in borders(name).iter().rev() {
                cut.insert(at, ' ');
            }
            assert_eq!(cut, words);
        }
    }

    /// A catalogue of one service `x`; the names with a `+` are the set.
    fn check(names: &str, expected: &[&str]) {
        let mut draft = Draft::default();
        for name in names.split_whitespace() {
            let name = name.trim_start_matches('+');
            draft.service("x").unwrap().add_action(name, DraftAction::default()).unwrap();
        }
        let catalogue = draft.finish().unwrap();
        let set: ActionSet = names
            .split_whitespace()
            .filter_map(|name| catalogue.action("x", name.strip_prefix('+')?).known())
            .map(|action| action.id())
            .collect();
        let patterns = catalogue.shrink(&set);
        assert_eq!(patterns, expected, "{names}");
        let expanded = patterns.iter().fold(ActionSet::new(), |all, it| all.union(&catalogue.expand(it)));
        assert_eq!(expanded, set, "{names}");
    }

    #[test]
    fn few_patterns_and_no_action_more() {
        check("+GetA +GetB +PutA", &["x:*"]);
        check("GetA GetB PutA", &[]);
        check("+GetA GetB PutA", &["x:GetA"]);
        check("+GetA +GetB PutA", &["x:Get*"]);
        check("+GetTags +PutTags GetObject PutObject", &["x:*Tags"]);
        check("+GetTagList +PutTagPage GetObject PutObject", &["x:*Tag*"]);
        check("+GetObject +GetBucketObject GetBucket PutObject", &["x:Get*Object"]);
        // No word border, no wildcard: `Ge*` is not found, and `Get*` would match Getaway.
        check("+GetA +GetB Getaway", &["x:GetA", "x:GetB"]);
        // Case does not tell names apart.
        check("+GetA +GetB getaway", &["x:GetA", "x:GetB"]);
        // The wildcard may end within a word of another wanted name.
        check("+DeleteTag +DeleteTags Describe DeleteAll", &["x:DeleteTag*"]);
        // Of two that would do, the narrower.
        check("+GetObject +GetObjectAcl Put", &["x:GetObject*"]);
    }
}
