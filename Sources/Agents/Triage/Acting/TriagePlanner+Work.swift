import Foundation
import RunModel

/// Blockers that another agent goes on from.
extension TriagePlanner {
    mutating func goOn(
        _ blocker: PastBlocker,
        earlier: [PastBlocker],
        _ outcome: inout TriageOutcome
    ) throws {
        guard let ticket = blocker.reading.ticket else {
            tell(
                blocker,
                severity: "medium",
                title: "A \(blocker.blockerClass.inWords) names no ticket",
                issue: blocker.what,
                actions: [
                    "Find out which ticket '\(blocker.name)' is about.",
                    "Put its id into the blocker and move it back.",
                ],
                &outcome
            )
            outcome.needsHuman = true
            outcome.action = .inbox
            archive(blocker, &outcome)
            return
        }
        if let why = landedSince(blocker, ticket) {
            outcome.action = .markLanded
            outcome.done.append("The work landed after this was written: \(why).")
            tell(
                blocker,
                severity: "low",
                title: "\(ticket) landed after this \(blocker.blockerClass.inWords) was written",
                issue: "\(why). Nothing was made of the blocker: \(PromptText.line(blocker.what))",
                actions: ["If it still holds, move the archived blocker back without its time, or write a ticket."],
                &outcome,
                why: "landed"
            )
            archive(blocker, &outcome)
            return
        }
        let past = try snapshot.history(of: ticket, in: session).filter { $0.key != blocker.key }
        let attempts = Self.unique((past + earlier).filter { $0.blockerClass.family == .continuation })
            .filter { !PastBlocker.isBefore(blocker, $0) }.sorted(by: PastBlocker.isBefore)
        let alike = attempts.filter { $0.blockerClass == blocker.blockerClass && $0.overlaps(blocker) }
        let number = max(alike.count + 1, blocker.attemptsTold ?? 1)
        if outcome.action == .inbox {
            tell(
                blocker,
                severity: "high",
                title: "\(ticket): \(blocker.blockerClass.inWords) that nobody can be given",
                issue: inboxIssue(of: blocker),
                actions: inboxActions(of: blocker, ticket: ticket),
                &outcome
            )
            outcome.needsHuman = true
        } else {
            let isStuck = blocker.blockerClass == .engineFailure && number >= options.escalateFrom
            if !isStuck { writeContinuation(of: blocker, ticket: ticket, attempts: attempts, &outcome) }
            if number >= options.escalateFrom {
                outcome.needsHuman = true
                if isStuck { outcome.action = .inbox }
                tell(
                    blocker,
                    severity: "high",
                    title: number == alike.count + 1
                        ? "\(ticket) failed \(number) times for the same reason"
                        : "\(ticket) failed again: attempt \(number), as its blocker says",
                    issue: Self.attemptTable(attempts + [blocker]),
                    actions: [
                        "Read the attempts: is the ticket possible as it is written?",
                        isStuck
                            ? "Mend the engine, then put the ticket back to ready."
                            : "Let the next attempt go on, change the ticket, or take it over.",
                    ],
                    &outcome,
                    why: "repeated"
                )
            }
        }
        let isUntried = blocker.blockerClass == .engineFailure && !attempts.contains { $0.judgesWork }
        let iteration = max(attempts.count + 2, snapshot.ticket(ticket)?.ticket.iteration ?? 0)
        move(ticket, to: isUntried ? .ready : .qaFailed, &outcome, fields: [("iteration", .number(iteration))])
        archive(blocker, &outcome)
    }

    /// What tells that the ticket's work landed after the blocker was written; `nil` when nothing does.
    ///
    /// Blockers of our own runs bear the time their run began, and so prove nothing.
    private func landedSince(_ blocker: PastBlocker, _ ticket: TicketID) -> String? {
        guard let date = blocker.date, blocker.reading.body.value["blocker_context"]?["run"] == nil else { return nil }
        if let landed = landing(of: ticket), let time = landed.time, time > date {
            return "the commit \(landed.commit.prefix(12)) '\(landed.subject.prefix(80))' names the ticket"
        }
        if let known = snapshot.ticket(ticket)?.ticket, known.state == .merged, let time = known.updatedAt, time > date
        {
            return "the ledger has the ticket as merged"
        }
        return nil
    }

    private static func unique(_ blockers: [PastBlocker]) -> [PastBlocker] {
        var seen: Set<String> = []
        return blockers.filter { seen.insert($0.key.rawValue).inserted }
    }

