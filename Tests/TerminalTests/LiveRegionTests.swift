import Terminal
import Testing

@Suite("Redrawing in place")
struct LiveRegionTests {
    static let size = TerminalTraits.Size(columns: 20, rows: 10)

    @Test("The second drawing replaces the first, also when it has fewer lines")
    func replaces() {
        var region = LiveRegion()
        var screen = ScreenModel(size: Self.size)
        screen.write("before\n")
        screen.write(region.draw(["one", "two", "three"], size: Self.size, isColoured: false))
        screen.write(region.draw(["ONE"], size: Self.size, isColoured: false))
        #expect(screen.text == ["before", "ONE"])
        screen.write(region.draw(["1", "2"], above: ["kept"], size: Self.size, isColoured: false))
        #expect(screen.text == ["before", "kept", "1", "2"])
        screen.write(region.erase(size: Self.size))
        #expect(screen.text == ["before", "kept"])
        #expect(!screen.isCursorHidden)
    }

    @Test("Lines never wrap and never exceed the window")
    func fits() {
        var region = LiveRegion()
        var screen = ScreenModel(size: Self.size)
        let lines = (1...30).map { StyledText("line \($0) that is far too long for the window") }
        for _ in 1...3 { screen.write(region.draw(lines, size: Self.size, isColoured: false)) }
        #expect(screen.text.count == Self.size.rows - 1)
        #expect(screen.text.allSatisfy { DisplayWidth.of($0) <= Self.size.columns })
        #expect(screen.text.last?.hasPrefix("line 30") == true)
    }

    @Test("The cursor is hidden while the region stands and comes back when it is closed")
    func cursor() {
        var region = LiveRegion()
        var screen = ScreenModel(size: Self.size)
        let nothing = region.close()
        #expect(nothing.isEmpty)
        screen.write(region.draw(["x"], size: Self.size, isColoured: false))
        #expect(screen.isCursorHidden)
        screen.write(region.close())
        #expect(!screen.isCursorHidden)
        #expect(screen.text == ["x"])
    }

    @Test("After the window became narrower the wrapped rows are cleared too")
    func resizes() {
        var region = LiveRegion()
        _ = region.draw([StyledText("twenty columns wide!")], size: Self.size, isColoured: false)
        let narrow = TerminalTraits.Size(columns: 8, rows: 10)
        // Twenty columns take three rows of eight.
        let redrawn = region.draw(["x"], size: narrow, isColoured: false)
        #expect(redrawn.contains("\u{1B}[3A"))
    }
}

/// Just enough of a terminal to see what a person would see.
struct ScreenModel {
    private let size: TerminalTraits.Size
    private var rows: [[Character]] = [[]]
    private var row = 0
    private var column = 0
    private(set) var isCursorHidden = false

    init(size: TerminalTraits.Size) { self.size = size }

    /// The rows with text.
    var text: [String] {
        rows.map { String($0) }.filter { !$0.isEmpty }
    }

    mutating func write(_ text: String) {
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "\n": newLine()
            case "\r": column = 0
            case "\u{1B}":
                let sequence = rest.prefix { !$0.isLetter }
                rest = rest.dropFirst(sequence.count)
                perform(String(sequence.dropFirst()), rest.popFirst())
            default: put(character)
            }
        }
    }

    private mutating func newLine() {
        row += 1
        column = 0
        if row == rows.count { rows.append([]) }
    }

    private mutating func put(_ character: Character) {
        if column >= size.columns { newLine() }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }

    private mutating func perform(_ parameter: String, _ final: Character?) {
        switch (parameter, final) {
        case ("?25", "l"): isCursorHidden = true
        case ("?25", "h"): isCursorHidden = false
        case (_, "A"): row = max(0, row - (Int(parameter) ?? 1))
        case (_, "K"): rows[row].removeLast(max(0, rows[row].count - column))
        case (_, "J"):
            rows[row].removeLast(max(0, rows[row].count - column))
            rows.removeLast(rows.count - row - 1)
        default: break
        }
    }
}
