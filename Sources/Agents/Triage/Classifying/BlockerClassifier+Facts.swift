import RunModel

/// What is decided by facts, above all words: nothing to read, nothing begun, landed before, a failure that was none.
extension BlockerClassifier {
    mutating func unreadable() -> TriageVerdict? {
        switch shape {
        case .empty: note("content", "the file is empty")
        case .binary: note("content", "the file is no text")
        case _ where body.isPageOfServer: note("content", "a page of a server, not a blocker")
        default:
            let says =
                !body.labels.isEmpty || !body.summary.isEmpty || !body.failures.isEmpty || !body.resolution.isEmpty
                || !body.actions.isEmpty || !body.logs.isEmpty || !body.details.isEmpty || !body.outcomes.isEmpty
            if says && !(shape == .brokenObject && label == nil && wanted == nil && causes.isEmpty && demands.isEmpty) {
                return nil
            }
            note("content", "nothing in the file says what is wrong")
        }
        return verdict(.unreadable, needsHuman: false, confidence: 0.95)
    }

    /// An error of the router before any agent began: nothing but a ticket, a time and an error.
    mutating func notStarted() -> TriageVerdict? {
        let isBare = body.labels.isEmpty && body.actions.isEmpty && body.failures.isEmpty && body.resolution.isEmpty
        let isRouted =
            name.words.contains { $0.hasPrefix("rout") }
            || body.value.members.contains { member in
                let key = FieldName(member.key).folded
                return ["routed", "routing", "router"].contains(where: key.hasPrefix)
            }
        let speaksOfRouting = (causes[.routingError] ?? 0) >= 3
        if label == .routingError {
            note("label", body.labels.joined(separator: ", "))
        } else if isBare && isRouted && !body.summary.isEmpty {
            note("shape", "only an error of the router: \(body.summary.joined(separator: " ").prefix(120))")
        } else if isBare && speaksOfRouting && body.value.count <= 6 {
            note("error", String(body.summary.joined(separator: " ").prefix(120)))
        } else {
            return nil
        }
        return verdict(.routingError, needsHuman: false, confidence: 0.9)
    }

    /// The ticket's work had landed before.
    mutating func landedBefore() -> TriageVerdict? {
        let cause = causes[.duplicateWork] ?? 0
        let demand = demands[.duplicateWork] ?? 0
        let isLabelled =
            label == .duplicateWork
            || body.actions.contains { WantedAction($0) == .close && LabelTable.blockerClass($0) == .duplicateWork }
        let isQuestion = label == .clarification || label == .specificationError
        // A failing check of landed work speaks of it as well; then something else is wrong.
        let isFailing = !body.failures.isEmpty || wanted == .continuation || label?.claimsFailure == true
        let isSaid = cause >= 4 && (demand >= 4 || wanted == .close || cause >= 8) && !isFailing && !isQuestion
        guard isLabelled || isSaid else { return nil }
        if isLabelled { note("label", body.labels.joined(separator: ", ")) }
        note("text", quote(of: .duplicateWork, in: body.summary))
        return verdict(.duplicateWork, needsHuman: false, confidence: isLabelled && cause > 0 ? 0.97 : 0.88)
    }

    /// A failure is claimed, and the log, the counts or the text say otherwise.
    mutating func contradicted() -> TriageVerdict? {
        let claim = label ?? nameClass
        if label == .falsePositive {
            note("label", body.labels.joined(separator: ", "))
            return verdict(.falsePositive, needsHuman: false, confidence: 0.95)
        }
        // Words of the summary are no second witness for what the summary says.
        let isProven =
            (causes[.falsePositive] ?? 0) + (demands[.falsePositive] ?? 0) + (wanted == .close ? 2 : 0) >= 6
            || hasOutput && log.showsPass
        // Whoever lists what failed, and wants it mended, does not say that nothing failed.
        let isDenied =
            person == true || wanted == .person || wanted == .continuation
            || (claim == .qaFailure && !body.failures.isEmpty && wanted != .close)
        if (causes[.falsePositive] ?? 0) >= 4, isProven, !isDenied {
            note("text", quote(of: .falsePositive, in: body.summary))
            return verdict(.falsePositive, needsHuman: false, confidence: 0.85)
        }
        guard let claim, claim.claimsFailure, !body.isFailingByCount else { return nil }
        let isAutomatic = claim != .qaFailure
        if log.showsPass && (isAutomatic || body.failures.isEmpty && hasOutput) {
            note("log", log.passes.first ?? "\(log.passedCount ?? 0) passed, none failed")
            return verdict(.falsePositive, needsHuman: false, confidence: 0.93)
        }
        if log.showsMachineFaultOnly, isAutomatic, body.failures.isEmpty || !body.logs.isEmpty {
            note("log", "only the machine failed: \(log.machineFaults.first ?? "")")
            for pass in log.passes.prefix(1) { note("log", pass) }
            return verdict(.falsePositive, needsHuman: false, confidence: log.passes.isEmpty ? 0.8 : 0.93)
        }
        let results = Set(body.outcomes.flatMap(Words.tokens))
        let isPassing =
            !results.isDisjoint(with: ["pass", "passed", "success", "approved", "succeeded"])
            && results.isDisjoint(with: ["fail", "failed", "not", "partial", "but", "failure"])
        let isPassingByCount = body.failedCount == 0 && (body.passedCount ?? 0) > 0
        // What a build server recommends is the same sentence for every failure.
        let isUnasked = (demands[.qaFailure] ?? 0) == 0 || (isAutomatic && isPassingByCount)
        if isPassing || isPassingByCount, body.failures.isEmpty, !log.showsFailure, isUnasked {
            note("result", isPassing ? body.outcomes.joined(separator: ", ") : "no test failed")
            return verdict(.falsePositive, needsHuman: false, confidence: 0.85)
        }
        return nil
    }
}

extension BlockerBody {
    /// Tests failed by the blocker's own count.
    fileprivate var isFailingByCount: Bool { (failedCount ?? 0) > 0 || !failedTests.isEmpty }
}
