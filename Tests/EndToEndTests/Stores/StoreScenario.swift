import Foundation
import TestSupport

/// A folder with the built tool and one store, reached as a script would: by words, standard input and exit status.
struct StoreScenario: Sendable {
    let folder: String
    let variables: [String: String]
    let tool: String

    struct Call: Sendable {
        var status: Int32
        var output: String
        var talk: String

        /// The output as one JSON object per line.
        var objects: [[String: any Sendable]] {
            get throws {
                try output.split(separator: "\n").map { line in
                    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    guard let object = object as? [String: any Sendable] else { throw NotAnObject(line: String(line)) }
                    return object
                }
            }
        }
    }

    struct NotAnObject: Error { var line: String }

    /// An embedded store in the folder unless the variables name another one.
    init(in folder: TemporaryFolder, variables: [String: String] = [:]) throws {
        self.folder = folder.path
        let embedded = ["SWITCHYARD_DATABASE_URL": "sqlite://\(folder.path)/stores/services.sqlite"]
        self.variables = embedded.merging(variables) { $1 }
        tool = try BuiltProduct.switchyard()
    }

    /// Runs the tool to its end, off the cooperative pool; a call that takes longer than the limit is killed.
    func call(
        _ words: String...,
        input: String = "",
        limitInSeconds: Int = 100,
        adding extra: [String: String] = [:]
    ) async throws -> Call {
        try await call(words, input: input, limitInSeconds: limitInSeconds, adding: extra)
    }

    func call(
        _ words: [String],
        input: String = "",
        limitInSeconds: Int = 100,
        adding extra: [String: String] = [:]
    ) async throws -> Call {
        let environment = environment.merging(extra) { $1 }
        let command = ["timeout", "-s", "KILL", "\(limitInSeconds)", "env", "-C", folder, tool] + words
        // The pipe is the shell's: fixtures start programs with nothing on standard input.
        let shell = ["sh", "-c", #"printf %s "$1" | (shift; exec "$@")"#, "sh", input] + command
        let result = try await SpawnedCommand.result(of: shell, environment: environment)
        return Call(status: result.status, output: result.standardOutput, talk: result.standardError)
    }

    var environment: [String: String] {
        let own = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
        return own.merging(variables) { $1 }.merging(BuiltProduct.environment) { $1 }.merging(["LC_ALL": "C"]) { $1 }
    }
}
