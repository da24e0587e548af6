import ChildProcesses
import RunModel

extension BaselineFailure {
    /// Whether a command that failed on the base failed for nothing else now.
    ///
    /// Names prove it when all of them are known and the command came to its own end; without names only the very same
    /// end does. What a limit or a signal cut off, or whose output was cut, proves nothing.
    func excuses(_ ending: ChildEnding, failing: [String], isTruncated: Bool) -> Bool {
        guard !isTruncated, Set(failing).isSubset(of: tests), failing.isEmpty == tests.isEmpty else { return false }
        if let ended, ended == ending.inWords { return true }
        return ending.isOwn && (ended == nil || !failing.isEmpty)
    }
}

extension ChildEnding {
    /// With a status of its own; shells use those from 126 on for what they could not run and for signals.
    fileprivate var isOwn: Bool {
        if case .exited(let status) = self { status < 126 } else { false }
    }
}
