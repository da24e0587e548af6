import Foundation

/// Makes file contents that look like source code to a compressor: words that repeat, lines, indentation.
struct GeneratedText {
    private let words: [[UInt8]]

    init(numbers: inout SeededNumbers) {
        words = (0..<3_000).map { _ in
            (0..<(2 + numbers.number(below: 9))).map { _ in UInt8(ascii: "a") + UInt8(numbers.number(below: 26)) }
        }
    }

    /// A file whose size is drawn as sizes of source files are: log-normal, median 2.5 kB, mean about 5 kB.
    func file(numbers: inout SeededNumbers) -> [UInt8] {
        let radius = (-2 * log(numbers.fraction())).squareRoot()
        let normal = radius * cos(2 * .pi * numbers.fraction())
        let size = min(200_000, max(40, Int(2_500 * exp(1.2 * normal))))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + 128)
        while bytes.count < size { appendLine(to: &bytes, numbers: &numbers) }
        return bytes
    }

    /// The file with two of its lines replaced.
    func edited(_ bytes: [UInt8], numbers: inout SeededNumbers) -> [UInt8] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for _ in 0..<2 {
            var line: [UInt8] = []
            appendLine(to: &line, numbers: &numbers)
            lines[numbers.number(below: max(1, lines.count - 1))] = line.dropLast()
        }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    private func appendLine(to bytes: inout [UInt8], numbers: inout SeededNumbers) {
        for _ in 0..<(4 * numbers.number(below: 4)) { bytes.append(UInt8(ascii: " ")) }
        for position in 0..<(2 + numbers.number(below: 9)) {
            if position > 0 { bytes.append(UInt8(ascii: " ")) }
            // The smaller of two draws: frequent words are much more frequent, as in any language.
            let word = min(numbers.number(below: words.count), numbers.number(below: words.count))
            bytes += words[word]
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
