import Glibc

/// Cuts a byte stream into lines of bounded length.
///
/// A line ends at LF; one CR before it is dropped. Invalid UTF-8 is repaired with the replacement character. A line
/// longer than the limit is delivered once, as its beginning and a marker that names the bytes left out, so a stream
/// without any line end needs no more memory than the limit. A last line without LF is delivered by ``finish()``.
package struct LineSplitter: ByteSink {
    private let limitInBytes: Int
    private let onLine: (String) -> Void
    /// The beginning of a line whose end has not been seen.
    private var pending: [UInt8] = []
    /// Bytes of the pending line that were cut off at the limit.
    private var excessInBytes = 0
    /// The last byte that was cut off, to know whether the line ended in CR LF.
    private var lastExcessByte: UInt8 = 0

    package init(limitInBytes: Int, onLine: @escaping (String) -> Void) {
        self.limitInBytes = max(1, limitInBytes)
        self.onLine = onLine
    }

    package mutating func consume(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            guard let end = memchr(start, Int32(UInt8(ascii: "\n")), rest.count) else {
                keep(UnsafeRawBufferPointer(rebasing: rest))
                return
            }
            let length = UnsafeRawPointer(end) - start
            let line = UnsafeRawBufferPointer(start: start, count: length)
            if pending.isEmpty, excessInBytes == 0, length <= limitInBytes {
                // The common case: a whole line in one buffer needs no copy.
                deliver(line)
            } else {
                keep(line)
                deliverPending()
            }
            rest = rest.dropFirst(length + 1)
        }
    }

    package mutating func finish() {
        if !pending.isEmpty || excessInBytes > 0 { deliverPending() }
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        let room = limitInBytes - pending.count
        pending.append(contentsOf: bytes.prefix(room))
        guard bytes.count > room, let last = bytes.last else { return }
        excessInBytes += bytes.count - room
        lastExcessByte = last
    }

    private mutating func deliverPending() {
        if excessInBytes == 1, lastExcessByte == UInt8(ascii: "\r") { excessInBytes = 0 }
        if excessInBytes == 0 {
            pending.withUnsafeBytes { deliver($0) }
        } else {
            onLine(Self.text(pending[...]) + " [line cut: \(excessInBytes) more bytes]")
        }
        pending.removeAll(keepingCapacity: pending.capacity <= 1 << 16)
        excessInBytes = 0
    }

    private func deliver(_ line: UnsafeRawBufferPointer) {
        onLine(Self.text(line.last == UInt8(ascii: "\r") ? line.dropLast() : line[...]))
    }

    private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
