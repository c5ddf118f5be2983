//! A `where` as a tree.

use std::collections::BTreeSet;

use serde_json::{Number, Value};

use super::{Path, Pattern};

/// What objects have to meet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Where(pub(crate) Vec<Node>);

/// One condition of it.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    /// What a key of the object has to meet.
    Key(Path, Test),
    /// `$relatedTo`: it is in the relation `key` of that object.
    Related {
        class: String,
        id: String,
        key: String,
    },
}

/// What the value of a key has to meet. Values are spelt as they are kept.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// Equal to one of these (`true`), or to none of them.
    In(Vec<Value>, bool),
    /// Equal to each of these; of none, nothing is.
    All(Vec<Value>),
    /// Anything but null (`true`), or nothing.
    Exists(bool),
    /// An array of so many elements.
    Size(u32),
    Beside(Side, Bound),
    Matches(Pattern),
    /// A pointer to one of what the query finds (`true`), or none to any of them.
    InQuery(Box<Subquery>, bool),
    /// Equal to this key of one of what the query finds (`true`), or to that of none.
    Select(Box<Subquery>, Path, bool),
    /// So far away at most, in radians; the nearest come first.
    Near(Point, Option<f64>),
    /// In the box of these two corners, which may reach over longitude 180.
    Within {
        south_west: Point,
        north_east: Point,
    },
}

/// Where a value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bound {
    Number(Number),
    Text(String),
    /// As it is written and in Unix milliseconds.
    Date {
        iso: String,
        ms: i64,
    },
}

/// In degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// A query within a query.
#[derive(Debug, Clone)]
pub(crate) struct Subquery {
    pub(crate) class: String,
    pub(crate) filter: Where,
    pub(crate) order: Vec<Order>,
    pub(crate) skip: u32,
    /// All, if none is given.
    pub(crate) limit: Option<u32>,
}

/// A key by which results are ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) path: Path,
    pub(crate) descending: bool,
}

impl Point {
    /// The square of half the chord to another point, of a sphere of radius 1: it grows with the
    /// distance.
    pub(crate) fn haversine(self, other: Self) -> f64 {
        let half = |one: f64, two: f64| ((one - two).to_radians() / 2.0).sin().powi(2);
        let cosines = self.latitude.to_radians().cos() * other.latitude.to_radians().cos();
        half(self.latitude, other.latitude) + cosines * half(self.longitude, other.longitude)
    }

    /// Whether another point is so many radians away at most.
    pub(crate) fn reaches(self, other: Self, radians: f64) -> bool {
        radians >= std::f64::consts::PI || self.haversine(other) <= (radians / 2.0).sin().powi(2)
    }
}

impl Where {
    /// The classes that it names, of subqueries and of objects with relations.
    pub(crate) fn classes(&self) -> BTreeSet<String> {
        fn of(nodes: &[Node], classes: &mut BTreeSet<String>) {
            for node in nodes {
                match node {
                    Node::All(parts) | Node::Any(parts) => of(parts, classes),
                    Node::Key(_, Test::InQuery(query, _) | Test::Select(query, _, _)) => {
                        classes.insert(query.class.clone());
                        of(&query.filter.0, classes);
                    }
                    Node::Key(..) => (),
                    Node::Related { class, .. } => {
                        classes.insert(class.clone());
                    }
                }
            }
        }
        let mut classes = BTreeSet::new();
        of(&self.0, &mut classes);
        classes
    }

    /// Every key that it names, of these objects alone.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        fn of<'n>(nodes: &'n [Node], paths: &mut Vec<&'n Path>) {
            for node in nodes {
                match node {
                    Node::All(parts) | Node::Any(parts) => of(parts, paths),
                    Node::Key(path, _) => paths.push(path),
                    Node::Related { .. } => (),
                }
            }
        }
        let mut paths = Vec::new();
        of(&self.0, &mut paths);
        paths
    }

    /// The point that results are near to, if they are to be.
    pub(crate) fn near(&self) -> Option<(&Path, Point)> {
        fn of(nodes: &[Node]) -> Option<(&Path, Point)> {
            nodes.iter().find_map(|node| match node {
                Node::Key(path, Test::Near(point, _)) => Some((path, *point)),
                Node::All(parts) => of(parts),
                _ => None,
            })
        }
        of(&self.0)
    }
}
