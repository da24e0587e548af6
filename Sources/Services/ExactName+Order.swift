extension ExactName: Comparable {
    package static func < (left: ExactName, right: ExactName) -> Bool {
        left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }

    package func hasPrefix(_ prefix: String) -> Bool { name.hasBytePrefix(prefix) }
}
