/// Finds the lines of a named function, class or other definition in source text, without knowing the language.
///
/// The definition line is told by the word before the name (`def`, `func`, `class`, ...) or by its shape; the end by
/// braces where the definition opens one, else by indentation. Decorators and comments right above belong to it.
struct SymbolRanges: Sendable {
    private let lines: TextLines
    private let braces: BraceDepths

    init(_ text: [UInt8]) {
        lines = TextLines(text)
        braces = BraceDepths(lines)
    }

    /// Line ranges of all definitions of that name, from 1; `Outer.inner` looks for `inner` inside `Outer`.
    func ranges(of symbol: String) -> [ClosedRange<Int>] {
        let parts = symbol.split { ".:#".contains($0) }.map(String.init)
        guard let name = parts.last, lines.count > 0 else { return [] }
        var scopes = [1...lines.count]
        for container in parts.dropLast() {
            let inner = scopes.flatMap { definitions(of: container, in: $0) }
            // A qualifier the file does not define, such as a module's name, narrows nothing.
            if !inner.isEmpty { scopes = inner }
        }
        return scopes.flatMap { definitions(of: name, in: $0) }
    }

    private func definitions(of name: String, in scope: ClosedRange<Int>) -> [ClosedRange<Int>] {
        var found: [ClosedRange<Int>] = []
        for number in scope where found.last.map({ number > $0.upperBound }) ?? true {
            guard DefinitionLine.defines(name, lines.text(number)) else { continue }
            found.append(firstLine(of: number, in: scope)...min(lastLine(of: number), scope.upperBound))
        }
        return found
    }

    /// Takes in decorators, attributes and comments that stand right above.
    private func firstLine(of number: Int, in scope: ClosedRange<Int>) -> Int {
        var first = number
        let indentation = lines.indentation(number)
        while first > scope.lowerBound, lines.indentation(first - 1) == indentation, isPreamble(first - 1) {
            first -= 1
        }
        return first
    }

    private func isPreamble(_ number: Int) -> Bool {
        let text = lines.text(number).drop { $0 == " " || $0 == "\t" }
        return ["@", "#[", "//", "/*", "*/", "* ", "# "].contains { text.hasPrefix($0) }
    }

    private func lastLine(of number: Int) -> Int {
        if let end = braces.end(from: number) { return end }
        let indentation = lines.indentation(number)
        var (last, next) = (number, number + 1)
        var isInString = quotes(number) % 2 == 1
        while next <= lines.count {
            let isBody = isInString || lines.isBlank(next) || lines.indentation(next) > indentation
            let closes = !isBody && lines.indentation(next) == indentation && isCloser(next)
            guard isBody || closes else { break }
            if quotes(next) % 2 == 1 { isInString.toggle() }
            if isInString || !lines.isBlank(next) { last = next }
            if closes, !lines.text(next).contains(":"), !lines.text(next).hasSuffix("{") { break }
            next += 1
        }
        return last
    }

    /// How often a triple quote opens or closes on that line.
    private func quotes(_ number: Int) -> Int {
        let text = lines.text(number)
        return text.ranges(of: "\"\"\"").count + text.ranges(of: "'''").count
    }

    /// A line that only closes what the definition opened, or goes on after a wrapped head.
    private func isCloser(_ number: Int) -> Bool {
        let text = lines.text(number).drop { $0 == " " || $0 == "\t" }
        return text == "end" || text.hasPrefix("end ") || text.first.map { ")]}".contains($0) } ?? false
    }
}
