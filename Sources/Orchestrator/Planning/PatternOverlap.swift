package import RunModel

/// Whether two path patterns can name the same path.
package enum PatternOverlap {
    /// Compares without regard to case: paths that differ only in case are one file on many disks.
    package static func isPossible(_ left: PathPattern, _ right: PathPattern) -> Bool {
        let first = alternatives(left)
        let second = alternatives(right)
        return first.contains { a in second.contains { b in meets(a, b) } }
    }

    private enum Unit: Equatable {
        case byte(UInt8)
        /// One character within a component.
        case any
        /// Any run within a component.
        case star
        /// Any run across components.
        case globstar
    }

    /// The pattern's texts with braces expanded, at most 32.
    private static func alternatives(_ pattern: PathPattern) -> [[Unit]] {
        let text = pattern.text.lowercased()
        switch pattern.kind {
        case .path: return [text.utf8.map(Unit.byte)]
        case .folder: return [text.utf8.map(Unit.byte) + [.byte(0x2F), .globstar]]
        case .glob:
            var expanded = [text]
            for _ in 0..<4 {
                let next = expanded.flatMap(expand)
                if next.count == expanded.count || next.count > 32 { break }
                expanded = next
            }
            return expanded.map(units)
        }
    }

    private static func expand(_ text: String) -> [String] {
        guard let open = text.firstIndex(of: "{"), let close = text[open...].firstIndex(of: "}") else { return [text] }
        let inside = text[text.index(after: open)..<close]
        guard inside.contains(",") else { return [text] }
        let head = text[..<open]
        let tail = text[text.index(after: close)...]
        return inside.split(separator: ",", omittingEmptySubsequences: false).prefix(32).map {
            String(head + $0 + tail)
        }
    }

    private static func units(_ text: String) -> [Unit] {
        var units: [Unit] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 0x2A:
                let isDouble = index + 1 < bytes.count && bytes[index + 1] == 0x2A
                units.append(isDouble ? .globstar : .star)
                index += isDouble ? 1 : 0
                // `**/` matches no component as well.
                if isDouble, index + 1 < bytes.count, bytes[index + 1] == 0x2F { index += 1 }
            case 0x3F: units.append(.any)
            case 0x5B:
                guard let close = bytes[index...].firstIndex(of: 0x5D) else {
                    units.append(.byte(0x5B))
                    break
                }
                units.append(.any)
                index = close
            default: units.append(.byte(bytes[index]))
            }
            index += 1
        }
        return units
    }

    private static func meets(_ left: [Unit], _ right: [Unit]) -> Bool {
        // Most pairs differ in their first plain characters.
        for (a, b) in zip(left, right) {
            guard case .byte(let x) = a, case .byte(let y) = b else { break }
            if x != y { return false }
        }
        guard left.count <= 500, right.count <= 500 else { return true }
        var row = [Bool](repeating: false, count: right.count + 1)
        row[right.count] = true
        for j in stride(from: right.count - 1, through: 0, by: -1) { row[j] = isRun(right[j]) && row[j + 1] }
        for i in stride(from: left.count - 1, through: 0, by: -1) {
            var next = [Bool](repeating: false, count: right.count + 1)
            next[right.count] = isRun(left[i]) && row[right.count]
            for j in stride(from: right.count - 1, through: 0, by: -1) {
                var isMet = false
                if isRun(left[i]) { isMet = row[j] || (takes(left[i], right[j]) && next[j + 1]) }
                if !isMet, isRun(right[j]) { isMet = next[j + 1] || (takes(right[j], left[i]) && row[j]) }
                if !isMet, !isRun(left[i]), !isRun(right[j]) { isMet = isSame(left[i], right[j]) && row[j + 1] }
                next[j] = isMet
            }
            row = next
        }
        return row[0]
    }

    private static func isRun(_ unit: Unit) -> Bool { unit == .star || unit == .globstar }

    private static func takes(_ run: Unit, _ unit: Unit) -> Bool {
        run == .globstar || (unit != .byte(0x2F) && unit != .globstar)
    }

    private static func isSame(_ left: Unit, _ right: Unit) -> Bool {
        switch (left, right) {
        case (.byte(let a), .byte(let b)): a == b
        case (.any, .byte(let b)): b != 0x2F
        case (.byte(let a), .any): a != 0x2F
        default: true
        }
    }
}
