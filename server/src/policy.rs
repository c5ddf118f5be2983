//! Every decision on which the recorded service and a careful operator may differ, in one place.

/// Whose rules decide where the contract leaves a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Policy {
    /// Stricter: what a service of today should do. The default.
    Production,
    /// As the recorded service answered by default, for clients that depend on it.
    Leancloud,
}

impl Policy {
    /// The largest user, as bytes of its JSON. The recorded service allowed 16 MB and advised
    /// 128 KiB; a player's account has no use for more, and each login sends it back.
    pub(crate) fn max_object_bytes(self) -> usize {
        match self {
            Self::Production => 128 * 1024,
            Self::Leancloud => 16 * 1024 * 1024,
        }
    }

    /// The largest batch of requests, in bytes.
    pub(crate) fn max_batch_bytes(self) -> usize {
        match self {
            Self::Production => 4 * 1024 * 1024,
            Self::Leancloud => 20 * 1024 * 1024,
        }
    }

    /// Whether a user is shown only to who has a session of the app. The recorded service showed one
    /// to anybody who knew its id.
    pub(crate) fn get_needs_session(self) -> bool {
        self == Self::Production
    }

    /// Whether a client may set this field when its account is made (TDS allows these two beside
    /// the built-in ones; every other name is a new field).
    pub(crate) fn may_set_field(self, name: &str) -> bool {
        matches!(name, "nickname" | "avatar")
    }

    /// Whether a login by password tells a name that nobody has from a wrong password.
    pub(crate) fn tells_unknown_names(self) -> bool {
        self == Self::Leancloud
    }

    /// Whether a session suffices for another password, without the old one.
    pub(crate) fn may_replace_password(self) -> bool {
        self == Self::Leancloud
    }

    /// Whether players of a platform that no option names may log in with nothing but their word.
    pub(crate) fn takes_unnamed_platforms(self) -> bool {
        self == Self::Leancloud
    }
}
