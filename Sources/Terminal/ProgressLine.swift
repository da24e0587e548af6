/// A row of named steps, of which some are done and at most one is under way.
///
/// Shown as `✓ prepare  ⠹ work  · merge`: where a piece of work is, what lies behind and what is still to come.
package struct ProgressLine: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        package enum State: Sendable, Hashable {
            case ahead
            case active
            case done
            case failed
            case skipped
        }

        package var name: String
        package var state: State

        package init(_ name: String, _ state: State) {
            self.name = name
            self.state = state
        }
    }

    package var steps: [Step]

    package init(_ steps: [Step]) {
        self.steps = steps
    }

    /// The line, as wide as it comes; in a narrow room only the signs and the active step's name are shown.
    package func line(signs: SignSet, spinner: String, room: Int) -> StyledText {
        let full = line(signs: signs, spinner: spinner) { _ in true }
        return full.width <= room
            ? full : line(signs: signs, spinner: spinner) { $0.state == .active || $0.state == .failed }
    }

    private func line(signs: SignSet, spinner: String, isNamed: (Step) -> Bool) -> StyledText {
        var line = StyledText()
        for (index, step) in steps.enumerated() {
            let (sign, signStyle, nameStyle): (String, Style, Style) =
                switch step.state {
                case .ahead: (signs.waiting, .dim, .dim)
                case .active: (spinner, .cyan, .bold)
                case .done: (signs.done, .green, .plain)
                case .failed: (signs.failed, .red, .red)
                case .skipped: (signs.skipped, .dim, .dim)
                }
            if index > 0 { line.append(isNamed(steps[index - 1]) || isNamed(step) ? "  " : " ") }
            line.append(sign, signStyle)
            if isNamed(step) { line.append(" " + step.name, nameStyle) }
        }
        return line
    }
}
