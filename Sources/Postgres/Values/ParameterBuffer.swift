/// Parameters of one statement in the binary format, in one stretch of memory.
struct ParameterBuffer {
    private(set) var types: [UInt32] = []
    private(set) var lengths: [Int32] = []
    private var offsets: [Int?] = []
    private var bytes: [UInt8] = []

    /// PostgreSQL's own bound on one value.
    private static let valueLimitInBytes = 1 << 30

    /// - Throws: `PostgresError` with code `invalid_request` for more than 65,535 parameters or a value of 1 GiB.
    init(_ values: [PostgresValue]) throws(PostgresError) {
        guard values.count <= 65_535 else {
            throw .invalidRequest(
                "a statement has \(values.count) parameters; at most 65535 are possible",
                hint: "pass arrays and unnest them"
            )
        }
        types.reserveCapacity(values.count)
        lengths.reserveCapacity(values.count)
        offsets.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            let start = bytes.count
            append(value)
            let length = bytes.count - start
            guard length < Self.valueLimitInBytes else {
                throw .invalidRequest("parameter \(index + 1) has \(length) bytes; less than 1 GiB is possible")
            }
            types.append(value.type)
            lengths.append(Int32(length))
            offsets.append(value == .null ? nil : start)
        }
        // A pointer into an empty buffer would be nil, which means null.
        if bytes.isEmpty { bytes.append(0) }
    }

    /// Calls the body with what libpq wants: pointers to the values, nil for null.
    func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
        bytes.withUnsafeBytes { buffer in
            let base = buffer.bindMemory(to: CChar.self).baseAddress
            return body(offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } })
        }
    }

    private mutating func append(_ value: PostgresValue) {
        switch value {
        case .null: break
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .int(let value): append(integer: value)
        case .double(let value): append(integer: value.bitPattern)
        case .text(let value): bytes.append(contentsOf: value.utf8)
        case .bytes(let value): bytes.append(contentsOf: value)
        case .timestamp(let microseconds): append(integer: microseconds &- PostgresType.epochOffset)
        case .bools(let values): appendArray(values, of: PostgresType.bool) { $1.bytes.append($0 ? 1 : 0) }
        case .ints(let values): appendArray(values, of: PostgresType.int8) { $1.append(integer: $0) }
        case .texts(let values): appendArray(values, of: PostgresType.text) { $1.bytes.append(contentsOf: $0.utf8) }
        case .byteArrays(let values): appendArray(values, of: PostgresType.bytea) { $1.bytes.append(contentsOf: $0) }
        }
    }

    private mutating func append(integer value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// One dimension, counted from 1, as `array_send` writes it.
    private mutating func appendArray<Element>(
        _ values: [Element?],
        of type: UInt32,
        _ append: (Element, inout ParameterBuffer) -> Void
    ) {
        self.append(integer: Int32(values.isEmpty ? 0 : 1))
        self.append(integer: Int32(values.contains { $0 == nil } ? 1 : 0))
        self.append(integer: type)
        guard !values.isEmpty else { return }
        self.append(integer: Int32(values.count))
        self.append(integer: Int32(1))
        for value in values {
            guard let value else {
                self.append(integer: Int32(-1))
                continue
            }
            let start = bytes.count
            self.append(integer: Int32(0))
            append(value, &self)
            withUnsafeBytes(of: Int32(bytes.count - start - 4).bigEndian) { length in
                for (index, byte) in length.enumerated() { bytes[start + index] = byte }
            }
        }
    }
}
