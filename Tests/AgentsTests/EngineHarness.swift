import Agents
import ChildProcesses
import Foundation
import Locking
import RunModel
import TestSupport

/// Where test programs are looked up.
let searchPath = "/usr/local/bin:/usr/bin:/bin"

/// Events in the order they came.
final class EventLog: Sendable {
    private let events = Lock<[EngineEvent]>([])

    func add(_ event: EngineEvent) { events.withLock { $0.append(event) } }

    var all: [EngineEvent] { events.withLock { $0 } }
    var activities: [String] { all.compactMap { if case .activity(let text) = $0 { text } else { nil } } }
    var output: [String] {
        all.compactMap { if case .output(.standardOutput, let line) = $0 { line } else { nil } }
    }
    var starts: Int { all.count { if case .started = $0 { true } else { false } } }
}

/// An attempt in a temporary folder.
func request(
    in folder: TemporaryFolder,
    assignment: Assignment = Assignment(id: AgentID("A"), title: "Test"),
    prompt: String = "Do it.\n",
    limits: ChildLimits = ChildLimits(wallClock: .seconds(50), grace: .seconds(2)),
    environment: [String: String] = [:],
    logLimit: Int = 1 << 20
) throws -> EngineRequest {
    try FileManager.default.createDirectory(atPath: folder.appending("worktree"), withIntermediateDirectories: true)
    return EngineRequest(
        run: RunID("20260102-0304-test-0000"),
        assignment: assignment,
        prompt: prompt,
        worktree: folder.appending("worktree"),
        environment: ["PATH": searchPath].merging(environment) { $1 },
        limits: limits,
        logFolder: folder.appending("log"),
        logLimitInBytes: logLimit
    )
}
