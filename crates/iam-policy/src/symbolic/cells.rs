//! Classes of values that have an order: each point that a policy names, and each gap between two of them.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use crate::condition::{Decimal, Instant};

/// A number of each class.
pub(super) fn numbers<'v>(points: impl IntoIterator<Item = &'v Decimal>) -> Vec<String> {
    let points: BTreeSet<&Decimal> = points.into_iter().collect();
    let between =
        |low: Option<&Decimal>, high: Option<&Decimal>| Some(Decimal::between(low, high).to_string());
    cells(&points.into_iter().collect::<Vec<_>>(), |low, high| between(low.copied(), high.copied()))
}

/// An instant of each class.
pub(super) fn instants<'v>(points: impl IntoIterator<Item = &'v Instant>) -> Vec<String> {
    let points: BTreeSet<Instant> = points.into_iter().copied().collect();
    cells(&points.into_iter().collect::<Vec<_>>(), |low, high| {
        Instant::between(low.copied(), high.copied()).map(|instant| instant.to_string())
    })
}

fn cells<T: ToString>(
    points: &[T],
    between: impl Fn(Option<&T>, Option<&T>) -> Option<String>,
) -> Vec<String> {
    let mut samples: Vec<String> = between(None, points.first()).into_iter().collect();
    for (at, point) in points.iter().enumerate() {
        samples.push(point.to_string());
        samples.extend(between(Some(point), points.get(at + 1)));
    }
    samples
}

/// Addresses that documents use. Sources: RFC 5737, RFC 3849.
const READABLE: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9)),
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
];

/// An address of each class; those of version 4 come first.
pub(super) fn addresses<'v>(networks: impl IntoIterator<Item = &'v IpNet>) -> Vec<String> {
    let mut starts = BTreeSet::from([IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)]);
    for network in networks {
        starts.insert(network.network());
        starts.extend(after(network.broadcast()));
    }
    let starts: Vec<IpAddr> = starts.into_iter().collect();
    let mut samples = Vec::with_capacity(starts.len());
    for (at, start) in starts.iter().enumerate() {
        let next = starts.get(at + 1);
        let is_inside = |address: &&IpAddr| {
            address.is_ipv4() == start.is_ipv4()
                && start <= *address
                && next.is_none_or(|next| *address < next)
        };
        samples.push(READABLE.iter().find(is_inside).unwrap_or(start).to_string());
    }
    samples
}

fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => u32::from(address).checked_add(1).map(|next| IpAddr::V4(next.into())),
        IpAddr::V6(address) => u128::from(address).checked_add(1).map(|next| IpAddr::V6(next.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_gaps_are_classes() {
        let points: Vec<Decimal> =
            ["10", "1.50", "-3", "1.5", "11"].iter().filter_map(|text| Decimal::parse(text)).collect();
        assert_eq!(numbers(&points), ["-4", "-3", "0", "1.5", "2", "10", "10.1", "11", "12"]);
        assert_eq!(numbers(&[]), ["0"]);
        let points: Vec<Instant> = ["1", "2"].iter().filter_map(|text| Instant::parse(text)).collect();
        assert_eq!(
            instants(&points),
            [
                "1970-01-01T00:00:00Z",
                "1970-01-01T00:00:01Z",
                "1970-01-01T00:00:01.500Z",
                "1970-01-01T00:00:02Z",
                "1970-01-01T00:00:03Z",
            ]
        );
    }

    #[test]
    fn every_address_falls_in_the_class_of_one_sample() {
        let networks: Vec<IpNet> = [
            "10.0.0.0/8",
            "10.1.0.0/16",
            "255.255.255.255/32",
            "203.0.113.0/24",
            "2001:db8::/32",
            "ff00::/8",
        ]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
        let vector = |address: IpAddr| -> Vec<bool> {
            networks.iter().map(|network| network.contains(&address)).collect()
        };
        let samples: Vec<IpAddr> =
            addresses(&networks).iter().map(|address| address.parse().unwrap()).collect();
        let vectors: BTreeSet<(bool, Vec<bool>)> =
            samples.iter().map(|sample| (sample.is_ipv4(), vector(*sample))).collect();
        for address in [
            "0.0.0.0",
            "9.255.255.255",
            "10.0.0.0",
            "10.1.2.3",
            "10.2.0.0",
            "11.0.0.0",
            "203.0.113.255",
            "255.255.255.254",
            "255.255.255.255",
            "::",
            "::ffff:10.1.2.3",
            "2001:db8::",
            "2001:db9::",
            "ff00::",
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert!(vectors.contains(&(address.is_ipv4(), vector(address))), "{address}");
        }
    }
}
