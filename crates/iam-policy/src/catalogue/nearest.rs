//! What an unknown name may have meant.

use super::{Catalogue, GLOBAL_CONDITION_KEYS, Lookup, Service};

const MOST: usize = 3;

/// Longer names are not compared; no name of AWS is that long.
const LONGEST: usize = 200;

pub(super) fn nearest(catalogue: &Catalogue, text: &str) -> Vec<String> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let Some((prefix, name)) = text.split_once(':') else {
        let known = catalogue.service(text).is_some();
        return if known { Vec::new() } else { near_services(catalogue, text) };
    };
    match catalogue.action(prefix, name) {
        Lookup::Known(_) => Vec::new(),
        Lookup::Unknown { service_known: true } => {
            let near = near_actions(catalogue, prefix, name);
            if near.is_empty() { same_name(catalogue, name) } else { near }
        }
        Lookup::Unknown { service_known: false } => {
            let services = near_services(catalogue, prefix);
            let in_near: Vec<String> = services
                .iter()
                .filter_map(|near| catalogue.action(near, name).known())
                .map(|action| action.to_string())
                .collect();
            if !in_near.is_empty() {
                return in_near;
            }
            let elsewhere = same_name(catalogue, name);
            if !elsewhere.is_empty() {
                return elsewhere;
            }
            services.iter().flat_map(|near| near_actions(catalogue, near, name)).take(MOST).collect()
        }
    }
}

pub(super) fn nearest_condition_key(catalogue: &Catalogue, name: &str) -> Vec<String> {
    if name.len() > LONGEST || catalogue.condition_key(name).is_some() {
        return Vec::new();
    }
    let prefix = name.split(':').next().unwrap_or_default();
    let services = match catalogue.service(prefix) {
        Some(service) => vec![service],
        None => near_services(catalogue, prefix).iter().filter_map(|near| catalogue.service(near)).collect(),
    };
    let own = services.iter().flat_map(Service::condition_keys);
    let foreign = catalogue.foreign_keys.iter().filter_map(|&at| catalogue.key_at(at));
    let names =
        GLOBAL_CONDITION_KEYS.iter().copied().chain(own).chain(foreign).map(|key| key.name().to_owned());
    closest(name, names)
}

fn near_services(catalogue: &Catalogue, prefix: &str) -> Vec<String> {
    closest(prefix, catalogue.services().map(|service| service.prefix().to_owned()))
}

fn near_actions(catalogue: &Catalogue, prefix: &str, name: &str) -> Vec<String> {
    let Some(service) = catalogue.service(prefix) else { return Vec::new() };
    let names = closest(name, service.actions().map(|action| action.name().to_owned()));
    names.iter().map(|name| format!("{}:{name}", service.prefix())).collect()
}

/// Actions of exactly this name in other services; none if it is a name that many have.
fn same_name(catalogue: &Catalogue, name: &str) -> Vec<String> {
    let found: Vec<String> = catalogue
        .services()
        .filter_map(|service| service.action(name))
        .map(|action| action.to_string())
        .take(MOST + 1)
        .collect();
    if found.len() > MOST { Vec::new() } else { found }
}

/// The names that are few typing errors away, the nearest first.
fn closest(wanted: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let wanted = wanted.to_ascii_lowercase();
    // Every third letter wrong makes another word; shorter names may have one wrong letter.
    let most = match wanted.len() {
        0..=2 => return Vec::new(),
        len => (len / 4).clamp(1, 4),
    };
    let mut found: Vec<(usize, String)> = names
        .filter(|name| name.len().abs_diff(wanted.len()) <= most)
        .map(|name| (strsim::damerau_levenshtein(&wanted, &name.to_ascii_lowercase()), name))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(MOST).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_understood() {
        for (text, first) in [
            ("s3:GetObjects", "s3:GetObject"),
            ("S3:getobjectt", "s3:GetObject"),
            ("iam:PasRole", "iam:PassRole"),
            ("ecc2:RunInstances", "ec2:RunInstances"),
            (
                "elb:RegisterInstancesWithLoadBalancer",
                "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
            ),
            ("dynamodbb", "dynamodb"),
        ] {
            assert_eq!(
                Catalogue::embedded().nearest(text).first().map(String::as_str),
                Some(first),
                "{text}"
            );
        }
        let long = "x".repeat(1 << 20);
        for text in ["s3:GetObject", "s3", "", ":", "s3:", "nothing-like-that:AtAllAnywhere", &long] {
            assert_eq!(Catalogue::embedded().nearest(text), [""; 0], "{text:.40}");
        }
    }

    #[test]
    fn condition_keys_too() {
        for (text, first) in [
            ("aws:SourceIpp", Some("aws:SourceIp")),
            ("aws:PrincipalOrgId", None), // known, whatever its case
            ("s3:x-amz-acll", Some("s3:x-amz-acl")),
            ("iam:PassedToServices", Some("iam:PassedToService")),
            (
                "token.actions.githubusercontent.com:repositry",
                Some("token.actions.githubusercontent.com:repository"),
            ),
        ] {
            let near = Catalogue::embedded().nearest_condition_key(text);
            assert_eq!(near.first().map(String::as_str), first, "{text}");
        }
    }
}
