/// One entry of `engines:` in the settings file.
package struct EngineSettings: Sendable, Hashable, Codable {
    /// The preset it is based on; `nil` takes the preset of the same name, or none when `command` is given.
    package var preset: String?
    /// A program and its arguments.
    ///
    /// With a preset it stands for the preset's program, whose options follow; without one it is the whole command and
    /// gets the prompt on standard input.
    package var command: [String]?
    /// Words added after the preset's own.
    package var arguments: [String]
    /// Model for assignments that name none.
    package var model: String?
    /// Variables set for the engine.
    package var environment: [String: String]
    /// Names of variables taken over from the runner's environment.
    package var inherit: [String]
    /// How many attempts may start in which time, over all runs that share the stores; `nil`: no limit.
    package var rateLimit: EngineRate?

    package init(
        preset: String? = nil,
        command: [String]? = nil,
        arguments: [String] = [],
        model: String? = nil,
        environment: [String: String] = [:],
        inherit: [String] = [],
        rateLimit: EngineRate? = nil
    ) {
        self.preset = preset
        self.command = command
        self.arguments = arguments
        self.model = model
        self.environment = environment
        self.inherit = inherit
        self.rateLimit = rateLimit
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        preset = try container.decodeIfPresent(String.self, forKey: .preset)
        command = try container.decodeIfPresent([String].self, forKey: .command)
        arguments = try container.decodeIfPresent([String].self, forKey: .arguments) ?? []
        model = try container.decodeIfPresent(String.self, forKey: .model)
        environment = try container.decodeIfPresent([String: String].self, forKey: .environment) ?? [:]
        inherit = try container.decodeIfPresent([String].self, forKey: .inherit) ?? []
        rateLimit = try container.decodeIfPresent(EngineRate.self, forKey: .rateLimit)
    }
}

/// So many starts in so much time.
package struct EngineRate: Sendable, Hashable, Codable {
    package var starts: Int
    package var period: Duration

    package init(starts: Int, period: Duration) {
        self.starts = starts
        self.period = period
    }
}
