/// Finds names that some file systems cannot tell apart: they differ only by case or by Unicode normalisation.
enum PathFolding {
    /// Equal for two paths exactly when they differ at most by case or normalisation.
    ///
    /// Swift compares strings by canonical equivalence, which takes care of normalisation.
    static func key(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self).lowercased() }

    /// Tells whether two different paths would meet on a case-insensitive or normalising file system.
    static func areConfusable(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left != right && key(left) == key(right)
    }
}
