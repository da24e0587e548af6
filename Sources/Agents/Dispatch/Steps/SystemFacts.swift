/// What is around the ledger, as the program measured it.
package struct SystemFacts: Sendable, Hashable {
    /// One of the services and how it is.
    package struct Part: Sendable, Hashable {
        package var name: String
        package var isReady: Bool
        package var detail: String

        package init(name: String, isReady: Bool, detail: String = "") {
            self.name = name
            self.isReady = isReady
            self.detail = detail
        }
    }

    package var services: [Part]
    /// Bytes free where the repository lies; `nil` when it cannot be asked.
    package var freeBytes: Int64?
    /// Worktrees of runs that ended, and nobody removed.
    package var staleWorktrees: [String]

    package init(services: [Part] = [], freeBytes: Int64? = nil, staleWorktrees: [String] = []) {
        self.services = services
        self.freeBytes = freeBytes
        self.staleWorktrees = staleWorktrees
    }
}
