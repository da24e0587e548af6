import Glibc

/// A path inside a repository as git stores it: bytes, relative to the root, with `/` between the components.
///
/// The bytes need not be UTF-8. Two paths are equal only when their bytes are: no Unicode or case folding.
package struct GitPath: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    package init(stringLiteral text: String) {
        self.init(text)
    }

    /// Copies a C string.
    init(_ pointer: UnsafePointer<CChar>) {
        bytes = Array(UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)))
    }

    /// Takes all bytes at once, where an array would take one after the other.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.count)
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// The path for display: bytes that are not UTF-8 become replacement characters.
    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// The path as text, or `nil` when it is not UTF-8.
    package var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The names between the slashes.
    package var components: [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// The last component.
    package var name: [UInt8] { components.last ?? [] }

    /// The folder the path lies in, or `nil` at the root.
    package var parent: GitPath? {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return GitPath(bytes: Array(bytes[..<slash]))
    }

    /// The path of an entry below this one.
    package func appending(_ name: [UInt8]) -> GitPath {
        bytes.isEmpty ? GitPath(bytes: name) : GitPath(bytes: bytes + [UInt8(ascii: "/")] + name)
    }

    /// Whether this path lies below the folder.
    package func isInside(_ folder: GitPath) -> Bool {
        bytes.count > folder.bytes.count && bytes.starts(with: folder.bytes)
            && bytes[folder.bytes.count] == UInt8(ascii: "/")
    }

    /// Whether a tool may create this path in a working tree without leaving it or touching git's own folder.
    ///
    /// Refused are an empty path, empty components, `.`, `..`, a NUL byte, and every spelling of `.git` that a
    /// case-insensitive or 8.3 file system takes for it.
    package var isSafe: Bool {
        guard !bytes.isEmpty, !bytes.contains(0) else { return false }
        return components.allSatisfy { component in
            switch component.count {
            case 0: return false
            case 1: return component != [UInt8(ascii: ".")]
            case 2: return component != [UInt8(ascii: "."), UInt8(ascii: ".")]
            case 4, 5:
                let folded = component.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
                return folded != Array(".git".utf8) && folded != Array("git~1".utf8)
            default: return true
            }
        }
    }

    /// Calls the closure with the path as a C string.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
            for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
            buffer[bytes.count] = 0
            guard let start = buffer.baseAddress else { preconditionFailure("the buffer holds at least one byte") }
            return body(start)
        }
    }

    package static func < (left: GitPath, right: GitPath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
