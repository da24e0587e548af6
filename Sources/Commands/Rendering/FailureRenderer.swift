import Orchestrator
import Terminal

/// Shows what went wrong: the findings in their places, then the error, then what to do.
struct FailureRenderer {
    var traits: TerminalTraits

    func lines(for failure: CommandFailure) -> [String] {
        var lines = labelled(label(failure), failure.kind == .interrupted ? .yellow : .red, failure.message)
        for hint in failure.hints { lines += labelled("hint:", .cyan, hint) }
        return findings(of: failure) + lines.map { $0.rendered(isColoured: traits.isColoured) }
    }

    private func findings(of failure: CommandFailure) -> [String] {
        guard !failure.findings.isEmpty else { return [] }
        let text = FindingRenderer(isColoured: traits.isColoured)
            .render(failure.findings, file: failure.file, source: failure.source)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private func label(_ failure: CommandFailure) -> String {
        failure.kind == .interrupted ? "stopped:" : "error:"
    }

    /// The text behind its label; further lines stand under the first.
    private func labelled(_ label: String, _ style: Style, _ text: String) -> [StyledText] {
        // Without a person's window there is no reason to break a line, and one for not doing it: searching.
        let room = traits.isTerminal ? max(40, min(traits.size.columns, 120) - label.count - 1) : .max
        let wrapped = CleanText.lines(text).flatMap { DisplayWidth.wrap($0, to: room) }
        return wrapped.enumerated().map { index, line in
            index == 0
                ? StyledText(label, style.strong) + StyledText(" " + line)
                : StyledText(String(repeating: " ", count: label.count + 1) + line)
        }
    }
}
