/// One row of a result; columns are counted from 0.
///
/// Each accessor takes null only where it returns an optional, and converts nothing: `int` reads integers of any width,
/// `text` every character type and JSON, `bytes` only `bytea`.
package struct PostgresRow: Sendable {
    let rows: PostgresRows
    let index: Int32

    package func isNull(_ column: Int) throws(PostgresError) -> Bool {
        try rows.withField(index, column) { (field) throws(PostgresError) in field == nil }
    }

    package func int(_ column: Int) throws(PostgresError) -> Int64 {
        try require(column, "an integer", optionalInt(column))
    }

    package func optionalInt(_ column: Int) throws(PostgresError) -> Int64? {
        try read(column, "an integer") { type, field in
            switch type {
            case PostgresType.int8: FieldReader.integer(field, Int64.self)
            case PostgresType.int4: FieldReader.integer(field, Int32.self).map(Int64.init)
            case PostgresType.int2: FieldReader.integer(field, Int16.self).map(Int64.init)
            case PostgresType.oid: FieldReader.integer(field, UInt32.self).map(Int64.init)
            default: nil
            }
        }
    }

    package func bool(_ column: Int) throws(PostgresError) -> Bool {
        try require(column, "a boolean", optionalBool(column))
    }

    package func optionalBool(_ column: Int) throws(PostgresError) -> Bool? {
        try read(column, "a boolean") { type, field in
            type == PostgresType.bool && field.count == 1 ? field[0] != 0 : nil
        }
    }

    package func double(_ column: Int) throws(PostgresError) -> Double {
        try require(column, "a number", optionalDouble(column))
    }

    package func optionalDouble(_ column: Int) throws(PostgresError) -> Double? {
        try read(column, "a number") { type, field in
            switch type {
            case PostgresType.float8: FieldReader.integer(field, UInt64.self).map(Double.init(bitPattern:))
            case PostgresType.float4: FieldReader.integer(field, UInt32.self).map { Double(Float(bitPattern: $0)) }
            default: nil
            }
        }
    }

    package func text(_ column: Int) throws(PostgresError) -> String {
        try require(column, "text", optionalText(column))
    }

    package func optionalText(_ column: Int) throws(PostgresError) -> String? {
        try read(column, "text") { type, field in
            switch type {
            case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.json,
                PostgresType.unknown, PostgresType.void:
                String(decoding: field, as: UTF8.self)
            // The first byte is the version of the format; there is only 1.
            case PostgresType.jsonb: field.first == 1 ? String(decoding: field.dropFirst(), as: UTF8.self) : nil
            default: nil
            }
        }
    }

    package func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        try require(column, "bytes", optionalBytes(column))
    }

    package func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        try read(column, "bytes") { type, field in type == PostgresType.bytea ? Array(field) : nil }
    }

    /// Microseconds since 1970-01-01 00:00 UTC.
    package func timestamp(_ column: Int) throws(PostgresError) -> Int64 {
        try require(column, "a time", optionalTimestamp(column))
    }

    package func optionalTimestamp(_ column: Int) throws(PostgresError) -> Int64? {
        try read(column, "a time") { type, field in
            guard type == PostgresType.timestamptz, let raw = FieldReader.integer(field, Int64.self) else { return nil }
            // The ends of the range stand for the infinities and stay what they are.
            guard raw != .max, raw != .min else { return raw }
            return raw &+ PostgresType.epochOffset
        }
    }

    package func ints(_ column: Int) throws(PostgresError) -> [Int64?] {
        let values = try read(column, "an array of integers") { type, field in
            type == PostgresType.int8Array ? FieldReader.array(field) { FieldReader.integer($0, Int64.self) } : nil
        }
        return try require(column, "an array of integers", values)
    }

    package func texts(_ column: Int) throws(PostgresError) -> [String?] {
        let values = try read(column, "an array of texts") { type, field in
            type == PostgresType.textArray ? FieldReader.array(field) { String(decoding: $0, as: UTF8.self) } : nil
        }
        return try require(column, "an array of texts", values)
    }

    package func byteArrays(_ column: Int) throws(PostgresError) -> [[UInt8]?] {
        let values = try read(column, "an array of bytes") { type, field in
            type == PostgresType.byteaArray ? FieldReader.array(field) { Array($0) } : nil
        }
        return try require(column, "an array of bytes", values)
    }

    private func read<Value>(
        _ column: Int,
        _ wanted: String,
        _ decode: (UInt32, UnsafeRawBufferPointer) -> Value?
    ) throws(PostgresError) -> Value? {
        try rows.withField(index, column) { (field) throws(PostgresError) in
            guard let field else { return nil }
            let type = rows.type(of: column)
            guard let value = decode(type, field) else {
                throw .decoding(
                    column: column,
                    name: rows.name(of: column),
                    wanted: wanted,
                    why: "it has the type \(type) and \(field.count) bytes"
                )
            }
            return value
        }
    }

    private func require<Value>(
        _ column: Int,
        _ wanted: String,
        _ value: Value?
    ) throws(PostgresError) -> Value {
        guard let value else {
            throw .decoding(column: column, name: rows.name(of: column), wanted: wanted, why: "it is null")
        }
        return value
    }
}
