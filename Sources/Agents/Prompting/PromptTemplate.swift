/// The rules text of one agent role, with places for what differs between agents.
///
/// A template is a Markdown file with front matter that names its role and its inputs. In the text `{{name}}` is
/// replaced by that input, and the lines between `{{#name}}` and `{{/name}}`, each alone on a line, are left out when
/// the input is empty.
package struct PromptTemplate: Sendable, Hashable {
    /// The role it is for: `build`, ...
    package let role: String
    /// Names of the inputs that the text uses.
    package let inputs: [String]
    let parts: [Part]

    /// A piece of the text.
    enum Part: Sendable, Hashable {
        case text(String)
        case place(String)
        /// The parts are left out when the input is empty.
        case section(String, [Part])
    }

    init(role: String, inputs: [String], parts: [Part]) {
        self.role = role
        self.inputs = inputs
        self.parts = parts
    }

    /// The text with all places filled.
    ///
    /// What was filled in is not looked at again and stays byte for byte as it is.
    package func render(_ values: [String: String]) -> String {
        var text = ""
        Self.render(parts, values, into: &text)
        return text
    }

    private static func render(_ parts: [Part], _ values: [String: String], into text: inout String) {
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .place(let name): text += values[name] ?? ""
            case .section(let name, let inner):
                if values[name]?.isEmpty == false { render(inner, values, into: &text) }
            }
        }
    }
}
