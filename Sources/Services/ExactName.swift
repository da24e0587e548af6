/// A name as a dictionary key that is told apart by its bytes, without a copy of them.
package struct ExactName: Hashable, Sendable {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    package static func == (left: ExactName, right: ExactName) -> Bool { left.name.hasSameBytes(as: right.name) }

    package func hash(into hasher: inout Hasher) { name.hashBytes(into: &hasher) }
}
