import Foundation
import RunModel
import Terminal

/// Redraws the whole run in place, several times a second.
final class LivePainter: ProgressPainter {
    private let context: CommandContext
    private let frames: FrameRenderer
    private var model = ProgressModel()
    private var region = LiveRegion()
    private var announcement: String?
    private var throttle = Throttle(interval: .milliseconds(50))

    init(context: CommandContext) {
        self.context = context
        frames = FrameRenderer(signs: .suited(to: context.talkTraits))
    }

    func take(_ progress: RunProgress) {
        model.apply(progress)
        // Output comes in floods, and the next tick shows it; facts are rare and shown soon.
        if case .fact = progress, throttle.isDue(at: .now) { tick() }
    }

    func announce(_ text: String) {
        announcement = text
        tick()
    }

    func tick() {
        let size = context.windowSize() ?? context.talkTraits.size
        var lines = frames.frame(model, width: size.columns, height: size.rows - 2, now: context.now())
        if let announcement { lines.append(StyledText(announcement, Style(.yellow, isBold: true))) }
        context.talk.write(region.draw(lines, size: size, isColoured: context.talkTraits.isColoured))
    }

    func finish() {
        let size = context.windowSize() ?? context.talkTraits.size
        // The last picture stays, whole: from here on the window may scroll.
        let lines = frames.frame(model, width: size.columns, now: context.now())
        context.talk.write(region.erase(size: size))
        for line in lines { context.talk.writeLine(line.rendered(isColoured: context.talkTraits.isColoured)) }
    }
}
