/// Walks three versions of one folder side by side and collects the rows of the merged one.
struct FolderMerge {
    /// What the next name needs.
    enum Step {
        /// Decided and appended, or dropped.
        case taken
        /// Both sides deleted it: they may have renamed it.
        case bothDeleted
        /// Sides changed this folder differently; missing sides are `nil`.
        case folders(name: [UInt8], base: OID?, ours: OID?, theirs: OID?)
        /// Both sides changed this file; `nil` for a side that deleted it.
        case file(name: [UInt8], base: TreeEntry?, ours: TreeEntry?, theirs: TreeEntry?)
    }

    private var base: TreeCursor
    private var ours: TreeCursor
    private var theirs: TreeCursor
    /// The merged folder as git stores it.
    var rows: [UInt8] = []
    /// Whether the merged folder differs from ours.
    var isChanged = false
    private var addedByTheirs: [[UInt8]] = []

    init(base: TreeCursor, ours: TreeCursor, theirs: TreeCursor) {
        self.base = base
        self.ours = ours
        self.theirs = theirs
    }

    var isDamaged: Bool { base.isDamaged || ours.isDamaged || theirs.isDamaged }

    /// Whether a name from theirs now stands beside one of ours of the other kind (a file and a folder).
    var hasNameClash: Bool {
        guard !addedByTheirs.isEmpty else { return false }
        let added = Set(addedByTheirs)
        var seen: Set<[UInt8]> = []
        return rows.withUnsafeBytes { bytes in
            var cursor = TreeCursor(bytes)
            while !cursor.isAtEnd {
                let name = Array(cursor.name)
                if added.contains(name), !seen.insert(name).inserted { return true }
                cursor.advance()
            }
            return false
        }
    }

    /// Decides the next name, or returns `nil` at the end.
    mutating func nextStep() -> Step? {
        if takeUnchanged() { return .taken }
        guard let smallest else { return nil }
        let hasBase = !base.isAtEnd && base.compare(to: smallest) == 0
        let hasOurs = !ours.isAtEnd && ours.compare(to: smallest) == 0
        let hasTheirs = !theirs.isAtEnd && theirs.compare(to: smallest) == 0
        defer {
            if hasBase { base.advance() }
            if hasOurs { ours.advance() }
            if hasTheirs { theirs.advance() }
        }
        if hasBase == hasTheirs, !hasBase || base.hasSameValue(as: theirs) {
            if hasOurs { rows.append(contentsOf: ours.row) }
            return .taken
        }
        if hasBase == hasOurs, !hasBase || base.hasSameValue(as: ours) {
            isChanged = true
            if hasTheirs { rows.append(contentsOf: theirs.row) }
            if hasTheirs, !hasBase { addedByTheirs.append(Array(smallest.name)) }
            return .taken
        }
        if hasOurs, hasTheirs, ours.hasSameValue(as: theirs) {
            rows.append(contentsOf: ours.row)
            return .taken
        }
        if smallest.isFolder {
            return .folders(
                name: Array(smallest.name),
                base: hasBase ? base.oid : nil,
                ours: hasOurs ? ours.oid : nil,
                theirs: hasTheirs ? theirs.oid : nil
            )
        }
        if !hasOurs, !hasTheirs {
            // Git does not follow renames of empty files either: too many files are equal to them.
            if base.oid == .emptyBlob { return .taken }
            return .bothDeleted
        }
        return .file(
            name: Array(smallest.name),
            base: hasBase ? base.entry : nil,
            ours: hasOurs ? ours.entry : nil,
            theirs: hasTheirs ? theirs.entry : nil
        )
    }

    /// Appends a merged entry; names arrive in git's order, so the rows stay sorted.
    mutating func append(_ entry: TreeEntry, name: [UInt8], replacing ours: OID?) {
        // Stored trees write a folder's mode without the leading zero.
        rows.append(contentsOf: String(entry.mode.rawValue, radix: 8).utf8)
        rows.append(UInt8(ascii: " "))
        rows.append(contentsOf: name)
        rows.append(0)
        withUnsafeBytes(of: entry.oid.raw) { rows.append(contentsOf: $0) }
        if ours == nil { addedByTheirs.append(name) }
        isChanged = true
    }

    /// Takes an entry that all three have, which is what most are; false when the next one is not.
    private mutating func takeUnchanged() -> Bool {
        guard !base.isAtEnd, !ours.isAtEnd, !theirs.isAtEnd, base.hasSameRow(as: ours), base.hasSameRow(as: theirs)
        else { return false }
        rows.append(contentsOf: ours.row)
        base.advance()
        ours.advance()
        theirs.advance()
        return true
    }

    /// The cursor whose name comes first.
    private var smallest: TreeCursor? {
        var first = base
        if first.isAtEnd || !ours.isAtEnd && ours.compare(to: first) < 0 { first = ours }
        if first.isAtEnd || !theirs.isAtEnd && theirs.compare(to: first) < 0 { first = theirs }
        return first.isAtEnd ? nil : first
    }
}
