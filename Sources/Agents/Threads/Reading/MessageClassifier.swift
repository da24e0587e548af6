package import RunModel

/// Tells what a person's message is, from its words and what stands before it; pure.
///
/// The rule for several sentences: the last clause that asks, decides, refuses or points governs. A refusal beside a
/// decision is its reason or its limit, so the decision governs, unless the refusal comes last and is set against it
/// (`we should, but not now`). What is told besides changes nothing. A pointer or a yes with anything of substance
/// beside it is a decision, alone it is a bare option.
package struct MessageClassifier: Sendable {
    package struct Result: Sendable, Hashable {
        package var kind: MessageKind
        package var confidence: Double
        package var options: [DecisionOption]
        package var evidence: String
    }

    let context: ThreadContext

    func classify(_ text: String) -> Result {
        let prose = MessageProse(text)
        guard !prose.text.isEmpty else {
            return Result(
                kind: .other,
                confidence: 0.9,
                options: [],
                evidence: prose.isPasted ? "pasted text" : "no words"
            )
        }
        guard !WordTables.meaningless.contains(prose.words.joined(separator: " ")) else {
            return Result(kind: .other, confidence: 0.8, options: [], evidence: prose.text)
        }
        var acts: [ClauseAct] = []
        for clause in ClauseSplitter.clauses(of: prose.text) {
            acts += ClauseReader.acts(of: clause, offered: context.offered)
        }
        var judge = ActJudge(acts: acts, context: context, prose: prose)
        var result = judge.result()
        result.confidence = min(0.99, max(0.3, result.confidence))
        return result
    }
}
