/// How a piece of text looks: one of the terminal's own colours, bold, dim.
///
/// Only the sixteen colours of the person's own theme are used, so that it stays readable on light and dark.
package struct Style: Hashable, Sendable {
    package enum Colour: Int, Hashable, Sendable {
        case red = 31
        case green = 32
        case yellow = 33
        case blue = 34
        case magenta = 35
        case cyan = 36
    }

    package var colour: Colour?
    package var isBold: Bool
    package var isDim: Bool

    package init(_ colour: Colour? = nil, isBold: Bool = false, isDim: Bool = false) {
        self.colour = colour
        self.isBold = isBold
        self.isDim = isDim
    }

    package static let plain = Style()
    package static let bold = Style(isBold: true)
    package static let dim = Style(isDim: true)
    package static let red = Style(.red)
    package static let green = Style(.green)
    package static let yellow = Style(.yellow)
    package static let cyan = Style(.cyan)

    /// The same style, bold.
    package var strong: Style { Style(colour, isBold: true, isDim: isDim) }

    /// The text between the codes that switch this style on and off.
    package func apply(to text: String) -> String {
        var codes: [String] = []
        if isBold { codes.append("1") }
        if isDim { codes.append("2") }
        if let colour { codes.append(String(colour.rawValue)) }
        return codes.isEmpty || text.isEmpty ? text : "\u{1B}[\(codes.joined(separator: ";"))m\(text)\u{1B}[0m"
    }
}
