import RunModel

/// Says in words for an agent what it owns.
enum OwnershipText {
    /// One list item per owned path.
    static func owned(_ paths: [OwnedPath]) -> String {
        guard !paths.isEmpty else {
            return "The task file gives you no files of your own. Change only what your task cannot do without."
        }
        return paths.map(item).joined(separator: "\n")
    }

    static func list(_ names: [String]) -> String { names.map { "- `\($0)`" }.joined(separator: "\n") }

    private static func item(_ path: OwnedPath) -> String {
        var notes: [String] = []
        switch path.pattern.kind {
        case .path: break
        case .folder: notes.append("everything below it")
        case .glob: notes.append("every file that fits this pattern")
        }
        if path.isNew { notes.append("new: it does not exist yet, you create it") }
        if let region = path.region { notes.append(part(region)) }
        return "- `\(path.pattern)`" + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }

    /// Other agents may own the other parts of the file, so the part is named as narrowly as it is checked.
    private static func part(_ region: Region) -> String {
        switch region.kind {
        case .append:
            "only new lines after the last line it has now: \(region.text)"
        case .symbols:
            "only inside \(region.symbols.map { "`\($0)`" }.joined(separator: ", ")): \(region.text)"
        case .prose:
            "only this part: \(region.text)"
        }
    }
}
