package import Services

/// The shared stores as a run uses them.
package struct RunStores: Sendable {
    /// Lets one run at a time land on a branch.
    package var landing: LeaseLock
    /// Absolute path of the folder with the greatest token that ever landed, per branch.
    ///
    /// It belongs to the lock's store: another store counts its tokens from the beginning.
    package var fences: String
    /// Keeps all runs together within what each engine's servers allow; `nil`: no limits.
    package var throttle: EngineThrottle?
    /// Keeps runs off each other's files; `nil`: they are merged as they come.
    package var reservations: FileReservations?
    /// What agents are given of the stores.
    package var shared: SharedStores

    package init(
        landing: LeaseLock,
        fences: String,
        throttle: EngineThrottle? = nil,
        reservations: FileReservations? = nil,
        shared: SharedStores = SharedStores()
    ) {
        self.landing = landing
        self.fences = fences
        self.throttle = throttle
        self.reservations = reservations
        self.shared = shared
    }
}

/// What agents are given of the stores; nothing by default.
package struct SharedStores: Sendable, Hashable {
    /// Variables that lead the program's verbs to the stores.
    package var variables: [String: String] = [:]
    /// Absolute paths that a sandbox opens for writing.
    package var writablePaths: [String] = []

    package init() {}

    /// Agents are told of the verbs only when they can use them.
    package var isAvailable: Bool { !variables.isEmpty }
}
