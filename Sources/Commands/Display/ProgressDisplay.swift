import Dispatch
import Foundation
import RunModel
import Terminal

/// Shows a run's progress while it goes on.
///
/// News comes from many threads and is written on one serial queue, because a terminal may block for long (Ctrl-S) and
/// that must not hold up the run. `finish()` waits until everything is written.
final class ProgressDisplay: Sendable {
    /// How progress is shown.
    enum Kind: String, Sendable, CaseIterable {
        case tty, plain, json, quiet
    }

    /// Pieces of news that may wait to be written; beyond it whoever brings more waits too, so that a flood of output
    /// does not fill the memory.
    private static let backlogLimit = 4096
    private static let frameInterval = DispatchTimeInterval.milliseconds(100)

    private let queue = DispatchQueue(label: "switchyard.display")
    private let backlog = DispatchSemaphore(value: ProgressDisplay.backlogLimit)
    // Invariant: touched on `queue` only.
    nonisolated(unsafe) private let painter: any ProgressPainter
    nonisolated(unsafe) private let timer: (any DispatchSourceTimer)?

    init(kind: Kind, context: CommandContext) {
        switch kind {
        case .tty: painter = LivePainter(context: context)
        case .plain: painter = PlainPainter(context: context)
        case .json: painter = JSONPainter(context: context)
        case .quiet: painter = QuietPainter(context: context)
        }
        guard kind == .tty else {
            timer = nil
            return
        }
        let timer = DispatchSource.makeTimerSource(queue: queue)
        self.timer = timer
        timer.schedule(deadline: .now() + Self.frameInterval, repeating: Self.frameInterval)
        timer.setEventHandler { [self] in painter.tick() }
        timer.activate()
    }

    /// Takes in news; returns at once unless very much is waiting.
    func show(_ progress: RunProgress) {
        backlog.wait()
        queue.async { [self] in
            painter.take(progress)
            backlog.signal()
        }
    }

    /// Tells the person something that is no news of the run.
    func announce(_ text: String) {
        queue.async { [self] in painter.announce(text) }
    }

    /// Shows the last state for good and gives the terminal back.
    func finish() async {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                timer?.cancel()
                painter.finish()
                continuation.resume()
            }
        }
    }

    /// Gives the terminal back at once, for an end in a hurry; waits no longer than a moment.
    func abandon() {
        let isDone = DispatchSemaphore(value: 0)
        queue.async { [self] in
            timer?.cancel()
            painter.finish()
            isDone.signal()
        }
        _ = isDone.wait(timeout: .now() + .milliseconds(300))
    }
}

/// Writes progress in one way; called on one queue.
protocol ProgressPainter: AnyObject {
    func take(_ progress: RunProgress)
    /// Tells the person something beside the news.
    func announce(_ text: String)
    /// Time has passed.
    func tick()
    func finish()
}

extension ProgressPainter {
    func tick() {}
    func finish() {}
}

extension ProgressDisplay.Kind {
    /// The kind for a setting's word; `auto` depends on where the talk goes.
    init(setting: String, talkTraits: TerminalTraits) {
        self = Self(rawValue: setting) ?? (talkTraits.isTerminal ? .tty : .plain)
    }
}
