import Foundation
import TestSupport

extension Scenario {
    /// As the function for callers that are not `async`, but waits for the tool on a thread of its own.
    ///
    /// A test that blocks a thread of the cooperative pool keeps all the others waiting, past their time limits.
    func run(
        _ task: ScriptTaskFile,
        options: [String] = [],
        limitInSeconds: Int = 100,
        adding extra: [String: String] = [:]
    ) async throws -> Finished {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try run(task, options: options, limitInSeconds: limitInSeconds, adding: extra)
                    }
                )
            }
        }
    }
}

/// Runs the body with a fresh scenario and removes it afterwards.
func withScenario<Result>(
    files: [String: String] = ["README.md": "# Scratch\n", "CHANGELOG.md": "# Changelog\n"],
    _ body: (Scenario) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { try await body(Scenario(in: $0, files: files)) }
}
