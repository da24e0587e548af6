/// Bounds on what services accept; front types check them before any driver sees a request.
package struct SizeLimits: Hashable, Sendable {
    /// Bytes of UTF-8 in a name, key, topic or tag.
    ///
    /// Default 512.
    package var nameInBytes = 512
    /// Bytes in one payload, cached value, message or stored answer.
    ///
    /// Default 16 MiB.
    package var payloadInBytes = 16 << 20
    /// Entries in one bulk request.
    ///
    /// Default 10,000.
    package var batch = 10_000

    package init() {}

    /// Refuses an empty or over-long name.
    ///
    /// - Throws: `ServicesError` with the code `invalidRequest`.
    package func check(name: String, what: String) throws(ServicesError) {
        let size = name.utf8.count
        guard size > 0, size <= nameInBytes else {
            throw .invalidName(what, sizeInBytes: size, limitInBytes: nameInBytes)
        }
    }

    /// Refuses an over-long payload.
    ///
    /// - Throws: `ServicesError` with the code `invalidRequest`.
    package func check(payload: [UInt8], what: String) throws(ServicesError) {
        guard payload.count <= payloadInBytes else {
            throw .tooLarge(what, sizeInBytes: payload.count, limitInBytes: payloadInBytes)
        }
    }
}
