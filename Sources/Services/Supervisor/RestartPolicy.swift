/// Whether a supervised part is started again when it ends.
package enum RestartPolicy: String, Hashable, Sendable, CaseIterable {
    /// Always: it is meant to run for ever.
    case permanent
    /// When it failed; one that returns has done its work.
    case transient
    /// Never.
    case temporary
}

/// What happens to the others when one part ends and is started again.
package enum RestartStrategy: String, Hashable, Sendable, CaseIterable {
    /// Nothing: parts do not depend on each other.
    case oneForOne = "one_for_one"
    /// All are stopped and started again, in order.
    case oneForAll = "one_for_all"
    /// Those started after it are, in order.
    case restForOne = "rest_for_one"
}

/// One end of a supervised part, as an escalation reports it.
package struct ChildExit: Hashable, Sendable {
    package let child: String
    /// Microseconds of the supervisor's clock.
    package let at: Int64
    /// Why it ended; `nil`: it returned.
    package let failure: String?

    package init(child: String, at: Int64, failure: String?) {
        self.child = child
        self.at = at
        self.failure = failure
    }
}
