import CLibGit2
import Glibc

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
        guard mode == other.mode, let own = bytes.baseAddress, let others = other.bytes.baseAddress else {
            return false
        }
        return memcmp(own + (next - 20), others + (other.next - 20), 20) == 0
    }

    /// Whether the two cursors stand on the same row.
    func hasSameRow(as other: TreeCursor) -> Bool {
        let count = next - position
        guard count == other.next - other.position, let own = bytes.baseAddress, let others = other.bytes.baseAddress
        else { return false }
        return memcmp(own + position, others + other.position, count) == 0
    }

    /// Negative when this entry sorts before the other one, zero when both have the same name and both or neither are
    /// folders.
    func compare(to other: TreeCursor) -> Int {
        let (left, right) = (name, other.name)
        let common = min(left.count, right.count)
        if let leftStart = left.baseAddress, let rightStart = right.baseAddress {
            let order = memcmp(leftStart, rightStart, common)
            if order != 0 { return Int(order) }
        }
        let slash = UInt8(ascii: "/")
        let leftEnd = left.count > common ? left[common] : (isFolder ? slash : 0)
        let rightEnd = right.count > common ? right[common] : (other.isFolder ? slash : 0)
        if leftEnd != rightEnd { return Int(leftEnd) - Int(rightEnd) }
        return left.count - right.count
    }

    private mutating func readEntry() {
        guard position < bytes.count, let start = bytes.baseAddress else { return }
        var index = position
        mode = 0
        while index < bytes.count, bytes[index] != UInt8(ascii: " ") {
            mode = mode << 3 | UInt32(bytes[index] & 7)
            index += 1
        }
        nameStart = index + 1
        let nameEnd = nameStart < bytes.count ? memchr(start + nameStart, 0, bytes.count - nameStart) : nil
        next = nameEnd.map { $0 - UnsafeMutableRawPointer(mutating: start) + 21 } ?? Int.max
        if next > bytes.count || nameStart + 21 >= next {
            isDamaged = true
            position = bytes.count
        }
    }
}
