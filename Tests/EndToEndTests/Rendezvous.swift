import Foundation
import TestSupport

/// A place where an agent's script and the test wait for each other, so that no story depends on time.
///
/// It lies in the folder of the remote, which agents see from inside of their sandbox.
struct Rendezvous {
    let scenario: Scenario
    private let path: String

    /// The test did not meet the agent, or could not let it go on, within the limit.
    struct Missed: Error {
        var place: String
    }

    init(_ scenario: Scenario, _ name: String) throws {
        self.scenario = scenario
        path = "\(scenario.remote)/meet-\(name)"
        for end in ["at", "go"] {
            let made = try SpawnedCommand.run(["mkfifo", "\(path).\(end)"], environment: scenario.environment)
            guard made.status == 0 else { throw Missed(place: path) }
        }
    }

    /// Lines for the agent's script: it says that it is here, and waits until the test lets it go; not once it is open.
    var script: String { "test -e '\(path).open' || { echo here > '\(path).at'; cat '\(path).go' > /dev/null; }" }

    /// The pipe that an agent writes into to say that it is here.
    var door: String { path + ".at" }
    /// The file that exists once the place is open.
    var openSign: String { path + ".open" }

    /// Waits until an agent is here.
    func awaitAgent() async throws {
        try await require(["timeout", "60", "cat", "\(path).at"])
    }

    /// Lets the agent that waits here go on, and all later ones.
    func release() async throws {
        try open()
        try await require(["timeout", "60", "sh", "-c", "echo go > \"$0\"", "\(path).go"])
    }

    /// Lets all later agents pass.
    func open() throws {
        try Data().write(to: URL(filePath: path + ".open"))
    }

    private func require(_ words: [String]) async throws {
        let output = try await SpawnedCommand.result(of: words, environment: scenario.environment)
        guard output.status == 0 else { throw Missed(place: path) }
    }
}
