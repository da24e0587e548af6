import Foundation
import RunModel
import TestSupport

extension Scenario.Finished {
    /// Findings of the gate about an agent, as `code path`, errors only, sorted.
    func complaints(_ id: String) -> [String] {
        let findings = agent(id).verdict?.findings ?? []
        return Set(
            findings.filter { $0.severity == .error }
                .map { finding in finding.file.map { "\(finding.code) \($0)" } ?? finding.code }
        ).sorted()
    }

    /// Everything the gate said about an agent, in one text.
    func remarks(_ id: String) -> String {
        (agent(id).verdict?.findings ?? []).map { "\($0.code): \($0.message)" }.joined(separator: "\n")
    }

    /// What the display showed, for failure texts.
    var talk: String { "status \(status)\n\(call.standardError)" }
}

extension Scenario {
    /// The newest run's report in Markdown.
    func report(_ run: Finished) throws -> String {
        guard let written = run.record.report else { return "" }
        return try repository.read(written.markdown)
    }

    /// The row of an agent in the report's table of agents.
    func reportRow(_ run: Finished, _ id: String) throws -> String {
        let rows = try report(run).split(separator: "\n").filter { $0.hasPrefix("|") }
        let row = rows.first { $0.split(separator: "|").first?.trimmingCharacters(in: .whitespaces) == id }
        return row.map(String.init) ?? ""
    }

    /// Everything that must be as before when agents break the rules, as text to compare.
    ///
    /// The files are those of the shared git folder that steer git; refs and the reflogs have claims of their own.
    func fixedParts() throws -> [String: String] {
        var parts: [String: String] = [:]
        for name in ["config", "info/attributes", "description"] {
            parts[name] = try? repository.read(".git/" + name)
        }
        let hooks = repository.path + "/.git/hooks"
        for name in try FileManager.default.contentsOfDirectory(atPath: hooks) where !name.hasSuffix(".sample") {
            parts["hooks/" + name] = try repository.read(".git/hooks/" + name)
        }
        parts["remote"] = try repository.git(in: remote, "for-each-ref", "--format=%(refname)")
        parts["branches"] = try refs("refs/heads/").joined(separator: "\n")
        parts["tags"] = try refs("refs/tags/").joined(separator: "\n")
        parts["stash"] = try refs("refs/stash").joined(separator: "\n")
        parts["HEAD"] = try repository.read(".git/HEAD")
        return parts
    }

    /// Paths that differ between the first commit and `main`, sorted.
    func landedPaths(since base: String) throws -> [String] {
        try repository.git("diff", "--name-only", base, "main").split(separator: "\n").map(String.init)
    }

    /// Processes of this machine that carry the run in their environment, or the mark on their command line.
    func leftovers(run: RunID?, mark: String) -> [String] {
        let variable = run.map { "SWITCHYARD_RUN_ID=\($0.rawValue)" }
        let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return pids.filter { $0.allSatisfy(\.isNumber) }.compactMap { pid in
            let line = Self.words("/proc/\(pid)/cmdline")
            let environment = Self.words("/proc/\(pid)/environ")
            let isLeft = line.contains { $0.contains(mark) } || variable.map(environment.contains) == true
            return isLeft ? "\(pid): \(line.joined(separator: " "))" : nil
        }
    }

    private static func words(_ path: String) -> [String] {
        // A process may end while it is looked at.
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
