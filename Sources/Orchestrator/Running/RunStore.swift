import CLinux
import Foundation
import Glibc
package import RunModel

/// All runs of one repository, as their journals tell them.
package struct RunStore: Sendable {
    /// The state folder, `.switchyard` unless the settings say otherwise; absolute.
    package let state: String

    package init(state: String) {
        self.state = state
    }

    package func folder(_ run: RunID) -> RunFolder { RunFolder(state: state, run: run) }

    /// The identifiers of all runs, newest first.
    package func list() -> [RunID] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: state + "/runs")) ?? []
        let runs = names.map { RunID($0) }.filter { FileManager.default.fileExists(atPath: folder($0).journal) }
        // Identifiers tell the minute; of runs that share one, the journals tell the order.
        return Dictionary(grouping: runs, by: \.minute).sorted { $0.key > $1.key }.flatMap { _, runs in
            guard runs.count > 1 else { return runs }
            let dated = runs.map { (start: Journal.start(folder($0).journal) ?? .distantPast, run: $0) }
            return dated.sorted { ($0.start, $0.run) > ($1.start, $1.run) }.map(\.run)
        }
    }

    /// The run whose identifier is that text or begins with it.
    ///
    /// - Throws: `OrchestratorError.runNotFound` when none or several do.
    package func require(_ text: String) throws -> RunID {
        let all = list()
        if text == "latest" {
            guard let newest = all.first else { throw OrchestratorError.noRuns() }
            return newest
        }
        if let exact = all.first(where: { $0.rawValue == text }) { return exact }
        let matches = all.filter { $0.rawValue.hasPrefix(text) && !text.isEmpty }
        guard matches.count == 1 else {
            throw OrchestratorError.runNotFound(text, known: (matches.isEmpty ? all : matches).map(\.rawValue))
        }
        return matches[0]
    }

    /// The run's journal, folded.
    package func load(_ run: RunID) throws -> RunRecord {
        RunRecord(try Journal.load(folder(run).journal).entries)
    }

    /// Whether a living process drives the run.
    package func isActive(_ run: RunID) -> Bool {
        guard let owner = try? RunOwnership(folder(run)) else { return true }
        owner.release()
        return false
    }

    /// Asks the process that drives the run to cancel it.
    package func requestCancel(_ run: RunID, by person: String) throws {
        try Data(person.utf8).write(to: URL(fileURLWithPath: folder(run).cancelRequest))
    }
}

/// The right to drive one run: an OS file lock that ends with the process.
package struct RunOwnership: Sendable {
    private let descriptor: Int32

    /// - Throws: `OrchestratorError.runIsActive` when another process has it.
    package init(_ folder: RunFolder) throws {
        let descriptor = linux_openat(AT_FDCWD, folder.ownerLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw OrchestratorError.journalUnusable(path: folder.ownerLock, why: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw OrchestratorError.runIsActive(folder.run.rawValue)
        }
        self.descriptor = descriptor
    }

    package func release() {
        // A child that was forked and has not yet executed shares the open file: closing alone would leave it locked.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
