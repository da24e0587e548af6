/// Where the value of a setting came from; later cases win over earlier ones.
enum SettingOrigin: Sendable, Hashable {
    case standard
    /// A line of the settings file.
    case file(path: String, line: Int)
    /// An environment variable.
    case environment(name: String)
    case flag(name: String)

    var text: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line): "\(path):\(line)"
        case .environment(let name): name
        case .flag(let name): name
        }
    }
}
