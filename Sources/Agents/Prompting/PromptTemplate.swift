/// The rules text of one agent role, with places for what differs between agents.
package struct PromptTemplate: Sendable, Hashable {
    /// The role it is for: `build`, ...
    package var role: String
    /// Names of the places in the body.
    package var inputs: [String]
    /// The text, with places written `{{name}}`.
    package var body: String

    package init(role: String, inputs: [String], body: String) {
        self.role = role
        self.inputs = inputs
        self.body = body
    }

    /// The embedded template of build agents.
    package static var build: PromptTemplate { PromptTemplate(role: "build", inputs: [], body: "") }
}
