extension TriageVerdict {
    /// What is to be done about a blocker of the class; failures on a build server by where their tests lie.
    mutating func chooseAction(for body: BlockerBody, person: Bool?, causes: [BlockerClass: Double]) {
        switch blockerClass {
        case .qaFailure, .mergeConflict, .ownershipViolation, .guardViolation, .timeout:
            action = needsHuman ? .inbox : .continuation
        case .regressionFailure: action = needsHuman ? .inbox : .regressionContinuation
        case .ciFailure: chooseForBuildServer(body, person: person)
        case .engineFailure: action = needsHuman ? .inbox : .retry
        case .missingTooling: action = .toolingTicket
        case .clarification, .specificationError, .environment, .infrastructure, .externalSetup:
            needsHuman = true
            action = .decisionThread
        case .duplicateWork: action = .markLanded
        case .falsePositive: action = .archive
        case .routingError: action = .putBack
        case .unreadable: action = .quarantine
        }
    }

    private mutating func chooseForBuildServer(_ body: BlockerBody, person: Bool?) {
        var scope = TestScope(failedTests: body.failedTests, files: body.scopeFiles)
        if scope.position == .unknown, let said = Self.position(saidIn: body) {
            scope = TestScope(said, tests: body.failedTests)
        }
        testScope = scope
        if needsHuman || person == true {
            needsHuman = true
            action = .inbox
            return
        }
        switch scope.position {
        case .outside: action = .regressionContinuation
        case .inside: action = .fixTests
        case .mixed:
            needsHuman = true
            action = .inbox
        case .unknown:
            // Whoever wrote it saw the run, and says that an agent can mend it.
            let isLeftToAgent =
                DemandPhrases.table.hits(in: body.resolution.joined(separator: "\n"))
                .contains { !$0.isNegated && ($0.meaning == .qaFailure || $0.meaning == .regressionFailure) }
                || body.actions.contains { WantedAction($0) == .continuation }
            action = isLeftToAgent ? .continuation : .inbox
            needsHuman = !isLeftToAgent
        }
    }

    /// What the text says about where the tests lie.
    private static func position(saidIn body: BlockerBody) -> TestScope.Position? {
        let text = (body.summary + body.logs.filter { $0.count < 400 } + body.details).joined(separator: "\n")
        let hits = scopeTable.hits(in: text).filter { !$0.isNegated }.map(\.meaning)
        let isOutside = hits.contains(.outside)
        let isInside = hits.contains(.inside)
        if hits.contains(.mixed) || (isOutside && isInside) { return .mixed }
        return isOutside ? .outside : isInside ? .inside : nil
    }

    private static let scopeTable = PhraseTable<TestScope.Position>([
        (
            .outside, 1,
            [
                "outside ~ scope", "outside of ~ ticket", "not in ~ scope", "out of scope tests|test|files",
                "unrelated tests|test|files", "did not modify|touch|change",
                "didn't modify|touch|change", "outside ~ files",
            ]
        ),
        (
            .inside, 1,
            [
                "inside ~ scope", "in scope", "within ~ scope", "ticket's own tests|test", "own tests|test",
                "tests|test ~ added by|in", "new tests|test ~ fail*", "tests ~ for ~ modified|changed files",
            ]
        ),
        (.mixed, 1, ["both inside|in and outside", "some ~ inside|in ~ outside", "mixed"]),
    ])
}

extension TestScope {
    /// As somebody said it who saw the run.
    fileprivate init(_ position: Position, tests: [String]) {
        self.position = position
        inside = position == .inside ? tests : []
        outside = position == .outside ? tests : []
    }
}
