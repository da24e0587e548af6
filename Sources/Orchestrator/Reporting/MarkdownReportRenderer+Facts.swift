import Foundation
import RunModel

extension MarkdownReportRenderer {
    /// Baseline, verify runs, bisection, flaky commands.
    var verificationSection: String? {
        let facts = report.verification
        guard !facts.commands.isEmpty || !facts.baseline.isEmpty || !facts.checks.isEmpty else { return nil }
        var parts = ["## Verification"]
        if !facts.commands.isEmpty {
            parts.append("Run on exactly the commit that lands: " + facts.commands.map(MarkdownText.code).asProse + ".")
        }
        if let table = verificationTable { parts.append(table) }
        for check in facts.checks where !check.isPassed {
            guard let output = check.output, !output.isEmpty else { continue }
            parts.append("What \(MarkdownText.code(check.commit.shortCommit)) printed last:")
            parts.append(MarkdownText.fence(output))
        }
        parts += facts.bisections.map(Self.describe)
        if facts.checks.contains(where: \.isFlaky) {
            parts.append("**Flaky:** a command failed once and passed when it was repeated on the same commit.")
        }
        if !facts.baseline.isEmpty { parts.append(baselineList) }
        return parts.joined(separator: "\n\n")
    }

    private var verificationTable: String? {
        var table = MarkdownTable([("Commit", .left), ("Result", .left), ("Failed command", .left), ("Time", .right)])
        for check in report.verification.checks {
            let isLanded = check.commit == report.landing.commit
            table.add([
                MarkdownText.codeInCell(check.commit.shortCommit) + (isLanded ? " (landed)" : ""),
                check.isPassed ? (check.isFlaky ? "passed at the second try" : "passed") : "**failed**",
                check.failedCommand.map { MarkdownText.codeInCell($0) } ?? "–",
                DurationText.format(check.seconds),
            ])
        }
        return table.isEmpty ? nil : table.render()
    }

    private static func describe(_ bisection: Bisected) -> String {
        let rounds = count(bisection.rounds, "round")
        guard !bisection.culprits.isEmpty else {
            return "Bisection found no agent to blame in \(rounds)."
        }
        let names = bisection.culprits.map { MarkdownText.escape($0.rawValue) }.asProse
        return "Bisection named \(names) in \(rounds); the rest was verified again without it."
    }

    private var baselineList: String {
        let items = report.verification.baseline.map { failure in
            let tests = failure.tests.map(MarkdownText.code).asProse
            return "- \(MarkdownText.code(failure.command))" + (tests.isEmpty ? "" : ": " + tests)
        }
        return "Failed before any agent began, and therefore counted against nobody:\n\n"
            + items.joined(separator: "\n")
    }

    /// `once`, `twice`, `3 times`.
    private static func times(_ number: Int) -> String {
        number == 1 ? "once" : number == 2 ? "twice" : "\(number) times"
    }

    /// The text from outside with a full stop, where it lacks one.
    private static func sentence(_ text: String) -> String {
        let line = MarkdownText.escape(text.trimmingCharacters(in: .whitespacesAndNewlines))
        return line.last.map { ".!?".contains($0) } == true ? line : line + "."
    }

    /// Branch, working tree, remote.
    var landingSection: String? {
        let landing = report.landing
        guard let branch = landing.branch else { return nil }
        var lines: [String] = []
        if let commit = landing.commit, let from = landing.from {
            let (branch, old, new) = (
                MarkdownText.code(branch), MarkdownText.code(from.shortCommit), MarkdownText.code(commit.shortCommit)
            )
            lines.append("- \(branch) moved from \(old) to \(new).")
        } else {
            lines.append("- \(MarkdownText.code(branch)) was not moved.")
        }
        if landing.rebases > 0 {
            lines.append(
                "- The branch or the remote moved meanwhile: the train was built and tested again "
                    + "\(Self.times(landing.rebases))."
            )
        }
        lines.append("- " + pushLine)
        return (["## Landing and push", lines.joined(separator: "\n")] + workdirParts).joined(separator: "\n\n")
    }

    /// What to do about a working tree that stood in the way.
    private var workdirParts: [String] {
        if let reference = report.landing.waitingRef { return waitingParts(reference) }
        guard let workdir = report.landing.workdir, !workdir.isUpdated else { return [] }
        let paths = workdir.blockedPaths.map(MarkdownText.code).asProse
        let why = paths.isEmpty ? "" : ": there are local changes in \(paths)"
        let opening = "**Your working tree was left as it is**\(why)."
        guard let commands = workdirCommands(workdir) else { return [opening] }
        return [
            opening + " This brings it up to date and keeps your changes:", MarkdownText.fence(commands, info: "sh"),
        ]
    }

    /// Passed work that did not land is taken over with one command.
    private func waitingParts(_ reference: String) -> [String] {
        let paths = (report.landing.workdir?.blockedPaths ?? []).map(MarkdownText.code).asProse
        let why = paths.isEmpty ? "" : " because of local changes in \(paths)"
        return [
            "**The tested result did not land**\(why). It waits under \(MarkdownText.code(reference)). "
                + "Commit or stash what is in the way, then:",
            MarkdownText.fence("git merge --ff-only \(ShellText.quote(reference))", info: "sh"),
        ]
    }

    /// Moves index and working tree from the old commit to the landed one.
    ///
    /// `git stash` would be wrong here: the branch has moved already, so it would take the landed work for a deletion.
    private func workdirCommands(_ workdir: WorkdirUpdated) -> String? {
        guard let from = report.landing.from, let to = report.landing.commit else { return nil }
        let move = "git read-tree -m -u \(from) \(to)"
        guard !workdir.blockedPaths.isEmpty else { return move }
        let paths = workdir.blockedPaths.map(ShellText.quote).joined(separator: " ")
        return """
            git diff \(from) -- \(paths) > local-changes.patch
            git checkout \(from) -- \(paths)
            \(move)
            git apply --3way local-changes.patch
            """
    }

    private var pushLine: String {
        let landing = report.landing
        guard let push = landing.push else { return landing.noPushReason ?? "No push was tried." }
        let target = MarkdownText.code("\(push.remote)/\(push.branch)")
        let commit = MarkdownText.code(push.commit.shortCommit)
        if landing.isPushed {
            return "\(commit) is on \(target)" + (push.result == .upToDate ? ", and was there before the push." : ".")
        }
        let message = push.message.map { " " + Self.sentence($0) } ?? ""
        let command =
            "git push \(ShellText.quote(push.remote)) \(push.commit.shortCommit):\(ShellText.quote(push.branch))"
        return "**The push to \(target) failed** (\(MarkdownText.code(push.result.rawValue))).\(message) "
            + "The work is safe on the local branch. Try again with " + MarkdownText.code(command) + "."
    }
}
