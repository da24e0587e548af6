import RunModel
import Terminal

extension Finding.Severity {
    /// How the severity looks on a terminal.
    var style: Style {
        switch self {
        case .error: .red
        case .warning: .yellow
        case .note: .cyan
        }
    }
}
