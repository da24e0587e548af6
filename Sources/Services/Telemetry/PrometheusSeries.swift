/// A metric's name with one set of labels, as the text format writes them.
struct PrometheusSeries: Hashable, Sendable {
    let name: String
    let labels: [Label]

    struct Label: Hashable, Sendable {
        let name: String
        let value: String
    }

    /// Characters the format does not allow in names become `_`.
    init(name: String, labels: [(String, String)]) {
        self.name = Self.cleaned(name, ":")
        self.labels = labels.map { Label(name: Self.cleaned($0.0, ""), value: $0.1) }
    }

    /// One line of the text.
    func line(_ suffix: String, _ more: [Label], _ value: Double) -> String {
        "\(name)\(suffix)\(renderedLabels(more)) \(Self.number(value))\n"
    }

    func renderedLabels(_ more: [Label] = []) -> String {
        let all = labels + more
        if all.isEmpty { return "" }
        return "{" + all.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }

    static func help(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1 == "\\" ? "\\\\" : $1 == "\n" ? "\\n" : String($1) }
    }

    static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        if value == -.infinity { return "-Inf" }
        if value.isNaN { return "NaN" }
        return value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ value: String) -> String {
        value.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func cleaned(_ name: String, _ alsoAllowed: String) -> String {
        let text = String(
            name.map { character in
                let isAllowed = character.isASCII && (character.isLetter || character.isNumber || character == "_")
                return isAllowed || alsoAllowed.contains(character) ? character : "_"
            }
        )
        return text.first?.isNumber ?? true ? "_" + text : text
    }
}
