/// Paths that a sentence forbids: No agent may modify `a.py`, `b.py` or anything in `c/`.
enum Prohibition {
    private static let verbs: Set<String> = [
        "touch", "touches", "modify", "modifies", "edit", "edits", "change", "changes",
    ]
    private static let refusals = [
        "must not", "may not", "does not", "do not", "should not", "doesnt", "never", "cannot", "can not",
    ]
    private static let nobody = ["no agent", "nobody", "no one"]
    private static let fillers: Set<String> = [
        "and", "or", "nor", "any", "anything", "nothing", "everything", "in", "inside", "below", "under", "the", "of",
        "file", "files", "folder", "either",
    ]

    /// Words that turn a prohibition into its opposite.
    private static let exceptions: Set<String> = [
        "outside", "except", "unless", "beyond", "besides", "only", "without",
    ]

    /// The paths in backticks behind somebody who must not touch them.
    static func items(_ text: String, line: Int, column: Int) -> [PathItem] {
        items(text, line: line, column: column, isTitle: false)
    }

    /// The paths a title names whose words forbid in themselves; in brackets it refers to something.
    static func items(inTitle title: String, line: Int, column: Int) -> [PathItem] {
        items(SectionKind.withoutBrackets(title), line: line, column: column, isTitle: true)
    }

    private static func items(_ text: String, line: Int, column: Int, isTitle: Bool) -> [PathItem] {
        guard text.utf8.contains(0x60), text.utf8.count < 2_000 else { return [] }
        let characters = Array(text)
        var items: [PathItem] = []
        var end = 0
        var isForbidding = false
        for span in Inline.codeSpans(text) {
            let gap = String(characters[min(end, span.column)..<max(end, span.column - 1)])
            let sentence = gap.split(separator: ". ", omittingEmptySubsequences: false)
            let words = Inline.words(String(sentence.last ?? "")).split(separator: " ").map(String.init)
            if sentence.count == 1, isForbidding {
                isForbidding = words.allSatisfy(fillers.contains)
            } else {
                isForbidding = isTitle ? SectionKind.isForbidden(words.joined(separator: " ")) : forbids(words)
                isForbidding = isForbidding && exceptions.isDisjoint(with: words)
            }
            isForbidding = isForbidding && PathShape.isPath(span.text, isCode: true)
            if isForbidding {
                items.append(PathItem(path: span.text, notes: [], line: line, column: column + span.column + 1))
            }
            end = span.column + span.text.count + 1
        }
        return items
    }

    /// `she must not touch`, `agent B does not edit anything below`, `nobody edits`.
    private static func forbids(_ sentence: [String]) -> Bool {
        var words = sentence
        while let last = words.last, fillers.contains(last) { words.removeLast() }
        guard let verb = words.popLast(), verbs.contains(verb), words.count <= 6 else { return false }
        let head = words.joined(separator: " ")
        if nobody.contains(where: { head == $0 || head == $0 + " may" || head == $0 + " must" || head == $0 + " can" })
        {
            return true
        }
        guard let refusal = refusals.first(where: { head.hasSuffix(" " + $0) }) else { return false }
        let subject = head.dropLast(refusal.count + 1).split(separator: " ").map(String.init)
        return subject.count <= 3 && Set(subject).isDisjoint(with: ["if", "when", "that", "which"])
    }
}
