//! What can be wrong with a query.

use crate::problem::Problem;

impl Problem {
    pub(crate) const QUERY_JSON: Self =
        Self::business(107, "Malformed query. The where has to be a JSON object.");
    pub(crate) const QUERY_OPERATOR: Self =
        Self::business(102, "Invalid query. An operator is not known, or not at this place.");
    pub(crate) const QUERY_OPERAND: Self =
        Self::business(102, "Invalid query. An operator does not take this value.");
    pub(crate) const QUERY_RANGE: Self = Self::business(
        102,
        "Invalid query. Only numbers, strings and dates are greater or smaller than others.",
    );
    pub(crate) const QUERY_DEPTH: Self =
        Self::business(102, "Invalid query. Conditions may be nested 16 levels deep.");
    pub(crate) const QUERY_CONDITIONS: Self =
        Self::business(102, "Invalid query. At most 100 conditions are allowed.");
    pub(crate) const QUERY_LIST: Self =
        Self::business(102, "Invalid query. Lists hold 1000 values at most, 4000 together.");
    pub(crate) const QUERY_TEXT: Self =
        Self::business(102, "Invalid query. A where has 128 KiB at most.");
    pub(crate) const QUERY_PATTERN: Self =
        Self::business(102, "Invalid query. The regular expression is not valid.");
    pub(crate) const QUERY_PATTERN_SIZE: Self =
        Self::business(102, "Invalid query. The regular expression is too large.");
    pub(crate) const QUERY_SUBQUERIES: Self =
        Self::business(102, "Invalid query. At most 8 subqueries, 3 levels deep, are allowed.");
    pub(crate) const QUERY_NO_SUBQUERIES: Self =
        Self::business(102, "Invalid query. The condition of a write holds no subqueries.");
    pub(crate) const QUERY_NEAR: Self =
        Self::business(102, "Invalid query. One $nearSphere is allowed, and none within $or.");
    pub(crate) const QUERY_NEAR_SKIP: Self =
        Self::business(102, "Invalid query. Of the nearest at most 100000 can be skipped.");
    pub(crate) const QUERY_KEY: Self =
        Self::business(105, "Invalid key name. Letters, digits and _ are expected.");
    pub(crate) const QUERY_ORDER: Self =
        Self::business(102, "Invalid query. It cannot be ordered by a key of this type.");
    pub(crate) const QUERY_ORDERS: Self =
        Self::business(102, "Invalid query. It can be ordered by 8 keys at most.");
    pub(crate) const QUERY_INCLUDES: Self =
        Self::business(102, "Invalid query. At most 16 includes, 4 levels deep, are allowed.");
    pub(crate) const QUERY_TOO_MANY: Self = Self::business(
        102,
        "Invalid query. A subquery with a pattern finds more than 10000: give it a limit.",
    );
    pub(crate) const QUERY_ANSWER: Self = Self::business(
        102,
        "Invalid query. The answer would be larger than 16 MiB: choose keys or a smaller limit.",
    );
}
