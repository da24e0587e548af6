/// Whether an engine could run here.
package struct EngineHealth: Sendable, Hashable {
    /// The engine's name.
    package var engine: String
    package var isAvailable: Bool
    /// What it says of itself, for example `2.1.329 (Claude Code)`; `nil` when it was not asked or said nothing.
    package var version: String?
    /// Absolute path of its program.
    package var path: String?
    /// One line: what was found, or what is missing.
    package var detail: String
    /// What to do when it is not available.
    package var remedy: String?

    package init(
        engine: String,
        isAvailable: Bool,
        version: String? = nil,
        path: String? = nil,
        detail: String,
        remedy: String? = nil
    ) {
        self.engine = engine
        self.isAvailable = isAvailable
        self.version = version
        self.path = path
        self.detail = detail
        self.remedy = remedy
    }
}
