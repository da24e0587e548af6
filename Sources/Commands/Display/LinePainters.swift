import Foundation
import RunModel
import Terminal

/// Adds a line per change to the talk.
final class PlainPainter: ProgressPainter {
    private let context: CommandContext
    private var renderer = PlainRenderer()

    init(context: CommandContext) {
        self.context = context
    }

    func take(_ progress: RunProgress) {
        for line in renderer.lines(for: progress) {
            context.talk.writeLine(line.rendered(isColoured: context.talkTraits.isColoured))
        }
    }

    func announce(_ text: String) { context.talk.writeLine(text) }
}

/// Writes a JSON object per piece of news to the output: here progress is the result.
final class JSONPainter: ProgressPainter {
    private let context: CommandContext

    init(context: CommandContext) {
        self.context = context
    }

    func take(_ progress: RunProgress) {
        // Every record encodes; a line that did not would be one the reader could not use either.
        guard let line = try? ProgressRecord(progress, at: context.now()).line() else { return }
        context.output.writeLine(line)
    }

    func announce(_ text: String) { context.talk.writeLine(text) }
}

/// Says nothing of the run itself.
final class QuietPainter: ProgressPainter {
    private let context: CommandContext

    init(context: CommandContext) {
        self.context = context
    }

    func take(_ progress: RunProgress) {}

    func announce(_ text: String) { context.talk.writeLine(text) }
}
