/// Reads the binary format; nil stands for bytes that are not well formed.
enum FieldReader {
    static func integer<Value: FixedWidthInteger>(_ field: UnsafeRawBufferPointer, _ type: Value.Type) -> Value? {
        guard field.count == MemoryLayout<Value>.size else { return nil }
        return Value(bigEndian: field.loadUnaligned(as: Value.self))
    }

    /// A one-dimensional array; null elements are nil.
    static func array<Element>(
        _ field: UnsafeRawBufferPointer,
        _ decode: (UnsafeRawBufferPointer) -> Element?
    ) -> [Element?]? {
        var position = 0
        func word() -> Int32? {
            guard position + 4 <= field.count else { return nil }
            defer { position += 4 }
            return Int32(bigEndian: field.loadUnaligned(fromByteOffset: position, as: Int32.self))
        }
        guard let dimensions = word(), word() != nil, word() != nil else { return nil }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count = word(), count >= 0, word() != nil else { return nil }
        var elements: [Element?] = []
        elements.reserveCapacity(min(Int(count), field.count / 4))
        for _ in 0..<count {
            guard let length = word() else { return nil }
            if length == -1 {
                elements.append(nil)
                continue
            }
            guard length >= 0, position + Int(length) <= field.count else { return nil }
            let bytes = UnsafeRawBufferPointer(rebasing: field[position..<position + Int(length)])
            guard let element = decode(bytes) else { return nil }
            elements.append(element)
            position += Int(length)
        }
        return elements
    }
}
