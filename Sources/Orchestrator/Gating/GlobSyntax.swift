/// Reads the text of a glob.
enum GlobSyntax {
    indirect enum Node: Sendable {
        case unit(UInt32)
        case anyInComponent
        /// Any units of one component, also none.
        case star
        /// Any units, also none.
        case globstar
        /// Nothing, or whole folders with their last slash: `**/`.
        case folders
        /// One unit of the set, or the text of the bracket itself.
        case oneOf(GlobClass, text: [UInt32])
        case alternatives([[Node]])
    }

    /// Braces nested deeper than this are taken as ordinary characters, which bounds the recursion.
    private static let deepestNesting = 16

    static func parse(_ units: [UInt32]) -> [Node] {
        var reader = Reader(units: units)
        return reader.read(0..<units.count, depth: 0)
    }

    private struct Reader {
        let units: [UInt32]
        /// Position of the closing brace and of the commas between, for each opening brace that has both.
        var braces: [Int: (end: Int, commas: [Int])] = [:]

        init(units: [UInt32]) {
            self.units = units
            pairBraces()
        }

        private mutating func pairBraces() {
            var open: [(start: Int, commas: [Int])] = []
            var index = 0
            while index < units.count {
                switch units[index] {
                case "\\": index += 1
                case "[": if let end = classEnd(index, limit: units.count) { index = end }
                case "{": open.append((index, []))
                case ",": if !open.isEmpty { open[open.count - 1].commas.append(index) }
                case "}":
                    if let pair = open.popLast(), !pair.commas.isEmpty { braces[pair.start] = (index, pair.commas) }
                default: break
                }
                index += 1
            }
        }

        mutating func read(_ range: Range<Int>, depth: Int) -> [Node] {
            var nodes: [Node] = []
            var index = range.lowerBound
            while index < range.upperBound {
                let unit = units[index]
                if unit == "\\", index + 1 < range.upperBound {
                    nodes.append(.unit(units[index + 1]))
                    index += 2
                } else if unit == "*" {
                    nodes.append(readStars(&index, in: range))
                } else if unit == "?" {
                    nodes.append(.anyInComponent)
                    index += 1
                } else if unit == "[", let end = classEnd(index, limit: range.upperBound) {
                    let text = Array(units[index...end])
                    nodes.append(.oneOf(GlobClass(text), text: text))
                    index = end + 1
                } else if unit == "{", depth < deepestNesting, let brace = braces[index], brace.end < range.upperBound {
                    let cuts = [index] + brace.commas + [brace.end]
                    var choices: [[Node]] = []
                    for (from, to) in zip(cuts, cuts.dropFirst()) {
                        choices.append(read((from + 1)..<to, depth: depth + 1))
                    }
                    nodes.append(.alternatives(choices))
                    index = brace.end + 1
                } else {
                    nodes.append(.unit(unit))
                    index += 1
                }
            }
            return nodes
        }

        private func readStars(_ index: inout Int, in range: Range<Int>) -> Node {
            let first = index
            while index < range.upperBound, units[index] == "*" { index += 1 }
            guard index - first > 1 else { return .star }
            let isAtStart = first == 0 || units[first - 1] == "/"
            if isAtStart, index < range.upperBound, units[index] == "/" {
                index += 1
                return .folders
            }
            return .globstar
        }

        /// Position of the `]` that closes the bracket at `start`; a `]` right at the front belongs to the set.
        private func classEnd(_ start: Int, limit: Int) -> Int? {
            var index = start + 1
            if index < limit, units[index] == "!" || units[index] == "^" { index += 1 }
            let first = index
            while index < limit {
                if units[index] == "/" { return nil }
                if units[index] == "]", index > first { return index }
                if units[index] == "\\" { index += 1 }
                index += 1
            }
            return nil
        }
    }
}

/// A set of units as a bracket expression names them: `[a-z_]`, `[!0-9]`.
struct GlobClass: Sendable {
    private var ranges: [ClosedRange<UInt32>] = []
    private var isNegated = false

    /// Takes the whole bracket, with `[` and `]`.
    init(_ text: [UInt32]) {
        var body = text.dropFirst().dropLast()
        if body.first == "!" || body.first == "^" {
            isNegated = true
            body = body.dropFirst()
        }
        while let low = Self.take(&body) {
            var high = low
            if body.count >= 2, body.first == "-" {
                body = body.dropFirst()
                high = Self.take(&body) ?? low
            }
            // A range that runs backwards holds nothing, as in git.
            if low <= high { ranges.append(low...high) }
        }
    }

    func contains(_ unit: UInt32) -> Bool {
        ranges.contains { $0.contains(unit) } != isNegated
    }

    private static func take(_ body: inout ArraySlice<UInt32>) -> UInt32? {
        if body.first == "\\", body.count >= 2 { body = body.dropFirst() }
        return body.popFirst()
    }
}

/// Cuts bytes into characters: Unicode scalars, and single bytes above them where the bytes are not UTF-8.
enum GlobUnits {
    static let slash: UInt32 = 0x2f

    static func decode(_ bytes: [UInt8]) -> [UInt32] {
        if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.map(UInt32.init) }
        var units: [UInt32] = []
        var index = 0
        while index < bytes.count {
            let length = bytes[index] < 0x80 ? 1 : bytes[index] < 0xe0 ? 2 : bytes[index] < 0xf0 ? 3 : 4
            let end = min(index + length, bytes.count)
            if let text = String(validating: bytes[index..<end], as: UTF8.self), text.unicodeScalars.count == 1,
                let scalar = text.unicodeScalars.first
            {
                units.append(scalar.value)
                index = end
            } else {
                // Above the last scalar: such a byte equals only itself.
                units.append(0x11_0000 + UInt32(bytes[index]))
                index += 1
            }
        }
        return units
    }
}

/// Lets patterns and comparisons name units by their character.
private func ~= (pattern: Unicode.Scalar, unit: UInt32) -> Bool { pattern.value == unit }
private func == (unit: UInt32, scalar: Unicode.Scalar) -> Bool { unit == scalar.value }
private func == (unit: UInt32?, scalar: Unicode.Scalar) -> Bool { unit == scalar.value }
