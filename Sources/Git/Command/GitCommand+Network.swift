import ChildProcesses

extension GitCommand {
    /// Fetches from a remote into its remote-tracking refs, or by the given refspecs.
    package func fetch(_ remote: String, refspecs: [String] = [], in repository: String) async throws(GitError) {
        _ = try await require(
            ["fetch", "--quiet", "--no-write-fetch-head", "--no-auto-maintenance", "--", remote] + refspecs,
            in: repository,
            doing: "fetch from",
            subject: remote
        )
    }

    /// The refs of a remote by name; patterns as in `git ls-remote`.
    package func remoteReferences(
        _ remote: String,
        patterns: [String] = [],
        in repository: String
    ) async throws(GitError) -> [String: OID] {
        let text = try await require(
            ["ls-remote", "--quiet", "--refs", "--", remote] + patterns,
            in: repository,
            doing: "list the refs of",
            subject: remote
        )
        var references: [String: OID] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2 else { continue }
            references[String(parts[1])] = try OID(hex: String(parts[0]))
        }
        return references
    }

    /// Pushes a commit to a branch of a remote; a refusal is a value, not an error.
    ///
    /// The repository's own pre-push hook, credentials, LFS and the server's hooks all take part.
    ///
    /// - `branch`: full name of the remote's ref, for example `refs/heads/main`.
    /// - `expecting`: what the remote branch must stand at (`--force-with-lease`); `nil` allows fast-forward only.
    package func push(
        _ commit: OID,
        to branch: String,
        remote: String,
        expecting: OID? = nil,
        in repository: String
    ) async throws(GitError) -> PushOutcome {
        var arguments = ["push", "--porcelain", "--no-progress"]
        if let expecting { arguments.append("--force-with-lease=\(branch):\(expecting)") }
        arguments += ["--", remote, "\(commit):\(branch)"]
        let output = try await run(arguments, in: repository, doing: "push to", subject: remote)
        return PushOutcome(output, branch: branch)
    }
}

extension PushOutcome {
    /// Reads what `git push --porcelain` printed about one ref.
    init(_ output: CollectedOutput, branch: String) {
        let row = output.outputText.split(separator: "\n").lazy
            .map { $0.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false) }
            .first { $0.count == 3 && $0[0].count == 1 && $0[1].hasSuffix(":\(branch)") }
        guard let row, let flag = row[0].first else {
            self = Self.withoutRow(output)
            return
        }
        let summary = String(row[2])
        switch flag {
        case " ", "+", "*", "-": self = .pushed(summary: summary)
        case "=": self = .upToDate
        default: self = Self.refused(summary, output)
        }
    }

    /// Git reached the point of pushing and said nothing about the ref (status 1: the pre-push hook), or did not get
    /// that far.
    private static func withoutRow(_ output: CollectedOutput) -> PushOutcome {
        let said = GitCommand.said(output)
        switch output.ending {
        case .exited(0): return .upToDate
        case .exited(1): return .rejected(reason: said ?? "the pre-push hook refused")
        default: return .failed(message: said ?? "git push failed without a reason")
        }
    }

    /// `[rejected] (fetch first)`, `[remote rejected] (pre-receive hook declined)`, ...
    private static func refused(_ summary: String, _ output: CollectedOutput) -> PushOutcome {
        let reason = summary.firstIndex(of: "(").map { String(summary[$0...].dropFirst().dropLast()) } ?? summary
        if summary.hasPrefix("[rejected]") {
            let moved = ["non-fast-forward", "fetch first", "stale info"]
            return moved.contains(reason) ? .remoteMoved(reason: reason) : .rejected(reason: reason)
        }
        if summary.hasPrefix("[remote failure]") { return .failed(message: reason) }
        let remote = output.errorText.split(whereSeparator: \.isNewline)
            .filter { $0.hasPrefix("remote: ") }
            .map { $0.dropFirst(8).trimmingSpaces() }
            .filter { !$0.isEmpty }
        return .rejected(reason: ([reason] + remote.suffix(10)).joined(separator: "; "))
    }
}

extension Substring {
    /// Without white space at its ends.
    fileprivate func trimmingSpaces() -> String {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
