import RunModel

/// Decides whether an engine's answer may be posted; pure.
struct AnswerCheck: Sendable {
    /// Most characters of an answer; default 6,000.
    ///
    /// A longer one is a report, not an answer.
    var most = 6_000

    enum Result: Sendable, Hashable {
        /// The text to post, and the files it names.
        case fits(text: String, files: [String])
        case refused(why: String)
    }

    func check(_ answer: String, question: ThreadQuestion, isFile: (String) -> Bool) -> Result {
        let text = String(answer.trimmingSpaces())
        guard Wording.words(text, isMending: false).count > 4 else { return .refused(why: "the answer was empty") }
        guard text.count <= most else { return .refused(why: "the answer was longer than \(most) characters") }
        let named = PathMentions.paths(in: text)
        let files = named.filter(isFile)
        // A path in a sentence about making a file may be new; one without any real file beside it is made up.
        guard !files.isEmpty else {
            return .refused(
                why: named.isEmpty
                    ? "the answer named no file it was read from"
                    : "the answer named files that are not there: \(named.prefix(3).joined(separator: ", "))"
            )
        }
        let invented = named.filter { !isFile($0) && $0.contains("/") }
        guard invented.count <= files.count else {
            return .refused(
                why: "most files the answer named are not there: \(invented.prefix(3).joined(separator: ", "))"
            )
        }
        guard endsWithChoice(text, question.options) else {
            return .refused(why: "the answer did not end with the choice")
        }
        return .fits(text: text, files: files)
    }

    /// The last paragraph, or list, asks or offers.
    private func endsWithChoice(_ text: some StringProtocol, _ options: [DecisionOption]) -> Bool {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
        let end = lines.suffix(max(4, options.count + 2)).joined(separator: "\n")
        if OptionList.options(in: end).count > 1 { return true }
        let words = Wording.words(end, isMending: false)
        let isAsking = lines.suffix(2).contains { $0.hasSuffix("?") || $0.hasSuffix("?**") }
        return isAsking
            && (options.isEmpty || words.contains("option") || words.contains("options") || words.contains("choose")
                || words.contains("which"))
    }
}
