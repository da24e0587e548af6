/// One setting as the product knows it: the single source of its name, kind, default and description.
struct SettingEntry: Sendable, Hashable {
    /// Where it stands in the settings file; dots go one level deeper.
    var key: String
    var kind: SettingKind
    /// What holds when nobody says anything; `nil` when there is no value then.
    var standard: SettingValue?
    /// What stands in place of a missing default: `the repository's default branch`.
    var standardNote: String?
    /// The flags of `switchyard run` that set it.
    var flags: [String]
    /// One or more sentences: what it does, in which unit.
    var description: String
    /// Replaces the usual environment variable's name.
    var environmentName: String?

    init(
        _ key: String,
        _ kind: SettingKind,
        standard: SettingValue? = nil,
        standardNote: String? = nil,
        flags: [String] = [],
        environmentName: String? = nil,
        _ description: String
    ) {
        self.key = key
        self.kind = kind
        self.standard = standard
        self.standardNote = standardNote
        self.flags = flags
        self.environmentName = environmentName
        self.description = description
    }

    /// The environment variable that sets it: `SWITCHYARD_` and the key in capitals, dots as underscores.
    var environmentVariable: String {
        environmentName ?? "SWITCHYARD_" + key.uppercased().split(separator: ".").joined(separator: "_")
    }

    /// The default in words.
    var standardText: String { standard?.text ?? standardNote ?? "none" }
}
