package import RunModel

/// Asks an engine about blockers that the rules of triage could not tell much of.
package struct EngineTriage: Sendable {
    /// Opinions by the blockers' keys, and why there is none of the others.
    package struct Opinions: Sendable {
        package var given: [BlockerKey: BlockerOpinion] = [:]
        package var findings: [Finding] = []

        package init() {}
    }

    private let engine: ReadOnlyEngine
    private let template: PromptTemplate
    /// Most blockers an engine is asked about in one pass; default 10.
    private let most: Int

    package init(engine: ReadOnlyEngine, template: PromptTemplate, most: Int = 10) {
        self.engine = engine
        self.template = template
        self.most = most
    }

    /// Asks about one after the other; a refusal of one keeps nothing from the others.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func opinions(on blockers: [PastBlocker]) async throws -> Opinions {
        var opinions = Opinions()
        for blocker in blockers.prefix(most) {
            try Task.checkCancellation()
            let asked = ReadOnlyEngine.Question(
                subject: blocker.name,
                role: "triage",
                files: PathMentions.paths(in: blocker.words),
                prompt: { prompt(blocker, files: $0) }
            )
            let name = engine.name
            let opinion: Result<BlockerOpinion, BlockerOpinion.Unusable> =
                switch await engine.ask(asked, check: { .accepted($0.text) }) {
                case .accepted(let text): BlockerOpinion.read(text, engine: name)
                case .refused(let why): .failure(BlockerOpinion.Unusable(why: why))
                }
            switch opinion {
            case .success(let opinion): opinions.given[blocker.key] = opinion
            case .failure(let unusable):
                opinions.findings.append(
                    Finding(
                        .note,
                        "blocker-no-opinion",
                        "The engine '\(name)' was asked in vain: \(unusable.why).",
                        file: blocker.name
                    )
                )
            }
        }
        return opinions
    }

    private func prompt(_ blocker: PastBlocker, files: [ReadOnlyEngine.ReadFile]) -> String {
        let verdict = blocker.reading.verdict
        let percent = Int((verdict.confidence * 100).rounded())
        let because = verdict.evidence.isEmpty ? "" : " because of \(verdict.evidence.joined(separator: "; "))"
        return template.render([
            "title": blocker.name,
            "prompt":
                "What is this blocker? The rules say \(verdict.blockerClass.rawValue), \(percent) % sure\(because). "
                + "Say whether that is right, and if not, what it is.",
            "context": MarkdownText.fence(SecretMask.mask(blocker.words)),
            "reads": files.inPrompt,
        ])
    }
}
