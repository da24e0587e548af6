import RunModel

/// Messages of the commits a train makes.
enum TrainMessage {
    /// The merge commit's message: the task file's words, or `merge: <agent> <title>`, with trailers.
    static func merge(_ candidate: MergeCandidate, run: RunID) -> String {
        let title = candidate.title.isEmpty ? "" : " \(candidate.title)"
        let written = candidate.message.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        return adding(
            trailers(run: run, agents: [candidate.agent]),
            to: written ?? "merge: \(candidate.agent)\(title)"
        )
    }

    /// The collect commit's message.
    static func collect(_ files: [CollectedFile], run: RunID) -> String {
        var targets: [String] = []
        for file in files where !targets.contains("\(file.target)") { targets.append("\(file.target)") }
        let count = files.count == 1 ? "1 file" : "\(files.count) files"
        let list = files.map { "- \($0.path) (\($0.agent))" }.joined(separator: "\n")
        return adding(
            trailers(run: run, agents: []),
            to: "collect: append \(count) to \(targets.joined(separator: ", "))\n\n\(list)"
        )
    }

    /// The message of the commit that joins landed work with a remote that moved.
    static func join(_ upstream: String, run: RunID) -> String {
        adding(trailers(run: run, agents: []), to: "merge: \(upstream) moved while the run was at work")
    }

    private static func trailers(run: RunID, agents: [AgentID]) -> [String] {
        ["Switchyard-Run: \(run)"] + agents.map { "Switchyard-Agent: \($0)" }
    }

    /// Puts trailers where git looks for them: in the last paragraph, on their own unless it holds only trailers.
    private static func adding(_ trailers: [String], to message: String) -> String {
        var text = message
        while text.last?.isWhitespace == true { text.removeLast() }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let lastParagraph = lines.reversed().prefix { !$0.allSatisfy(\.isWhitespace) }
        let hasSeveral = lastParagraph.count < lines.count
        let separator = hasSeveral && lastParagraph.allSatisfy(isTrailer) ? "\n" : "\n\n"
        return text + separator + trailers.joined(separator: "\n") + "\n"
    }

    private static func isTrailer(_ line: Substring) -> Bool {
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return false }
        let isToken = line[..<colon].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return isToken && line[colon...].dropFirst().first == " "
    }
}
