import Agents
import RunModel

/// The settings that hold, each with its origin: defaults, then the file, then the environment, then flags.
struct RunnerSettings: Sendable, Hashable {
    /// The settings file's name, at the root of the repository.
    static let fileName = "switchyard.yaml"

    struct Resolved: Sendable, Hashable {
        var value: SettingValue
        var origin: SettingOrigin
    }

    private(set) var resolved: [String: Resolved] = [:]
    private(set) var engines: [String: EngineSettings] = [:]
    /// Complaints that stop nothing.
    private(set) var warnings: [Finding] = []

    /// The defaults alone.
    init() {
        for entry in SettingTable.entries {
            if let standard = entry.standard { resolved[entry.key] = Resolved(value: standard, origin: .standard) }
        }
    }

    /// Overrides a setting; the caller goes from the weakest origin to the strongest.
    mutating func set(_ key: String, _ value: SettingValue, from origin: SettingOrigin) {
        resolved[key] = Resolved(value: value, origin: origin)
    }

    mutating func define(_ engine: EngineSettings, named name: String) {
        engines[name] = engine
    }

    mutating func warn(_ finding: Finding) {
        warnings.append(finding)
    }

    /// Where the value came from; `standard` when nobody set it.
    func origin(of key: String) -> SettingOrigin { resolved[key]?.origin ?? .standard }
}
