/// Looks whether one part works now.
package struct HealthCheck: Sendable {
    /// Names the part in reports and metrics, such as `cache_store`.
    package let component: String
    /// Whether nothing works without it: one that fails and is not essential only degrades the whole.
    package let isEssential: Bool
    let look: @Sendable () async throws -> HealthFinding

    package init(
        _ component: String,
        isEssential: Bool = true,
        look: @escaping @Sendable () async throws -> HealthFinding
    ) {
        self.component = component
        self.isEssential = isEssential
        self.look = look
    }

    /// A store that works when a harmless request succeeds.
    package static func store(
        _ component: String,
        isEssential: Bool = true,
        request: @escaping @Sendable () async throws -> Void
    ) -> HealthCheck {
        HealthCheck(component, isEssential: isEssential) {
            try await request()
            return .ready
        }
    }
}
