/// A command as it goes over the wire: its arguments encoded once, by the caller.
///
/// Encoding in the initializer keeps that work off the event loop's thread.
package struct RedisCommand: Sendable {
    /// The first word, for messages.
    package let name: String
    /// RESP array of bulk strings.
    package let encoded: [UInt8]

    package init(_ name: String, _ arguments: RedisArgument...) {
        self.init(name, arguments: arguments)
    }

    package init(_ name: String, arguments: [RedisArgument]) {
        self.name = name
        var bytes: [UInt8] = []
        let payload = arguments.reduce(0) { total, argument in
            switch argument {
            case .bytes(let bytes): total + bytes.count
            case .text(let text): total + text.utf8.count
            case .integer: total + 20
            }
        }
        bytes.reserveCapacity(payload + name.utf8.count + 16 * (arguments.count + 2))
        Self.appendHeader(UInt8(ascii: "*"), arguments.count + 1, to: &bytes)
        Self.appendBulk(name.utf8, to: &bytes)
        for argument in arguments {
            switch argument {
            case .bytes(let value): Self.appendBulk(value, to: &bytes)
            case .text(let value): Self.appendBulk(value.utf8, to: &bytes)
            case .integer(let value): Self.appendBulk(String(value).utf8, to: &bytes)
            }
        }
        encoded = bytes
    }

    private static func appendBulk(_ value: some Collection<UInt8>, to bytes: inout [UInt8]) {
        appendHeader(UInt8(ascii: "$"), value.count, to: &bytes)
        bytes.append(contentsOf: value)
        bytes.append(13)
        bytes.append(10)
    }

    private static func appendHeader(_ kind: UInt8, _ count: Int, to bytes: inout [UInt8]) {
        bytes.append(kind)
        bytes.append(contentsOf: String(count).utf8)
        bytes.append(13)
        bytes.append(10)
    }
}

extension RedisCommand: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name and the size; arguments are data and are not shown.
    package var description: String { "\(name) (\(encoded.count) bytes)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror {
        Mirror(self, children: ["name": name, "sizeInBytes": encoded.count])
    }
}
