import RunModel

/// One thing the doctor looked at.
struct DoctorCheck: Sendable, Hashable, Codable {
    enum State: String, Sendable, Hashable, Codable {
        case ok
        /// Something works less well, or will be missed later.
        case warn
        /// Runs are not possible.
        case fail
    }

    /// What was looked at: `git`, `repository`, `engine claude`.
    var name: String
    var state: State
    /// What was found, one line.
    var detail: String
    /// What to do about it; `nil` when there is nothing to do.
    var remedy: String?

    static func ok(_ name: String, _ detail: String) -> DoctorCheck {
        DoctorCheck(name: name, state: .ok, detail: detail)
    }

    static func warn(_ name: String, _ detail: String, _ remedy: String) -> DoctorCheck {
        DoctorCheck(name: name, state: .warn, detail: detail, remedy: remedy)
    }

    static func fail(_ name: String, _ detail: String, _ remedy: String) -> DoctorCheck {
        DoctorCheck(name: name, state: .fail, detail: detail, remedy: remedy)
    }
}
