import CLibGit2

/// Reads the entries of a stored tree one after the other without copying them.
///
/// A stored tree is a row of `<octal mode> <name> NUL <20 bytes of id>`, sorted by name, where a folder sorts as if its
/// name ended in a slash. The buffer must outlive the cursor.
struct TreeCursor {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0
    private var nameStart = 0
    private(set) var next = 0
    private(set) var mode: UInt32 = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        readEntry()
    }

    /// Whether all entries were read.
    var isAtEnd: Bool { position >= bytes.count }

    /// Whether a damaged row was met; the cursor is then at its end.
    private(set) var isDamaged = false

    var isFolder: Bool { mode == FileMode.folder.rawValue }

    /// The name of the current entry.
    var name: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[nameStart..<next - 21]) }

    /// The whole row of the current entry.
    var row: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[position..<next]) }

    var oid: OID {
        var raw = git_oid()
        withUnsafeMutableBytes(of: &raw) {
            $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[next - 20..<next]))
        }
        return OID(raw)
    }

    /// The current entry; `nil` when its mode is unknown.
    var entry: TreeEntry? {
        FileMode(stored: mode).map { TreeEntry(mode: $0, oid: oid) }
    }

    mutating func advance() {
        position = next
        readEntry()
    }

    /// Whether the two cursors stand on rows with the same mode and id.
    func hasSameValue(as other: TreeCursor) -> Bool {
        mode == other.mode
            && bytes[next - 20..<next].elementsEqual(other.bytes[other.next - 20..<other.next])
    }

    /// Negative when this entry sorts before the other one, zero when both have the same name and both or neither are
    /// folders.
    func compare(to other: TreeCursor) -> Int {
        let (left, right) = (name, other.name)
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] {
            return Int(left[index]) - Int(right[index])
        }
        let slash = UInt8(ascii: "/")
        let leftEnd = left.count > common ? left[common] : (isFolder ? slash : 0)
        let rightEnd = right.count > common ? right[common] : (other.isFolder ? slash : 0)
        if leftEnd != rightEnd { return Int(leftEnd) - Int(rightEnd) }
        return left.count - right.count
    }

    private mutating func readEntry() {
        guard position < bytes.count else { return }
        var index = position
        mode = 0
        while index < bytes.count, bytes[index] != UInt8(ascii: " ") {
            mode = mode << 3 | UInt32(bytes[index] & 7)
            index += 1
        }
        nameStart = index + 1
        index = nameStart
        while index < bytes.count, bytes[index] != 0 { index += 1 }
        next = index + 21
        if next > bytes.count || nameStart >= index {
            isDamaged = true
            position = bytes.count
        }
    }
}
