import Terminal
import Testing

@Suite("Short texts and traits")
struct TextTests {
    @Test(
        "Durations are short",
        arguments: [
            (0, "0s"), (12, "12s"), (59, "59s"), (60, "1m 00s"), (64, "1m 04s"), (3600, "1h 00m"), (7500, "2h 05m"),
            (90_000, "1d 01h"), (-5, "0s"),
        ]
    )
    func durations(seconds: Int, text: String) {
        #expect(QuantityText.duration(.seconds(seconds)) == text)
    }

    @Test("Short durations have a decimal where it is asked for")
    func precise() {
        #expect(QuantityText.duration(.milliseconds(3440), isPrecise: true) == "3.4s")
        #expect(QuantityText.duration(.milliseconds(12_440), isPrecise: true) == "12s")
    }

    @Test(
        "Sizes and counts have a unit and at most one decimal",
        arguments: [
            (0, "0 B", "0"), (812, "812 B", "812"), (1434, "1.4 KiB", "1.4k"), (5 << 20, "5 MiB", "5.2M"),
            (1_048_575, "1 MiB", "1M"), (23_400, "23 KiB", "23k"),
        ]
    )
    func sizes(amount: Int, size: String, count: String) {
        #expect(QuantityText.size(amount) == size)
        #expect(QuantityText.count(amount) == count)
    }

    @Test("Costs have cents", arguments: [(0.0, "$0.00"), (0.004, "<$0.01"), (0.42, "$0.42"), (12.3, "$12.30")])
    func costs(cost: Double, text: String) {
        #expect(QuantityText.cost(cost) == text)
    }

    @Test("NO_COLOR wins over everything, a forced colour over the kind of file")
    func colour() {
        func traits(_ isTerminal: Bool, _ environment: [String: String]) -> TerminalTraits {
            TerminalTraits(isTerminal: isTerminal, size: nil, environment: environment)
        }
        #expect(traits(true, [:]).isColoured)
        #expect(!traits(false, [:]).isColoured)
        #expect(!traits(true, ["NO_COLOR": "1", "FORCE_COLOR": "1"]).isColoured)
        #expect(traits(true, ["NO_COLOR": ""]).isColoured)
        #expect(traits(false, ["CLICOLOR_FORCE": "1"]).isColoured)
        #expect(!traits(false, ["FORCE_COLOR": "0"]).isColoured)
        #expect(!traits(true, ["TERM": "dumb"]).isTerminal)
        #expect(!traits(true, ["LC_ALL": "C"]).isUnicode)
        #expect(traits(true, ["LC_ALL": "", "LANG": "de_DE.UTF-8"]).isUnicode)
    }

    @Test("The spinner turns with time and never leaves its frames")
    func spinner() {
        #expect(Spinner.dots.frame(at: .zero) != Spinner.dots.frame(at: .milliseconds(100)))
        #expect(Spinner.dots.frame(at: .zero) == Spinner.dots.frame(at: .seconds(1)))
        #expect(Spinner.dots.frame(at: .seconds(-1)) == Spinner.dots.frame(at: .zero))
        #expect(Spinner([], every: .seconds(1)).frame(at: .seconds(3)).isEmpty)
    }

    @Test("The throttle lets one through per interval")
    func throttle() {
        var throttle = Throttle(interval: .seconds(1))
        let start = ContinuousClock.now
        let answers = [0, 999, 1000].map { throttle.isDue(at: start + .milliseconds($0)) }
        #expect(answers == [true, false, true])
    }

    @Test("A progress line names all steps where there is room, else the active one")
    func progressLine() {
        let line = ProgressLine([.init("prepare", .done), .init("work", .active), .init("land", .ahead)])
        #expect(line.line(signs: .unicode, spinner: "*", room: 80).text == "✓ prepare  * work  · land")
        #expect(line.line(signs: .unicode, spinner: "*", room: 12).text == "✓  * work  ·")
    }
}
