import ChildProcesses
import Foundation
import Locking
import Testing

/// The two ways a child is started; what holds for both is tested for both.
enum Launch: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case direct, kept

    var runner: ChildRunner {
        get throws { ChildRunner(keeper: self == .kept ? [try Probe.path(), "keeper"] : nil) }
    }

    var testDescription: String { rawValue }
}

/// The test program beside the test bundle.
enum Probe {
    static func path() throws -> String {
        let running = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: running).deletingLastPathComponent().appending(path: "RunnerProbe")
        return try #require(FileManager.default.isExecutableFile(atPath: path.path) ? path.path : nil)
    }
}

/// Lines in the order they came.
final class Transcript: Sendable {
    private let lines = Lock<[(stream: ChildStream, line: String)]>([])
    private let continuation: AsyncStream<String>.Continuation
    /// Every line as it comes; for one reader.
    let stream: AsyncStream<String>

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func add(_ stream: ChildStream, _ line: String) {
        lines.withLock { $0.append((stream, line)) }
        continuation.yield(line)
    }

    var output: [String] { lines.withLock { $0.filter { $0.stream == .standardOutput }.map(\.line) } }
    var errors: [String] { lines.withLock { $0.filter { $0.stream == .standardError }.map(\.line) } }
    /// Numbers printed alone on a line: process ids.
    var pids: [Int32] { output.compactMap { Int32($0) } }
}

/// A `sh` script with a fixed environment.
func script(_ text: String, in folder: String = "/", input: [UInt8] = []) -> ChildCommand {
    ChildCommand(
        arguments: ["sh", "-c", text],
        environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
        workingDirectory: folder,
        standardInput: input
    )
}

/// Short enough for tests, long enough that only a defect reaches it.
let safetyLimit = ChildLimits(wallClock: .seconds(50), grace: .seconds(5))

/// The number still belongs to a running process.
///
/// A zombie does not run.
func isRunning(_ pid: Int32) -> Bool { ProcessTable.isAlive(ProcessTable.mark(of: pid)) }
