import ArgumentParser

/// A duration on the command line: `90s`, `15m`, `1h 30m`, `7d`, `250ms`; a bare number counts seconds.
struct DurationArgument: ExpressibleByArgument, Hashable, Sendable {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        // The settings want more than nothing; here "at once" is a sensible time, too.
        guard let duration = ["0", "0s"].contains(argument) ? .zero : QuantityReader.duration(argument) else {
            return nil
        }
        self.duration = duration
    }

    var defaultValueDescription: String { SettingValue.duration(duration).text }
}
