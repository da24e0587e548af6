/// How well everything works, part by part.
package struct HealthReport: Hashable, Sendable, Codable {
    package struct Component: Hashable, Sendable, Codable {
        package let name: String
        package let status: HealthStatus
        package let reason: String?
        package let isEssential: Bool
        /// How long the part took to answer, in seconds.
        package let latencyInSeconds: Double

        private enum CodingKeys: String, CodingKey {
            case name, status, reason
            case isEssential = "essential"
            case latencyInSeconds = "latency_seconds"
        }

        package init(
            name: String,
            finding: HealthFinding,
            isEssential: Bool,
            latency: Duration
        ) {
            self.name = name
            status = finding.status
            reason = finding.reason
            self.isEssential = isEssential
            latencyInSeconds = Double(latency.wholeMicroseconds) / 1_000_000
        }
    }

    /// By name.
    package let components: [Component]

    package init(components: [Component]) {
        self.components = components.sorted { $0.name < $1.name }
    }

    /// The worst of all parts, where one that is not essential counts as degraded at most.
    package var status: HealthStatus {
        components.map { $0.isEssential ? $0.status : min($0.status, .degraded) }.max() ?? .ready
    }

    /// One sentence per part that is not ready.
    package var reasons: [String] {
        components.filter { $0.status != .ready }.map { "\($0.name): \($0.reason ?? $0.status.rawValue)" }
    }
}
