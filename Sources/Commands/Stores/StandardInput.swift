import Dispatch
import Glibc

/// The bytes somebody pipes into a command.
struct StandardInput: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Reads to the end; on a queue of its own, because reading blocks for as long as the writer likes.
    ///
    /// - Throws: `CommandFailure` when it cannot be read, or is longer than the limit.
    func load(limitInBytes: Int) async throws -> [UInt8] {
        let descriptor = descriptor
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "switchyard.input").async {
                continuation.resume(with: Result { try Self.read(descriptor, limitInBytes: limitInBytes) })
            }
        }
    }

    private static func read(_ descriptor: Int32, limitInBytes: Int) throws(CommandFailure) -> [UInt8] {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return content }
            if count < 0 {
                if errno == EINTR { continue }
                throw .usage(
                    "Standard input cannot be read: \(String(cString: strerror(errno))).",
                    hint: "Pipe the payload in, or give it as an argument."
                )
            }
            guard content.count + count <= limitInBytes else {
                throw .usage(
                    "Standard input holds more than \(limitInBytes) bytes.",
                    hint: "Store it elsewhere and pass a reference to it."
                )
            }
            content += buffer[..<count]
        }
    }
}
