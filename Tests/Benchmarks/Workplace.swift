import ChildProcesses
import Foundation
import Git
import Glibc

/// Where the benchmarks work: a folder that is removed at the end, and the one environment every program gets.
struct Workplace: Sendable {
    let folder: String
    let environment: [String: String]

    /// Makes a folder of its own in the given one, with a git configuration that nobody else's settings reach.
    init(in parent: String, path: String) throws {
        folder = parent + "/switchyard-benchmarks-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder + "/home", withIntermediateDirectories: true)
        let settings = """
            [user]
            \tname = Bench Mark
            \temail = bench@example.org
            [init]
            \tdefaultBranch = main
            [gc]
            \tauto = 0
            [maintenance]
            \tauto = 0
            [advice]
            \tdetachedHead = false

            """
        try settings.write(toFile: folder + "/home/gitconfig", atomically: true, encoding: .utf8)
        environment = [
            "PATH": path, "HOME": folder + "/home", "LC_ALL": "C", "GIT_CONFIG_GLOBAL": folder + "/home/gitconfig",
            "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
        ]
    }

    func appending(_ name: String) -> String { folder + "/" + name }

    /// Runs a shell script to its end and gives the time it took and what it printed.
    ///
    /// - Throws: ``BenchmarkFailure`` with what it said when its exit status is none of the expected.
    @discardableResult
    func shell(
        _ script: String,
        in place: String,
        expecting statuses: Set<Int32> = [0]
    ) async throws -> (duration: Duration, output: String) {
        let output = try await ChildRunner().collect(
            ChildCommand(arguments: ["/bin/sh", "-c", script], environment: environment, workingDirectory: place)
        )
        guard case .exited(let status) = output.ending, statuses.contains(status) else {
            throw BenchmarkFailure(
                "A script ended with \(output.ending):\n\(script)\n\(output.errorText)\(output.outputText)"
            )
        }
        let text = output.outputText
        return (output.duration, text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }

    /// Writes what waits in memory to the disk, so that the next measurement does not pay for the one before.
    func settle() async throws {
        try await shell("sync -f .", in: folder)
    }

    func remove() {
        // What is left over in a temporary folder is no reason to fail after the results are out.
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// A benchmark that could not be taken, or whose contenders did not do the same.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
