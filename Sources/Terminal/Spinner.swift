/// The sign that turns while something goes on.
package struct Spinner: Sendable, Hashable {
    private let frames: [String]
    private let interval: Duration

    /// Braille dots that turn ten times a second.
    package static let dots = Spinner(["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"], every: .milliseconds(100))
    /// For terminals that show ASCII only.
    package static let ascii = Spinner(["|", "/", "-", "\\"], every: .milliseconds(150))

    /// `frames` must not be empty; an empty list shows nothing.
    package init(_ frames: [String], every interval: Duration) {
        self.frames = frames
        self.interval = interval
    }

    /// The frame to show when so much time has passed.
    package func frame(at elapsed: Duration) -> String {
        guard !frames.isEmpty, elapsed >= .zero else { return frames.first ?? "" }
        return frames[Int(elapsed / interval) % frames.count]
    }
}