    /// The attempts as lines for a person.
    static func attemptTable(_ attempts: [PastBlocker]) -> String {
        attempts.enumerated().map { number, attempt in
            let when = attempt.date.map { LedgerStamp.text($0).prefix(16) } ?? "unknown time"
            return
                "\(number + 1). \(when), \(attempt.blockerClass.inWords): \(PromptText.line(attempt.what, limit: 200))"
        }.joined(separator: "\n")
    }

    private func inboxIssue(of blocker: PastBlocker) -> String {
        let body = blocker.reading.body
        guard let scope = blocker.reading.verdict.testScope else { return PromptText.line(blocker.what) }
        switch scope.position {
        case .mixed:
            return
                "\(PromptText.line(blocker.what)) Failing inside of the ticket's files: \(scope.inside.joined(separator: ", ")); outside: \(scope.outside.joined(separator: ", "))."
        default:
            let tests =
                body.failedTests.isEmpty
                ? "it names no failing test" : "failing: \(body.failedTests.joined(separator: ", "))"
            return
                "\(PromptText.line(blocker.what)) Nobody can tell whether the ticket's own tests failed or others: \(tests)."
        }
    }

    private func inboxActions(of blocker: PastBlocker, ticket: TicketID) -> [String] {
        guard blocker.blockerClass == .ciFailure else {
            return blocker.reading.body.resolution.prefix(5).map { PromptText.line($0) } + [
                "Decide how \(ticket) goes on."
            ]
        }
        return [
            "Look at the run of the build server for \(blocker.reading.body.branch.map { "'\(PromptText.line($0, limit: 80))'" } ?? ticket.rawValue).",
            "Tests outside of the ticket's files: let an agent mend the regression. Inside: let it mend its tests.",
            "Put the failing tests into the blocker as 'failed_tests' and move it back, or write a prompt.",
        ]
    }

    // MARK: The prompt

    private mutating func writeContinuation(
        of blocker: PastBlocker,
        ticket id: TicketID,
        attempts: [PastBlocker],
        _ outcome: inout TriageOutcome
    ) {
        let name = WorkPrompt.fileName(.continuation, id, key: blocker.key.short)
        outcome.paths.append(session.locations.path(name, in: .prompts))
        outcome.done.append("A prompt for the next attempt is ready.")
        guard snapshot.prompts.insert(name).inserted else { return }
        for old in continuations[id.fileName] ?? [] where old != name {
            plan.superseded.append(old)
            outcome.done.append("It replaces '\(old)', which was put away.")
        }
        continuations[id.fileName] = [name]
        let prompt = continuation(of: blocker, ticket: id, attempts: attempts)
        if prompt.files.isEmpty {
            outcome.findings.append(
                Finding(
                    .note,
                    "files-unknown",
                    "Nobody says which files \(id) is about: its prompt owns all that no rule protects.",
                    hint: "Name them in the ticket's files_to_modify."
                )
            )
        }
        plan.prompts.append((name, options.text(of: prompt)))
    }

    private func continuation(of blocker: PastBlocker, ticket id: TicketID, attempts: [PastBlocker]) -> WorkPrompt {
        let body = blocker.reading.body
        let ticket = snapshot.ticket(id)?.ticket
        let context = body.value["blocker_context"]
        var prompt = WorkPrompt(
            kind: .continuation,
            ticket: id,
            title: ticket?.title ?? body.value["ticket_title"]?.text ?? context?["title"]?.text ?? "",
            reason: "Attempt \(attempts.count + 2) of \(id): \(blocker.blockerClass.inWords)."
        )
        let branch = body.branch ?? ticket?.branch
        prompt.base = [body.branch, ticket?.branch].compactMap(\.self).first { branch in
            snapshot.facts.branches.contains(branch) && branch != snapshot.facts.mainBranch
                && !branch.hasPrefix("switchyard/") && !Self.isShared(branch)
        }
        // An attempt that came to no end leaves open what the one before it was refused for.
        let judged = blocker.judgesWork ? nil : attempts.last { $0.judgesWork }
        prompt.toFix = judged.map(toFix) ?? []
        prompt.toFix += judged == nil || blocker.blockerClass == .timeout ? toFix(blocker) : []
        prompt.output = body.logs.filter { !$0.isEmpty }
        prompt.recommendation = ((judged?.reading.body.resolution ?? []) + body.resolution)
            .filter { !WorkPrompt.isPath($0) }
        if !attempts.isEmpty {
            prompt.attempts = (attempts + [blocker]).suffix(12).map { attempt in
                (
                    attempt.date.map { String(LedgerStamp.text($0).prefix(16)) } ?? "?", attempt.blockerClass.inWords,
                    attempt.what
                )
            }
        }
        prompt.criteria = ticket?.acceptanceCriteria ?? []
        prompt.files = files(of: body, ticket: ticket, branch: branch)
        prompt.outOfScope = ticket?.outOfScope ?? []
        prompt.reads = ticket?.filesToRead ?? []
        prompt.checks = ticket?.devChecks ?? []
        prompt.source = session.locations.path(blocker.name, in: .archive(day: LedgerStamp.day(now)))
        takeOwnRun(context, into: &prompt)
        if let excluded = body.value["continuation_ticket_requirements"]?["files_to_exclude"] {
            prompt.forbidden = excluded.elements.map { Ticket.path($0.summary) }
        }
        return prompt
    }

