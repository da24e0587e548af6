import RunModel

/// Answers questions of people with an engine, in a folder that it can only read.
package struct EngineAnswerer: ThreadAnswering {
    private let engine: ReadOnlyEngine
    private let template: PromptTemplate

    package var name: String { engine.name }

    package init(engine: ReadOnlyEngine, template: PromptTemplate) {
        self.engine = engine
        self.template = template
    }

    package func answer(_ question: ThreadQuestion) async -> ReadOnlyEngine.Reply {
        let asked = ReadOnlyEngine.Question(
            subject: question.thread.id,
            role: "dispatch",
            files: question.files,
            prompt: { prompt(question, files: $0) }
        )
        return await engine.ask(asked) { words in
            switch AnswerCheck().check(words.text, question: question, isFile: words.isFile) {
            case .refused(let why): return .refused(why: why)
            case .fits(let text, let named):
                var cited = words.read
                for file in named where !cited.contains(file) { cited.append(file) }
                let list = cited.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
                let source = "Answered by \(name), from commit \(words.commit.prefix(9)). Read or named: \(list)."
                return .accepted("\(text)\n\n*\(source)*")
            }
        }
    }

    private func prompt(_ question: ThreadQuestion, files: [ReadOnlyEngine.ReadFile]) -> String {
        let thread = question.thread.messages.map { message in
            "\(message.role == .human ? "PERSON" : "SYSTEM") (\(message.time.map(LedgerStamp.text) ?? "no time")):\n\(message.text)"
        }
        let options = question.options.map { "\($0.id). \($0.label)\($0.isRecommended ? " (recommended)" : "")" }
        let finding = question.finding.map { finding in
            """
            \(finding.id): \(finding.title)
            Severity: \(finding.severity ?? "unknown")
            Location: \(finding.location ?? "unknown")
            Issue: \(finding.issue)
            Suggested fix: \(finding.suggestedFix ?? "none")
            """
        }
        return template.render([
            "title": question.thread.id,
            "prompt": question.text,
            "context": MarkdownText.fence(thread.joined(separator: "\n\n")),
            "finding": finding.map { MarkdownText.fence($0) } ?? "",
            "options": options.isEmpty ? "" : MarkdownText.fence(options.joined(separator: "\n")),
            "reads": files.inPrompt,
        ])
    }
}
