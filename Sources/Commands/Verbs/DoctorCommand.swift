import ArgumentParser
import RunModel
import Terminal

/// `switchyard doctor`.
struct DoctorCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "See whether this machine and repository have what is needed.",
        discussion: """
            Looks at git, the repository, the settings, the engines, the sandbox, the room on disk and the stores. Each \
            is 'ok', 'warn' (works less well) or 'fail' (runs are not possible), with what to do about it.

            EXAMPLES:
              switchyard doctor
              switchyard doctor --json | jq '.checks[] | select(.state != "ok")'

            EXIT STATUS: 0 nothing fails, 3 something does.
            """
    )

    @Flag(help: "Print one JSON object.")
    var json = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let checks = await Doctor(context: context).checks()
        let isFailed = checks.contains { $0.state == .fail }
        if json {
            context.output.writeLine(
                String(decoding: try JSONText.encode(["checks": checks], isPretty: true), as: UTF8.self)
            )
        } else {
            for line in lines(checks, context.outputTraits) {
                context.output.writeLine(line.rendered(isColoured: context.outputTraits.isColoured))
            }
        }
        return isFailed ? .environment : .success
    }

    private func lines(_ checks: [DoctorCheck], _ traits: TerminalTraits) -> [StyledText] {
        let signs = SignSet.suited(to: traits)
        let nameWidth = checks.map { DisplayWidth.of($0.name) }.max() ?? 0
        let room = max(40, (traits.isTerminal ? traits.size.columns : 100) - nameWidth - 4)
        let indent = StyledText(String(repeating: " ", count: nameWidth + 4))
        return checks.flatMap { check in
            let (sign, style): (String, Style) =
                switch check.state {
                case .ok: (signs.done, .green)
                case .warn: (signs.warning, .yellow)
                case .fail: (signs.failed, .red)
                }
            var lines = DisplayWidth.wrap(CleanText.line(check.detail), to: room).enumerated().map { index, text in
                index == 0
                    ? StyledText(sign, style.strong)
                        + StyledText(" " + DisplayWidth.fit(check.name, to: nameWidth) + "  ")
                        + StyledText(text, check.state == .ok ? .plain : style)
                    : indent + StyledText(text, style)
            }
            if let remedy = check.remedy {
                lines += DisplayWidth.wrap(remedy, to: room).map { indent + StyledText($0, .dim) }
            }
            return lines
        }
    }
}