    /// A branch that many land on: one ticket's next attempt does not.
    private static func isShared(_ branch: String) -> Bool {
        let name = branch.lowercased()
        return [
            "main", "master", "trunk", "develop", "development", "dev", "staging", "stage", "production", "prod",
            "next",
            "qa", "test", "testing", "integration", "release",
        ].contains(name) || name.hasPrefix("release/") || name.hasPrefix("release-")
    }

    /// A run of ours says whose files they were, what the part was, and which hunks stand against each other.
    private func takeOwnRun(_ context: LedgerValue?, into prompt: inout WorkPrompt) {
        guard let context, context["run"] != nil else { return }
        let owned = context["owns"]?.elements.compactMap(\.text) ?? []
        if !owned.isEmpty { prompt.files = owned }
        prompt.parts = context["parts"]?.elements.compactMap(OwnedPart.init(reading:)) ?? []
        prompt.checks += context["tests"]?.elements.compactMap(\.text) ?? []
        prompt.originalPart = context["prompt"]?.text.map(SecretMask.mask)
        prompt.reads += [context["report"]?.text].compactMap(\.self)
        for conflict in context["conflicts"]?.elements ?? [] {
            let hunks = conflict["hunks"]?.elements.compactMap(\.text) ?? []
            prompt.output.append("\(conflict["path"]?.summary ?? "")\n" + hunks.joined(separator: "\n"))
        }
        if let head = context["landed_head"]?.text {
            prompt.recommendation.append(
                "Start from what has landed (\(head.prefix(12))); your worktree does so already."
            )
        }
        if let ref = context["ref"]?.text {
            prompt.recommendation.append(
                "The refused work is kept under \(ref); look at it with git show, do not merge it."
            )
        }
    }

    private func toFix(_ blocker: PastBlocker) -> [String] {
        let body = blocker.reading.body
        var items = body.failures.map { failure in
            var text = failure.criterion
            if let expected = failure.expected { text += ". Expected: \(expected)" }
            if let actual = failure.actual, actual != failure.criterion { text += ". Found: \(actual)" }
            if let evidence = failure.evidence { text += ". Evidence: \(evidence.prefix(300))" }
            return text
        }
        let tests = body.failedTests
        if !tests.isEmpty { items.append("Failing tests: " + tests.joined(separator: ", ")) }
        if items.isEmpty || blocker.blockerClass != .qaFailure { items = body.summary.prefix(3) + items }
        switch blocker.reading.verdict.action {
        case .regressionContinuation: items.append("Only mend what broke; keep the ticket's own work as it is.")
        case .fixTests:
            items.append(
                "The failing tests belong to your own files: mend the code, or the tests where they are wrong."
            )
        case .retry: items.append("Nothing was found against the work: do the ticket again from its beginning.")
        default: break
        }
        return items
    }

    /// Files the next attempt may write: what the ticket names, else the blocker, else the branch's own changes.
    private func files(of body: BlockerBody, ticket: Ticket?, branch: String?) -> [String] {
        let wanted =
            body.value["continuation_ticket_requirements"]?["files_to_include"]?.elements.map {
                Ticket.path($0.summary)
            } ?? []
        let choices = [
            wanted, ticket?.filesToModify ?? [], body.scopeFiles,
            branch.flatMap { snapshot.facts.changedFiles[$0] } ?? [],
        ]
        let known = choices.map { $0.filter(WorkPrompt.isPath) }.first { !$0.isEmpty } ?? []
        let tests = body.failedTests.map { $0.split(separator: " ").first.map(String.init) ?? $0 }.filter {
            WorkPrompt.isPath($0) && $0.contains("/")
        }
        return known.isEmpty ? [] : known + (body.isAboutOwnTests ? tests : [])
    }
}

extension BlockerBody {
    fileprivate var isAboutOwnTests: Bool { !failedTests.isEmpty }
}
