package import ChildProcesses
import RunModel

/// Asks from inside the agent's environment and sandbox where git would write, before the engine starts.
///
/// Fails closed: any answer that is not the expected one is an error, and the engine must not start.
package struct IsolationCheck: Sendable {
    package let site: GuardSite

    package init(site: GuardSite) {
        self.site = site
    }

    /// - `environment`: the engine's complete environment.
    package func require(
        environment: [String: String],
        sandbox: SandboxPolicy?,
        runner: ChildRunner
    ) async throws(OrchestratorError) {
        let script = """
            git rev-parse --show-toplevel --git-common-dir --symbolic-full-name HEAD || exit 1
            git config --get core.hooksPath || exit 1
            for path in "$1/config" "$1/refs/heads" "$1/hooks"; do [ -w "$path" ] && echo writable; done
            [ -w . ] && echo own; exit 0
            """
        let command = ChildCommand(
            arguments: ["/bin/sh", "-c", script, "isolation", site.commonFolder],
            environment: environment,
            workingDirectory: site.worktree
        )
        let output: CollectedOutput
        do throws(ChildProcessError) {
            output = try await runner.collect(command, limits: ChildLimits(wallClock: .seconds(60)), sandbox: sandbox)
        } catch {
            throw broken("no process can be started in it: \(error.message)")
        }
        let lines = output.outputText.split(separator: "\n").map(String.init)
        guard output.ending.isSuccess, lines.count >= 4 else {
            let last = output.errorText.split(separator: "\n").last.map(String.init) ?? "git printed nothing"
            throw broken("git does not work in it (\(last))")
        }
        guard GuardFiles.real(lines[0]) == site.worktree else {
            throw broken("git takes '\(lines[0])' for the worktree")
        }
        let common = lines[1].hasPrefix("/") ? lines[1] : "\(site.worktree)/\(lines[1])"
        guard GuardFiles.real(common) == site.commonFolder else {
            throw broken("git takes '\(lines[1])' for the repository, not '\(site.commonFolder)'")
        }
        guard lines[2] == site.branch else {
            let place = lines[2] == "HEAD" ? "detached" : "on '\(lines[2])'"
            throw broken("HEAD is \(place), not on '\(site.branch)'")
        }
        guard lines[3] == site.hooks else { throw broken("git takes hooks from '\(lines[3])', not from the guard") }
        let rest = lines.dropFirst(4)
        guard rest.contains("own") else { throw broken("it cannot be written") }
        if sandbox?.kind == .bubblewrap, rest.contains("writable") {
            throw broken("the sandbox leaves the repository's git folder writable")
        }
    }

    private func broken(_ why: String) -> OrchestratorError {
        OrchestratorError(
            .isolationBroken,
            "The worktree '\(site.worktree)' of agent \(site.agent) is not isolated: \(why).",
            hint: "The engine was not started. Run 'switchyard doctor' to see what the machine offers."
        )
    }
}
